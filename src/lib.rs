//! The library behind the `inbox` binary: a shared WhatsApp inbox over Postgres.
//!
//! # Layers
//!
//! ```text
//! main → cli ─┬→ verbs → db → domain          all → error
//!             ├→ output ───────→ domain          config: cli and serve only
//!             └→ serve → worker → verbs → db
//! ```
//!
//! | layer | is | must not |
//! |---|---|---|
//! | [`domain`] | the vocabulary and its rules, pure: ids, the state machine of a conversation, times, filters, KPI arithmetic, WhatsApp's payloads, the made-up day of the demo | SQL, tokio, clock, environment |
//! | [`db`] | the only SQL, as plain functions over `&mut PgConnection` that compose in the caller's transaction | decide, print |
//! | [`verbs`] | one file for each thing that changes the world | SQL, print, prompt, begin or commit |
//! | [`output`] | the only code that writes to a terminal: one row definition feeds every format | database |
//! | `worker` | applies deliveries, ends snoozes and offers | cli, output |
//! | `serve` | HTTP: verify, store, answer | cli, output |
//! | [`cli`] | one file for each subcommand: `Args`, whose doc comments are the help, and `run` | SQL, `println!`, business rules |
//!
//! [`local`] is the embedded Postgres, [`config`] the settings and where each came from, [`error`] the one error type: two total matches over its
//! kind give the exit code and the HTTP status.
//!
//! # The write path
//!
//! `cli::write` begins a transaction, opens an *operation* (who, which verb, from where; the stored result of a repeated key), and hands it to a verb.
//! [`verbs::batch`] locks the selected conversations in the order of their ids, a pure function decides what each becomes
//! ([`domain::conversation`]: the next state, or why not), and all go to [`db::conversation`] in one call, for one or ten thousand.
//! The operation ends with its counts, and all commits at once. `--dry-run` does the same and rolls it back. A webhook takes the same path: `serve`
//! stores its bytes durably and answers; a worker applies it, and its effects commit together with the mark that it is done.
//!
//! # Where the rules live
//!
//! A change reaches an audited table through definer functions in the database alone (`migrations/code`: `record_conversations`, `open_tickets`,
//! `put_resource` …). They derive the actor from the login, check the change against the rows of `event_rules()` and `permissions()`
//! (`code/20_rules.sql`), write the event, and let row, leg and phase follow from it. Guards (`code/40_guards.sql`) check after each statement, and at
//! commit, that rows and events say the same; they also hold for somebody with psql. The first design had the program write rows and events itself
//! under such guards. That leaves every login the right to update the tables, so that a guard has to foresee each forgery; with functions a login has
//! no such right at all, the actor cannot be named by
//! the caller, and a permission is written down once. [`domain::conversation`] repeats what it needs to say *why* something is refused; where the two differ,
//! the database is right, and a test compares them.
//!
//! - Handles of agents and teams share one table, so that `--to ops` is never ambiguous. A handle is never given back, since the history names it.
//! - An agent's teams and a conversation's labels are arrays: the event of a change holds the whole row, and nothing hangs on a row beside it.
//! - Legs, phases and events have no foreign keys: the guards compare each with its conversation once a statement, not once a row.
//! - Events of one subject are a hash chain; [`db::chain`] checks it from outside. Free text (notes, reasons, messages) is covered by a salted hash,
//!   so that it can be forgotten without breaking the chain; [`db::commitment`] checks that as well.
//! - Two things erase, in `migrations/code/25_erasure.sql` and nowhere else: `forget_contact`, at a customer's request, under an event of his own chain; and
//!   `retain`, by age. Guards and `audit verify` let an erased text pass only under that event, or beyond the age that the setting has allowed. Forgetting
//!   is refused while a conversation is live: it would go on waiting, and nobody could be answered in it. What identifies him is deleted and not hashed,
//!   but for WhatsApp's message ids: their keyed hash tells a repeated delivery, and their random part keeps it from being guessed.
//! - A better source replaces what a message says (status < history < live); `superseded` keeps the commitment of each version, so that a seal made
//!   before still holds.
//! - The past (`--as-of`) is rebuilt in one place, `conversations_at` (`migrations/code/30_filters.sql`): from legs, phases and the newest event of then, and
//!   from the messages that had arrived. What stood there at a time is what it gives for that time; a property test holds it to that.
//! - Shifts and rosters: [`domain::shift`] tells who was to work when. A roster is a list of entries of which the newest counts, so that an override is one more
//!   of them and nothing is ever changed; the hours of a shift at a time are read from its chain. Both leave the past as it was, whatever is entered later.
//! - There is one clock, the database's `app_now()`. Tests and `inbox demo` set it in a workspace of their own.
//!
//! # Adding things
//!
//! A subcommand: `cli/commands/x.rs`, a variant in its `Command` (the compiler shows the rest), its examples in
//! `cli/help/examples.rs` and its columns in `cli/schema.rs` (tests ask for both), `verbs/x.rs` if it writes, SQL in `db`,
//! a row in `cli::rows`, tests, `make generated`. A kind of event: the variant in [`domain::event`], its row and its
//! permissions in `migrations/code/20_rules.sql`, the verb. Background work: one file in [`worker::tasks`] and a line in
//! its `ALL`. A table, function, guard or right: see `migrations/README.md`; programs of two versions share a database.

pub mod cli;
pub mod config;
pub mod db;
pub mod domain;
pub mod error;
pub mod local;
pub mod output;
pub mod serve;
pub mod telemetry;
pub mod verbs;
pub mod worker;
