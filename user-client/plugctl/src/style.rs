//! Colours, quiet ones: what stands out is what differs from the usual.

use anstyle::{AnsiColor, Style};
use plug61883::{Owner, State, UnitState};

use crate::text;

/// What a text means to the eye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// Heads something.
    Title,
    /// An id, as other commands take it.
    Id,
    /// Matters less: headings of columns, what is idle or not there.
    Faint,
    /// At work.
    Good,
    /// Worth a look: what is somebody else's, or about to change.
    Notable,
    /// Failed.
    Bad,
}

impl Tone {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(anstyle::Color::Ansi(colour)));
        match self {
            Self::Plain => Style::new(),
            Self::Title => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Id => colour(AnsiColor::Cyan),
            Self::Good => colour(AnsiColor::Green),
            Self::Notable => colour(AnsiColor::Yellow),
            Self::Bad => colour(AnsiColor::Red).bold(),
        }
    }

    /// The text with the escape codes around it; none around a plain or empty text.
    pub(crate) fn paint(self, text: &str) -> String {
        if self == Self::Plain || text.is_empty() {
            return text.to_owned();
        }
        let style = self.style();
        format!("{style}{text}{style:#}")
    }
}

/// A text and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, tone: Tone) -> Self {
        let text = text.into();
        Self { text, tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// What stands in a table.
pub(crate) trait Toned {
    /// The text.
    fn text(&self) -> &str;
    /// What it means; `-`, for nothing, is faint whatever it is.
    fn tone(&self) -> Tone;
}

impl Toned for Cell {
    fn text(&self) -> &str {
        &self.text
    }

    fn tone(&self) -> Tone {
        if self.text == "-" {
            return Tone::Faint;
        }
        self.tone
    }
}

impl Toned for String {
    fn text(&self) -> &str {
        self
    }

    fn tone(&self) -> Tone {
        if self == "-" {
            return Tone::Faint;
        }
        Tone::Plain
    }
}

/// An id; `-` for none.
pub(crate) fn id<T: ToString>(id: Option<T>) -> Cell {
    Cell::new(text::number(id), Tone::Id)
}

/// State of a plug.
pub(crate) fn state(state: State) -> Cell {
    let tone = match state {
        State::Active => Tone::Good,
        State::Idle => Tone::Faint,
        // Connected, and off-line: nothing flows.
        State::Suspended => Tone::Notable,
        State::Ready | State::Other(_) => Tone::Plain,
    };
    Cell::new(state.to_string(), tone)
}

/// Where something failed, in the place of its state.
pub(crate) fn failed() -> Cell {
    Cell::new("failed", Tone::Bad)
}

/// Whether a plug is on-line; `-` where that is not known.
pub(crate) fn online(online: Option<bool>) -> Cell {
    match online {
        Some(true) => text::yes_no(true).into(),
        Some(false) => Cell::new(text::yes_no(false), Tone::Faint),
        None => text::none().into(),
    }
}

/// Who answers for something.
pub(crate) fn owner(owner: Owner) -> Cell {
    let tone = match owner {
        Owner::Foreign => Tone::Notable,
        _ => Tone::Plain,
    };
    Cell::new(text::owner(owner), tone)
}

/// State of a unit; empty for one that is managed.
pub(crate) fn unit_state(state: UnitState) -> Cell {
    let tone = match state {
        UnitState::Unsupported => Tone::Bad,
        UnitState::Asking | UnitState::Other(_) => Tone::Notable,
        UnitState::Managed => Tone::Plain,
    };
    Cell::new(text::unit_state(state), tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_a_tone_is_painted() {
        assert_eq!(Tone::Plain.paint("a"), "a");
        assert_eq!(Tone::Good.paint(""), "");
        assert_eq!(Tone::Good.paint("a"), "\u{1b}[32ma\u{1b}[0m");
        assert_eq!(Cell::new("-", Tone::Good).tone(), Tone::Faint);
        assert_eq!(String::from("-").tone(), Tone::Faint);
        assert_eq!(state(State::Active).tone(), Tone::Good);
        assert_eq!(owner(Owner::Foreign).tone(), Tone::Notable);
        assert_eq!(owner(Owner::ThisHandle).tone(), Tone::Plain);
        assert_eq!(unit_state(UnitState::Unsupported).tone(), Tone::Bad);
    }
}
