//! The library behind the `inbox` binary: a shared WhatsApp inbox over Postgres.
//!
//! # Layers
//!
//! ```text
//! main → cli ─┬→ verbs → db → domain          all → error
//!             ├→ audit → db                      config: cli, serve and demo only
//!             ├→ output ───────→ domain
//!             ├→ serve → worker → verbs → db
//!             └→ demo → output, db, client
//! ```
//!
//! | layer | content | must not contain |
//! |---|---|---|
//! | [`domain`] | the pure rules: ids, the state machine of a conversation, times, filters, KPI arithmetic, WhatsApp's payloads | SQL, tokio, clock, environment |
//! | [`db`] | the only SQL, as plain functions over `&mut PgConnection` that run in the caller's transaction, grouped by subject | decisions, printing |
//! | [`verbs`] | one file for each kind of change | SQL, printing, prompts, begin or commit |
//! | [`audit`] | the engine of `audit verify` and `audit seal`: reads chains and texts, and checks them | SQL, printing |
//! | [`output`] | the only code that writes to a terminal: one row definition feeds every format | database |
//! | `worker` | applies deliveries, ends snoozes and offers | cli, output |
//! | `serve` | HTTP: verify, store, answer | cli, output |
//! | [`client`] | outgoing HTTP: signed webhooks, as WhatsApp sends them | cli, output |
//! | `demo` | simulates a day with the real commands, and shows some of them | SQL |
//! | [`cli`] | one file in `cli/commands/` for each command, with its `Args`, whose doc comments are the help, and `run` | SQL, `println!`, business rules |
//!
//! [`local`] is the embedded Postgres. [`config`] contains the settings and their origins. [`error`]
//! defines the only error type, whose kind determines the exit code and the HTTP status.
//!
//! # Reading and changing
//!
//! A command that reads calls `session::read` (one consistent view, then the rows) or
//! `session::print` (rows while they are read) of `cli::session`. A change goes through
//! `cli::write`, and gets the same session with its operation.
//!
//! # The write path
//!
//! `cli::write` begins a transaction and opens an *operation*, which records the actor, the verb and
//! the client. For a repeated key, it returns the stored result. It passes the operation to a verb.
//! [`verbs::batch`] locks the selected conversations in the order of their ids. A pure function in
//! [`domain::conversation`] returns the next state of each conversation, or the reason of a refusal.
//! One call of [`db::conversation`] records all changes, whether one or ten thousand. The operation
//! ends with its counts, and everything commits together. With `--dry-run`, everything is rolled
//! back.
//!
//! A webhook takes the same path. `serve` stores its bytes durably and answers. A worker then applies
//! it, and marks it as applied in the same transaction. [`verbs::ingest`] credits a reply that was
//! written in another client to the agent who owned the conversation at the message's time.
//!
//! # The rules
//!
//! Only definer functions of the database change an audited table. These functions are
//! `record_conversations`, `open_tickets`, `put_resource` and others in `migrations/code/`. They
//! check a change against the rows of `event_rules()` and `permissions()` (`20_rules.sql`). Guards
//! (`40_guards.sql`) check that rows and events agree, even for changes in psql.
//! [`domain::conversation`] repeats the rules that it needs to explain a refusal. If the two differ,
//! the database is right, and a test compares them.
//!
//! [`decisions`] lists the reasons and the rejected alternatives. [`walkthroughs`] follows a verb, a
//! webhook, a report and a verification through the code. `CONTRIBUTING.md` describes how to add a
//! command, an event or a metric.

pub mod audit;
pub mod cli;
pub mod client;
pub mod config;
pub mod db;
pub mod demo;
pub mod domain;
pub mod error;
pub mod local;
pub mod output;
pub mod serve;
pub mod telemetry;
pub mod verbs;
pub mod worker;

#[doc = include_str!("../docs/walkthroughs.md")]
pub mod walkthroughs {}

/// The main decisions about the code, each with its date and the rejected alternatives.
///
#[doc = include_str!("../docs/decisions/01-functions.md")]
#[doc = include_str!("../docs/decisions/02-statement-guards.md")]
#[doc = include_str!("../docs/decisions/03-chains.md")]
#[doc = include_str!("../docs/decisions/04-one-clock.md")]
#[doc = include_str!("../docs/decisions/05-plain-functions.md")]
#[doc = include_str!("../docs/decisions/06-one-name-space.md")]
#[doc = include_str!("../docs/decisions/07-erasure.md")]
#[doc = include_str!("../docs/decisions/08-past.md")]
#[doc = include_str!("../docs/decisions/09-message-versions.md")]
#[doc = include_str!("../docs/decisions/10-rosters.md")]
#[doc = include_str!("../docs/decisions/11-deliveries.md")]
#[doc = include_str!("../docs/decisions/12-one-schema.md")]
pub mod decisions {}
