//! The engine with all that it needs around it, to be played with.
//!
//! | module | what it plays |
//! |---|---|
//! | [`lower`] | the protocol driver, strict about what it is asked |
//! | [`world`] | the shell, the clients, other drivers; and the reference model |
//! | [`history`] | any bytes, read as a history of the world |
//!
//! The model says what must be true of what happened, not how the engine does it: each client
//! gets the answer of whatever ended its wait first; what was made is undone by what made it, for
//! a reason; every event and list agrees with that. It is checked at every step, and whenever the
//! engine has nothing to order.
// Whoever includes this uses a part of it.
#![allow(dead_code)]

pub(crate) mod history;
pub(crate) mod lower;
pub(crate) mod world;
