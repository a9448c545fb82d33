//! The domain types and their rules, as pure code: no SQL, no clock, no environment, no I/O.

pub mod chain;
pub mod conversation;
pub mod episode;
pub mod event;
pub mod filter;
pub mod ids;
pub mod kpi;
pub mod order;
pub mod period;
pub mod query;
pub mod reference;
pub mod run;
pub mod session;
pub mod setting;
pub mod shift;
pub mod staff_file;
pub mod time;
pub mod vocabulary;
pub mod whatsapp;
