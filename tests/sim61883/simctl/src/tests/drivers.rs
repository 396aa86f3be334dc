//! What drivers did on this computer, and the calls that they are to get.

use plug61883_abi::av61883::{
    Arguments, AvPcr, AvRequest, BusResetNotify, CreatePlug, MonitorPlugs, SetUnitDirectory,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;

use sim61883_model::{Kind, NodeRef, Plug, Wish};

use super::{Scripted, json, run, start};

/// Creates a plug of this computer, adds a directory, and registers for everything.
fn drivers_at_work(scripted: &Scripted) {
    struct Nothing;
    impl sim61883_model::Memory for Nothing {
        fn read(&self, _: u64, _: &mut [u8]) -> bool {
            false
        }

        fn write(&mut self, _: u64, _: &[u8]) -> bool {
            false
        }
    }

    fn send(scripted: &Scripted, arguments: impl Arguments) {
        let simulation = &mut scripted.0.borrow_mut().simulation;
        let unit = simulation.bus().device_in(0).unwrap();
        let mut request = AvRequest::new(3, arguments);
        let status = simulation.answer(unit, &mut request, &mut Nothing);
        assert_eq!(status, NtStatus::SUCCESS);
    }

    let plug = CreatePlug {
        pcr: AvPcr(0x803F_007A),
        notify: 0x1000,
        ..Default::default()
    };
    send(scripted, plug);
    let directory = SetUnitDirectory {
        flags: 1,
        unit_spec_id: 0xA02D,
        unit_sw_version: 0x1_0001,
        ..Default::default()
    };
    send(scripted, directory);
    let monitor = MonitorPlugs {
        flags: 1,
        notify: 0x1000,
        ..Default::default()
    };
    send(scripted, monitor);
    let reset = BusResetNotify {
        flags: 1,
        notify: 0x1000,
        ..Default::default()
    };
    send(scripted, reset);
}

#[test]
fn what_drivers_did() {
    let scripted = start();
    for list in ["local-plugs", "directories"] {
        assert_eq!(run(&scripted, &format!("simctl {list}")).unwrap(), "");
        assert_eq!(json(&scripted, list), json!([]));
    }
    drivers_at_work(&scripted);
    assert_eq!(
        run(&scripted, "simctl local-plugs").unwrap(),
        "oPCR0   0x803F007A of unit0, notified: on-line, not connected, payload 122\n"
    );
    let plug = &json(&scripted, "local-plugs")[0];
    assert_eq!(
        (&plug["plug"], &plug["unit"], &plug["notified"]),
        (&json!("oPCR0"), &json!(0), &json!(true))
    );
    assert_eq!(plug["register"], json!("0x803F007A"));
    assert_eq!(plug["output"]["payload"], json!(122));
    assert_eq!(
        run(&scripted, "simctl directories").unwrap(),
        "   0  unit0  specifier 0x00A02D, version 0x010001\n"
    );
    assert_eq!(
        json(&scripted, "directories")[0]["unit_sw_version"],
        json!("0x010001")
    );
    assert_eq!(
        run(&scripted, "simctl registrations").unwrap(),
        "unit0: registered for bus resets 1, monitors 1, plugs 1 (0 calls wait); local plugs 1, \
         directories 1, connections 0; diagnostic level 0x00, global addresses, packets x \
         descriptors: receiving 1 x 256, transmitting 1 x 256\n"
    );
    let registrations = json!([{
        "unit": 0,
        "bus_resets": 1,
        "monitors": 1,
        "plug_notifies": 1,
        "callbacks_waiting": 0,
        "local_plugs": 1,
        "directories": 1,
        "connections": 0,
        "settings": {
            "diag_level": 0,
            "exclusive_addresses": false,
            "rx_num_packets": 1,
            "rx_num_descriptors": 256,
            "tx_num_packets": 1,
            "tx_num_descriptors": 256,
        },
    }]);
    assert_eq!(json(&scripted, "registrations"), registrations);
}

#[test]
fn callbacks() {
    let scripted = start();
    drivers_at_work(&scripted);
    assert_eq!(run(&scripted, "simctl callbacks hold").unwrap(), "0\n");
    assert_eq!(
        run(&scripted, "simctl lock local oPCR0 0x803F007A 0x813F007A").unwrap(),
        "0xFFC1 oPCR0: swapped, was 0x803F007A (on-line, not connected, payload 122)\n"
    );
    // The plug's creator and the monitor.
    let held = json!({ "held": true, "delay_ms": 0, "waiting": 2, "made": 0, "lost": 0 });
    let state = json(&scripted, "state");
    assert_eq!(state["callbacks"], held);
    assert_eq!(
        (&state["local_plugs"], &state["directories"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(json(&scripted, "callbacks delay 20"), json!({ "count": 2 }));
    let text = run(&scripted, "simctl state").unwrap();
    let line = "callbacks          0 made, 2 waiting, 0 lost, after 20 ms, held\n";
    assert!(text.contains(line), "{text}");
    assert_eq!(json(&scripted, "callbacks release"), json!({ "count": 2 }));
    assert_eq!(json(&scripted, "state")["callbacks"]["held"], json!(false));
}

#[test]
fn connections_lost_at_a_reset() {
    let scripted = start();
    drivers_at_work(&scripted);
    for input in [0, 1] {
        let mut lab = scripted.0.borrow_mut();
        let unit = lab.simulation.bus().device_in(0).unwrap();
        let plug = |node, direction, number| {
            Some(Plug {
                node,
                direction,
                number,
            })
        };
        let wish = Wish {
            output: plug(NodeRef::Local, Direction::Out, 0),
            input: plug(NodeRef::Device(unit), Direction::In, input),
            kind: Kind::PointToPoint,
            payload: 122,
            channel: None,
        };
        lab.simulation.connect(unit, wish).unwrap();
    }
    assert_eq!(
        json(&scripted, "lose-at-reset --index 0"),
        json!({ "count": 1 })
    );
    assert_eq!(
        json(&scripted, "lose-at-reset --unit 0"),
        json!({ "count": 1 })
    );
    assert_eq!(
        json(&scripted, "lose-at-reset --all"),
        json!({ "count": 0 })
    );
    assert_eq!(
        run(&scripted, "simctl connections").unwrap(),
        "   0  local oPCR0 -> unit0 iPCR0  point-to-point, channel 0, lost at the next reset\n   \
         1  local oPCR0 -> unit0 iPCR1  point-to-point, channel 0, lost at the next reset\n"
    );
    let first = &json(&scripted, "connections")[0];
    assert_eq!(first["output"], json!({ "unit": null, "number": 0 }));
    assert_eq!(first["lost_at_reset"], json!(true));
    assert_eq!(json(&scripted, "reset")["lost"], json!(2));
    assert_eq!(json(&scripted, "connections"), json!([]));
}
