//! The columns of every command's rows, which `inbox schema list` prints. Scripts rely on them.

use crate::cli::commands::{audit, config, contact, db, doctor, kpi, local, schema, shift, tick, version, webhook};
use crate::cli::commands::{whoami, workspace};
use crate::cli::rows::resource::ResourceRow;
use crate::cli::rows::{ChangeRow, EventRow, LegRow, ListRow, TicketChangeRow, TicketRow, WhyRow};
use crate::db::admin::resource::{AgentLine, ChannelLine, Grant, StoreLine, TeamLine};
use crate::db::webhook::list::{DeadLine, DeliveryLine, NoticeLine};
use crate::output::{self, Heading, Row};

type Headings = fn() -> Vec<Heading>;

/// The commands and the columns of their rows. A command with several kinds of rows has several entries.
const TABLES: &[(&str, Headings)] = &[
    ("list", ListRow::headings),
    ("show", output::timeline_headings),
    ("take", ChangeRow::headings),
    ("assign", ChangeRow::headings),
    ("release", ChangeRow::headings),
    ("note", ChangeRow::headings),
    ("handoff", ChangeRow::headings),
    ("accept", ChangeRow::headings),
    ("decline", ChangeRow::headings),
    ("escalate", ChangeRow::headings),
    ("resolve", ChangeRow::headings),
    ("reopen", ChangeRow::headings),
    ("pending", ChangeRow::headings),
    ("snooze", ChangeRow::headings),
    ("label", ChangeRow::headings),
    ("undo", ChangeRow::headings),
    ("ticket list", TicketRow::headings),
    ("ticket show", output::timeline_headings),
    ("ticket assign", TicketChangeRow::headings),
    ("ticket set", TicketChangeRow::headings),
    ("ticket note", TicketChangeRow::headings),
    ("shift rotate", ChangeRow::headings),
    ("shift who", shift::OnShift::headings),
    ("shift put", ResourceRow::headings),
    ("shift off", ResourceRow::headings),
    ("shift roster", crate::db::admin::shift::EntryLine::headings),
    ("shift revoke", ResourceRow::headings),
    ("shift add", ResourceRow::headings),
    ("shift list", shift::Listed::headings),
    ("shift edit", ResourceRow::headings),
    ("shift disable", ResourceRow::headings),
    ("shift enable", ResourceRow::headings),
    ("agent add", ResourceRow::headings),
    ("agent list", AgentLine::headings),
    ("agent edit", ResourceRow::headings),
    ("agent disable", ResourceRow::headings),
    ("agent enable", ResourceRow::headings),
    ("agent away", ResourceRow::headings),
    ("agent back", ResourceRow::headings),
    ("agent import", ResourceRow::headings),
    ("agent grant-acting", ResourceRow::headings),
    ("agent revoke-acting", ResourceRow::headings),
    ("agent grants", Grant::headings),
    ("team add", ResourceRow::headings),
    ("team list", TeamLine::headings),
    ("team edit", ResourceRow::headings),
    ("team disable", ResourceRow::headings),
    ("team enable", ResourceRow::headings),
    ("store add", ResourceRow::headings),
    ("store list", StoreLine::headings),
    ("store edit", ResourceRow::headings),
    ("store disable", ResourceRow::headings),
    ("store enable", ResourceRow::headings),
    ("channel add", ResourceRow::headings),
    ("channel list", ChannelLine::headings),
    ("channel edit", ResourceRow::headings),
    ("channel disable", ResourceRow::headings),
    ("channel enable", ResourceRow::headings),
    ("contact list", contact::ContactRow::headings),
    ("contact show", contact::ContactRow::headings),
    ("contact forget", contact::ForgetRow::headings),
    ("audit", <EventRow<'_> as Row>::headings),
    ("audit owner", LegRow::headings),
    ("audit verify", audit::FindingRow::headings),
    ("why", <WhyRow<'_> as Row>::headings),
    ("kpi export", kpi::default_columns),
    ("kpi rows", crate::db::kpi::Row::headings),
    ("tick", tick::Count::headings),
    ("webhook list", DeliveryLine::headings),
    ("webhook list --dead", DeadLine::headings),
    ("webhook list --notices", NoticeLine::headings),
    ("webhook show", webhook::EventRow::headings),
    ("webhook replay", crate::worker::replay::Tried::headings),
    ("webhook play", webhook::Played::headings),
    ("db status", db::StepRow::headings),
    ("local status", local::LocalRow::headings),
    ("local start", local::LocalRow::headings),
    ("local stop", local::LocalRow::headings),
    ("doctor", doctor::Check::headings),
    ("init", whoami::WhoRow::headings),
    ("whoami", whoami::WhoRow::headings),
    ("config", config::SettingRow::headings),
    ("config list", config::SettingRow::headings),
    ("workspace show", workspace::WorkspaceRow::headings),
    ("workspace set", ResourceRow::headings),
    ("schema list", schema::SchemaRow::headings),
    ("version", version::VersionRow::headings),
];

/// Returns every command with the columns of its rows.
pub fn tables() -> impl Iterator<Item = (&'static str, Vec<Heading>)> {
    TABLES.iter().map(|(command, headings)| (*command, headings()))
}

/// Returns the columns of a command's rows, or an empty list for an unknown command.
pub fn columns(command: &str) -> Vec<Heading> {
    let table = TABLES.iter().find(|t| t.0 == command);
    table.map(|(_, headings)| headings()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands that have `--columns` but print no rows.
    const OTHERS: &[&str] = &["audit seal", "db roles", "db migrate", "config workspace"];

    #[test]
    fn every_command_with_columns_is_in_the_schema() {
        fn walk(command: &clap::Command, path: &str, missing: &mut Vec<String>) {
            for below in command.get_subcommands() {
                let path = format!("{path} {}", below.get_name()).trim().to_owned();
                let has = below.get_arguments().any(|a| a.get_id() == "columns");
                if has && columns(&path).is_empty() && !OTHERS.contains(&path.as_str()) {
                    missing.push(path.clone());
                }
                walk(below, &path, missing);
            }
        }
        let mut missing = Vec::new();
        walk(&<crate::cli::Cli as clap::CommandFactory>::command(), "", &mut missing);
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn columns_have_a_sentence_and_a_name_of_one_word() {
        for (command, headings) in tables() {
            for heading in headings {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                assert!(heading.name.chars().all(plain), "{command} {}", heading.name);
                assert!(
                    heading.doc.ends_with('.'),
                    "{command} {}: {}",
                    heading.name,
                    heading.doc
                );
            }
        }
    }
}
