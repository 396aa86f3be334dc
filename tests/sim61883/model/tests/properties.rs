//! Random sequences of everything that can happen, held to the invariants of `common::check` and to
//! what a monitor makes of the calls that it gets.

mod common;
#[path = "properties/world.rs"]
mod world;

use common::{assert_all_free, check, in_use};
use plug61883_abi::av61883::AvRequest;
use proptest::prelude::*;
use world::{World, step};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 2 } else { 256 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn invariants_hold(
        steps in prop::collection::vec(step(), 0..if cfg!(miri) { 12 } else { 120 })
    ) {
        let mut world = World::new();
        for step in &steps {
            world.run(step);
        }
        world.restore();
        for (unit, handle) in std::mem::take(&mut world.handles) {
            world.simulation.disconnect(unit, handle);
        }
        prop_assert_eq!(world.simulation.connections().count(), 0);
        assert_all_free(&world.simulation);
        world.simulation.callbacks.release();
        world.watch();
        for unit in std::mem::take(&mut world.units) {
            world.simulation.detach(unit);
        }
        prop_assert_eq!(world.simulation.local_plugs().count(), 0);
        prop_assert_eq!(world.simulation.callbacks.waiting(), 0);
    }

    #[test]
    fn same_steps_same_bus(steps in prop::collection::vec(step(), 0..8)) {
        let mut worlds = [World::new(), World::new()];
        for world in &mut worlds {
            for step in &steps {
                world.run(step);
            }
        }
        let [first, second] = worlds;
        prop_assert_eq!(first.handles, second.handles);
        prop_assert_eq!(in_use(&first.simulation), in_use(&second.simulation));
    }

    #[test]
    fn any_request_is_answered(function in 0_u32..26, version in 0_u32..5, flags: u32, body: [u64; 6]) {
        let mut world = World::new();
        let unit = world.units[0];
        let mut request = AvRequest { function, version, flags, _pad0: 0, body };
        let _ = common::send(&mut world.simulation, unit, &mut request);
        check(&world.simulation);
    }

    #[test]
    fn any_lock_is_answered(offset in 0xFFFF_F000_0200_u64..0xFFFF_F000_0A08, new: u32) {
        let mut world = World::new();
        for node in 0xFFBF..=0xFFC4 {
            let node = plug61883_abi::av61883::NodeAddress(node);
            let Ok(old) = world.simulation.read_quadlet(node, offset) else { continue };
            let _ = world.simulation.lock_quadlet(node, offset, old, new);
        }
        // Whatever stands there now, the driver's own dealings end.
        let unit = world.units[0];
        let request = common::point_to_point(unit, 0, 0);
        if let Ok(handle) = world.simulation.connect(unit, request) {
            prop_assert!(world.simulation.disconnect(unit, handle));
        }
        world.simulation.bus_reset();
        world.restore();
        assert_all_free(&world.simulation);
    }
}
