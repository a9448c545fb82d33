//! The daily verbs: one file each, over one way of running them.

pub mod accept;
pub mod assign;
pub mod decline;
pub mod escalate;
pub mod handoff;
pub mod label;
pub mod note;
pub mod pending;
pub mod release;
pub mod reopen;
pub mod resolve;
pub mod rotate;
pub mod snooze;
pub mod take;
pub mod ticket;
pub mod undo;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::postgres::PgConnection;

use super::args::{FilterArgs, IfOwnerArgs, OutputArgs, RefArgs, TimeRangeArgs, WriteArgs};
use super::rows::ChangeRow;
use super::select::{Wanted, check_handles};
use super::write::{Call, Written, write};
use super::{Cx, Exit};
use crate::domain::conversation::{Change, Conversation};
use crate::domain::filter::{Filter, OwnerFilter};
use crate::domain::time::Direction;
use crate::error::{Error, Result};
use crate::store;
use crate::store::connect::Mode;
use crate::store::directory::{Agent, Recipient};
use crate::store::operation::{Hello, Operation};
use crate::verbs::{Along, IfOwner, NewNote, Picked, act};

/// A note to write along with a change.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Note")]
pub struct NoteArgs {
    /// Text of a note, or @FILE to read it from a file
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The order it is about; beside references --order says the same
    #[arg(id = "note_order", long = "note-order", value_name = "ORDER")]
    order: Option<String>,
    /// The courier
    #[arg(long, value_name = "NAME")]
    courier: Option<String>,
    /// The courier's tracking number
    #[arg(long, value_name = "NUMBER")]
    tracking: Option<String>,
    /// What was tried already
    #[arg(long, value_name = "TEXT")]
    tried: Option<String>,
    /// The time the customer was promised, such as 'tomorrow 18:00' or 2h
    #[arg(long, value_name = "TIME")]
    promised_by: Option<String>,
}

impl NoteArgs {
    /// Gives the note; none where nothing was said.
    fn read(&self, cx: &Cx, hello: &Hello) -> Result<Option<NewNote>> {
        let note = NewNote {
            body: self.note.as_deref().map(text_or_file).transpose()?,
            order_id: self.order.clone(),
            courier: self.courier.clone(),
            tracking_no: self.tracking.clone(),
            tried: self.tried.as_deref().map(text_or_file).transpose()?,
            promised_by: self.promised_by.as_deref().map(|t| time(cx, hello, t)).transpose()?,
            replaces: None,
        };
        Ok((!note.is_empty()).then_some(note))
    }

    /// Gives what must agree when a key is used again.
    fn compared(&self) -> Value {
        json!([
            self.note,
            self.order,
            self.courier,
            self.tracking,
            self.tried,
            self.promised_by
        ])
    }
}

/// Reads `@FILE`; anything else is the text itself, and `@@` begins a text with an @.
fn text_or_file(text: &str) -> Result<String> {
    if let Some(rest) = text.strip_prefix("@@") {
        return Ok(format!("@{rest}"));
    }
    let Some(path) = text.strip_prefix('@') else {
        return Ok(text.to_owned());
    };
    let file = fs_err::File::open(path).map_err(|e| Error::usage(format!("the note cannot be read: {e}")))?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(
        &mut std::io::Read::take(file, crate::verbs::note::LONGEST as u64 + 1),
        &mut bytes,
    )?;
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("the note in {path} is not UTF-8 text")))?;
    Ok(text.trim_end().to_owned())
}

/// Reads a time that lies ahead, in the zone of the command.
fn time(cx: &Cx, hello: &Hello, text: &str) -> Result<Timestamp> {
    let zone = cx.zone(hello)?;
    Cx::clock(hello, &zone).parse(text, Direction::Future)
}

/// Reads a time that must lie ahead.
fn ahead(cx: &Cx, hello: &Hello, flag: &str, text: &str) -> Result<Timestamp> {
    let at = time(cx, hello, text)?;
    if at <= hello.now {
        return Err(
            Error::usage(format!("{flag} {} has passed", crate::domain::words::quoted(text)))
                .hint(format!("{flag} 2h, or 'tomorrow 09:00'")),
        );
    }
    Ok(at)
}

/// What every verb on conversations takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Common {
    #[command(flatten)]
    refs: RefArgs,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    note: NoteArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    range: TimeRangeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Common {
    /// Reads what is wanted. Beside references `--order` selects nothing: it is the order that the note is about.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for `-` on a terminal.
    fn wanted(&mut self, cx: &Cx) -> Result<Wanted> {
        if !self.refs.is_empty() && self.note.order.is_none() {
            self.note.order = self.filter.take_order();
        }
        Wanted::read(&self.refs, Some((&self.filter, &self.range)), &cx.terminal)
    }

    /// Runs a verb whose change follows from each conversation's state.
    ///
    /// # Errors
    /// What the change refuses, with nothing changed.
    async fn run<D>(
        &mut self,
        cx: &mut Cx,
        verb: &str,
        if_owner: Option<&IfOwnerArgs>,
        more: Value,
        prepare: impl AsyncFn(&mut PgConnection, &Cx, &Hello, &Operation) -> Result<D>,
    ) -> Result<Exit>
    where
        D: FnMut(&Conversation) -> Change,
    {
        self.run_with(
            cx,
            verb,
            if_owner,
            more,
            async |conn, cx, hello, operation, picked, along| {
                let decide = prepare(conn, cx, hello, operation).await?;
                let outcome = act(conn, operation, picked, along, decide).await?;
                Written::of(conn, operation, outcome).await
            },
        )
        .await
    }

    /// Runs a verb that does its own thing with what is picked.
    ///
    /// # Errors
    /// What the change refuses, with nothing changed.
    async fn run_with(
        &mut self,
        cx: &mut Cx,
        verb: &str,
        if_owner: Option<&IfOwnerArgs>,
        more: Value,
        change: impl AsyncFn(&mut PgConnection, &Cx, &Hello, &Operation, &Picked, &Along) -> Result<Written<ChangeRow>>,
    ) -> Result<Exit> {
        let mut wanted = self.wanted(cx)?;
        if wanted.is_empty() {
            pick_on_terminal(cx, &self.output, &mut wanted, verb).await?;
        }
        self.run_on(cx, verb, if_owner, more, &wanted, change).await
    }

    /// As [`Common::run_with`], on what was read already.
    async fn run_on(
        &self,
        cx: &mut Cx,
        verb: &str,
        if_owner: Option<&IfOwnerArgs>,
        more: Value,
        wanted: &Wanted,
        change: impl AsyncFn(&mut PgConnection, &Cx, &Hello, &Operation, &Picked, &Along) -> Result<Written<ChangeRow>>,
    ) -> Result<Exit> {
        let insisted = if_owner.and_then(|a| a.if_owner.clone());
        let mut args = Map::new();
        for part in [wanted.record(), more.clone()] {
            if let Value::Object(part) = part {
                args.extend(part);
            }
        }
        if let Some(owner) = &insisted {
            args.insert("if_owner".to_owned(), json!(owner));
        }
        let call = Call {
            verb,
            write: &self.write,
            args: Value::Object(args),
            compared: json!([
                wanted.compared(),
                more,
                insisted,
                self.write.reason,
                self.note.compared()
            ]),
            filtered: wanted.is_filter(),
            undoes: None,
        };
        let lost = std::cell::RefCell::new(Vec::new());
        let done = write(cx, &self.output, &call, async |conn, cx, hello, operation| {
            let Some(picked) = wanted
                .pick(conn, cx, hello, (&operation.handle, operation.actor))
                .await?
            else {
                return Err(Error::usage("no conversation was named")
                    .hint(format!("inbox {verb} C-12, or a filter such as --owner sara")));
            };
            if let Some(handle @ OwnerFilter::Handle(_)) = &insisted {
                let filter = Filter {
                    owner: vec![handle.clone()],
                    ..Filter::default()
                };
                check_handles(conn, &filter).await?;
            }
            let along = Along {
                reason: self.write.reason.clone(),
                note: self.note.read(cx, hello)?,
                if_owner: insisted.as_ref().map(|o| match o {
                    OwnerFilter::Me => IfOwner::Agent(operation.handle.clone()),
                    OwnerFilter::Nobody => IfOwner::Nobody,
                    OwnerFilter::Handle(h) => IfOwner::Agent(h.to_string()),
                }),
                keep_going: self.write.keep_going,
            };
            if verb == "take"
                && let Some(asked) = &picked.asked
            {
                *lost.borrow_mut() = asked.iter().map(|i| i.0).collect();
            }
            change(conn, cx, hello, operation, &picked, &along).await
        })
        .await;
        if let Err(e) = &done
            && verb == "take"
            && !self.write.dry_run
            && matches!(e.kind, crate::error::Kind::Conflict | crate::error::Kind::Partial)
        {
            keep_attempts(cx, &lost.into_inner()).await;
        }
        done
    }
}

/// Keeps takes that lost, in a transaction of their own. What goes wrong here changes nothing about the take's own answer.
async fn keep_attempts(cx: &Cx, ids: &[i64]) {
    let kept: Result<()> = async {
        let mut conn = cx.connect().await?;
        let mut tx = store::begin(&mut conn, &cx.workspace, Mode::Write).await?;
        store::conversation::attempts(&mut tx, cx.acting.as_deref(), ids).await?;
        store::commit(tx, None).await
    }
    .await;
    drop(kept);
}

/// A list to choose from is no longer than this.
const MOST_CHOICES: i64 = 1_000;

/// Lets a person pick a conversation that the verb may be meant for, where none was named; a script gets the usage error.
///
/// # Errors
/// [`crate::error::Kind::Usage`] without a terminal to ask on.
pub async fn pick_on_terminal(cx: &mut Cx, output: &OutputArgs, wanted: &mut Wanted, verb: &str) -> Result<()> {
    cx.with_output(output)?;
    let prompter = cx.output(None)?.prompter();
    if !prompter.is_interactive() {
        return Err(Error::usage("no conversation was named").hint(format!(
            "inbox {verb} C-12, several, '-' for one per line on standard input, or a filter such as --owner sara"
        )));
    }
    let mut conn = cx.connect().await?;
    let mut tx = store::begin(&mut conn, &cx.workspace, Mode::Read).await?;
    // Who may only look need not be anybody.
    let me = match verb {
        "show" => None,
        _ => Some(store::operation::whoami(&mut tx, cx.acting.as_deref()).await?.id),
    };
    let (filter, what) = match verb {
        "take" => (json!({"live": true, "nobody": true}), "that nobody owns"),
        "accept" | "decline" => (json!({"offered": true, "offered_to": me}), "offered to you"),
        "reopen" => (json!({"statuses": ["resolved"]}), "that is resolved"),
        _ => (json!({"live": true}), "alive"),
    };
    let mut choices = store::conversation::choices(&mut tx, &filter, me, MOST_CHOICES + 1).await?;
    tx.rollback().await?;
    if choices.is_empty() {
        return Err(Error::not_found(format!("there is no conversation {what}")));
    }
    if i64::try_from(choices.len()).is_ok_and(|n| n > MOST_CHOICES) {
        choices.pop();
        cx.output(None)?.note(&format!(
            "these are the first {MOST_CHOICES}: name any other, as in inbox {verb} C-12"
        ));
    }
    let labels: Vec<String> = choices.iter().map(|c| c.1.clone()).collect();
    let chosen = prompter.pick("conversation", "REF", &labels)?;
    if let Some(choice) = choices.get(chosen) {
        wanted.add(choice.0.to_string());
    }
    Ok(())
}

/// Finds who something is given to; `me` is whoever runs the command.
async fn recipient(conn: &mut PgConnection, operation: &Operation, handle: &str) -> Result<Recipient> {
    store::directory::recipient(conn, if handle == "me" { &operation.handle } else { handle }).await
}

/// Lets a person pick an agent or team where none was named.
async fn recipient_or_pick(cx: &mut Cx, output: &OutputArgs, given: Option<&str>) -> Result<String> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    cx.with_output(output)?;
    let prompter = cx.output(None)?.prompter();
    if !prompter.is_interactive() {
        return Err(Error::usage("nobody was named to give it to").hint("--to HANDLE, of an agent or a team"));
    }
    let mut conn = cx.connect().await?;
    let mut tx = store::begin(&mut conn, &cx.workspace, Mode::Read).await?;
    let handles = store::directory::recipients(&mut tx).await?;
    tx.rollback().await?;
    let chosen = prompter.pick("agent or team", "--to", &handles)?;
    handles
        .get(chosen)
        .cloned()
        .ok_or_else(|| Error::usage("nobody was chosen"))
}

fn agent_only(recipient: Recipient, flag: &str) -> Result<Agent> {
    match recipient {
        Recipient::Agent(agent) => Ok(agent),
        Recipient::Team(_, handle) => Err(Error::usage(format!("{handle} is a team; {flag} takes agents"))),
    }
}
