//! Access to the server: connections, transactions, failures, and the server's own state.

pub mod connect;
pub(crate) mod copy;
pub mod failure;
pub mod health;
pub mod pooler;
pub mod progress;
pub mod waiting;
