//! Every request once.

use plug61883::{
    Access, AddDirectory, AddressType, Connect, ConnectionKind, CreatePlug, DiagLevel, Direction,
    End, ErrorKind, IsochParams, Location, NtStatus, Opcr, Owner, Register, Source, Speed, State,
    UnitState, Units,
};
use plug61883_sim::Simulator;

use crate::{PAIR, START, input, output, pair, unit};

#[test]
fn units_and_what_they_are() {
    let (driver, deck) = unit(&pair(""), 0);
    let info = driver.info().unwrap();
    assert_eq!(
        (info.units.0, info.handles.0, info.connections.0),
        (2, 1, 0)
    );
    assert_eq!(deck.listed().unwrap().state, UnitState::Managed);

    let ids = deck.ids().unwrap();
    assert_eq!(ids.eui64, 0x00A0_B061_8830_0001);
    assert_eq!(
        (ids.vendor_id, ids.model_id, ids.unit_model_id),
        (0xA0B0, 0x12, 0x13)
    );
    let texts = [ids.vendor, ids.model, ids.unit_model].map(|name| name.text);
    assert_eq!(texts, ["Halvard Works", "Studio Deck", "Deck AV/C"]);

    let capabilities = deck.capabilities().unwrap();
    assert_eq!(
        (capabilities.output_plugs, capabilities.input_plugs),
        (2, 2)
    );
    assert_eq!(capabilities.speed, Speed::S400);
    assert_eq!(deck.computer_capabilities().unwrap().output_plugs, 0);

    let place = deck.place().unwrap();
    // One bus reset for each node that was plugged in.
    assert_eq!(
        (place.generation, place.local.node(), place.device.node()),
        (3, 2, 0)
    );
    assert_eq!(deck.ddi_version().unwrap(), 3);
}

#[test]
fn settings_are_kept() {
    let (_, deck) = unit(&pair(""), 0);
    let params = IsochParams {
        receive_packets: 1,
        receive_descriptors: 2,
        transmit_packets: 3,
        transmit_descriptors: 4,
    };
    let answer = deck.set_isoch_params(params).unwrap();
    assert_eq!(
        (answer.status, answer.source),
        (NtStatus::SUCCESS, Source::Protocol)
    );
    assert_eq!(deck.isoch_params().unwrap(), params);
    deck.set_address_type(AddressType::Exclusive).unwrap();
    deck.set_diag_level(DiagLevel(1), true).unwrap();
    assert_eq!(deck.diag_level().unwrap(), DiagLevel(1));
}

#[test]
fn plugs_and_their_registers() {
    let (driver, camera) = unit(&pair(""), 1);
    assert_eq!(
        camera.plugs().unwrap(),
        [(Direction::Out, 0), (Direction::In, 0)]
    );
    let plug = output(&camera, 0);
    let state = plug.state().unwrap();
    assert_eq!(
        (state.state, state.speed, state.payload),
        (State::Ready, Speed::S100, 61)
    );
    assert_eq!(state.register, Some(Register::Output(Opcr(0x803F_003D))));
    assert_eq!(input(&camera, 0).state().unwrap().channel(), Some(63));

    let missing = camera.plug(Direction::Out, 1).unwrap_err();
    assert_eq!(missing.status(), Some(NtStatus::INVALID_PARAMETER));
    let known = driver.known_plugs(Some(camera.id())).unwrap();
    assert_eq!(known.len(), 2);
    assert_eq!(known[0].location, Location::Device);
}

#[test]
fn connections_are_made_and_broken() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    let connection = deck.connect(&Connect::new().output(&plug)).unwrap();
    let state = plug.state().unwrap();
    assert_eq!((state.state, state.point_to_point), (State::Active, 1));
    // The first channel that is free, where it stood at 63 before.
    assert_eq!(state.channel(), Some(0));

    let infos = driver.connections(None).unwrap();
    let [info] = infos[..] else {
        panic!("{infos:?}");
    };
    assert_eq!((info.id, info.unit), (connection.id(), deck.id()));
    assert_eq!(
        (info.output, info.input),
        (End::Plug(plug.id()), End::Absent)
    );
    assert_eq!(
        (info.kind, info.owner),
        (ConnectionKind::PointToPoint, Owner::ThisHandle)
    );
    assert_eq!((info.made_at, info.process_id), (START, Some(4242)));

    let answer = connection.disconnect().unwrap();
    assert_eq!(
        (answer.status, answer.source),
        (NtStatus::SUCCESS, Source::Protocol)
    );
    let stale = driver.disconnect(info.id, false).unwrap_err();
    assert_eq!(stale.status(), Some(NtStatus::INVALID_PARAMETER));
    assert_eq!(stale.source(), Some(Source::Plug61883));
    assert_eq!(plug.state().unwrap().state, State::Ready);
}

#[test]
fn broadcast_connections_use_the_broadcast_channel() {
    let (_, deck) = unit(&pair(""), 0);
    let plug = output(&deck, 1);
    let connect = Connect::new().output(&plug).broadcast(true);
    let _connection = deck.connect(&connect).unwrap();
    let state = plug.state().unwrap();
    assert_eq!((state.broadcast, state.channel()), (1, Some(63)));
}

#[test]
fn plugs_of_this_computer() {
    let (driver, deck) = unit(&pair(""), 0);
    let register = Opcr(0).with_online(1).with_channel(7).with_payload(122);
    let plug = deck.create_plug(&CreatePlug::output(register)).unwrap();
    assert_eq!(plug.to_string(), "oPCR[0]");
    assert_eq!(plug.state().unwrap().state, State::Ready);
    assert_eq!(deck.computer_capabilities().unwrap().output_plugs, 1);

    plug.set(register.with_online(0).0).unwrap();
    assert_eq!(plug.state().unwrap().state, State::Idle);
    plug.set(register.0).unwrap();
    let connect = Connect::new().output(&plug).input(&input(&deck, 0));
    let connection = deck.connect(&connect).unwrap();
    let busy = driver.delete_plug(plug.id(), false).unwrap_err();
    assert_eq!(busy.status(), Some(NtStatus::DEVICE_BUSY));
    let known = driver.known_plugs(None).unwrap();
    let known = known.iter().find(|known| known.id == plug.id()).unwrap();
    assert_eq!(known.register.unwrap().point_to_point(), 1);
    connection.disconnect().unwrap();
    plug.delete().unwrap();
    assert_eq!(deck.computer_capabilities().unwrap().output_plugs, 0);
}

#[test]
fn directories_and_bus_resets() {
    let (driver, deck) = unit(&pair(""), 0);
    let before = deck.place().unwrap().generation;
    let add = AddDirectory::new(0x00_A02D, 0x01_0001).bus_reset(true);
    let directory = deck.add_directory(&add).unwrap();
    let infos = driver.directories(None).unwrap();
    assert_eq!((infos[0].id, infos[0].spec_id), (directory.id(), 0xA02D));
    directory.remove(false).unwrap();
    assert_eq!(driver.directories(None).unwrap(), []);
    deck.bus_reset().unwrap();
    assert_eq!(deck.place().unwrap().generation, before + 2);
}

#[test]
fn a_handle_for_queries_changes_nothing() {
    let simulator = pair("");
    let driver = simulator.open(Access::Query).unwrap();
    let units = Units::enumerate(&driver).unwrap();
    let deck = units.iter().next().unwrap();
    let plug = output(deck, 0);
    let refused = deck.connect(&Connect::new().output(&plug)).unwrap_err();
    assert_eq!(refused.status(), Some(NtStatus::ACCESS_DENIED));
    assert_eq!(refused.source(), Some(Source::Windows));
    assert_eq!(driver.connections(None).unwrap(), []);
}

#[test]
fn a_process_has_a_limited_number_of_handles() {
    let simulator = pair("");
    let one = simulator.open(Access::Query).unwrap();
    let most = one.info().unwrap().process.handles as usize;
    let handles: Vec<_> = (1..most)
        .map(|_| simulator.open(Access::Query).unwrap())
        .collect();
    let refused = simulator.open(Access::Query).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Open { win32: 1816 });
    simulator.open_as(7, Access::Query).unwrap();
    drop(handles);
    simulator.open(Access::Query).unwrap();
}

#[test]
fn units_of_an_old_protocol_driver_are_listed_only() {
    let simulator = Simulator::from_toml(&format!("ddi_version = 1\n{PAIR}")).unwrap();
    let (_, deck) = unit(&simulator, 0);
    assert!(deck.is_unsupported());
    assert!(deck.ids().unwrap_err().is_unsupported());
}

#[test]
fn version_2_is_spoken_too() {
    let rest = "[[connection]]\nby = \"other-driver\"\nfrom = \"deck.oPCR[1]\"\nto = \"computer\"";
    let simulator = Simulator::from_toml(&format!("ddi_version = 2\n{PAIR}{rest}")).unwrap();
    let (driver, deck) = unit(&simulator, 0);
    assert_eq!(deck.ddi_version().unwrap(), 2);
    let _connection = deck
        .connect(&Connect::new().output(&output(&deck, 0)))
        .unwrap();
    let owners = driver.connections(None).unwrap();
    let owners: Vec<_> = owners.iter().map(|info| info.owner).collect();
    assert_eq!(owners, [Owner::Foreign, Owner::ThisHandle]);
    simulator
        .disconnect(plug61883_sim::By::OtherDriver, "deck.oPCR[1]", "computer")
        .unwrap();
    assert_eq!(driver.connections(None).unwrap().len(), 1);
}
