//! Writes `fuzz/seeds`: for `decode` a request of each code, for `engine` some long histories, which
//! take libFuzzer a while to come to. Run it when a code or a request changes:
//! `cargo run --manifest-path fuzz/Cargo.toml --example seeds`

use std::path::Path;

use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::CODES;
use plug61883_engine::{Command, Connect, Decoded, Owned};
use plug61883_fuzz::{encode, sizes};

fn main() -> std::io::Result<()> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    decode(&seeds.join("decode"))?;
    engine(&seeds.join("engine"))
}

/// Any bytes are a history.
fn engine(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut state = 61_883_u64;
    for length in [60, 120, 240, 480, 960, 1_920] {
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        })
        .take(length)
        .collect();
        std::fs::write(folder.join(length.to_string()), bytes)?;
    }
    Ok(())
}

fn decode(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let unit = UnitId::new(0, 1);
    let output = PlugId::new(0, Direction::Out, 0, 1);
    let input = PlugId::new(0, Direction::In, 0, 2);
    for command in [
        Command::Interface,
        Command::ListUnits,
        Command::Snapshot,
        Command::ListPlugs(unit),
        Command::ListConnections(unit),
        Command::ListDirectories(unit),
        Command::BusReset(unit),
        Command::UnitInfo {
            unit,
            level: 2,
            flags: 1,
        },
        Command::SetUnitInfo {
            unit,
            level: 1,
            words: [1, 0, 0, 0],
        },
        Command::GetPlug {
            unit,
            direction: Direction::In,
            number: 30,
        },
        Command::PlugState { unit, plug: output },
        Command::WaitEvents { no_wait: true },
        Command::Connect(Connect {
            unit,
            output,
            input,
            connect_type: 1,
            persist: true,
            format: Default::default(),
        }),
        Command::Disconnect {
            unit,
            connection: ConnectionId::new(0, 1),
            force: true,
        },
        Command::CreatePlug {
            unit,
            direction: Direction::Out,
            pcr: Default::default(),
            persist: true,
        },
        Command::SetPlug {
            unit,
            plug: output.local(),
            pcr: Default::default(),
        },
        Command::DeletePlug {
            unit,
            plug: output.local(),
            force: false,
        },
        Command::AddDirectory {
            unit,
            spec_id: 0xA02D,
            sw_version: 0x1_0001,
            bus_reset: true,
            persist: false,
        },
        Command::RemoveDirectory {
            unit,
            directory: DirectoryId::new(0, 1),
            bus_reset: true,
            force: false,
        },
        Command::Persist {
            unit,
            what: Owned::Plug(output.local()),
        },
        Command::ReadRegister {
            unit,
            offset: 0x980,
        },
    ] {
        let (code, request) = encode(&Decoded {
            command,
            timeout_ms: 1_000,
        });
        let index = CODES
            .iter()
            .position(|known| *known == code)
            .unwrap_or(CODES.len());
        let (_, reply) = sizes(code).unwrap_or_default();
        let mut seed = vec![index as u8];
        seed.extend((reply as u16).to_le_bytes());
        seed.extend(request);
        std::fs::write(folder.join(format!("{code:08x}")), seed)?;
    }
    Ok(())
}
