//! The history, and the rows that `audit verify` and `audit seal` read from the history.

pub(crate) mod chains;
pub(crate) mod commitments;
pub mod reader;
pub mod seal;
pub mod trail;
