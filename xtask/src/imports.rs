//! What a driver imports, and whether the installed Wine implements it.
//!
//! Wine exports many functions that it does not implement: calling one raises an exception. So a
//! driver may load, and fail much later. Such an export is recognised by its code, which winebuild
//! generates: it loads the name of the module and its own name and calls a function that reports
//! them.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::{Context, Result, bail, ensure};
use object::{
    LittleEndian as LE,
    pe::ImageNtHeaders64,
    read::pe::{ExportTarget, Import as Thunk, ImportTable, PeFile64, SectionTable},
};

/// What the workspace's own stand-ins export, by what drivers call them.
const OURS: &[(&str, &[&str])] = &[("wdfldr.sys", &["WdfVersionBind", "WdfVersionUnbind"])];

/// Where distributions put the modules of a 64-bit Wine: Debian, others, WineHQ's packages.
const FOLDERS: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows",
    "/usr/lib/wine/x86_64-windows",
    "/usr/lib64/wine/x86_64-windows",
    "/opt/wine-stable/lib64/wine/x86_64-windows",
    "/opt/wine-stable/lib/wine/x86_64-windows",
];

/// One imported function.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    /// The module as the importing file writes it, e.g. `ntoskrnl.exe`.
    pub module: String,
    /// The function.
    pub name: String,
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}", self.module, self.name)
    }
}

/// All imports of a driver, sorted.
pub(crate) fn of(driver: &Path) -> Result<Vec<Import>> {
    let data = read(driver)?;
    let imports = parse_imports(&data).with_context(|| driver.display().to_string())?;
    Ok(imports)
}

/// All imports of a driver's bytes, sorted.
pub(crate) fn parse_imports(data: &[u8]) -> Result<Vec<Import>> {
    let pe = PeFile64::parse(data)?;
    let mut imports = Vec::new();
    let Some(table) = pe.import_table()? else {
        return Ok(imports);
    };
    let mut descriptors = table.descriptors()?;
    while let Some(descriptor) = descriptors.next()? {
        let module = text(table.name(descriptor.name.get(LE))?)?;
        let thunks = descriptor.original_first_thunk.get(LE);
        let mut thunks = table.thunks(thunks)?;
        while let Some(thunk) = thunks.next::<ImageNtHeaders64>()? {
            let name = match ImportTable::import::<ImageNtHeaders64>(&table, thunk)? {
                Thunk::Name(_, name) => text(name)?,
                // Kernels have no stable ordinals: a driver that needs one can't be checked.
                Thunk::Ordinal(ordinal) => bail!("{module}: import by ordinal {ordinal}"),
            };
            imports.push(Import {
                module: module.clone(),
                name,
            });
        }
    }
    imports.sort();
    Ok(imports)
}

/// What one module exports.
type Exports = BTreeMap<String, Export>;

/// The Wine that is installed here.
#[derive(Debug)]
pub(crate) struct Wine {
    folder: PathBuf,
    /// Modules that have been looked into; nothing for one that Wine does not have.
    modules: RefCell<BTreeMap<String, Option<Rc<Exports>>>>,
}

impl Wine {
    /// Finds it, and makes sure that its stubs are recognised.
    pub(crate) fn installed() -> Result<Self> {
        let mut folders = FOLDERS.iter().map(Path::new);
        let Some(folder) = folders.find(|folder| folder.join("ntoskrnl.exe").exists()) else {
            bail!("no 64-bit Wine in {}", FOLDERS.join(", "));
        };
        let wine = Self {
            folder: folder.to_owned(),
            modules: RefCell::default(),
        };
        // Each Wine has hundreds. None at all means that winebuild now makes them differently, and
        // that every import would be taken for implemented.
        let exports = wine.exports("ntoskrnl.exe")?.unwrap_or_default();
        let stubs = exports
            .values()
            .filter(|export| **export == Export::Stub)
            .count();
        ensure!(
            stubs > 100,
            "the stubs in {} are not recognised",
            folder.display()
        );
        Ok(wine)
    }

    /// Whether an import would be resolved to something that works.
    pub(crate) fn implements(&self, import: &Import) -> Result<bool> {
        let module = import.module.to_ascii_lowercase();
        if let Some((_, exports)) = OURS.iter().find(|(ours, _)| *ours == module) {
            return Ok(exports.contains(&import.name.as_str()));
        }
        // Forwarded exports are few; a chain of them would be a first.
        let mut import = Import {
            module,
            name: import.name.clone(),
        };
        for _ in 0..3 {
            let Some(exports) = self.exports(&import.module)? else {
                return Ok(false);
            };
            match exports.get(&import.name) {
                None | Some(Export::Stub) => return Ok(false),
                Some(Export::Implemented) => return Ok(true),
                Some(Export::Forward(to)) => import = to.clone(),
            }
        }
        bail!("{import}: forwarded again and again");
    }

    fn exports(&self, module: &str) -> Result<Option<Rc<Exports>>> {
        if let Some(known) = self.modules.borrow().get(module) {
            return Ok(known.clone());
        }
        let path = self.folder.join(module);
        let exports = if path.exists() {
            let exports = parse_exports(&read(&path)?);
            Some(Rc::new(
                exports.with_context(|| path.display().to_string())?,
            ))
        } else {
            None
        };
        self.modules
            .borrow_mut()
            .insert(module.to_owned(), exports.clone());
        Ok(exports)
    }
}

/// What an exported name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Export {
    Implemented,
    Stub,
    Forward(Import),
}

fn parse_exports(data: &[u8]) -> Result<Exports> {
    let pe = PeFile64::parse(data)?;
    let sections = pe.section_table();
    let table = pe.export_table()?.context("no exports")?;
    let mut exports = BTreeMap::new();
    for export in table.exports()? {
        let Some(name) = export.name else { continue };
        let name = text(name)?;
        let export = match export.target {
            ExportTarget::Address(address) if is_stub(&sections, data, address, &name) => {
                Export::Stub
            }
            ExportTarget::Address(_) => Export::Implemented,
            ExportTarget::ForwardByName(module, name) => {
                Export::Forward(forwarded(&text(module)?, &text(name)?))
            }
            ExportTarget::ForwardByOrdinal(..) => bail!("{name}: forwarded to an ordinal"),
        };
        exports.insert(name, export);
    }
    Ok(exports)
}

/// A forwarder names its module without `.dll`, but with any other extension. The parser takes what
/// follows the first dot for the function, and the module's name may hold one.
fn forwarded(module: &str, rest: &str) -> Import {
    let (module, name) = match rest.rsplit_once('.') {
        Some((extension, name)) => (format!("{module}.{extension}"), name),
        None => (format!("{module}.dll"), rest),
    };
    Import {
        module: module.to_ascii_lowercase(),
        name: name.to_owned(),
    }
}

/// The length of a stub's instructions up to its call's end.
const STUB: usize = 23;

/// Whether the code at an address is the stub that winebuild makes for `name`:
///
/// ```text
/// 48 83 EC 28             sub  rsp, 28h
/// 48 8D 0D rel32          lea  rcx, [module's name]
/// 48 8D 15 rel32          lea  rdx, [name]
/// E8 rel32                call __wine_spec_unimplemented_stub
/// ```
///
/// That it holds its own name rules out any other function which happens to start so.
fn is_stub(sections: &SectionTable<'_>, data: &[u8], address: u32, name: &str) -> bool {
    let Some(code) = sections
        .pe_data_at(data, address)
        .and_then(|code| code.get(..STUB))
    else {
        return false;
    };
    let Some([module_at, name_at]) = stub_operands(code, address) else {
        return false;
    };
    let starts_with = |address, text: &str| {
        let data = sections.pe_data_at(data, address).unwrap_or_default();
        data.strip_prefix(text.as_bytes())
            .is_some_and(|rest| rest.first() == Some(&0))
    };
    let is_text = |address| {
        let data = sections.pe_data_at(data, address).unwrap_or_default();
        data.first().is_some_and(u8::is_ascii_graphic)
    };
    starts_with(name_at, name) && is_text(module_at)
}

/// The addresses of the two names that such a stub loads.
fn stub_operands(code: &[u8], address: u32) -> Option<[u32; 2]> {
    let code: &[u8; STUB] = code.try_into().ok()?;
    let fits = code.starts_with(&[0x48, 0x83, 0xec, 0x28])
        && code[4..].starts_with(&[0x48, 0x8d, 0x0d])
        && code[11..].starts_with(&[0x48, 0x8d, 0x15])
        && code[18] == 0xe8;
    // Relative to the end of the instruction, which is that of the operand.
    let operand = |at: usize| {
        let relative = i32::from_le_bytes(*code[at..].first_chunk()?);
        address
            .checked_add(u32::try_from(at + 4).ok()?)?
            .checked_add_signed(relative)
    };
    if fits {
        Some([operand(7)?, operand(14)?])
    } else {
        None
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

fn text(bytes: &[u8]) -> Result<String> {
    Ok(std::str::from_utf8(bytes)?.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use object::{Object, ObjectSymbol};

    use super::*;

    fn import(module: &str, name: &str) -> Import {
        Import {
            module: module.into(),
            name: name.into(),
        }
    }

    /// Nothing where Wine is not installed, so that the other tests run on any host.
    fn wine() -> Option<Wine> {
        let wine = Wine::installed();
        if let Err(error) = &wine {
            eprintln!("skipped: {error:#}");
        }
        wine.ok()
    }

    #[test]
    fn operands_of_a_stub() {
        // As found at 0x1000 of Wine 8's ntoskrnl.exe.
        let code = [
            0x48, 0x83, 0xec, 0x28, 0x48, 0x8d, 0x0d, 0xf5, 0x5f, 0x02, 0x00, 0x48, 0x8d, 0x15,
            0xfb, 0x5f, 0x02, 0x00, 0xe8, 0xb9, 0x20, 0x02, 0x00,
        ];
        assert_eq!(stub_operands(&code, 0x1000), Some([0x27000, 0x2700d]));
        for byte in [0, 3, 4, 6, 11, 13, 18] {
            let mut other = code;
            other[byte] ^= 1;
            assert_eq!(stub_operands(&other, 0x1000), None, "byte {byte}");
        }
        assert_eq!(stub_operands(&code[..22], 0x1000), None);
    }

    /// Debian's modules still have their symbols, which name the stubs: the code alone must tell the
    /// same ones.
    #[test]
    fn stubs_are_those_that_the_symbols_name() {
        let Some(wine) = wine() else { return };
        for (module, at_least) in [("ntoskrnl.exe", 700), ("hal.dll", 50)] {
            let data = read(&wine.folder.join(module)).unwrap();
            let exports = parse_exports(&data).unwrap();
            let found: BTreeSet<_> = exports
                .iter()
                .filter(|(_, export)| **export == Export::Stub)
                .map(|(name, _)| name.as_str())
                .collect();
            let pe = PeFile64::parse(&*data).unwrap();
            let named: BTreeSet<_> = pe
                .symbols()
                .filter_map(|symbol| symbol.name().ok()?.strip_prefix("__wine_stub_"))
                .collect();
            if named.is_empty() {
                eprintln!("skipped: {module} has no symbols");
                continue;
            }
            assert!(found.len() >= at_least, "{module}: {}", found.len());
            assert_eq!(found, named, "{module}");
        }
    }

    #[test]
    fn known_functions() {
        let Some(wine) = wine() else { return };
        let implements = |module, name| wine.implements(&import(module, name)).unwrap();
        assert!(implements("ntoskrnl.exe", "IoCreateDevice"));
        assert!(implements("NTOSKRNL.exe", "IoFileObjectType"), "a variable");
        assert!(implements("HAL.dll", "KeLowerIrql"), "forwarded");
        assert!(!implements("ntoskrnl.exe", "CcCopyRead"), "a stub");
        assert!(!implements("ntoskrnl.exe", "NoSuchFunction"));
        assert!(!implements("nosuch.sys", "NoSuchFunction"));
    }

    #[test]
    fn our_own_modules() {
        let Some(wine) = wine() else { return };
        assert!(
            wine.implements(&import("WDFLDR.SYS", "WdfVersionBind"))
                .unwrap()
        );
        assert!(
            !wine
                .implements(&import("WDFLDR.SYS", "WdfLdrQueryInterface"))
                .unwrap()
        );
    }

    #[test]
    fn imports_of_a_module() {
        let Some(wine) = wine() else { return };
        let imports = of(&wine.folder.join("hal.dll")).unwrap();
        assert!(imports.is_sorted());
        assert!(
            imports.iter().any(|import| import.module == "ntdll.dll"),
            "{imports:?}"
        );
        of(Path::new("/dev/null")).unwrap_err();
    }

    #[test]
    fn forwarders_name_modules_without_dll() {
        assert_eq!(forwarded("NTDLL", "memcpy"), import("ntdll.dll", "memcpy"));
        assert_eq!(
            forwarded("ntoskrnl", "exe.KeLowerIrql"),
            import("ntoskrnl.exe", "KeLowerIrql")
        );
    }
}
