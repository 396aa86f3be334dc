//! The loop with its threads, on the simulated bus and a screen that a script plays.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use plug61883::{Error, ErrorKind, NtStatus, Owner, Source};

use super::*;
use crate::bus::Maker;
use crate::failure::Exit;
use crate::output::Output;
use crate::watch::link::Link;
use crate::watch::{Handles, Screen, Session, can_draw};

/// Longest time that anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is done when the state is as it is to be.
type Act<'a> = (
    &'a str,
    Box<dyn Fn(&App) -> bool + 'a>,
    Box<dyn Fn() -> Option<Key> + 'a>,
);

/// Presses keys and does other things, each once something is seen.
struct Script<'a> {
    acts: VecDeque<Act<'a>>,
    ready: bool,
    since: Instant,
    /// Drawing fails once there is nothing left to do.
    breaks: bool,
}

impl<'a> Script<'a> {
    fn new(acts: Vec<Act<'a>>) -> Self {
        Self {
            acts: acts.into(),
            ready: false,
            since: Instant::now(),
            breaks: false,
        }
    }
}

impl Screen for Script<'_> {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        let Some((what, wanted, _)) = self.acts.front() else {
            assert!(self.breaks, "it goes on after the last key");
            return Err(io::Error::other("the terminal is gone"));
        };
        let waited = self.since.elapsed();
        assert!(waited < PATIENCE, "no {what}:\n{}", screen(app, 100, 40));
        self.ready = wanted(app);
        Ok(())
    }

    fn key(&mut self, wait: Duration) -> io::Result<Option<Key>> {
        if !self.ready {
            std::thread::sleep(wait.min(Duration::from_millis(5)));
            return Ok(None);
        }
        self.since = Instant::now();
        Ok(self.acts.pop_front().and_then(|(_, _, act)| act()))
    }
}

fn act<'a>(
    what: &'a str,
    wanted: impl Fn(&App) -> bool + 'a,
    act: impl Fn() -> Option<Key> + 'a,
) -> Act<'a> {
    (what, Box::new(wanted), Box::new(act))
}

fn press(c: char) -> Option<Key> {
    Some(Key::Char(c))
}

/// Connects the deck's oPCR[0] to its iPCR[1].
fn connecting<'a>() -> Vec<Act<'a>> {
    vec![
        act("units", |app| app.bus.nodes.len() == 5, || press('c')),
        act("choice", |app| app.dialog.is_some(), || Some(Key::Enter)),
        act("choice", |_| true, || press('j')),
        act("choice", |_| true, || Some(Key::Enter)),
        act("choice", |_| true, || Some(Key::Enter)),
    ]
}

/// Runs the script on a simulated bus.
fn run(simulator: &Simulator, script: &mut Script<'_>) -> Result<(), crate::failure::Failure> {
    let open = |access| simulator.open(access);
    let mut session = Session::new(&open);
    session.start(Handles::open(&open).unwrap()).unwrap();
    let ran = session.run(script);
    assert_eq!(session.stop(), None);
    ran
}

/// Connections that some program holds.
fn held(simulator: &Simulator) -> usize {
    let driver = simulator.open(Access::Query).unwrap();
    let connections = driver.connections(None).unwrap();
    let held = |owner| matches!(owner, Owner::OtherHandle | Owner::ThisHandle);
    connections.iter().filter(|it| held(it.owner)).count()
}

#[test]
fn what_is_connected_is_broken_at_the_end() {
    for end in [Key::Char('q'), Key::Esc, Key::Interrupt] {
        let simulator = Simulator::new();
        let mut acts = connecting();
        acts.push(act(
            "connection",
            |app| app.held() == 1,
            || {
                assert_eq!(held(&simulator), 1);
                Some(end)
            },
        ));
        run(&simulator, &mut Script::new(acts)).unwrap();
        assert_eq!(held(&simulator), 0);
    }
}

#[test]
fn a_terminal_that_fails_leaves_nothing_connected() {
    let simulator = Simulator::new();
    let mut acts = connecting();
    acts.push(act("connection", |app| app.held() == 1, || None));
    let mut script = Script {
        breaks: true,
        ..Script::new(acts)
    };
    let failure = run(&simulator, &mut script).unwrap_err();
    assert_eq!(failure.exit(), Exit::Failed);
    assert_eq!(
        failure.to_string(),
        "error: could not use the terminal: the terminal is gone; use another terminal, or \
         \"plugctl monitor\""
    );
    assert_eq!(held(&simulator), 0);
}

#[test]
fn a_session_that_is_dropped_leaves_nothing_connected() {
    let simulator = Simulator::new();
    let open = |access| simulator.open(access);
    let mut session = Session::new(&open);
    session.start(Handles::open(&open).unwrap()).unwrap();
    let mut acts = connecting();
    acts.push(act(
        "connection",
        |app| app.held() == 1,
        || Some(Key::Interrupt),
    ));
    session.run(&mut Script::new(acts)).unwrap();
    assert_eq!(held(&simulator), 1);
    drop(session);
    assert_eq!(held(&simulator), 0);
}

#[test]
fn quitting_ends_a_request_that_takes_long() {
    let simulator = Simulator::new();
    let slow = || {
        simulator.answer_after(Duration::from_secs(3600));
        press('r')
    };
    let acts = vec![
        act("units", |app| app.bus.nodes.len() == 5, slow),
        act("question", |app| app.dialog.is_some(), || press('y')),
        act("request", |app| app.busy.is_some(), || press('q')),
    ];
    // Well before the driver's own time is over, or this never ends.
    run(&simulator, &mut Script::new(acts)).unwrap();
}

#[test]
fn what_happens_is_seen() {
    let simulator = Simulator::new();
    let text = |what: &'static str| move |app: &App| screen(app, 100, 40).contains(what);
    let other = simulator.open_as(777, Access::Change).unwrap();
    let unit = plug61883::Unit::by_id(&other, plug61883::UnitId::new(0, 1));
    let output = unit.plug(plug61883::Direction::Out, 0).unwrap();
    let connection = std::cell::RefCell::new(None);
    let acts = vec![
        act(
            "units",
            |app| app.bus.nodes.len() == 5,
            || {
                let wanted = plug61883::Connect::new().output(&output);
                connection.replace(Some(unit.connect(&wanted).unwrap()));
                None
            },
        ),
        act("connection", text("○ pid 777"), || {
            connection.take();
            None
        }),
        act("end", text(": asked"), || {
            simulator.bus_reset();
            None
        }),
        act("bus reset", text("bus reset: generation 6"), || {
            simulator.unplug("tuner").unwrap();
            None
        }),
        act("departure", |app| app.bus.nodes.len() == 4, || press('q')),
    ];
    run(&simulator, &mut Script::new(acts)).unwrap();
}

#[test]
fn the_driver_may_go_and_come_again() {
    let simulator = Simulator::new();
    let nodes = ["deck", "camcorder", "audio", "tuner"];
    let mut acts = connecting();
    acts.extend([
        act(
            "connection",
            |app| app.held() == 1,
            || {
                nodes
                    .iter()
                    .for_each(|node| simulator.unplug(node).unwrap());
                None
            },
        ),
        act(
            "its end",
            |app| screen(app, 80, 24).contains("There is no unit"),
            || {
                // Nobody holds it open any more.
                let opened = simulator.open(Access::Query);
                assert_eq!(opened.unwrap_err().kind(), ErrorKind::NoDriver);
                simulator.plug_in("audio").unwrap();
                None
            },
        ),
        act("return", |app| app.bus.nodes.len() == 2, || press('q')),
    ]);
    run(&simulator, &mut Script::new(acts)).unwrap();
}

#[test]
fn a_wait_that_fails_is_told_and_the_picture_goes_on() {
    let simulator = Simulator::new();
    let deaf = Scripted::failing(NtStatus::INSUFFICIENT_RESOURCES, Source::Plug61883);
    let (tell, told) = mpsc::channel();
    let driver = simulator.open(Access::Change).unwrap();
    let link = Link::start(driver, Driver::with_transport(deaf), &tell).unwrap();
    let mut app = App::new(PROCESS);
    let (mut pictures, mut failures) = (0, 0);
    while pictures < 2 || failures < 2 {
        let told = told.recv_timeout(PATIENCE).unwrap();
        pictures += usize::from(matches!(told, Told::Picture(_)));
        failures += usize::from(matches!(told, Told::Deaf(_)));
        app.update(Input::Told(told), NOW);
    }
    assert_eq!(link.stop(), None);
    // It is one line, however often it fails.
    let text = screen(&app, 100, 40);
    assert_eq!(
        text.matches("could not wait for events").count(),
        1,
        "{text}"
    );
}

#[test]
fn who_may_not_change_anything_watches() {
    let simulator = Simulator::new();
    let open = |access| match access {
        Access::Query => simulator.open(access),
        Access::Change => Err(Error::new(
            plug61883::Asked::Open { access },
            ErrorKind::Open { win32: 5 },
        )),
    };
    let handles = Handles::open(&open).unwrap();
    assert!(!handles.changes);
    let none = |_| {
        let access = Access::Query;
        Err(Error::new(
            plug61883::Asked::Open { access },
            ErrorKind::NoDriver,
        ))
    };
    assert!(Handles::open(&none).err().unwrap().is_no_driver());
}

#[test]
fn only_a_terminal_will_do() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut output = Output::new(&mut out, &mut err);
    let piped = can_draw(&output).unwrap_err();
    assert_eq!(piped.exit(), Exit::Usage);
    let text = piped.to_string();
    assert!(
        text.contains("monitor") && text.contains("--watch"),
        "{text}"
    );
    output.terminal = true;
    can_draw(&output).unwrap();
    output.json = true;
    let json = can_draw(&output).unwrap_err();
    assert_eq!((json.exit(), json.kind()), (Exit::Usage, "usage"));
}

#[test]
fn made_here_is_what_the_driver_says_is() {
    // The worker's handle is the one that the picture is read with.
    let mut stage = Stage::bench();
    stage.types("c\nj\n\n");
    let edge = stage.app.edge().unwrap().edge;
    assert_eq!(edge.maker, Maker::Known(Owner::ThisHandle, Some(PROCESS)));
}
