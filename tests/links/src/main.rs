//! Drives the library's links on Windows, against the real interfaces or against ones that answer
//! every documented code; prints what came as one JSON document.
//!
//! | argument | what is driven |
//! |---|---|
//! | `machine [HOST]`, `router [SERVER]`, `audio`, `net`, `teardown` | what this system has |
//! | `machine-codes`, `router-codes` | `tests/links/dll` in the place of cfgmgr32.dll, mprapi.dll |
//! | `audio-codes`, `net-codes` | objects in this process that have the interfaces |
//! | `com` | how often COM is initialised |

#[cfg(windows)]
mod audio;
#[cfg(windows)]
mod com;
#[cfg(windows)]
mod dll;
#[cfg(windows)]
mod json;
#[cfg(windows)]
mod machine;
#[cfg(windows)]
mod network;
#[cfg(windows)]
mod router;
#[cfg(windows)]
mod spy;
#[cfg(windows)]
mod teardown;

#[cfg(windows)]
fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let document = match words[..] {
        ["machine"] => machine::real(None),
        ["machine", host] => machine::real(Some(host)),
        ["machine-codes"] => machine::codes()?,
        ["router"] => router::real(None),
        ["router", server] => router::real(Some(server)),
        ["router-codes"] => router::codes()?,
        ["audio"] => audio::real(),
        ["audio-codes"] => audio::codes()?,
        ["net"] => network::real(),
        ["net-codes"] => network::codes()?,
        ["teardown"] => teardown::real(),
        ["com"] => com::counts()?,
        _ => anyhow::bail!("no such test: {}", words.join(" ")),
    };
    println!("{document}");
    Ok(())
}

#[cfg(not(windows))]
fn main() {
    eprintln!("linktest drives interfaces of Windows: build it for there");
    std::process::exit(3);
}
