//! `--watch`: shows something again whenever it has changed.

use std::time::Duration;

use plug61883::{Access, Driver, Error, Events};

use super::{Holding, Open};
use crate::failure::{Exit, Failure};
use crate::hold::Hold;
use crate::output::Output;
use crate::style::Tone;
use crate::time;

/// Shows something, once.
pub(super) type Show<'a> = &'a dyn Fn(&Driver, &mut Output<'_>) -> Result<Exit, Failure>;

/// How long it waits after an event for those that come with it.
const SETTLE: Duration = Duration::from_millis(100);

/// Shows it once, or with a number of seconds again and again: on every event, and so often.
/// The name is that of the command.
pub(super) fn repeat(
    (name, seconds): (&str, Option<u32>),
    open: Open<'_>,
    hold: Holding<'_>,
    output: &mut Output<'_>,
    show: Show<'_>,
) -> Result<Exit, Failure> {
    let driver = open(Access::Query)?;
    let Some(seconds) = seconds else {
        return show(&driver, output);
    };
    let screen = Screen::new(name, seconds, output);
    let hold = hold(&driver);
    let mut session = Session::new(driver, open, &*hold);
    let mut last = None;
    while !hold.is_over() && !output.is_closed() {
        let (ended, out, err) = output.kept(|output| match &session {
            Ok(session) => show(&session.driver, output),
            Err(error) => Err((*error).into()),
        });
        let (mut out, mut err) = (out, err);
        if let Err(failure) = &ended {
            // What fails from the start would go on to.
            if last.is_none() {
                return ended;
            }
            let told;
            ((), told, err) = output.kept(|output| output.failure(failure));
            out += &told;
        }
        // What was interrupted is not the state of things.
        if hold.is_over() {
            break;
        }
        let shown = Some((out, err));
        if screen.is_in_place || shown != last {
            if let Some((out, err)) = &shown {
                screen.show((out, err), last.is_none(), output);
            }
            last = shown;
        }
        let every = Duration::from_secs(seconds.into());
        // A handle that fails may be one of a driver that is gone: when a unit is back there is
        // another one.
        let stays = ended.is_ok()
            && session
                .as_mut()
                .is_ok_and(|session| session.wait(every, &*hold).is_ok());
        if !stays {
            if hold.wait(Some(every)) {
                break;
            }
            session = open(Access::Query).and_then(|driver| Session::new(driver, open, &*hold));
        }
    }
    Ok(Exit::Done)
}

/// Two handles: one to ask, one for the events.
struct Session {
    driver: Driver,
    events: Events,
}

impl Session {
    /// The end cancels what is asked through it.
    fn new(driver: Driver, open: Open<'_>, hold: &dyn Hold) -> Result<Self, Error> {
        let events = Events::of(open(Access::Query)?);
        let (asked, waited) = (driver.clone(), events.canceller());
        hold.at_end(Box::new(move || {
            waited.cancel();
            asked.cancel();
        }));
        Ok(Self { driver, events })
    }

    /// Waits for an event, and for those that come with it; this long at most.
    fn wait(&mut self, most: Duration, hold: &dyn Hold) -> Result<(), Error> {
        self.events.wait_at_most(Some(most));
        if self.events.next_batch()?.is_some() {
            hold.wait(Some(SETTLE));
            self.events.poll()?;
        } else if self.events.is_cancelled() {
            hold.wait(None);
        }
        Ok(())
    }
}

/// How it is shown.
struct Screen {
    /// On a terminal each takes the place of the one before.
    is_in_place: bool,
    title: String,
}

impl Screen {
    fn new(name: &str, seconds: u32, output: &Output<'_>) -> Self {
        Self {
            is_in_place: output.terminal && !output.json,
            title: format!("plugctl {name}, on events and every {seconds} s, Ctrl+C ends"),
        }
    }

    fn show(&self, (out, err): (&str, &str), first: bool, output: &mut Output<'_>) {
        if !self.is_in_place {
            if !first && !output.json && !out.is_empty() {
                output.text("\n");
            }
            output.text(out);
            output.error_text(err);
            return;
        }
        let title = format!("{}  {}", time::utc(time::now()), self.title);
        let title = output.paint(Tone::Faint, &output.cut(&title));
        let mut lines = vec![title.as_str(), ""];
        lines.extend(out.lines().chain(err.lines()));
        let mut text = if first { "\x1b[2J" } else { "" }.to_owned();
        text.push_str("\x1b[H");
        for line in fitting(&lines, output) {
            text.push_str(line);
            // What stood there before goes.
            text.push_str("\x1b[K\n");
        }
        text.push_str("\x1b[J");
        output.text(&text);
    }
}

/// The first lines, as many as the terminal shows at once; a last one is left for the cursor.
fn fitting<'a>(lines: &'a [&'a str], output: &Output<'_>) -> &'a [&'a str] {
    let Some(rows) = output.rows else {
        return lines;
    };
    let mut left = rows.saturating_sub(1);
    let fit = lines.iter().take_while(|line| {
        let plain = anstream::adapter::strip_str(line).to_string();
        let width = unicode_width::UnicodeWidthStr::width(&*plain);
        let needs = width.div_ceil(output.columns.max(1)).max(1);
        let fits = needs <= left;
        left = left.saturating_sub(needs);
        fits
    });
    let count = fit.count();
    &lines[..count]
}
