//! Deliveries of webhooks, and what could not be applied of them.

pub mod delivery;
pub mod list;
