//! Everything that is done with this repository: `cargo xtask` lists it.

mod artifacts;
mod bench;
mod cclient;
mod cross;
mod demo;
mod fuzz;
mod imports;
mod inf;
mod install;
#[cfg(test)]
mod makefile;
mod miri;
mod nopanic;
mod package;
mod pe;
mod process;
mod soak;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Builds, runs and tests plug61883",
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, and break a plug connection under Wine, step by step
    Demo,
    /// Install what is missing and run every test
    Test(test::Options),
    /// Install what is missing and run threads against plug61883 for a long time
    Soak(soak::Options),
    /// Install what is missing and measure what plug61883 costs, into target/bench.json
    Bench,
    /// Install what is missing and build drivers and programs into target/artifacts
    Build,
    /// Install what is missing: Debian packages and Rust targets
    Install,
    /// Write what is made of the sources: C header, tables of docs/ioctl.md, list of the library's items
    Header,
    /// Run the tests of abi and engine under Miri, where it is installed
    Miri,
    /// Run the fuzz targets, or one of them
    Fuzz(fuzz::Options),
    /// Install what is missing, build, and lay out target/package, signed if a certificate is given
    Package(package::Options),
    /// Stamp the INFs for each architecture into target/inf, and check them as InfVerif is documented to
    Inf,
    /// List what each driver imports, and whether the installed Wine implements it
    Imports,
}

/// What writes the header.
const EXPORT: &[&str] = &["run", "--quiet", "--locked", "--package", "abi-export"];

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Demo => demo::run(),
        Task::Test(options) => test::run(&options),
        Task::Soak(options) => soak::run(&options),
        Task::Bench => bench::run(),
        Task::Build => install::everything().and_then(|()| artifacts::build().map(drop)),
        Task::Install => install::everything(),
        Task::Header => process::run(process::cargo().args(EXPORT)),
        Task::Miri => miri::run(&process::root()),
        Task::Fuzz(options) => fuzz::run_targets(&options),
        Task::Package(options) => package::run(&options),
        Task::Inf => inf::run(),
        Task::Imports => install::everything()
            .and_then(|()| artifacts::build())
            .and_then(|artifacts| test::check_imports(&artifacts)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
