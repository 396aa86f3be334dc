//! What calls Windows: the control device, and what Windows tells of the driver and its devices.

mod control;
mod devices;
mod kernel;
#[forbid(unsafe_code)]
mod system;

pub use control::Device;
pub(crate) use system::gather;
