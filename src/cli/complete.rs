//! Answers a shell's request for completions: commands and flags from the definitions, and handles,
//! references, labels and columns from the workspace.
//!
//! After the deadline or a failure, the answer is empty. The query has the rights of the login. It
//! starts no server, and asks for no password.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, Args as _, Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use sqlx::postgres::PgConnection;

use crate::cli::args::{ConnArgs, FilterArgs, OutputArgs};
use crate::cli::commands::completions::{VARIABLE, completer};
use crate::cli::commands::schema;
use crate::cli::{Cli, context, help};
use crate::config::{Env, Key, Settings};
use crate::db::complete::{self, Candidate};
use crate::db::server::connect::Mode;
use crate::db::{self, Workspace};
use crate::error::Result;
use crate::output::{self, Options, Output, Terminal};

/// Time limit of an answer. A person does not wait longer after pressing the key.
const DEADLINE: Duration = Duration::from_millis(100);
/// Maximum number of candidates. A longer list does not help a person.
const MAX_CANDIDATES: i64 = 50;
/// Maximum width of a description.
const MAX_WIDTH: usize = 60;

/// Answers the request, if a shell's completion runs the program.
pub fn answer(args: &[OsString]) -> Option<ExitCode> {
    let shell = std::env::var_os(VARIABLE).filter(|s| !s.is_empty())?;
    let words: Vec<OsString> = args.iter().skip_while(|a| *a != "--").skip(1).cloned().collect();
    let mut text = Vec::new();
    let answered = completer(shell.to_str()?)
        .filter(|_| !words.is_empty())
        .map(|c| c.write_complete(&mut definition(&words), words.clone(), None, &mut text));
    let mut out = Output::stdio(Options::default(), Terminal::default());
    let written = matches!(answered, Some(Ok(()))) && out.raw(&text).and_then(|()| out.finish()).is_ok();
    Some(if written { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the definition of the named command, or of all commands if no command is named.
fn definition(words: &[OsString]) -> Command {
    let typed = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
    let named = typed.iter().find_map(|word| super::subcommand(word.to_str()?));
    match named {
        Some(named) => {
            let path = named.get_name().to_owned();
            ConnArgs::augment_args(Command::new("inbox").disable_help_subcommand(true))
                .subcommand(filled(named, &path))
                .mut_args(|arg| fill(arg, ""))
        }
        None => help::complete(Cli::command()).mut_args(|arg| fill(arg, "")),
    }
}

/// Adds the source of values to each argument of a command and its subcommands.
fn filled(command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command = command.mut_args(|arg| fill(arg, path));
    for name in names {
        let below = format!("{path} {name}");
        command = command.mut_subcommand(name, |c| filled(c, &below));
    }
    command
}

/// The source of an argument's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Handles of these kinds.
    Handles(&'static [&'static str]),
    /// Handles of these kinds, or `me`.
    Someone(&'static [&'static str]),
    Labels,
    Conversations,
    Tickets,
    /// The columns of the command's rows.
    Columns,
    Settings,
    Topics,
    /// Filters without their dashes, and their values.
    Filters,
}

/// Returns the source of an argument's values.
fn source(arg: &Arg, path: &str) -> Option<Source> {
    use Source::{Columns, Conversations, Filters, Handles, Labels, Settings, Someone, Tickets, Topics};
    const AGENT: &[&str] = &["agent"];
    const TEAM: &[&str] = &["team"];
    let command = path.split(' ').next().unwrap_or_default();
    Some(match (command, arg.get_id().as_str()) {
        (_, "columns" | "sort") => Columns,
        ("ticket", "refs") => Tickets,
        ("ticket", "conversation") | (_, "refs") => Conversations,
        ("shift", "from" | "to") => Handles(AGENT),
        (_, "to" | "give_to") => Someone(&["agent", "team"]),
        (_, "owner" | "if_owner" | "actor" | "agents") => Someone(AGENT),
        ("shift", "agent") => Someone(AGENT),
        (_, "act_as") => Handles(AGENT),
        ("label", "add" | "remove") | (_, "label") => Labels,
        (_, "team" | "add_team" | "remove_team") => Handles(TEAM),
        (_, "store") => Handles(&["store"]),
        (_, "channel") => Handles(&["channel"]),
        (_, "shift") => Handles(&["shift"]),
        ("agent", "handle" | "handles") if path != "agent add" => Handles(AGENT),
        ("team", "handle" | "handles") if path != "team add" => Handles(TEAM),
        ("store", "handle" | "handles") if path != "store add" => Handles(&["store"]),
        ("channel", "handle" | "handles") if path != "channel add" => Handles(&["channel"]),
        ("shift", "handle" | "handles") if path != "shift add" => Handles(&["shift"]),
        ("config", "name") => Settings,
        ("help", "words") => Topics,
        (_, "not") => Filters,
        _ => return None,
    })
}

fn fill(arg: Arg, path: &str) -> Arg {
    let Some(source) = source(&arg, path) else {
        return arg;
    };
    let path = path.to_owned();
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
        candidates(source, &path, typed)
    }))
}

fn candidates(source: Source, path: &str, typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else {
        return Vec::new();
    };
    if source == Source::Filters {
        return filters(path, typed);
    }
    let word = |word: &str, about: &str| Candidate {
        word: word.to_owned(),
        about: Some(about.to_owned()),
    };
    let digits = |letter: char| {
        typed
            .trim_start_matches([letter, letter.to_ascii_lowercase(), '-'])
            .to_owned()
    };
    let found = match source {
        Source::Handles(resources) => ask(async |conn| complete::handles(conn, &owned(resources)).await),
        Source::Someone(resources) => {
            let mut found = ask(async |conn| complete::handles(conn, &owned(resources)).await);
            found.push(word("me", "the acting agent"));
            found
        }
        Source::Labels => ask(async |conn| complete::labels(conn, MAX_CANDIDATES).await),
        Source::Conversations => {
            let digits = digits('C');
            match digits.chars().all(|c| c.is_ascii_digit()) {
                true => ask(async |conn| complete::conversations(conn, &digits, MAX_CANDIDATES).await),
                false => Vec::new(),
            }
        }
        Source::Tickets => {
            let digits = digits('T');
            match digits.chars().all(|c| c.is_ascii_digit()) {
                true => ask(async |conn| complete::tickets(conn, &digits, MAX_CANDIDATES).await),
                false => Vec::new(),
            }
        }
        Source::Columns => schema::columns(path)
            .iter()
            .map(|c| word(&c.name, c.doc.trim_end_matches('.')))
            .collect(),
        Source::Settings => Key::ALL.iter().map(|k| word(k.name(), k.meaning())).collect(),
        Source::Topics => help::TOPICS.iter().map(|t| word(t.name, t.about())).collect(),
        Source::Filters => Vec::new(),
    };
    let is_reference = matches!(source, Source::Conversations | Source::Tickets);
    found
        .into_iter()
        .filter(|c| is_plain(&c.word) && (is_reference || c.word.starts_with(typed)))
        .map(|c| {
            // A shell filters by the typed prefix, so the answer to c-12 or 12 has the same spelling.
            let shown = if is_reference && !c.word.starts_with(typed) {
                format!(
                    "{typed}{}",
                    &c.word[(2 + digits(c.word.chars().next().unwrap_or('C')).len()).min(c.word.len())..]
                )
            } else {
                c.word
            };
            let about = c
                .about
                .map(|a| output::one_line(&a, MAX_WIDTH))
                .filter(|a| !a.is_empty());
            CompletionCandidate::new(shown).help(about.map(Into::into))
        })
        .collect()
}

/// Returns the values of `--not`: names of filters, or the values of a filter after its `=`.
fn filters(path: &str, typed: &str) -> Vec<CompletionCandidate> {
    let flags = FilterArgs::augment_args(Command::new("inbox"));
    let flags = flags.get_arguments().filter(|a| a.get_id() != "not");
    let Some((name, value)) = typed.split_once('=') else {
        return flags
            .filter_map(|arg| {
                let end = if arg.get_action().takes_values() { "=" } else { "" };
                let name = arg.get_long().filter(|name| name.starts_with(typed))?;
                Some(CompletionCandidate::new(format!("{name}{end}")).help(arg.get_help().cloned()))
            })
            .collect();
    };
    let Some(arg) = flags.into_iter().find(|a| a.get_long() == Some(name)) else {
        return Vec::new();
    };
    let found = match source(arg, path) {
        Some(source) => candidates(source, path, OsStr::new(value)),
        None => arg
            .get_possible_values()
            .iter()
            .filter(|v| v.get_name().starts_with(value))
            .map(|v| CompletionCandidate::new(v.get_name()))
            .collect(),
    };
    found.into_iter().map(|c| c.add_prefix(format!("{name}="))).collect()
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// Returns whether a shell reads the text as one word.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "._:-".contains(c))
}

/// Queries the workspace. A failure is an empty answer.
fn ask(question: impl AsyncFnOnce(&mut PgConnection) -> Result<Vec<Candidate>>) -> Vec<Candidate> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Vec::new();
    };
    let limit = std::env::var("INBOX_COMPLETE_TIMEOUT")
        .ok()
        .and_then(|t| t.parse().ok());
    let limit = limit.map_or(DEADLINE, Duration::from_millis);
    let answer = runtime.block_on(async {
        tokio::time::timeout(limit, async {
            let (options, workspace) = place()?;
            let mut conn = db::connect(&options, limit).await?;
            let mut tx = db::begin(&mut conn, &workspace, Mode::Read).await?;
            question(&mut tx).await
        })
        .await
    });
    // A name resolution that has not ended stops with the process.
    runtime.shutdown_background();
    match answer {
        Ok(Ok(found)) => found,
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// Returns the database and the workspace that the typed flags select.
fn place() -> Result<(db::server::connect::ConnectOptions, Workspace)> {
    let words: Vec<String> = std::env::args().skip_while(|a| a != "--").skip(1).collect();
    let flag = |name: &str| {
        words
            .iter()
            .enumerate()
            .find_map(|(n, word)| match word.strip_prefix(name)? {
                "" => words.get(n + 1).cloned(),
                rest => rest.strip_prefix('=').map(str::to_owned),
            })
    };
    let conn = ConnArgs {
        profile: flag("--profile"),
        config: flag("--config").map(Into::into),
        database: flag("--database"),
        workspace: flag("--workspace"),
        ..ConnArgs::default()
    };
    let mut flags = conn.flags();
    OutputArgs::default().add_to(&mut flags);
    let settings = Settings::resolve(&flags, &Env::of_process()?)?;
    let workspace = settings.workspace().parse::<Workspace>()?.with_limits(&settings.limits);
    Ok((context::running(&settings)?, workspace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_argument_with_a_handle_or_reference_has_a_source() {
        let mut seen = 0;
        let mut look = |command: &Command, path: &str| {
            for arg in command.get_arguments() {
                let takes = arg.get_value_names().unwrap_or_default();
                let named = takes
                    .iter()
                    .any(|n| matches!(n.as_str(), "HANDLE" | "REF" | "TICKET" | "LABEL"));
                let is_new = path.ends_with(" add") && arg.get_id() == "handle";
                // `system` and logins are not listed for acting.
                if named && !is_new && !path.ends_with("-acting") && path != "init" {
                    assert!(source(arg, path).is_some(), "{path} {}", arg.get_id());
                    seen += 1;
                }
            }
        };
        fn walk(command: &Command, path: &str, look: &mut impl FnMut(&Command, &str)) {
            for below in command.get_subcommands() {
                let path = format!("{path} {}", below.get_name()).trim().to_owned();
                look(below, &path);
                walk(below, &path, look);
            }
        }
        walk(&Cli::command(), "", &mut look);
        assert!(seen > 100, "{seen}");
    }
}
