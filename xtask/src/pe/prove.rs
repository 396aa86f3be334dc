//! That each check refuses what it is there for: a good file with one thing changed.

use anyhow::{Context, Result, ensure};
use object::{LittleEndian as LE, U16, U32, pe, pod};

use super::{Expected, Headers, check};

/// Changes one thing in a good file; the text that the finding must hold.
type Change = (&'static str, fn(&mut Parts<'_>));

const CHANGES: &[Change] = &[
    ("another processor", |parts| {
        parts.headers.file_header.machine = U16::new(LE, pe::IMAGE_FILE_MACHINE_I386);
    }),
    ("relocations are stripped", |parts| {
        let flags = &mut parts.headers.file_header.characteristics;
        *flags = U16::new(LE, flags.get(LE) | pe::IMAGE_FILE_RELOCS_STRIPPED);
    }),
    ("subsystem", |parts| {
        let subsystem = &mut parts.headers.optional_header.subsystem;
        *subsystem = U16::new(LE, pe::IMAGE_SUBSYSTEM_WINDOWS_CUI);
    }),
    ("/NXCOMPAT", |parts| {
        parts.clear(pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT);
    }),
    ("/DYNAMICBASE", |parts| {
        parts.clear(pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE);
    }),
    ("/HIGHENTROPYVA", |parts| {
        parts.clear(pe::IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA);
    }),
    ("aligned to pages", |parts| {
        parts.headers.optional_header.section_alignment = U32::new(LE, 512);
    }),
    ("writable and executable", |parts| {
        parts.every_section(pe::IMAGE_SCN_MEM_WRITE | pe::IMAGE_SCN_MEM_EXECUTE);
    }),
    ("import table", |parts| {
        parts.every_section(pe::IMAGE_SCN_MEM_EXECUTE);
    }),
    ("no executable section", |parts| {
        parts.headers.optional_header.address_of_entry_point = U32::new(LE, 0);
    }),
    ("checksum", |parts| {
        let checksum = &mut parts.headers.optional_header.check_sum;
        *checksum = U32::new(LE, checksum.get(LE) ^ 1);
    }),
];

/// The parts of a file that are changed.
struct Parts<'a> {
    headers: &'a mut Headers,
    sections: &'a mut [pe::ImageSectionHeader],
}

impl Parts<'_> {
    fn clear(&mut self, flag: u16) {
        let flags = &mut self.headers.optional_header.dll_characteristics;
        *flags = U16::new(LE, flags.get(LE) & !flag);
    }

    fn every_section(&mut self, flag: u32) {
        for section in &mut *self.sections {
            let flags = section.characteristics.get(LE) | flag;
            section.characteristics = U32::new(LE, flags);
        }
    }
}

/// An error unless every change to a good file is found.
pub(super) fn checks_fail(good: &[u8], expected: &Expected<'_>) -> Result<()> {
    for (text, change) in CHANGES {
        let mut data = good.to_vec();
        let mut parts = parts(&mut data).context("no PE file")?;
        change(&mut parts);
        expect(text, &check(&data, expected)?)?;
    }
    let none = Expected {
        name: "other",
        version: "9.9.9.9",
        ..*expected
    };
    let findings = check(good, &none)?;
    for text in [
        "other.pdb",
        "file version",
        "ProductVersion",
        "OriginalFilename",
    ] {
        expect(text, &findings)?;
    }
    let mut data = good.to_vec();
    let name = b"KeBugCheckEx\0";
    let at = data.windows(name.len()).position(|window| window == name);
    let at = at.context("KeBugCheckEx is not imported")?;
    data[at..at + name.len()].copy_from_slice(b"KeBugCheckXx\0");
    expect("no interface", &check(&data, expected)?)
}

fn expect(text: &str, findings: &[String]) -> Result<()> {
    ensure!(
        findings.iter().any(|finding| finding.contains(text)),
        "a file with this mistake passes: {text}"
    );
    Ok(())
}

fn parts(data: &mut [u8]) -> Option<Parts<'_>> {
    let start = pe::ImageDosHeader::nt_headers_offset(pod::from_bytes(data).ok()?.0) as usize;
    let (headers, rest) = pod::from_bytes_mut::<Headers>(data.get_mut(start..)?).ok()?;
    let count = usize::from(headers.file_header.number_of_sections.get(LE));
    // The data directories stand between.
    let whole = usize::from(headers.file_header.size_of_optional_header.get(LE));
    let skip = whole.checked_sub(size_of::<pe::ImageOptionalHeader64>())?;
    let (sections, _) = pod::slice_from_bytes_mut(rest.get_mut(skip..)?, count).ok()?;
    Some(Parts { headers, sections })
}
