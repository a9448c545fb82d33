//! The history, and what `audit verify` and `audit seal` read of it.

pub mod chains;
pub mod commitments;
pub mod trail;
