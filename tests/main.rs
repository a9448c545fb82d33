//! The one test binary: real Postgres, real binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed, and says where")]

mod administer;
mod arch;
mod chain;
mod command_line;
mod completion;
mod connecting;
mod demo;
mod environment;
mod erasure;
mod faults;
mod generated;
mod harness;
mod held;
mod ingest;
mod kpi;
mod load;
mod outages;
mod poolers;
mod property;
mod prove;
mod race;
mod reading;
mod readme;
mod scale;
mod schema;
mod serve;
mod serving;
mod stalling;
mod support;
mod terminal;
mod verbs;
mod webhooks;
