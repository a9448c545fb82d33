//! `inbox agent import`.

use std::cell::RefCell;
use std::io::Read;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::db::resource;
use crate::domain::staff_file;
use crate::error::{Error, Result};
use crate::verbs::agent::{check_staff, import};

/// Add and update agents from a CSV file: all lines or none
///
/// The first line names the columns: handle, and any of name, role, teams, capacity, login. Agents that are not there yet are added (role agent
/// where none is given), those that differ are changed, the rest is left alone; an agent who is not in the file stays as he is. Several teams
/// stand with ';' or a space between them. An empty cell of teams, capacity or login means none; of name or role it leaves what is there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example file:
  handle,name,role,teams,capacity,login
  sara,Sara Khan,agent,support,30,sara
  omar,Omar Raza,supervisor,support;ops,,omar

Examples:
  inbox agent import people.csv --dry-run
  inbox agent import - <people.csv")]
pub struct Import {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    #[command(flatten)]
    change: Change,
}

impl Import {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where a line is wrong; each is reported first.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.change.output)?;
        if self.change.keep_going() {
            return Err(Error::usage("--keep-going is not for an import: all lines or none")
                .hint("--dry-run tells all that is wrong with the file"));
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
            .run_with_logins(context, "agent import", args, false, async |conn, operation, logins| {
                let mut all = bad.clone();
                all.extend(check_staff(conn, &lines).await?);
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
                    before.extend(resource::logins_of(conn, line.handle.as_str()).await?);
                }
                let done = import(conn, operation, &lines, self.change.reason()).await?;
                let changed = done.iter().filter(|d| d.is_change()).map(|d| d.handle.clone());
                for handle in changed.collect::<Vec<_>>() {
                    logins.extend(resource::logins_of(conn, &handle).await?);
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
        let mut bytes = Vec::new();
        if self.file == "-" {
            if context.terminal.stdin {
                return Err(
                    Error::usage("'-' reads the file from standard input, which is a terminal")
                        .hint("inbox agent import FILE"),
                );
            }
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            return Ok(("standard input".to_owned(), bytes));
        }
        let bytes =
            fs_err::read(&self.file).map_err(|e| Error::usage(format!("the file cannot be read: {e}")).caused_by(e))?;
        Ok((self.file.clone(), bytes))
    }
}
