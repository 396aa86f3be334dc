//! Names of plugs, as files and tests write them.

use std::fmt;
use std::str::FromStr;

use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::MAX_PLUG_NUMBER;

use crate::error::ChangeError;

/// The name that stands for this computer.
pub(crate) const COMPUTER: &str = "computer";

/// Name of a plug: `deck.oPCR[0]`, or `computer.iPCR[1]` for a plug of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlugName {
    pub(crate) node: String,
    pub(crate) direction: Direction,
    pub(crate) number: u8,
}

impl FromStr for PlugName {
    type Err = ChangeError;

    fn from_str(text: &str) -> Result<Self, ChangeError> {
        let parsed = text.split_once('.').and_then(|(node, plug)| {
            let (direction, number) = parse_plug(plug)?;
            Some(Self {
                node: node.to_owned(),
                direction,
                number,
            })
        });
        parsed.ok_or_else(|| {
            ChangeError::new(format!("`{text}` is no plug; write one as `deck.oPCR[0]`"))
        })
    }
}

/// Direction and number of `oPCR[0]`.
pub(crate) fn parse_plug(text: &str) -> Option<(Direction, u8)> {
    let (direction, rest) = match text.split_at_checked(4)? {
        ("oPCR", rest) => (Direction::Out, rest),
        ("iPCR", rest) => (Direction::In, rest),
        _ => return None,
    };
    let digits = rest.strip_prefix('[')?.strip_suffix(']')?;
    let number: u8 = digits.parse().ok()?;
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
    (plain && u32::from(number) <= MAX_PLUG_NUMBER).then_some((direction, number))
}

impl fmt::Display for PlugName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            node,
            direction,
            number,
        } = self;
        write!(f, "{node}.{direction}[{number}]")
    }
}

/// The two ends of a connection; one may be open: `computer` without a plug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) output: Option<PlugName>,
    pub(crate) input: Option<PlugName>,
}

impl Ends {
    /// From an output plug to an input plug.
    ///
    /// # Errors
    /// What is wrong with the names.
    pub(crate) fn parse(from: &str, to: &str) -> Result<Self, ChangeError> {
        let end = |text: &str, direction| {
            if text == COMPUTER {
                return Ok(None);
            }
            let plug: PlugName = text.parse()?;
            if plug.direction != direction {
                let wanted = match direction {
                    Direction::Out => "goes from an output plug, an oPCR",
                    Direction::In => "goes to an input plug, an iPCR",
                };
                return Err(ChangeError::new(format!(
                    "a connection {wanted}: `{text}` is none"
                )));
            }
            Ok(Some(plug))
        };
        let ends = Self {
            output: end(from, Direction::Out)?,
            input: end(to, Direction::In)?,
        };
        if ends.output.is_none() && ends.input.is_none() {
            let open = "a connection has a plug at one end at least".to_owned();
            return Err(ChangeError::new(open));
        }
        Ok(ends)
    }

    /// The plugs that are named.
    pub(crate) fn plugs(&self) -> impl Iterator<Item = &PlugName> {
        self.output.iter().chain(&self.input)
    }
}
