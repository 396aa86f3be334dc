//! Units, plugs and lists.

use plug61883_abi::av61883::AvPcr;

use super::*;

fn unit_entries(count: u32) -> Vec<UnitEntry> {
    (0..count)
        .map(|slot| UnitEntry {
            unit: UnitId::new(slot, 1),
            connections: 2,
            state: 1 + slot % 2,
            ..Default::default()
        })
        .collect()
}

#[test]
fn a_list_that_grows_is_asked_for_again() {
    let mut count = 30;
    let scripted = Scripted::new(move |sent| {
        count += 20;
        Ok(list(&unit_entries(count.min(90)), sent.output))
    });
    let units = Units::enumerate(&Driver::with_transport(scripted.clone())).unwrap();
    assert_eq!(units.len(), 90);
    assert!(!units.is_empty());
    assert_eq!(units.get(UnitId::new(89, 1)).unwrap().connection_count(), 2);
    assert!(units.get(UnitId::new(89, 2)).is_none());
    let listed = units.get(UnitId::new(0, 1)).unwrap().listed().unwrap();
    assert_eq!(
        (listed.state, listed.ddi_version),
        (UnitState::Managed, None)
    );
    assert!(units.get(UnitId::new(1, 1)).unwrap().is_unsupported());
    assert_eq!(scripted.sent().len(), 4);
    assert_eq!(units.into_iter().count(), 90);
}

#[test]
fn a_list_that_never_settles_or_is_absurd_is_told() {
    let mut count = 30;
    let growing = Scripted::new(move |sent| {
        count += 20;
        Ok(list(&unit_entries(count), sent.output))
    });
    let error = Units::enumerate(&Driver::with_transport(growing)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply(ReplyFault::Unsettled));
    let absurd = Scripted::new(|sent| Ok(list(&unit_entries(100_000), sent.output)));
    let error = Units::enumerate(&Driver::with_transport(absurd)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply(ReplyFault::Long(2_400_032)));
}

fn text(text: &str) -> Text {
    let mut wire = Text::default();
    let units: Vec<u16> = text.encode_utf16().collect();
    wire.length = units.len() as u32;
    for (to, from) in wire.units[..63].iter_mut().zip(units) {
        *to = from;
    }
    wire
}

#[test]
fn unit_information_is_read_level_by_level() {
    let driver = Driver::with_transport(Scripted::new(|sent| {
        let request = UnitInfoRequest::read_from_bytes(&sent.input).unwrap();
        let level = request.level;
        assert!(request.flags == 0 || level == 2);
        let mut info = UnitInfo {
            header: success::<UnitInfo>(),
            level,
            ..Default::default()
        };
        match level {
            1 => {
                (info.eui64, info.vendor_id) = (0x0123_4567_89AB_CDEF, 0xA0DE);
                (info.vendor, info.model) = (text("Zürich"), text(&"x".repeat(70)));
                info.unit_model = text("a\0b");
            }
            2 if request.flags == 1 => (info.output_plugs, info.hardware_flags) = (31, 1),
            2 => (info.output_plugs, info.input_plugs, info.max_data_rate) = (1, 400, 2),
            3 => info.isoch.rx_num_packets = 100,
            6 => info.diag_level = 0x45,
            4 => (info.generation, info.local_node, info.device_node) = (7, 0xFFC0, 0xFFC1),
            5 => info.ddi_version = 3,
            _ => return Err(refusal(NtStatus::INVALID_PARAMETER)),
        }
        reply(info)
    }));
    let unit = Unit::by_id(&driver, UNIT);
    let ids = unit.ids().unwrap();
    assert_eq!((ids.eui64, ids.vendor_id), (0x0123_4567_89AB_CDEF, 0xA0DE));
    assert_eq!(
        ids.vendor,
        UnitName {
            text: "Zürich".into(),
            cut: false
        }
    );
    assert_eq!(
        ids.model,
        UnitName {
            text: "x".repeat(63),
            cut: true
        }
    );
    assert_eq!(ids.unit_model.text, "a");
    let capabilities = unit.capabilities().unwrap();
    assert_eq!(
        (capabilities.input_plugs, capabilities.speed),
        (400, Speed::S400)
    );
    // However many a unit claims, plugs end at 30.
    let plugs = unit.plugs().unwrap();
    assert_eq!(plugs.len(), 1 + 31);
    assert_eq!(
        (plugs[0], plugs[31]),
        ((Direction::Out, 0), (Direction::In, 30))
    );
    let place = unit.place().unwrap();
    assert_eq!((place.generation, place.local.0), (7, 0xFFC0));
    assert_eq!((place.device.bus(), place.device.node()), (1023, 1));
    assert_eq!(unit.ddi_version(), Ok(3));
    let computer = unit.computer_capabilities().unwrap();
    assert_eq!((computer.output_plugs, computer.hardware_flags), (31, 1));
    assert_eq!(unit.isoch_params().unwrap().receive_packets, 100);
    let level = unit.diag_level().unwrap();
    assert_eq!(level, DiagLevel(0x45));
    assert_eq!(
        level.to_string(),
        "ignore-oplug,set-channel-63,specify-block-size"
    );
    assert_eq!(DiagLevel(0).to_string(), "none");
    assert_eq!(
        DiagLevel(0x8000_0002).to_string(),
        "ignore-iplug,0x80000000"
    );
}

#[test]
fn another_level_than_asked_for_is_told() {
    let driver = Driver::with_transport(Scripted::new(|_| {
        reply(UnitInfo {
            header: success::<UnitInfo>(),
            level: 9,
            ..Default::default()
        })
    }));
    let error = Unit::by_id(&driver, UNIT).ids().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply(ReplyFault::Level(9)));
    assert!(
        error
            .to_string()
            .starts_with("could not read the ids of unit 1.3: ")
    );
}

fn state(plug: PlugId, state: u32, pcr: Option<u32>) -> PlugState {
    let driver = Driver::with_transport(Scripted::new(move |sent| {
        let request = PlugStateRequest::read_from_bytes(&sent.input).unwrap();
        assert_eq!((request.plug, request.header.unit), (plug, UnitId::NONE));
        reply(ioctl::PlugState {
            header: success::<ioctl::PlugState>(),
            state,
            data_rate: 1,
            payload: 122,
            broadcast: 1,
            point_to_point: 5,
            pcr_valid: u32::from(pcr.is_some()),
            pcr: pcr.unwrap_or(0),
            reserved: 0,
        })
    }));
    driver.plug_state(plug).unwrap()
}

#[test]
fn online_comes_from_the_register_or_else_from_the_state() {
    for (raw, named, online) in [
        (0, State::Idle, Some(false)),
        (1, State::Ready, Some(true)),
        (2, State::Suspended, Some(false)),
        (3, State::Active, Some(true)),
        (4, State::Other(4), None),
    ] {
        let without = state(OUT0, raw, None);
        assert_eq!(
            (without.state, without.online(), without.channel()),
            (named, online, None)
        );
        for plug in [OUT0, IN1] {
            let with = state(plug, raw, Some(0x853F_0000));
            assert_eq!((with.online(), with.channel()), (Some(true), Some(63)));
            let with = state(plug, raw, Some(0x0001_0000));
            assert_eq!((with.online(), with.channel()), (Some(false), Some(1)));
        }
    }
    let state = state(IN1, 3, Some(0x8000_0000));
    assert_eq!((state.speed, state.payload), (Speed::S200, 122));
    assert_eq!((state.broadcast, state.point_to_point), (1, 5));
    assert_eq!(state.register, Some(Register::Input(Ipcr(0x8000_0000))));
    assert_eq!(Register::Output(Opcr(5)).bits(), 5);
}

#[test]
fn connections_and_known_plugs_are_listed() {
    let driver = Driver::with_transport(Scripted::new(|sent| {
        let request = RequestHeader::read_from_bytes(&sent.input).unwrap();
        assert_eq!(request.unit, UNIT);
        if sent.code == ioctl::LIST_PLUGS {
            let entry = PlugEntry {
                plug: IN1,
                unit: UNIT,
                direction: 1,
                number: 1,
                location: 1,
                owner: 4,
                ..Default::default()
            };
            let local = PlugEntry {
                plug: LOCAL,
                location: 0,
                owner: 3,
                process_id: 8,
                made_at: 5,
                pcr: AvPcr(0x8105_0000),
                ..entry
            };
            return Ok(list(&[entry, local], sent.output));
        }
        let entry = |owner, connect_type| ConnectionEntry {
            connection: CONNECTION,
            output: OUT0,
            owner,
            connect_type,
            made_at: 1,
            process_id: owner,
            ..ConnectionEntry::default()
        };
        Ok(list(
            &[
                entry(0, 0),
                entry(1, 1),
                entry(2, 2),
                entry(9, 1),
                ConnectionEntry {
                    ends: 2,
                    ..entry(3, 1)
                },
            ],
            sent.output,
        ))
    }));
    let connections = Unit::by_id(&driver, UNIT).connections().unwrap();
    let owners: Vec<_> = connections
        .iter()
        .map(|connection| connection.owner)
        .collect();
    assert_eq!(
        owners,
        [
            Owner::ThisHandle,
            Owner::OtherHandle,
            Owner::Driver,
            Owner::Other(9),
            Owner::Foreign,
        ]
    );
    assert_eq!(connections[0].kind, ConnectionKind::Broadcast);
    assert_eq!(connections[2].kind, ConnectionKind::Other(2));
    assert_eq!(
        (connections[0].output, connections[0].input),
        (End::Plug(OUT0), End::Absent)
    );
    assert_eq!(connections[4].input, End::Unnamed);
    assert_eq!(
        (End::Plug(IN1).plug(), End::Unnamed.plug()),
        (Some(IN1), None)
    );
    assert_eq!(
        (connections[0].process_id, connections[1].process_id),
        (None, Some(1))
    );
    let plugs = driver.known_plugs(Some(UNIT)).unwrap();
    assert_eq!(
        (plugs[0].id, plugs[0].direction),
        (IN1, Some(Direction::In))
    );
    let of_device = (plugs[0].location, plugs[0].owner, plugs[0].register);
    assert_eq!(of_device, (Location::Device, Owner::Device, None));
    let local = plugs[1];
    assert_eq!((local.id, local.location), (LOCAL, Location::Computer));
    assert_eq!((local.owner, local.process_id), (Owner::Foreign, Some(8)));
    let register = local.register.unwrap();
    assert_eq!((register.online(), register.channel()), (true, 5));
    assert_eq!((register.point_to_point(), register.broadcast()), (1, 0));
}
