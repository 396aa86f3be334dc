//! All of a simulation: the driver's engine, the bus below it, and the loop that carries the
//! engine's orders out. What plug61883.sys does in its shell, in one thread at a time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use plug61883_abi::ids::UnitId;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Action, Engine, Key, Routines, Scratch};
use sim61883_model::lab::{Ready, Submitted};
use sim61883_model::policy::Mode;
use sim61883_model::{Call, DeviceRef, Lab, Simulation};

use crate::clock::Time;
use crate::lower::Transfer;
use crate::node::Node;
use crate::others::Others;
use crate::requests::Clients;
use crate::script::Step;

/// What the engine has the protocol driver call: any numbers that are not zero.
const ROUTINES: Routines = Routines {
    bus_reset: 1,
    monitor: 2,
    plug: 3,
};

/// A simulation.
pub(crate) struct World {
    pub(crate) engine: Box<Engine>,
    /// The bus and the protocol driver; its requests are the engine's transfers.
    pub(crate) lab: Box<Lab<Key>>,
    pub(crate) time: Time,
    /// By the bits of their keys.
    pub(crate) transfers: BTreeMap<u64, Transfer>,
    pub(crate) clients: Clients,
    /// Every node that there is, plugged in or not.
    pub(crate) nodes: Vec<Node>,
    pub(crate) others: Others,
    /// What is to happen, in order.
    pub(crate) script: VecDeque<Step>,
    /// Process that opens handles.
    pub(crate) process: u32,
    /// Answers of the protocol driver have been late, and some may be outstanding.
    late: bool,
}

// The tables are large, and a debug build puts what a `Box` is made from on the stack: once, in a
// function of its own, from a constant.

#[inline(never)]
fn new_engine() -> Box<Engine> {
    Box::new(const { Engine::new() })
}

#[inline(never)]
fn new_lab() -> Box<Lab<Key>> {
    Box::new(const { Lab::new() })
}

impl World {
    /// No nodes; the protocol driver answers at once.
    pub(crate) fn new(time: Time, process: u32) -> Self {
        let mut world = Self {
            engine: new_engine(),
            lab: new_lab(),
            time,
            transfers: BTreeMap::new(),
            clients: Clients::default(),
            nodes: Vec::new(),
            others: Others::default(),
            script: VecDeque::new(),
            process,
            late: false,
        };
        world.engine.set_routines(ROUTINES);
        world.engine.set_tracing(false);
        world.answer_after(0);
        world.tell_time();
        world
    }

    pub(crate) fn simulation(&mut self) -> &mut Simulation {
        &mut self.lab.simulation
    }

    /// The protocol driver takes so many milliseconds for an answer.
    pub(crate) fn answer_after(&mut self, milliseconds: u32) {
        self.late |= milliseconds != 0;
        self.lab.policy.set_mode(match milliseconds {
            0 => Mode::Synchronous,
            delay => Mode::Asynchronous(delay),
        });
    }

    /// Tells the engine the time.
    fn tell_time(&mut self) {
        self.engine.set_clock(self.time.clock());
    }

    /// Carries out what the engine orders, and makes the calls that the protocol driver owes,
    /// until there is nothing more to do now. To be called after every input.
    pub(crate) fn run(&mut self) {
        loop {
            while let Some(action) = self.engine.next_action() {
                self.carry_out(action);
            }
            if !self.make_call() && !self.restore_others() {
                return;
            }
        }
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::Send(key) => {
                if let Err(status) = self.send(key) {
                    self.engine.not_sent(key, status);
                }
                self.engine.unpin(key);
            }
            // What is delayed is not taken back: the protocol driver answers late.
            Action::Cancel(key) => self.engine.unpin(key),
            Action::Deliver {
                key,
                status,
                information,
            } => {
                self.engine.delivered(key);
                let transfer = self.transfers.get_mut(&key.to_bits());
                if let Some(client) = transfer.and_then(|transfer| transfer.client.take()) {
                    self.clients.answer(client, status, information);
                }
            }
            Action::Release(key) => {
                self.transfers.remove(&key.to_bits());
                self.engine.released(key);
            }
            Action::Resume(unit) => self.engine.resume(unit),
            Action::Timer(unit, at) => {
                if let Some(node) = self.node_of(unit) {
                    node.timer = Some(at);
                }
            }
            Action::Wake(handle) => self.wake(handle),
            // Whoever takes a unit away does not wait: all it takes is done when `run` is.
            Action::Quiet(_) => {}
            // Nothing is traced.
            Action::Trace(_) => {}
        }
    }

    /// Sends the request of a transfer down.
    fn send(&mut self, key: Key) -> Result<(), NtStatus> {
        let lost = NtStatus::INTERNAL_ERROR;
        let transfer = self.transfers.get_mut(&key.to_bits()).ok_or(lost)?;
        let device = transfer.device;
        let function = transfer
            .fill(|scratch| self.engine.prepare(key, scratch))
            .ok_or(lost)?;
        if let Submitted::Now(ready) = self.lab.submit(device, function, key, self.time.ms()) {
            self.settle(ready);
        }
        Ok(())
    }

    /// A request goes on: it is answered, and completed.
    fn settle(&mut self, ready: Ready<Key>) {
        let Ready {
            request: key, fail, ..
        } = ready;
        if let Some(transfer) = self.transfers.get_mut(&key.to_bits()) {
            let simulation = &mut self.lab.simulation;
            let status = fail.unwrap_or_else(|| transfer.answer(simulation));
            self.complete(key, status);
        }
    }

    /// The lower drivers complete a request.
    fn complete(&mut self, key: Key, status: NtStatus) {
        if let Some(transfer) = self.transfers.get(&key.to_bits())
            && let Some(scratch) = transfer.scratch()
        {
            let output = self.clients.output(transfer.client);
            self.engine.completed(key, status, scratch, output);
        }
    }

    /// Makes one call of a routine that the engine has registered.
    fn make_call(&mut self) -> bool {
        if !self.lab.simulation.callbacks.any_due() {
            return false;
        }
        let callbacks = &mut self.lab.simulation.callbacks;
        let mut devices = self.nodes.iter().filter_map(|node| node.device);
        let Some(notification) = devices.find_map(|device| callbacks.take(device)) else {
            return false;
        };
        match notification.call {
            Call::BusReset { context, node } => self.engine.bus_reset(UnitId(context), node),
            Call::Monitor(info) => self.engine.plug_monitored(UnitId(info.context), &info),
            Call::Plug(info) => self.engine.plug_notified(info.context, info.pcr),
        }
        true
    }

    /// Makes room for a transfer that the engine has reserved.
    pub(crate) fn allocate(
        &mut self,
        key: Key,
        unit: UnitId,
        bytes: usize,
    ) -> Result<(), NtStatus> {
        let node = self.node_of(unit);
        let device = node
            .and_then(|node| node.device)
            .ok_or(NtStatus::NO_SUCH_DEVICE)?;
        let transfer = Transfer::new(device, bytes);
        self.transfers.insert(key.to_bits(), transfer);
        Ok(())
    }

    /// Gives a reserved transfer back.
    pub(crate) fn release(&mut self, key: Key) {
        self.transfers.remove(&key.to_bits());
        self.engine.released(key);
    }

    /// A unit's driver stack has started.
    ///
    /// # Errors
    /// The engine has no room for it: it is not managed.
    pub(crate) fn unit_starts(&mut self, node: usize) -> Result<(), NtStatus> {
        let unit = self.engine.unit_arrived()?;
        if let Some(node) = self.nodes.get_mut(node) {
            node.unit = Some(unit);
        }
        let key = self.engine.reserve_keeper(unit)?;
        self.allocate(key, unit, Scratch::SHORT)?;
        self.engine.adopt_keeper(unit, key);
        Ok(())
    }

    /// The device of a unit goes, and with it its driver stack.
    pub(crate) fn unit_leaves(&mut self, unit: UnitId, device: DeviceRef) {
        self.engine.unit_suspended(unit);
        self.engine.unit_leaving(unit);
        self.run();
        // What is not done by now the protocol driver gives back.
        while let Some(ready) = self.lab.take_of_unit(device, |_| true) {
            self.complete(ready.request, NtStatus::DEVICE_REMOVED);
            self.run();
        }
        self.lab.simulation.detach(device);
        self.engine.unit_left(unit);
    }

    /// When something is due next, in milliseconds.
    pub(crate) fn next_due(&self) -> Option<u64> {
        let timers = self.nodes.iter().filter_map(|node| node.timer);
        let late = self.nodes.iter().filter(|_| self.late);
        let answers = late
            .filter_map(|node| node.device)
            .filter_map(|device| self.lab.next_due(device));
        let step = self.script.front().map(|step| step.at);
        timers.chain(answers).chain(step).min()
    }

    /// When something is due next that the time outside leads to, in milliseconds.
    pub(crate) fn next_due_outside(&self) -> Option<u64> {
        if self.time.stands() {
            return self.script.front().map(|step| step.at);
        }
        self.next_due()
    }

    /// Lets time go on to `ms`: all that is due until then happens, each at its time.
    pub(crate) fn go_on(&mut self, ms: u64) {
        while let Some(due) = self.next_due().filter(|due| *due <= ms) {
            self.time.set(due);
            self.tell_time();
            self.do_due();
            self.run();
        }
        self.time.set(ms);
        self.tell_time();
    }

    /// Does one thing whose time has come.
    fn do_due(&mut self) {
        let now = self.time.ms();
        let mut devices = self.nodes.iter().filter_map(|node| node.device);
        if let Some(ready) = devices.find_map(|device| self.lab.take_due(device, now)) {
            return self.settle(ready);
        }
        let timer = |node: &&mut Node| node.timer.is_some_and(|at| at <= now);
        if let Some(node) = self.nodes.iter_mut().find(timer) {
            node.timer = None;
            if let Some(unit) = node.unit {
                self.engine.expire(unit);
            }
        } else if let Some(step) = self.script.pop_front() {
            // One that can't be done any more, after what clients have done, does nothing.
            let _ = self.play(&step.what);
        }
    }

    /// Lets so much time pass.
    pub(crate) fn pass(&mut self, time: Duration) {
        let before = self.time.ms();
        self.time.pass(time);
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.go_on(before.saturating_add(milliseconds));
    }

    /// Lets happen what is due by the time outside.
    pub(crate) fn catch_up(&mut self) {
        let passed = self.time.passed();
        if !self.time.stands() {
            return self.go_on(passed);
        }
        // Only what the script says moves a time that stands.
        let steps = self.script.iter().map(|step| step.at);
        if let Some(at) = steps.take_while(|at| *at <= passed).last() {
            self.go_on(at);
        }
    }
}
