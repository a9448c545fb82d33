//! `inbox audit seal`.

use std::path::PathBuf;

use crate::cli::args::OutputArgs;
use crate::cli::session;
use crate::cli::{Context, Exit};
use crate::db;
use crate::error::{Error, Result};
use crate::output::Target;

/// Write a seal of all chains; keep it on another machine
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
    /// [`crate::error::Kind::Usage`] if the path cannot be a file; [`crate::error::Kind::Failed`] if
    /// the file cannot be written, which leaves an existing file unchanged.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        let target = self.file.as_deref().map(Target::new).transpose()?;
        let (seal, mut out) = session::read(context, async |session| {
            db::audit::seal::seal(session.conn, &context.workspace, None).await
        })
        .await?;
        if seal.uncovered > 0 {
            out.warn(&format!(
                "{} events and messages are newer than the oldest transaction that is still running on \
                 the server: this seal does not cover them; seal again later",
                seal.uncovered
            ));
        }
        let text = serde_json::to_string_pretty(&seal).map_err(|e| Error::failed(e.to_string()))? + "\n";
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
