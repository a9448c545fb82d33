//! `inbox agent import`.

use std::cell::RefCell;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::cli::resource::Change;
use crate::cli::stdin;
use crate::cli::{Context, Exit};
use crate::db::admin::resource;
use crate::domain::staff_file;
use crate::error::{Error, Result};
use crate::verbs::agent::{check_staff, import};

/// Add and update agents from a CSV file, all or none
///
/// The first line names the columns: handle, and any of name, role, teams, capacity, login. New
/// agents are added, with the role agent by default. Agents that differ are changed. Agents that
/// are not in the file stay as they are. Separate several teams with ';' or a space. An empty cell
/// means no team, no limit, or no login. An empty cell of name or role keeps the value.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CSV file, or - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    #[command(flatten)]
    change: Change,
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if a line is wrong. Each wrong line is reported first.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.change.output)?;
        if self.change.keep_going() {
            return Err(
                Error::usage("--keep-going cannot be used with an import, which is all or nothing")
                    .hint("to see every problem of the file, add --dry-run"),
            );
        }
        let (name, bytes) = self.bytes(context)?;
        let hash = hex::encode(Sha256::digest(&bytes));
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::usage(format!("{name} is not UTF-8")).hint("save it as CSV UTF-8"))?;
        let (lines, bad) = staff_file::read(&text).map_err(|mut e| {
            e.message = format!("{name}: {}", e.message).into();
            e
        })?;
        let problems = RefCell::new(Vec::new());
        let args = json!({"lines": lines.len() + bad.len(), "sha256": hash});
        let done = self
            .change
            .run_with_logins(context, "agent import", args, false, async |session, logins| {
                let mut all = bad.clone();
                all.extend(check_staff(session.conn, &lines).await?);
                if !all.is_empty() {
                    all.sort_by_key(|p| p.line);
                    let count = all.len();
                    *problems.borrow_mut() = all;
                    return Err(Error::usage(format!(
                        "{name} has {count} problem{}; nothing was changed",
                        if count == 1 { "" } else { "s" }
                    )));
                }
                let mut before = Vec::new();
                for line in lines.iter().filter(|l| l.login.is_some() || l.role.is_some()) {
                    before.extend(resource::logins_of(session.conn, line.handle.as_str()).await?);
                }
                let done = import(session.conn, session.operation, &lines, self.change.reason()).await?;
                let changed = done.iter().filter(|d| d.is_change()).map(|d| d.handle.clone());
                for handle in changed.collect::<Vec<_>>() {
                    logins.extend(resource::logins_of(session.conn, &handle).await?);
                }
                if !logins.is_empty() {
                    logins.extend(before);
                }
                Ok(done)
            })
            .await;
        if done.is_err() {
            let mut out = context.output(None)?;
            for problem in problems.borrow().iter() {
                out.warn(&format!("{name}, line {}: {}", problem.line, problem.what));
            }
        }
        done
    }

    fn bytes(&self, context: &Context) -> Result<(String, Vec<u8>)> {
        if self.file == "-" {
            let bytes = stdin::bytes(&context.terminal, "inbox agent import FILE")?;
            return Ok(("standard input".to_owned(), bytes));
        }
        let bytes =
            fs_err::read(&self.file).map_err(|e| Error::usage(format!("the file cannot be read: {e}")).caused_by(e))?;
        Ok((self.file.clone(), bytes))
    }
}
