//! A control device beside the devices of a driver's units: made with the first unit, deleted when
//! the last unit has left and the last handle is closed.

use core::marker::PhantomData;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::{
    Attributes, Context, ControlDeviceInit, Device, Dispatch, Driver, File, FileEvents, Handle,
    NtStatus, QueueConfig, QueueEvents, Request, Result, UnicodeString, WaitLock,
};

/// What a driver's [`Sideband`] is, and what happens to its handles. All at PASSIVE_LEVEL.
pub trait SidebandEvents: Sized + 'static {
    /// `\Device\Name`.
    const NAME: &'static [u16];
    /// `\DosDevices\Name`.
    const LINK: &'static [u16];
    /// Who may open it.
    const SDDL: &'static [u16];
    /// Context of each file object.
    type File: Context + AsRef<Presence>;
    /// Gets the device control requests, any number at a time.
    type Queue: QueueEvents;

    /// The static that holds the device.
    fn sideband() -> &'static Sideband<Self>;

    /// Changes what the device is made from, such as the context of its requests.
    fn prepare(_init: &mut ControlDeviceInit) {}

    /// The device is made, and may be given more queues before it can be opened.
    ///
    /// # Errors
    /// The status refuses it, and with it the unit that it was made for.
    fn created(_device: Device) -> Result<()> {
        Ok(())
    }

    /// A handle is opened, in the context of the caller (`EvtDeviceFileCreate`).
    ///
    /// # Errors
    /// The status refuses it; nothing else is heard of it then.
    fn opened(_file: File, _context: &Self::File) -> Result<()> {
        Ok(())
    }

    /// The last handle to an opened file object is closed; requests may still be under way
    /// (`EvtFileCleanup`).
    fn cleanup(_file: File, _context: &Self::File) {}

    /// No request of an opened file object is under way any more (`EvtFileClose`).
    fn closed(_file: &Self::File) {}
}

/// Whether a unit or a handle counts; part of its context. However often it arrives or leaves, it
/// counts once.
#[derive(Default)]
pub struct Presence(AtomicBool);

impl Presence {
    fn is_there(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The holder of a control device, for a static.
pub struct Sideband<E> {
    state: WaitLock<State>,
    events: PhantomData<fn() -> E>,
}

struct State {
    driver: Option<Driver>,
    device: Option<Device>,
    units: usize,
    handles: usize,
}

impl<E: SidebandEvents> Default for Sideband<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: SidebandEvents> Sideband<E> {
    /// No device yet; [`Self::init`] comes before the first use.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: WaitLock::new(State {
                driver: None,
                device: None,
                units: 0,
                handles: 0,
            }),
            events: PhantomData,
        }
    }

    /// To be called once, when the driver starts. (PASSIVE_LEVEL)
    ///
    /// # Errors
    /// The framework's status.
    pub fn init(&self, driver: Driver) -> Result<()> {
        self.state.init(Attributes::new().parent(driver))?;
        self.state.lock().driver = Some(driver);
        Ok(())
    }

    /// A unit has come: there is a control device now. (PASSIVE_LEVEL)
    ///
    /// # Errors
    /// The framework's status; the unit does not count then.
    pub fn unit_arrived(&self, unit: &Presence) -> Result<()> {
        let mut state = self.state.lock();
        if unit.is_there() {
            return Ok(());
        }
        if state.device.is_none() {
            let driver = state.driver.ok_or(NtStatus::INVALID_DEVICE_STATE)?;
            state.device = Some(create::<E>(driver)?);
        }
        state.units = state.units.saturating_add(1);
        unit.0.store(true, Ordering::Release);
        Ok(())
    }

    /// A unit has left, if it ever came. (PASSIVE_LEVEL)
    pub fn unit_left(&self, unit: &Presence) {
        let mut state = self.state.lock();
        if unit.0.swap(false, Ordering::AcqRel) {
            state.units = state.units.saturating_sub(1);
            state.delete_unused();
        }
    }

    /// Counts a handle, which keeps the device from now on.
    fn handle_arrived(&self) -> Result<()> {
        let mut state = self.state.lock();
        // The last unit may have left, and the device with it, while the handle was on its way.
        if state.device.is_none() {
            return Err(NtStatus::NO_SUCH_DEVICE);
        }
        state.handles = state.handles.saturating_add(1);
        Ok(())
    }

    fn handle_left(&self) {
        let mut state = self.state.lock();
        state.handles = state.handles.saturating_sub(1);
        state.delete_unused();
    }
}

impl State {
    /// A device that is deleted with a handle open would keep its name and be in the way of the
    /// next unit's, so it stays until then.
    fn delete_unused(&mut self) {
        if self.units == 0
            && self.handles == 0
            && let Some(device) = self.device.take()
        {
            device.delete();
        }
    }
}

fn create<E: SidebandEvents>(driver: Driver) -> Result<Device> {
    let mut init = ControlDeviceInit::new(driver, &UnicodeString::new(E::SDDL))?;
    init.set_name(&UnicodeString::new(E::NAME))?;
    init.set_file_events::<Files<E>, E::File>();
    E::prepare(&mut init);
    let device = init.create(Attributes::new())?;
    let ready = device
        .create_symbolic_link(&UnicodeString::new(E::LINK))
        .and_then(|()| {
            QueueConfig::new(Dispatch::Parallel)
                .default_queue()
                .not_power_managed()
                .device_control::<E::Queue>()
                .create(device)
        })
        .and_then(|_| E::created(device));
    match ready {
        Ok(()) => {
            ControlDeviceInit::finish(device);
            Ok(device)
        }
        Err(status) => {
            device.delete();
            Err(status)
        }
    }
}

struct Files<E>(PhantomData<E>);

impl<E: SidebandEvents> FileEvents for Files<E> {
    fn create(_device: Device, request: Request, file: File) {
        let Some(context) = file.context::<E::File>() else {
            return request.complete(NtStatus::INTERNAL_ERROR, 0);
        };
        if let Err(status) = E::sideband().handle_arrived() {
            return request.complete(status, 0);
        }
        match E::opened(file, context) {
            Ok(()) => {
                context.as_ref().0.store(true, Ordering::Release);
                request.complete(NtStatus::SUCCESS, 0);
            }
            Err(status) => {
                request.complete(status, 0);
                E::sideband().handle_left();
            }
        }
    }

    fn cleanup(file: File) {
        if let Some(context) = file.context::<E::File>()
            && context.as_ref().is_there()
        {
            E::cleanup(file, context);
        }
    }

    fn close(file: File) {
        if let Some(context) = file.context::<E::File>()
            && context.as_ref().0.swap(false, Ordering::AcqRel)
        {
            E::closed(context);
            E::sideband().handle_left();
        }
    }
}
