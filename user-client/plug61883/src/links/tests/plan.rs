//! Plans and what comes of them.

use super::fake::{Fake, Log};
use crate::links::{
    Call, Family, FireWire, HResult, Link, LinkCode, LinkError, LinkErrorKind, Outcome, Plan,
    Report, Selection, Survey,
};

fn run(links: Vec<Box<dyn Link>>, selection: &Selection) -> Report {
    Plan::new(Survey::of(links), selection).run(|_| ())
}

fn outcomes(report: &Report) -> Vec<(&str, String)> {
    let entries = report.entries.iter();
    entries
        .map(|entry| (entry.id.as_str(), entry.outcome.to_string()))
        .collect()
}

fn answer(call: Call, code: HResult) -> LinkError {
    LinkError::answer(call, LinkCode::HResult(code))
}

#[test]
fn upper_layers_go_first_and_a_failure_ends_nothing() {
    let log = Log::default();
    let link = |family, id| Fake::new(&log, family, id);
    let failure = answer(Call::DisconnectNetwork, HResult::FAIL);
    let links = vec![
        link(Family::Network, "n1")
            .answering(Err(failure.clone()))
            .boxed(),
        link(Family::Plug, "p1").boxed(),
        link(Family::Audio, "a1")
            .answering(Err(answer(
                Call::DisconnectConnector,
                HResult::FILE_READ_ONLY,
            )))
            .boxed(),
        link(Family::Plug, "p2")
            .answering(Err(LinkError::new(Family::Plug, LinkErrorKind::Released)))
            .boxed(),
        link(Family::Audio, "a2")
            .answering(Ok(Some(LinkCode::HResult(HResult::OK))))
            .boxed(),
        link(Family::Network, "n2").boxed(),
    ];
    let plan = Plan::new(Survey::of(links), &Selection::new());
    let preview = plan.preview();
    assert!(log.borrow().is_empty(), "a preview touches nothing");
    assert_eq!(preview.summary().would_break, 6);

    let mut told = Vec::new();
    let report = plan.run(|entry| told.push(entry.id.clone()));
    assert_eq!(*log.borrow(), ["a1", "a2", "p1", "p2", "n1", "n2"]);
    assert_eq!(told, *log.borrow());
    assert!(
        preview
            .entries
            .iter()
            .map(|entry| &entry.id)
            .eq(report.entries.iter().map(|entry| &entry.id))
    );
    let expected = [
        ("a1", "may not be broken"),
        ("a2", "broken"),
        ("p1", "broken"),
        ("p2", "already gone"),
        ("n1", "failed"),
        ("n2", "broken"),
    ];
    assert_eq!(
        outcomes(&report),
        expected.map(|(id, outcome)| (id, outcome.to_owned()))
    );
    assert_eq!(report.entries[4].outcome, Outcome::Failed(failure));
    assert_eq!(
        report.entries[1].outcome.code(),
        Some(LinkCode::HResult(HResult::OK))
    );
    let summary = report.summary();
    assert_eq!(
        (
            summary.broken,
            summary.already_gone,
            summary.may_not,
            summary.failed
        ),
        (3, 1, 1, 1)
    );
    assert!(!report.is_clean() && !report.is_absent());
}

#[test]
fn what_is_of_no_1394_device_is_left_alone_unless_named() {
    let links = |log: &Log| {
        [
            ("yes", FireWire::Yes),
            ("perhaps", FireWire::Perhaps),
            ("no", FireWire::No),
            ("unknown", FireWire::Unknown),
        ]
        .map(|(id, fire_wire)| Fake::new(log, Family::Network, id).of(fire_wire).boxed())
        .into()
    };
    let log = Log::default();
    let report = run(links(&log), &Selection::new());
    assert_eq!(*log.borrow(), ["yes"]);
    assert_eq!(report.summary().left_alone, 3);
    assert!(report.is_clean());

    let log = Log::default();
    let selection = Selection::new().naming("NO").naming("missing");
    let report = run(links(&log), &selection);
    assert_eq!(*log.borrow(), ["yes", "no"]);
    assert_eq!(report.troubles.len(), 1);
    assert_eq!(report.troubles[0].kind(), &LinkErrorKind::Unknown);
    assert_eq!(report.troubles[0].subject(), Some("missing"));
    assert!(!report.is_clean());
}

#[test]
fn only_the_families_selected_and_what_is_connected() {
    let log = Log::default();
    let mut idle = Fake::new(&log, Family::Audio, "idle");
    idle.connected = false;
    let links = |idle: Fake| {
        vec![
            Fake::new(&log, Family::Plug, "plug").boxed(),
            Fake::new(&log, Family::Audio, "audio").boxed(),
            Fake::new(&log, Family::Machine, "machine").boxed(),
            Fake::new(&log, Family::Router, "router").boxed(),
            idle.boxed(),
        ]
    };
    let report = run(links(idle), &Selection::only(&[Family::Audio]));
    assert_eq!(outcomes(&report), [("audio", "broken".to_owned())]);

    // A link that is named is asked even when it seems to be gone.
    let mut idle = Fake::new(&log, Family::Audio, "idle");
    idle.connected = false;
    log.borrow_mut().clear();
    run(links(idle), &Selection::new().naming("idle"));
    assert_eq!(*log.borrow(), ["audio", "idle", "plug"]);

    let log2 = Log::default();
    let handles = vec![
        Fake::new(&log2, Family::Machine, "m").boxed(),
        Fake::new(&log2, Family::Router, "r").boxed(),
    ];
    run(handles, &Selection::only(&Family::ALL));
    assert_eq!(*log2.borrow(), ["r", "m"]);
}

#[test]
fn one_connection_seen_from_both_sides_is_broken_once() {
    let log = Log::default();
    let mut near = Fake::new(&log, Family::Audio, "near");
    near.sides = vec!["far"];
    let far = Fake::new(&log, Family::Audio, "far");
    // Another family may use the same id.
    let plug = Fake::new(&log, Family::Plug, "far");
    run(
        vec![near.boxed(), far.boxed(), plug.boxed()],
        &Selection::new(),
    );
    assert_eq!(*log.borrow(), ["near", "far"]);

    // A side that is left alone does not hide the other.
    let log = Log::default();
    let mut near = Fake::new(&log, Family::Audio, "near").of(FireWire::No);
    near.sides = vec!["far"];
    let far = Fake::new(&log, Family::Audio, "far");
    run(vec![near.boxed(), far.boxed()], &Selection::new());
    assert_eq!(*log.borrow(), ["far"]);
}

#[test]
fn a_system_without_the_interfaces_is_told_from_one_where_listing_failed() {
    let absent = LinkError::new(Family::Audio, LinkErrorKind::NeedsWindows);
    let mut survey = Survey::default();
    survey.troubles.push(absent.clone());
    let report = Plan::new(survey, &Selection::only(&[Family::Audio])).preview();
    assert!(report.is_absent() && report.is_clean());

    let mut survey = Survey::default();
    survey.troubles.push(absent);
    survey
        .troubles
        .push(answer(Call::EnumConnections, HResult::ACCESS_DENIED));
    let report = Plan::new(survey, &Selection::new()).preview();
    assert!(!report.is_absent() && !report.is_clean());
    let nothing = Plan::new(Survey::default(), &Selection::new()).preview();
    assert!(nothing.is_clean() && !nothing.is_absent());
}
