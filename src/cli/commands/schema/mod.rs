//! `inbox schema`: the columns that scripts can rely on.

mod tables;

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::error::{Error, Result};
use crate::output::{Column, Row, Value};
pub use tables::columns;

/// Show the columns of the output, a contract for scripts
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(List),
}

/// List the columns of every command
#[derive(Debug, clap::Args)]
struct List {
    /// Command, such as `ticket list` [default: every command]
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// One column of one command.
pub struct SchemaRow {
    command: &'static str,
    column: String,
    shown: bool,
    meaning: String,
}

impl Row for SchemaRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("command", "The command that prints the column.", |r: &Self| {
                r.command.into()
            }),
            Column::new(
                "column",
                "The name of the column in headers, in JSON and in --columns.",
                |r: &Self| Value::text(r.column.clone()),
            ),
            Column::new(
                "table",
                "Whether -o table shows the column; every other format does.",
                |r: &Self| r.shown.into(),
            ),
            Column::new("meaning", "The meaning of the column.", |r: &Self| {
                Value::text(r.meaning.clone())
            }),
        ]
    }
}

impl Args {
    /// Runs it. Needs no database.
    ///
    /// # Errors
    /// [`crate::error::Kind::NotFound`] for a command without columns.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        let Command::List(list) = self.command;
        context.with_output(&list.output)?;
        let wanted = list.command.join(" ");
        let rows: Vec<SchemaRow> = tables::tables()
            .filter(|(command, _)| wanted.is_empty() || *command == wanted)
            .flat_map(|(command, headings)| {
                headings.into_iter().map(move |h| SchemaRow {
                    command,
                    shown: h.is_in_table(),
                    column: h.name.into_owned(),
                    meaning: h.doc.into_owned(),
                })
            })
            .collect();
        if rows.is_empty() {
            return Err(Error::not_found(format!("the command '{wanted}' prints no columns"))
                .hint("inbox schema list shows every command that does"));
        }
        let mut out = context.output(None)?;
        out.page();
        out.print_rows(rows)?;
        out.finish()?;
        Ok(0)
    }
}
