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
//! | layer | is | must not |
//! |---|---|---|
//! | [`domain`] | the vocabulary and its rules, pure: ids, the state machine of a conversation, times, filters, KPI arithmetic, WhatsApp's payloads | SQL, tokio, clock, environment |
//! | [`db`] | the only SQL, as plain functions over `&mut PgConnection` that compose in the caller's transaction, grouped by what they are about | decide, print |
//! | [`verbs`] | one file for each thing that changes the world | SQL, print, prompt, begin or commit |
//! | [`audit`] | the engine of `audit verify` and `audit seal`: reads chains and texts, and judges them | SQL, print |
//! | [`output`] | the only code that writes to a terminal: one row definition feeds every format | database |
//! | `worker` | applies deliveries, ends snoozes and offers | cli, output |
//! | `serve` | HTTP: verify, store, answer | cli, output |
//! | [`client`] | outgoing HTTP: signed webhooks, as WhatsApp sends them | cli, output |
//! | `demo` | plays a made-up day with the real commands, and shows some of them | SQL |
//! | [`cli`] | `cli/commands/` is the tree of commands: a file for each, with its `Args`, whose doc comments are the help, and `run` | SQL, `println!`, business rules |
//!
//! [`local`] is the embedded Postgres, [`config`] the settings and where each came from, [`error`]
//! the one error type: two total matches over its kind give the exit code and the HTTP status.
//!
//! # Reading and changing
//!
//! A command that reads calls `session::read` (one consistent view, then the rows) or
//! `session::print` (rows while they are read) of `cli::session`. A change goes through
//! `cli::write`, and gets the same session with its operation.
//!
//! # The write path
//!
//! `cli::write` begins a transaction, opens an *operation* (who, which verb, from where; the stored
//! result of a repeated key), and hands it to a verb. [`verbs::batch`] locks the selected
//! conversations in the order of their ids, a pure function decides what each becomes
//! ([`domain::conversation`]: the next state, or why not), and all go to [`db::conversation`] in
//! one call, for one or ten thousand. The operation ends with its counts, and all commits at once.
//! `--dry-run` does the same and rolls it back. A webhook takes the same path: `serve` stores its
//! bytes durably and answers; a worker applies it, and its effects commit together with the mark
//! that it is done.
//!
//! # Where the rules live
//!
//! A change reaches an audited table through definer functions in the database alone:
//! `record_conversations`, `open_tickets`, `put_resource` and others in `migrations/code/`. They
//! check a change against the rows of `event_rules()` and `permissions()` (`20_rules.sql`). Guards
//! (`40_guards.sql`) check that rows and events say the same, also for somebody with psql.
//! [`domain::conversation`] repeats what it needs to explain a refusal; where the two differ, the
//! database is right, and a test compares them.
//!
//! [`decisions`] says why, and what was rejected. [`walkthroughs`] follows a verb, a webhook, a report and a
//! verification through the code. `CONTRIBUTING.md` says how to add a command, an event or a metric.

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

/// The decisions that shape the code, each with its date and what was rejected.
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
