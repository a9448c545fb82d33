//! The one test binary: real Postgres, real binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed, and says where")]

mod chain;
mod harness;
mod reading;
mod kpi;
mod support;
mod webhooks;
