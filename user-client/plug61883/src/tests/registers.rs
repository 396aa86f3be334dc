//! Plug registers: read, set, and made up of their fields.

use plug61883_abi::ioctl::{RegisterReply, RegisterRequest, SetPlugRequest};

use super::*;

/// A driver whose registers read as their offset in the low half and a mark in the high one.
fn reading() -> (Scripted, Driver) {
    let scripted = Scripted::new(|sent| match sent.code {
        ioctl::READ_REGISTER => {
            let request = RegisterRequest::read_from_bytes(&sent.input).unwrap();
            if request.offset == 0 {
                return Err(refusal(NtStatus::INVALID_PARAMETER));
            }
            reply(RegisterReply {
                header: success::<RegisterReply>(),
                offset: request.offset,
                value: 0x8001_0000 | request.offset,
                generation: 9,
                reserved: 0,
            })
        }
        ioctl::GET_PLUG => reply(PlugReply {
            header: success::<PlugReply>(),
            plug: OUT0,
        }),
        ioctl::SET_PLUG => reply(header(size_of::<ReplyHeader>(), NtStatus::ACCESS_DENIED)),
        _ => Err(refusal(NtStatus::INVALID_DEVICE_REQUEST)),
    });
    (scripted.clone(), Driver::with_transport(scripted))
}

#[test]
fn every_register_has_its_place() {
    let (scripted, driver) = reading();
    let unit = Unit::by_id(&driver, UNIT);
    let master = unit.master_plugs().unwrap();
    assert_eq!(master.output, Ompr(0x8001_0900));
    assert_eq!(
        (master.output.plugs(), master.input),
        (0, Impr(0x8001_0980))
    );
    for (direction, number, offset) in [
        (Direction::Out, 0, 0x904),
        (Direction::Out, 30, 0x97C),
        (Direction::In, 0, 0x984),
        (Direction::In, 30, 0x9FC),
    ] {
        let register = unit.register(direction, number).unwrap();
        assert_eq!(register, Register::new(direction, 0x8001_0000 | offset));
        let place = RegisterPlace::Plug(direction, number);
        let read = driver.read_register(UNIT, place).unwrap();
        assert_eq!((read.place, read.generation), (place, 9));
        assert_eq!(read.bits, register.bits());
    }
    let plug = unit.plug(Direction::Out, 3).unwrap();
    let register = plug.register().unwrap();
    assert_eq!(register, Register::Output(Opcr(0x8001_0910)));
    let expected = RegisterRequest {
        header: RequestHeader {
            size: 32,
            version: 1,
            unit: UNIT,
            ..RequestHeader::default()
        },
        offset: 0x910,
        reserved: 0,
    };
    let sent = scripted.sent();
    assert_eq!(sent.last().unwrap().input, expected.as_bytes());
    assert_eq!(sent.last().unwrap().output, 32);
}

#[test]
fn a_register_that_is_not_there_is_told_by_its_name() {
    let (_, driver) = reading();
    let unit = Unit::by_id(&driver, UNIT);
    // The driver refuses it, not the library.
    for number in [31, u32::MAX] {
        let error = unit.register(Direction::In, number).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "could not read iPCR[{number}] of unit 1.3: STATUS_INVALID_PARAMETER \
                 (0xC000000D) from plug61883: a parameter is not valid"
            )
        );
    }
    let wrong = Driver::with_transport(Scripted::new(|_| {
        reply(RegisterReply {
            header: success::<RegisterReply>(),
            offset: 0x904,
            ..RegisterReply::default()
        })
    }));
    let error = Unit::by_id(&wrong, UNIT).master_plugs().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply(ReplyFault::Offset(0x904)));
    assert_eq!(
        error.to_string(),
        "could not read oMPR of unit 1.3: the register at 0x904 came, which was not asked for"
    );
}

#[test]
fn of_a_devices_plug_the_protocol_driver_decides() {
    let (scripted, driver) = reading();
    let plug = Unit::by_id(&driver, UNIT).plug(Direction::Out, 0).unwrap();
    let register = Register::from(Opcr(0)).with_online(true);
    let error = plug.set(register).unwrap_err();
    let denied = Answer {
        status: NtStatus::ACCESS_DENIED,
        source: Source::Protocol,
    };
    assert_eq!(error.kind(), ErrorKind::Status(denied));
    let sent = scripted.sent();
    let request = SetPlugRequest::read_from_bytes(&sent.last().unwrap().input).unwrap();
    assert_eq!((request.plug, request.pcr.0), (OUT0, 0x8000_0000));
}

#[test]
fn a_register_is_made_up_of_its_fields() {
    let output = Register::from(Opcr(0))
        .with_online(true)
        .with_broadcast(1)
        .with_point_to_point(5)
        .with_channel(63)
        .with_speed(Speed::S200)
        .and_then(|register| register.with_overhead_id(15))
        .and_then(|register| register.with_payload(122))
        .unwrap();
    assert_eq!(output, Register::Output(Opcr(0xC53F_7C7A)));
    assert_eq!(output.overhead_id(), Some(15));
    // (122 + 3) * 8 and 15 * 32.
    assert_eq!(output.bandwidth_units(), Some(1480));
    let off = output.with_online(false).with_broadcast(0);
    assert_eq!(off.bits(), 0x053F_7C7A);
    let other = output.with_speed(Speed::Other(3)).unwrap();
    assert_eq!(other.speed(), Some(Speed::Other(3)));

    let input = Register::from(Ipcr(0))
        .with_online(true)
        .with_point_to_point(1)
        .with_channel(10);
    assert_eq!(input, Register::Input(Ipcr(0x810A_0000)));
    assert_eq!(input.with_broadcast(1).bits(), 0xC10A_0000);
    // What an input plug's register does not hold.
    assert_eq!((input.overhead_id(), input.bandwidth_units()), (None, None));
    assert_eq!(input.with_speed(Speed::S400), None);
    assert_eq!(input.with_payload(1), None);
    assert_eq!(input.with_overhead_id(1), None);
}
