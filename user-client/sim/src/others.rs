//! What is not done through plug61883: other drivers of this computer, whose requests it sees
//! pass, and other nodes of the bus, of which only the registers tell.

use plug61883_abi::av61883::{
    self, AvPcr, AvRequest, CURRENT_DDI_VERSION, CipDataFormat, CreatePlug, DDI_VERSION_2,
    Disconnect, GetPlugHandle, connect_type, function,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;
use plug61883_engine::is_followed;
use sim61883_model::{DeviceRef, Established, Kind, Memory, NodeRef, Plug, Wish};

use crate::error::ChangeError;
use crate::names::Ends;
use crate::world::World;

/// What others have made and not broken.
#[derive(Default)]
pub(crate) struct Others {
    /// Connections of other drivers.
    foreign: Vec<Foreign>,
    /// Connections of other nodes.
    over_bus: Vec<OverBus>,
    /// Plugs of this computer that other drivers made.
    plugs: Vec<ForeignPlug>,
    /// Bus generation in which the connections of other nodes were made.
    generation: u32,
}

struct Foreign {
    /// The device through whose stack it was made.
    device: DeviceRef,
    ends: Ends,
    handle: u64,
}

struct OverBus {
    ends: Ends,
    wish: Wish,
    made: Established,
    /// The next bus reset is to lose it.
    doomed: bool,
}

struct ForeignPlug {
    device: DeviceRef,
    direction: Direction,
    number: u8,
    handle: u64,
}

impl Others {
    /// A device leaves, and with it what was made at it or through it.
    pub(crate) fn leaves(&mut self, device: DeviceRef) {
        self.foreign.retain(|foreign| foreign.device != device);
        self.plugs.retain(|plug| plug.device != device);
        let at_device = |plug: &Plug| plug.node == NodeRef::Device(device);
        self.over_bus.retain(|made| {
            let Wish { output, input, .. } = made.wish;
            !output.iter().chain(&input).any(at_device)
        });
    }

    /// The handle of a plug that another driver made through a device.
    fn plug(&self, device: DeviceRef, plug: Plug) -> Option<u64> {
        let mut plugs = self.plugs.iter();
        plugs
            .find(|made| {
                made.device == device
                    && made.direction == plug.direction
                    && made.number == plug.number
            })
            .map(|made| made.handle)
    }
}

/// Requests of other drivers that bring no addresses.
struct NoMemory;

impl Memory for NoMemory {
    fn read(&self, _address: u64, _bytes: &mut [u8]) -> bool {
        false
    }

    fn write(&mut self, _address: u64, _bytes: &[u8]) -> bool {
        false
    }
}

impl World {
    /// Another driver sends a request down the stack of a device, past plug61883.
    fn send_past(&mut self, device: DeviceRef, request: &mut AvRequest) -> Result<(), NtStatus> {
        let followed = is_followed(request.function);
        let mut nodes = self.nodes.iter();
        let unit = nodes
            .find(|node| node.device == Some(device))
            .and_then(|node| node.unit)
            .filter(|_| followed);
        if let Some(unit) = unit
            && matches!(
                request.function,
                function::DISCONNECT | function::DELETE_PLUG
            )
        {
            self.engine.foreign_sent(unit, request);
        }
        let status = self.simulation().answer(device, request, &mut NoMemory);
        if let Some(unit) = unit {
            self.engine.foreign_completed(unit, request, status);
        }
        self.run();
        match status {
            NtStatus::SUCCESS => Ok(()),
            refused => Err(refused),
        }
    }

    /// The version that other drivers' requests carry.
    fn version(&self) -> u32 {
        self.lab.simulation.ddi_version().min(CURRENT_DDI_VERSION)
    }

    /// The protocol driver's handle of a plug, as another driver that uses a device gets it.
    fn handle_of(&mut self, device: DeviceRef, plug: Plug) -> Result<u64, ChangeError> {
        if plug.node == NodeRef::Local {
            return self.others.plug(device, plug).ok_or_else(|| {
                let theirs = "other drivers connect plugs of this computer only where they made \
                              them through the same node";
                ChangeError::new(theirs.to_owned())
            });
        }
        let arguments = GetPlugHandle {
            plug_number: plug.number.into(),
            plug_type: plug.direction as u32,
            handle: 0,
        };
        let mut request = AvRequest::new(self.version(), arguments);
        self.send_past(device, &mut request)?;
        Ok(request.arguments::<GetPlugHandle>().handle)
    }

    /// The device down whose stack a driver asks for a connection.
    fn device_of(&self, ends: &Ends) -> Result<DeviceRef, ChangeError> {
        let mut device = None;
        for plug in ends.plugs() {
            if let NodeRef::Device(found) = self.locate(plug)?.node {
                if device.is_some_and(|device| device != found) {
                    let one = "a driver connects plugs of one node, or one of them and this \
                               computer; between two nodes write `by = \"node\"`";
                    return Err(ChangeError::new(one.to_owned()));
                }
                device = Some(found);
            }
        }
        device.ok_or_else(|| {
            ChangeError::new("a connection has a plug of a node at one end at least".to_owned())
        })
    }

    /// Another driver makes a connection.
    pub(crate) fn foreign_connect(
        &mut self,
        ends: &Ends,
        broadcast: bool,
    ) -> Result<(), ChangeError> {
        let device = self.device_of(ends)?;
        let mut handles = [0; 2];
        for (handle, end) in handles.iter_mut().zip([&ends.output, &ends.input]) {
            if let Some(plug) = end {
                let plug = self.locate(plug)?;
                *handle = self.handle_of(device, plug)?;
            }
        }
        let [output_plug, input_plug] = handles;
        let connect_type = if broadcast {
            connect_type::BROADCAST
        } else {
            connect_type::POINT_TO_POINT
        };
        let format = CipDataFormat::default();
        let version = self.version();
        let mut request = if version == DDI_VERSION_2 {
            let arguments = av61883::ConnectV2 {
                output_plug,
                input_plug,
                connect_type,
                format: format.to_v2(),
                ..Default::default()
            };
            AvRequest::new(version, arguments)
        } else {
            let arguments = av61883::Connect {
                output_plug,
                input_plug,
                connect_type,
                format,
                connection: 0,
            };
            AvRequest::new(version, arguments)
        };
        self.send_past(device, &mut request)?;
        let handle = if version == DDI_VERSION_2 {
            request.arguments::<av61883::ConnectV2>().connection
        } else {
            request.arguments::<av61883::Connect>().connection
        };
        self.others.foreign.push(Foreign {
            device,
            ends: ends.clone(),
            handle,
        });
        Ok(())
    }

    /// Another driver breaks a connection that it made.
    pub(crate) fn foreign_disconnect(&mut self, ends: &Ends) -> Result<(), ChangeError> {
        let mut foreign = self.others.foreign.iter();
        let index = foreign.position(|foreign| foreign.ends == *ends);
        let Foreign { device, handle, .. } = self.others.foreign.remove(index.ok_or_else(none)?);
        let mut request = AvRequest::new(self.version(), Disconnect { connection: handle });
        Ok(self.send_past(device, &mut request)?)
    }

    /// Another driver makes a plug of this computer.
    pub(crate) fn foreign_plug(
        &mut self,
        through: &str,
        direction: Direction,
        pcr: u32,
    ) -> Result<(), ChangeError> {
        let device = self.node(through)?.device()?;
        let arguments = CreatePlug {
            plug_type: direction as u32,
            pcr: AvPcr(pcr),
            ..Default::default()
        };
        let mut request = AvRequest::new(self.version(), arguments);
        self.send_past(device, &mut request)?;
        let made: CreatePlug = request.arguments();
        self.others.plugs.push(ForeignPlug {
            device,
            direction,
            // It has 31 plugs of a direction at most.
            number: made.plug_number as u8,
            handle: made.plug,
        });
        Ok(())
    }

    /// Another node makes a connection.
    pub(crate) fn node_connect(&mut self, ends: &Ends, broadcast: bool) -> Result<(), ChangeError> {
        let place = |end: &Option<_>| end.as_ref().map(|plug| self.locate(plug)).transpose();
        let wish = Wish {
            output: place(&ends.output)?,
            input: place(&ends.input)?,
            kind: if broadcast {
                Kind::Broadcast
            } else {
                Kind::PointToPoint
            },
            // Of a stream that no output plug describes: none worth speaking of.
            payload: 1,
            channel: None,
        };
        let made = self
            .simulation()
            .connect_over_bus(&wish)
            .map_err(NtStatus::from)?;
        self.others.generation = self.lab.simulation.bus().generation();
        self.others.over_bus.push(OverBus {
            ends: ends.clone(),
            wish,
            made,
            doomed: false,
        });
        self.run();
        Ok(())
    }

    /// Another node breaks a connection that it made.
    pub(crate) fn node_disconnect(&mut self, ends: &Ends) -> Result<(), ChangeError> {
        let mut over_bus = self.others.over_bus.iter();
        let index = over_bus.position(|made| made.ends == *ends);
        let OverBus { wish, made, .. } = self.others.over_bus.remove(index.ok_or_else(none)?);
        self.simulation().disconnect_over_bus(&wish, &made);
        self.run();
        Ok(())
    }

    /// After a bus reset the other nodes make their connections again, on the same channels;
    /// whether there was one.
    pub(crate) fn restore_others(&mut self) -> bool {
        let generation = self.lab.simulation.bus().generation();
        if self.others.generation == generation {
            return false;
        }
        self.others.generation = generation;
        let simulation = &mut self.lab.simulation;
        self.others.over_bus.retain_mut(|connection| {
            let again = Wish {
                channel: Some(connection.made.channel),
                ..connection.wish
            };
            let made = (!connection.doomed)
                .then(|| simulation.connect_over_bus(&again).ok())
                .flatten();
            made.map(|made| connection.made = made).is_some()
        });
        true
    }

    /// The next bus reset loses the connections of a plug: nobody can make them again in time.
    pub(crate) fn lose(&mut self, plug: Plug) -> usize {
        let lost = self
            .simulation()
            .doom_connections(|connection| connection.ends_at(plug));
        let over_bus = self.others.over_bus.iter_mut().filter(|made| {
            let at_plug = [made.wish.output, made.wish.input].contains(&Some(plug));
            at_plug && !made.doomed
        });
        let nodes = over_bus.map(|made| made.doomed = true).count();
        nodes.saturating_add(usize::try_from(lost).unwrap_or(usize::MAX))
    }
}

fn none() -> ChangeError {
    ChangeError::new("there is no such connection".to_owned())
}
