//! `Av61883_BusResetNotify` and `Av61883_MonitorPlugs`: routines registered and deregistered.
//!
//! A registration is named by its routine and its context. It can be made once; the other mistakes
//! that are refused are a missing routine and flags that are not exactly one of the two.

use plug61883_abi::av61883::{
    AvRequest, BusResetNotify, MonitorPlugs, bus_reset_notify, monitor_notify,
};
use plug61883_abi::status::NtStatus;

use crate::bus::DeviceRef;
use crate::callbacks::{Event, RegisterError, Registration};
use crate::protocol::Answer;
use crate::simulation::Simulation;

impl From<RegisterError> for NtStatus {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Bad => Self::INVALID_PARAMETER,
            RegisterError::Full => Self::INSUFFICIENT_RESOURCES,
        }
    }
}

impl Simulation {
    pub(crate) fn bus_reset_notify(&mut self, unit: DeviceRef, request: &AvRequest) -> Answer {
        let BusResetNotify {
            flags,
            notify,
            context,
            ..
        } = request.arguments();
        let registration = Registration {
            unit,
            routine: notify,
            context,
        };
        match flags {
            bus_reset_notify::REGISTER => self.register(Event::BusReset, registration),
            bus_reset_notify::DEREGISTER => self.deregister(Event::BusReset, registration),
            _ => Err(NtStatus::INVALID_PARAMETER),
        }
    }

    pub(crate) fn monitor_plugs(&mut self, unit: DeviceRef, request: &AvRequest) -> Answer {
        let MonitorPlugs {
            flags,
            notify,
            context,
            ..
        } = request.arguments();
        let registration = Registration {
            unit,
            routine: notify,
            context,
        };
        match flags {
            monitor_notify::REGISTER => self.register(Event::Monitor, registration),
            monitor_notify::DEREGISTER => self.deregister(Event::Monitor, registration),
            _ => Err(NtStatus::INVALID_PARAMETER),
        }
    }

    fn register(&mut self, event: Event, registration: Registration) -> Answer {
        Ok(self.callbacks.register(event, registration)?)
    }

    fn deregister(&mut self, event: Event, registration: Registration) -> Answer {
        if self.callbacks.deregister(event, registration) {
            Ok(())
        } else {
            Err(NtStatus::INVALID_PARAMETER)
        }
    }
}
