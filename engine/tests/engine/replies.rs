//! What replies and lists hold.

use plug61883_abi::av61883::unit_info_level;
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::ioctl::{self, List, PlugEntry};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;
use zerocopy::FromBytes;

use crate::lower::Outcome;
use crate::scene::Scene;
use crate::world::World;

#[test]
fn every_level_of_unit_information_is_told() {
    let mut scene = Scene::new();
    let unit = scene.world.units[scene.unit].id;
    for level in [
        unit_info_level::IDS,
        unit_info_level::CAPABILITIES,
        unit_info_level::BUS_GENERATION_NODE,
        unit_info_level::DDI_VERSION,
    ] {
        let command = Command::UnitInfo { unit, level };
        let client = scene.world.request(scene.handle, command).unwrap();
        scene.world.settle();
        assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
        // The status of the protocol driver comes with who gave it.
        let client = scene.world.request(scene.handle, command).unwrap();
        scene.world.run();
        scene.answer(Outcome::Fail(NtStatus::INVALID_PARAMETER));
        let status = scene.world.clients[client].header().status;
        assert_eq!(status, NtStatus::INVALID_PARAMETER);
    }
}

#[test]
fn a_plugs_state_stands_without_its_register() {
    // The bus generation or the register can't be had, or even asked for.
    for step in 1..=2 {
        for refused in [false, true] {
            let mut scene = Scene::new();
            let command = Command::PlugState {
                unit: UnitId::NONE,
                plug: scene.output,
            };
            let client = scene.world.request(scene.handle, command).unwrap();
            for _ in 0..step {
                scene.world.run();
                let below = scene.world.below(None);
                scene.world.complete(below[0], Outcome::Honest);
            }
            assert!(scene.world.next());
            if refused {
                let status = NtStatus::INVALID_DEVICE_STATE;
                scene.world.pass_down(0, Some(status));
                scene.world.returned(0);
                scene.world.run();
            } else {
                scene.world.returned(0);
                scene.answer(Outcome::Fail(NtStatus::IO_DEVICE_ERROR));
            }
            assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
            let reply: ioctl::PlugState = scene.world.clients[client].reply();
            assert_eq!((reply.pcr_valid, reply.point_to_point), (0, 4));
        }
    }
}

#[test]
fn a_protocol_driver_that_is_too_old_is_refused_every_time() {
    let mut world = World::new();
    let handle = world.open().unwrap();
    let unit = world.arrive(1).unwrap();
    let command = Command::GetPlug {
        unit: world.units[unit].id,
        direction: Direction::Out,
        number: 0,
    };
    for _ in 0..2 {
        let client = world.request(handle, command).unwrap();
        world.settle();
        assert_eq!(world.status(client), NtStatus::REVISION_MISMATCH);
    }
}

#[test]
fn a_list_that_does_not_fit_tells_the_size_it_needs() {
    let mut scene = Scene::new();
    scene
        .world
        .plug_id(scene.handle, scene.unit, Direction::Out, 1);
    let (entry, start) = (size_of::<PlugEntry>(), size_of::<List>());
    let key = scene.world.handles[scene.handle].key;
    let all = Command::ListPlugs(UnitId::NONE);
    for room in (start..start + 4 * entry).step_by(if cfg!(miri) { 15 } else { 1 }) {
        let mut reply = vec![0; room];
        let size = scene.world.engine.query(key, &all, &mut reply);
        let size = size.unwrap().unwrap();
        let fit = ((room - start) / entry).min(3);
        assert_eq!(size, start + fit * entry);
        let (list, _) = List::read_from_prefix(&reply).unwrap();
        assert_eq!((list.total, list.count as usize), (3, fit));
        assert_eq!(list.header.size as usize, start + 3 * entry);
    }
    let mut short = vec![0; start - 1];
    let refused = scene.world.engine.query(key, &all, &mut short).unwrap();
    assert_eq!(refused, Err(NtStatus::BUFFER_TOO_SMALL));
}

#[test]
fn lists_of_an_unknown_unit_are_refused() {
    let mut scene = Scene::new();
    let stale = scene.world.units[scene.unit].id;
    scene.world.leave(scene.unit, true);
    scene.world.left(scene.unit);
    let key = scene.world.handles[scene.handle].key;
    for unit in [stale, UnitId(u64::MAX), UnitId(1), UnitId(0xFFFF)] {
        for command in [Command::ListPlugs(unit), Command::ListConnections(unit)] {
            let refused = scene.world.engine.query(key, &command, &mut [0; 64]);
            assert_eq!(refused, Some(Err(NtStatus::NO_SUCH_DEVICE)));
        }
    }
}

#[test]
fn a_reply_that_is_being_delivered_is_left_alone_by_what_follows() {
    let mut scene = Scene::new();
    let command = scene.connect_command(false);
    let client = scene.world.request(scene.handle, command).unwrap();
    assert!(scene.world.next());
    scene.world.returned(0);
    let below = scene.world.below(None);
    scene.world.complete(below[0], Outcome::Honest);
    assert!(scene.world.next(), "delivers");
    scene.world.cleanup(scene.handle);
    // The connection is broken while the shell still completes the connect; the world checks
    // that its reply stays what it was.
    assert!(scene.world.next(), "sends the disconnect");
    scene.world.returned(0);
    let below = scene.world.below(None);
    scene
        .world
        .complete(below[0], Outcome::Fail(NtStatus::IO_DEVICE_ERROR));
    scene.world.delivered(0);
    assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
}
