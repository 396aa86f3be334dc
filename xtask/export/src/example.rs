//! Worked examples, byte for byte.

use std::fmt::Write;

use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    DISCONNECT, DisconnectRequest, INTERFACE_VERSION, Origin, ReplyHeader, RequestHeader,
};
use plug61883_abi::status::NtStatus;
use zerocopy::{Immutable, IntoBytes};

use crate::tables::{self, Structure};

/// The connection of the example.
const CONNECTION: ConnectionId = ConnectionId::new(2, 7);

/// Ids as numbers and as text.
pub(crate) fn ids() -> String {
    let plug = PlugId::new(0, Direction::Out, 3, 1);
    let mut text = String::from("| id | number | text |\n|---|---|---|\n");
    for (what, number, id) in [
        ("unit", UnitId::new(0, 1).0, UnitId::new(0, 1).to_string()),
        ("connection", CONNECTION.0, CONNECTION.to_string()),
        (
            "unit directory",
            DirectoryId::new(1, 2).0,
            DirectoryId::new(1, 2).to_string(),
        ),
        ("output plug of the device", plug.0, plug.to_string()),
        (
            "input plug of the device",
            PlugId::new(0, Direction::In, 0, 4).0,
            PlugId::new(0, Direction::In, 0, 4).to_string(),
        ),
        (
            "output plug of this computer",
            plug.local().0,
            plug.local().to_string(),
        ),
    ] {
        let _ = writeln!(text, "| {what} | `0x{number:016X}` | `{id}` |");
    }
    text
}

/// A disconnect: what is sent, and the ways in which it is answered.
pub(crate) fn disconnect() -> String {
    let request = DisconnectRequest {
        header: RequestHeader {
            size: size_of::<DisconnectRequest>() as u32,
            version: INTERFACE_VERSION,
            timeout_ms: 2_000,
            ..RequestHeader::default()
        },
        connection: CONNECTION,
        ..DisconnectRequest::default()
    };
    let reply = |status| ReplyHeader {
        size: size_of::<ReplyHeader>() as u32,
        version: INTERFACE_VERSION,
        status,
        origin: Origin::Protocol as u32,
        ..ReplyHeader::default()
    };
    let mut text = format!(
        "Connection `{CONNECTION}` is to be broken within two seconds: `DeviceIoControl` with the \
         code `0x{DISCONNECT:08X}`, an input buffer of {} bytes and an output buffer of {}. \
         The input:\n\n",
        size_of::<DisconnectRequest>(),
        size_of::<ReplyHeader>()
    );
    text.push_str(&bytes("DisconnectRequest", &request));
    for (title, status) in [
        (
            "The protocol driver has broken it. `DeviceIoControl` succeeds",
            NtStatus::SUCCESS,
        ),
        (
            "The protocol driver had lost it before, and said so; it is gone all the same. \
             `DeviceIoControl` succeeds",
            NtStatus::INVALID_PARAMETER,
        ),
    ] {
        let _ = write!(
            text,
            "\n{title}, {} bytes are returned:\n\n",
            size_of::<ReplyHeader>()
        );
        text.push_str(&bytes("ReplyHeader", &reply(status)));
    }
    let refused = NtStatus::INVALID_PARAMETER;
    let _ = write!(
        text,
        "\nThe same request once more: the id is stale. `DeviceIoControl` fails, no byte is \
         written, and the NTSTATUS of the IOCTL is `{refused}`: it is plug61883's own, the \
         protocol driver was not asked.\n"
    );
    text
}

/// A structure's bytes, a line for each member; those of a header have lines of their own.
fn bytes<T: IntoBytes + Immutable>(name: &str, value: &T) -> String {
    let mut text = String::from("| offset | bytes | member |\n|---|---|---|\n");
    if let Some(structure) = tables::structure(name) {
        lines(&mut text, structure, "", 0, value.as_bytes());
    }
    text
}

fn lines(text: &mut String, structure: &Structure, path: &str, base: usize, all: &[u8]) {
    for (index, field) in structure.fields.iter().enumerate() {
        let path = format!("{path}{}", field.name);
        let offset = base + field.offset;
        if let Some(inner) = tables::structure(field.ty) {
            lines(text, inner, &format!("{path}."), offset, all);
            continue;
        }
        let bytes = &all[offset..offset + structure.field_size(index)];
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let _ = writeln!(text, "| {offset} | `{}` | `{path}` |", hex.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disconnect_is_as_worked_out_by_hand() {
        let text = disconnect();
        for line in [
            "| 0 | `28 00 00 00` | `header.size` |",
            "| 4 | `01 00` | `header.version` |",
            "| 16 | `D0 07 00 00` | `header.timeout_ms` |",
            "| 24 | `03 00 00 00 07 00 00 00` | `connection` |",
            "| 8 | `0D 00 00 C0` | `status` |",
            "| 12 | `01 00 00 00` | `origin` |",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }
}
