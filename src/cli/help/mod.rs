//! The help pages. The overview groups the commands. Each page has examples first, then the command's
//! own flags, then common flags, with the environment variables of each flag.
//!
//! The definitions for parsing do not change. This module completes only the tree for help, man pages
//! and completions, because the work takes longer than most commands take to run.

mod examples;
mod topics;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Args, Command};

use crate::cli::args::{ConnArgs, FilterArgs, IfOwnerArgs, OutputArgs, TimeRangeArgs, WriteArgs};
use crate::cli::past::AsOfArgs;
use crate::cli::resource;
use crate::cli::verb::NoteArgs;
use crate::config::Key;
pub use examples::{PAGES, Page};
pub use topics::{TOPICS, Topic};

/// Every command is in one of these groups.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Work",
        &[
            "list", "show", "take", "assign", "release", "note", "handoff", "accept", "decline", "escalate", "resolve",
            "reopen", "pending", "snooze", "label", "undo", "ticket",
        ],
    ),
    ("Supervise", &["shift", "agent", "team", "store", "channel", "contact"]),
    ("Investigate", &["audit", "why", "kpi"]),
    (
        "Operate",
        &[
            "init",
            "serve",
            "tick",
            "webhook",
            "db",
            "local",
            "doctor",
            "whoami",
            "workspace",
            "config",
            "demo",
        ],
    ),
    ("Help", &["help", "version", "completions", "man", "schema"]),
];

/// Examples come right after the usage. The end of the page is in `{before-help}`, with the empty
/// lines before it, because it differs between `-h` and `--help`.
const TEMPLATE: &str = "{about}\n\n{usage-heading} {usage}{after-help}\n\n{all-args}{before-help}";
/// The page of the whole program: commands in groups come before the options.
const OVERVIEW: &str =
    "{about}\n\n{usage-heading} {usage}{after-help}\n\n{before-help}\x1b[1m\x1b[4mOptions:\x1b[0m\n{options}";

/// Common flags that `-h` of a command shows, because the command is often used with them.
const SHOWN: &[(&str, &[&str])] = &[
    ("list", &["owner", "team", "status"]),
    ("note", &["note_order", "courier", "tracking", "tried", "promised_by"]),
    ("ticket list", &["owner", "team", "status", "priority"]),
    ("audit", &["period"]),
    ("why", &["since", "until", "period"]),
    ("kpi export", &["since", "until", "period"]),
    ("kpi rows", &["since", "until", "period"]),
    ("webhook list", &["period"]),
];

/// The names of the groups of common flags, for the last line of `-h`.
const COMMON_GROUPS: &[(&str, &str)] = &[
    ("Filters", "filters"),
    ("Note", "notes"),
    ("Change", "changes"),
    ("Output", "output"),
    ("Connection", "connection"),
];

/// Returns the whole tree of commands, with the parts that only help pages need.
pub fn complete(command: Command) -> Command {
    let common = common();
    let command = dress(command, "", &common);
    let short = overview(&command, false);
    let long = overview(&command, true);
    command
        .before_help(short)
        .before_long_help(long)
        .help_template(OVERVIEW)
}

/// Returns the flags that many commands share.
fn common() -> Vec<Arg> {
    let command = ConnArgs::augment_args(OutputArgs::augment_args(Command::new("inbox")));
    let command = AsOfArgs::augment_args(TimeRangeArgs::augment_args(FilterArgs::augment_args(command)));
    let command = IfOwnerArgs::augment_args(NoteArgs::augment_args(command));
    // The write flags are the same for every change.
    let change = resource::Change::augment_args(WriteArgs::augment_args(Command::new("inbox")).mut_args(|a| a));
    let mut all: Vec<Arg> = command.get_arguments().cloned().collect();
    all.extend(change.get_arguments().cloned());
    all
}

fn help_of(arg: &Arg) -> String {
    arg.get_help().map(ToString::to_string).unwrap_or_default()
}

/// Returns whether a flag is one that many commands share.
fn is_common(arg: &Arg, common: &[Arg]) -> bool {
    common
        .iter()
        .any(|c| c.get_id() == arg.get_id() && help_of(c) == help_of(arg))
}

fn dress(command: Command, path: &str, common: &[Arg]) -> Command {
    let shown = SHOWN.iter().find(|s| s.0 == path).map_or(&[][..], |s| s.1);
    let is_hidden = |arg: &Arg| is_common(arg, common) && !shown.contains(&arg.get_id().as_str());
    let page = PAGES.iter().find(|p| p.path == path);
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let is_own = |arg: &&Arg| !is_hidden(arg) && !arg.is_hide_set() && !arg.is_hide_short_help_set();
    let own: Vec<&Arg> = command.get_arguments().filter(is_own).collect();

    let end = if names.is_empty() || !own.is_empty() {
        let has = |group: &str| {
            let under = |arg: &Arg| arg.get_help_heading() == Some(group) && is_hidden(arg);
            group == "Connection" || command.get_arguments().any(under)
        };
        let groups: Vec<&str> = COMMON_GROUPS.iter().filter(|g| has(g.0)).map(|g| g.1).collect();
        format!("Common flags ({}): inbox help flags", groups.join(", "))
    } else {
        let first = names.first().map_or("", String::as_str);
        format!("Help for one command: inbox {path} {first} --help")
    };
    let notes = page.map_or("", |p| p.notes);
    let long = if notes.is_empty() {
        end.clone()
    } else {
        format!("{notes}\n\n{end}")
    };
    let short = match (names.is_empty(), own.is_empty()) {
        (true, _) => format!("{}{end}", flag_block(&own, true)),
        (false, true) => format!("\n\n{end}"),
        (false, false) => format!("\n\n{}{end}", flag_block(&own, false)),
    };

    let required = |arg: &Arg| arg.is_required_set() && !arg.is_positional();
    // Required flags first, in help and man pages.
    let first = command.get_arguments().filter(|a| required(a)).count();
    let (mut required_seen, mut others_seen) = (0, first);
    let mut command = with_variables(command).mut_args(|arg| {
        // The block above contains the text of -h.
        let arg = arg.hide_short_help(true);
        if arg.is_positional() {
            return arg;
        }
        let seen = if required(&arg) {
            &mut required_seen
        } else {
            &mut others_seen
        };
        *seen += 1;
        arg.display_order(*seen)
    });
    for name in &names {
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path} {name}")
        };
        command = command.mut_subcommand(name, |c| dress(c, &below, common));
    }
    if let Some(page) = page {
        command = command.after_help(example_block(page));
    }
    if path.is_empty() {
        return command;
    }
    command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(own_flag(
            'h',
            "help",
            ArgAction::Help,
            "Print help; -h prints a summary",
        ))
        .arg(own_flag('V', "version", ArgAction::Version, "Print version"))
        .before_help(StyledStr::from(short))
        .before_long_help(StyledStr::from(format!("\n\n{long}")))
        .help_template(TEMPLATE)
}

/// Returns a flag that clap would add by itself, and that `-h` would then show.
fn own_flag(short: char, long: &'static str, action: ArgAction, help: &'static str) -> Arg {
    Arg::new(long)
        .short(short)
        .long(long)
        .action(action)
        .hide_short_help(true)
        .display_order(1001)
        .help(help)
}

/// The width of `-h`.
const WIDTH: usize = 80;
/// The maximum width of a flag whose text is on the same line.
const MAX_FLAG: usize = 28;

/// Returns arguments and flags with a line for each, as `-h` shows them.
fn flag_block(own: &[&Arg], with_arguments: bool) -> String {
    let mut text = String::new();
    let positional: Vec<(String, String)> = own
        .iter()
        .filter(|a| a.is_positional() && with_arguments)
        .map(|a| (argument(a), help_of(a)))
        .collect();
    let mut flags: Vec<(String, String)> = Vec::new();
    for required in [true, false] {
        let some = own
            .iter()
            .filter(|a| !a.is_positional() && a.is_required_set() == required);
        flags.extend(some.map(|a| (flag(a), help_of(a))));
    }
    flags.push((
        "-h, --help".to_owned(),
        "Print this summary; --help prints every flag".to_owned(),
    ));
    for (title, rows) in [("Arguments", positional), ("Options", flags)] {
        if rows.is_empty() {
            continue;
        }
        text.push_str(&format!("\x1b[1m\x1b[4m{title}:\x1b[0m\n"));
        let fitting = rows.iter().map(|r| r.0.len()).filter(|n| *n <= MAX_FLAG);
        let column = fitting.max().unwrap_or(0) + 4;
        for (name, help) in rows {
            let mut line = format!("  \x1b[1m{name}\x1b[0m");
            let mut used = name.len() + 2;
            if used + 2 > column {
                text.push_str(&format!("{line}\n"));
                (line, used) = (String::new(), 0);
            }
            line.push_str(&" ".repeat(column - used));
            used = column;
            for word in help.split(' ') {
                if used + word.chars().count() > WIDTH && used > column {
                    text.push_str(&format!("{}\n", line.trim_end()));
                    line = " ".repeat(column);
                    used = column;
                }
                line.push_str(word);
                line.push(' ');
                used += word.chars().count() + 1;
            }
            text.push_str(&format!("{}\n", line.trim_end()));
        }
        text.push('\n');
    }
    text
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let name = names.first().map(ToString::to_string);
    name.unwrap_or_else(|| arg.get_id().as_str().to_uppercase())
}

fn argument(arg: &Arg) -> String {
    let dots = if matches!(arg.get_action(), ArgAction::Append) {
        "..."
    } else {
        ""
    };
    match arg.is_required_set() {
        true => format!("<{}>{dots}", value_name(arg)),
        false => format!("[{}]{dots}", value_name(arg)),
    }
}

fn flag(arg: &Arg) -> String {
    let short = arg.get_short().map_or("    ".to_owned(), |s| format!("-{s}, "));
    let long = arg.get_long().unwrap_or_default();
    match arg.get_action().takes_values() {
        true => format!("{short}--{long} <{}>", value_name(arg)),
        false => format!("{short}--{long}"),
    }
}

fn example_block(page: &Page) -> StyledStr {
    let mut text = String::from("\x1b[1m\x1b[4mExamples:\x1b[0m");
    for line in page.examples.lines() {
        text.push_str("\n  ");
        text.push_str(line);
    }
    text.into()
}

/// Adds to each flag the environment variables that set it.
fn with_variables(command: Command) -> Command {
    command.mut_args(|arg| {
        let flag = arg.get_long().map(|l| format!("--{l}"));
        let names: Vec<&str> = match flag.as_deref() {
            Some("--profile") => vec!["INBOX_PROFILE"],
            Some("--config") => vec!["INBOX_CONFIG"],
            Some(flag) => {
                let key = Key::ALL.iter().find(|k| k.flag() == Some(flag));
                key.map(|k| k.env().to_vec()).unwrap_or_default()
            }
            None => Vec::new(),
        };
        if names.is_empty() {
            return arg;
        }
        let note = format!(" [env: {}]", names.join(", "));
        let help = help_of(&arg);
        let long = arg.get_long_help().map(ToString::to_string);
        let arg = match long {
            Some(long) => arg.long_help(long.replacen(&help, &format!("{help}{note}"), 1)),
            None => arg,
        };
        arg.help(format!("{help}{note}"))
    })
}

/// Returns the commands in their groups: their names for `-h`, a line for each for `--help`.
fn overview(command: &Command, long: bool) -> StyledStr {
    let mut text = String::new();
    for (title, names) in GROUPS {
        let here: Vec<&Command> = names
            .iter()
            .filter_map(|name| command.find_subcommand(name).filter(|c| !c.is_hide_set()))
            .collect();
        if long {
            text.push_str(&format!("\x1b[1m\x1b[4m{title}:\x1b[0m\n"));
            for one in here {
                let about = one.get_about().map(ToString::to_string).unwrap_or_default();
                text.push_str(&format!("  \x1b[1m{:<12}\x1b[0m {about}\n", one.get_name()));
            }
            text.push('\n');
        } else {
            let mut line = format!("{:<13}", format!("{title}:"));
            for one in here {
                if line.chars().count() + 1 + one.get_name().len() > 80 {
                    text.push_str(&format!("{}\n", line.trim_end()));
                    line = " ".repeat(13);
                }
                line.push_str(one.get_name());
                line.push(' ');
            }
            text.push_str(&format!("{}\n", line.trim_end()));
        }
    }
    if long {
        text.push_str("\x1b[1m\x1b[4mTopics:\x1b[0m\n");
        for topic in TOPICS {
            text.push_str(&format!("  \x1b[1m{:<12}\x1b[0m {}\n", topic.name, topic.about()));
        }
        text.push('\n');
        text.push_str("Help for a command or topic: inbox help NAME, or man inbox-NAME\n");
    } else {
        let topics: Vec<&str> = TOPICS.iter().map(|t| t.name).collect();
        text.push_str(&format!("Topics:      {}\n", topics[..5].join(" ")));
        text.push_str(&format!("             {}\n", topics[5..].join(" ")));
        text.push_str("\nHelp for a command or topic: inbox help NAME\n");
    }
    text.push_str(REPORT);
    text.into()
}

/// Where to report a fault; the repository only if the manifest names one.
const REPORT: &str = if env!("CARGO_PKG_REPOSITORY").is_empty() {
    "To report a fault, attach the output of: inbox version"
} else {
    concat!(
        "To report a fault: ",
        env!("CARGO_PKG_REPOSITORY"),
        " (attach the output of inbox version)"
    )
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// The verbs that a line of help may begin with.
    const VERBS: &[&str] = &[
        "Accept",
        "Add",
        "Administer",
        "Allow",
        "Apply",
        "Assign",
        "Become",
        "Change",
        "Check",
        "Decline",
        "Disable",
        "Distribute",
        "Enable",
        "End",
        "Erase",
        "Explain",
        "Export",
        "Follow",
        "Give",
        "Hand",
        "Inspect",
        "List",
        "Make",
        "Manage",
        "Mark",
        "Migrate",
        "Open",
        "Play",
        "Print",
        "Put",
        "Receive",
        "Record",
        "Release",
        "Remove",
        "Return",
        "Resolve",
        "Reverse",
        "Revoke",
        "Run",
        "Send",
        "Set",
        "Show",
        "Sign",
        "Simulate",
        "Snooze",
        "Spread",
        "Start",
        "Stop",
        "Verify",
        "Write",
    ];

    /// Visits every command of the tree but the root, with its path.
    fn walk(command: &Command, path: &str, visit: &mut impl FnMut(&Command, &str)) {
        for one in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            let path = format!("{path} {}", one.get_name()).trim().to_owned();
            visit(one, &path);
            walk(one, &path, visit);
        }
    }

    fn paths() -> Vec<String> {
        let mut paths = vec![String::new()];
        walk(&Cli::command(), "", &mut |_, path| paths.push(path.to_owned()));
        paths
    }

    /// Returns the output of `-h` or `--help` of a command on a terminal of 80 columns.
    fn printed(path: &str, flag: &str) -> String {
        let words = ["inbox"].into_iter().chain(path.split_whitespace()).chain([flag]);
        let command = crate::cli::command().term_width(80);
        command.try_get_matches_from(words).unwrap_err().to_string()
    }

    #[test]
    fn every_command_is_in_one_group_of_the_overview() {
        let command = crate::cli::command();
        let mut seen = 0;
        for one in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            let groups = GROUPS.iter().filter(|g| g.1.contains(&one.get_name())).count();
            assert_eq!(groups, 1, "{}", one.get_name());
            seen += 1;
        }
        let listed: usize = GROUPS.iter().map(|g| g.1.len()).sum();
        assert_eq!(seen, listed);
    }

    #[test]
    fn every_line_of_help_is_short_imperative_and_without_a_full_stop() {
        let mut wrong = Vec::new();
        let mut seen = 0;
        let mut check = |text: Option<String>, place: String, is_about: bool| {
            let line = text.unwrap_or_default();
            let verb = line.split(' ').next().unwrap_or_default();
            if line.is_empty()
                || line.chars().count() > 80
                || line.ends_with('.')
                || line.contains('\n')
                || (is_about && !VERBS.contains(&verb))
            {
                wrong.push(format!("{place}: {line}"));
            }
            seen += 1;
        };
        walk(&Cli::command(), "", &mut |command, path| {
            check(command.get_about().map(ToString::to_string), path.to_owned(), true);
            for arg in command.get_arguments().filter(|a| !a.is_hide_set()) {
                check(
                    arg.get_help().map(ToString::to_string),
                    format!("{path} {}", arg.get_id()),
                    false,
                );
            }
        });
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(seen > 1000, "{seen}");
    }

    #[test]
    fn every_page_has_examples_right_after_the_usage() {
        let paths = paths();
        assert!(paths.len() > 95, "{}", paths.len());
        for path in &paths {
            let page = printed(path, "--help");
            let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("no {what} in\n{page}"));
            let usage = at("Usage: inbox");
            let examples = at("\nExamples:\n  inbox ");
            assert!(usage < examples, "{page}");
            for later in ["\nArguments:", "\nCommands:", "\nOptions:"] {
                assert!(page.find(later).is_none_or(|n| n > examples), "{later} in\n{page}");
            }
        }
        let pages: HashSet<&str> = PAGES.iter().map(|p| p.path).collect();
        assert_eq!(pages.len(), PAGES.len(), "a page is there twice");
        for path in pages {
            assert!(paths.iter().any(|p| p == path), "there is no command '{path}'");
        }
    }

    #[test]
    fn short_help_fits_a_screen_of_80_by_24() {
        let mut wrong = Vec::new();
        for path in paths() {
            let page = printed(&path, "-h");
            let lines: Vec<&str> = page.lines().collect();
            if lines.len() > 24 || lines.iter().any(|l| l.chars().count() > 80) {
                wrong.push(format!("{} lines\n{page}", lines.len()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn own_flags_come_before_the_common_ones() {
        let common = common();
        for path in paths() {
            let page = printed(&path, "--help");
            let mut heading = "";
            for line in page.lines() {
                if !line.starts_with(' ') {
                    heading = line.trim_end_matches(':');
                }
                let is_common_heading = ["Note", "Change", "Output", "Connection"].contains(&heading);
                let flag = line
                    .trim_start()
                    .split([' ', ',', '=', '['])
                    .find(|w| w.starts_with("--"));
                if let (true, Some(flag)) = (is_common_heading && line.starts_with("  "), flag) {
                    let name = flag.trim_start_matches("--");
                    let known = common.iter().any(|a| {
                        a.get_help_heading() == Some(heading)
                            && (a.get_long() == Some(name)
                                || a.get_visible_aliases().unwrap_or_default().contains(&name))
                    });
                    let in_text = !line.starts_with("      --") && !line.starts_with("  -");
                    let own_order = path.starts_with("ticket") && name == "order";
                    assert!(known || in_text || own_order, "{path}: {flag} is under {heading}");
                }
            }
        }
        let page = printed("note", "-h");
        assert!(
            page.contains("[REF]... [TEXT]") && page.contains("--replaces"),
            "{page}"
        );
        assert!(printed("ticket set", "-h").contains("--status"));
        assert!(!printed("take", "-h").contains("--dry-run"));
        assert!(printed("take", "--help").contains("--dry-run"));
    }

    #[test]
    fn every_flag_with_a_variable_names_it() {
        let page = printed("take", "--help");
        for key in Key::ALL {
            let Some(flag) = key.flag() else { continue };
            let Some(at) = page.find(&format!("{flag} ")) else {
                continue;
            };
            let end = page[at + 4..].find("\n      --").map_or(page.len(), |n| at + 4 + n);
            let text: String = page[at..end].split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&format!("[env: {}", key.env()[0])), "{text}");
        }
        assert!(page.contains("[env: INBOX_AS]"), "{page}");
    }

    #[test]
    fn every_example_is_a_command_line_that_parses() {
        let mut seen = 0;
        for page in PAGES {
            let text = page.examples.replace("\\\n", " ");
            for line in text.lines() {
                let mut commands = vec![Vec::new()];
                let mut words = shlex::split(line).unwrap_or_else(|| panic!("{line}")).into_iter();
                while let Some(word) = words.next() {
                    match word.as_str() {
                        "|" | "||" => commands.push(Vec::new()),
                        ">" | "<" => drop(words.next()),
                        _ => commands.last_mut().unwrap().push(std::ffi::OsString::from(word)),
                    }
                }
                for words in commands.iter().filter(|w| w[0] == "inbox" && w.len() > 1) {
                    if let Err(e) = crate::cli::parse(words) {
                        panic!("{line}: {e}");
                    }
                    seen += 1;
                }
            }
        }
        assert!(seen > 120, "{seen}");
    }
}
