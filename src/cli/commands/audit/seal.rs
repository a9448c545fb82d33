//! `inbox audit seal`.

use std::path::PathBuf;

use crate::cli::args::OutputArgs;
use crate::cli::{Context, Exit};
use crate::db;
use crate::db::server::connect::Mode;
use crate::error::{Error, Result};
use crate::output::Target;

/// Write a seal of all chains, to be kept elsewhere
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write to this file, atomically [default: standard output]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a place that no file can have; [`crate::error::Kind::Failed`] where it
    /// cannot be written: it is whole or untouched.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let target = self.file.as_deref().map(Target::new).transpose()?;
        let mut conn = context.connect().await?;
        let mut tx = db::begin(&mut conn, &context.workspace, Mode::Read).await?;
        let info = db::operation::workspace_info(&mut tx).await?;
        let seal = db::audit::seal::seal(&mut tx, &context.workspace, None).await?;
        tx.rollback().await?;
        if seal.uncovered > 0 {
            context.output(Some(&info))?.warn(&format!(
                "{} events and messages are newer than the oldest transaction that is still running on \
                 the server: this seal does not cover them; seal again later",
                seal.uncovered
            ));
        }
        let text = serde_json::to_string_pretty(&seal).map_err(|e| Error::failed(e.to_string()))? + "\n";
        let mut out = context.output(Some(&info))?;
        match target {
            None => out.raw(text.as_bytes())?,
            Some(target) => {
                let mut draft = target.start(out.options().clone())?;
                draft.output().raw(text.as_bytes())?;
                target.place(draft, true)?;
                out.note(&format!(
                    "{} events in {} chains and {} messages sealed in {target}",
                    seal.events, seal.chains, seal.messages
                ));
            }
        }
        out.finish()?;
        Ok(0)
    }
}
