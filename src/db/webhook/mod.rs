//! Deliveries of webhooks, and what could not be applied of them.

pub mod dead_letter;
pub mod delivery;
pub mod list;
pub mod notice;
pub mod route;
