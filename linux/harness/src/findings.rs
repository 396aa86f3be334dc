//! What in the log of Wine and the drivers makes a run fail.

use std::{collections::VecDeque, fmt};

/// How many lines before a finding are shown with it.
const BEFORE: usize = 6;
/// How many lines after a finding are shown with it.
const AFTER: usize = 12;
/// More findings than this say nothing new.
const MOST: usize = 20;

/// What kind of trouble a finding is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// KeBugCheck was called.
    BugCheck,
    /// The verifier part of a stand-in found a rule broken.
    Verifier {
        /// The rule.
        rule: String,
        /// The driver that broke it.
        driver: String,
    },
    /// An exception that nobody handled.
    Exception,
    /// A function was called that Wine does not implement.
    Unimplemented,
    /// A driver could not be loaded for want of a module or function.
    Load,
    /// Threads of a driver process block each other.
    Deadlock,
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BugCheck => write!(f, "bug check"),
            Self::Verifier { rule, driver } => {
                write!(f, "verifier: driver {driver} broke rule {rule}")
            }
            Self::Exception => write!(f, "unhandled exception"),
            Self::Unimplemented => write!(f, "call of a function that Wine does not implement"),
            Self::Load => write!(f, "a module can't be loaded"),
            Self::Deadlock => write!(f, "a lock is not given back"),
        }
    }
}

/// One trouble, and the part of the log that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The line that tells, without Wine's prefix.
    pub message: String,
    /// The number of that line in the log, from 1.
    pub line: u64,
    /// The log around that line.
    pub context: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} (log line {})",
            self.kind, self.message, self.line
        )?;
        self.context
            .iter()
            .try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// Finds trouble in a log that is fed to it line by line.
#[derive(Debug, Default)]
pub struct Scanner {
    lines: u64,
    before: VecDeque<String>,
    findings: Vec<Finding>,
    /// How many lines the last finding still takes.
    after: usize,
    /// Where drivers lie in memory, as `pnp.sys` told when it loaded them.
    modules: Vec<Module>,
}

#[derive(Debug)]
struct Module {
    name: String,
    start: u64,
    size: u64,
}

impl Scanner {
    /// Takes the next line.
    pub fn line(&mut self, line: &str) {
        self.lines += 1;
        let text = without_prefix(line);
        let kind = kind(line, text);
        if self.after > 0 {
            self.after -= 1;
            if let Some(last) = self.findings.last_mut() {
                last.context.push(line.to_owned());
            }
        }
        if let Some(module) = module(text) {
            self.modules.retain(|known| known.name != module.name);
            self.modules.push(module);
        }
        // Wine tells of one trouble in several lines.
        let told = self.after > 0 && self.findings.last().map(|last| &last.kind) == kind.as_ref();
        if let Some(kind) = kind
            && !told
            && self.findings.len() < MOST
        {
            let mut context: Vec<String> = self.before.iter().cloned().collect();
            context.push(line.to_owned());
            self.findings.push(Finding {
                kind,
                message: self.with_place(text),
                line: self.lines,
                context,
            });
            self.after = AFTER;
        }
        self.before.push_back(line.to_owned());
        if self.before.len() > BEFORE {
            self.before.pop_front();
        }
    }

    /// The message, followed by the driver that its address lies in.
    fn with_place(&self, text: &str) -> String {
        let place = text.split_once("at address ").and_then(|(_, rest)| {
            let address = number(rest.split(' ').next()?)?;
            let inside =
                |module: &&Module| (module.start..module.start + module.size).contains(&address);
            let module = self.modules.iter().find(inside)?;
            Some(format!(
                " [{}.sys+{:#x}]",
                module.name,
                address - module.start
            ))
        });
        text.to_owned() + &place.unwrap_or_default()
    }

    /// What was found up to now.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many lines were read.
    pub fn lines(&self) -> u64 {
        self.lines
    }
}

/// What a line says, without thread, class, channel and function.
pub(crate) fn without_prefix(line: &str) -> &str {
    const DBG_PRINT: &str = ":debugstr:vDbgPrintExWithPrefix ";
    if let Some((_, text)) = line.split_once(DBG_PRINT) {
        // Component and level: eight hexadecimal digits each.
        return match text.split_once(": ") {
            Some((head, text)) if head.len() == 17 => text,
            _ => text,
        };
    }
    let mut parts = line.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(thread), Some(_), Some(_), Some(text))
            if thread.len() == 4 && thread.bytes().all(|b| b.is_ascii_hexdigit()) =>
        {
            text
        }
        _ => line,
    }
}

fn kind(line: &str, text: &str) -> Option<FindingKind> {
    let text = text.trim_start();
    if let Some(message) = text.strip_prefix("VERIFIER: ") {
        return Some(verifier(message));
    }
    // From here on Wine speaks; what a driver prints is no matter.
    if line.contains(":debugstr:") {
        return None;
    }
    let error = line.contains(":err:");
    if line.contains(":KeBugCheck") && error {
        return Some(FindingKind::BugCheck);
    }
    let lower = text.to_ascii_lowercase();
    if lower.contains("unimplemented function") && (error || lower.starts_with("wine:")) {
        return Some(FindingKind::Unimplemented);
    }
    if lower.starts_with("wine: unhandled")
        || (error && lower.contains("unhandled exception"))
        || lower.contains("exception frame is not in stack limits")
        || (error && lower.contains("stack overflow"))
    {
        return Some(FindingKind::Exception);
    }
    if error
        && (lower.starts_with("import_dll ")
            || line.contains(":err:module:")
            || line.contains("ntoskrnl:ZwLoadDriver")
            || line.contains("ntoskrnl:load_driver"))
        && lower.contains("not found")
    {
        return Some(FindingKind::Load);
    }
    if error && (lower.contains("deadlock") || lower.contains("wait timed out in thread")) {
        return Some(FindingKind::Deadlock);
    }
    None
}

/// What `pnp.sys` prints when it has loaded a driver: `PNP: NAME: loaded at START, SIZE bytes`.
fn module(text: &str) -> Option<Module> {
    let (name, place) = text.strip_prefix("PNP: ")?.split_once(": loaded at ")?;
    let (start, size) = place.strip_suffix(" bytes")?.split_once(", ")?;
    Some(Module {
        name: name.to_owned(),
        start: number(start)?,
        size: number(size)?,
    })
}

/// A hexadecimal number, with `0x` or without.
fn number(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}

/// Takes `RULE: driver NAME: MESSAGE` apart; a line that lacks a part is a finding all the same.
fn verifier(message: &str) -> FindingKind {
    let (rule, rest) = message.split_once(':').unwrap_or((message, ""));
    let driver = rest
        .trim_start()
        .strip_prefix("driver ")
        .and_then(|rest| rest.split_once(": "))
        .map_or("?", |(driver, _)| driver);
    FindingKind::Verifier {
        rule: rule.trim().to_owned(),
        driver: driver.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests;
