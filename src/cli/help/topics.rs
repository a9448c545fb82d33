//! The topics of `inbox help`, which are also man pages of section 7.

use std::fmt::Write as _;

use clap::{Args, Command};
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::args::{ConnArgs, FilterArgs, IfOwnerArgs, OutputArgs, TimeRangeArgs, WriteArgs};
use crate::cli::past::AsOfArgs;
use crate::cli::verb::NoteArgs;
use crate::config::Key;
use crate::error::Kind;

/// One topic.
pub struct Topic {
    /// The word after `inbox help`.
    pub name: &'static str,
    text: &'static str,
}

/// Every topic, in the order of the overview.
pub const TOPICS: &[Topic] = &[
    Topic {
        name: "exit-codes",
        text: include_str!("topics/exit-codes.txt"),
    },
    Topic {
        name: "environment",
        text: include_str!("topics/environment.txt"),
    },
    Topic {
        name: "time",
        text: include_str!("topics/time.txt"),
    },
    Topic {
        name: "filters",
        text: include_str!("topics/filters.txt"),
    },
    Topic {
        name: "formatting",
        text: include_str!("topics/formatting.txt"),
    },
    Topic {
        name: "references",
        text: include_str!("topics/references.txt"),
    },
    Topic {
        name: "flags",
        text: include_str!("topics/flags.txt"),
    },
    Topic {
        name: "scripting",
        text: include_str!("topics/scripting.txt"),
    },
    Topic {
        name: "permissions",
        text: include_str!("topics/permissions.txt"),
    },
];

/// A part of a topic that is generated from the program's own tables.
type Part = fn() -> String;

/// The marks in the texts, and the text that replaces them.
const PARTS: [(&str, Part); 4] = [
    ("{exit_codes}", exit_codes),
    ("{environment}", environment),
    ("{filters}", filters),
    ("{flags}", flags),
];

impl Topic {
    /// Finds a topic by its name.
    pub fn find(name: &str) -> Option<&'static Topic> {
        TOPICS.iter().find(|t| t.name == name)
    }

    /// Returns the first line, which is the title of the topic.
    pub fn about(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default()
    }

    /// Returns the whole text, at most 80 columns wide.
    pub fn page(&self) -> String {
        let mut text = self.text.to_owned();
        for (mark, part) in PARTS {
            if text.contains(mark) {
                text = text.replace(mark, part().trim_end());
            }
        }
        text
    }

    /// Returns the man page: indented lines are shown as they are.
    pub fn man_page(&self) -> Vec<u8> {
        let page = self.page();
        let mut roff = Roff::new();
        let title = format!("inbox-{}", self.name);
        roff.control(
            "TH",
            [title.as_str(), "7", "", concat!("inbox ", env!("CARGO_PKG_VERSION"))],
        );
        roff.control("SH", ["NAME"]);
        roff.text([roman(format!("{title} - {}", self.about()))]);
        roff.control("SH", ["DESCRIPTION"]);
        let mut verbatim = false;
        for line in page.lines().skip(2) {
            let indented = line.starts_with("  ");
            if !line.is_empty() && indented != verbatim {
                roff.control(if indented { "nf" } else { "fi" }, []);
                verbatim = indented;
            }
            match line {
                "" if verbatim => roff.text([roman("")]),
                "" => roff.control("PP", []),
                line => roff.text([roman(line)]),
            };
        }
        if verbatim {
            roff.control("fi", []);
        }
        roff.control("SH", ["SEE ALSO"]);
        roff.text([bold("inbox"), roman("(1)")]);
        roff.render().into_bytes()
    }
}

/// Returns the exit codes, from the error's own table.
fn exit_codes() -> String {
    let mut text = "    0  done; also an empty list\n".to_owned();
    for (kind, meaning) in [
        (Kind::Failed, "failed"),
        (Kind::Usage, "wrong usage or configuration"),
        (Kind::NotFound, "unknown conversation, ticket, agent or other object"),
        (Kind::Denied, "not permitted"),
        (
            Kind::Conflict,
            "the current state does not allow it; nothing was changed",
        ),
        (Kind::Partial, "some of the references failed (--keep-going)"),
        (Kind::Check, "a check failed, or --fail-if-any found rows"),
        (Kind::Unreachable, "database unreachable or out of time: try again"),
        (Kind::CommitLost, "the connection was lost during the commit"),
        (Kind::Interrupted, "interrupted; nothing is half done"),
    ] {
        put(
            &mut text,
            format_args!("  {:>3}  {meaning} ({})\n", kind.exit_code(), kind.code()),
        );
    }
    text
}

/// Returns the settings with their variables and flags.
fn environment() -> String {
    let mut text = String::new();
    for key in Key::ALL {
        for name in key.env() {
            let flag = key.flag().map(|f| format!(" ({f})")).unwrap_or_default();
            put(&mut text, format_args!("  {name:<25} {}{flag}\n", key.meaning()));
        }
    }
    text
}

fn filters() -> String {
    let command = TimeRangeArgs::augment_args(FilterArgs::augment_args(Command::new("inbox")));
    arguments(command)
}

fn flags() -> String {
    let command = AsOfArgs::augment_args(TimeRangeArgs::augment_args(FilterArgs::augment_args(Command::new(
        "inbox",
    ))));
    let command = IfOwnerArgs::augment_args(WriteArgs::augment_args(NoteArgs::augment_args(command)));
    arguments(ConnArgs::augment_args(OutputArgs::augment_args(command)))
}

/// Returns the table of flags that clap makes of a definition, for 80 columns.
fn arguments(command: Command) -> String {
    let mut command = super::with_variables(command)
        .disable_help_flag(true)
        .term_width(78)
        .help_template("{all-args}");
    // All lines are indented, so the man page does not wrap them.
    let text = command.render_help().to_string();
    text.lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("  {}\n", line.trim_end())
            }
        })
        .collect()
}

/// Appends to a text, which cannot fail.
fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    if text.write_fmt(what).is_err() {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_fit_80_columns_and_have_balanced_marks() {
        for topic in TOPICS {
            let page = topic.page();
            for line in page.lines() {
                assert!(line.chars().count() <= 80, "{}: {line}", topic.name);
            }
            assert!(
                !page.contains("{exit") && !page.contains("{env") && !page.contains("{f"),
                "{page}"
            );
            assert!(
                !topic.about().ends_with('.') && topic.about().len() <= 60,
                "{}",
                topic.about()
            );
            assert_eq!(page.lines().nth(1), Some(""), "{}", topic.name);
        }
    }

    #[test]
    fn topics_never_hide_a_command() {
        for topic in TOPICS {
            assert!(crate::cli::subcommand(topic.name).is_none(), "{}", topic.name);
        }
    }

    #[test]
    fn topic_of_filters_names_every_filter() {
        let page = Topic::find("filters").unwrap().page();
        for arg in FilterArgs::augment_args(Command::new("inbox")).get_arguments() {
            let flag = format!("--{}", arg.get_long().unwrap());
            assert!(page.contains(&flag), "{flag}\n{page}");
        }
    }

    #[test]
    fn topic_of_the_environment_names_every_variable() {
        let page = Topic::find("environment").unwrap().page();
        for name in Key::ALL.iter().flat_map(|k| k.env()) {
            assert!(page.contains(name), "{name}");
        }
    }
}
