// The public items of crate plug61883, without bodies and docs. Written by `cargo xtask header`;
// a test holds that it is up to date.
pub use asked::Asked;
pub use connection::{Connect, Connection, ConnectionInfo, ConnectionKind, End};
pub use directory::{AddDirectory, Directory, DirectoryInfo};
pub use driver::{Driver, DriverInfo, ProcessLimits};
pub use error::{Answer, Error, ErrorKind, ReplyFault, Source};
pub use event::{ConnectionEvent, Event, EventKind, PlugEvent, Reason};
pub use events::{Canceller, Events, Notice, Snapshot};
pub use local::{CreatePlug, LocalPlug};
pub use owner::Owner;
pub use platform::control::Device;
pub use plug::{Location, Plug, PlugInfo, PlugState, Speed, State};
pub use plug61883_abi as abi;
pub use plug61883_abi::av61883::{CipDataFormat, NodeAddress};
pub use plug61883_abi::ids::{
    ConnectionId, Direction, DirectoryId, ParseIdError, PlugId, UnitId,
};
pub use plug61883_abi::pcr::{Impr, Ipcr, Ompr, Opcr};
pub use plug61883_abi::status::NtStatus;
pub use register::{MasterPlugs, Register, RegisterPlace, RegisterRead};
pub use transport::{Access, Call, Completion, Failure, Transport};
pub use unit::{Unit, UnitState, UnitStatus, Units};
pub use unit_info::{
    AddressType, BusPlace, Capabilities, DiagLevel, IsochParams, UnitIds, UnitName,
};

// absent/control.rs

#[derive(Debug)]
pub struct Device();
impl Device {
    pub fn open(access: Access) -> Result<Self, Error> {}
    #[must_use]
    pub fn access(&self) -> Access {}
    #[must_use]
    pub fn control(
        &self,
        _code: u32,
        _input: &[u8],
        _output: &mut [u8],
        _cancel_after: Option<Duration>,
    ) -> Completion {}
}
impl Transport for Device {}

// windows/control.rs

#[derive(Debug)]
pub struct Device {}
impl Device {
    pub fn open(access: Access) -> Result<Self, Error> {}
    #[must_use]
    pub fn access(&self) -> Access {}
    #[must_use]
    pub fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        cancel_after: Option<Duration>,
    ) -> Completion {}
}
impl Transport for Device {}

// asked.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    Open { access: Access },
    Interface,
    Units,
    UnitInfo { unit: UnitId, level: u32 },
    SetUnitInfo { unit: UnitId, level: u32 },
    Plug { unit: UnitId, direction: Direction, number: u32 },
    PlugState { plug: PlugId },
    Plugs,
    CreatePlug { unit: UnitId, direction: Direction },
    Register { unit: UnitId, place: RegisterPlace },
    SetPlug { plug: PlugId },
    DeletePlug { plug: PlugId },
    PersistPlug { plug: PlugId },
    Connections,
    Connect { unit: UnitId, output: PlugId, input: PlugId },
    Disconnect { connection: ConnectionId },
    PersistConnection { connection: ConnectionId },
    BusReset { unit: UnitId },
    Directories,
    AddDirectory { unit: UnitId },
    RemoveDirectory { directory: DirectoryId },
    PersistDirectory { directory: DirectoryId },
    Events,
    Snapshot,
}
impl fmt::Display for Asked {}

// connection.rs

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Connect {}
impl Connect {
    pub fn new() -> Self {}
    pub fn output(self, plug: impl Into<PlugId>) -> Self {}
    pub fn input(self, plug: impl Into<PlugId>) -> Self {}
    pub fn format(self, format: CipDataFormat) -> Self {}
    pub fn broadcast(self, broadcast: bool) -> Self {}
    pub fn persist(self, persist: bool) -> Self {}
}
#[derive(Debug)]
#[must_use = "a connection that does not persist is broken when it is dropped"]
pub struct Connection {}
impl Connection {
    #[must_use]
    pub fn id(&self) -> ConnectionId {}
    #[must_use]
    pub fn is_persistent(&self) -> bool {}
    pub fn persist(&mut self) -> Result<Answer, Error> {}
    pub fn disconnect(mut self) -> Result<Answer, Error> {}
}
impl Drop for Connection {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionKind {
    Broadcast,
    PointToPoint,
    Other(u32),
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    Absent,
    Unnamed,
    Plug(PlugId),
}
impl End {
    #[must_use]
    pub const fn plug(self) -> Option<PlugId> {}
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    pub id: ConnectionId,
    pub unit: UnitId,
    pub output: End,
    pub input: End,
    pub kind: ConnectionKind,
    pub owner: Owner,
    pub made_at: u64,
    pub process_id: Option<u32>,
}

// directory.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct AddDirectory {}
impl AddDirectory {
    pub const fn new(spec_id: u32, sw_version: u32) -> Self {}
    pub const fn persist(self, persist: bool) -> Self {}
    pub const fn bus_reset(self, bus_reset: bool) -> Self {}
}
#[derive(Debug)]
#[must_use = "a unit directory that does not persist is removed when it is dropped"]
pub struct Directory {}
impl Directory {
    #[must_use]
    pub fn id(&self) -> DirectoryId {}
    #[must_use]
    pub fn is_persistent(&self) -> bool {}
    pub fn persist(&mut self) -> Result<Answer, Error> {}
    pub fn remove(mut self, bus_reset: bool) -> Result<Answer, Error> {}
}
impl Drop for Directory {}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryInfo {
    pub id: DirectoryId,
    pub unit: UnitId,
    pub spec_id: u32,
    pub sw_version: u32,
    pub owner: Owner,
    pub process_id: Option<u32>,
    pub made_at: u64,
}

// driver.rs

#[derive(Clone)]
pub struct Driver {}
impl fmt::Debug for Driver {}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriverInfo {
    pub version: [u16; 3],
    pub units: (u32, u32),
    pub handles: (u32, u32),
    pub connections: (u32, u32),
    pub plugs: (u32, u32),
    pub directories: (u32, u32),
    pub operations: (u32, u32),
    pub max_waits: u32,
    pub max_events: u32,
    pub process: ProcessLimits,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessLimits {
    pub handles: u32,
    pub connections: u32,
    pub plugs: u32,
    pub directories: u32,
    pub operations: u32,
}
impl Driver {
    pub fn open(access: Access) -> Result<Self, Error> {}
    pub fn with_transport(transport: impl Transport + 'static) -> Self {}
    #[must_use]
    pub fn timeout(mut self, time: Duration) -> Self {}
    #[must_use]
    pub fn cancel_after(mut self, time: Duration) -> Self {}
    pub fn cancel(&self) {}
    pub fn info(&self) -> Result<DriverInfo, Error> {}
}

// error.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Protocol,
    Plug61883,
    Windows,
}
impl fmt::Display for Source {}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: NtStatus,
    pub source: Source,
}
impl fmt::Display for Answer {}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyFault {
    Length { got: usize, wanted: usize },
    Size { said: u32, wanted: u64 },
    Origin(u32),
    Level(u32),
    Offset(u32),
    NoId,
    Count { count: u32, total: u32 },
    Long(usize),
    Unsettled,
    Complete(u32),
    Sequence { got: u64, due: u64 },
    NoEvent,
    PlugNumber(u32),
}
impl fmt::Display for ReplyFault {}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    NoDriver,
    Open { win32: u32 },
    Status(Answer),
    Version { driver: u16 },
    Reply(ReplyFault),
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {}
impl Error {
    #[must_use]
    pub const fn new(asked: Asked, kind: ErrorKind) -> Self {}
    #[must_use]
    pub const fn asked(&self) -> Asked {}
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {}
    #[must_use]
    pub const fn answer(&self) -> Option<Answer> {}
    #[must_use]
    pub const fn status(&self) -> Option<NtStatus> {}
    #[must_use]
    pub const fn source(&self) -> Option<Source> {}
    #[must_use]
    pub const fn is_no_driver(&self) -> bool {}
    #[must_use]
    pub fn is_unit_gone(&self) -> bool {}
    #[must_use]
    pub fn is_unsupported(&self) -> bool {}
    #[must_use]
    pub fn is_cancelled(&self) -> bool {}
    #[must_use]
    pub fn is_retryable(&self) -> bool {}
    #[must_use]
    pub fn said(&self) -> String {}
}
impl fmt::Display for Error {}
impl std::error::Error for Error {}

// event.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    pub sequence: u64,
    pub time: u64,
    pub unit: UnitId,
    pub kind: EventKind,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    UnitArrived,
    UnitRemoved,
    Connected(ConnectionEvent),
    Disconnected { connection: ConnectionEvent, reason: Reason },
    PlugCreated { plug: PlugEvent, register: Register },
    PlugRemoved { plug: PlugEvent, reason: Reason, register: Register },
    PlugChanged { plug: PlugEvent, old: Register, new: Register },
    BusReset { generation: u32, local: NodeAddress, device: NodeAddress },
    Unknown(u32),
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionEvent {
    pub id: ConnectionId,
    pub output: Option<PlugId>,
    pub input: Option<PlugId>,
    pub owner: Owner,
    pub process_id: Option<u32>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlugEvent {
    pub id: PlugId,
    pub owner: Owner,
    pub process_id: Option<u32>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    Asked,
    OwnerGone,
    UnitGone,
    Forced,
    Lost,
    Unknown(u32),
}

// events.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    Lost(u64),
    Event(Event),
}
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    pub sequence: u64,
    pub units: Vec<UnitStatus>,
    pub plugs: Vec<PlugInfo>,
    pub connections: Vec<ConnectionInfo>,
    pub directories: Vec<DirectoryInfo>,
}
#[derive(Debug)]
pub struct Events {}
#[derive(Clone, Debug)]
pub struct Canceller();
impl Canceller {
    pub fn cancel(&self) {}
}
impl Events {
    pub fn open() -> Result<Self, Error> {}
    #[must_use]
    pub fn of(driver: Driver) -> Self {}
    pub fn wait_at_most(&mut self, time: Option<Duration>) {}
    #[must_use]
    pub fn canceller(&self) -> Canceller {}
    #[must_use]
    pub fn is_cancelled(&self) -> bool {}
    pub fn next_batch(&mut self) -> Result<Option<Vec<Notice>>, Error> {}
    pub fn poll(&mut self) -> Result<Vec<Notice>, Error> {}
    pub fn snapshot(&mut self) -> Result<Snapshot, Error> {}
}
impl Iterator for Events {
    type Item = Result<Notice, Error>;
}

// links/mod.rs

pub use audio::{
    Audio, AudioConnector, AudioDevice, AudioDeviceKind, AudioFlow, AudioState,
    ConnectorInfo, ConnectorKind,
};
pub use belongs::{BelongsTo, FireWire, device_of_interface, is_1394_device};
pub use call::Call;
pub use codes::{ConfigRet, HResult, LinkCode, Problem, Win32};
pub use error::{LinkError, LinkErrorKind};
pub use machine::{DeviceList, DeviceNode, Machine};
pub use network::{
    NetConnection, NetConnectionInfo, NetList, NetMedia, NetState, Network,
};
pub use plugs::{PlugLink, plug_links};
pub use router::Router;
pub use teardown::{Entry, Outcome, Plan, Report, Selection, Summary, Survey, survey};
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    Plug,
    Machine,
    Audio,
    Router,
    Network,
}
impl Family {
    pub const ALL: [Self; 5] = [
        Self::Plug,
        Self::Machine,
        Self::Audio,
        Self::Router,
        Self::Network,
    ];
    #[must_use]
    pub const fn singular(self) -> &'static str {}
    #[must_use]
    pub const fn plural(self) -> &'static str {}
}
impl fmt::Display for Family {}
pub trait Link: fmt::Debug {
    fn family(&self) -> Family;
    fn id(&self) -> String;
    fn name(&self) -> String;
    fn belongs_to(&self) -> &BelongsTo;
    fn is_connected(&self) -> bool {}
    fn other_sides(&self) -> Vec<String> {}
    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError>;
}

// links/audio.rs

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConnectorKind {
    Unknown,
    PhysicalInternal,
    PhysicalExternal,
    SoftwareIo,
    SoftwareFixed,
    Network,
    Other(i32),
}
impl ConnectorKind {
    #[must_use]
    pub const fn from_raw(raw: i32) -> Self {}
}
impl fmt::Display for ConnectorKind {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioFlow {
    In,
    Out,
    Other(i32),
}
impl AudioFlow {
    #[must_use]
    pub const fn from_raw(raw: i32) -> Self {}
}
impl fmt::Display for AudioFlow {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioState {
    Active,
    Disabled,
    NotPresent,
    Unplugged,
    Other(u32),
}
impl AudioState {
    #[must_use]
    pub const fn from_raw(raw: u32) -> Self {}
}
impl fmt::Display for AudioState {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioDeviceKind {
    Endpoint,
    Adapter,
}
impl fmt::Display for AudioDeviceKind {}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectorInfo {
    pub id: String,
    pub name: String,
    pub kind: ConnectorKind,
    pub flow: Option<AudioFlow>,
    pub connected: Option<bool>,
    pub to_connector: Option<String>,
    pub to_device: Option<String>,
}
impl ConnectorInfo {
    #[must_use]
    pub fn short_id(&self) -> String {}
}
#[derive(Debug)]
pub struct AudioConnector {}
impl AudioConnector {
    #[must_use]
    pub const fn info(&self) -> &ConnectorInfo {}
}
#[cfg(windows)]
impl AudioConnector {
    pub fn from_interface(
        connector: &::windows::Win32::Media::Audio::IConnector,
    ) -> Result<Self, LinkError> {}
}
impl Link for AudioConnector {}
#[derive(Debug)]
#[non_exhaustive]
pub struct AudioDevice {
    pub id: String,
    pub kind: AudioDeviceKind,
    pub name: String,
    pub state: Option<AudioState>,
    pub belongs_to: BelongsTo,
    pub connectors: Vec<AudioConnector>,
    pub trouble: Option<LinkError>,
}
#[derive(Debug)]
pub struct Audio();
impl Audio {
    pub fn open() -> Result<Self, LinkError> {}
    pub fn devices(&self) -> Result<Vec<AudioDevice>, LinkError> {}
    pub fn connector(&self, word: &str) -> Result<AudioConnector, LinkError> {}
}
#[cfg(windows)]
impl Audio {
    pub fn from_interface(
        enumerator: &::windows::Win32::Media::Audio::IMMDeviceEnumerator,
    ) -> Result<Self, LinkError> {}
}

// links/belongs.rs

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FireWire {
    Yes,
    Perhaps,
    No,
    Unknown,
}
impl fmt::Display for FireWire {}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BelongsTo {
    pub device: Option<String>,
    pub fire_wire: FireWire,
}
impl BelongsTo {
    #[must_use]
    pub const fn no_device() -> Self {}
    #[must_use]
    pub fn unit(name: String) -> Self {}
    #[must_use]
    pub fn judge(device: Option<String>, parents: &[String], name: &str) -> Self {}
    #[must_use]
    pub fn is_fire_wire(&self) -> bool {}
}
#[must_use]
pub fn is_1394_device(instance: &str) -> bool {}
#[must_use]
pub fn device_of_interface(path: &str) -> Option<String> {}

// links/call.rs

impl Call {
    #[must_use]
    pub fn meaning(self, code: LinkCode) -> Option<&'static str> {}
    #[must_use]
    pub fn documented(self) -> Vec<LinkCode> {}
}
impl fmt::Display for Call {}

// links/codes/mod.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkCode {
    Status(NtStatus),
    ConfigRet(ConfigRet),
    HResult(HResult),
    Win32(Win32),
}
impl LinkCode {
    #[must_use]
    pub const fn number(self) -> u32 {}
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {}
    #[must_use]
    pub const fn meaning(self) -> Option<&'static str> {}
    #[must_use]
    pub const fn may_help_again(self) -> bool {}
    #[must_use]
    pub const fn is_success(self) -> bool {}
}
impl fmt::Display for LinkCode {}

// links/codes/config_ret.rs

impl fmt::Display for ConfigRet {}

// links/codes/hresult.rs

impl HResult {
    #[must_use]
    pub const fn is_success(self) -> bool {}
}
impl fmt::Display for HResult {}

// links/codes/problem.rs

impl fmt::Display for Problem {}

// links/codes/win32.rs

impl fmt::Display for Win32 {}

// links/error.rs

#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkErrorKind {
    Answer { call: Call, code: LinkCode },
    Nothing { call: Call },
    NeedsWindows,
    Unknown,
    Ambiguous { count: usize },
    BadName,
    Released,
    Unsettled,
    Plug(Error),
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {}
impl LinkError {
    #[must_use]
    pub const fn new(family: Family, kind: LinkErrorKind) -> Self {}
    #[must_use]
    pub const fn answer(call: Call, code: LinkCode) -> Self {}
    #[must_use]
    pub fn of(mut self, subject: &str) -> Self {}
    #[must_use]
    pub const fn family(&self) -> Family {}
    #[must_use]
    pub fn subject(&self) -> Option<&str> {}
    #[must_use]
    pub const fn kind(&self) -> &LinkErrorKind {}
    #[must_use]
    pub const fn call(&self) -> Option<Call> {}
    #[must_use]
    pub const fn code(&self) -> Option<LinkCode> {}
    #[must_use]
    pub const fn code_name(&self) -> Option<&'static str> {}
    #[must_use]
    pub fn meaning(&self) -> String {}
    #[must_use]
    pub fn is_already_disconnected(&self) -> bool {}
    #[must_use]
    pub fn may_not_be_broken(&self) -> bool {}
    #[must_use]
    pub fn may_help_again(&self) -> bool {}
    #[must_use]
    pub fn is_absent(&self) -> bool {}
    #[must_use]
    pub fn said(&self) -> String {}
}
impl fmt::Display for LinkError {}
impl std::error::Error for LinkError {}
impl From<Error> for LinkError {}

// links/machine.rs

#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceNode {
    pub instance: String,
    pub hardware_ids: Vec<String>,
    pub description: String,
    pub class: String,
    pub service: String,
    pub status: u32,
    pub problem: Problem,
}
impl DeviceNode {
    #[must_use]
    pub const fn is_loaded(&self) -> bool {}
    #[must_use]
    pub const fn is_started(&self) -> bool {}
    #[must_use]
    pub const fn has_problem(&self) -> Option<Problem> {}
    #[must_use]
    pub fn is_fire_wire(&self) -> bool {}
}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceList {
    pub devices: Vec<DeviceNode>,
    pub troubles: Vec<LinkError>,
}
#[derive(Debug)]
pub struct Machine {}
impl Machine {
    pub fn connect(host: Option<&str>) -> Result<Self, LinkError> {}
    #[must_use]
    pub fn host(&self) -> Option<&str> {}
    pub fn devices(&self) -> Result<DeviceList, LinkError> {}
}
impl Link for Machine {}

// links/network.rs

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NetState(pub i32);
impl NetState {
    pub const DISCONNECTED: Self = Self(0);
    pub const CONNECTING: Self = Self(1);
    pub const CONNECTED: Self = Self(2);
    pub const HARDWARE_NOT_PRESENT: Self = Self(4);
    #[must_use]
    pub const fn is_disconnected(self) -> bool {}
}
impl fmt::Display for NetState {}
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NetMedia(pub i32);
impl NetMedia {
    pub const LAN: Self = Self(3);
}
impl fmt::Display for NetMedia {}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetConnectionInfo {
    pub guid: String,
    pub name: String,
    pub device: String,
    pub state: NetState,
    pub media: NetMedia,
    pub belongs_to: BelongsTo,
}
impl NetConnectionInfo {
    #[must_use]
    pub fn is_over_1394(&self) -> bool {}
}
#[derive(Debug)]
pub struct NetConnection {}
impl NetConnection {
    #[must_use]
    pub const fn info(&self) -> &NetConnectionInfo {}
}
#[cfg(windows)]
impl NetConnection {
    pub fn from_interface(
        connection: &::windows::Win32::NetworkManagement::WindowsFirewall::INetConnection,
    ) -> Result<Self, LinkError> {}
}
impl Link for NetConnection {}
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct NetList {
    pub connections: Vec<NetConnection>,
    pub troubles: Vec<LinkError>,
}
#[derive(Debug)]
pub struct Network();
impl Network {
    pub fn open() -> Result<Self, LinkError> {}
    pub fn connections(&self) -> Result<NetList, LinkError> {}
    pub fn connection(&self, word: &str) -> Result<NetConnection, LinkError> {}
}
#[cfg(windows)]
impl Network {
    pub fn from_interface(
        manager: &::windows::Win32::NetworkManagement::WindowsFirewall::INetConnectionManager,
    ) -> Result<Self, LinkError> {}
}

// links/plugs.rs

#[derive(Debug)]
pub struct PlugLink {}
impl PlugLink {
    #[must_use]
    pub fn new(driver: &Driver, info: ConnectionInfo, force: bool) -> Self {}
    #[must_use]
    pub const fn info(&self) -> &ConnectionInfo {}
}
pub fn plug_links(driver: &Driver, force: bool) -> Result<Vec<PlugLink>, LinkError> {}
impl Link for PlugLink {}

// links/router.rs

#[derive(Debug)]
pub struct Router {}
impl Router {
    pub fn connect(server: Option<&str>) -> Result<Self, LinkError> {}
    #[must_use]
    pub fn server(&self) -> Option<&str> {}
}
impl Link for Router {}

// links/teardown/plan.rs

#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Selection {}
impl Default for Selection {}
impl Selection {
    pub fn new() -> Self {}
    pub fn only(families: &[Family]) -> Self {}
    pub fn naming(mut self, word: &str) -> Self {}
    #[must_use]
    pub fn has(&self, family: Family) -> bool {}
}
#[derive(Debug)]
pub struct Plan {}
impl Plan {
    #[must_use]
    pub fn new(survey: Survey, selection: &Selection) -> Self {}
    #[must_use]
    pub fn preview(&self) -> Report {}
    pub fn run(mut self, mut each: impl FnMut(&Entry)) -> Report {}
}

// links/teardown/report.rs

#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    WouldBreak,
    Broken(Option<LinkCode>),
    AlreadyGone(LinkError),
    MayNot(LinkError),
    Failed(LinkError),
    LeftAlone,
}
impl From<Result<Option<LinkCode>, LinkError>> for Outcome {}
impl Outcome {
    #[must_use]
    pub const fn error(&self) -> Option<&LinkError> {}
    #[must_use]
    pub const fn code(&self) -> Option<LinkCode> {}
}
impl fmt::Display for Outcome {}
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    pub family: Family,
    pub id: String,
    pub name: String,
    pub belongs_to: BelongsTo,
    pub outcome: Outcome,
}
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    pub would_break: usize,
    pub broken: usize,
    pub already_gone: usize,
    pub may_not: usize,
    pub failed: usize,
    pub left_alone: usize,
}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    pub families: Vec<Family>,
    pub entries: Vec<Entry>,
    pub troubles: Vec<LinkError>,
}
impl Report {
    #[must_use]
    pub fn summary(&self) -> Summary {}
    #[must_use]
    pub fn is_clean(&self) -> bool {}
    #[must_use]
    pub fn is_absent(&self) -> bool {}
}

// links/teardown/survey.rs

#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Survey {
    pub links: Vec<Box<dyn Link>>,
    pub troubles: Vec<LinkError>,
}
impl Survey {
    #[must_use]
    pub fn of(links: Vec<Box<dyn Link>>) -> Self {}
}
pub fn survey(
    selection: &Selection,
    driver: impl FnOnce() -> Result<Driver, Error>,
) -> Survey {}

// local.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct CreatePlug {}
impl CreatePlug {
    pub const fn output(register: Opcr) -> Self {}
    pub const fn input(register: Ipcr) -> Self {}
    pub const fn new(register: Register) -> Self {}
    pub const fn persist(self, persist: bool) -> Self {}
}
#[derive(Debug)]
#[must_use = "a plug that does not persist is deleted when it is dropped"]
pub struct LocalPlug {}
impl LocalPlug {
    #[must_use]
    pub fn id(&self) -> PlugId {}
    #[must_use]
    pub fn unit(&self) -> UnitId {}
    #[must_use]
    pub fn direction(&self) -> Direction {}
    #[must_use]
    pub fn number(&self) -> u32 {}
    #[must_use]
    pub fn is_persistent(&self) -> bool {}
    pub fn state(&self) -> Result<PlugState, Error> {}
    pub fn set(&self, register: u32) -> Result<Answer, Error> {}
    pub fn persist(&mut self) -> Result<Answer, Error> {}
    pub fn delete(mut self) -> Result<Answer, Error> {}
}
impl From<&LocalPlug> for PlugId {}
impl fmt::Display for LocalPlug {}
impl Drop for LocalPlug {}

// owner.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    ThisHandle,
    OtherHandle,
    Driver,
    Foreign,
    Device,
    Other(u32),
}

// plug.rs

#[derive(Clone, Debug)]
pub struct Plug {}
impl Plug {
    #[must_use]
    pub fn id(&self) -> PlugId {}
    #[must_use]
    pub fn unit(&self) -> UnitId {}
    #[must_use]
    pub fn direction(&self) -> Direction {}
    #[must_use]
    pub fn number(&self) -> u32 {}
    pub fn state(&self) -> Result<PlugState, Error> {}
    pub fn register(&self) -> Result<Register, Error> {}
    pub fn set(&self, register: Register) -> Result<Answer, Error> {}
}
impl From<&Plug> for PlugId {}
impl fmt::Display for Plug {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Idle,
    Ready,
    Suspended,
    Active,
    Other(u32),
}
impl fmt::Display for State {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speed {
    S100,
    S200,
    S400,
    Other(u32),
}
impl Speed {
    #[must_use]
    pub const fn raw(self) -> u32 {}
}
impl fmt::Display for Speed {}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlugState {
    pub plug: PlugId,
    pub state: State,
    pub speed: Speed,
    pub payload: u32,
    pub point_to_point: u32,
    pub broadcast: u32,
    pub register: Option<Register>,
}
impl PlugState {
    #[must_use]
    pub fn online(&self) -> Option<bool> {}
    #[must_use]
    pub fn channel(&self) -> Option<u8> {}
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    Computer,
    Device,
    Other(u32),
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlugInfo {
    pub id: PlugId,
    pub unit: UnitId,
    pub direction: Option<Direction>,
    pub number: u32,
    pub location: Location,
    pub connections: u32,
    pub owner: Owner,
    pub process_id: Option<u32>,
    pub made_at: u64,
    pub register: Option<Register>,
}

// register.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    Output(Opcr),
    Input(Ipcr),
}
impl Register {
    #[must_use]
    pub const fn new(direction: Direction, bits: u32) -> Self {}
    #[must_use]
    pub const fn direction(self) -> Direction {}
    #[must_use]
    pub const fn speed(self) -> Option<Speed> {}
    #[must_use]
    pub const fn payload(self) -> Option<u16> {}
    #[must_use]
    pub const fn point_to_point(self) -> u8 {}
    #[must_use]
    pub const fn broadcast(self) -> u8 {}
    #[must_use]
    pub const fn bits(self) -> u32 {}
    #[must_use]
    pub const fn online(self) -> bool {}
    #[must_use]
    pub const fn channel(self) -> u8 {}
    #[must_use]
    pub const fn overhead_id(self) -> Option<u8> {}
    #[must_use]
    pub const fn bandwidth_units(self) -> Option<u32> {}
    #[must_use]
    pub const fn with_online(self, online: bool) -> Self {}
    #[must_use]
    pub const fn with_channel(self, channel: u8) -> Self {}
    #[must_use]
    pub const fn with_point_to_point(self, connections: u8) -> Self {}
    #[must_use]
    pub const fn with_broadcast(self, connections: u8) -> Self {}
    #[must_use]
    pub const fn with_speed(self, speed: Speed) -> Option<Self> {}
    #[must_use]
    pub const fn with_payload(self, quadlets: u16) -> Option<Self> {}
    #[must_use]
    pub const fn with_overhead_id(self, id: u8) -> Option<Self> {}
}
impl From<Opcr> for Register {}
impl From<Ipcr> for Register {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegisterPlace {
    Master(Direction),
    Plug(Direction, u32),
}
impl RegisterPlace {
    #[must_use]
    pub const fn offset(self) -> Option<u32> {}
}
impl fmt::Display for RegisterPlace {}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterRead {
    pub place: RegisterPlace,
    pub bits: u32,
    pub generation: u32,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MasterPlugs {
    pub output: Ompr,
    pub input: Impr,
}

// requests.rs

impl Driver {
    pub fn connections(
        &self,
        unit: Option<UnitId>,
    ) -> Result<Vec<ConnectionInfo>, Error> {}
    pub fn known_plugs(&self, unit: Option<UnitId>) -> Result<Vec<PlugInfo>, Error> {}
    pub fn directories(
        &self,
        unit: Option<UnitId>,
    ) -> Result<Vec<DirectoryInfo>, Error> {}
    pub fn disconnect(
        &self,
        connection: ConnectionId,
        force: bool,
    ) -> Result<Answer, Error> {}
    pub fn plug_state(&self, plug: PlugId) -> Result<PlugState, Error> {}
    pub fn read_register(
        &self,
        unit: UnitId,
        place: RegisterPlace,
    ) -> Result<RegisterRead, Error> {}
    pub fn set_plug(&self, plug: PlugId, register: u32) -> Result<Answer, Error> {}
    pub fn delete_plug(&self, plug: PlugId, force: bool) -> Result<Answer, Error> {}
    pub fn remove_directory(
        &self,
        directory: DirectoryId,
        force: bool,
        bus_reset: bool,
    ) -> Result<Answer, Error> {}
    pub fn persist_connection(&self, connection: ConnectionId) -> Result<Answer, Error> {}
    pub fn persist_plug(&self, plug: PlugId) -> Result<Answer, Error> {}
    pub fn persist_directory(&self, directory: DirectoryId) -> Result<Answer, Error> {}
}

// system.rs

pub const SERVICE: &str = "plug61883";
pub const PROTOCOL_SERVICE: &str = "61883";
pub const HARDWARE_IDS: [&str; 4] = [
    r"1394\A02D&10000",
    r"1394\A02D&10001",
    r"V1394\A02D&10000",
    r"V1394\A02D&10001",
];
pub type Fact<T> = Result<T, Unread>;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unread {
    pub win32: u32,
}
impl fmt::Display for Unread {}
impl std::error::Error for Unread {}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFacts {
    pub version: Fact<[u32; 3]>,
    pub service: Fact<Option<Service>>,
    pub units: Fact<Vec<UnitDevice>>,
    pub signing: Fact<Signing>,
    pub secure_boot: Fact<Option<bool>>,
}
impl SystemFacts {
    #[must_use]
    pub fn gather() -> Option<Self> {}
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    pub state: ServiceState,
    pub exit_code: u32,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceState {
    Stopped,
    Running,
    Changing,
}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitDevice {
    pub instance: String,
    pub name: String,
    pub hardware_ids: Vec<String>,
    pub service: String,
    pub upper_filters: Vec<String>,
    pub stack: Option<Vec<String>>,
    pub started: Option<bool>,
    pub problem: Option<u32>,
}
impl UnitDevice {
    #[must_use]
    pub fn is_unit(&self) -> bool {}
    #[must_use]
    pub fn is_filtered(&self) -> bool {}
    #[must_use]
    pub fn is_to_be_filtered(&self) -> bool {}
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signing {
    pub enforced: bool,
    pub test: bool,
    pub memory_integrity: bool,
}
impl Signing {
    #[must_use]
    pub const fn from_options(options: u32) -> Self {}
}

// transport.rs

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Query,
    Change,
}
impl Access {
    #[must_use]
    pub const fn allows(self, code: u32) -> bool {}
}
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    pub code: u32,
    pub input: &'a [u8],
    pub cancel_after: Option<Duration>,
}
impl<'a> Call<'a> {
    #[must_use]
    pub const fn new(code: u32, input: &'a [u8]) -> Self {}
    #[must_use]
    pub const fn cancel_after(mut self, time: Option<Duration>) -> Self {}
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    pub status: NtStatus,
    pub information: usize,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    pub status: NtStatus,
    pub source: Source,
}
pub trait Transport: Send + Sync {
    fn ioctl(&self, call: &Call<'_>, output: &mut [u8]) -> Result<usize, Failure>;
    fn cancel(&self);
}

// unit.rs

#[derive(Clone, Debug)]
pub struct Units();
impl Units {
    pub fn enumerate(driver: &Driver) -> Result<Self, Error> {}
    #[must_use]
    pub fn len(&self) -> usize {}
    #[must_use]
    pub fn is_empty(&self) -> bool {}
    pub fn iter(&self) -> std::slice::Iter<'_, Unit> {}
    #[must_use]
    pub fn get(&self, id: UnitId) -> Option<&Unit> {}
}
impl IntoIterator for Units {
    type Item = Unit;
    type IntoIter = std::vec::IntoIter<Unit>;
}
impl<'a> IntoIterator for &'a Units {
    type Item = &'a Unit;
    type IntoIter = std::slice::Iter<'a, Unit>;
}
#[derive(Clone, Debug)]
pub struct Unit {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitState {
    Asking,
    Managed,
    Unsupported,
    Other(u32),
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnitStatus {
    pub id: UnitId,
    pub ddi_version: Option<u32>,
    pub connections: u32,
    pub operations: u32,
    pub state: UnitState,
}
impl Unit {
    #[must_use]
    pub fn by_id(driver: &Driver, id: UnitId) -> Self {}
    #[must_use]
    pub fn id(&self) -> UnitId {}
    #[must_use]
    pub fn listed(&self) -> Option<&UnitStatus> {}
    #[must_use]
    pub fn connection_count(&self) -> u32 {}
    #[must_use]
    pub fn operation_count(&self) -> u32 {}
    #[must_use]
    pub fn is_unsupported(&self) -> bool {}
    pub fn plug(&self, direction: Direction, number: u32) -> Result<Plug, Error> {}
    pub fn plugs(&self) -> Result<Vec<(Direction, u32)>, Error> {}
    pub fn master_plugs(&self) -> Result<MasterPlugs, Error> {}
    pub fn register(
        &self,
        direction: Direction,
        number: u32,
    ) -> Result<Register, Error> {}
    pub fn connect(&self, connect: &Connect) -> Result<Connection, Error> {}
    pub fn connections(&self) -> Result<Vec<ConnectionInfo>, Error> {}
    pub fn create_plug(&self, create: &CreatePlug) -> Result<LocalPlug, Error> {}
    pub fn add_directory(&self, add: &AddDirectory) -> Result<Directory, Error> {}
    pub fn bus_reset(&self) -> Result<Answer, Error> {}
}

// unit_info.rs

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitName {
    pub text: String,
    pub cut: bool,
}
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnitIds {
    pub eui64: u64,
    pub vendor_id: u32,
    pub model_id: u32,
    pub unit_model_id: u32,
    pub vendor: UnitName,
    pub model: UnitName,
    pub unit_model: UnitName,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    pub output_plugs: u32,
    pub input_plugs: u32,
    pub speed: Speed,
    pub command_sets: u32,
    pub hardware_flags: u32,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusPlace {
    pub generation: u32,
    pub local: NodeAddress,
    pub device: NodeAddress,
}
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IsochParams {
    pub receive_packets: u32,
    pub receive_descriptors: u32,
    pub transmit_packets: u32,
    pub transmit_descriptors: u32,
}
impl From<UnitIsochParams> for IsochParams {}
impl From<IsochParams> for UnitIsochParams {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressType {
    Global,
    Exclusive,
}
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DiagLevel(pub u32);
impl DiagLevel {
    pub const NAMES: [(u32, &'static str); 7] = [
        (diag_level::IGNORE_OPLUG, "ignore-oplug"),
        (diag_level::IGNORE_IPLUG, "ignore-iplug"),
        (diag_level::SET_CHANNEL_63, "set-channel-63"),
        (diag_level::IPCR_IGNORE_FREE, "ipcr-ignore-free"),
        (diag_level::HIDE_OPLUG, "hide-oplug"),
        (diag_level::IPCR_ALWAYS_ALLOC, "ipcr-always-alloc"),
        (diag_level::SPECIFY_BLOCK_SIZE, "specify-block-size"),
    ];
}
impl fmt::Display for DiagLevel {}
impl Unit {
    pub fn ids(&self) -> Result<UnitIds, Error> {}
    pub fn capabilities(&self) -> Result<Capabilities, Error> {}
    pub fn computer_capabilities(&self) -> Result<Capabilities, Error> {}
    pub fn isoch_params(&self) -> Result<IsochParams, Error> {}
    pub fn place(&self) -> Result<BusPlace, Error> {}
    pub fn ddi_version(&self) -> Result<u32, Error> {}
    pub fn diag_level(&self) -> Result<DiagLevel, Error> {}
    pub fn set_isoch_params(&self, params: IsochParams) -> Result<Answer, Error> {}
    pub fn set_address_type(&self, address_type: AddressType) -> Result<Answer, Error> {}
    pub fn set_diag_level(
        &self,
        level: DiagLevel,
        allow: bool,
    ) -> Result<Answer, Error> {}
}
