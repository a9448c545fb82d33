//! The arguments that commands share; the doc comments are the help.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Args, FromArgMatches as _};

use crate::config::{self, Flags, Key};
use crate::domain::filter::{Filter, OfferedTo, OwnerFilter, Targets, TimeRange};
use crate::domain::ids::Handle;
use crate::domain::reference::{RefContext, parse_refs};
use crate::domain::time::{parse_seconds, parse_zone};
use crate::domain::vocabulary::{Priority, Status, Word, parse_word, quoted};
use crate::error::{Error, Result};
use crate::output::{ColorWhen, Format};

/// Creates the parser of a closed word list, so that help and completion show the words.
pub fn word<W: Word>() -> impl TypedValueParser<Value = W> {
    PossibleValuesParser::new(W::ALL.iter().map(|w| w.as_str())).try_map(|text| parse_word::<W>(&text))
}

/// A value of `--status`: a status, or a word for several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatusWord {
    One(Status),
    Live,
    Any,
}

fn status_word() -> impl TypedValueParser<Value = StatusWord> {
    let words = Status::ALL.iter().map(|s| s.as_str()).chain(["live", "any"]);
    PossibleValuesParser::new(words).try_map(|text| match text.as_str() {
        "live" => Ok(StatusWord::Live),
        "any" => Ok(StatusWord::Any),
        one => parse_word(one).map(StatusWord::One),
    })
}

/// Filters on conversations. Each flag narrows the selection. A flag with several values, repeated
/// or separated by commas, matches any of them; --label matches all of them.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Select by owner: an agent, `me` or `nobody`
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    owner: Vec<OwnerFilter>,
    /// Select conversations without an owner (--owner nobody)
    #[arg(long)]
    unassigned: bool,
    /// Select by team
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    team: Vec<Handle>,
    /// Select by store
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    store: Vec<Handle>,
    /// Select by channel, the WhatsApp number
    #[arg(long, value_name = "HANDLE", value_delimiter = ',')]
    channel: Vec<Handle>,
    /// Select by status [default: live, all but resolved]
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status_word())]
    status: Vec<StatusWord>,
    /// Select by label; with several, conversations that have all of them
    #[arg(long, value_name = "LABEL", value_delimiter = ',')]
    label: Vec<String>,
    /// Select by priority
    #[arg(long, value_name = "PRIORITY", value_delimiter = ',', value_parser = word::<Priority>())]
    priority: Vec<Priority>,
    /// Select by order id in a message or note, in any spelling
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    /// Select by customer: a phone number or WhatsApp user id
    #[arg(long, value_name = "PHONE")]
    contact: Option<String>,
    /// Select customers who have waited longer than this, such as 10m
    #[arg(long, value_name = "TIME", value_parser = parse_seconds)]
    waiting_over: Option<i64>,
    /// Select reply windows (24 hours) that close within this time, such as 2h
    #[arg(long, value_name = "TIME", value_parser = parse_seconds)]
    window_under: Option<i64>,
    /// Select by words in a message or note
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Select snoozed conversations whose snooze time has passed
    #[arg(long = "due-now", visible_alias = "snooze-due")]
    snooze_due: bool,
    /// Select offered conversations; =me selects offers to you or to your teams
    #[arg(long, value_name = "me", num_args = 0..=1, require_equals = true, default_missing_value = "anyone")]
    offered: Option<OfferedTo>,
    /// Select conversations with an open ticket
    #[arg(long)]
    has_ticket: bool,
    /// Leave out conversations that match: owner=ali, label=vip, has-ticket
    ///
    /// FILTER is one of the filter flags of this list, without the leading dashes. With several
    /// values, a conversation is left out if one of them matches; for label, if all of them match.
    /// Repeat --not to leave out more.
    #[arg(long, value_name = "FILTER[=VALUE]", value_parser = negated)]
    not: Vec<Filter>,
}

/// Reads the value of `--not`: one of the flags of [`FilterArgs`] without its dashes.
fn negated(text: &str) -> Result<Filter> {
    let command = FilterArgs::augment_args(clap::Command::new("inbox")).no_binary_name(true);
    let names: Vec<&str> = command
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .filter(|name| *name != "not")
        .collect();
    let name = text.split('=').next().unwrap_or_default();
    if !names.contains(&name) {
        return Err(Error::usage(format!(
            "{} is not a filter; the filters are {}",
            quoted(name),
            names.join(", ")
        )));
    }
    let matches = command.clone().try_get_matches_from([format!("--{text}")]);
    let args = matches.and_then(|m| FilterArgs::from_arg_matches(&m)).map_err(|e| {
        let told = e.to_string();
        let first = told.split("\n\n").next().unwrap_or_default();
        Error::usage(
            first
                .trim_start_matches("error: ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    })?;
    Ok(args.filter())
}

impl FilterArgs {
    /// Removes `--order` from the filters and returns it. If references are given, `--order` is the
    /// order of the note or ticket, and not a filter. The next two functions do the same for
    /// `--priority` and `--owner`.
    pub fn take_order(&mut self) -> Option<String> {
        self.order.take()
    }

    /// Removes `--priority` from the filters and returns it, if exactly one is given.
    pub fn take_priority(&mut self) -> Option<Priority> {
        if self.priority.len() == 1 {
            self.priority.pop()
        } else {
            None
        }
    }

    /// Removes `--owner` from the filters and returns it, if exactly one is given.
    pub fn take_owner(&mut self) -> Option<OwnerFilter> {
        if self.owner.len() == 1 { self.owner.pop() } else { None }
    }

    /// Creates the filter, without a range of times.
    pub fn filter(&self) -> Filter {
        let mut owner = self.owner.clone();
        if self.unassigned && !owner.contains(&OwnerFilter::Nobody) {
            owner.push(OwnerFilter::Nobody);
        }
        let mut status = Vec::new();
        for word in &self.status {
            let meant: Vec<Status> = match word {
                StatusWord::One(one) => vec![*one],
                StatusWord::Live => Status::ALL.iter().copied().filter(|s| s.is_live()).collect(),
                StatusWord::Any => Status::ALL.to_vec(),
            };
            status.extend(meant.into_iter().filter(|s| !status.contains(s)).collect::<Vec<_>>());
        }
        Filter {
            owner,
            team: self.team.clone(),
            store: self.store.clone(),
            channel: self.channel.clone(),
            status,
            label: self.label.clone(),
            priority: self.priority.clone(),
            order: self.order.clone(),
            contact: self.contact.clone(),
            waiting_over: self.waiting_over,
            search: self.search.clone(),
            opened: TimeRange::default(),
            snooze_due: self.snooze_due,
            offered: self.offered,
            window_under: self.window_under,
            has_ticket: self.has_ticket,
            not: self.not.clone(),
        }
    }
}

/// A range of times. `list` and the verbs that write compare the time at which a conversation was
/// opened. The help of each report names the time that it compares.
#[derive(Debug, Clone, Default, Args)]
pub struct TimeRangeArgs {
    /// Start of the range: 2026-11-01, '2026-11-01 14:05', 2h, monday
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    since: Option<String>,
    /// End of the range; the end itself is not included
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    until: Option<String>,
    /// Whole days: yesterday, last-week, mon..wed
    ///
    /// The last day is included.
    #[arg(long, value_name = "PERIOD", help_heading = "Filters", conflicts_with_all = ["since", "until"])]
    period: Option<String>,
}

impl TimeRangeArgs {
    /// Returns the range as typed.
    pub fn range(&self) -> TimeRange {
        TimeRange {
            since: self.since.clone(),
            until: self.until.clone(),
            period: self.period.clone(),
        }
    }
}

/// References, which are given in place of filters.
#[derive(Debug, Clone, Default, Args)]
pub struct RefArgs {
    /// C-12, 12, T-88, C-10..C-19, a phone number, or - for standard input
    #[arg(value_name = "REF")]
    pub refs: Vec<String>,
}

impl RefArgs {
    /// Returns whether no reference was given. `-` is a reference, even if standard input is empty.
    pub fn is_empty(&self) -> bool {
        self.refs.is_empty()
    }

    /// Reads the references, or takes the filter in their place; `None` if there is neither.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if both are given or a reference is malformed; the error of
    /// reading `lines`.
    pub fn select(
        &self,
        filter: Filter,
        lines: impl Iterator<Item = Result<String>>,
        context: RefContext<'_>,
    ) -> Result<Option<Targets>> {
        match (self.is_empty(), filter.is_empty()) {
            (true, true) => Ok(None),
            (true, false) => Ok(Some(Targets::Filter(Box::new(filter)))),
            (false, true) => parse_refs(&self.refs, lines, context).map(|refs| Some(Targets::Refs(refs))),
            (false, false) => {
                Err(Error::usage("references and filters cannot be combined")
                    .hint("give only references, or only filters"))
            }
        }
    }
}

/// The flags of every command that changes something.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Change")]
pub struct WriteArgs {
    /// Show what would change without changing anything
    #[arg(long)]
    pub dry_run: bool,
    /// Make the command idempotent: a repeat with this key returns the first result
    ///
    /// The key belongs to the acting agent. A repeat with the same arguments prints the stored rows
    /// and ends with the stored exit code. A repeat with other arguments is refused with exit code 5.
    #[arg(long, value_name = "KEY", value_parser = idempotency_key)]
    pub idempotency_key: Option<String>,
    /// Change as many rows as possible, report the others, and exit with 6
    ///
    /// Without this flag, a command changes all selected rows or none of them.
    #[arg(long)]
    pub keep_going: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    pub yes: bool,
    /// Reason, recorded in the history
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// A guard for verbs that change an owner.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Change")]
pub struct IfOwnerArgs {
    /// Refuse (exit code 5) unless this agent, `me` or `nobody` is the owner
    #[arg(long, value_name = "HANDLE")]
    pub if_owner: Option<OwnerFilter>,
}

/// Reads an idempotency key: 1 to 200 printable characters without spaces, which are safe to log
/// and easy to search for.
fn idempotency_key(text: &str) -> Result<String> {
    if (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err(Error::usage(
        "a key has 1 to 200 printable ASCII characters without spaces",
    ))
}

/// The flags for the output of rows.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Format of the rows [default: table]
    #[arg(short, long, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// Print only these columns, in this order
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Option<Vec<String>>,
    /// Omit the column names
    #[arg(long)]
    pub no_header: bool,
    /// Print only references, one per line
    #[arg(long, conflicts_with_all = ["columns", "output"])]
    pub ids: bool,
    /// Print nothing on success
    #[arg(short, long)]
    pub quiet: bool,
    /// Use of colour [default: auto]
    #[arg(long, value_name = "WHEN")]
    pub color: Option<ColorWhen>,
    /// Do not use a pager
    #[arg(long)]
    pub no_pager: bool,
    /// Time zone of the times that are read and shown [default: the workspace's]
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub tz: Option<String>,
}

impl OutputArgs {
    /// Adds the settings of the flags.
    pub fn add_to(&self, flags: &mut Flags) {
        let given = [
            (Key::Output, self.output.map(|f| spelled(&f))),
            (Key::Color, self.color.map(|c| spelled(&c))),
            (Key::Tz, self.tz.clone()),
        ];
        flags
            .set
            .extend(given.into_iter().filter_map(|(key, text)| Some((key, text?))));
    }
}

/// Returns a value's word on the command line.
fn spelled(value: &impl clap::ValueEnum) -> String {
    value
        .to_possible_value()
        .map(|v| v.get_name().to_owned())
        .unwrap_or_default()
}

/// Checks the zone's name, and keeps it as the database spells it.
fn zone(text: &str) -> Result<String> {
    let zone = parse_zone(text)?;
    Ok(zone.iana_name().unwrap_or(text).to_owned())
}

/// Reads a URL without a password. With a plain function, clap would print the refused URL with its password.
#[derive(Debug, Clone, Copy)]
pub struct UrlArg;

impl TypedValueParser for UrlArg {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> std::result::Result<String, clap::Error> {
        let url = StringValueParser::new().parse_ref(command, arg, value)?;
        config::url_without_password(&url).map_err(|e| {
            let flag = arg.map(ToString::to_string).unwrap_or_default();
            let hint = e
                .hint
                .as_deref()
                .map(|h| format!("\n\n  hint: {h}"))
                .unwrap_or_default();
            clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{flag}: {e}{hint}\n")).with_cmd(command)
        })
    }
}

/// The workspace and the acting agent, for every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnArgs {
    /// Profile in the configuration file
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Postgres URL, without a password
    ///
    /// The password comes from ~/.pgpass, PGPASSWORD or DATABASE_URL.
    #[arg(long, global = true, value_name = "URL", value_parser = UrlArg)]
    pub database: Option<String>,
    /// Postgres URL of a replica for reports, without a password
    #[arg(long, global = true, value_name = "URL", value_parser = UrlArg)]
    pub read_from: Option<String>,
    /// Workspace, a schema of the database
    #[arg(long, global = true, value_name = "NAME")]
    pub workspace: Option<String>,
    /// Act as this agent, if the login has a grant
    #[arg(long = "as", global = true, value_name = "HANDLE")]
    pub act_as: Option<Handle>,
    /// End the command after this time, such as 30s [default: 10s for connecting]
    ///
    /// The limit covers the whole command: connecting, waiting and printing. The exit code is then
    /// 8. It is 5 if the command was waiting for a locked row, and 9 if a commit was in progress.
    /// Commands that run until they are stopped (serve, demo, audit --follow) use the limit only
    /// for connecting.
    #[arg(long, global = true, value_name = "TIME")]
    pub timeout: Option<String>,
    /// Never prompt
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Log connections and retries, with their times, to standard error
    #[arg(long, global = true)]
    pub verbose: bool,
    /// Log connections, statements and retries to standard error
    ///
    /// The log contains no passwords and no values of statements.
    #[arg(long, global = true)]
    pub debug: bool,
    /// Set by `init`, which runs without a configuration file or profile.
    #[arg(skip)]
    pub setting_up: bool,
    /// Set by `init --local`.
    #[arg(skip)]
    pub local: bool,
}

impl ConnArgs {
    /// Returns the settings given as flags; [`OutputArgs::add_to`] adds the rest.
    pub fn flags(&self) -> Flags {
        let mut flags = Flags {
            profile: self.profile.clone(),
            config: self.config.clone(),
            setting_up: self.setting_up,
            ..Flags::default()
        };
        let given = [
            (Key::DatabaseUrl, self.database.clone()),
            (Key::ReadFrom, self.read_from.clone()),
            (Key::Workspace, self.workspace.clone()),
            (Key::As, self.act_as.as_ref().map(Handle::to_string)),
            (Key::Timeout, self.timeout.clone()),
            (Key::NoInput, self.no_input.then(|| "true".to_owned())),
            (Key::Local, self.local.then(|| "true".to_owned())),
        ];
        flags
            .set
            .extend(given.into_iter().filter_map(|(key, text)| Some((key, text?))));
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::{Bare, Reference};
    use clap::{CommandFactory, Parser};

    #[derive(Debug, Parser)]
    #[command(name = "inbox")]
    struct Everything {
        #[command(flatten)]
        conn: ConnArgs,
        #[command(flatten)]
        refs: RefArgs,
        #[command(flatten)]
        filter: FilterArgs,
        #[command(flatten)]
        time: TimeRangeArgs,
        #[command(flatten)]
        write: WriteArgs,
        #[command(flatten)]
        if_owner: IfOwnerArgs,
        #[command(flatten)]
        output: OutputArgs,
    }

    fn read(line: &str) -> Everything {
        Everything::try_parse_from(std::iter::once("inbox").chain(line.split_whitespace())).unwrap()
    }

    fn refused(line: &str) -> String {
        let line = std::iter::once("inbox").chain(line.split_whitespace());
        Everything::try_parse_from(line).unwrap_err().to_string()
    }

    #[test]
    fn shared_arguments_can_be_combined_in_one_command() {
        Everything::command().debug_assert();
    }

    #[test]
    fn help_shows_every_filter_in_one_table() {
        let help = Everything::command().render_help().to_string();
        assert_eq!(help.matches("Filters:").count(), 1, "{help}");
        let table = help.split("Filters:").nth(1).unwrap();
        let table = &table[..table.find("\n\n").unwrap_or(table.len())];
        for flag in [
            "owner",
            "unassigned",
            "team",
            "store",
            "channel",
            "status",
            "label",
            "priority",
            "order",
            "contact",
            "waiting-over",
            "window-under",
            "search",
            "snooze-due",
            "offered",
            "since",
            "until",
            "period",
        ] {
            assert!(table.contains(&format!("--{flag}")), "--{flag} is not in\n{table}");
        }
    }

    #[test]
    fn every_filter_flag_reaches_the_filter() {
        let got = read(
            "--owner sara,me --unassigned --team ops --store main --channel wa1 --status open,pending --label vip \
             --label cod --priority high --order #1001 --contact +923001234567 --waiting-over 10m --window-under 2h \
             --search parcel --snooze-due \
             --offered=me --has-ticket --not owner=ali,me --not has-ticket",
        );
        let want = Filter {
            owner: vec!["sara".parse().unwrap(), OwnerFilter::Me, OwnerFilter::Nobody],
            team: vec!["ops".parse().unwrap()],
            store: vec!["main".parse().unwrap()],
            channel: vec!["wa1".parse().unwrap()],
            status: vec![Status::Open, Status::Pending],
            label: vec!["vip".into(), "cod".into()],
            priority: vec![Priority::High],
            order: Some("#1001".into()),
            contact: Some("+923001234567".into()),
            waiting_over: Some(600),
            search: Some("parcel".into()),
            opened: TimeRange::default(),
            snooze_due: true,
            offered: Some(OfferedTo::Me),
            window_under: Some(7200),
            has_ticket: true,
            not: vec![
                Filter {
                    owner: vec!["ali".parse().unwrap(), OwnerFilter::Me],
                    ..Filter::default()
                },
                Filter {
                    has_ticket: true,
                    ..Filter::default()
                },
            ],
        };
        assert_eq!(got.filter.filter(), want);
        assert!(read("").filter.filter().is_empty());
    }

    #[test]
    fn not_accepts_every_filter_and_refuses_other_words() {
        let flags = FilterArgs::augment_args(clap::Command::new("inbox"));
        for name in flags
            .get_arguments()
            .filter_map(clap::Arg::get_long)
            .filter(|n| *n != "not")
        {
            match Everything::try_parse_from(["inbox", "--not", name]) {
                Ok(read) => assert_eq!(read.filter.not.len(), 1, "{name}"),
                Err(e) => assert!(
                    e.to_string().contains(&format!("value is required for '--{name} <")),
                    "{name}: {e}"
                ),
            }
        }
        assert!(refused("--not ownr=ali").contains("'ownr' is not a filter; the filters are owner, unassigned, team"));
        assert!(refused("--not not=owner=ali").contains("'not' is not a filter"));
        assert!(refused("--not status=opne").contains("[possible values: open, pending"));
        assert!(refused("--not has-ticket=x").contains("unexpected value 'x' for '--has-ticket'"));
        assert!(refused("--not owner").contains("a value is required for '--owner <HANDLE>'"));
    }

    #[test]
    fn offered_without_a_value_does_not_consume_the_next_reference() {
        let got = read("--offered C-1");
        assert_eq!(got.filter.filter().offered, Some(OfferedTo::Anyone));
        assert_eq!(got.refs.refs, ["C-1"]);
    }

    #[test]
    fn any_and_live_mean_several_statuses() {
        assert_eq!(read("--status any").filter.filter().status, Status::ALL);
        assert_eq!(
            read("--status resolved,live,open").filter.filter().status,
            [Status::Resolved, Status::Open, Status::Pending, Status::Snoozed]
        );
        assert!(refused("--status opne").contains("[possible values: open, pending, snoozed, resolved, live, any]"));
    }

    #[test]
    fn period_cannot_be_combined_with_since_or_until() {
        assert!(refused("--period yesterday --since 2h").contains("cannot be used with"));
        let range = read("--since 3d --until today").time.range();
        assert_eq!(
            (range.since.as_deref(), range.until.as_deref(), range.period),
            (Some("3d"), Some("today"), None)
        );
    }

    #[test]
    fn references_or_filters_select_but_not_both() {
        let context = RefContext {
            bare: Bare::Conversation,
            phone_prefix: "92",
        };
        let select = |line: &str, stdin: &'static str| {
            let got = read(line);
            got.refs
                .select(got.filter.filter(), stdin.lines().map(|l| Ok(l.to_owned())), context)
        };
        assert_eq!(select("", "").unwrap(), None);
        assert_eq!(
            select("C-1 2", "").unwrap(),
            Some(Targets::Refs(vec![
                Reference::Conversation(1),
                Reference::Conversation(2)
            ]))
        );
        assert_eq!(
            select("-", "").unwrap(),
            Some(Targets::Refs(vec![])),
            "an empty standard input selects nothing, not everything"
        );
        assert!(matches!(select("--owner me", "").unwrap(), Some(Targets::Filter(_))));
        assert!(
            select("C-1 --owner me", "")
                .unwrap_err()
                .message
                .contains("cannot be combined")
        );
        assert!(select("C-x", "").unwrap_err().message.contains("'C-x'"));
    }

    #[test]
    fn no_flag_takes_a_password() {
        for flag in ["--database", "--read-from"] {
            for url in ["postgres://u:secret@h/db", "postgres://u@h/db?password=secret"] {
                let e = refused(&format!("{flag} {url}"));
                assert!(
                    e.contains("a flag must not contain a password") && !e.contains("secret"),
                    "{e}"
                );
            }
            read(&format!("{flag} postgres://u@h/db"));
        }
    }

    #[test]
    fn zone_is_validated_when_parsed() {
        assert_eq!(read("--tz asia/karachi").output.tz.as_deref(), Some("Asia/Karachi"));
        assert!(refused("--tz=+05:00").contains("UTC offset"));
    }

    #[test]
    fn flags_reach_the_settings_under_known_names() {
        let got = read(
            "--profile p --config f --workspace shop --as sara --timeout 3s --no-input \
             --database postgres://u@h/d --tz utc",
        );
        let mut flags = got.conn.flags();
        got.output.add_to(&mut flags);
        assert_eq!(
            (flags.profile.as_deref(), flags.config),
            (Some("p"), Some(PathBuf::from("f")))
        );
        let set: Vec<_> = flags.set.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            set,
            [
                "database_url=postgres://u@h/d",
                "workspace=shop",
                "as=sara",
                "tz=UTC",
                "no_input=true",
                "timeout=3s"
            ]
        );
        for format in <Format as clap::ValueEnum>::value_variants() {
            for color in <ColorWhen as clap::ValueEnum>::value_variants() {
                let mut flags = Flags::default();
                OutputArgs {
                    output: Some(*format),
                    color: Some(*color),
                    ..OutputArgs::default()
                }
                .add_to(&mut flags);
                assert_eq!(flags.set.len(), 2);
                config::Settings::resolve(&flags, &config::Env::default()).unwrap();
            }
        }
    }

    #[test]
    fn key_is_printable() {
        assert_eq!(
            read("--idempotency-key shift-2026-11-17")
                .write
                .idempotency_key
                .as_deref(),
            Some("shift-2026-11-17")
        );
        assert!(refused("--idempotency-key=").contains("1 to 200"));
    }

    #[test]
    fn connection_flags_work_after_a_subcommand_too() {
        #[derive(Debug, Parser)]
        struct Top {
            #[command(flatten)]
            conn: ConnArgs,
            #[command(subcommand)]
            command: Sub,
        }
        #[derive(Debug, clap::Subcommand)]
        enum Sub {
            List,
        }
        let top = Top::try_parse_from(["inbox", "list", "--as", "sara", "--timeout", "3s"]).unwrap();
        assert!(matches!(top.command, Sub::List));
        assert_eq!(
            (top.conn.act_as.unwrap().as_str(), top.conn.timeout.as_deref()),
            ("sara", Some("3s"))
        );
    }
}
