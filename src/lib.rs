//! The library behind the `inbox` binary: a shared WhatsApp inbox over Postgres.

pub mod cli;
pub mod config;
pub mod domain;
pub mod error;
pub mod local;
pub mod output;
pub mod store;
pub mod verbs;
