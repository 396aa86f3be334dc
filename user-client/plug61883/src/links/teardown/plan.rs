//! What is broken, what is left alone, and in which order.

use super::report::{Entry, Outcome, Report};
use super::survey::Survey;
use crate::links::{Family, Link, LinkError, LinkErrorKind};

/// What is to be broken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Selection {
    families: Vec<Family>,
    named: Vec<String>,
}

impl Default for Selection {
    fn default() -> Self {
        Self::new()
    }
}

impl Selection {
    /// What is a device's: plug connections, audio connectors and network connections. Handles
    /// are a program's own, which end with it.
    pub fn new() -> Self {
        Self::only(&[Family::Audio, Family::Plug, Family::Network])
    }

    /// These families alone.
    pub fn only(families: &[Family]) -> Self {
        Self {
            families: families.to_vec(),
            named: Vec::new(),
        }
    }

    /// Also this one of these families, by its id or name, whatever device it belongs to.
    pub fn naming(mut self, word: &str) -> Self {
        self.named.push(word.to_owned());
        self
    }

    /// Whether links of this family are to be broken.
    #[must_use]
    pub fn has(&self, family: Family) -> bool {
        self.families.contains(&family)
    }

    fn names(&self, link: &dyn Link) -> bool {
        self.named.iter().any(|word| is_named(link, word))
    }
}

fn is_named(link: &dyn Link, word: &str) -> bool {
    link.id().eq_ignore_ascii_case(word) || link.name().eq_ignore_ascii_case(word)
}

/// Place of a family in the order: what stands on another layer goes before that layer.
/// docs/teardown.md says why.
const fn rank(family: Family) -> u8 {
    match family {
        Family::Audio => 0,
        Family::Plug => 1,
        Family::Network => 2,
        Family::Router => 3,
        Family::Machine => 4,
    }
}

#[derive(Debug)]
struct Step {
    link: Box<dyn Link>,
    /// Whether it is broken or left alone.
    chosen: bool,
}

/// Links in the order in which they are broken, and those that are left alone.
///
/// A link that is of no 1394 device, or of one as far as its name alone tells, is left alone
/// unless the selection names it. One that is not connected, or the other side of one that is
/// broken, is not part of the plan.
#[derive(Debug)]
pub struct Plan {
    families: Vec<Family>,
    steps: Vec<Step>,
    troubles: Vec<LinkError>,
}

impl Plan {
    /// Plans for what a survey found.
    #[must_use]
    pub fn new(survey: Survey, selection: &Selection) -> Self {
        let Survey {
            mut links,
            mut troubles,
        } = survey;
        for word in &selection.named {
            if !links
                .iter()
                .any(|link| selection.has(link.family()) && is_named(link.as_ref(), word))
            {
                let family = selection.families.first().copied();
                let family = family.unwrap_or(Family::Plug);
                troubles.push(LinkError::new(family, LinkErrorKind::Unknown).of(word));
            }
        }
        // Stable: within a family, the order of the survey stays.
        links.sort_by_key(|link| rank(link.family()));
        let mut steps: Vec<Step> = Vec::new();
        for link in links {
            let named = selection.names(link.as_ref());
            if !selection.has(link.family()) || !(named || link.is_connected()) {
                continue;
            }
            let chosen = named || link.belongs_to().is_fire_wire();
            if !named && is_other_side(link.as_ref(), &steps) {
                continue;
            }
            steps.push(Step { link, chosen });
        }
        Self {
            families: selection.families.clone(),
            steps,
            troubles,
        }
    }

    /// What [`Self::run`] would do; nothing is touched.
    #[must_use]
    pub fn preview(&self) -> Report {
        let outcome = |step: &Step| {
            if step.chosen {
                Outcome::WouldBreak
            } else {
                Outcome::LeftAlone
            }
        };
        let entries = self.steps.iter();
        Report {
            families: self.families.clone(),
            entries: entries
                .map(|step| Entry::new(step.link.as_ref(), outcome(step)))
                .collect(),
            troubles: self.troubles.clone(),
        }
    }

    /// Breaks one after the other; a failure does not end it. `each` is told of every entry as
    /// it comes.
    pub fn run(mut self, mut each: impl FnMut(&Entry)) -> Report {
        let mut entries = Vec::with_capacity(self.steps.len());
        for step in &mut self.steps {
            let outcome = if step.chosen {
                Outcome::from(step.link.disconnect())
            } else {
                Outcome::LeftAlone
            };
            let entry = Entry::new(step.link.as_ref(), outcome);
            each(&entry);
            entries.push(entry);
        }
        Report {
            families: self.families,
            entries,
            troubles: self.troubles,
        }
    }
}

/// Whether the plan already has the same connection, seen from its other side.
fn is_other_side(link: &dyn Link, steps: &[Step]) -> bool {
    let (id, sides) = (link.id(), link.other_sides());
    steps.iter().any(|step| {
        step.chosen
            && step.link.family() == link.family()
            && (sides.contains(&step.link.id()) || step.link.other_sides().contains(&id))
    })
}
