//! All SQL of the program. Every function takes `&mut PgConnection`, runs in the caller's
//! transaction, and makes no business decision.

pub mod admin;
pub mod audit;
pub mod complete;
pub mod contact;
pub mod conversation;
pub mod erasure;
pub mod kpi;
pub mod message;
pub mod operation;
pub mod schema;
pub mod server;
pub mod ticket;
pub mod webhook;

pub use server::connect::{Workspace, attempt, begin, commit, connect};
pub use server::failure::{is_astray, is_retryable};
