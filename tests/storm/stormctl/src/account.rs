//! What plug61883 allocates: the account that the stand-in for KMDF keeps, where that is what
//! runs.

use pnp_control::fixed_name;
use pnp_control::kmdf::{DEVICE_PATH, IOCTL_SWITCH, PoolReport, Switch, SwitchRequest};
use test_control::{Device, Transport as _};
use zerocopy::{FromZeros as _, IntoBytes as _};

/// Pool allocations made for plug61883 since it was loaded; none where nobody counts.
pub(crate) fn made() -> Option<u64> {
    let device = Device::open(DEVICE_PATH).ok()??;
    let request = SwitchRequest {
        switch: Switch::Report as u32,
        times: 0,
        number: 0,
        name: fixed_name("plug61883".encode_utf16())?,
    };
    let mut report = PoolReport::new_zeroed();
    let length = device
        .ioctl(IOCTL_SWITCH, request.as_bytes(), report.as_mut_bytes())
        .ok()?;
    (length == size_of::<PoolReport>() && report.loaded != 0).then_some(report.total.made)
}
