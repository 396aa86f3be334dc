//! Windows programs under Wine, their output and their end.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{self, ChildStdin, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::{
    error::{Error, Result},
    log::Log,
};

/// How often a wait looks at the log and at the process.
const LOOK: Duration = Duration::from_millis(20);
/// How long output may lag behind the end of its process.
const DRAIN: Duration = Duration::from_secs(2);

/// What a program that has ended left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
    /// Its exit code (the low 8 bits, Linux gives no more); none if a signal ended it.
    pub code: Option<i32>,
}

/// A program that was started.
///
/// One that still runs when dropped is killed.
#[derive(Debug)]
pub struct Child {
    what: String,
    process: process::Child,
    stdin: Option<ChildStdin>,
    stdout: Stream,
    stderr: Stream,
    log: Arc<Log>,
    /// How many lines of the standard output `read_line_until` has passed.
    read: usize,
    ended: Option<ExitStatus>,
}

impl Child {
    /// Starts a command whose output streams are not set yet. The log is watched while waiting.
    pub(crate) fn spawn(mut command: Command, what: String, log: Arc<Log>) -> Result<Self> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self::spawn_as_is(command, what, log)
    }

    /// Starts a command with the streams that were set.
    pub(crate) fn spawn_as_is(mut command: Command, what: String, log: Arc<Log>) -> Result<Self> {
        let mut process = command
            .spawn()
            .map_err(Error::io(format!("can't start {what}")))?;
        Ok(Self {
            stdin: process.stdin.take(),
            stdout: Stream::read(process.stdout.take()),
            stderr: Stream::read(process.stderr.take()),
            what,
            process,
            log,
            read: 0,
            ended: None,
        })
    }

    /// The process id, which is that of the Windows program too.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Kills it as `kill -9` does, and waits until it is gone. What Windows would clean up after
    /// it, Wine's server does.
    pub fn kill9(&mut self) -> Result<()> {
        let what = format!("can't kill {}", self.what);
        if self.ended.is_none() {
            self.process.kill().map_err(Error::io(what.clone()))?;
            self.ended = Some(self.process.wait().map_err(Error::io(what))?);
        }
        Ok(())
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> Result<bool> {
        if self.ended.is_none() {
            let what = format!("can't wait for {}", self.what);
            self.ended = self.process.try_wait().map_err(Error::io(what))?;
        }
        Ok(self.ended.is_some())
    }

    /// Waits for its end. Fails, and leaves it running, if that takes too long; fails at once on
    /// a finding in the log.
    pub fn wait_timeout(&mut self, limit: Duration) -> Result<Output> {
        let start = Instant::now();
        drop(self.stdin.take());
        while !self.has_ended()? {
            self.log.check()?;
            if start.elapsed() > limit {
                return Err(self.timeout("end", limit));
            }
            thread::sleep(LOOK.min(limit));
        }
        Ok(Output {
            stdout: self.stdout.all(),
            stderr: self.stderr.all(),
            code: self.ended.and_then(|status| status.code()),
        })
    }

    /// The next line of its standard output that is wanted; those before are skipped.
    pub fn read_line_until(
        &mut self,
        mut wanted: impl FnMut(&str) -> bool,
        limit: Duration,
    ) -> Result<String> {
        let start = Instant::now();
        loop {
            // Before the lines, so that none which came between is missed.
            let ended = self.has_ended()? && self.stdout.is_closed();
            while let Some(line) = self.stdout.line(self.read) {
                self.read += 1;
                if wanted(&line) {
                    return Ok(line);
                }
            }
            self.log.check()?;
            if ended {
                return Err(Error::Ended {
                    what: format!("{} ({})", self.what, self.stderr.all().trim_end()),
                    tail: self.log.tail(),
                });
            }
            if start.elapsed() > limit {
                return Err(self.timeout("print the line wanted", limit));
            }
            self.stdout.wait_for(self.read, LOOK);
        }
    }

    /// Writes a line to its standard input.
    pub fn write_line(&mut self, line: &str) -> Result<()> {
        let what = format!("can't write to {}", self.what);
        let Some(stdin) = &mut self.stdin else {
            return Err(Error::io(what)(std::io::ErrorKind::BrokenPipe.into()));
        };
        stdin
            .write_all(format!("{line}\n").as_bytes())
            .map_err(Error::io(what))
    }

    /// Ends its standard input.
    pub fn close_stdin(&mut self) {
        drop(self.stdin.take());
    }

    fn timeout(&self, what: &str, limit: Duration) -> Error {
        Error::Timeout {
            what: format!("{}: to {what}", self.what),
            limit,
            tail: self.log.tail(),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Nothing can be done about a process that can't be killed.
        let _ = self.kill9();
    }
}

/// An output stream, read by a thread of its own so that the pipe never fills up.
#[derive(Clone, Debug, Default)]
struct Stream(Arc<(Mutex<Text>, Condvar)>);

#[derive(Debug, Default)]
struct Text {
    lines: Vec<String>,
    closed: bool,
}

impl Stream {
    fn read(pipe: Option<impl Read + Send + 'static>) -> Self {
        let stream = Self::default();
        let Some(pipe) = pipe else {
            stream.change(|text| text.closed = true);
            return stream;
        };
        let writer = stream.clone();
        thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut bytes = Vec::new();
            while matches!(pipe.read_until(b'\n', &mut bytes), Ok(1..)) {
                let line = String::from_utf8_lossy(&bytes);
                let line = line.trim_end_matches(['\n', '\r']).to_owned();
                writer.change(|text| text.lines.push(line));
                bytes.clear();
            }
            writer.change(|text| text.closed = true);
        });
        stream
    }

    fn change(&self, change: impl FnOnce(&mut Text)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.1.notify_all();
    }

    fn line(&self, index: usize) -> Option<String> {
        self.0
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .lines
            .get(index)
            .cloned()
    }

    fn is_closed(&self) -> bool {
        self.0
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed
    }

    /// Waits until there is a line of that index, the stream ends or the time is over.
    fn wait_for(&self, index: usize, limit: Duration) {
        let text = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.0.1.wait_timeout_while(text, limit, |text| {
            !text.closed && text.lines.len() <= index
        });
    }

    /// Everything, lines ended by a line feed. The process has ended; a process of its own that
    /// inherited the stream may hold it open, so the wait has a limit.
    fn all(&self) -> String {
        let text = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (text, _) = self
            .0
            .1
            .wait_timeout_while(text, DRAIN, |text| !text.closed)
            .unwrap_or_else(PoisonError::into_inner);
        text.lines
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (tempfile::TempDir, Child) {
        let dir = tempfile::tempdir().expect("a directory");
        let log = Log::create(&dir.path().join("log")).expect("a log");
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let child = Child::spawn(command, "sh".into(), Arc::new(log)).expect("a shell");
        (dir, child)
    }

    #[test]
    fn output_and_code() {
        let (_dir, mut child) = shell("echo out; echo err >&2; exit 3");
        let output = child
            .wait_timeout(Duration::from_secs(10))
            .expect("it ends");
        assert_eq!(
            (output.stdout.as_str(), output.stderr.as_str()),
            ("out\n", "err\n")
        );
        assert_eq!(output.code, Some(3));
    }

    #[test]
    fn lines_then_kill() {
        let (_dir, mut child) = shell("echo one; echo two; read x; echo $x; exec sleep 100");
        let limit = Duration::from_secs(10);
        assert_eq!(
            child
                .read_line_until(|line| line == "two", limit)
                .expect("a line"),
            "two"
        );
        child.write_line("three").expect("written");
        assert_eq!(
            child.read_line_until(|_| true, limit).expect("a line"),
            "three"
        );
        let late = child.wait_timeout(Duration::from_millis(50));
        assert!(matches!(late, Err(Error::Timeout { .. })), "{late:?}");
        child.kill9().expect("killed");
        let output = child.wait_timeout(limit).expect("it has ended");
        assert_eq!(output.code, None);
    }

    #[test]
    fn a_missing_line_is_told_from_a_late_one() {
        let (_dir, mut child) = shell("echo one");
        let error = child.read_line_until(|line| line == "two", Duration::from_secs(10));
        assert!(matches!(error, Err(Error::Ended { .. })), "{error:?}");
    }

    #[test]
    fn a_finding_ends_a_wait() {
        let (dir, mut child) = shell("exec sleep 100");
        std::fs::write(dir.path().join("log"), "0:err:ntoskrnl:KeBugCheckEx 1\n").expect("written");
        let error = child.wait_timeout(Duration::from_secs(50));
        assert!(matches!(error, Err(Error::Findings(_))), "{error:?}");
    }
}
