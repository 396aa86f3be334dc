//! The one of many that a word names.

use super::{Family, Link, LinkError, LinkErrorKind};

/// Takes the link that `word` names out of `links`: by its id, else by its name. Case does not
/// matter, as it does not to Windows.
pub(super) fn find<L: Link>(family: Family, mut links: Vec<L>, word: &str) -> Result<L, LinkError> {
    let error = |kind| Err(LinkError::new(family, kind).of(word));
    let same = |text: &str| text.eq_ignore_ascii_case(word);
    if let Some(index) = links.iter().position(|link| same(&link.id())) {
        return Ok(links.swap_remove(index));
    }
    let mut named = links.into_iter().filter(|link| same(&link.name()));
    let Some(first) = named.next() else {
        return error(LinkErrorKind::Unknown);
    };
    match named.count() {
        0 => Ok(first),
        others => error(LinkErrorKind::Ambiguous { count: others + 1 }),
    }
}
