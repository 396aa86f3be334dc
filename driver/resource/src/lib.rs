//! The version resource of a driver, for its build script.
//!
//! The resource is written as a `.res` file, which Microsoft's linker and LLVM's both take: no
//! resource compiler is needed, and Windows and Linux get the same bytes. The version is the
//! package's, which is the workspace's: the one in `DriverVer`, in the report of the IOCTL interface
//! and of `plugctl --version`.

use std::{env, fs, io, path::PathBuf};

mod res;

pub use res::Version;

/// What every file of this project says of its origin.
const COMPANY: &str = "plug61883 maintainers";
const COPYRIGHT: &str = "Copyright (c) 2026 the plug61883 maintainers";
const PRODUCT: &str = "plug61883";

/// Called by the build script of a driver: links a version resource, and has the linker write the
/// image's checksum.
///
/// # Errors
/// Not called by Cargo for a package with a version of three numbers, or the file can't be written.
pub fn link(file_name: &str) -> io::Result<()> {
    let variable =
        |name: &str| env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")));
    let number =
        |name: &str| -> io::Result<u16> { variable(name)?.parse().map_err(io::Error::other) };
    let version = Version {
        numbers: [
            number("CARGO_PKG_VERSION_MAJOR")?,
            number("CARGO_PKG_VERSION_MINOR")?,
            number("CARGO_PKG_VERSION_PATCH")?,
            0,
        ],
        company: COMPANY,
        description: &variable("CARGO_PKG_DESCRIPTION")?,
        file_name,
        copyright: COPYRIGHT,
        product: PRODUCT,
    };
    let path = PathBuf::from(variable("OUT_DIR")?).join("version.res");
    fs::write(&path, version.to_res())?;
    println!("cargo::rustc-cdylib-link-arg={}", path.display());
    println!("cargo::rustc-cdylib-link-arg=/RELEASE");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
