//! The destination of a report's rows: standard output, or a file.

use std::path::PathBuf;

use crate::cli::Context;
use crate::cli::args::OutputArgs;
use crate::error::Result;
use crate::output::{Draft, Format, Output, Target};

/// The flags for a file as the destination.
#[derive(Debug, clap::Args)]
pub(super) struct FileArgs {
    /// Write to this file, atomically; its extension sets the format
    ///
    /// The extensions are .csv, .tsv, .json, .jsonl and .txt.
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// Succeed without writing if the file exists
    #[arg(long, requires = "file")]
    if_missing: bool,
}

/// The destination of the rows.
pub(super) enum Destination {
    Stdout,
    File {
        target: Target,
        format: Format,
        replace: bool,
    },
}

impl FileArgs {
    /// Checks the destination. Returns none if the file exists and must stay.
    pub(super) fn place(&self, context: &Context, output: &OutputArgs) -> Result<Option<Destination>> {
        let Some(path) = &self.file else {
            return Ok(Some(Destination::Stdout));
        };
        let target = Target::new(path)?;
        let format = target.format(output.output)?;
        if self.if_missing && target.exists() {
            context
                .output(None)?
                .note(&format!("{} exists and was not changed", path.display()));
            return Ok(None);
        }
        Ok(Some(Destination::File {
            target,
            format,
            replace: !self.if_missing,
        }))
    }
}

impl Destination {
    pub(super) fn start(self, mut out: Output) -> Result<Sheet> {
        let draft = match self {
            Destination::Stdout => {
                out.page();
                None
            }
            Destination::File {
                target,
                format,
                replace,
            } => {
                let mut options = out.options().clone();
                options.format = format;
                Some((target.start(options)?, target, replace))
            }
        };
        Ok(Sheet { out, draft })
    }
}

/// The writer of the rows.
pub(super) struct Sheet {
    out: Output,
    draft: Option<(Draft, Target, bool)>,
}

impl Sheet {
    pub(super) fn output(&mut self) -> &mut Output {
        match &mut self.draft {
            Some((draft, _, _)) => draft.output(),
            None => &mut self.out,
        }
    }

    pub(super) fn finish(mut self, count: u64) -> Result<()> {
        if let Some((draft, target, replace)) = self.draft {
            let text = if target.place(draft, replace)? {
                format!("{target}: {count} rows")
            } else {
                format!("{target} was created by another program in the meantime and was not changed")
            };
            self.out.note(&text);
        }
        self.out.finish()
    }
}
