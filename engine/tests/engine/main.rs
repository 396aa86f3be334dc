//! Tests of the engine.
//!
//! | module | what it shows |
//! |---|---|
//! | [`decode`] | each mistake in a control request has its status |
//! | [`replies`] | what replies and lists hold |
//! | [`rules`] | single rules, one short story each |
//! | [`model`] | random histories agree with a plain reference model |
//!
//! [`play`] is the engine with all that it needs around it: the shell, the protocol driver, the
//! clients, and the reference model. The fuzzer plays with it too.

mod decode;
mod model;
mod play;
mod replies;
// Who may do what and when: nothing of it depends on memory, and Miri would take minutes.
#[cfg(not(miri))]
mod rules;
mod scene;
