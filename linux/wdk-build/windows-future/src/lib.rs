#![no_std]
//! Nothing, for hosts that have no Windows.
