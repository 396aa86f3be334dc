//! The commands of a history: most are right, some name what is stale, gone or made up.

use plug61883_abi::av61883::{AvPcr, CipDataFormat, connect_type, set_unit_info_level};
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::pcr::OMPR_OFFSET;
use plug61883_engine::{Command, Connect, Owned};

use super::op::{Op, What};
use super::{among, direction};
use crate::play::lower::PLUGS;
use crate::play::world::{Kind, World};

/// An id that nobody gave out, mostly.
fn made_up(a: u8, b: u8) -> u64 {
    u64::from(a % 4) << 32 | u64::from(b % 4)
}

impl World {
    fn choose_unit(&self, pick: u8) -> UnitId {
        match pick {
            250.. => UnitId(made_up(pick, pick / 4)),
            _ => among(pick, self.units.len()).map_or(UnitId::NONE, |it| self.units[it].id),
        }
    }

    /// The unit of a command that needs none.
    fn maybe_unit(&self, pick: u8) -> UnitId {
        match pick {
            0..200 => UnitId::NONE,
            _ => self.choose_unit(pick),
        }
    }

    /// A plug id, often a stale one.
    fn choose_plug(&self, pick: u8) -> PlugId {
        match pick {
            250.. => PlugId(made_up(pick, pick / 4)),
            _ => among(pick, self.plug_ids.len()).map_or(PlugId::NONE, |it| self.plug_ids[it]),
        }
    }

    fn good_plug(&self, pick: u8, facing: Direction) -> PlugId {
        let good = self.good_plug_ids();
        let facing: Vec<PlugId> = good
            .into_iter()
            .filter(|plug| plug.direction() == Some(facing))
            .collect();
        among(pick, facing.len()).map_or(PlugId::NONE, |it| facing[it])
    }

    fn choose_id(&self, kind: Kind, pick: u8, a: u8) -> u64 {
        let ids = self.items.iter().filter(|item| item.kind == kind);
        // Standing ones mostly.
        let ids: Vec<u64> = ids
            .filter(|item| pick >= 200 || item.is_seen())
            .filter_map(|item| item.id)
            .collect();
        match among(a, ids.len()) {
            Some(index) if pick < 250 => ids[index],
            _ => made_up(pick, a),
        }
    }

    fn connect(&self, op: Op, good: bool) -> Command {
        let (output, input) = if good {
            (
                self.good_plug(op.a, Direction::Out),
                self.good_plug(op.b, Direction::In),
            )
        } else {
            (self.choose_plug(op.a), self.choose_plug(op.b))
        };
        let (output, input) = match op.d % 8 {
            0 => (output, PlugId::NONE),
            1 => (PlugId::NONE, input),
            _ => (output, input),
        };
        Command::Connect(Connect {
            unit: self.maybe_unit(if good { 0 } else { op.c }),
            output,
            input,
            connect_type: if op.d & 16 == 0 {
                connect_type::POINT_TO_POINT
            } else {
                connect_type::BROADCAST
            },
            persist: op.d & 32 != 0,
            format: CipDataFormat::default(),
        })
    }

    /// A command that makes or asks for something.
    pub(super) fn command(&self, op: Op) -> Command {
        let Op { a, b, c, d, .. } = op;
        let unit = self.choose_unit(a);
        match c % 17 {
            0..=4 => self.connect(op, true),
            5 => self.connect(op, false),
            6 | 7 => Command::CreatePlug {
                unit,
                direction: direction(b),
                pcr: AvPcr(u32::from(d % 4)),
                persist: d >= 128,
            },
            8 => Command::AddDirectory {
                unit,
                spec_id: u32::from(b),
                sw_version: u32::from(d),
                bus_reset: d % 2 == 0,
                persist: d >= 128,
            },
            9 | 10 => Command::GetPlug {
                unit,
                direction: direction(b),
                number: d % (PLUGS + 1),
            },
            11 => Command::PlugState {
                unit: self.maybe_unit(b),
                plug: self.choose_plug(d),
            },
            12 => Command::SetPlug {
                unit: self.maybe_unit(b),
                plug: self.choose_plug(a),
                pcr: AvPcr(u32::from(d % 4)),
            },
            13 => Command::UnitInfo {
                unit,
                level: u32::from(b % 6) + 1,
                flags: 0,
            },
            14 => Command::SetUnitInfo {
                unit,
                level: [
                    set_unit_info_level::DIAG_LEVEL,
                    set_unit_info_level::ISOCH_PARAMS,
                    set_unit_info_level::CMP_ADDRESS_RANGE_TYPE,
                ][usize::from(b % 3)],
                words: [u32::from(d % 2), 0, 0, 0],
            },
            15 => Command::ReadRegister {
                unit,
                offset: OMPR_OFFSET + 4 * u32::from(d % 64),
            },
            _ => Command::BusReset(unit),
        }
    }

    /// A command that undoes something.
    pub(super) fn undoing(&self, op: Op) -> Command {
        let Op { a, b, c, d, .. } = op;
        let unit = self.maybe_unit(c);
        let force = d % 2 == 0;
        match d / 2 % 4 {
            0 | 1 => Command::Disconnect {
                unit,
                connection: ConnectionId(self.choose_id(Kind::Connection, b, a)),
                force,
            },
            2 => Command::DeletePlug {
                unit,
                plug: PlugId(self.choose_id(Kind::Plug, b, a)),
                force,
            },
            _ => Command::RemoveDirectory {
                unit,
                directory: DirectoryId(self.choose_id(Kind::Directory, b, a)),
                bus_reset: d >= 128,
                force,
            },
        }
    }

    /// What is handed over to the driver, and the unit that is named with it.
    pub(super) fn handing_over(&self, op: Op) -> (UnitId, Owned) {
        let Op { a, b, c, d, .. } = op;
        let what = match d % 3 {
            0 => Owned::Connection(ConnectionId(self.choose_id(Kind::Connection, b, a))),
            1 => Owned::Plug(PlugId(self.choose_id(Kind::Plug, b, a))),
            _ => Owned::Directory(DirectoryId(self.choose_id(Kind::Directory, b, a))),
        };
        (self.maybe_unit(c), what)
    }

    pub(super) fn any_command(&self, op: Op) -> Command {
        assert_eq!(op.what, What::Begin);
        if op.pick.is_multiple_of(4) {
            self.undoing(op)
        } else {
            self.command(op)
        }
    }
}
