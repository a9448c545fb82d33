//! `inbox version`.

use crate::cli::Exit;
use crate::db::schema::code;
use crate::db::schema::migrate::known_version;
use crate::error::Result;
use crate::output::{Column, Format, Options, Output, Row, Terminal, Value};

/// Show the versions of the program and its schema
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output [default: table]
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<Format>,
}

/// The versions.
pub struct VersionRow;

impl Row for VersionRow {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("program", "The version of the program.", |_: &Self| {
                Value::text(env!("CARGO_PKG_VERSION"))
            }),
            Column::new(
                "migration",
                "The newest migration that the program knows.",
                |_: &Self| known_version().into(),
            ),
            Column::new(
                "code",
                "The version of the program's database functions.",
                |_: &Self| code::VERSION.into(),
            ),
            Column::new("system", "The operating system and the processor.", |_: &Self| {
                Value::text(format!("{} {}", std::env::consts::OS, std::env::consts::ARCH))
            }),
        ]
    }
}

impl Args {
    /// Runs it. Needs neither settings nor a database.
    ///
    /// # Errors
    /// The error of writing to stdout.
    pub fn run(&self) -> Result<Exit> {
        let options = Options {
            format: self.output.unwrap_or_default(),
            ..Options::default()
        };
        let mut out = Output::stdio(options, Terminal::detect());
        out.print_rows([VersionRow])?;
        out.finish()?;
        Ok(0)
    }
}
