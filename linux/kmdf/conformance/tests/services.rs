//! What the stand-in does beside the framework's functions, seen from outside: a driver's trace,
//! its pool account, and each of its allocations made to fail.

use wine_harness::{
    Bench, Failing, UnitSpec,
    trace::{TraceEvent, Value},
};

mod common;

const UNSUCCESSFUL: u32 = 0xC000_0001;
const INSUFFICIENT_RESOURCES: u32 = 0xC000_009A;

/// Loads the driver, which leaves again at once; gives its status.
fn load(bench: &mut Bench) -> Option<u32> {
    let refused = bench
        .add_stack(&UnitSpec::new(r"KMDF\SERVICES\1", "services"))
        .expect_err("it does not stay");
    bench.check().expect("no findings");
    refused.pnp_status()
}

fn check_event(event: &TraceEvent) {
    assert_eq!(
        (
            event.driver.as_str(),
            event.provider.as_str(),
            event.name.as_str()
        ),
        ("services", "Probe.Services", "Allocated")
    );
    assert_eq!((event.level, event.keyword), (3, 0x21));
    let text = |text: &str| Value::Text(text.to_owned());
    for (name, expected) in [
        ("Small", Value::Unsigned(7)),
        ("Tag", Value::Hex(u32::from_le_bytes(*b"Prob").into())),
        ("Negative", Value::Signed(-5)),
        ("Large", Value::Unsigned(1 << 40)),
        ("Good", Value::Bool(true)),
        ("Status", Value::Status(0)),
        ("Text", text("grüß")),
        ("Wide", text("aü")),
        ("List", Value::List([1, 2, 3].map(Value::Unsigned).into())),
        (
            "Inner",
            Value::Fields(vec![
                ("A".to_owned(), Value::Unsigned(1)),
                ("B".to_owned(), text("b")),
            ]),
        ),
        ("Long", text(&"x".repeat(300))),
    ] {
        assert_eq!(event.field(name), Some(&expected), "{name}");
    }
    let Some(Value::Guid(id)) = event.field("Id") else {
        panic!("no id: {event:?}");
    };
    assert_eq!(id.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
}

#[test]
fn trace_and_pool() {
    let mut bench = common::bench("services");
    assert_eq!(load(&mut bench), Some(UNSUCCESSFUL));
    assert_eq!(bench.trace().expect("readable"), [], "the trace is off");

    bench.set("services", "TraceLog", 1).expect("set");
    assert_eq!(load(&mut bench), Some(UNSUCCESSFUL));
    let events = bench.trace().expect("readable");
    assert_eq!(events.len(), 1);
    check_event(&events[0]);

    let report = bench.pool("services").expect("a report");
    assert_eq!((report.total.failed, report.total.live_blocks), (0, 0));
    assert_eq!(report.total.live_bytes, 0);
    let made = |tag: &str| {
        let mut tags = report.by_tag.iter();
        let found = tags.find(|(known, _)| known == tag);
        found.map(|(_, entry)| (entry.made, entry.peak_bytes))
    };
    assert_eq!(made("Prob"), Some((1, 100)));
    assert_eq!(made("Mdl "), Some((1, 48)));
    let (framework, bytes) = made("FxDr").expect("the framework's");
    assert!(framework >= 3 && bytes >= 200, "{report:?}");
    assert_eq!(report.total.made, framework + 2);

    bench.set("services", "TraceLog", 0).expect("set");
    for number in 1..=report.total.made {
        bench
            .fail_allocations("services", Failing::One(number))
            .expect("set");
        assert_eq!(load(&mut bench), Some(INSUFFICIENT_RESOURCES), "{number}");
        let report = bench.pool("services").expect("a report").total;
        assert_eq!((report.failed, report.live_blocks), (1, 0), "{number}");
    }
    bench
        .fail_allocations("services", Failing::From(1))
        .expect("set");
    assert_eq!(load(&mut bench), Some(INSUFFICIENT_RESOURCES));
    // What was set was for one load.
    assert_eq!(load(&mut bench), Some(UNSUCCESSFUL));
    bench.shutdown().expect("a clean end");
}
