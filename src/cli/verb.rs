//! The code that runs every verb on conversations. Each verb has a separate file.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::cli::args::{FilterArgs, IfOwnerArgs, OutputArgs, RefArgs, TimeRangeArgs, WriteArgs};
use crate::cli::rows::ChangeRow;
use crate::cli::select::{Selector, check_handles};
use crate::cli::session::{self, Session, WriteSession};
use crate::cli::write::{WriteRequest, WriteResult, write};
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::admin::directory::{Agent, Recipient};
use crate::db::server::connect::Mode;
use crate::domain::conversation::{Change, Conversation};
use crate::domain::filter::{Filter, OwnerFilter};
use crate::domain::query::Query;
use crate::domain::time::{Clock, Direction};
use crate::domain::vocabulary::Status;
use crate::error::{Error, Result};
use crate::verbs::{ChangeOptions, IfOwner, NewNote, Selection, act};

/// The flags for a note that is written with a change.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Note")]
pub struct NoteArgs {
    /// Text of a note, or @FILE to read it from a file
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Order; with references, --order does the same
    #[arg(id = "note_order", long = "note-order", value_name = "ORDER")]
    pub order: Option<String>,
    /// Courier
    #[arg(long, value_name = "NAME")]
    pub courier: Option<String>,
    /// Tracking number of the courier
    #[arg(long, value_name = "NUMBER")]
    pub tracking: Option<String>,
    /// Attempts so far, such as 'called the hub'
    #[arg(long, value_name = "TEXT")]
    pub tried: Option<String>,
    /// Promised time, such as 'tomorrow 18:00' or 2h
    #[arg(long, value_name = "TIME")]
    pub promised_by: Option<String>,
}

impl NoteArgs {
    /// Returns the note, or none if no flag of a note is given.
    pub fn read<O>(&self, session: &Session<'_, O>) -> Result<Option<NewNote>> {
        let note = NewNote {
            body: self.note.as_deref().map(text_or_file).transpose()?,
            order_id: self.order.clone(),
            courier: self.courier.clone(),
            tracking_no: self.tracking.clone(),
            tried: self.tried.as_deref().map(text_or_file).transpose()?,
            promised_by: self
                .promised_by
                .as_deref()
                .map(|t| session.clock().parse(t, Direction::Future))
                .transpose()?,
            replaces: None,
        };
        Ok((!note.is_empty()).then_some(note))
    }

    /// Returns the arguments that must be equal when a key is used again.
    pub fn compared(&self) -> Value {
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
        &mut std::io::Read::take(file, crate::verbs::note::MAX_BYTES as u64 + 1),
        &mut bytes,
    )?;
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("the note in {path} is not UTF-8 text")))?;
    Ok(text.trim_end().to_owned())
}

/// Reads a time that must be in the future.
pub fn ahead(clock: Clock<'_>, flag: &str, text: &str) -> Result<Timestamp> {
    let at = clock.parse(text, Direction::Future)?;
    if at <= clock.now {
        return Err(
            Error::usage(format!("{flag} {} has passed", crate::domain::vocabulary::quoted(text)))
                .hint(format!("{flag} 2h, or 'tomorrow 09:00'")),
        );
    }
    Ok(at)
}

/// A verb on conversations.
#[derive(Debug, Clone, Copy)]
pub struct Verb {
    /// The name of the verb, on the command line and in the history.
    pub name: &'static str,
    /// The conversations to choose from on a terminal, if no reference is given.
    pub choices: Choices,
    /// Whether failed attempts are recorded if another agent had changed the conversation.
    pub keeps_lost: bool,
}

impl Verb {
    /// Creates a verb on live conversations.
    pub const fn new(name: &'static str) -> Verb {
        Verb {
            name,
            choices: Choices::Live,
            keeps_lost: false,
        }
    }

    /// Returns the verb with another list to choose from.
    pub const fn on(self, choices: Choices) -> Verb {
        Verb { choices, ..self }
    }
}

/// The conversations that a person chooses from.
#[derive(Debug, Clone, Copy)]
pub enum Choices {
    Live,
    /// Live conversations. Anyone who can read the workspace may choose, even without an agent.
    Visible,
    Unowned,
    /// Conversations that are offered to the agent.
    Offered,
    Resolved,
}

impl Choices {
    fn as_str(self) -> &'static str {
        match self {
            Choices::Live | Choices::Visible => "alive",
            Choices::Unowned => "that nobody owns",
            Choices::Offered => "offered to you",
            Choices::Resolved => "that is resolved",
        }
    }
}

/// The arguments of every verb on conversations.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Common {
    #[command(flatten)]
    pub refs: RefArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub note: NoteArgs,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub range: TimeRangeArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Common {
    /// Returns the selector. With references, `--order` selects nothing: it is the order of the note.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for `-` on a terminal.
    pub fn selector(&mut self, context: &Context) -> Result<Selector> {
        if !self.refs.is_empty() && self.note.order.is_none() {
            self.note.order = self.filter.take_order();
        }
        Selector::read(&self.refs, Some((&self.filter, &self.range)), &context.terminal)
    }

    /// Runs a verb whose change follows from each conversation's state.
    ///
    /// # Errors
    /// The change's own refusal. In this case, nothing is changed.
    pub async fn run<D>(
        &mut self,
        context: &mut Context,
        verb: Verb,
        if_owner: Option<&IfOwnerArgs>,
        more: Value,
        prepare: impl AsyncFn(&mut WriteSession<'_>) -> Result<D>,
    ) -> Result<Exit>
    where
        D: FnMut(&Conversation) -> Change,
    {
        self.run_with(context, verb, if_owner, more, async |session, selection, options| {
            let decide = prepare(session).await?;
            let outcome = act(session.conn, session.operation, selection, options, decide).await?;
            WriteResult::of(session, outcome).await
        })
        .await
    }

    /// Runs a verb that changes the selected conversations in its own way.
    ///
    /// # Errors
    /// The change's own refusal. In this case, nothing is changed.
    pub async fn run_with(
        &mut self,
        context: &mut Context,
        verb: Verb,
        if_owner: Option<&IfOwnerArgs>,
        more: Value,
        change: impl AsyncFn(&mut WriteSession<'_>, &Selection, &ChangeOptions) -> Result<WriteResult<ChangeRow>>,
    ) -> Result<Exit> {
        let mut selector = self.selector(context)?;
        if selector.is_empty() {
            pick_on_terminal(context, &self.output, &mut selector, verb).await?;
        }
        self.run_on(context, verb, if_owner, more, &selector, change).await
    }

    /// As [`Common::run_with`], with a selector that was read already.
    pub async fn run_on(
        &self,
        context: &mut Context,
        verb: Verb,
        if_owner: Option<&IfOwnerArgs>,
        more: Value,
        selector: &Selector,
        change: impl AsyncFn(&mut WriteSession<'_>, &Selection, &ChangeOptions) -> Result<WriteResult<ChangeRow>>,
    ) -> Result<Exit> {
        let insisted = if_owner.and_then(|a| a.if_owner.clone());
        let mut args = Map::new();
        for part in [selector.record(), more.clone()] {
            if let Value::Object(part) = part {
                args.extend(part);
            }
        }
        if let Some(owner) = &insisted {
            args.insert("if_owner".to_owned(), json!(owner));
        }
        let call = WriteRequest {
            verb: verb.name,
            write: &self.write,
            args: Value::Object(args),
            compared: json!([
                selector.compared(),
                more,
                insisted,
                self.write.reason,
                self.note.compared()
            ]),
            filtered: selector.is_filter(),
            undoes: None,
        };
        let lost = std::cell::RefCell::new(Vec::new());
        let done = write(context, &self.output, &call, async |session| {
            let Some(selection) = selector.pick(session).await? else {
                return Err(Error::usage("no conversation was given")
                    .hint(format!("inbox {} C-12, or a filter such as --owner sara", verb.name)));
            };
            if let Some(handle @ OwnerFilter::Handle(_)) = &insisted {
                let filter = Filter {
                    owner: vec![handle.clone()],
                    ..Filter::default()
                };
                check_handles(session.conn, &filter).await?;
            }
            let options = ChangeOptions {
                reason: self.write.reason.clone(),
                note: self.note.read(session)?,
                if_owner: insisted.as_ref().map(|o| match o {
                    OwnerFilter::Me => IfOwner::Agent(session.operation.handle.clone()),
                    OwnerFilter::Nobody => IfOwner::Nobody,
                    OwnerFilter::Handle(h) => IfOwner::Agent(h.to_string()),
                }),
                keep_going: self.write.keep_going,
            };
            if verb.keeps_lost
                && let Some(asked) = &selection.asked
            {
                *lost.borrow_mut() = asked.iter().map(|i| i.0).collect();
            }
            change(session, &selection, &options).await
        })
        .await;
        if let Err(e) = &done
            && verb.keeps_lost
            && !self.write.dry_run
            && matches!(e.kind, crate::error::Kind::Conflict | crate::error::Kind::Partial)
        {
            keep_attempts(context, &lost.into_inner()).await;
        }
        done
    }
}

/// Records failed attempts in a separate transaction. An error of this transaction does not change
/// the result of the verb.
async fn keep_attempts(context: &Context, ids: &[i64]) {
    let kept: Result<()> = async {
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Write).await?;
        db::conversation::attempts(&mut tx, context.acting.as_deref(), ids).await?;
        db::commit(tx, None).await
    }
    .await;
    drop(kept);
}

/// Maximum length of a list to choose from.
const MAX_CHOICES: i64 = 1_000;

/// Asks a person to choose a conversation for the verb, if no reference is given. In a script, this
/// is a usage error.
///
/// # Errors
/// [`crate::error::Kind::Usage`] without a terminal to ask on.
pub async fn pick_on_terminal(
    context: &mut Context,
    output: &OutputArgs,
    selector: &mut Selector,
    verb: Verb,
) -> Result<()> {
    context.with_output(output)?;
    let prompter = context.output(None)?.prompter();
    if !prompter.is_interactive() {
        return Err(Error::usage("no conversation was given").hint(format!(
            "inbox {} C-12, several, '-' for one per line on standard input, or a filter such as --owner sara",
            verb.name
        )));
    }
    let (mut choices, mut out) = session::read(context, async |session| {
        let conn = &mut *session.conn;
        let me = match verb.choices {
            Choices::Visible => None,
            Choices::Live | Choices::Unowned | Choices::Offered | Choices::Resolved => {
                Some(db::operation::whoami(conn, context.acting.as_deref()).await?.id)
            }
        };
        let query = match verb.choices {
            Choices::Visible | Choices::Live => Query::live(),
            Choices::Unowned => Query::unowned(),
            Choices::Offered => Query::offered_to(me),
            Choices::Resolved => Query::of_status(Status::Resolved),
        };
        db::conversation::choices(conn, &query, me, MAX_CHOICES + 1).await
    })
    .await?;
    if choices.is_empty() {
        let which = verb.choices.as_str();
        return Err(Error::not_found(format!("there is no conversation {which}")));
    }
    if i64::try_from(choices.len()).is_ok_and(|n| n > MAX_CHOICES) {
        choices.pop();
        out.note(&format!(
            "these are the first {MAX_CHOICES}; for another one, run: inbox {} C-12",
            verb.name
        ));
    }
    let labels: Vec<String> = choices.iter().map(|c| c.1.clone()).collect();
    let chosen = prompter.pick("conversation", "REF", &labels)?;
    if let Some(choice) = choices.get(chosen) {
        selector.add(choice.0.to_string());
    }
    Ok(())
}

/// Finds the new owner; `me` is the agent who runs the command.
pub async fn recipient(session: &mut WriteSession<'_>, handle: &str) -> Result<Recipient> {
    let me = &session.operation.handle;
    db::admin::directory::recipient(session.conn, if handle == "me" { me } else { handle }).await
}

/// Asks a person to choose an agent or team, if none is given.
pub async fn recipient_or_pick(context: &mut Context, output: &OutputArgs, given: Option<&str>) -> Result<String> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    context.with_output(output)?;
    let prompter = context.output(None)?.prompter();
    if !prompter.is_interactive() {
        return Err(Error::usage("no recipient was given").hint("add --to HANDLE, an agent or a team"));
    }
    let read = async |session: &mut Session<'_>| db::admin::directory::recipients(session.conn).await;
    let (handles, _) = session::read(context, read).await?;
    let chosen = prompter.pick("agent or team", "--to", &handles)?;
    handles
        .get(chosen)
        .cloned()
        .ok_or_else(|| Error::usage("no recipient was chosen"))
}

pub fn agent_only(recipient: Recipient, flag: &str) -> Result<Agent> {
    match recipient {
        Recipient::Agent(agent) => Ok(agent),
        Recipient::Team(_, handle) => Err(Error::usage(format!("{handle} is a team; {flag} takes agents"))),
    }
}
