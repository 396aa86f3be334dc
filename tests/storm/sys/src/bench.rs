//! What plug61883 costs the drivers above it: the same requests down a stack with it and down
//! one without, in turns.

use core::sync::atomic::{AtomicU32, Ordering};

use plug61883_abi::av61883::{Connect, Disconnect, GetPlugHandle, Talk, connect_type};
use plug61883_wdf::{Attributes, NtStatus, Result, SpinLock};
use storm_control::{BenchReport, BenchRequest, MAX_ROUNDS, TURNS, bench};
use zerocopy::FromZeros as _;

use crate::foreign::Sender;
use crate::random::Random;
use crate::thread::nanoseconds;
use crate::unit::{self, Use};
use crate::{run, stream, thread};

static WHAT: AtomicU32 = AtomicU32::new(0);
static COUNT: AtomicU32 = AtomicU32::new(0);
static ROUNDS: AtomicU32 = AtomicU32::new(0);
static REPORT: SpinLock<Option<BenchReport>> = SpinLock::new(None);

/// To be called once, in DriverEntry.
///
/// # Errors
/// `STATUS_INSUFFICIENT_RESOURCES`.
pub(crate) fn init(attributes: Attributes) -> Result<()> {
    REPORT.init(attributes)
}

/// Starts a benchmark.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER`, `STATUS_DEVICE_BUSY`, or the thread could not be started.
pub(crate) fn start(request: &BenchRequest) -> Result<()> {
    let known = matches!(request.what, bench::STREAM | bench::FOLLOWED);
    if !known || request.count == 0 || !(1..=MAX_ROUNDS as u32).contains(&request.rounds) {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    run::prepare(run::seed(), u32::MAX, 0)?;
    WHAT.store(request.what, Ordering::Release);
    COUNT.store(request.count, Ordering::Release);
    ROUNDS.store(request.rounds, Ordering::Release);
    *REPORT.lock() = None;
    thread::start(work)
}

/// What [`storm_control::BENCH_REPORT`] tells.
pub(crate) fn report() -> BenchReport {
    REPORT.lock().unwrap_or_default()
}

fn work(_index: usize) {
    let mut report = BenchReport {
        what: WHAT.load(Ordering::Acquire),
        count: COUNT.load(Ordering::Acquire),
        ..BenchReport::default()
    };
    if let Err(status) = measure(&mut report) {
        report.status = status;
    }
    report.done = 1;
    *REPORT.lock() = Some(report);
}

/// Measures all rounds.
fn measure(report: &mut BenchReport) -> Result<()> {
    let mut random = Random::new(0, 0);
    let mut filtered = Side::new(&mut random, true)?;
    let mut bare = Side::new(&mut random, false)?;
    // Once to warm up.
    for side in [&mut filtered, &mut bare] {
        side.turn(report, 64);
    }
    for round in 0..ROUNDS.load(Ordering::Acquire) as usize {
        if run::over() || filtered.unit.is_leaving() || bare.unit.is_leaving() {
            return Err(NtStatus::CANCELLED);
        }
        let mut times = [[0; TURNS]; 2];
        let [filtered_times, bare_times] = &mut times;
        for (turn, places) in filtered_times.iter_mut().zip(bare_times).enumerate() {
            // Neither is always the first.
            if turn % 2 == 0 {
                *places.0 = filtered.measured(report);
                *places.1 = bare.measured(report);
            } else {
                *places.1 = bare.measured(report);
                *places.0 = filtered.measured(report);
            }
        }
        let places = report
            .filtered_ns
            .get_mut(round)
            .zip(report.bare_ns.get_mut(round));
        let Some((filtered_ns, bare_ns)) = places else {
            break;
        };
        [*filtered_ns, *bare_ns] = times.map(middle);
        report.rounds = report.rounds.saturating_add(1);
    }
    Ok(())
}

/// The time that as many are above as below.
fn middle(mut times: [u64; TURNS]) -> u64 {
    times.sort_unstable();
    times.get(TURNS / 2).copied().unwrap_or(0)
}

/// One of the two stacks.
struct Side {
    sender: Sender,
    unit: Use,
    /// To stream on.
    connection: u64,
    /// Output plug to connect.
    plug: u64,
}

impl Side {
    fn new(random: &mut Random, filtered: bool) -> Result<Self> {
        let unit = unit::any(random, filtered).ok_or(NtStatus::NO_SUCH_DEVICE)?;
        let mut sender = Sender::new()?;
        let connection =
            stream::connect(&mut sender, &unit).ok_or(NtStatus::INVALID_DEVICE_STATE)?;
        let mut plug = GetPlugHandle {
            plug_number: 1,
            ..GetPlugHandle::new_zeroed()
        };
        sender.ask(&unit, &mut plug, None);
        Ok(Self {
            sender,
            unit,
            connection,
            plug: plug.handle,
        })
    }

    /// Time of a turn in nanoseconds.
    fn measured(&mut self, report: &mut BenchReport) -> u64 {
        let (start, count) = (nanoseconds(), report.count);
        self.turn(report, count);
        nanoseconds().saturating_sub(start)
    }

    fn turn(&mut self, report: &mut BenchReport, count: u32) {
        for _ in 0..count {
            report.answer = if report.what == bench::STREAM {
                self.sender.set(Talk {
                    connection: self.connection,
                });
                self.sender.send_raw(&self.unit)
            } else {
                self.pair()
            };
        }
    }

    fn pair(&mut self) -> NtStatus {
        self.sender.set(Connect {
            output_plug: self.plug,
            connect_type: connect_type::POINT_TO_POINT,
            ..Connect::new_zeroed()
        });
        let connected = self.sender.send_raw(&self.unit);
        if !connected.is_success() {
            return connected;
        }
        let Connect { connection, .. } = self.sender.get();
        self.sender.set(Disconnect { connection });
        self.sender.send_raw(&self.unit)
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        stream::disconnect(&mut self.sender, &self.unit, self.connection);
    }
}
