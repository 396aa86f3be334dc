//! What a connection costs while there are few others, and while there are many.
//!
//! ```text
//! cargo bench -p plug61883-engine --bench tables               criterion's report, then the ratios
//! cargo bench -p plug61883-engine --bench tables -- --ratios   one line of JSON
//! ```
//!
//! The tables are found by slot, so the time must not grow with what they hold. The ratios come
//! from rounds in turn, so that whatever else the machine does falls on both sides.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion};
use plug61883_abi::av61883::{
    self, AvRequest, CipDataFormat, UnitDdiVersion, connect_type, function,
};
use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{
    Action, Begin, Command, Connect, Engine, HandleKey, Key, MAX_TRANSFERS, Scratch,
};
use zerocopy::{FromBytes, IntoBytes};

/// Connections that there are besides the one that is measured.
const FEW: usize = 10;
const MANY: usize = 250;
/// A process may have 64.
const PROCESSES: usize = 4;

/// The engine and a shell whose protocol driver finds everything right at once.
struct Shell {
    engine: Box<Engine>,
    memory: Vec<[u64; Scratch::SHORT / 8]>,
    reply: [u8; 64],
    handles: Vec<HandleKey>,
    unit: UnitId,
    plugs: [PlugId; 2],
    next: u64,
}

impl Shell {
    fn new(others: usize) -> Self {
        let mut shell = Self {
            engine: Box::new(Engine::new()),
            memory: vec![[0; Scratch::SHORT / 8]; MAX_TRANSFERS],
            reply: [0; 64],
            handles: Vec::new(),
            unit: UnitId::NONE,
            plugs: [PlugId::NONE; 2],
            next: 0,
        };
        shell.engine.set_tracing(false);
        for process in 1..=PROCESSES {
            let handle = shell.engine.open(process as u32).expect("room");
            shell.handles.push(handle);
        }
        shell.unit = shell.engine.unit_arrived().expect("room");
        let keeper = shell.engine.reserve_keeper(shell.unit).expect("room");
        shell.engine.adopt_keeper(shell.unit, keeper);
        shell.run();
        for (place, direction) in [Direction::Out, Direction::In].into_iter().enumerate() {
            let command = Command::GetPlug {
                unit: shell.unit,
                direction,
                number: 0,
            };
            shell.carry_out(0, &command);
            let reply = ioctl::PlugReply::read_from_prefix(&shell.reply);
            shell.plugs[place] = reply.expect("told").0.plug;
        }
        for other in 0..others {
            shell.connect(other % PROCESSES);
        }
        shell
    }

    /// Carries orders out until there is none.
    fn run(&mut self) {
        while let Some(action) = self.engine.next_action() {
            match action {
                Action::Send(key) => self.send(key),
                Action::Deliver { key, status, .. } => {
                    assert!(status.is_success());
                    self.engine.delivered(key);
                }
                Action::Release(key) => self.engine.released(key),
                _ => {}
            }
        }
    }

    fn send(&mut self, key: Key) {
        let words = &mut self.memory[key.index()];
        let scratch = Scratch::mut_from_bytes(words.as_mut_bytes()).expect("its size");
        self.engine.prepare(key, scratch);
        self.engine.unpin(key);
        let mut request = AvRequest::read_from_prefix(words.as_bytes())
            .expect("long enough")
            .0;
        self.next += 16;
        match request.function {
            function::GET_UNIT_INFO => {
                let info = words.as_mut_bytes().get_mut(size_of::<AvRequest>()..);
                let version = UnitDdiVersion { version: 3 };
                version
                    .write_to_prefix(info.expect("long enough"))
                    .expect("long enough");
            }
            function::GET_PLUG_HANDLE => {
                let mut plug: av61883::GetPlugHandle = request.arguments();
                plug.handle = self.next;
                request.set_arguments(plug);
            }
            function::CONNECT => {
                let mut connect: av61883::Connect = request.arguments();
                connect.connection = self.next;
                request.set_arguments(connect);
            }
            _ => {}
        }
        request
            .write_to_prefix(words.as_mut_bytes())
            .expect("long enough");
        let scratch = Scratch::ref_from_bytes(words.as_bytes()).expect("its size");
        self.engine
            .completed(key, NtStatus::SUCCESS, scratch, &mut self.reply);
    }

    fn carry_out(&mut self, process: usize, command: &Command) {
        let handle = self.handles[process];
        let key = match self.engine.begin(handle, command, 5_000).expect("taken") {
            Begin::Started(key, _) => key,
            Begin::Reserved(key, _) => {
                self.engine
                    .start(key, handle, command, 5_000)
                    .expect("taken");
                key
            }
        };
        self.engine.arm(key);
        self.run();
    }

    fn connect(&mut self, process: usize) -> ConnectionId {
        let [output, input] = self.plugs;
        let command = Command::Connect(Connect {
            unit: UnitId::NONE,
            output,
            input,
            connect_type: connect_type::POINT_TO_POINT,
            persist: false,
            format: CipDataFormat::default(),
        });
        self.carry_out(process, &command);
        let reply = ioctl::ConnectReply::read_from_prefix(&self.reply);
        reply.expect("told").0.connection
    }

    fn connect_and_disconnect(&mut self) {
        let connection = self.connect(PROCESSES - 1);
        let command = Command::Disconnect {
            unit: UnitId::NONE,
            connection,
            force: false,
        };
        self.carry_out(PROCESSES - 1, &command);
    }

    /// An id is looked up: that of another's connection, which is refused.
    fn look_up(&mut self) {
        let command = Command::Disconnect {
            unit: UnitId::NONE,
            connection: black_box(ConnectionId::new(5, 1)),
            force: false,
        };
        let refused = self.engine.begin(self.handles[0], &command, 5_000);
        assert_eq!(refused, Err(NtStatus::ACCESS_DENIED));
    }
}

type Measured = (&'static str, fn(&mut Shell), u32);

const MEASURED: [Measured; 2] = [
    ("connect_and_disconnect", Shell::connect_and_disconnect, 200),
    ("look_up", Shell::look_up, 20_000),
];

fn time(shell: &mut Shell, what: fn(&mut Shell), times: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        what(shell);
    }
    start.elapsed()
}

/// Time with many connections over that with few: the median of rounds in turn.
fn ratio(what: fn(&mut Shell), times: u32) -> f64 {
    let (mut few, mut many) = (Shell::new(FEW), Shell::new(MANY));
    time(&mut few, what, times);
    time(&mut many, what, times);
    let mut ratios: Vec<f64> = (0..301)
        .map(|round| {
            let (a, b) = if round % 2 == 0 {
                let a = time(&mut few, what, times);
                (a, time(&mut many, what, times))
            } else {
                let b = time(&mut many, what, times);
                (time(&mut few, what, times), b)
            };
            b.as_secs_f64() / a.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if !arguments.iter().any(|argument| argument == "--ratios") {
        let mut criterion = Criterion::default().configure_from_args();
        for (name, what, _) in MEASURED {
            let mut group = criterion.benchmark_group(name);
            for others in [FEW, MANY] {
                let mut shell = Shell::new(others);
                group.bench_function(BenchmarkId::from_parameter(others), |bencher| {
                    bencher.iter(|| what(&mut shell));
                });
            }
        }
        criterion.final_summary();
    }
    if arguments.iter().any(|argument| argument == "--test") {
        return;
    }
    let [connect, look_up] = MEASURED.map(|(_, what, times)| ratio(what, times));
    println!(r#"{{"engine_250_over_10":{connect:.3},"lookup_250_over_10":{look_up:.3}}}"#);
}
