//! What is set, made and undone beside connections.

use plug61883_abi::av61883::UnitIsochParams;
use plug61883_abi::ioctl::{
    AddDirectoryRequest, CreatePlugReply, CreatePlugRequest, DirectoryEntry, DirectoryReply,
    RemoveRequest, SetPlugRequest, SetUnitInfoRequest,
};

use super::*;

/// A driver that makes one plug and one unit directory, and does all else that it is told.
fn obeying() -> (Scripted, Driver) {
    let scripted = Scripted::new(|sent| match sent.code {
        ioctl::CREATE_PLUG => reply(CreatePlugReply {
            header: success::<CreatePlugReply>(),
            plug: LOCAL,
            number: 2,
            reserved: 0,
        }),
        ioctl::ADD_DIRECTORY => reply(DirectoryReply {
            header: success::<DirectoryReply>(),
            directory: DIRECTORY,
        }),
        ioctl::CONNECT => reply(ConnectReply {
            header: success::<ConnectReply>(),
            connection: CONNECTION,
        }),
        _ => reply(success::<ReplyHeader>()),
    });
    (scripted.clone(), Driver::with_transport(scripted))
}

/// The last request, read as `T`.
fn last<T: FromBytes>(scripted: &Scripted) -> (u32, T) {
    let sent = scripted.sent();
    let sent = sent.last().unwrap();
    (sent.code, T::read_from_bytes(&sent.input).unwrap())
}

fn request_header<T>(unit: UnitId) -> RequestHeader {
    RequestHeader {
        size: size_of::<T>() as u32,
        version: 1,
        unit,
        ..RequestHeader::default()
    }
}

#[test]
fn unit_information_is_set() {
    let (scripted, driver) = obeying();
    let unit = Unit::by_id(&driver, UNIT);
    let header = request_header::<SetUnitInfoRequest>(UNIT);
    let expect = |expected: SetUnitInfoRequest| {
        let sent = last::<SetUnitInfoRequest>(&scripted);
        assert_eq!(sent, (ioctl::SET_UNIT_INFO, expected));
    };
    let none = SetUnitInfoRequest {
        header,
        ..SetUnitInfoRequest::default()
    };
    let params = IsochParams {
        receive_packets: 1,
        receive_descriptors: 2,
        transmit_packets: 3,
        transmit_descriptors: 4,
    };
    let answer = unit.set_isoch_params(params).unwrap();
    assert_eq!(answer.source, Source::Protocol);
    let isoch = UnitIsochParams {
        rx_num_packets: 1,
        rx_num_descriptors: 2,
        tx_num_packets: 3,
        tx_num_descriptors: 4,
    };
    assert_eq!(IsochParams::from(isoch), params);
    expect(SetUnitInfoRequest {
        level: 2,
        isoch,
        ..none
    });
    for (typed, raw) in [(AddressType::Global, 1), (AddressType::Exclusive, 2)] {
        unit.set_address_type(typed).unwrap();
        expect(SetUnitInfoRequest {
            level: 3,
            address_type: raw,
            ..none
        });
    }
    for allow in [false, true] {
        unit.set_diag_level(DiagLevel(0x11), allow).unwrap();
        expect(SetUnitInfoRequest {
            level: 1,
            flags: allow.into(),
            diag_level: 0x11,
            ..none
        });
    }
    unit.bus_reset().unwrap();
    let reset = (ioctl::BUS_RESET, request_header::<RequestHeader>(UNIT));
    assert_eq!(last::<RequestHeader>(&scripted), reset);
}

#[test]
fn a_plug_is_set_and_deleted_when_it_is_dropped() {
    let (scripted, driver) = obeying();
    let unit = Unit::by_id(&driver, UNIT);
    let register = Ipcr(0).with_online(1).with_channel(63);
    let plug = unit.create_plug(&CreatePlug::input(register)).unwrap();
    assert_eq!((plug.id(), plug.unit(), plug.number()), (LOCAL, UNIT, 2));
    assert_eq!(
        (&*plug.to_string(), plug.is_persistent()),
        ("iPCR[2]", false)
    );
    let (code, request) = last::<CreatePlugRequest>(&scripted);
    assert_eq!(code, ioctl::CREATE_PLUG);
    assert_eq!(request.header, request_header::<CreatePlugRequest>(UNIT));
    assert_eq!(
        (request.direction, request.pcr.0, request.flags),
        (1, 0x803F_0000, 0)
    );

    plug.set(0x803F_0001).unwrap();
    let (code, request) = last::<SetPlugRequest>(&scripted);
    assert_eq!(code, ioctl::SET_PLUG);
    assert_eq!((request.plug, request.pcr.0), (LOCAL, 0x803F_0001));

    // It can be connected as any other.
    let connection = unit
        .connect(&Connect::new().output(OUT0).input(&plug))
        .unwrap();
    let (_, request) = last::<ConnectRequest>(&scripted);
    assert_eq!((request.output, request.input), (OUT0, LOCAL));
    connection.disconnect().unwrap();

    drop(plug);
    let (code, request) = last::<RemoveRequest>(&scripted);
    assert_eq!(code, ioctl::DELETE_PLUG);
    assert_eq!(
        request.header,
        request_header::<RemoveRequest>(UnitId::NONE)
    );
    assert_eq!((request.id, request.flags), (LOCAL.0, 0));
    assert_eq!(scripted.sent().len(), 5);
}

#[test]
fn a_persistent_plug_stays_and_a_deleted_one_is_deleted_once() {
    let (scripted, driver) = obeying();
    let unit = Unit::by_id(&driver, UNIT);
    let create = CreatePlug::output(Opcr(0x8000_0000));
    drop(unit.create_plug(&create.persist(true)).unwrap());
    let (code, request) = last::<CreatePlugRequest>(&scripted);
    assert_eq!(
        (code, request.direction, request.flags),
        (ioctl::CREATE_PLUG, 0, 1)
    );
    unit.create_plug(&create).unwrap().delete().unwrap();
    assert_eq!(
        codes(&scripted),
        [ioctl::CREATE_PLUG, ioctl::CREATE_PLUG, ioctl::DELETE_PLUG]
    );
    driver.delete_plug(LOCAL, true).unwrap();
    assert_eq!(last::<RemoveRequest>(&scripted).1.flags, 1);
}

#[test]
fn a_plug_with_an_impossible_number_is_told() {
    let driver = Driver::with_transport(Scripted::new(|_| {
        reply(CreatePlugReply {
            header: success::<CreatePlugReply>(),
            plug: LOCAL,
            number: 31,
            reserved: 0,
        })
    }));
    let unit = Unit::by_id(&driver, UNIT);
    let error = unit.create_plug(&CreatePlug::output(Opcr(0))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply(ReplyFault::PlugNumber(31)));
    assert_eq!(
        error.to_string(),
        "could not create an oPCR through unit 1.3: a plug with number 31 can't be"
    );
}

#[test]
fn a_directory_is_removed_when_it_is_dropped() {
    let (scripted, driver) = obeying();
    let unit = Unit::by_id(&driver, UNIT);
    let add = AddDirectory::new(0xA02D, 0x10001);
    let directory = unit.add_directory(&add).unwrap();
    assert_eq!(
        (directory.id(), directory.is_persistent()),
        (DIRECTORY, false)
    );
    let (code, request) = last::<AddDirectoryRequest>(&scripted);
    assert_eq!((code, request.flags), (ioctl::ADD_DIRECTORY, 0));
    assert_eq!((request.spec_id, request.sw_version), (0xA02D, 0x10001));
    drop(directory);
    let (code, request) = last::<RemoveRequest>(&scripted);
    assert_eq!((code, request.id), (ioctl::REMOVE_DIRECTORY, DIRECTORY.0));
    assert_eq!(request.flags, 0);

    drop(
        unit.add_directory(&add.persist(true).bus_reset(true))
            .unwrap(),
    );
    assert_eq!(last::<AddDirectoryRequest>(&scripted).1.flags, 3);
    unit.add_directory(&add).unwrap().remove(true).unwrap();
    assert_eq!(last::<RemoveRequest>(&scripted).1.flags, 2);
    driver.remove_directory(DIRECTORY, true, true).unwrap();
    assert_eq!(last::<RemoveRequest>(&scripted).1.flags, 3);
    assert_eq!(scripted.sent().len(), 6);
}

#[test]
fn directories_are_listed() {
    let driver = Driver::with_transport(Scripted::new(|sent| {
        let entry = DirectoryEntry {
            directory: DIRECTORY,
            unit: UNIT,
            spec_id: 1,
            sw_version: 2,
            owner: 2,
            process_id: 3,
            made_at: 4,
        };
        Ok(list(&[entry], sent.output))
    }));
    let [directory] = driver.directories(None).unwrap()[..] else {
        panic!()
    };
    assert_eq!((directory.id, directory.unit), (DIRECTORY, UNIT));
    assert_eq!((directory.spec_id, directory.sw_version), (1, 2));
    assert_eq!(
        (directory.owner, directory.process_id),
        (Owner::Driver, Some(3))
    );
    assert_eq!(directory.made_at, 4);
}

#[test]
fn a_format_goes_with_a_connection() {
    let (scripted, driver) = obeying();
    let format = CipDataFormat {
        blocks_per_packet: 8,
        ..CipDataFormat::DV_625_50
    };
    let connect = Connect::new().output(OUT0).format(format).persist(true);
    drop(Unit::by_id(&driver, UNIT).connect(&connect).unwrap());
    assert_eq!(last::<ConnectRequest>(&scripted).1.format, format);
}
