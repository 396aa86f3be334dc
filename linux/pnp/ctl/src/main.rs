//! `pnpctl`: adds device stacks to Wine and does to them what a PnP manager does.
//!
//! Each command prints the NTSTATUS that it ended with; the exit code is 0 if that is a success,
//! 1 if not, 2 for a wrong command line, 3 if `pnp.sys` does not run.

#[cfg(windows)]
mod args;
#[cfg(windows)]
mod device;
#[cfg(windows)]
mod inf;
#[cfg(windows)]
mod install;
#[cfg(windows)]
mod registry;
#[cfg(windows)]
mod serve;
#[cfg(windows)]
mod setup;

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    use clap::Parser;

    let outcome = args::Args::parse().action.run();
    if outcome.code == 0 {
        println!("{}", outcome.text);
    } else {
        eprintln!("pnpctl: {}", outcome.text);
    }
    std::process::ExitCode::from(outcome.code)
}

#[cfg(not(windows))]
fn main() {
    eprintln!("pnpctl is a Windows program: build it for x86_64-pc-windows-gnu");
    std::process::exit(2);
}
