//! What the tests share.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use e2e::Scene;
use serde_json::Value;

pub(crate) const SUCCESS: &str = "STATUS_SUCCESS (0x00000000) from the protocol driver";
pub(crate) const REFUSED: &str = "STATUS_INVALID_PARAMETER (0xC000000D) from plug61883";
pub(crate) const LOST: &str = "STATUS_INVALID_PARAMETER (0xC000000D) from the protocol driver";

/// What the bus has when nothing is connected.
pub(crate) struct Idle(Value);

impl Idle {
    /// Remembers it; to be called before anything is connected.
    pub(crate) fn remember(scene: &Scene) -> Result<Self> {
        Ok(Self(bus(scene)?))
    }

    /// The bus has it again within `limit`.
    pub(crate) fn within(&self, scene: &Scene, limit: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            let now = bus(scene)?;
            if now == self.0 {
                return Ok(());
            }
            if start.elapsed() > limit {
                bail!("the bus still has {now}, idle it has {}", self.0);
            }
        }
    }

    /// The bus has something else now.
    pub(crate) fn is_left(&self, scene: &Scene) -> Result<bool> {
        Ok(bus(scene)? != self.0)
    }
}

/// The plug registers with their counters, the free channels and bandwidth.
fn bus(scene: &Scene) -> Result<Value> {
    let mut state = scene.simctl_json(&["state"])?;
    if let Some(state) = state.as_object_mut() {
        // Count what was done, not what is.
        state.retain(|name, _| name.contains("channels") || name.contains("bandwidth"));
        assert!(
            !state.is_empty(),
            "simctl state tells no channels and bandwidth"
        );
    }
    Ok(Value::Array(vec![state, scene.simctl_json(&["plugs"])?]))
}
