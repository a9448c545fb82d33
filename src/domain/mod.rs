//! The vocabulary and its rules, pure: no SQL, no clock, no environment, no I/O.
