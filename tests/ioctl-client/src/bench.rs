//! What a connect and a disconnect cost from user mode, next to two requests that do nothing, in
//! alternating rounds of one run.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use plug61883::NtStatus;
use plug61883::abi::ids::{Direction, PlugId, UnitId};
use plug61883::abi::ioctl::{
    CONNECT, ConnectReply, ConnectRequest, DISCONNECT, DisconnectRequest, GET_PLUG,
    INTERFACE_VERSION, Interface, LIST_UNITS, List, PlugReply, PlugRequest, QUERY_INTERFACE,
    ReplyHeader, RequestHeader, UnitEntry,
};
use plug61883::{Access, Call, Device, Transport};
use zerocopy::{FromBytes, IntoBytes};

/// How much is measured.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Pairs of a connect and a disconnect in each round.
    #[arg(long, default_value_t = 100)]
    count: u32,
    /// Rounds.
    #[arg(long, default_value_t = 21)]
    rounds: u32,
}

/// Prints `pair_ns=N empty_ns=N`, the medians of the rounds: a connect and a disconnect, and two
/// requests that do nothing.
pub(crate) fn run(options: &Options) -> ExitCode {
    match measure(options) {
        Ok((pair, empty)) => {
            println!("pair_ns={pair} empty_ns={empty}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(u128, u128), String> {
    let device = Device::open(Access::Change).map_err(|error| error.to_string())?;
    let unit = first_unit(&device)?;
    let plug = |direction| {
        let request = PlugRequest {
            header: header::<PlugRequest>(unit),
            direction: direction as u32,
            number: 0,
        };
        send::<_, PlugReply>(&device, GET_PLUG, &request).map(|reply| reply.plug)
    };
    let (output, input) = (plug(Direction::Out)?, plug(Direction::In)?);
    let (mut pairs, mut empties) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let each = |work: &dyn Fn() -> Result<(), String>| -> Result<Duration, String> {
            let start = Instant::now();
            for _ in 0..options.count {
                work()?;
            }
            Ok(start.elapsed())
        };
        pairs.push(each(&|| pair(&device, unit, output, input))?);
        empties.push(each(&|| {
            empty(&device)?;
            empty(&device)
        })?);
    }
    let count = u128::from(options.count.max(1));
    let median = |mut times: Vec<Duration>| {
        times.sort();
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        middle.as_nanos() / count
    };
    Ok((median(pairs), median(empties)))
}

fn pair(device: &Device, unit: UnitId, output: PlugId, input: PlugId) -> Result<(), String> {
    let request = ConnectRequest {
        header: header::<ConnectRequest>(unit),
        output,
        input,
        connect_type: 1,
        ..ConnectRequest::default()
    };
    let made: ConnectReply = send(device, CONNECT, &request)?;
    let request = DisconnectRequest {
        header: header::<DisconnectRequest>(unit),
        connection: made.connection,
        flags: 0,
        reserved: 0,
    };
    send::<_, ReplyHeader>(device, DISCONNECT, &request).map(drop)
}

fn empty(device: &Device) -> Result<(), String> {
    let request = header::<RequestHeader>(UnitId::NONE);
    send::<_, Interface>(device, QUERY_INTERFACE, &request).map(drop)
}

fn first_unit(device: &Device) -> Result<UnitId, String> {
    let request = header::<RequestHeader>(UnitId::NONE);
    let mut output = vec![0; size_of::<List>() + 64 * size_of::<UnitEntry>()];
    let used = device
        .ioctl(&Call::new(LIST_UNITS, request.as_bytes()), &mut output)
        .map_err(|failure| format!("LIST_UNITS: {}", failure.status))?;
    let entries = output.get(size_of::<List>()..used).unwrap_or_default();
    UnitEntry::read_from_prefix(entries)
        .map(|(entry, _)| entry.unit)
        .map_err(|_| "no unit".to_owned())
}

fn header<T>(unit: UnitId) -> RequestHeader {
    RequestHeader {
        size: size_of::<T>() as u32,
        version: INTERFACE_VERSION,
        unit,
        ..RequestHeader::default()
    }
}

/// Sends a request, whose reply must say that it succeeded.
fn send<Q, R>(device: &Device, code: u32, request: &Q) -> Result<R, String>
where
    Q: IntoBytes + zerocopy::Immutable,
    R: FromBytes,
{
    let mut output = vec![0; size_of::<R>()];
    let failed = |status: NtStatus| format!("0x{code:08X}: {status}");
    device
        .ioctl(&Call::new(code, request.as_bytes()), &mut output)
        .map_err(|failure| failed(failure.status))?;
    let short = || format!("0x{code:08X}: a reply that is too short");
    let (header, _) = ReplyHeader::read_from_prefix(&output).map_err(|_| short())?;
    if !header.status.is_success() {
        return Err(failed(header.status));
    }
    R::read_from_bytes(&output).map_err(|_| short())
}
