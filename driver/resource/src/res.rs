//! The binary formats: a `.res` file, and `VS_VERSIONINFO` in it.

/// RT_VERSION.
const VERSION_TYPE: u16 = 16;
/// VS_VERSION_INFO, the only name that a version resource may have.
const NAME: u16 = 1;
/// English (United States), and the code page of UTF-16.
const LANGUAGE: u16 = 0x0409;
const CODE_PAGE: u16 = 1200;
/// VOS_NT_WINDOWS32, VFT_DRV, VFT2_DRV_SYSTEM.
const SYSTEM: u32 = 0x0004_0004;
const DRIVER: u32 = 3;
const SYSTEM_DRIVER: u32 = 7;

/// What a driver's version resource says.
#[derive(Debug, Clone)]
pub struct Version<'a> {
    /// The version of file and product.
    pub numbers: [u16; 4],
    /// `CompanyName`.
    pub company: &'a str,
    /// `FileDescription`.
    pub description: &'a str,
    /// `OriginalFilename` and `InternalName`.
    pub file_name: &'a str,
    /// `LegalCopyright`.
    pub copyright: &'a str,
    /// `ProductName`.
    pub product: &'a str,
}

impl Version<'_> {
    /// The `.res` file that holds it.
    #[must_use]
    pub fn to_res(&self) -> Vec<u8> {
        let mut file = Bytes::default();
        // The file starts with an empty resource, by which it is told from 16-bit ones.
        file.resource(0, 0, 0, &[]);
        file.resource(VERSION_TYPE, NAME, LANGUAGE, &self.to_version_info());
        file.0
    }

    /// `VS_VERSIONINFO`.
    #[must_use]
    pub fn to_version_info(&self) -> Vec<u8> {
        let [a, b, c, d] = self.numbers;
        let version = format!("{a}.{b}.{c}.{d}");
        let strings = [
            ("CompanyName", self.company),
            ("FileDescription", self.description),
            ("FileVersion", &version),
            ("InternalName", self.file_name),
            ("LegalCopyright", self.copyright),
            ("OriginalFilename", self.file_name),
            ("ProductName", self.product),
            ("ProductVersion", &version),
        ];
        let strings: Vec<Vec<u8>> = strings
            .iter()
            .map(|(name, value)| block(name, Value::Text(value), &[]))
            .collect();
        let table = block(
            &format!("{LANGUAGE:04x}{CODE_PAGE:04x}"),
            Value::None,
            &strings,
        );
        let mut translation = Bytes::default();
        translation.u16s([LANGUAGE, CODE_PAGE]);
        let children = [
            block("StringFileInfo", Value::None, &[table]),
            block(
                "VarFileInfo",
                Value::None,
                &[block("Translation", Value::Binary(&translation.0), &[])],
            ),
        ];
        block("VS_VERSION_INFO", Value::Binary(&self.fixed()), &children)
    }

    /// `VS_FIXEDFILEINFO`.
    fn fixed(&self) -> Vec<u8> {
        let [a, b, c, d] = self.numbers.map(u32::from);
        let (high, low) = (a << 16 | b, c << 16 | d);
        let mut bytes = Bytes::default();
        bytes.u32s([0xFEEF_04BD, 0x0001_0000, high, low, high, low]);
        // The mask of flags, none of them set, and no date.
        bytes.u32s([0x3F, 0, SYSTEM, DRIVER, SYSTEM_DRIVER, 0, 0]);
        bytes.0
    }
}

/// The value of a block.
enum Value<'a> {
    None,
    Binary(&'a [u8]),
    Text(&'a str),
}

/// A block: three lengths, a name, a value and blocks inside, each at a multiple of four.
fn block(name: &str, value: Value<'_>, children: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Bytes::default();
    let mut text = Bytes::default();
    // A text's length is told in characters, with its end.
    let (length, kind, data) = match value {
        Value::None => (0, 1, &[][..]),
        Value::Binary(data) => (data.len(), 0, data),
        Value::Text(value) => {
            text.text(value);
            (text.0.len() / 2, 1, &text.0[..])
        }
    };
    bytes.u16s([0, length as u16, kind]);
    bytes.text(name);
    bytes.align();
    bytes.0.extend(data);
    for child in children {
        bytes.align();
        bytes.0.extend(child);
    }
    let length = (bytes.0.len() as u16).to_le_bytes();
    bytes.0[..2].copy_from_slice(&length);
    bytes.0
}

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn u16s(&mut self, values: impl IntoIterator<Item = u16>) {
        self.0.extend(values.into_iter().flat_map(u16::to_le_bytes));
    }

    fn u32s(&mut self, values: impl IntoIterator<Item = u32>) {
        self.0.extend(values.into_iter().flat_map(u32::to_le_bytes));
    }

    fn text(&mut self, text: &str) {
        self.u16s(text.encode_utf16().chain([0]));
    }

    fn align(&mut self) {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    /// A resource with its header.
    fn resource(&mut self, kind: u16, name: u16, language: u16, data: &[u8]) {
        const HEADER: u32 = 32;
        /// MOVEABLE | PURE, as resource compilers write for a version.
        const FLAGS: u16 = 0x30;
        self.u32s([data.len() as u32, HEADER]);
        // 0xFFFF: a number follows, not a name.
        self.u16s([0xFFFF, kind, 0xFFFF, name]);
        self.u32s([0]);
        self.u16s([if data.is_empty() { 0 } else { FLAGS }, language]);
        self.u32s([0, 0]);
        self.0.extend(data);
        self.align();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: Version<'_> = Version {
        numbers: [1, 2, 3, 0],
        company: "somebody",
        description: "something",
        file_name: "some.sys",
        copyright: "(c)",
        product: "some",
    };

    fn u16_at(bytes: &[u8], at: usize) -> u16 {
        u16::from_le_bytes([bytes[at], bytes[at + 1]])
    }

    #[test]
    fn the_file_starts_with_an_empty_resource() {
        let res = VERSION.to_res();
        assert_eq!(
            res[..32],
            [
                0, 0, 0, 0, 32, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0
            ]
        );
        let info = VERSION.to_version_info();
        assert_eq!(res[32..36], (info.len() as u32).to_le_bytes());
        assert_eq!(res[64..64 + info.len()], info);
        assert_eq!(res.len() % 4, 0);
    }

    #[test]
    fn blocks_say_their_lengths() {
        let info = VERSION.to_version_info();
        assert_eq!(usize::from(u16_at(&info, 0)), info.len());
        assert_eq!(u16_at(&info, 2), 52);
        assert_eq!(u16_at(&info, 4), 0);
        // Behind six bytes and "VS_VERSION_INFO" with its end.
        assert_eq!(info[40..44], 0xFEEF_04BD_u32.to_le_bytes());
        assert_eq!(info[48..56], [2, 0, 1, 0, 0, 0, 3, 0]);
        let text = block("a", Value::Text("bc"), &[]);
        assert_eq!(
            text,
            [
                18, 0, 3, 0, 1, 0, b'a', 0, 0, 0, 0, 0, b'b', 0, b'c', 0, 0, 0
            ]
        );
    }
}
