//! What may happen in a history, and how likely it is.

use proptest::prelude::*;

use crate::lower::PLUGS;

/// A number that picks one of what is there.
pub(super) type Pick = u8;

/// How an id in a command is chosen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    /// One of those that were ever given out, often a stale one.
    Given(Pick),
    None,
    MadeUp(u64),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    UnitInfo(Choice, u8),
    GetPlug(Choice, bool, u8),
    PlugState(Choice, Choice),
    Connect {
        unit: Choice,
        output: Choice,
        input: Choice,
        persist: bool,
    },
    /// A connect that nothing is wrong with, of plugs that are known now.
    GoodConnect(Pick, bool),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Open,
    Cleanup(Pick),
    Close,
    Arrive(u8),
    Leave(Pick, bool),
    Left(Pick),
    Reserve(Pick, Asked),
    Start(Pick),
    Arm(Pick),
    Request(Pick, Asked),
    Disconnect {
        handle: Pick,
        unit: Choice,
        connection: Choice,
        force: bool,
        arm: bool,
    },
    Cancel(Pick),
    Tick(u16),
    Next,
    PassDown(Pick, bool),
    Return(Pick),
    Complete(Pick, u8),
    Deliver(Pick),
    Released(Pick),
    /// The protocol driver loses a connection on its own.
    Lose(Pick),
    /// A plug gets another handle.
    Replug(Pick, bool, u8),
    Settle,
}

pub(super) fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        12 => any::<Pick>().prop_map(Choice::Given),
        4 => Just(Choice::None),
        1 => any::<u64>().prop_map(Choice::MadeUp),
        1 => (0_u64..4, 0_u64..4).prop_map(|(a, b)| Choice::MadeUp(a << 32 | b)),
    ]
}

pub(super) fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        2 => (choice(), any::<u8>()).prop_map(|(unit, level)| Asked::UnitInfo(unit, level)),
        3 => (choice(), any::<bool>(), 0..PLUGS + 1)
            .prop_map(|(unit, input, number)| Asked::GetPlug(unit, input, number)),
        2 => (choice(), choice()).prop_map(|(unit, plug)| Asked::PlugState(unit, plug)),
        3 => (choice(), choice(), choice(), any::<bool>()).prop_map(
            |(unit, output, input, persist)| Asked::Connect { unit, output, input, persist }
        ),
        10 => (any::<Pick>(), any::<bool>())
            .prop_map(|(plugs, persist)| Asked::GoodConnect(plugs, persist)),
    ]
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let pick = any::<Pick>;
    prop_oneof![
        3 => Just(Op::Open),
        2 => pick().prop_map(Op::Cleanup),
        1 => Just(Op::Close),
        2 => any::<u8>().prop_map(Op::Arrive),
        1 => (pick(), any::<bool>()).prop_map(|(unit, reachable)| Op::Leave(unit, reachable)),
        2 => pick().prop_map(Op::Left),
        2 => (pick(), asked()).prop_map(|(handle, asked)| Op::Reserve(handle, asked)),
        2 => pick().prop_map(Op::Start),
        2 => pick().prop_map(Op::Arm),
        14 => (pick(), asked()).prop_map(|(handle, asked)| Op::Request(handle, asked)),
        12 => (pick(), choice(), choice(), any::<bool>(), prop::bool::weighted(0.8)).prop_map(
            |(handle, unit, connection, force, arm)| Op::Disconnect {
                handle, unit, connection, force, arm
            }
        ),
        4 => pick().prop_map(Op::Cancel),
        2 => any::<u16>().prop_map(Op::Tick),
        30 => Just(Op::Next),
        8 => (pick(), prop::bool::weighted(0.1)).prop_map(|(call, refuse)| Op::PassDown(call, refuse)),
        14 => pick().prop_map(Op::Return),
        18 => (pick(), any::<u8>()).prop_map(|(request, how)| Op::Complete(request, how)),
        14 => pick().prop_map(Op::Deliver),
        10 => pick().prop_map(Op::Released),
        1 => pick().prop_map(Op::Lose),
        1 => (pick(), any::<bool>(), 0..PLUGS)
            .prop_map(|(unit, input, number)| Op::Replug(unit, input, number)),
        5 => Just(Op::Settle),
    ]
}
