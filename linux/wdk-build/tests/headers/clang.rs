//! clang, called as drivers' builds call it.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use wdk_build::{ApiSubset, Config, DriverConfig, KmdfConfig};

/// The version of KMDF that the workspace's drivers are built for.
pub(crate) fn config() -> Config {
    Config::new(DriverConfig::Kmdf(KmdfConfig {
        kmdf_version_major: 1,
        target_kmdf_version_minor: 27,
        minimum_kmdf_version_minor: None,
    }))
}

/// Includes all headers.
pub(crate) fn includes() -> String {
    config()
        .bindgen_header_contents([ApiSubset::Base, ApiSubset::Wdf])
        .unwrap()
}

/// The text of our own headers.
pub(crate) fn own_headers() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/wdf");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

/// Checks a C source, and returns what clang printed to each of its outputs if it has no errors, or
/// else the errors.
pub(crate) fn check(source: &str, args: &[&str]) -> Result<String, String> {
    let config = config();
    let mut clang = Command::new("clang-19")
        .args([
            "--target=x86_64-pc-windows-msvc",
            "-fsyntax-only",
            "-ferror-limit=0",
        ])
        .args(Config::wdk_bindgen_compiler_flags())
        .args(
            config
                .include_paths()
                .unwrap()
                .map(|path| format!("-I{}", path.display())),
        )
        .args(
            config
                .preprocessor_definitions()
                .map(|(name, value)| match value {
                    Some(value) => format!("-D{name}={value}"),
                    None => format!("-D{name}"),
                }),
        )
        .args(args)
        .args(["-x", "c", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("clang-19");
    clang
        .stdin
        .take()
        .unwrap()
        .write_all(source.as_bytes())
        .unwrap();
    let output = clang.wait_with_output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

/// Lets the compiler check assertions, each with the message to show if it does not hold, and returns
/// the messages of those that don't.
pub(crate) fn failed_assertions<'a>(
    assertions: impl IntoIterator<Item = (String, &'a str)>,
) -> Vec<String> {
    let mut source = includes();
    for (condition, message) in assertions {
        source += &format!("_Static_assert({condition}, \"fact: {message}\");\n");
    }
    let Err(errors) = check(&source, &[]) else {
        return Vec::new();
    };
    // Anything but a failed assertion is a finding of its own: something is not even declared.
    errors
        .lines()
        .filter_map(|line| line.split_once(" error: "))
        .map(|(_, error)| error.to_owned())
        .collect()
}
