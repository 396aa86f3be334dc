//! Programs, other drivers and nodes at random: nobody waits for ever, and nothing is left.

use std::mem::forget;
use std::time::Duration;

use plug61883::{
    AddDirectory, Connect, CreatePlug, Direction, Driver, Events, Ipcr, Opcr, Owner, PlugId, Unit,
    Units,
};
use plug61883_abi::csr::INITIAL_BANDWIDTH;
use proptest::prelude::*;

use super::Program;
use crate::{By, Simulator};

/// Two nodes in a time that stands.
const PAIR: &str = r#"
time = "2026-01-01T00:00:00Z"
[[node]]
name = "a"
outputs = 2
inputs = 2
[[node]]
name = "b"
outputs = 1
inputs = 1
speed = "S100"
"#;

const PROGRAMS: usize = 3;

#[derive(Clone, Debug)]
enum Op {
    /// A program does something, of which there is little in a time.
    Program(usize, u16, Asked),
    Kill(usize),
    Around(Around),
}

#[derive(Clone, Debug)]
enum Asked {
    Connect {
        unit: usize,
        output: Option<usize>,
        input: Option<usize>,
        broadcast: bool,
    },
    CreatePlug(usize, bool),
    SetPlug(usize, u32),
    DeletePlug(usize, bool),
    AddDirectory(usize, bool),
    RemoveDirectory(usize, bool),
    Disconnect(usize, bool),
    State(usize),
    BusReset(usize),
    Poll,
}

#[derive(Clone, Debug)]
enum Around {
    BusReset,
    Unplug(&'static str),
    PlugIn(&'static str),
    Connect(By, &'static str, &'static str),
    Disconnect(By, &'static str, &'static str),
    Lose(&'static str),
    Online(&'static str, bool),
    AnswerAfter(u64),
    Advance(u64),
}

fn asked() -> impl Strategy<Value = Asked> {
    let plug = || proptest::option::of(0..6_usize);
    prop_oneof![
        6 => (0..2_usize, plug(), plug(), any::<bool>()).prop_map(
            |(unit, output, input, broadcast)| Asked::Connect { unit, output, input, broadcast }
        ),
        2 => (0..2_usize, any::<bool>()).prop_map(|(unit, out)| Asked::CreatePlug(unit, out)),
        1 => (0..8_usize, any::<u32>()).prop_map(|(plug, bits)| Asked::SetPlug(plug, bits)),
        2 => (0..8_usize, any::<bool>()).prop_map(|(plug, force)| Asked::DeletePlug(plug, force)),
        1 => (0..2_usize, any::<bool>()).prop_map(|(unit, reset)| Asked::AddDirectory(unit, reset)),
        1 => (0..4_usize, any::<bool>()).prop_map(|(at, force)| Asked::RemoveDirectory(at, force)),
        3 => (0..8_usize, any::<bool>()).prop_map(|(at, force)| Asked::Disconnect(at, force)),
        2 => (0..8_usize).prop_map(Asked::State),
        1 => (0..2_usize).prop_map(Asked::BusReset),
        1 => Just(Asked::Poll),
    ]
}

fn around() -> impl Strategy<Value = Around> {
    let node = || prop_oneof![Just("a"), Just("b")];
    let from = || prop_oneof![Just("a.oPCR[0]"), Just("b.oPCR[0]"), Just("computer")];
    let to = || prop_oneof![Just("a.iPCR[0]"), Just("a.iPCR[1]"), Just("computer")];
    let by = || prop_oneof![Just(By::OtherDriver), Just(By::Node)];
    prop_oneof![
        1 => Just(Around::BusReset),
        1 => node().prop_map(Around::Unplug),
        2 => node().prop_map(Around::PlugIn),
        3 => (by(), from(), to()).prop_map(|(by, from, to)| Around::Connect(by, from, to)),
        2 => (by(), from(), to()).prop_map(|(by, from, to)| Around::Disconnect(by, from, to)),
        1 => from().prop_map(Around::Lose),
        1 => (to(), any::<bool>()).prop_map(|(plug, on)| Around::Online(plug, on)),
        2 => prop_oneof![Just(0_u64), Just(3), Just(6000)].prop_map(Around::AnswerAfter),
        2 => (0..5000_u64).prop_map(Around::Advance),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => (0..PROGRAMS, prop_oneof![Just(0_u16), Just(1), Just(100)], asked())
            .prop_map(|(program, limit, asked)| Op::Program(program, limit, asked)),
        1 => (0..PROGRAMS).prop_map(Op::Kill),
        5 => around().prop_map(Op::Around),
    ]
}

/// A program asks for something; what comes of it does not matter, but that it comes.
fn ask(driver: &Driver, asked: &Asked) -> Option<()> {
    let units = Units::enumerate(driver).ok()?;
    let unit = |index: usize| units.iter().nth(index);
    let plug = |unit: &Unit, direction, pick: usize| -> Option<PlugId> {
        if pick < 3 {
            return Some(unit.plug(direction, pick as u32).ok()?.id());
        }
        let known = driver.known_plugs(None).ok()?;
        let known = known
            .iter()
            .filter(|plug| plug.direction == Some(direction));
        known.map(|plug| plug.id).nth(pick - 3)
    };
    let known = |pick: usize| driver.known_plugs(None).ok()?.get(pick).map(|plug| plug.id);
    match *asked {
        Asked::Connect {
            unit: of,
            output,
            input,
            broadcast,
        } => {
            let of = unit(of)?;
            let mut connect = Connect::new().broadcast(broadcast);
            if let Some(output) = output.and_then(|pick| plug(of, Direction::Out, pick)) {
                connect = connect.output(output);
            }
            if let Some(input) = input.and_then(|pick| plug(of, Direction::In, pick)) {
                connect = connect.input(input);
            }
            forget(of.connect(&connect));
        }
        Asked::CreatePlug(of, out) => {
            let create = match out {
                true => CreatePlug::output(Opcr(0).with_online(1)),
                false => CreatePlug::input(Ipcr(0).with_online(1)),
            };
            forget(unit(of)?.create_plug(&create));
        }
        Asked::SetPlug(pick, bits) => {
            let _ = driver.set_plug(known(pick)?, bits);
        }
        Asked::DeletePlug(pick, force) => {
            let _ = driver.delete_plug(known(pick)?, force);
        }
        Asked::AddDirectory(of, reset) => {
            let add = AddDirectory::new(1, 2).bus_reset(reset);
            forget(unit(of)?.add_directory(&add));
        }
        Asked::RemoveDirectory(pick, force) => {
            let id = driver.directories(None).ok()?.get(pick)?.id;
            let _ = driver.remove_directory(id, force, false);
        }
        Asked::Disconnect(pick, force) => {
            let id = driver.connections(None).ok()?.get(pick)?.id;
            let _ = driver.disconnect(id, force);
        }
        Asked::State(pick) => {
            let _ = driver.plug_state(known(pick)?);
        }
        Asked::BusReset(of) => {
            let _ = unit(of)?.bus_reset();
        }
        Asked::Poll => {
            let mut events = Events::of(driver.clone());
            events.poll().expect("events can be read");
        }
    }
    Some(())
}

fn happen(simulator: &Simulator, around: &Around) {
    // What is not possible now is refused.
    match *around {
        Around::BusReset => simulator.bus_reset(),
        Around::Unplug(node) => drop(simulator.unplug(node)),
        Around::PlugIn(node) => drop(simulator.plug_in(node)),
        Around::Connect(by, from, to) => drop(simulator.connect(by, from, to)),
        Around::Disconnect(by, from, to) => drop(simulator.disconnect(by, from, to)),
        Around::Lose(plug) => drop(simulator.lose(plug)),
        Around::Online(plug, on) => drop(simulator.set_online(plug, on)),
        Around::AnswerAfter(ms) => simulator.answer_after(Duration::from_millis(ms)),
        Around::Advance(ms) => simulator.advance(Duration::from_millis(ms)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_left(ops in proptest::collection::vec(op(), 0..60)) {
        let simulator = Simulator::from_toml(PAIR).unwrap();
        let mut programs: [Option<(Program, Driver)>; PROGRAMS] = [const { None }; PROGRAMS];
        for op in &ops {
            match op {
                Op::Program(index, limit, asked) => {
                    if programs[*index].is_none() {
                        programs[*index] = Program::start(&simulator);
                    }
                    if let Some((_, driver)) = &programs[*index] {
                        let limit = Duration::from_millis((*limit).into());
                        ask(&driver.clone().timeout(limit), asked);
                    }
                }
                Op::Kill(index) => {
                    if let Some((program, _)) = programs[*index].take() {
                        program.kill();
                    }
                }
                Op::Around(around) => happen(&simulator, around),
            }
        }
        for (program, _) in programs.iter().flatten() {
            program.kill();
        }
        // What is under way ends, and connections that a bus reset has lost are noticed.
        simulator.answer_after(Duration::ZERO);
        simulator.advance(Duration::from_secs(60));
        let _ = simulator.plug_in("a");
        let (program, driver) = Program::start(&simulator).unwrap();
        let info = driver.info().unwrap();
        prop_assert_eq!((info.handles.0, info.operations.0), (1, 0));
        prop_assert_eq!((info.plugs.0, info.directories.0), (0, 0));
        let connections = driver.connections(None).unwrap();
        prop_assert!(connections.iter().all(|info| info.owner == Owner::Foreign));
        program.kill();

        for node in ["a", "b"] {
            let _ = simulator.unplug(node);
        }
        simulator.shared().enter(|world| {
            assert!(world.transfers.is_empty());
            assert_eq!(world.engine.handle_count(), 0);
            let simulation = &world.lab.simulation;
            assert_eq!(simulation.connections().count(), 0);
            assert_eq!(simulation.bus().free_bandwidth(), INITIAL_BANDWIDTH);
            assert_eq!(world.lab.delayed(), 0);
        });
    }
}
