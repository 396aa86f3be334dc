//! What KMDF drivers allocate, and low memory: the accounts that the framework stand-in keeps.

use crate::{
    bench::Bench,
    error::{Error, Result},
    trace::TraceEvent,
};

/// What was allocated: by a driver, and by the framework for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolUse {
    /// Allocations asked for since counting began, those that failed included. Counting begins
    /// when the driver is loaded, with [`Bench::count_pool`] and with [`Bench::fail_allocations`].
    pub made: u64,
    /// Allocations that were made to fail since then.
    pub failed: u64,
    /// Blocks that there are.
    pub live_blocks: u64,
    /// Their bytes.
    pub live_bytes: u64,
    /// The most bytes that there were at once since counting began.
    pub peak_bytes: u64,
}

/// A driver's account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolReport {
    /// The sums.
    pub total: PoolUse,
    /// The parts: by the driver's pool tags, `FxDr` for the framework, `Mdl ` for memory
    /// descriptor lists.
    pub by_tag: Vec<(String, PoolUse)>,
}

/// Which allocations are made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// None.
    None,
    /// The one with this number from now on, counted from 1.
    One(u64),
    /// That one and all that follow it, until this is changed.
    From(u64),
}

impl Bench {
    /// A driver's account; if it is not loaded, as it stood when it was unloaded.
    pub fn pool(&mut self, service: &str) -> Result<PoolReport> {
        self.account(service, "")
    }

    /// Counts a driver's allocations from now on. Gives the account as it stood.
    pub fn count_pool(&mut self, service: &str) -> Result<PoolReport> {
        self.account(service, " --count")
    }

    /// Counts a driver's allocations from now on and makes some fail; for one that is not loaded,
    /// from when it is. Gives the account as it stood. The framework stand-in must be loaded: that
    /// it is once the first KMDF driver was, and stays.
    pub fn fail_allocations(&mut self, service: &str, which: Failing) -> Result<PoolReport> {
        let options = match which {
            Failing::None => " --fail 0".to_owned(),
            Failing::One(number) => format!(" --fail {number}"),
            Failing::From(number) => format!(" --fail {number} --all"),
        };
        self.account(service, &options)
    }

    fn account(&mut self, service: &str, options: &str) -> Result<PoolReport> {
        let reply = self.pnp(&format!("pool {service}{options}"))?;
        parse(&reply.text).ok_or_else(|| Error::Unexpected {
            what: format!("pnpctl pool {service}"),
            text: reply.text,
        })
    }

    /// Turns a loaded driver's trace on or off. To have it on from the start, set `TraceLog` to 1
    /// with [`Bench::set`].
    pub fn set_trace(&mut self, service: &str, on: bool) -> Result<()> {
        let word = if on { "on" } else { "off" };
        self.pnp(&format!("trace {service} {word}"))?;
        Ok(())
    }

    /// The events that drivers traced since the last call.
    pub fn trace(&self) -> Result<Vec<TraceEvent>> {
        self.check()?;
        self.log().trace()
    }
}

/// Takes the lines apart that `pnpctl pool` prints.
fn parse(text: &str) -> Option<PoolReport> {
    let mut lines = text.split('\n').map(|line| {
        let mut words = line.split('\t');
        let tag = words.next()?.to_owned();
        let mut number = || words.next()?.parse().ok();
        let entry = PoolUse {
            made: number()?,
            failed: number()?,
            live_blocks: number()?,
            live_bytes: number()?,
            peak_bytes: number()?,
        };
        Some((tag, entry))
    });
    let (_, total) = lines.next()??;
    let by_tag = lines.collect::<Option<_>>()?;
    Some(PoolReport { total, by_tag })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports() {
        let report = parse("-\t9\t1\t3\t300\t400\nMdl \t2\t0\t1\t48\t96").expect("a report");
        assert_eq!(
            (
                report.total.made,
                report.total.failed,
                report.total.peak_bytes
            ),
            (9, 1, 400)
        );
        assert_eq!(report.by_tag.len(), 1);
        assert_eq!(report.by_tag[0].0, "Mdl ");
        assert_eq!(report.by_tag[0].1.live_blocks, 1);
        for wrong in ["", "-", "-\t1\t2\t3\t4", "-\t1\t2\t3\t4\t5\nx"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
