//! Tells cargo how a driver is linked, and with which version resource.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    driver_resource::link("sim61883.sys")?;
    wdk_build::configure_wdk_binary_build()?;
    Ok(())
}
