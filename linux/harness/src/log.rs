//! The log of a prefix: a file that Wine appends to, read as it grows.

use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::Read,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{
    error::{Error, Result, Tail},
    findings::{self, Finding, Scanner},
    trace::{Collector, TraceEvent},
};

/// How many lines of the log go with an error.
const TAIL: usize = 15;

/// A growing log file.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    reader: Mutex<Reader>,
}

#[derive(Debug)]
struct Reader {
    file: File,
    /// What was read of a line that is not complete yet.
    partial: Vec<u8>,
    tail: VecDeque<String>,
    scanner: Scanner,
    trace: Collector,
}

impl Log {
    /// Makes an empty log file.
    pub fn create(path: &Path) -> Result<Self> {
        let what = || format!("can't write {}", path.display());
        File::create(path).map_err(Error::io(what()))?;
        Ok(Self {
            reader: Mutex::new(Reader {
                file: File::open(path).map_err(Error::io(what()))?,
                partial: Vec::new(),
                tail: VecDeque::new(),
                scanner: Scanner::default(),
                trace: Collector::default(),
            }),
            path: path.to_owned(),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A handle that a process can append to.
    pub(crate) fn writer(&self) -> Result<File> {
        OpenOptions::new()
            .append(true)
            .open(&self.path)
            .map_err(Error::io(format!("can't write {}", self.path.display())))
    }

    /// Reads what has come in; gives all findings up to now.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader
            .read()
            .map_err(Error::io(format!("can't read {}", self.path.display())))?;
        Ok(reader.scanner.findings().to_vec())
    }

    /// The events that drivers traced since the last call, see [`crate::Bench::set_trace`].
    pub fn trace(&self) -> Result<Vec<TraceEvent>> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader
            .read()
            .map_err(Error::io(format!("can't read {}", self.path.display())))?;
        Ok(reader.trace.take()?)
    }

    /// Fails if there is a finding.
    pub fn check(&self) -> Result<()> {
        let findings = self.findings()?;
        if findings.is_empty() {
            Ok(())
        } else {
            Err(Error::Findings(findings))
        }
    }

    /// The last lines.
    pub(crate) fn tail(&self) -> Tail {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        // The tail goes with an error that matters more than one of reading.
        let _ = reader.read();
        Tail(reader.tail.iter().cloned().collect())
    }
}

impl Reader {
    fn read(&mut self) -> std::io::Result<()> {
        self.file.read_to_end(&mut self.partial)?;
        let Some(end) = self.partial.iter().rposition(|&byte| byte == b'\n') else {
            return Ok(());
        };
        let rest = self.partial.split_off(end + 1);
        let complete = std::mem::replace(&mut self.partial, rest);
        for line in String::from_utf8_lossy(&complete).lines() {
            self.scanner.line(line);
            self.trace.line(findings::without_prefix(line));
            self.tail.push_back(line.to_owned());
            if self.tail.len() > TAIL {
                self.tail.pop_front();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn finds_what_is_appended_also_in_pieces() {
        let dir = tempfile::tempdir().expect("a directory");
        let log = Log::create(&dir.path().join("log")).expect("a log");
        log.check().expect("an empty log is fine");
        let mut writer = log.writer().expect("a writer");
        writer
            .write_all(b"fine\n0068:err:ntoskrnl:KeBug")
            .expect("written");
        log.check().expect("half a line says nothing yet");
        writer.write_all(b"CheckEx 1 2 3 4 5\n").expect("written");
        assert!(matches!(log.check(), Err(Error::Findings(found)) if found.len() == 1));
        assert_eq!(log.tail().0.len(), 2);
    }
}
