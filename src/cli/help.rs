//! The page that `inbox --help` shows: commands in groups, by who needs them.

/// Every command stands in one of these.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Work",
        &[
            "list", "show", "take", "assign", "release", "note", "handoff", "accept", "decline", "escalate", "resolve",
            "reopen", "pending", "snooze", "label", "undo", "ticket",
        ],
    ),
    (
        "Supervise",
        &[
            "shift", "agent", "team", "store", "channel", "contact", "route", "sweep", "board",
        ],
    ),
    ("Investigate", &["audit", "why", "verify", "seal", "kpi"]),
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
            "config",
            "demo",
            "completions",
            "man",
        ],
    ),
];

const TEMPLATE: &str =
    "{about}\n\n{usage-heading} {usage}\n\n{before-help}\x1b[1m\x1b[4mOptions:\x1b[0m\n{options}{after-help}";

/// Puts the commands of the whole program into their groups.
pub fn grouped(command: clap::Command) -> clap::Command {
    let mut text = String::new();
    for (title, names) in GROUPS {
        let mut begun = false;
        for name in *names {
            let Some(one) = command.find_subcommand(name).filter(|c| !c.is_hide_set()) else {
                continue;
            };
            if !begun {
                text.push_str(&format!("\x1b[1m\x1b[4m{title}:\x1b[0m\n"));
                begun = true;
            }
            let about = one.get_about().map(ToString::to_string).unwrap_or_default();
            text.push_str(&format!("  \x1b[1m{name:<12}\x1b[0m {}\n", short(&about)));
        }
        if begun {
            text.push('\n');
        }
    }
    text.push_str("inbox COMMAND --help tells more; man inbox-COMMAND too.");
    command.before_help(text).help_template(TEMPLATE)
}

/// Gives as much of a sentence as fits on a line of 80 columns and still says what the command does.
fn short(about: &str) -> &str {
    const ROOM: usize = 64;
    let mut text = about;
    for mark in [";", ":", " (", ",", " that "] {
        if text.chars().count() > ROOM {
            text = text.split(mark).next().unwrap_or(text);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::GROUPS;

    #[test]
    fn every_command_stands_in_one_group_of_the_help() {
        let command = crate::cli::command();
        let mut seen = 0;
        for one in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            let groups: Vec<_> = GROUPS.iter().filter(|g| g.1.contains(&one.get_name())).collect();
            assert_eq!(groups.len(), 1, "{}", one.get_name());
            seen += 1;
        }
        assert!(seen > 10, "{seen} commands");
    }

    #[test]
    fn every_line_of_the_overview_fits_a_terminal_of_80_columns() {
        for one in crate::cli::command().get_subcommands() {
            let about = one.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(super::short(&about).chars().count() <= 64, "{about}");
        }
    }

    /// Visits every command of the tree.
    fn walk(command: &clap::Command, path: &str, visit: &mut impl FnMut(&clap::Command, &str)) {
        for one in command.get_subcommands() {
            let path = format!("{path} {}", one.get_name());
            visit(one, &path);
            walk(one, &path, visit);
        }
    }

    #[test]
    fn every_command_and_every_argument_says_what_it_is() {
        let mut seen = 0;
        walk(&crate::cli::command(), "inbox", &mut |command, path| {
            assert!(command.get_about().is_some(), "{path}");
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{path} {}", arg.get_id());
                seen += 1;
            }
        });
        assert!(seen > 100, "{seen} arguments");
    }
}
