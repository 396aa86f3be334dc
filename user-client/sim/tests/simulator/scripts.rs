//! Things that happen by themselves, and time.

use std::time::Duration;

use plug61883::{EventKind, Notice};
use plug61883_sim::Simulator;

use crate::{PAIR, events, happened, pair, unit};

const STEPS: &str = r#"
[[step]]
after_ms = 1000
bus_reset = true

[[step]]
after_ms = 500
unplug = "camera"

[[step]]
after_ms = 0
connect = { by = "driver", from = "deck.oPCR[0]", to = "computer" }

[[step]]
after_ms = 100
lose = "deck.oPCR[0]"

[[step]]
after_ms = 0
bus_reset = true

[[step]]
after_ms = 3000
plug_in = "camera"

[[step]]
after_ms = 1
offline = "camera.oPCR[0]"
"#;

#[test]
fn steps_happen_at_their_times() {
    let simulator = pair(STEPS);
    let mut events = events(&simulator);
    simulator.advance(Duration::from_secs(10));
    let times: Vec<_> = happened(&mut events)
        .into_iter()
        .map(|(time, _, kind)| {
            let kind = match kind {
                EventKind::BusReset { .. } => "reset",
                EventKind::UnitRemoved => "removed",
                EventKind::UnitArrived => "arrived",
                EventKind::Connected(_) => "connected",
                EventKind::Disconnected { .. } => "disconnected",
                other => panic!("{other:?}"),
            };
            (time / 10_000, kind)
        })
        .collect();
    assert_eq!(
        times,
        [
            (1000, "reset"),
            (1000, "reset"),
            (1500, "removed"),
            (1500, "reset"),
            (1500, "connected"),
            (1600, "reset"),
            (3600, "disconnected"),
            (4600, "arrived"),
            (4600, "reset"),
        ]
    );
    let (_, camera) = unit(&simulator, 1);
    assert_eq!(
        crate::output(&camera, 0).state().unwrap().online(),
        Some(false)
    );
}

#[test]
fn a_wait_sees_steps_in_either_time() {
    // Many, so that some are left when the events are opened.
    let steps = "[[step]]\nafter_ms = 20\nbus_reset = true\n".repeat(500);
    for text in [
        format!("{PAIR}{steps}"),
        format!("{PAIR}{steps}").replace("time = ", "#"),
    ] {
        let simulator = Simulator::from_toml(&text).unwrap();
        let mut events = events(&simulator);
        let Notice::Event(event) = events.next().unwrap().unwrap() else {
            panic!("nothing was lost");
        };
        assert!(matches!(event.kind, EventKind::BusReset { .. }));
    }
}

#[test]
fn a_step_that_is_impossible_by_now_does_nothing() {
    let steps = "[[step]]\nafter_ms = 60000\nunplug = \"camera\"";
    let simulator = pair(steps);
    simulator.unplug("camera").unwrap();
    let mut events = events(&simulator);
    simulator.advance(Duration::from_secs(61));
    assert_eq!(happened(&mut events), []);
}
