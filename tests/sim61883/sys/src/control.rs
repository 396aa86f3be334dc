//! The control device, `\\.\Sim61883`: made with the first unit, deleted when the last unit has
//! left and the last handle is closed.

use plug61883_wdf::{
    IoControl, NtStatus, Presence, Queue, QueueEvents, Request, Result, Sideband, SidebandEvents,
    context_type, utf16,
};
use sim61883_control::serve::{Served, count_reply, serve};
use sim61883_control::{DEVICE_NAME, DEVICE_SDDL, LINK_NAME};

use crate::LAB;
use crate::callbacks;
use crate::request;

pub(crate) static CONTROL: Sideband<Control> = Sideband::new();

/// Longest request of the interface.
const MAX_INPUT: usize = 64;

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

/// Answers a request; gives the bytes of its reply.
fn answer(request: &mut Request, code: u32) -> Result<usize> {
    // Input and output share a buffer: what is asked is copied first.
    let mut copy = [0; MAX_INPUT];
    let input = request.input();
    let place = copy
        .get_mut(..input.len())
        .ok_or(NtStatus::INFO_LENGTH_MISMATCH)?;
    place.copy_from_slice(input);
    let input = &*place;
    let served = {
        let mut lab = LAB.lock();
        let served = serve(&mut lab, code, input, request.output());
        callbacks::start(&lab);
        served?
    };
    match served {
        Served::Done(length) => Ok(length),
        Served::Release { function, count } => {
            let released = request::release(function, count);
            match count_reply(request.output(), released)? {
                Served::Done(length) => Ok(length),
                Served::Release { .. } => Err(NtStatus::INTERNAL_ERROR),
            }
        }
    }
}
