//! What may happen in a history, read from any bytes.

/// Bytes of an [`Op`].
pub(crate) const BYTES: usize = 6;

/// One thing that happens; numbers pick among what is there.
#[derive(Clone, Copy)]
pub(crate) struct Op {
    pub(crate) what: What,
    /// Of a handle, a client, a unit, whatever it is for.
    pub(crate) pick: u8,
    pub(crate) a: u8,
    pub(crate) b: u8,
    pub(crate) c: u8,
    pub(crate) d: u8,
}

impl std::fmt::Debug for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            what,
            pick,
            a,
            b,
            c,
            d,
        } = self;
        write!(f, "{what:?}({pick}, {a}, {b}, {c}, {d})")
    }
}

impl Op {
    /// Every byte string of this length is an op.
    pub(crate) fn from_bytes([what, pick, a, b, c, d]: [u8; BYTES]) -> Self {
        Self {
            what: What::from_byte(what),
            pick,
            a,
            b,
            c,
            d,
        }
    }
}

macro_rules! whats {
    ($($(#[$meta:meta])* $name:ident $weight:literal,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum What {
            $($(#[$meta])* $name,)*
        }

        /// How likely each is.
        const WEIGHTS: &[(What, u32)] = &[$((What::$name, $weight),)*];
    };
}

whats! {
    Settle 4,
    Run 4,
    /// Takes an order.
    Next 30,
    Open 3,
    Cleanup 2,
    Close 2,
    Arrive 2,
    Leave 1,
    Left 1,
    Suspend 2,
    Restart 3,
    /// Begins a command, without starting it.
    Begin 4,
    Start 4,
    Arm 4,
    /// A command that makes or asks for something.
    Request 20,
    /// One that undoes something.
    Undo 12,
    /// Something is handed over to the driver.
    Persist 3,
    Cancel 4,
    /// Time goes on, timers fire.
    Pass 4,
    /// A timer fires at another time than its own.
    Expire 1,
    PassDown 8,
    Return 14,
    Complete 18,
    Deliver 14,
    Release 10,
    Wait 6,
    WaitKept 5,
    WaitEnded 1,
    WakeStep 6,
    ForeignMake 5,
    ForeignUndo 3,
    ForeignStep 6,
    /// The protocol driver calls.
    BusReset 3,
    Notify 3,
    Monitor 2,
    /// The protocol driver can't make a connection again.
    Lose 2,
    /// A plug of a device gets another handle.
    Replug 1,
    Snapshot 1,
}

impl What {
    fn from_byte(byte: u8) -> Self {
        let total: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
        let mut place = u32::from(byte) * total / 256;
        for (what, weight) in WEIGHTS {
            match place.checked_sub(*weight) {
                Some(rest) => place = rest,
                None => return *what,
            }
        }
        Self::Settle
    }
}
