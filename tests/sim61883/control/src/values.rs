//! What the fields of requests and replies hold.

/// In a [`PlugPlace`](crate::PlugPlace): nothing, or anything.
pub const NONE: u16 = u16::MAX;
/// In a [`PlugPlace`](crate::PlugPlace): this computer.
pub const LOCAL: u16 = 0xFFFE;
/// In place of a function: any.
pub const ANY_FUNCTION: u32 = u32::MAX;
/// In place of a function of 61883.h: an asynchronous read over the bus.
pub const ASYNC_READ: u32 = 0x1394;
/// In a [`RegisterReply`](crate::RegisterReply): no node answered.
pub const NO_ACKNOWLEDGE: u32 = u32::MAX;

/// What a [`DropRequest`](crate::DropRequest) picks by.
pub mod drop_by {
    /// All connections.
    pub const ALL: u32 = 0;
    /// The one at an index.
    pub const INDEX: u32 = 1;
    /// Those of plugs.
    pub const PLUGS: u32 = 2;
}

/// What a rule does with a request.
pub mod action {
    /// Holds it; a cancel completes it.
    pub const HOLD: u32 = 0;
    /// Holds it; a cancel is not heard.
    pub const HOLD_UNCANCELLABLE: u32 = 1;
    /// Fails it, with nothing done.
    pub const FAIL: u32 = 2;
}

/// How requests are answered that no rule is for.
pub mod mode {
    /// Within the call.
    pub const SYNCHRONOUS: u32 = 0;
    /// From a timer.
    pub const ASYNCHRONOUS: u32 = 1;
}

/// What a [`CallbacksRequest`](crate::CallbacksRequest) changes.
pub mod callbacks {
    /// No routine is called, until the release. A call whose reason came before its routine was
    /// deregistered is made at the release all the same.
    pub const HOLD: u32 = 0;
    /// Routines are called again, those first that waited.
    pub const RELEASE: u32 = 1;
    /// Routines are called this long after the reason.
    pub const DELAY: u32 = 2;
}
