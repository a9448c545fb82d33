//! `inbox doctor`: checks the whole set-up, and continues after a failed check.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use jiff::Timestamp;
use sqlx::postgres::PgConnection;

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::config::Database;
use crate::db;
use crate::db::admin::resource;
use crate::db::schema::code::{self, Difference, Recorded, VERSION};
use crate::db::schema::migrate::Step;
use crate::db::schema::{guards, migrate, workspace};
use crate::db::server::connect::Mode;
use crate::db::server::health;
use crate::db::server::pooler::{self, Pooling};
use crate::domain::setting::{FOR_EVER, WorkspaceSetting};
use crate::domain::time::parse_zone;
use crate::error::{Error, Kind, Result};
use crate::local::{OLDEST_MAJOR, State};
use crate::output::{Column, Row, Tone, Value};
use crate::worker::tasks;

/// Check the set-up; the exit code is 7 if a check fails
///
/// The checks cover settings, database, workspace, guards, webhooks, and a sample of the data.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

pub struct Check {
    name: &'static str,
    verdict: Verdict,
    detail: String,
    hint: Option<String>,
}

impl Row for Check {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("check", "The name of the check.", |r: &Self| Value::text(r.name)),
            Column::new("state", "ok, warn or fail.", |r: &Self| {
                let (word, tone) = match r.verdict {
                    Verdict::Ok => ("ok", Tone::Good),
                    Verdict::Warn => ("warn", Tone::Warn),
                    Verdict::Fail => ("fail", Tone::Bad),
                };
                Value::text(word).tone(tone)
            }),
            Column::new("detail", "The result of the check.", |r: &Self| {
                Value::text(r.detail.clone())
            }),
            Column::new("hint", "The way to fix the problem.", |r: &Self| r.hint.clone().into()),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.name.to_owned())
    }
}

/// The results of the checks so far.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn push(&mut self, name: &'static str, verdict: Verdict, detail: impl Into<String>, hint: Option<String>) {
        self.0.push(Check {
            name,
            verdict,
            detail: detail.into(),
            hint,
        });
    }

    fn ok(&mut self, name: &'static str, detail: impl Into<String>) {
        self.push(name, Verdict::Ok, detail, None);
    }

    fn warn(&mut self, name: &'static str, detail: impl Into<String>, hint: impl Into<String>) {
        self.push(name, Verdict::Warn, detail, Some(hint.into()));
    }

    fn fail(&mut self, name: &'static str, detail: impl Into<String>, hint: impl Into<String>) {
        self.push(name, Verdict::Fail, detail, Some(hint.into()));
    }

    /// Records an error as a failed check. A missing right of the login is only a warning.
    fn error(&mut self, name: &'static str, e: &Error) {
        let verdict = if e.kind == Kind::Denied {
            Verdict::Warn
        } else {
            Verdict::Fail
        };
        self.push(name, verdict, e.message.clone(), e.hint.as_deref().map(str::to_owned));
    }
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`Kind::Check`] if a check failed.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_rows::<Check>(&self.output)?;
        let mut checks = Checks::default();
        settings(context, &mut checks);
        let begun = Instant::now();
        match context.connect().await {
            Err(e) => checks.error_of_connection(&e),
            Ok(mut conn) => {
                let connected = begun.elapsed();
                if database(context, &mut conn, &mut checks, connected).await
                    && inside(context, &mut conn, &mut checks).await
                {
                    data(context, &mut conn, &mut checks).await;
                }
            }
        }
        let failed = checks.0.iter().filter(|c| c.verdict == Verdict::Fail).count();
        let total = checks.0.len();
        let mut out = context.output(None)?;
        if !self.output.quiet || failed > 0 {
            out.print_rows(checks.0)?;
        }
        out.finish()?;
        if failed > 0 {
            return Err(Error::new(Kind::Check, format!("{failed} of {total} checks failed")));
        }
        Ok(0)
    }
}

impl Checks {
    fn error_of_connection(&mut self, e: &Error) {
        let hint = e
            .hint
            .as_deref()
            .unwrap_or("inbox config shows the origin of the database's address");
        self.fail("database", e.message.clone(), hint);
    }
}

/// Runs the checks that need no database.
fn settings(context: &Context, checks: &mut Checks) {
    match &context.settings.file {
        Some(path) if path.exists() => {
            let mode = fs_err::metadata(path).map(|m| m.permissions().mode() & 0o777);
            match mode {
                Ok(mode) if mode & 0o077 != 0 => checks.warn(
                    "configuration",
                    format!("{} can be read by others (mode {mode:o})", path.display()),
                    format!("chmod 600 {}", path.display()),
                ),
                Ok(_) => checks.ok("configuration", path.display().to_string()),
                Err(e) => checks.fail("configuration", e.to_string(), "inbox config --path"),
            }
        }
        Some(path) => checks.ok("configuration", format!("there is no {}", path.display())),
        None => checks.ok("configuration", "there is no home folder"),
    }
    for warning in &context.settings.warnings {
        checks.warn("configuration", warning.clone(), "inbox config");
    }
    if let Ok(Database::Local) = context.settings.database() {
        match context.cluster().and_then(|c| c.status()) {
            Ok(status) => match status.state {
                State::Running => checks.ok("local", format!("running, process {}", status.pid.unwrap_or(0))),
                State::Stopped => checks.ok("local", "stopped; it is started when it is needed"),
                State::Busy => checks.warn("local", "starting, recovering or stopping", "try again in a moment"),
                State::Absent => checks.fail(
                    "local",
                    format!("there is no data in {}", status.dir.display()),
                    "inbox init --local makes it; INBOX_LOCAL_DIR names another folder",
                ),
            },
            Err(e) => checks.error("local", &e),
        }
    }
}

/// Runs the checks that need no workspace. Returns whether to continue.
async fn database(
    context: &Context,
    conn: &mut PgConnection,
    checks: &mut Checks,
    connected: std::time::Duration,
) -> bool {
    let begun = Instant::now();
    let server = match health::server(conn).await {
        Ok(server) => server,
        Err(e) => {
            checks.error("database", &e);
            return false;
        }
    };
    let answered = begun.elapsed();
    let (ms, connect_ms) = (answered.as_millis(), connected.as_millis());
    let detail = format!("connected in {connect_ms} ms, answers in {ms} ms");
    if ms > 200 {
        checks.warn(
            "database",
            detail,
            "run inbox nearer to the database: every command asks it several times",
        );
    } else {
        checks.ok("database", detail);
    }
    let major = server.version / 10_000;
    if u32::try_from(major).unwrap_or(0) < OLDEST_MAJOR {
        checks.fail(
            "server version",
            format!("Postgres {major}"),
            format!("Postgres {OLDEST_MAJOR} or newer is needed"),
        );
    } else {
        checks.ok("server version", format!("Postgres {major}"));
    }
    match context.options() {
        Ok((options, timeout)) => match pooler::check(&options, timeout).await {
            Ok(Pooling::Direct) => {}
            Ok(Pooling::Shared) => checks.ok("pooler", "server processes are shared, and prepared statements survive"),
            Err(e) => checks.error("pooler", &e),
        },
        Err(e) => checks.error("pooler", &e),
    }
    let room = server.most - server.connections;
    let detail = format!("{} of {} in use", server.connections, server.most);
    if room * 5 < server.most {
        checks.warn(
            "connections",
            detail,
            "raise max_connections, or put PgBouncer in front",
        );
    } else {
        checks.ok("connections", detail);
    }
    // The answer took about half of the round trip.
    let skew = (Timestamp::now().as_millisecond() - server.now.as_millisecond()).abs();
    let detail = format!("this machine and the database differ by {skew} ms");
    if skew > 5_000 {
        checks.warn(
            "clock",
            detail,
            "set this machine's clock with NTP; the history uses the database's clock",
        );
    } else {
        checks.ok("clock", detail);
    }
    true
}

/// Checks the workspace and the agent of the login. Returns whether to continue.
async fn inside(context: &Context, conn: &mut PgConnection, checks: &mut Checks) -> bool {
    let found = match workspace::look(conn, &context.workspace).await {
        Ok(found) => found,
        Err(e) => {
            checks.error("workspace", &e);
            return false;
        }
    };
    if !found.migrated {
        checks.fail(
            "workspace",
            format!("the database {} has no workspace {}", found.database, context.workspace),
            "inbox init sets one up",
        );
        return false;
    }
    if !found.usage {
        let e = crate::cli::context::stranger(&found.login);
        checks.fail("login", e.message.clone(), e.hint.as_deref().unwrap_or_default());
        return false;
    }
    match in_workspace(context, conn, async |c| migrate::steps(c).await).await {
        Err(e) => checks.error("workspace", &e),
        Ok(steps) => checks.migrations(context, &found.database, &steps),
    }
    match in_workspace(context, conn, async |c| code::recorded(c).await).await {
        Err(e) => checks.error("version", &e),
        Ok(recorded) => checks.version(&recorded),
    }
    match crate::cli::commands::whoami::who(context, conn).await {
        Err(e) => checks.error_of_login(&e),
        Ok((info, row)) => {
            checks.ok("login", row.sentence());
            match parse_zone(&info.time_zone) {
                Ok(_) => checks.ok("time zone", info.time_zone),
                Err(e) => checks.fail("time zone", e.message, "inbox workspace set time_zone Asia/Karachi"),
            }
        }
    }
    true
}

impl Checks {
    fn migrations(&mut self, context: &Context, database: &str, steps: &[Step]) {
        let missing = |online: bool| {
            steps
                .iter()
                .filter(|s| s.applied_at.is_none() && s.online == online)
                .count()
        };
        if missing(false) > 0 {
            let count = missing(false);
            self.fail(
                "workspace",
                format!("{count} migrations are missing"),
                "inbox db migrate",
            );
        } else if let Some(step) = steps.iter().find(|s| !s.same) {
            self.fail(
                "workspace",
                format!("migration {} is not the one that this program has", step.version),
                "see inbox db status; use the program that created the workspace",
            );
        } else if missing(true) > 0 {
            let count = missing(true);
            self.warn(
                "workspace",
                format!("{count} online migrations are missing: the program works without them, more slowly"),
                "inbox db migrate",
            );
        } else {
            let count = steps.len();
            self.ok(
                "workspace",
                format!("{} in {database}, {count} migrations", context.workspace),
            );
        }
    }

    fn version(&mut self, recorded: &Recorded) {
        let both = format!(
            "the workspace has version {}, this program is version {VERSION}",
            recorded.version
        );
        match recorded.difference() {
            Difference::None => self.ok(
                "version",
                format!("the workspace and this program are version {VERSION}"),
            ),
            Difference::WorkspaceNewer => self.warn(
                "version",
                format!(
                    "{both}; programs from version {} on can work here",
                    recorded.compatible_from
                ),
                "upgrade inbox",
            ),
            Difference::ProgramNewer => self.warn("version", both, "inbox db migrate"),
            Difference::WorkspaceTooOld => self.fail("version", both, "inbox db migrate"),
            Difference::ProgramTooOld => {
                let e = recorded.program_too_old();
                self.fail("version", e.message, "upgrade inbox");
            }
            Difference::Digest => self.fail(
                "version",
                format!("the workspace has other functions and guards of version {VERSION} than this program"),
                "use the program that created them, or a later release",
            ),
        }
    }

    fn error_of_login(&mut self, e: &Error) {
        let hint = e.hint.as_deref().unwrap_or("inbox whoami");
        self.fail("login", e.message.clone(), hint);
    }
}

/// Checks the content of the workspace.
async fn data(context: &Context, conn: &mut PgConnection, checks: &mut Checks) {
    let weak = async |c: &mut PgConnection| {
        let recorded = code::recorded(c).await?;
        if recorded.version != VERSION {
            return Err(guards::unchecked(&recorded));
        }
        guards::weak(c, &context.workspace).await
    };
    match in_workspace(context, conn, weak).await {
        Err(e) if e.kind == Kind::Usage => checks.warn("guards", e.message, e.hint.unwrap_or_default()),
        Err(e) => checks.error("guards", &e),
        Ok(weak) if weak.is_empty() => {
            let count = guards::count();
            checks.ok(
                "guards",
                format!("{count} triggers, constraints, columns and functions, all unchanged"),
            );
        }
        Ok(weak) => checks.fail(
            "guards",
            format!("missing, off, or not this program's: {}", weak.join(", ")),
            "check the history with inbox audit verify; alter table … enable trigger … enables a trigger again",
        ),
    }
    match in_workspace(context, conn, async |c| health::strangers(c, &context.workspace).await).await {
        Err(e) => checks.error("owner", &e),
        Ok(others) if others.is_empty() => checks.ok("owner", "tables and functions are the schema's owner's"),
        Ok(others) => checks.fail(
            "owner",
            format!("of another owner: {}", others.join(", ")),
            "alter … owner to the schema's owner: the functions run with their owner's rights",
        ),
    }
    let local = matches!(context.settings.database(), Ok(Database::Local));
    match in_workspace(context, conn, async |c| health::powers(c, &context.workspace).await).await {
        Err(e) => checks.error("powers", &e),
        Ok(_) if local => checks.ok(
            "powers",
            "this machine's account can change everything on its private server",
        ),
        Ok(powers) if powers.is_empty() => checks.ok(
            "powers",
            "nothing but a superuser can change the workspace past its guards",
        ),
        Ok(powers) => checks.warn(
            "powers",
            powers.join("; "),
            "revoke rights that are not needed; audit verify and a seal find changes made with them",
        ),
    }
    match in_workspace(context, conn, async |c| health::open_to_public(c).await).await {
        Err(e) => checks.error("connect", &e),
        Ok(true) if !local => checks.warn(
            "connect",
            "every login of the server can connect to this database",
            "inbox db roles prints the SQL that leaves it to the workspace's logins",
        ),
        Ok(_) => checks.ok("connect", "only granted logins can connect to this database"),
    }
    match in_workspace(context, conn, async |c| health::logins(c).await).await {
        Err(e) => checks.error("roles", &e),
        Ok((absent, lacking)) if absent.is_empty() && lacking.is_empty() => {
            checks.ok("roles", "every login has its groups")
        }
        Ok((absent, lacking)) => {
            if !absent.is_empty() {
                checks.warn(
                    "roles",
                    format!("Postgres has no login {}", absent.join(", ")),
                    format!("create role \"{}\" login; then inbox db roles", absent[0]),
                );
            }
            if !lacking.is_empty() {
                checks.warn(
                    "roles",
                    format!("logins without their groups: {}", lacking.join(", ")),
                    "inbox db roles prints the SQL for an administrator",
                );
            }
        }
    }
    match in_workspace(context, conn, async |c| resource::grants(c, None).await).await {
        Err(e) => checks.error("acting", &e),
        Ok(grants) => {
            let any = grants.iter().filter(|g| g.agent.is_none()).count();
            checks.ok(
                "acting",
                format!("{} grants to act, {any} of them as anyone", grants.len()),
            );
        }
    }
    webhooks(context, conn, checks).await;
    tasks(context, conn, checks).await;
    match in_workspace(context, conn, resource::settings).await {
        Err(e) => checks.error("retention", &e),
        Ok(values) => {
            let kept = |s: WorkspaceSetting| {
                let text = values
                    .get(s.name())
                    .map_or_else(|| s.default_text().to_owned(), |v| s.show(v));
                if text == FOR_EVER {
                    "permanently".to_owned()
                } else {
                    format!("for {text}")
                }
            };
            checks.ok(
                "retention",
                format!(
                    "raw webhooks are kept {}, texts of messages {}",
                    kept(WorkspaceSetting::RetentionDeliveries),
                    kept(WorkspaceSetting::RetentionMessages)
                ),
            );
        }
    }
    match in_workspace(context, conn, async |c| health::orders(c, 1_000).await).await {
        Err(e) => checks.error("orders", &e),
        Ok((seen, bad)) => match bad.first() {
            None => checks.ok("orders", format!("{seen} notes are found by their order numbers")),
            Some(first) => checks.warn(
                "orders",
                format!(
                    "{} conversations are not found by the order numbers of their notes, C-{first} first",
                    bad.len()
                ),
                "inbox audit verify compares all order numbers with the texts they come from",
            ),
        },
    }
    match in_workspace(context, conn, async |c| health::sampled(c, 1_000).await).await {
        Err(e) => checks.error("sample", &e),
        Ok((seen, bad)) if bad.is_empty() => {
            checks.ok(
                "sample",
                format!("{seen} conversations agree with their newest event and open leg"),
            );
        }
        Ok((_, bad)) => {
            let list: Vec<String> = bad.iter().map(|id| format!("C-{id}")).collect();
            checks.fail(
                "sample",
                format!("differ from their history: {}", list.join(", ")),
                "inbox audit verify finds all",
            );
        }
    }
}

/// Finds overdue background work, which neither `serve` nor `tick` runs.
async fn tasks(context: &Context, conn: &mut PgConnection, checks: &mut Checks) {
    let mut seen = Vec::new();
    for task in tasks::ALL {
        let looked = in_workspace(context, conn, async |c| {
            let due = task.overdue(c).await?;
            let now = db::message::now(c).await?;
            Ok(due.map_or(0, |at| now.as_second() - at.as_second()))
        });
        match looked.await {
            Err(e) => return checks.error("background work", &e),
            Ok(age) => seen.push((age, task.name)),
        }
    }
    let (age, name) = seen.into_iter().max().unwrap_or_default();
    let detail = format!("{name} are overdue for {age} s");
    let hint = "check that inbox serve is running; without serve, run inbox tick from cron";
    match age {
        0..=60 => checks.ok("background work", "nothing is overdue"),
        61..=3600 => checks.warn("background work", detail, hint),
        _ => checks.fail("background work", detail, hint),
    }
}

async fn webhooks(context: &Context, conn: &mut PgConnection, checks: &mut Checks) {
    let w = match in_workspace(context, conn, async |c| health::webhooks(c).await).await {
        Ok(w) => w,
        Err(e) => return checks.error("webhooks", &e),
    };
    let age = w.oldest.map_or(0, |at| Timestamp::now().as_second() - at.as_second());
    let detail = format!("{} deliveries are not applied, the oldest since {age} s", w.waiting);
    match age {
        0..=60 if w.waiting < 10_000 => checks.ok("deliveries", format!("{} are not applied", w.waiting)),
        0..=900 => checks.warn("deliveries", detail, "see the log of inbox serve"),
        _ => checks.fail(
            "deliveries",
            detail,
            "is inbox serve running? inbox webhook list shows them",
        ),
    }
    if w.dead > 0 {
        checks.warn(
            "dead letters",
            format!("{} wait", w.dead),
            "inbox webhook list --dead, then inbox webhook replay",
        );
    } else {
        checks.ok("dead letters", "none");
    }
    if w.channels == 0 {
        checks.warn(
            "channels",
            "there are no channels, so no messages can be received",
            "inbox channel add HANDLE --phone-number-id ID --store S --team T",
        );
    } else if w.unknown.is_empty() {
        checks.ok("channels", format!("{} in use", w.channels));
    } else {
        checks.warn(
            "channels",
            format!(
                "messages arrived for numbers without a channel: {}",
                w.unknown.join(", ")
            ),
            "inbox channel add HANDLE --phone-number-id ID --store S --team T, then inbox webhook replay",
        );
    }
}

/// Runs one query in a separate transaction.
async fn in_workspace<T>(
    context: &Context,
    conn: &mut PgConnection,
    ask: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    let mut tx = db::begin(conn, &context.workspace, Mode::Read).await?;
    let answer = ask(&mut tx).await;
    tx.rollback().await?;
    answer
}
