//! The nodes of a description.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use plug61883_abi::ids::Direction;
use plug61883_abi::ioctl::MAX_UNITS;
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;
use sim61883_model::NodeConfig;
use toml::Spanned;

use super::{Node, Speed, Text};
use crate::error::ConfigError;
use crate::names::{COMPUTER, parse_plug};
use crate::node;

/// Vendor ids and model ids have 24 bits.
const MAX_ID: u32 = 0xFF_FFFF;
/// Longest payload in quadlets that a register can hold, but for 1024.
const MAX_PAYLOAD: u32 = 1023;
/// Payload of a node that says nothing: that of DV.
const DV_PAYLOAD: u32 = 122;
/// Last 40 bits of the EUI-64 of the first node that has none of its own.
const FIRST_CHIP: u64 = 0x61_8830_0001;

impl Speed {
    /// `data_rate` of a register.
    pub(super) const fn rate(self) -> u8 {
        match self {
            Self::S100 => 0,
            Self::S200 => 1,
            Self::S400 => 2,
        }
    }
}

/// Payload of a register.
pub(super) fn payload(text: Text<'_>, payload: Option<&Spanned<u32>>) -> Result<u16, ConfigError> {
    let quadlets = text.number("payload", payload, DV_PAYLOAD, MAX_PAYLOAD + 1)?;
    // 0 stands for 1024.
    Ok((quadlets & MAX_PAYLOAD) as u16)
}

/// The nodes.
pub(super) fn nodes(
    text: Text<'_>,
    written: &[Spanned<Node>],
) -> Result<Vec<node::Node>, ConfigError> {
    let mut nodes: Vec<node::Node> = Vec::new();
    for node in written {
        if nodes.len() == MAX_UNITS {
            let most = format!("{MAX_UNITS} nodes are the most: plug61883 has room for no more");
            return Err(text.error(node.span(), most));
        }
        let read = read(text, node.get_ref(), nodes.len())?;
        let name = &node.get_ref().name;
        if nodes.iter().any(|other| other.name == read.name) {
            let twice = format!("two nodes have the name `{}`", read.name);
            return Err(text.error(name.span(), twice));
        }
        if nodes
            .iter()
            .any(|other| other.config.eui64 == read.config.eui64)
        {
            let twice = format!("two nodes have the EUI-64 {:016X}", read.config.eui64);
            return Err(text.error(name.span(), twice));
        }
        nodes.push(read);
    }
    Ok(nodes)
}

fn read(text: Text<'_>, node: &Node, index: usize) -> Result<node::Node, ConfigError> {
    let name = node.name.get_ref();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if name.is_empty() || !name.chars().all(plain) || name == COMPUTER {
        let wanted = format!(
            "`{name}` is no name for a node: letters, digits, `-` and `_` make one, and \
             `{COMPUTER}` is this computer"
        );
        return Err(text.error(node.name.span(), wanted));
    }
    let id = |key, id| text.number(key, id, 0, MAX_ID);
    let vendor_id = id("vendor_id", node.vendor_id.as_ref())?;
    let plugs = |key, plugs| {
        let count = text.number(key, plugs, 0, PLUGS_PER_DIRECTION as u32)?;
        // 31 at most.
        Ok(count as u8)
    };
    let config = NodeConfig {
        eui64: match &node.eui64 {
            Some(eui64) => read_eui64(text, eui64)?,
            None => (u64::from(vendor_id) << 40) | FIRST_CHIP.wrapping_add(index as u64),
        },
        vendor_id,
        model_id: id("model_id", node.model_id.as_ref())?,
        unit_model_id: id("unit_model_id", node.unit_model_id.as_ref())?,
        vendor: lasting(&node.vendor),
        model: lasting(&node.model),
        unit_model: lasting(&node.unit_model),
        outputs: plugs("outputs", node.outputs.as_ref())?,
        inputs: plugs("inputs", node.inputs.as_ref())?,
        speed: node.speed.rate(),
        payload: payload(text, node.payload.as_ref())?,
    };
    let mut offline = Vec::new();
    for plug in &node.offline {
        let there = parse_plug(plug.get_ref()).filter(|(direction, number)| {
            let plugs = match direction {
                Direction::Out => config.outputs,
                Direction::In => config.inputs,
            };
            *number < plugs
        });
        offline.push(there.ok_or_else(|| {
            let none = format!(
                "`{name}` has no plug `{}`; write one as `oPCR[0]`",
                plug.get_ref()
            );
            text.error(plug.span(), none)
        })?);
    }
    Ok(node::Node::new(name.clone(), config, offline))
}

fn read_eui64(text: Text<'_>, eui64: &Spanned<String>) -> Result<u64, ConfigError> {
    let digits = eui64.get_ref();
    let all = digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let read = all.then(|| u64::from_str_radix(digits, 16).ok()).flatten();
    read.ok_or_else(|| {
        let wanted = "`eui64` has 16 hexadecimal digits, such as \"00A0B06188300001\"";
        text.error(eui64.span(), wanted)
    })
}

/// The same text for as long as the program runs, which the model asks for. Each is kept once.
fn lasting(text: &str) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.get(text) {
        Some(kept) => kept,
        None => {
            let text: &'static str = text.to_owned().leak();
            kept.insert(text);
            text
        }
    }
}
