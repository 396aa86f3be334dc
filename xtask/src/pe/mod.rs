//! What a driver's file must be for Windows to load it, with memory integrity (HVCI) too, and for the
//! HLK's checks of binaries: headers, sections, checksum, imports, version resource, PDB.

mod interfaces;
mod prove;
mod version;

use std::path::Path;

use anyhow::{Context, Result, bail};
use object::{
    LittleEndian as LE,
    pe::{self, ImageNtHeaders64},
    read::{Object, ObjectSection, pe::PeFile64},
};

use crate::imports;
use crate::inf::Arch;

/// What a driver's file is to say of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// Its name without an extension.
    pub(crate) name: &'a str,
    /// Its processor.
    pub(crate) arch: Arch,
    /// Its version, four numbers.
    pub(crate) version: &'a str,
}

/// Checks a driver's file, and that each of the checks refuses what it is there for.
pub(crate) fn check_file(path: &Path, expected: &Expected<'_>) -> Result<()> {
    let data = std::fs::read(path).with_context(|| path.display().to_string())?;
    let findings = check(&data, expected).with_context(|| path.display().to_string())?;
    if !findings.is_empty() {
        bail!("{}: {}", path.display(), findings.join("; "));
    }
    prove::checks_fail(&data, expected).with_context(|| path.display().to_string())
}

/// What is wrong with a driver's file.
fn check(data: &[u8], expected: &Expected<'_>) -> Result<Vec<String>> {
    let pe = PeFile64::parse(data)?;
    let mut findings = Vec::new();
    headers(&pe, expected, &mut findings);
    sections(&pe, &mut findings)?;
    let stored = pe.nt_headers().optional_header.check_sum.get(LE);
    let computed = checksum(data, checksum_offset(&pe));
    if stored != computed {
        findings.push(format!("checksum {stored:#x}, computed {computed:#x}"));
    }
    for import in imports::parse_imports(data)? {
        if !interfaces::is_allowed(&import.module, &import.name) {
            findings.push(format!(
                "{import} is no interface that is listed as documented"
            ));
        }
    }
    findings.extend(version::check(&pe, expected)?);
    let wanted = format!("{}.pdb", expected.name);
    match pe.pdb_info()? {
        None => findings.push("no reference to a PDB".into()),
        // A path would tell where it was built.
        Some(info) if info.path() != wanted.as_bytes() => findings.push(format!(
            "the PDB is {}, not {wanted}",
            String::from_utf8_lossy(info.path())
        )),
        Some(_) => {}
    }
    Ok(findings)
}

fn headers(pe: &PeFile64<'_>, expected: &Expected<'_>, findings: &mut Vec<String>) {
    let machine = match expected.arch {
        Arch::Amd64 => pe::IMAGE_FILE_MACHINE_AMD64,
        Arch::Arm64 => pe::IMAGE_FILE_MACHINE_ARM64,
    };
    let file = &pe.nt_headers().file_header;
    let header = &pe.nt_headers().optional_header;
    let mut must = |is_so: bool, text: &str| {
        if !is_so {
            findings.push(text.to_owned());
        }
    };
    must(file.machine.get(LE) == machine, "another processor");
    let file_flags = file.characteristics.get(LE);
    must(
        file_flags & pe::IMAGE_FILE_EXECUTABLE_IMAGE != 0,
        "no executable image",
    );
    must(
        file_flags & pe::IMAGE_FILE_RELOCS_STRIPPED == 0,
        "relocations are stripped",
    );
    must(
        header.subsystem.get(LE) == pe::IMAGE_SUBSYSTEM_NATIVE,
        "the subsystem is not native",
    );
    let flags = header.dll_characteristics.get(LE);
    for (flag, text) in [
        (pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "no /NXCOMPAT"),
        (pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "no /DYNAMICBASE"),
        (
            pe::IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA,
            "no /HIGHENTROPYVA",
        ),
    ] {
        must(flags & flag != 0, text);
    }
    must(
        header.section_alignment.get(LE) % 4096 == 0,
        "sections are not aligned to pages (as bug check C4, 2004)",
    );
    let tls = pe.data_directory(pe::IMAGE_DIRECTORY_ENTRY_TLS);
    must(
        tls.is_none_or(|directory| directory.virtual_address.get(LE) == 0),
        "thread-local storage, which drivers have none of",
    );
}

fn sections(pe: &PeFile64<'_>, findings: &mut Vec<String>) -> Result<()> {
    let entry = pe
        .nt_headers()
        .optional_header
        .address_of_entry_point
        .get(LE);
    let imports = pe
        .data_directory(pe::IMAGE_DIRECTORY_ENTRY_IAT)
        .map_or(0, |directory| directory.virtual_address.get(LE));
    let base = pe.relative_address_base();
    let mut entered = false;
    for section in pe.sections() {
        let name = section.name()?;
        let object::SectionFlags::Coff { characteristics } = section.flags() else {
            bail!("section {name} has no flags");
        };
        let has = |flag: u32| characteristics & flag != 0;
        let start = u32::try_from(section.address() - base)?;
        let holds = |address: u32| {
            address
                .checked_sub(start)
                .is_some_and(|offset| u64::from(offset) < section.size())
        };
        let code = has(pe::IMAGE_SCN_MEM_EXECUTE);
        if code && has(pe::IMAGE_SCN_MEM_WRITE) {
            findings.push(format!(
                "section {name} is writable and executable (as bug check C4, 2003)"
            ));
        }
        if code && imports != 0 && holds(imports) {
            findings.push(format!(
                "the import table is in executable section {name} (as bug check C4, 2005)"
            ));
        }
        if code && has(pe::IMAGE_SCN_MEM_DISCARDABLE) && holds(entry) && name != "INIT" {
            findings.push(format!("the entry is in discardable section {name}"));
        }
        entered |= code && entry != 0 && holds(entry);
        if !start.is_multiple_of(4096) {
            findings.push(format!("section {name} starts within a page"));
        }
    }
    if !entered {
        findings.push("the entry is in no executable section".into());
    }
    Ok(())
}

/// Where the file keeps its checksum.
fn checksum_offset(pe: &PeFile64<'_>) -> usize {
    let header = &pe.nt_headers().optional_header.check_sum;
    std::ptr::from_ref(header).addr() - pe.data().as_ptr().addr()
}

/// The checksum as the kernel's loader computes it: 16-bit words added with carry, the field itself
/// left out, plus the file's length.
fn checksum(data: &[u8], offset: usize) -> u32 {
    let mut sum: u32 = 0;
    for (index, pair) in data.chunks(2).enumerate() {
        let at = index * 2;
        if (offset..offset + 4).contains(&at) {
            continue;
        }
        let word = match pair {
            [low, high] => u16::from_le_bytes([*low, *high]),
            [low] => u16::from(*low),
            _ => 0,
        };
        sum += u32::from(word);
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    sum + data.len() as u32
}

/// The headers of a driver, for what changes them.
type Headers = ImageNtHeaders64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums() {
        // By hand: 0x0201 + 0x0403, the field left out, an odd byte, and the length.
        let data = [1, 2, 9, 9, 9, 9, 3, 4, 5];
        assert_eq!(checksum(&data, 2), 0x0201 + 0x0403 + 5 + 9);
        // The carry comes back in.
        assert_eq!(checksum(&[0xFF, 0xFF, 2, 0, 0, 0, 0, 0], 4), 2 + 8);
    }
}
