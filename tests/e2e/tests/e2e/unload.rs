//! What is registered is deregistered, what is called late finds nothing, and the driver is unloaded
//! when the last unit and the last handle are gone, not before.

use anyhow::Result;
use e2e::{Scene, instance};
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::status::NtStatus;
use serde_json::{Value, json};

use crate::raw::Raw;
use crate::support::{Monitor, until};

/// How often plug61883.sys was unloaded, by what the PnP manager printed.
fn unloads(scene: &mut Scene) -> Result<usize> {
    scene.bench().check()?;
    let log = std::fs::read(scene.bench().log().path())?;
    let log = String::from_utf8_lossy(&log);
    Ok(log.matches("plug61883: unload -> 0x00000000").count())
}

/// What is registered, made and set through the unit in a slot of the simulator.
fn registrations(scene: &Scene, slot: u64) -> Result<Option<Value>> {
    let units = scene.simctl_json(&["registrations"])?;
    let mut units = units.as_array().into_iter().flatten();
    Ok(units.find(|unit| unit["unit"] == slot).cloned())
}

/// Requests of a function that the protocol driver has seen.
fn seen(scene: &Scene, function: &str) -> Result<Value> {
    Ok(scene.simctl_json(&["state"])?["seen"][function].clone())
}

#[test]
fn what_is_registered_is_deregistered() -> Result<()> {
    let mut scene = Scene::open("registered", 1)?;
    scene.add_unit_with(9, &[])?;
    let ours = || -> Result<(Value, Value)> {
        let unit = registrations(&scene, 0)?.unwrap_or_default();
        Ok((unit["bus_resets"].clone(), unit["monitors"].clone()))
    };
    until(
        "both are registered",
        || Ok(ours()? == (json!(1), json!(1))),
    )?;
    let none = registrations(&scene, 1)?.unwrap_or_default();
    assert_eq!(none["bus_resets"], 0, "that one has no plug61883");
    for command in ["remove", "surprise-remove"] {
        let before = ["BusResetNotify", "MonitorPlugs"].map(|name| seen(&scene, name));
        scene.bench().pnp(&format!("{command} {}", instance(1)))?;
        let after = ["BusResetNotify", "MonitorPlugs"].map(|name| seen(&scene, name));
        for (before, after) in before.into_iter().zip(after) {
            let (before, after) = (before?.as_u64(), after?.as_u64());
            assert_eq!(before.map(|before| before + 1), after, "{command}");
        }
        assert_eq!(registrations(&scene, 0)?, None, "{command}");
        scene.add_unit(1)?;
        until("both are registered", || {
            let unit = registrations(&scene, 0)?.unwrap_or_default();
            Ok(unit["bus_resets"] == 1 && unit["monitors"] == 1)
        })?;
    }
    scene.close()
}

#[test]
fn calls_that_come_late_find_nothing() -> Result<()> {
    let mut scene = Scene::open("late-calls", 2)?;
    for command in ["remove", "surprise-remove"] {
        let mut monitor = Monitor::start(&scene)?;
        let mut raw = Raw::writer(&scene)?;
        let keeper = raw.create(Out)?;
        monitor.events(["plug_created"])?;
        let id = scene.plugctl_json(&["units"])?["units"][1]["id"].clone();
        let id = crate::support::text(&id)?.to_owned();
        let of_second = scene.plugctl_ok(&["create-plug", &id, "in", "--persist"])?;
        monitor.events(["plug_created"])?;

        // Calls for a plug that is deleted, for one that stays, for a unit that leaves and for
        // one that stays, while none is made.
        scene.simctl(&["callbacks", "hold"])?;
        let gone = raw.create(In)?;
        raw.set(gone, 0x8001_0000)?;
        raw.delete(gone)?;
        scene.simctl(&["lock", "local", "oPCR0", "0x803F007A", "0x8003007A"])?;
        scene.plugctl_ok(&["set-plug", of_second.trim(), "0x80020000"])?;
        scene.simctl(&["reset"])?;
        monitor.events([
            "plug_created",
            "plug_changed",
            "plug_removed",
            "plug_changed",
        ])?;
        scene.bench().pnp(&format!("{command} {}", instance(2)))?;
        monitor.events(["plug_removed", "unit_removed"])?;

        scene.simctl(&["callbacks", "release"])?;
        // The one that still names something is told; the bus resets are one.
        let [changed] = monitor.events(["plug_changed"])?;
        assert_eq!(changed["new_register"], "0x8003007A", "{changed}");
        assert_eq!(changed["plug"]["id"], keeper.to_string());
        until("all calls are made", || {
            Ok(scene.simctl_json(&["state"])?["callbacks"]["waiting"] == 0)
        })?;
        raw.delete(keeper)?;
        monitor.events(["plug_removed"])?;
        monitor.kill()?;
        drop(raw);
        scene.add_unit(2)?;
    }
    scene.close()
}

#[test]
fn the_last_unit_and_the_last_handle_take_the_driver_along() -> Result<()> {
    let mut scene = Scene::open("unload", 2)?;
    let busy = Some(NtStatus::DEVICE_BUSY.0);
    let unload = |scene: &mut Scene| {
        let result = scene.bench().pnp("unload plug61883");
        result.map_err(|error| error.pnp_status())
    };
    scene.remove_unit(1)?;
    assert_eq!(unloads(&mut scene)?, 0, "another unit is there");
    assert_eq!(unload(&mut scene).err(), Some(busy));

    // A handle keeps it after the last unit.
    let mut raw = Raw::reader(&scene)?;
    let wait = raw.wait()?;
    assert!(raw.open()?);
    scene.remove_unit(2)?;
    assert_eq!(unloads(&mut scene)?, 0, "a handle is open");
    assert_eq!(unload(&mut scene).err(), Some(busy));
    assert_eq!(raw.interface()?.units, 0);
    assert_eq!(raw.answer(&wait)?.status, NtStatus::SUCCESS);
    // Nobody can open it any more until a unit comes.
    assert_eq!(scene.plugctl(&["units"])?.code, Some(3));
    scene.add_unit(1)?;
    assert_eq!(raw.interface()?.units, 1, "the same driver");
    scene.plugctl_ok(&["units"])?;
    scene.remove_unit(1)?;
    assert_eq!(unloads(&mut scene)?, 0);
    raw.kill()?;
    until("it can be unloaded", || Ok(unload(&mut scene).is_ok()))?;
    assert_eq!(unloads(&mut scene)?, 1);

    // Without a handle it goes with the unit, however that goes.
    for (round, command) in ["remove", "surprise-remove"].into_iter().enumerate() {
        scene.add_unit(1)?;
        scene.plugctl_ok(&["units"])?;
        scene.bench().pnp(&format!("{command} {}", instance(1)))?;
        assert_eq!(unloads(&mut scene)?, 2 + round, "{command}");
    }
    scene.close()
}
