//! bindgen, set up for the WDK's headers.

use std::borrow::Borrow;

use bindgen::{
    Builder, EnumVariation, Formatter, RustEdition, RustTarget,
    callbacks::{ItemInfo, ItemKind, ParseCallbacks},
};

use crate::{Config, ConfigError, toolchain::machine};

/// Sets up a [`bindgen::Builder`].
pub trait BuilderExt {
    /// A builder for the WDK's headers.
    fn wdk_default(config: impl Borrow<Config>) -> Result<Builder, ConfigError>;
}

/// Functions that are deprecated, and that the original therefore leaves out: a driver that used one
/// would not build on Windows.
const DEPRECATED: &[&str] = &[
    "ExAllocatePool",
    "ExAllocatePoolWithTag",
    "ExAllocatePoolWithQuotaTag",
    "ExAllocatePoolWithTagPriority",
];

/// What mingw-w64's headers bring along and bindgen can't express.
const UNSUPPORTED: &[&str] = &["__tile1024i.*", "_tile1024i.*"];

impl BuilderExt for Builder {
    fn wdk_default(config: impl Borrow<Config>) -> Result<Self, ConfigError> {
        let config = config.borrow();
        let builder = Self::default()
            .use_core()
            .derive_default(true)
            .generate_cstr(true)
            .detect_include_paths(false)
            .clang_arg(format!("--target={}", machine().target))
            // Otherwise clang's own declarations of memcpy and friends, which say u64 for size_t.
            .clang_arg("-fno-builtin")
            .clang_args(
                config
                    .include_paths()?
                    .map(|path| format!("-I{}", path.display())),
            )
            .clang_args(
                config
                    .preprocessor_definitions()
                    .map(|(name, value)| match value {
                        Some(value) => format!("-D{name}={value}"),
                        None => format!("-D{name}"),
                    }),
            )
            .clang_args(Config::wdk_bindgen_compiler_flags())
            .must_use_type("NTSTATUS")
            .must_use_type("HRESULT")
            .default_enum_style(EnumVariation::ModuleConsts)
            .parse_callbacks(Box::new(bindgen::CargoCallbacks::new()))
            .parse_callbacks(Box::new(NameTable(
                config.compute_wdffunctions_symbol_name(),
            )))
            .formatter(Formatter::Prettyplease)
            .rust_edition(RustEdition::Edition2024)
            .rust_target(rust_target()?);
        Ok(DEPRECATED
            .iter()
            .chain(UNSUPPORTED)
            .fold(builder, Self::blocklist_item))
    }
}

/// The Rust version that this crate, like the original, promises to need.
fn rust_target() -> Result<RustTarget, ConfigError> {
    let version = env!("CARGO_PKG_RUST_VERSION");
    let failed = |error: &dyn std::fmt::Display| {
        ConfigError::RustTarget(version.to_owned(), error.to_string())
    };
    let parsed = semver::Version::parse(version).map_err(|error| failed(&error))?;
    RustTarget::stable(parsed.minor, parsed.patch).map_err(|error| failed(&error))
}

/// Names the pointer to the function table `WdfFunctions`, as a macro does in C, whatever version
/// its symbol carries.
#[derive(Debug)]
struct NameTable(Option<String>);

impl ParseCallbacks for NameTable {
    fn generated_name_override(&self, item: ItemInfo<'_>) -> Option<String> {
        let is_table = matches!(item.kind, ItemKind::Var) && Some(item.name) == self.0.as_deref();
        is_table.then(|| "WdfFunctions".to_owned())
    }
}
