//! `inbox shift`: shifts, rosters, and the change from one shift to the next. `disable` and `enable`
//! work as for every resource, so they are in this file.

mod add;
mod edit;
mod entry;
mod list;
mod off;
mod put;
mod revoke;
mod roster;
mod rotate;
mod rows;
mod who;

pub use rows::{Listed, OnShift};

use jiff::civil::Time;

use crate::cli::commands::place::turn;
use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::domain::shift::Hours;
use crate::error::Result;
use crate::verbs::administer::Field;

/// Administer shifts and rosters, and rotate work
///
/// A shift is a named interval of local time. A roster entry assigns an agent to a shift on some
/// days. If several entries cover the same agent, shift and day, the newest one applies. A day off
/// is therefore one more entry. Entries are never changed. Revoke an entry that is a mistake.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Rotate(Box<rotate::Args>),
    Who(who::Args),
    Put(Box<put::Args>),
    Off(Box<off::Args>),
    Roster(roster::Args),
    Revoke(Box<revoke::Args>),
    Add(Box<add::Args>),
    List(list::Args),
    Edit(Box<edit::Args>),
    /// Disable shifts; their history stays
    Disable(Box<Shifts>),
    /// Enable shifts again
    Enable(Box<Shifts>),
}

#[derive(Debug, clap::Args)]
struct Shifts {
    /// Shifts
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<Handle>,
    #[command(flatten)]
    change: Change,
}

/// Returns the columns of hours.
fn fields(hours: Option<Hours>, name: Option<&str>) -> Vec<Field> {
    let time = |t: Time| t.strftime("%H:%M:%S").to_string();
    let mut fields = Vec::new();
    fields.extend(name.map(|n| Field::new("name", n)));
    if let Some(hours) = hours {
        fields.push(Field::new("starts", time(hours.starts)));
        fields.push(Field::new("ends", time(hours.ends)));
    }
    fields
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// The errors of the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit> {
        match self.command {
            Command::Rotate(a) => a.run(context).await,
            Command::Who(a) => a.run(context).await,
            Command::Put(a) => a.run(context).await,
            Command::Off(a) => a.run(context).await,
            Command::Roster(a) => a.run(context).await,
            Command::Revoke(a) => a.run(context).await,
            Command::Add(a) => a.run(context).await,
            Command::List(a) => a.run(context).await,
            Command::Edit(a) => a.run(context).await,
            Command::Disable(a) => turn(context, "shift", &a.handles, false, &a.change).await,
            Command::Enable(a) => turn(context, "shift", &a.handles, true, &a.change).await,
        }
    }
}
