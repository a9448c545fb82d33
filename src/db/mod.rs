//! The only SQL. Every function takes `&mut PgConnection`, composes in the caller's transaction, and decides nothing.

pub mod audit;
pub mod chain;
pub mod commitment;
pub mod connect;
pub mod contact;
pub mod contact_list;
pub mod conversation;
mod copy;
pub mod delivery;
pub mod delivery_list;
pub mod demo;
pub mod directory;
pub mod episode;
pub mod erasure;
pub mod failure;
pub mod guards;
pub mod health;
pub mod kpi;
pub mod list;
pub mod message;
pub mod migrate;
pub mod operation;
pub mod past;
pub mod pooler;
pub mod progress;
pub mod resource;
pub mod roles;
pub mod run;
pub mod shift;
pub mod show;
pub mod ticket;
pub mod waiting;
pub mod why;
pub mod workspace;

pub use connect::{Workspace, attempt, begin, commit, connect};
pub use failure::{is_astray, is_retryable};
