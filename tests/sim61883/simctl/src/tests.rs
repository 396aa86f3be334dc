//! Commands against the interface that the driver serves, without the driver.

use std::cell::RefCell;

use clap::{CommandFactory as _, Parser as _};
use plug61883_abi::status::NtStatus;
use serde_json::{Value, json};
use sim61883_control::serve::{Served, count_reply, serve};
use sim61883_model::NodeConfig;
use sim61883_model::lab::Submitted;
use test_control::Transport;

use crate::cli::Arguments;
use crate::client::Error;
use crate::commands;
use crate::names::{Address, Function, Node, Number, PlugName, Status};

mod drivers;

const NODE: NodeConfig = NodeConfig {
    eui64: 0x0011_2233_4455_6677,
    vendor_id: 1,
    model_id: 2,
    unit_model_id: 3,
    vendor: "V",
    model: "M",
    unit_model: "U",
    outputs: 2,
    inputs: 2,
    speed: 2,
    payload: 122,
};

/// Stands for the driver; requests are numbers.
struct Scripted(RefCell<sim61883_model::Lab<u32>>);

impl Transport for Scripted {
    fn ioctl(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<usize, NtStatus> {
        let lab = &mut *self.0.borrow_mut();
        let served = match serve(lab, code, input, output)? {
            Served::Release { function, count } => {
                let mut done = 0;
                while count.is_none_or(|count| done < count)
                    && lab.take_held(function, |_| true).is_some()
                {
                    done += 1;
                }
                count_reply(output, done)?
            }
            done => done,
        };
        let Served::Done(length) = served else {
            panic!("{served:?}")
        };
        Ok(length)
    }
}

fn start() -> Scripted {
    let mut lab = sim61883_model::Lab::new();
    lab.simulation.attach(NODE).unwrap();
    Scripted(RefCell::new(lab))
}

fn run(scripted: &Scripted, line: &str) -> Result<String, Error> {
    let arguments = Arguments::parse_from(line.split(' '));
    let report = commands::run(scripted, &arguments.command)?;
    Ok(if arguments.json {
        report.to_json()
    } else {
        report.to_string()
    })
}

fn json(scripted: &Scripted, line: &str) -> Value {
    serde_json::from_str(&run(scripted, &format!("simctl --json {line}")).unwrap()).unwrap()
}

/// Connects output plug 0 to input plug 0 by the bus alone, as an outside client would.
fn connect_from_outside(scripted: &Scripted) {
    for line in [
        "lock unit0 oPCR0 0x803F807A 0x8100807A",
        "lock unit0 iPCR0 0x803F0000 0x81000000",
        "lock irm BANDWIDTH_AVAILABLE 4915 4000",
        "lock irm CHANNELS_AVAILABLE_HI 0xFFFFFFFE 0x7FFFFFFE",
    ] {
        assert_eq!(json(scripted, line)["swapped"], json!(true), "{line}");
    }
}

#[test]
fn the_command_line_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn state_and_lists() {
    let scripted = start();
    let text = run(&scripted, "simctl state").unwrap();
    assert!(
        text.contains("bandwidth free     4915 of 4915 units\n"),
        "{text}"
    );
    assert!(text.contains("channels in use    none\n"), "{text}");
    connect_from_outside(&scripted);
    let state = json(&scripted, "state");
    assert_eq!(state["bandwidth_free"], json!(4000));
    assert_eq!(state["channels_in_use"], json!([0]));
    assert_eq!(
        (&state["local_node"], &state["delay_ms"]),
        (&json!("0xFFC1"), &json!(2))
    );
    assert_eq!(
        run(&scripted, "simctl units").unwrap(),
        "   0  0011223344556677  0xFFC0  S400  2 out, 2 in\n"
    );
    assert_eq!(run(&scripted, "simctl connections").unwrap(), "");
    assert_eq!(json(&scripted, "connections"), json!([]));
    let idle = json!({
        "unit": 0,
        "plug": "oPCR1",
        "online": true,
        "point_to_point": 0,
        "broadcast": 0,
        "channel": null,
        "output": { "payload": 122, "speed": null, "overhead_id": null },
    });
    assert_eq!(json(&scripted, "plugs")[1], idle);
    let plugs = run(&scripted, "simctl plugs").unwrap();
    assert_eq!(plugs.lines().count(), 4);
    assert!(
        plugs.starts_with(
            "unit0 oPCR0   on-line, point-to-point 1, broadcast 0, channel 0, S400, \
             overhead ID 0, payload 122\n"
        ),
        "{plugs}"
    );
}

#[test]
fn registers() {
    let scripted = start();
    for (line, wanted) in [
        (
            "read unit0 iPCR1",
            "0xFFC0 iPCR1: 0x803F0000 (on-line, not connected)\n",
        ),
        ("read unit0 oMPR", "0xFFC0 oMPR: 0xBFFFFF02 (2 plugs)\n"),
        (
            "read irm bandwidth_available",
            "0xFFC1 BANDWIDTH_AVAILABLE: 0x00001333\n",
        ),
        (
            "read 0xFFC0 0xFFFFF000040C",
            "0xFFC0 0xFFFFF000040C: 0x00112233\n",
        ),
        ("read 0xFFC7 oMPR", "0xFFC7 oMPR: no acknowledge\n"),
        ("read unit0 oPCR7", "0xFFC0 oPCR7: address error\n"),
        (
            "lock irm BANDWIDTH_AVAILABLE 1 2",
            "0xFFC1 BANDWIDTH_AVAILABLE: not swapped, is 0x00001333\n",
        ),
        (
            "lock irm BANDWIDTH_AVAILABLE 4915 2",
            "0xFFC1 BANDWIDTH_AVAILABLE: swapped, was 0x00001333\n",
        ),
        (
            "read irm BANDWIDTH_AVAILABLE",
            "0xFFC1 BANDWIDTH_AVAILABLE: 0x00000002\n",
        ),
    ] {
        assert_eq!(run(&scripted, &format!("simctl {line}")).unwrap(), wanted);
    }
    assert_eq!(
        run(&scripted, "simctl read unit3 oMPR"),
        Err(Error::NoUnit(3))
    );
}

#[test]
fn holding_failing_releasing() {
    let scripted = start();
    run(&scripted, "simctl hold Disconnect --count 2").unwrap();
    run(&scripted, "simctl hold any --ignore-cancel").unwrap();
    run(&scripted, "simctl fail Av61883_Connect STATUS_IO_TIMEOUT").unwrap();
    assert_eq!(json(&scripted, "state")["rules"], json!(4));
    {
        let mut lab = scripted.0.borrow_mut();
        let unit = lab.simulation.bus().device_in(0).unwrap();
        for (function, cancellable) in [(6, true), (6, true), (0, false)] {
            assert_eq!(
                lab.submit(unit, function, 1, 0),
                Submitted::Held { cancellable }
            );
        }
    }
    let state = json(&scripted, "state");
    assert_eq!((&state["rules"], &state["held"]), (&json!(1), &json!(3)));
    assert_eq!(state["seen"], json!({ "GetUnitInfo": 1, "Disconnect": 2 }));
    assert_eq!(
        json(&scripted, "release Disconnect --count 1"),
        json!({ "count": 1 })
    );
    assert_eq!(json(&scripted, "release"), json!({ "count": 2 }));
    run(&scripted, "simctl clear").unwrap();
    assert_eq!(json(&scripted, "state")["rules"], json!(0));
    let full = run(&scripted, "simctl hold any --count 99");
    assert_eq!(full, Err(Error::Refused(NtStatus::INSUFFICIENT_RESOURCES)));
}

#[test]
fn the_rest() {
    let scripted = start();
    for line in [
        "mode sync",
        "ddi-version 1",
        "ddi-version 2",
        "offline 0 oPCR1",
        "online 0 oPCR1",
    ] {
        assert_eq!(
            run(&scripted, &format!("simctl {line}")).unwrap(),
            "",
            "{line}"
        );
    }
    let state = json(&scripted, "state");
    assert_eq!(
        (&state["delay_ms"], &state["ddi_version"]),
        (&Value::Null, &json!(2))
    );
    run(&scripted, "simctl mode async --delay 50").unwrap();
    assert_eq!(json(&scripted, "state")["delay_ms"], json!(50));
    assert_eq!(
        run(&scripted, "simctl reset").unwrap(),
        "bus generation 3, connections lost: 0\n"
    );
    assert_eq!(json(&scripted, "clear"), json!({}));
    let refused = run(&scripted, "simctl offline 0 oPCR9").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "sim61883.sys refused: STATUS_INVALID_PARAMETER (0xC000000D)"
    );
    assert!(crate::report::error_json(&refused).contains("\"status\": \"0xC000000D\""));
}

#[test]
fn drops() {
    let scripted = start();
    let connect = |output: Option<u8>, input: Option<u8>| {
        use plug61883_abi::ids::Direction;
        use sim61883_model::{Kind, NodeRef, Plug, Wish};
        let mut lab = scripted.0.borrow_mut();
        let unit = lab.simulation.bus().device_in(0).unwrap();
        let plug = |direction| {
            move |number| Plug {
                node: NodeRef::Device(unit),
                direction,
                number,
            }
        };
        let wish = Wish {
            output: output.map(plug(Direction::Out)),
            input: input.map(plug(Direction::In)),
            kind: Kind::PointToPoint,
            payload: 122,
            channel: None,
        };
        lab.simulation.connect(unit, wish).unwrap();
    };
    for (line, count) in [
        ("drop --all", 3),
        ("drop --unit 0", 3),
        ("drop --unit 1", 0),
        ("drop --out 0", 1),
        ("drop --out 0 --in 0", 1),
        ("drop --out 0 --in 1", 0),
        ("drop --out 1 --unit 0", 1),
        ("drop --out 1 --unit 3", 0),
        ("drop --in 1", 1),
        ("drop --index 2", 1),
    ] {
        connect(Some(0), Some(0));
        connect(Some(1), None);
        connect(None, Some(1));
        assert_eq!(json(&scripted, line), json!({ "count": count }), "{line}");
        let left = 3 - count;
        assert_eq!(
            json(&scripted, "connections").as_array().unwrap().len(),
            left,
            "{line}"
        );
        run(&scripted, "simctl drop --all").unwrap();
    }
    connect(Some(0), Some(0));
    connect(None, Some(1));
    assert_eq!(
        run(&scripted, "simctl connections").unwrap(),
        "   0  unit0 oPCR0 -> unit0 iPCR0  point-to-point, channel 0\n   \
         1  - -> unit0 iPCR1  point-to-point, channel 1\n"
    );
    let gone = run(&scripted, "simctl drop --index 7");
    assert_eq!(gone, Err(Error::Refused(NtStatus::INVALID_PARAMETER)));
}

#[test]
fn long_lists_are_asked_for_again() {
    let scripted = start();
    {
        let mut lab = scripted.0.borrow_mut();
        for _ in 0..20 {
            lab.simulation.attach(NODE).unwrap();
        }
    }
    assert_eq!(json(&scripted, "units").as_array().unwrap().len(), 21);
}

#[test]
fn usage_errors() {
    for line in [
        "",
        "nonsense",
        "read unit0",
        "read unitX oMPR",
        "read 0x1FFFF oMPR",
        "read irm oPCR31",
        "lock irm oMPR 1",
        "lock irm oMPR -1 2",
        "lock irm oMPR 1 0x100000000",
        "drop",
        "drop --all --index 1",
        "drop --index 1 --out 0",
        "hold",
        "hold Disconect",
        "hold Av61883_MAX",
        "fail Connect STATUS_NONSENSE",
        "release any --count 0",
        "mode",
        "ddi-version 4",
        "ddi-version 0",
        "lose-at-reset",
        "callbacks",
        "callbacks delay",
        "callbacks delay -1",
        "online 0 oPCR31",
        "online 0 3",
    ] {
        let words = std::iter::once("simctl").chain(line.split(' ').filter(|w| !w.is_empty()));
        assert!(Arguments::try_parse_from(words).is_err(), "{line}");
    }
}

#[test]
fn names() {
    assert_eq!("4915".parse(), Ok(Number(4915)));
    assert_eq!("0X1f".parse(), Ok(Number(31)));
    assert!("0x+1".parse::<Number>().is_err());
    assert_eq!("IRM".parse(), Ok(Node::Local));
    assert_eq!("local".parse(), Ok(Node::Local));
    assert_eq!("unit12".parse(), Ok(Node::Unit(12)));
    assert_eq!("65472".parse(), Ok(Node::Id(0xFFC0)));
    assert_eq!("opcr[30]".parse(), Ok(Address(0xFFFF_F000_097C)));
    assert_eq!("iPCR0".parse(), Ok(Address(0xFFFF_F000_0984)));
    assert!("iPCR31".parse::<PlugName>().is_err());
    assert_eq!("any".parse(), Ok(Function(u32::MAX)));
    assert_eq!("asyncread".parse(), Ok(Function(0x1394)));
    assert_eq!("getplugstate".parse(), Ok(Function(4)));
    assert_eq!("22".parse(), Ok(Function(22)));
    assert_eq!(
        "STATUS_IO_TIMEOUT".parse(),
        Ok(Status(NtStatus::IO_TIMEOUT))
    );
    assert_eq!(
        "0xC0120090".parse(),
        Ok(Status(NtStatus::INVALID_GENERATION))
    );
}
