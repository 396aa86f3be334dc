//! One request, as text and sent.

use std::fmt::Write;
use std::time::Duration;

use plug61883::abi::ioctl;
use plug61883::{Completion, Device};

/// What the output buffer is filled with, so that what was written shows.
const FILL: u8 = 0xA5;
/// Longest buffer, in bytes.
const LONGEST: usize = 1 << 26;

/// Declares the control codes by their names.
macro_rules! codes {
    ($($name:ident)*) => {
        /// Every control code with its name.
        pub(crate) const CODES: &[(&str, u32)] = &[$((stringify!($name), ioctl::$name)),*];
    };
}

codes! {
    QUERY_INTERFACE LIST_UNITS UNIT_INFO GET_PLUG PLUG_STATE LIST_PLUGS LIST_CONNECTIONS CONNECT
    DISCONNECT SET_UNIT_INFO CREATE_PLUG SET_PLUG DELETE_PLUG BUS_RESET ADD_DIRECTORY
    REMOVE_DIRECTORY LIST_DIRECTORIES WAIT_EVENTS SNAPSHOT PERSIST READ_REGISTER
}

/// A request to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    code: u32,
    input: Vec<u8>,
    output: usize,
    cancel_after: Option<Duration>,
}

impl Request {
    /// Reads a request; tells what is wrong with it.
    pub(crate) fn new(
        code: &str,
        input: &str,
        output: &str,
        cancel_after: Option<&str>,
    ) -> Result<Self, String> {
        let named = CODES.iter().find(|(name, _)| *name == code);
        let code = match (named, code.strip_prefix("0x")) {
            (Some((_, code)), _) => Ok(*code),
            (None, Some(hex)) => u32::from_str_radix(hex, 16),
            (None, None) => code.parse(),
        };
        let code = code.map_err(|error| format!("code: {error}"))?;
        let input = bytes(input).ok_or("input: HEX, HEX*COUNT, several with commas, or -")?;
        let output: usize = output.parse().map_err(|error| format!("output: {error}"))?;
        if output > LONGEST {
            return Err(format!("output: {LONGEST} at most"));
        }
        let cancel_after = cancel_after
            .map(|time| time.parse().map(Duration::from_millis))
            .transpose()
            .map_err(|error| format!("cancel: {error}"))?;
        Ok(Self {
            code,
            input,
            output,
            cancel_after,
        })
    }

    /// Sends it, waits, and describes what came back.
    pub(crate) fn send(&self, device: &Device) -> String {
        let mut output = vec![FILL; self.output];
        let completion = device.control(self.code, &self.input, &mut output, self.cancel_after);
        describe(completion, &output)
    }
}

/// Bytes of `-`, `0A1b`, `00*1000` or `0A1b,00*1000`.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if text == "-" {
        return Some(bytes);
    }
    for part in text.split(',') {
        let (hex, count) = match part.split_once('*') {
            Some((hex, count)) => (hex, count.parse().ok()?),
            None => (part, 1),
        };
        let digits: Vec<u8> = hex
            .chars()
            .map(|digit| {
                digit
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok())
            })
            .collect::<Option<_>>()?;
        let (pairs, []) = digits.as_chunks::<2>() else {
            return None;
        };
        let part: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
        if part.is_empty() || part.len().checked_mul(count)? > LONGEST - bytes.len() {
            return None;
        }
        bytes.extend(part.repeat(count));
    }
    Some(bytes)
}

fn describe(completion: Completion, output: &[u8]) -> String {
    let Completion {
        status,
        information,
    } = completion;
    let name = status.name().unwrap_or("-");
    let touched = output
        .iter()
        .rposition(|byte| *byte != FILL)
        .map_or(0, |last| last + 1);
    let mut text = format!(
        "status=0x{:08X} name={name} information={information} touched={touched} output=",
        status.0
    );
    for byte in &output[..information.min(output.len())] {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use plug61883::NtStatus;

    use super::*;

    #[test]
    fn requests_are_read() {
        let request = Request::new("0x98834000", "0A1b,00*3", "24", Some("50")).unwrap();
        let expected = Request {
            code: 0x9883_4000,
            input: vec![0x0A, 0x1B, 0, 0, 0],
            output: 24,
            cancel_after: Some(Duration::from_millis(50)),
        };
        assert_eq!(request, expected);
        assert_eq!(Request::new("12", "-", "0", None).unwrap().input, []);
    }

    #[test]
    fn every_code_has_a_name() {
        let codes: Vec<u32> = CODES.iter().map(|(_, code)| *code).collect();
        assert_eq!(codes, ioctl::CODES);
        for (name, code) in CODES {
            assert_eq!(Request::new(name, "-", "0", None).unwrap().code, *code);
        }
    }

    #[test]
    fn what_is_no_request_is_told() {
        for (code, input, output, cancel) in [
            ("0x", "-", "0", None),
            ("0x100000000", "-", "0", None),
            ("code", "-", "0", None),
            ("CONNECTED", "-", "0", None),
            ("1", "", "0", None),
            ("1", "0", "0", None),
            ("1", "0g", "0", None),
            ("1", "00*", "0", None),
            ("1", "00*x", "0", None),
            ("1", "00,", "0", None),
            ("1", "00*18446744073709551615", "0", None),
            ("1", "00*67108864,00", "0", None),
            ("1", "-", "-1", None),
            ("1", "-", "67108865", None),
            ("1", "-", "0", Some("soon")),
        ] {
            assert!(
                Request::new(code, input, output, cancel).is_err(),
                "{code} {input} {output}"
            );
        }
    }

    #[test]
    fn results_are_described() {
        let completion = Completion {
            status: NtStatus::INVALID_PARAMETER,
            information: 0,
        };
        assert_eq!(
            describe(completion, &[FILL; 4]),
            "status=0xC000000D name=STATUS_INVALID_PARAMETER information=0 touched=0 output="
        );
        let completion = Completion {
            status: NtStatus(0x1234),
            information: 9,
        };
        assert_eq!(
            describe(completion, &[1, 2, FILL]),
            "status=0x00001234 name=- information=9 touched=2 output=0102a5"
        );
    }
}
