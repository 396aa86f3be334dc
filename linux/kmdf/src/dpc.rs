//! `WdfDpc*`.

use wdk_sys::{
    BOOLEAN, NTSTATUS, PFN_WDF_DPC, PWDF_DPC_CONFIG, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES,
    WDFDPC, WDFOBJECT,
};

use crate::call::Call;
use crate::object::{Body, Kind, Object, Wdf};
use crate::runs::Runs;
use crate::sync::{Guard, lock};
use crate::worker::{self, Alarm};
use crate::{make, nt, status, verifier};

pub(crate) type Dpc = Wdf<DpcBody>;

pub(crate) struct DpcBody {
    callback: PFN_WDF_DPC,
    runs: Runs,
}

impl Body for DpcBody {
    const KIND: Kind = Kind::Dpc;
    type Raw = wdk_sys::WDFDPC__;

    fn dispose(this: &'static Dpc) {
        worker::cancel_alarm(&lock(), &Alarm::Dpc(this));
        this.runs.wait();
    }
}

impl Dpc {
    pub(crate) fn going_off(&'static self, guard: &Guard) {
        self.runs.expect(guard);
        self.object.reference();
    }

    pub(crate) fn go_off(&'static self) {
        self.runs.begin(&lock());
        if let Some(callback) = self.callback {
            verifier::callback(self.client(), "EvtDpcFunc", || {
                // SAFETY: the driver's callback with its DPC's handle.
                unsafe { callback(self.handle()) };
            });
        }
        self.runs.end();
        self.object.dereference();
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    config: PWDF_DPC_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFDPC,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDpcCreate");
    if !call.dispatch() || !call.pointer(config, "Config") {
        return status::INVALID_PARAMETER;
    }
    let callback = match make::sized(config.cast_const(), |config| config.Size) {
        Ok(config) => config.EvtDpcFunc,
        Err(status) => return status,
    };
    call.make_below_device(attributes, out, |_| {
        let runs = Runs::new();
        Ok(DpcBody { callback, runs })
    })
}

pub(crate) unsafe extern "C" fn enqueue(globals: PWDF_DRIVER_GLOBALS, dpc: WDFDPC) -> BOOLEAN {
    let call = Call::new(globals, "WdfDpcEnqueue");
    let Some(dpc) = call.get::<DpcBody>(dpc) else {
        return 0;
    };
    (!worker::set_alarm(&lock(), Alarm::Dpc(dpc), nt::interrupt_time())).into()
}

pub(crate) unsafe extern "C" fn cancel(
    globals: PWDF_DRIVER_GLOBALS,
    dpc: WDFDPC,
    wait: BOOLEAN,
) -> BOOLEAN {
    let call = Call::new(globals, "WdfDpcCancel");
    let Some(dpc) = call.get::<DpcBody>(dpc) else {
        return 0;
    };
    if wait != 0 && !call.passive() {
        return 0;
    }
    let was = worker::cancel_alarm(&lock(), &Alarm::Dpc(dpc));
    if wait != 0 {
        dpc.runs.wait();
    }
    was.into()
}

pub(crate) unsafe extern "C" fn get_parent_object(
    globals: PWDF_DRIVER_GLOBALS,
    dpc: WDFDPC,
) -> WDFOBJECT {
    let call = Call::new(globals, "WdfDpcGetParentObject");
    call.get::<DpcBody>(dpc)
        .and_then(|dpc| dpc.object.parent())
        .map_or(core::ptr::null_mut(), Object::raw)
}
