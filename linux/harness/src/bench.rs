//! A bench: one Wine prefix, its drivers, and the programs that run against them.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    error::{Error, Result},
    findings::Finding,
    log::Log,
    pnp::{DeviceLine, PendingPnp, PnpReply, PnpServer},
    prefix::Prefix,
    process::{Child, Output},
    services::{self, Start},
    wine::{self, Wine},
};

/// Time for starting the prefix and `pnp.sys`.
const BOOT: Duration = Duration::from_secs(60);
/// Time for a command of the PnP manager stand-in.
const PNP: Duration = Duration::from_secs(30);
/// What the drivers' process logs: DbgPrint, errors, and the kernel functions that are stubs.
const DRIVER_DEBUG: &str = "fixme-all,fixme+ntoskrnl,err+all,+debugstr";
/// Programs say what they have to say themselves.
const PROGRAM_DEBUG: &str = "-all,err+seh,err+virtual";

/// A device and the drivers of its stack.
#[derive(Clone, Debug)]
pub struct UnitSpec {
    instance: String,
    drivers: Drivers,
    upper_filters: Vec<String>,
    hardware_ids: Vec<String>,
}

/// Where the drivers of a device come from.
#[derive(Clone, Debug)]
enum Drivers {
    /// A function driver by its service.
    Service(String),
    /// Packages, the base first; INF files.
    Packages(Vec<PathBuf>),
}

impl UnitSpec {
    /// A device by its instance path `ENUMERATOR\DEVICE\INSTANCE` (not below ROOT, which is
    /// Wine's own), with the service of its function driver.
    pub fn new(instance: &str, service: &str) -> Self {
        Self {
            drivers: Drivers::Service(service.to_owned()),
            ..Self::bare(instance)
        }
    }

    /// As [`UnitSpec::new`], with the drivers that the INF of a package installs for the device's
    /// hardware IDs. The package must be staged ([`Bench::stage`]).
    pub fn with_package(instance: &str, inf: &Path) -> Self {
        Self {
            drivers: Drivers::Packages(vec![inf.to_owned()]),
            ..Self::bare(instance)
        }
    }

    fn bare(instance: &str) -> Self {
        Self {
            instance: instance.to_owned(),
            drivers: Drivers::Packages(Vec::new()),
            upper_filters: Vec::new(),
            hardware_ids: Vec::new(),
        }
    }

    /// Adds what an Extension INF installs; only after [`UnitSpec::with_package`].
    #[must_use]
    pub fn extension(mut self, inf: &Path) -> Self {
        if let Drivers::Packages(packages) = &mut self.drivers {
            packages.push(inf.to_owned());
        }
        self
    }

    /// Puts an upper filter on top of the stack, above those of packages.
    #[must_use]
    pub fn upper_filter(mut self, service: &str) -> Self {
        self.upper_filters.push(service.to_owned());
        self
    }

    /// Adds a hardware ID; without any, the device has its device ID.
    #[must_use]
    pub fn hardware_id(mut self, id: &str) -> Self {
        self.hardware_ids.push(id.to_owned());
        self
    }

    /// The device instance path.
    pub fn instance(&self) -> &str {
        &self.instance
    }
}

/// A Wine prefix with drivers in it. Everything that was started ends when it is dropped;
/// [`Bench::shutdown`] also tells whether the drivers leave cleanly.
#[derive(Debug)]
pub struct Bench {
    wine: Wine,
    prefix: Prefix,
    artifacts: PathBuf,
    log: Arc<Log>,
    pnp: Option<PnpServer>,
    overrides: String,
    variables: BTreeMap<String, String>,
    /// Devices whose packages are installed; they stay so when they are removed.
    installed: HashSet<String>,
}

impl Bench {
    /// Makes a prefix at `dir`, replacing what stands there. `artifacts` holds what was built:
    /// `pnp.sys`, `pnpctl.exe` and `bcryptprimitives.dll`, the programs that [`Bench::run`] is
    /// asked for, and `WDFLDR.SYS` unless the drivers are plain WDM ones.
    ///
    /// Prefixes in one parent folder share a template; the first takes Wine some 20 s.
    /// The log is `dir` with `.log` added.
    pub fn create(dir: &Path, artifacts: &Path) -> Result<Self> {
        let absolute = |path: &Path| {
            std::path::absolute(path).map_err(Error::io(format!("can't find {}", path.display())))
        };
        let (dir, artifacts) = (absolute(dir)?, absolute(artifacts)?);
        let artifact = |name: &str| {
            let file = artifacts.join(name);
            if file.is_file() {
                Ok(file)
            } else {
                Err(Error::Missing(file))
            }
        };
        let library = artifact("bcryptprimitives.dll")?;
        let pnp = artifact("pnp.sys")?;
        artifact("pnpctl.exe")?;
        let wine = Wine::find()?;
        // What an earlier run that was killed left behind.
        wine.end(&dir)?;
        let prefix = Prefix::create(&wine, &dir)?;
        let mut log_path = dir.clone().into_os_string();
        log_path.push(".log");
        let log = Arc::new(Log::create(Path::new(&log_path))?);
        prefix.install_library(&library)?;
        prefix.install_driver_file(&pnp, "pnp.sys")?;
        prefix.append_registry(&services::service("pnp", "pnp.sys", Start::Auto)?)?;
        if let Ok(framework) = artifact("WDFLDR.SYS") {
            prefix.install_driver_file(&framework, "WDFLDR.SYS")?;
        }
        Ok(Self {
            wine,
            prefix,
            artifacts,
            log,
            pnp: None,
            overrides: String::new(),
            variables: BTreeMap::new(),
            installed: HashSet::new(),
        })
    }

    /// Installs a driver as a kernel service, to be loaded with the first device that names it.
    /// The bench must not be started yet.
    pub fn install_driver(&mut self, name: &str, sys_file: &Path) -> Result<()> {
        if self.pnp.is_some() {
            return Err(Error::AlreadyStarted(name.to_owned()));
        }
        let image = format!("{name}.sys");
        let text = services::service(name, &image, Start::Demand)?;
        self.prefix.install_driver_file(sys_file, &image)?;
        self.prefix.append_registry(&text)
    }

    /// Puts a library into `system32` under a name, in the place of Wine's own if there is one.
    pub fn install_library(&self, file: &Path, name: &str) -> Result<()> {
        self.prefix.install_library_as(file, name)
    }

    /// From now on, programs take these libraries as WINEDLLOVERRIDES says: `cfgmgr32=n,b` takes
    /// one from the program's folder, `mprapi=` none at all.
    pub fn override_libraries(&mut self, overrides: &str) {
        overrides.clone_into(&mut self.overrides);
    }

    /// From now on, programs have this variable in their environment.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Sets a value below a driver's `Parameters\Wdf` key, which the framework stand-in reads when
    /// the driver is loaded (see `linux/kmdf/README.md`), before or after the bench is started.
    pub fn set(&mut self, service: &str, name: &str, value: u32) -> Result<()> {
        if self.pnp.is_some() {
            self.pnp(&format!("setting {service} {name} {value}"))?;
            return Ok(());
        }
        let text = services::setting(service, name, value)?;
        self.prefix.append_registry(&text)
    }

    /// Starts the prefix and `pnp.sys` in it.
    pub fn start_pnp(&mut self) -> Result<()> {
        if self.pnp.is_none() {
            let program = self.artifacts.join("pnpctl.exe");
            let command = self
                .wine
                .command(self.prefix.root(), &program, DRIVER_DEBUG);
            self.pnp = Some(PnpServer::start(command, self.log.clone(), BOOT)?);
        }
        self.check()
    }

    /// Builds a device's stack and starts the device.
    pub fn add_unit(&mut self, unit: &UnitSpec) -> Result<()> {
        self.add_stack(unit)?;
        self.pnp(&format!("start {}", unit.instance))?;
        Ok(())
    }

    /// Builds a device's stack: loads its drivers and calls their AddDevice.
    pub fn add_stack(&mut self, unit: &UnitSpec) -> Result<()> {
        services::check_instance(&unit.instance)?;
        let mut command = format!("add {}", unit.instance);
        let mut option = |name: &str, values: &[String]| {
            if !values.is_empty() {
                command += &format!(" --{name} {}", values.join(","));
            }
        };
        match &unit.drivers {
            Drivers::Service(service) => {
                option("service", std::slice::from_ref(service));
                option("upper-filters", &unit.upper_filters);
                option("hardware-ids", &unit.hardware_ids);
            }
            Drivers::Packages(packages) => {
                option("above", &unit.upper_filters);
                if self.installed.insert(unit.instance.clone()) {
                    for inf in packages {
                        self.install(inf, unit)?;
                    }
                }
            }
        }
        self.pnp(&command)?;
        Ok(())
    }

    /// Copies the files of a driver package and installs its services, as its INF says.
    pub fn stage(&mut self, inf: &Path) -> Result<()> {
        let path = windows_path(inf)?;
        self.pnp(&format!("stage {path}"))?;
        Ok(())
    }

    /// What Windows' setupapi, as Wine has it, reads in an INF: for each section its name in
    /// brackets, then its lines, with key and fields separated by tabs.
    pub fn read_inf(&mut self, inf: &Path) -> Result<String> {
        let path = windows_path(inf)?;
        Ok(self.pnp(&format!("inf {path}"))?.text)
    }

    fn install(&mut self, inf: &Path, unit: &UnitSpec) -> Result<()> {
        let path = windows_path(inf)?;
        let mut command = format!("install {path} {}", unit.instance);
        if !unit.hardware_ids.is_empty() {
            command += &format!(" --hardware-ids {}", unit.hardware_ids.join(","));
        }
        self.pnp(&command)?;
        Ok(())
    }

    /// Removes a device: asks its stack, then removes it and unloads drivers without devices.
    pub fn remove_unit(&mut self, instance: &str) -> Result<()> {
        self.pnp(&format!("remove {instance}"))?;
        Ok(())
    }

    /// Gives a command as `pnpctl` takes it, which must succeed.
    pub fn pnp(&mut self, command: &str) -> Result<PnpReply> {
        self.server()?.run(command, PNP)
    }

    /// Gives a command without waiting for its end.
    pub fn pnp_start(&mut self, command: &str) -> Result<PendingPnp> {
        self.check()?;
        self.server()?.send(command)
    }

    /// Waits for a command that [`Bench::pnp_start`] gave; its status may be a failure.
    pub fn pnp_finish(&mut self, pending: &PendingPnp, limit: Duration) -> Result<PnpReply> {
        let reply = self.server()?.answer(pending, limit)?;
        self.check()?;
        Ok(reply)
    }

    /// The devices that there are.
    pub fn devices(&mut self) -> Result<Vec<DeviceLine>> {
        self.server()?.list(PNP)
    }

    /// Runs a program of the artifacts folder (or one of Wine's own, if no such file is there)
    /// and waits for its end; one that takes too long is killed.
    pub fn run(&self, program: &str, args: &[&str], limit: Duration) -> Result<Output> {
        let mut child = self.spawn(program, args)?;
        child.close_stdin();
        let output = child.wait_timeout(limit)?;
        self.check()?;
        Ok(output)
    }

    /// Starts a program; it is killed when dropped.
    pub fn spawn(&self, program: &str, args: &[&str]) -> Result<Child> {
        self.check()?;
        if self.pnp.is_none() {
            // Its log settings would become those of the drivers.
            return Err(Error::NotStarted);
        }
        let file = self.artifacts.join(program);
        let path = if file.is_file() {
            file
        } else {
            PathBuf::from(program)
        };
        let mut command = self.wine.command(self.prefix.root(), &path, PROGRAM_DEBUG);
        command.args(args).envs(&self.variables);
        if !self.overrides.is_empty() {
            command.env("WINEDLLOVERRIDES", wine::overrides(&self.overrides));
        }
        Child::spawn(command, program.to_owned(), self.log.clone())
    }

    /// The log of the drivers and of Wine.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// What the log holds up to now that makes a run fail.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        self.log.findings()
    }

    /// Fails if the log holds a finding.
    pub fn check(&self) -> Result<()> {
        self.log.check()
    }

    /// Removes all devices and unloads their drivers, so that what they leak is found, then ends
    /// the prefix.
    pub fn shutdown(mut self) -> Result<()> {
        self.check()?;
        if self.pnp.is_some() {
            for device in self.devices()? {
                self.pnp(&format!("remove {}", device.instance))?;
            }
            self.pnp("unload")?;
        }
        self.end()?;
        self.check()
    }

    fn server(&mut self) -> Result<&mut PnpServer> {
        self.pnp.as_mut().ok_or(Error::NotStarted)
    }

    fn end(&mut self) -> Result<()> {
        if let Some(mut server) = self.pnp.take() {
            server.close();
        }
        self.wine.end(self.prefix.root())
    }
}

/// The path by which a Windows program finds a file.
fn windows_path(file: &Path) -> Result<String> {
    let path = std::path::absolute(file)
        .map_err(Error::io(format!("can't find {}", file.display())))?
        .to_string_lossy()
        .replace('/', r"\");
    // Commands are words.
    if path.contains(char::is_whitespace) {
        return Err(Error::BadName(path, "path for pnpctl: it holds a space"));
    }
    Ok(format!("Z:{path}"))
}

impl Drop for Bench {
    fn drop(&mut self) {
        // An error here has nobody to go to; `shutdown` reports it.
        let _ = self.end();
    }
}
