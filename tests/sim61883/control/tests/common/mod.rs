//! What the tests of the control interface share.
#![allow(dead_code, reason = "no test uses all of it")]

use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;
use sim61883_control::serve::{Served, serve};
use sim61883_control::{List, Query, Request, SUMMARY, Summary};
use sim61883_model::{DeviceRef, Kind, NodeConfig, NodeRef, Plug, Wish};
use zerocopy::{FromBytes, IntoBytes};

pub(crate) type Lab = sim61883_model::Lab<u32>;

pub(crate) const NODE: NodeConfig = NodeConfig {
    eui64: 0x0011_2233_4455_6677,
    vendor_id: 1,
    model_id: 2,
    unit_model_id: 3,
    vendor: "V",
    model: "M",
    unit_model: "U",
    outputs: 2,
    inputs: 2,
    speed: 2,
    payload: 122,
};

pub(crate) fn start() -> (Lab, DeviceRef) {
    let mut lab = Lab::new();
    let unit = lab.simulation.attach(NODE).unwrap();
    (lab, unit)
}

/// Sends a request that is to give `T`.
pub(crate) fn ask<T: FromBytes>(
    lab: &mut Lab,
    code: u32,
    request: impl Request,
) -> Result<T, NtStatus> {
    let mut output = vec![0xCC; size_of::<T>()];
    let served = serve(lab, code, request.ready().as_bytes(), &mut output)?;
    assert_eq!(served, Served::Done(size_of::<T>()));
    Ok(T::read_from_bytes(&output).unwrap())
}

/// Sends a request that has no reply.
pub(crate) fn tell(lab: &mut Lab, code: u32, request: impl Request) -> NtStatus {
    match serve(lab, code, request.ready().as_bytes(), &mut []) {
        Ok(served) => {
            assert_eq!(served, Served::Done(0));
            NtStatus::SUCCESS
        }
        Err(status) => status,
    }
}

/// Asks for a list with room for `room` entries: how many there are, and those that came.
pub(crate) fn list<T: FromBytes>(lab: &mut Lab, code: u32, room: usize) -> (u32, Vec<T>) {
    let mut output = vec![0; size_of::<List>() + room * size_of::<T>()];
    let Ok(Served::Done(length)) =
        serve(lab, code, Query::default().ready().as_bytes(), &mut output)
    else {
        panic!("no list");
    };
    let (head, entries) = List::read_from_prefix(&output[..length]).unwrap();
    let entries: Vec<T> = entries
        .chunks(size_of::<T>())
        .map(|entry| T::read_from_bytes(entry).unwrap())
        .collect();
    assert_eq!(entries.len(), head.count as usize);
    (head.total, entries)
}

pub(crate) fn summary(lab: &mut Lab) -> Summary {
    ask(lab, SUMMARY, Query::default()).unwrap()
}

pub(crate) fn connect(lab: &mut Lab, unit: DeviceRef, output: Option<u8>, input: Option<u8>) {
    let plug = |direction| {
        move |number| Plug {
            node: NodeRef::Device(unit),
            direction,
            number,
        }
    };
    let wish = Wish {
        output: output.map(plug(Direction::Out)),
        input: input.map(plug(Direction::In)),
        kind: Kind::PointToPoint,
        payload: 122,
        channel: None,
    };
    lab.simulation.connect(unit, wish).unwrap();
}
