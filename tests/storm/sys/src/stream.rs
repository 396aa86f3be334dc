//! Stream requests on a connection: many, and quick. plug61883 has no business with them.

use plug61883_abi::av61883::{
    AttachFrame, CancelFrame, CipFrame, Connect, Disconnect, GetPlugHandle, Listen, Stop, Talk,
    connect_type,
};
use plug61883_wdf::NtStatus;
use storm_control::Deed;
use zerocopy::FromZeros as _;

use crate::foreign::Sender;
use crate::memory::Guarded;
use crate::random::Random;
use crate::run::{self, Outcome};
use crate::thread;
use crate::unit::{self, Use};

/// The routine of a thread: a connection, a burst of requests on it, and again.
pub(crate) fn work(index: usize) {
    let mut random = Random::new(run::seed(), index as u64);
    let (Ok(mut sender), Ok(frame)) = (Sender::new(), Guarded::<CipFrame>::new()) else {
        run::broken(format_args!("no memory for a thread"));
        return;
    };
    while !run::over() {
        let Some(unit) = unit::any(&mut random, true) else {
            thread::sleep(5);
            continue;
        };
        let Some(connection) = connect(&mut sender, &unit) else {
            drop(unit);
            thread::sleep(2);
            continue;
        };
        for _ in 0..random.below(200) {
            if run::over() || unit.is_leaving() {
                break;
            }
            let status = burst(&mut sender, &unit, &mut random, connection, &frame);
            run::count(
                Deed::Stream,
                match status {
                    status if status.is_success() => Outcome::Success,
                    NtStatus::CANCELLED => Outcome::Cancelled,
                    _ => Outcome::Refused,
                },
            );
        }
        disconnect(&mut sender, &unit, connection);
        if !frame.is_intact() || frame.get() != CipFrame::new_zeroed() {
            run::broken(format_args!("a frame was written"));
        }
    }
}

fn burst(
    sender: &mut Sender,
    unit: &Use,
    random: &mut Random,
    connection: u64,
    frame: &Guarded<CipFrame>,
) -> NtStatus {
    let frame = frame.address().as_ptr().addr() as u64;
    match random.below(5) {
        0 => sender.ask(unit, &mut Talk { connection }, None),
        1 => sender.ask(unit, &mut Listen { connection }, None),
        2 => sender.ask(unit, &mut Stop { connection }, None),
        3 => {
            let mut attach = AttachFrame {
                connection,
                frame_length: 480,
                source_length: 480,
                frame,
            };
            sender.ask(unit, &mut attach, None)
        }
        _ => sender.ask(unit, &mut CancelFrame { connection, frame }, None),
    }
}

/// A connection to stream on: of an output plug, which takes no input of another.
pub(crate) fn connect(sender: &mut Sender, unit: &Use) -> Option<u64> {
    let mut plug = GetPlugHandle::new_zeroed();
    if !sender.ask(unit, &mut plug, None).is_success() {
        return None;
    }
    let mut asked = Connect {
        output_plug: plug.handle,
        connect_type: connect_type::POINT_TO_POINT,
        ..Connect::new_zeroed()
    };
    let status = sender.ask(unit, &mut asked, None);
    (status.is_success() && asked.connection != 0).then_some(asked.connection)
}

pub(crate) fn disconnect(sender: &mut Sender, unit: &Use, connection: u64) {
    // It may have been broken by force.
    sender.ask(unit, &mut Disconnect { connection }, None);
}
