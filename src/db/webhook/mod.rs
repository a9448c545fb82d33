//! Deliveries of webhooks, and the events that could not be applied.

pub mod dead_letter;
pub mod delivery;
pub mod list;
pub mod notice;
pub mod route;
