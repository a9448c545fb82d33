//! The one test binary: real Postgres, real binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed, and says where")]

mod administer;
mod arch;
mod chain;
mod generated;
mod harness;
mod kpi;
mod property;
mod race;
mod reading;
mod schema;
mod support;
mod verbs;
mod webhooks;
