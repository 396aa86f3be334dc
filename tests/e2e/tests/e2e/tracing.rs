//! What plug61883 traces, as docs/tracing.md says.

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use plug61883_abi::av61883::{IOCTL_61883_CLASS, function};
use plug61883_abi::ids::ConnectionId;
use plug61883_abi::ioctl::{self, Origin, event_kind, event_reason};
use wine_harness::trace::{TraceEvent, Value};

use crate::raw::UNIT;

/// Kernel addresses, and so all handles of the protocol driver, are above this.
const KERNEL: u64 = 0xFFFF_8000_0000_0000;

fn number(event: &TraceEvent, name: &str) -> Result<u64> {
    event
        .field(name)
        .and_then(Value::number)
        .with_context(|| format!("no number {name}: {event:?}"))
}

/// The only event of this name whose field has this value.
fn one<'a>(
    events: &'a [TraceEvent],
    name: &str,
    field: &str,
    value: u32,
) -> Result<&'a TraceEvent> {
    let mut found = events.iter().filter(|event| {
        event.name == name && event.field(field).and_then(Value::number) == Some(u64::from(value))
    });
    let event = found
        .next()
        .with_context(|| format!("no {name} with {field} {value}: {events:?}"))?;
    ensure!(found.next().is_none(), "two {name} with {field} {value}");
    Ok(event)
}

#[test]
fn requests_and_events_are_traced() -> Result<()> {
    let mut scene = Scene::with_drivers("tracing", &["sim61883", "plug61883"])?;
    scene.bench().set("plug61883", "TraceLog", 1)?;
    scene.add_unit(1)?;
    let id: ConnectionId = scene.connect(0, 0)?.parse()?;
    scene.plugctl_ok(&["disconnect", &id.to_string()])?;
    let refused = scene.plugctl(&["disconnect", &id.to_string()])?;
    assert_eq!(refused.code, Some(1));

    let events = scene.bench().trace()?;
    for event in &events {
        assert_eq!(event.driver, "plug61883");
        assert_eq!(event.provider, "Plug61883");
        assert_eq!(
            event.provider_id.to_string(),
            "4716bb3c-cea0-5cdf-2196-6ba5259568c8"
        );
        assert_eq!(event.level, 4, "{event:?}");
        for (name, value) in &event.fields {
            let shown = value.number().unwrap_or(0);
            assert!(shown < KERNEL, "{name} of {event:?} is a kernel's address");
        }
    }

    let connect = one(&events, "Request", "Code", ioctl::CONNECT)?;
    assert_eq!(connect.keyword, 1);
    assert_eq!(number(connect, "Result")?, id.0);
    assert_eq!(connect.field("Status"), Some(&Value::Status(0)));
    assert_eq!(
        number(connect, "Origin")?,
        u64::from(Origin::Protocol as u32)
    );
    assert!(number(connect, "Microseconds")? > 0);

    let mut disconnects = events.iter().filter(|event| {
        event.field("Code").and_then(Value::number) == Some(u64::from(ioctl::DISCONNECT))
    });
    let (done, refused) = (disconnects.next(), disconnects.next());
    for (event, status, origin) in [
        (done, 0, Origin::Protocol),
        (refused, 0xC000_000D, Origin::Driver),
    ] {
        let event = event.context("two disconnects were asked for")?;
        assert_eq!(number(event, "Id")?, id.0);
        assert_eq!(event.field("Status"), Some(&Value::Status(status)));
        assert_eq!(number(event, "Origin")?, u64::from(origin as u32));
    }
    assert!(disconnects.next().is_none());

    for asked in [function::CONNECT, function::DISCONNECT] {
        let sent = one(&events, "Sent", "Function", asked)?;
        assert_eq!(sent.keyword, 2);
        assert_eq!(number(sent, "Code")?, u64::from(IOCTL_61883_CLASS));
        assert_eq!(sent.field("Status"), Some(&Value::Status(0)));
        assert_eq!(number(sent, "Unit")?, UNIT.0);
    }

    one(&events, "Event", "Kind", event_kind::UNIT_ARRIVED)?;
    let made = one(&events, "Event", "Kind", event_kind::CONNECTED)?;
    let gone = one(&events, "Event", "Kind", event_kind::DISCONNECTED)?;
    assert_eq!(made.keyword, 4);
    assert_eq!(number(made, "Connection")?, id.0);
    assert_eq!(number(gone, "Connection")?, id.0);
    assert_eq!(number(gone, "Reason")?, u64::from(event_reason::ASKED));
    assert_eq!(
        number(made, "Sequence")? + 1,
        number(gone, "Sequence")?,
        "{events:?}"
    );

    scene.bench().set_trace("plug61883", false)?;
    scene.plugctl_ok(&["units"])?;
    assert_eq!(scene.bench().trace()?, [], "nobody listens any more");
    scene.close()
}
