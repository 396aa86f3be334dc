//! What takes a look inside: programs that are killed, and what is left at the end.

mod random;

use std::sync::{Arc, Mutex};

use plug61883::{
    Access, AddDirectory, Call, Connect, CreatePlug, Direction, Driver, Failure, Ipcr, NtStatus,
    Owner, Source, Transport, Unit, Units,
};

use crate::Simulator;
use crate::handle::Handle;

/// A program that can be killed: its handle is closed, whatever values stand for what it made.
#[derive(Clone)]
struct Program(Arc<Mutex<Option<Arc<Handle>>>>);

impl Program {
    /// Starts one; `None` while there is no driver.
    fn start(simulator: &Simulator) -> Option<(Self, Driver)> {
        let handle = Handle::open(simulator.shared(), None, Access::Change)?.unwrap();
        let program = Self(Arc::new(Mutex::new(Some(Arc::new(handle)))));
        Some((program.clone(), Driver::with_transport(program)))
    }

    fn kill(&self) {
        self.0.lock().unwrap().take();
    }

    fn handle(&self) -> Option<Arc<Handle>> {
        self.0.lock().unwrap().clone()
    }
}

impl Transport for Program {
    fn ioctl(&self, call: &Call<'_>, output: &mut [u8]) -> Result<usize, Failure> {
        match self.handle() {
            Some(handle) => handle.ioctl(call, output),
            None => Err(Failure {
                status: NtStatus::FILE_CLOSED,
                source: Source::Windows,
            }),
        }
    }

    fn cancel(&self) {
        if let Some(handle) = self.handle() {
            handle.cancel();
        }
    }
}

fn first_unit(driver: &Driver) -> Unit {
    let units = Units::enumerate(driver).unwrap();
    units.iter().next().unwrap().clone()
}

#[test]
fn what_a_killed_program_made_is_undone() {
    let simulator = Simulator::new();
    let other = simulator.open(Access::Query).unwrap();
    let before = other.connections(None).unwrap();
    let (program, driver) = Program::start(&simulator).unwrap();
    let deck = first_unit(&driver);
    let input = deck.plug(Direction::In, 1).unwrap();
    let plug = deck
        .create_plug(&CreatePlug::input(Ipcr(0).with_online(1)))
        .unwrap();
    let output = deck.plug(Direction::Out, 0).unwrap();
    let made = [
        Connect::new().input(&input),
        Connect::new().output(&output).input(&plug),
        Connect::new().output(&output).persist(true),
    ]
    .map(|connect| deck.connect(&connect).unwrap());
    let directory = deck.add_directory(&AddDirectory::new(1, 2)).unwrap();
    let info = other.info().unwrap();
    let count = before.len() as u32 + 3;
    assert_eq!((info.connections.0, info.plugs.0), (count, 1));

    program.kill();
    let info = other.info().unwrap();
    assert_eq!((info.handles.0, info.operations.0), (1, 0));
    assert_eq!((info.plugs.0, info.directories.0), (0, 0));
    let left = other.connections(None).unwrap();
    assert_eq!(left.len(), before.len() + 1);
    let [.., persistent] = &made;
    let kept = left.iter().find(|info| info.id == persistent.id()).unwrap();
    assert_eq!(kept.owner, Owner::Driver);
    drop((made, plug, directory));
}

#[test]
fn nothing_is_left_of_a_simulation_that_nobody_uses() {
    let simulator = Simulator::new();
    let shared = Arc::downgrade(simulator.shared());
    let driver = simulator.open(Access::Change).unwrap();
    let connection = first_unit(&driver)
        .connect(&Connect::new().output(&first_unit(&driver).plug(Direction::Out, 0).unwrap()));
    drop((simulator, driver));
    // A handle keeps it; threads there are none that could.
    assert_eq!(shared.strong_count(), 1);
    drop(connection);
    assert_eq!(shared.strong_count(), 0);
}
