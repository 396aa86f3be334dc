//! The control device, `\\.\Storm61883`: made with the first unit, deleted when the last unit has
//! left and the last handle is closed.

use core::sync::atomic::{AtomicU32, Ordering};

use plug61883_wdf::{
    Attributes, Driver, File, IoControl, NtStatus, Presence, Queue, QueueEvents, Request, Result,
    Sideband, SidebandEvents, WaitLock, context_type, utf16,
};
use storm_control::{
    BENCH, BENCH_REPORT, BenchRequest, DEVICE_NAME, DEVICE_SDDL, Header, LINK_NAME, Query, START,
    STATUS, STOP, SWEEP, StartRequest, VERSION,
};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::{bench, client, run, thread};

pub(crate) static CONTROL: Sideband<Control> = Sideband::new();

/// Held by who starts threads.
static STARTING: WaitLock<()> = WaitLock::new(());
/// Handles that are open.
static HANDLES: AtomicU32 = AtomicU32::new(0);

/// To be called once, in DriverEntry.
///
/// # Errors
/// The framework's status.
pub(crate) fn init(driver: Driver) -> Result<()> {
    STARTING.init(Attributes::new().parent(driver))?;
    CONTROL.init(driver)
}

/// Context of a file object.
pub(crate) struct FileContext {
    open: Presence,
}

context_type!(FileContext, c"FileContext");

impl AsRef<Presence> for FileContext {
    fn as_ref(&self) -> &Presence {
        &self.open
    }
}

pub(crate) struct Control;

impl SidebandEvents for Control {
    const NAME: &'static [u16] = utf16!(DEVICE_NAME);
    const LINK: &'static [u16] = utf16!(LINK_NAME);
    const SDDL: &'static [u16] = utf16!(DEVICE_SDDL);
    type File = FileContext;
    type Queue = Controls;

    fn sideband() -> &'static Sideband<Self> {
        &CONTROL
    }

    fn opened(_file: File, _context: &FileContext) -> Result<()> {
        HANDLES.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    fn closed(_file: &FileContext) {
        if HANDLES.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Nobody watches any more.
            run::stop();
        }
    }
}

pub(crate) struct Controls;

impl QueueEvents for Controls {
    fn io_control(_queue: Queue, mut request: Request, control: IoControl) {
        match answer(&mut request, control.code) {
            Ok(length) => request.complete(NtStatus::SUCCESS, length),
            Err(status) => request.complete(status, 0),
        }
    }
}

/// Answers a request; gives the bytes of its reply. Nothing here may wait for the threads: under
/// Wine this runs on the thread that they need to open and close handles.
fn answer(request: &mut Request, code: u32) -> Result<usize> {
    match code {
        START => {
            let start: StartRequest = input(request)?;
            let _held = STARTING.lock();
            run::start(&start)?;
            Ok(0)
        }
        STOP => {
            input::<Query>(request)?;
            run::stop();
            Ok(0)
        }
        STATUS => {
            input::<Query>(request)?;
            output(request, &run::status())
        }
        SWEEP => {
            input::<Query>(request)?;
            let _held = STARTING.lock();
            run::prepare(run::seed(), u32::MAX, 0)?;
            thread::start(client::sweep)?;
            Ok(0)
        }
        BENCH => {
            let what: BenchRequest = input(request)?;
            let _held = STARTING.lock();
            bench::start(&what)?;
            Ok(0)
        }
        BENCH_REPORT => {
            input::<Query>(request)?;
            output(request, &bench::report())
        }
        _ => Err(NtStatus::INVALID_DEVICE_REQUEST),
    }
}

fn input<T: FromBytes + Copy>(request: &Request) -> Result<T> {
    let bytes = request.input();
    let (header, _) = Header::read_from_prefix(bytes).map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    if !header.is_of::<T>(VERSION) {
        return Err(NtStatus::REVISION_MISMATCH);
    }
    T::read_from_bytes(bytes).map_err(|_| NtStatus::INFO_LENGTH_MISMATCH)
}

fn output<T: IntoBytes + Immutable>(request: &mut Request, reply: &T) -> Result<usize> {
    reply
        .write_to_prefix(request.output())
        .map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    Ok(size_of::<T>())
}
