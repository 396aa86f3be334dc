//! Who made a connection, and how its line looks.

use plug61883::Owner;

use crate::bus::Maker;

/// Who made a link: lines of each are drawn in a style of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// This program.
    This,
    /// Another program of this computer.
    Program,
    /// plug61883 itself: it persists.
    Driver,
    /// Another driver of this computer.
    Foreign,
    /// Another node.
    OtherNode,
    /// An owner that this version does not have.
    Other,
}

impl Class {
    pub(super) fn of(maker: Maker) -> Self {
        match maker {
            Maker::OtherNode => Self::OtherNode,
            Maker::Known(owner, _) => match owner {
                Owner::ThisHandle => Self::This,
                Owner::OtherHandle => Self::Program,
                Owner::Driver => Self::Driver,
                Owner::Foreign => Self::Foreign,
                Owner::Device | Owner::Other(_) => Self::Other,
            },
        }
    }

    /// One word for it, in the style sheet of a picture too.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::This => "this",
            Self::Program => "other",
            Self::Driver => "driver",
            Self::Foreign => "foreign",
            Self::OtherNode => "node",
            Self::Other => "owner",
        }
    }

    /// What it means.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::This => "this program made it",
            Self::Program => "a program of this computer holds it",
            Self::Driver => "plug61883 keeps it: it was made to persist",
            Self::Foreign => "another driver of this computer made it",
            Self::OtherNode => "another node made it: seen in the registers only",
            Self::Other => "an owner that this version does not know",
        }
    }
}

/// Look of a class of lines. Each differs from the others by more than its colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// Colour on a light background.
    pub(super) light: &'static str,
    /// Colour on a dark background.
    pub(super) dark: &'static str,
    /// Width of the line.
    pub(super) width: u8,
    /// Lengths of dashes and gaps in an SVG; empty for a line without gaps.
    pub(super) dashes: &'static str,
    /// Style in the DOT language.
    pub(super) dot: &'static str,
}

impl Look {
    pub(super) const fn of(class: Class) -> Self {
        let (light, dark, width, dashes, dot) = match class {
            Class::This => ("#0b57d0", "#8ab4f8", 4, "", "solid"),
            Class::Program => ("#00629b", "#5db3ff", 2, "", "solid"),
            Class::Driver => ("#00734d", "#3ecf9a", 3, "18 5", "bold"),
            Class::Foreign => ("#b34700", "#ff9a57", 2, "8 5", "dashed"),
            Class::OtherNode => ("#7a3e9d", "#cf9af0", 2, "2 4", "dotted"),
            Class::Other => ("#855c00", "#e0b64d", 3, "10 4 3 4", "dashed"),
        };
        Self {
            light,
            dark,
            width,
            dashes,
            dot,
        }
    }
}

/// What stands above the meanings of the lines.
pub(super) const LEGEND: &str = "with each connection: its id, where it has one, and who made it";
