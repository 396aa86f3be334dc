//! Systems other than Windows: everything fails and says so.

use crate::links::{
    Audio, Family, Link, LinkError, LinkErrorKind, Machine, Network, Plan, Router, Selection,
    survey,
};
use crate::{Access, Driver};

fn check<T>(result: Result<T, LinkError>, family: Family) {
    let error = result.err();
    let kind = error.as_ref().map(LinkError::kind);
    assert_eq!(kind, Some(&LinkErrorKind::NeedsWindows), "{family}");
    let error = error.as_ref();
    assert!(error.is_some_and(LinkError::is_absent));
    assert_eq!(error.map(LinkError::family), Some(family));
    let text = error.map(LinkError::meaning).unwrap_or_default();
    assert_eq!(text, format!("{} need Windows", family.plural()));
}

#[test]
fn every_interface_needs_windows() {
    check(Machine::connect(None), Family::Machine);
    check(Machine::connect(Some("HOST")), Family::Machine);
    check(Router::connect(None), Family::Router);
    check(Router::connect(Some("SERVER")), Family::Router);
    check(Audio::open(), Family::Audio);
    check(Network::open(), Family::Network);
}

#[test]
fn a_teardown_finds_none_of_the_interfaces() {
    let selection = Selection::new();
    let found = survey(&selection, || Driver::open(Access::Change));
    assert!(found.links.is_empty());
    let families: Vec<_> = found.troubles.iter().map(LinkError::family).collect();
    assert_eq!(families, [Family::Audio, Family::Plug, Family::Network]);
    let report = Plan::new(found, &selection).run(|_| ());
    assert!(report.is_absent());
}

#[test]
fn a_name_with_a_nul_is_refused_first() {
    for error in [
        Machine::connect(Some("A\0B")).map(|link| link.name()).err(),
        Router::connect(Some("A\0B")).map(|link| link.name()).err(),
    ] {
        let kind = error.as_ref().map(LinkError::kind);
        assert_eq!(kind, Some(&LinkErrorKind::BadName));
    }
}

#[test]
fn a_family_that_was_listed_is_not_absent() {
    let families = [Family::Audio, Family::Network];
    let absent = || {
        survey(&Selection::only(&families[1..]), || {
            Driver::open(Access::Change)
        })
    };
    for (asked, expected) in [(&families[1..], true), (&families[..], false)] {
        // Audio connectors, where they are asked for, are listed, and there are none.
        let report = Plan::new(absent(), &Selection::only(asked)).run(|_| ());
        assert_eq!((report.is_absent(), report.is_clean()), (expected, true));
    }
}
