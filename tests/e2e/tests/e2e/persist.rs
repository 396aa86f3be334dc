//! What a handle made is handed over to the driver.

use std::time::Duration;

use anyhow::Result;
use e2e::Scene;
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{
    self, ConnectionEntry, List, Origin, PersistRequest, ReplyHeader, RequestHeader, owner,
    persist_kind,
};
use plug61883_abi::status::NtStatus;
use serde_json::json;
use zerocopy::FromBytes;

use crate::raw::{Raw, header, remove};
use crate::support::{Idle, until};

const DONE: (NtStatus, Origin) = (NtStatus::SUCCESS, Origin::Driver);
const DENIED: (NtStatus, Origin) = (NtStatus::ACCESS_DENIED, Origin::Driver);
const INVALID: (NtStatus, Origin) = (NtStatus::INVALID_PARAMETER, Origin::Driver);
const UNDONE: (NtStatus, Origin) = (NtStatus::SUCCESS, Origin::Protocol);

fn persist(raw: &mut Raw, kind: u32, id: u64) -> Result<(NtStatus, Origin)> {
    let request = PersistRequest {
        header: header::<PersistRequest>(UnitId::NONE),
        id,
        kind,
        reserved: 0,
    };
    raw.send(ioctl::PERSIST, &request, size_of::<ReplyHeader>())?
        .outcome()
}

/// Owner of the only connection that there is.
fn connection_owner(raw: &mut Raw) -> Result<u32> {
    let request = header::<RequestHeader>(UnitId::NONE);
    let answer = raw.send(ioctl::LIST_CONNECTIONS, &request, 1 << 12)?;
    let list: List = answer.reply()?;
    assert_eq!(list.total, 1);
    let entry = ConnectionEntry::read_from_prefix(&answer.bytes[size_of::<List>()..]);
    Ok(entry.map_or(u32::MAX, |(entry, _)| entry.owner))
}

#[test]
fn what_is_handed_over_outlives_the_program_that_made_it() -> Result<()> {
    let scene = Scene::open("handed-over", 1)?;
    let idle = Idle::remember(&scene)?;
    let mut owner = Raw::writer(&scene)?;
    let mut other = Raw::writer(&scene)?;
    let output = owner.plug(Out, 0)?;
    let input = owner.create(In)?;
    let connection = owner.connect(output, input)?;
    let directory = owner.add_directory()?;
    let goes = owner.plug(In, 0)?;
    let broken = owner.connect(output, goes)?;
    assert_eq!(owner.disconnect(broken)?, UNDONE);
    let things = [
        (persist_kind::CONNECTION, connection.0),
        (persist_kind::PLUG, input.0),
        (persist_kind::DIRECTORY, directory.0),
    ];
    assert_eq!(connection_owner(&mut other)?, owner::OTHER_HANDLE);
    for (kind, id) in things {
        assert_eq!(persist(&mut other, kind, id)?, DENIED);
        assert_eq!(persist(&mut owner, kind, id)?, DONE);
        // It is the driver's now, whoever asks.
        assert_eq!(persist(&mut owner, kind, id)?, DONE);
        assert_eq!(persist(&mut other, kind, id)?, DONE);
    }
    assert_eq!(connection_owner(&mut owner)?, owner::DRIVER);
    // What is gone, and a plug of the device, which nobody made.
    let gone = (persist_kind::CONNECTION, broken.0);
    for (kind, id) in [gone, (persist_kind::PLUG, output.0)] {
        assert_eq!(persist(&mut owner, kind, id)?, INVALID);
    }
    // A handle for queries may not.
    let mut reader = Raw::reader(&scene)?;
    let (kind, id) = things[0];
    assert_eq!(persist(&mut reader, kind, id)?, DENIED);
    drop(reader);

    owner.kill()?;
    until("its handle is closed", || {
        Ok(other.interface()?.handles == 1)
    })?;
    let stays = other.interface()?;
    assert_eq!(
        (stays.connections, stays.plugs, stays.directories),
        (1, 1, 1)
    );
    assert!(idle.is_left(&scene)?);
    assert_ne!(scene.simctl_json(&["directories"])?, json!([]));
    // Anybody undoes it, without force.
    assert_eq!(other.disconnect(connection)?, UNDONE);
    assert_eq!(other.delete(input)?, UNDONE);
    let request = remove(directory.0);
    let answer = other.send(ioctl::REMOVE_DIRECTORY, &request, 16)?;
    assert_eq!(answer.outcome()?, UNDONE);
    idle.within(&scene, Duration::ZERO)?;
    drop(other);
    scene.close()
}
