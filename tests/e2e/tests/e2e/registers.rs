//! Plug registers of a device: read over the bus, and set as far as the protocol driver lets.

use anyhow::{Context, Result};
use e2e::Scene;
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::ids::{PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, Origin, PlugState, PlugStateRequest, RegisterReply, RegisterRequest, RequestHeader,
};
use plug61883_abi::pcr::{Impr, Ompr, Opcr};
use plug61883_abi::status::NtStatus;

use crate::raw::{Answer, LONG_MS, Raw, header};
use crate::support::{text, wait_until_held};

const REPLY: usize = size_of::<RegisterReply>();

fn read_request(unit: UnitId, offset: u32) -> RegisterRequest {
    RegisterRequest {
        header: RequestHeader {
            timeout_ms: LONG_MS,
            ..header::<RegisterRequest>(unit)
        },
        offset,
        reserved: 0,
    }
}

fn try_read(raw: &mut Raw, offset: u32) -> Result<Answer> {
    let request = read_request(raw.unit, offset);
    raw.send(ioctl::READ_REGISTER, &request, REPLY)
}

fn read(raw: &mut Raw, offset: u32) -> Result<RegisterReply> {
    let reply: RegisterReply = try_read(raw, offset)?.reply()?;
    let outcome = (reply.header.status, reply.header.origin);
    assert_eq!(outcome, (NtStatus::SUCCESS, Origin::Protocol as u32));
    assert_eq!(reply.offset, offset);
    Ok(reply)
}

/// What the device has there, as another node of the bus reads it.
fn on_the_bus(scene: &Scene, register: &str) -> Result<u32> {
    let told = scene.simctl_json(&["read", "unit0", register])?;
    let digits = text(&told["value"])?.strip_prefix("0x");
    Ok(u32::from_str_radix(digits.context("no number")?, 16)?)
}

#[test]
fn every_register_of_a_device_is_read_over_the_bus() -> Result<()> {
    let scene = Scene::open("registers", 1)?;
    // Reading takes no access for changes.
    let mut raw = Raw::reader(&scene)?;
    let (output, input) = (read(&mut raw, 0x900)?, read(&mut raw, 0x980)?);
    assert_eq!(output.value, on_the_bus(&scene, "oMPR")?);
    assert_eq!(input.value, on_the_bus(&scene, "iMPR")?);
    let (outputs, inputs) = (Ompr(output.value).plugs(), Impr(input.value).plugs());
    assert!(outputs > 0 && inputs > 0, "{outputs} {inputs}");
    for number in 0..outputs {
        let register = read(&mut raw, 0x904 + 4 * u32::from(number))?;
        let there = on_the_bus(&scene, &format!("oPCR{number}"))?;
        assert_eq!(register.value, there);
    }
    for number in 0..inputs {
        let register = read(&mut raw, 0x984 + 4 * u32::from(number))?;
        let there = on_the_bus(&scene, &format!("iPCR{number}"))?;
        assert_eq!(register.value, there);
    }
    // What changes on the bus is seen.
    scene.simctl(&["offline", "0", "oPCR0"])?;
    assert_eq!(Opcr(read(&mut raw, 0x904)?.value).online(), 0);
    scene.simctl(&["online", "0", "oPCR0"])?;
    assert_eq!(Opcr(read(&mut raw, 0x904)?.value).online(), 1);

    // Where the device has no register, it says so; where none can be, nobody is asked.
    let absent = 0x904 + 4 * u32::from(outputs);
    let reply: RegisterReply = try_read(&mut raw, absent)?.reply()?;
    assert!(!reply.header.status.is_success(), "{reply:?}");
    assert_eq!(reply.header.origin, Origin::Protocol as u32);
    assert_eq!(
        (reply.offset, reply.value, reply.generation),
        (absent, 0, 0)
    );
    for offset in [0, 0x8FC, 0x902, 0xA00] {
        let outcome = try_read(&mut raw, offset)?.outcome()?;
        assert_eq!(outcome, (NtStatus::INVALID_PARAMETER, Origin::Driver));
    }

    // A bus reset while it is under way.
    let before = read(&mut raw, 0x900)?;
    assert_eq!(before.generation, input.generation);
    scene.simctl(&["hold", "AsyncRead"])?;
    let request = read_request(raw.unit, 0x900);
    let late = raw.start(ioctl::READ_REGISTER, &request, REPLY)?;
    wait_until_held(&scene, 1)?;
    scene.simctl(&["reset"])?;
    scene.simctl(&["release"])?;
    let outcome = raw.answer(&late)?.outcome()?;
    assert_eq!(outcome, (NtStatus::INVALID_GENERATION, Origin::Protocol));
    let after = read(&mut raw, 0x900)?;
    assert_eq!(after.generation, before.generation + 1);
    drop(raw);
    scene.close()
}

fn state(raw: &mut Raw, plug: PlugId) -> Result<u32> {
    let request = PlugStateRequest {
        header: header::<PlugStateRequest>(UnitId::NONE),
        plug,
    };
    let reply: PlugState = raw
        .send(ioctl::PLUG_STATE, &request, size_of::<PlugState>())?
        .reply()?;
    assert_eq!(reply.pcr_valid, 1);
    Ok(reply.pcr)
}

#[test]
fn who_sets_a_devices_plug_hears_what_the_protocol_driver_says() -> Result<()> {
    let scene = Scene::open("set-device-plug", 1)?;
    let mut raw = Raw::writer(&scene)?;
    for (direction, offset) in [(Out, 0x904), (In, 0x984)] {
        let plug = raw.plug(direction, 0)?;
        let before = state(&mut raw, plug)?;
        let denied = (NtStatus::ACCESS_DENIED, Origin::Protocol);
        assert_eq!(raw.set(plug, 0)?, denied);
        scene.simctl(&["fail", "SetPlug", "STATUS_NOT_SUPPORTED"])?;
        let unsupported = (NtStatus::NOT_SUPPORTED, Origin::Protocol);
        assert_eq!(raw.set(plug, 0)?, unsupported);
        assert_eq!(state(&mut raw, plug)?, before);
        assert_eq!(read(&mut raw, offset)?.value, before);
    }
    // A handle for queries may not ask.
    let mut reader = Raw::reader(&scene)?;
    let plug = reader.plug(Out, 0)?;
    let denied = (NtStatus::ACCESS_DENIED, Origin::Driver);
    assert_eq!(reader.set(plug, 0)?, denied);
    drop((raw, reader));
    scene.close()
}
