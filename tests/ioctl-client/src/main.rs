//! Sends any IOCTL, with any buffers, to `\\.\Plug61883` and prints what came back: for
//! end-to-end tests, which are also to send what a proper client never would.
//!
//! Every line on stdout is a set of `name=value` pairs. `open=ok access=read` or
//! `open=failed error=no-driver` (`error=win32 code=5`) comes first. A completed request is
//! `status=0xC000000D name=STATUS_INVALID_PARAMETER information=0 touched=0 output=`: `touched`
//! is the length of the output buffer up to the last byte that was written, `output` the first
//! `information` bytes in hex.
//!
//! `send` sends one request, from several threads at once where wanted (`thread=N` comes first in
//! each line). `session` reads a line for each of these from stdin:
//!
//! - `send CODE INPUT OUTPUT [CANCEL]`: sends and waits; CODE is a name such as `WAIT_EVENTS` or a
//!   number, CANCEL is in milliseconds;
//! - `start CODE INPUT OUTPUT [CANCEL]`: sends from a thread of its own, prints `started=N`, and
//!   later a line of the result that begins with `done=N`;
//! - `open`: opens one more handle, which the lines that follow use; prints as above, and after
//!   `open=ok access=...` also `handle=N`;
//! - `use N`: the lines that follow use handle N, 0 being the first;
//! - `cancel`: cancels all that is under way on the handle;
//! - `wait`: waits for all that was started, then prints `idle=1`.
//!
//! `codes` prints `name=WAIT_EVENTS code=0x98836044` for every control code, and opens nothing.
//!
//! The end of the input ends the program, with whatever is under way.
//!
//! `bench` prints `pair_ns=N empty_ns=N`.
//!
//! `random` sends random requests through handles of its own, prints `random seed=N ...`, later
//! `summary seed=N ...` with how they ended, and `broken seed=N rule=...` where an answer broke a
//! rule of the interface.
//!
//! Exit codes: 0 all was sent, whatever came back; 1 an answer broke a rule; 2 usage; 3 the device
//! could not be opened.
#![forbid(unsafe_code)]

mod bench;
mod random;
mod request;

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use clap::{Parser, Subcommand, ValueEnum};
use plug61883::{Access, Device, ErrorKind, Transport};

use crate::request::Request;

/// Sends any IOCTL to \\.\Plug61883 and prints what came back.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Access with which the device is opened.
    #[arg(long, value_enum, default_value = "read")]
    access: Rights,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Rights {
    /// GENERIC_READ.
    Read,
    /// GENERIC_READ and GENERIC_WRITE.
    Write,
}

#[derive(Subcommand)]
enum Command {
    /// Send one request.
    Send {
        /// Control code: its name, such as WAIT_EVENTS, decimal or 0x hexadecimal.
        code: String,
        /// Input buffer: hexadecimal bytes; HEX*COUNT repeats, commas join, - is empty.
        input: String,
        /// Length of the output buffer.
        output: String,
        /// Cancel it after so many milliseconds.
        #[arg(long, value_name = "MS")]
        cancel_after: Option<String>,
        /// Send it from so many threads at once.
        #[arg(long, value_name = "N")]
        threads: Option<usize>,
    },
    /// Send what the lines of stdin say.
    Session,
    /// Print the names of the control codes, and the codes.
    Codes,
    /// Measure what a connect and a disconnect cost, next to two requests that do nothing.
    Bench(bench::Options),
    /// Send random requests, and hold every answer to the interface's rules.
    Random(random::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let usage = |error: String| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    };
    if matches!(cli.command, Command::Codes) {
        for (name, code) in request::CODES {
            println!("name={name} code=0x{code:08X}");
        }
        return ExitCode::SUCCESS;
    }
    // What can't be read is told before the device is opened.
    let send = match &cli.command {
        Command::Send {
            code,
            input,
            output,
            cancel_after,
            threads,
        } => match Request::new(code, input, output, cancel_after.as_deref()) {
            Ok(request) => Some((request, *threads)),
            Err(error) => return usage(error),
        },
        Command::Session | Command::Codes => None,
        // It opens its handles itself.
        Command::Random(options) => return random::run(options),
        Command::Bench(options) => return bench::run(options),
    };
    let access = match cli.access {
        Rights::Read => Access::Query,
        Rights::Write => Access::Change,
    };
    let device = match open(access) {
        Ok(device) => device,
        Err(failed) => {
            println!("{failed}");
            return ExitCode::from(3);
        }
    };
    println!("open=ok access={}", name(access));
    match send {
        Some((request, None)) => println!("{}", request.send(&device)),
        Some((request, Some(threads))) => send_from_threads(&device, &request, threads),
        None => {
            if let Err(error) = session(device, access) {
                return usage(error);
            }
        }
    }
    ExitCode::SUCCESS
}

fn send_from_threads(device: &Device, request: &Request, threads: usize) {
    thread::scope(|scope| {
        for number in 0..threads {
            scope.spawn(move || println!("thread={number} {}", request.send(device)));
        }
    });
}

fn name(access: Access) -> &'static str {
    match access {
        Access::Query => "read",
        Access::Change => "write",
    }
}

/// Opens the device, or tells why it could not.
fn open(access: Access) -> Result<Arc<Device>, String> {
    Device::open(access)
        .map(Arc::new)
        .map_err(|error| match error.kind() {
            ErrorKind::Open { win32 } => format!("open=failed error=win32 code={win32}"),
            _ => "open=failed error=no-driver".to_owned(),
        })
}

fn session(device: Arc<Device>, access: Access) -> Result<(), String> {
    let mut handles = vec![device];
    let mut used = 0_usize;
    let mut started: Vec<JoinHandle<()>> = Vec::new();
    let mut count = 0_u32;
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let device = handles.get(used).ok_or("no such handle")?;
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [] => {}
            ["send", code, input, output, ref cancel @ ..] if cancel.len() < 2 => {
                let request = Request::new(code, input, output, cancel.first().copied())?;
                println!("{}", request.send(device));
            }
            ["start", code, input, output, ref cancel @ ..] if cancel.len() < 2 => {
                let request = Request::new(code, input, output, cancel.first().copied())?;
                let device = Arc::clone(device);
                let number = count;
                count = count.wrapping_add(1);
                println!("started={number}");
                started.push(thread::spawn(move || {
                    println!("done={number} {}", request.send(&device));
                }));
            }
            ["open"] => match open(access) {
                Ok(device) => {
                    used = handles.len();
                    handles.push(device);
                    println!("open=ok access={} handle={used}", name(access));
                }
                Err(failed) => println!("{failed}"),
            },
            ["use", handle] => used = handle.parse().map_err(|error| format!("use: {error}"))?,
            ["cancel"] => device.cancel(),
            ["wait"] => {
                for thread in started.drain(..) {
                    // A thread that panicked has ended the program.
                    let _ = thread.join();
                }
                println!("idle=1");
            }
            _ => return Err(format!("not a line of a session: {line:?}")),
        }
    }
    Ok(())
}
