//! The vocabulary and its rules, pure: no SQL, no clock, no environment, no I/O.

pub mod ids;
pub mod words;
