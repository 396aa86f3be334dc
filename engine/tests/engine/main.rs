//! Tests of the engine.
//!
//! | module | what it shows |
//! |---|---|
//! | [`decode`] | each mistake in a control request has its status |
//! | [`replies`] | what replies and lists hold |
//! | [`rules`] | single rules, one short story each |
//! | [`model`] | random histories agree with a plain reference model |
//!
//! [`world`] plays the shell and keeps the reference model, [`lower`] plays the protocol driver.

mod decode;
mod lower;
mod model;
mod replies;
// Who may do what and when: nothing of it depends on memory, and Miri would take minutes.
#[cfg(not(miri))]
mod rules;
mod scene;
mod world;
