//! What the interface shows.

use plug61883_abi::av61883::connect_type;
use plug61883_abi::ids::Direction;
use sim61883_model::policy::Mode;
use sim61883_model::{Kind, Lab, NodeRef, Plug};

use crate::values::{LOCAL, mode};
use crate::wire::{
    ConnectionEntry, DirectoryEntry, LocalPlugEntry, PlugPlace, RegistrationsEntry, Summary,
    UnitEntry,
};

pub(super) fn summary<R>(lab: &Lab<R>) -> Summary {
    let bus = lab.simulation.bus();
    let callbacks = &lab.simulation.callbacks;
    let (mode, delay_ms) = match lab.policy.mode() {
        Mode::Synchronous => (mode::SYNCHRONOUS, 0),
        Mode::Asynchronous(delay) => (mode::ASYNCHRONOUS, delay),
    };
    Summary {
        generation: bus.generation(),
        units: count(bus.devices().count()),
        local_node: bus.local_address().0,
        reserved: 0,
        bandwidth: bus.resources().bandwidth(),
        channels: bus.resources().channels(),
        connections: count(lab.simulation.connections().count()),
        held: count(lab.held()),
        delayed: count(lab.delayed()),
        rules: count(lab.policy.waiting()),
        mode,
        delay_ms,
        ddi_version: lab.simulation.ddi_version(),
        seen: *lab.policy.seen(),
        local_plugs: count(lab.simulation.local_plugs().count()),
        directories: count(lab.simulation.directories().count()),
        callbacks_held: callbacks.held().into(),
        callbacks_delay_ms: callbacks.delay_ms(),
        callbacks_waiting: count(callbacks.waiting()),
        callbacks_made: callbacks.called(),
        callbacks_lost: callbacks.lost(),
    }
}

/// All tables are far smaller than this.
pub(super) const fn count(number: usize) -> u32 {
    number as u32
}

pub(super) fn units<R>(lab: &Lab<R>) -> impl Iterator<Item = UnitEntry> {
    let bus = lab.simulation.bus();
    bus.devices().filter_map(move |device| {
        let reference = NodeRef::Device(device);
        let node = bus.node(reference)?;
        Some(UnitEntry {
            eui64: node.config().eui64,
            slot: device.slot().into(),
            node: bus.address(reference)?.0,
            outputs: node.plugs(Direction::Out).into(),
            inputs: node.plugs(Direction::In).into(),
            speed: node.config().speed.into(),
            ..UnitEntry::default()
        })
    })
}

pub(super) fn connections<R>(lab: &Lab<R>) -> impl Iterator<Item = ConnectionEntry> {
    lab.simulation
        .connections()
        .map(|(index, connection)| ConnectionEntry {
            index: index.into(),
            unit: connection.owner.slot().into(),
            output: place(connection.wish.output),
            input: place(connection.wish.input),
            connect_type: match connection.wish.kind {
                Kind::Broadcast => connect_type::BROADCAST,
                Kind::PointToPoint => connect_type::POINT_TO_POINT,
            },
            channel: connection.made.channel.into(),
            own_bandwidth: connection.made.own_bandwidth,
            doomed: connection.doomed.into(),
        })
}

pub(super) fn place(plug: Option<Plug>) -> PlugPlace {
    match plug {
        Some(Plug {
            node: NodeRef::Device(device),
            number,
            ..
        }) => PlugPlace {
            unit: device.slot().into(),
            number: number.into(),
        },
        Some(Plug {
            node: NodeRef::Local,
            number,
            ..
        }) => PlugPlace {
            unit: LOCAL,
            number: number.into(),
        },
        None => PlugPlace::NONE,
    }
}

pub(super) fn local_plugs<R>(lab: &Lab<R>) -> impl Iterator<Item = LocalPlugEntry> {
    lab.simulation
        .local_plugs()
        .map(|(plug, register)| LocalPlugEntry {
            unit: plug.owner.slot().into(),
            direction: plug.direction as u32,
            number: plug.number.into(),
            register,
            notified: (plug.notify != 0).into(),
            reserved: 0,
        })
}

pub(super) fn directories<R>(lab: &Lab<R>) -> impl Iterator<Item = DirectoryEntry> {
    lab.simulation
        .directories()
        .map(|(index, directory)| DirectoryEntry {
            index: index.into(),
            unit: directory.owner.slot().into(),
            unit_spec_id: directory.unit_spec_id,
            unit_sw_version: directory.unit_sw_version,
        })
}

pub(super) fn registrations<R>(lab: &Lab<R>) -> impl Iterator<Item = RegistrationsEntry> {
    let simulation = &lab.simulation;
    let callbacks = &simulation.callbacks;
    simulation.bus().devices().map(move |unit| {
        let settings = simulation.settings(unit);
        let own_plugs = || {
            let plugs = simulation.local_plugs().map(|(plug, _)| plug);
            plugs.filter(move |plug| plug.owner == unit)
        };
        let own_directories = simulation
            .directories()
            .filter(|(_, directory)| directory.owner == unit);
        let own_connections = simulation
            .connections()
            .filter(|(_, connection)| connection.owner == unit);
        RegistrationsEntry {
            unit: unit.slot().into(),
            bus_resets: count(callbacks.bus_reset_registrations(unit)),
            monitors: count(callbacks.monitor_registrations(unit)),
            plug_notifies: count(own_plugs().filter(|plug| plug.notify != 0).count()),
            callbacks_waiting: count(callbacks.waiting_for(unit)),
            local_plugs: count(own_plugs().count()),
            directories: count(own_directories.count()),
            connections: count(own_connections.count()),
            diag_level: settings.diag_level,
            address_type: settings.address_type,
            rx_num_packets: settings.isoch.rx_num_packets,
            rx_num_descriptors: settings.isoch.rx_num_descriptors,
            tx_num_packets: settings.isoch.tx_num_packets,
            tx_num_descriptors: settings.isoch.tx_num_descriptors,
        }
    })
}
