//! The code that `inbox team` and `inbox store` share.

use serde_json::json;

use crate::cli::resource::Change;
use crate::cli::{Context, Exit};
use crate::domain::ids::Handle;
use crate::error::{Error, Result};
use crate::verbs::administer::{Field, add, disable, each, edit, enable};

/// Creates the commands of a resource whose only field is a name.
macro_rules! place {
    ($resource:literal, $about:literal, $read:path) => {
        use $crate::cli::commands::place::{put, turn};
        use $crate::cli::resource::{Change, List};
        use $crate::cli::{Context, Exit};
        use $crate::db::admin::resource;
        use $crate::domain::ids::Handle;
        use $crate::domain::vocabulary;
        use $crate::error::Result;

        #[doc = $about]
        #[derive(Debug, clap::Args)]
        pub struct Args {
            #[command(subcommand)]
            command: Command,
        }

        #[derive(Debug, clap::Subcommand)]
        enum Command {
            #[command(about = concat!("Add a ", $resource))]
            Add {
                #[arg(help = concat!("Handle of the ", $resource, "; it can never be changed or reused"))]
                handle: Handle,
                /// Name [default: the handle]
                #[arg(long, value_parser = vocabulary::name)]
                name: Option<String>,
                #[command(flatten)]
                change: Box<Change>,
            },
            #[command(about = concat!("List ", $resource, "s with their work"))]
            List(List),
            #[command(about = concat!("Change the name of a ", $resource))]
            Edit {
                #[arg(help = concat!("Handle of the ", $resource))]
                handle: Handle,
                /// Name
                #[arg(long, value_parser = vocabulary::name)]
                name: Option<String>,
                #[command(flatten)]
                change: Box<Change>,
            },
            #[command(about = concat!("Disable ", $resource, "s; their history stays"))]
            Disable {
                #[arg(required = true, value_name = "HANDLE", help = concat!("Handles of the ", $resource, "s"))]
                handles: Vec<Handle>,
                #[command(flatten)]
                change: Box<Change>,
            },
            #[command(about = concat!("Enable ", $resource, "s again"))]
            Enable {
                #[arg(required = true, value_name = "HANDLE", help = concat!("Handles of the ", $resource, "s"))]
                handles: Vec<Handle>,
                #[command(flatten)]
                change: Box<Change>,
            },
        }

        impl Args {
            /// Runs it.
            ///
            /// # Errors
            /// The errors of the subcommand.
            pub async fn run(self, context: &mut Context) -> Result<Exit> {
                match self.command {
                    Command::List(list) => {
                        let all = list.all;
                        list.run(context, async |session| {
                            let mut rows = $read(session.conn).await?;
                            rows.retain(|r| all || r.disabled_at.is_none());
                            Ok(rows)
                        })
                        .await
                    }
                    Command::Add { handle, name, change } => {
                        put(
                            context,
                            $resource,
                            &handle,
                            Some(name.unwrap_or_else(|| handle.to_string())),
                            true,
                            &change,
                        )
                        .await
                    }
                    Command::Edit { handle, name, change } => {
                        put(context, $resource, &handle, name, false, &change).await
                    }
                    Command::Disable { handles, change } => turn(context, $resource, &handles, false, &change).await,
                    Command::Enable { handles, change } => turn(context, $resource, &handles, true, &change).await,
                }
            }
        }
    };
}

pub(super) use place;

pub(super) async fn put(
    context: &mut Context,
    resource: &'static str,
    handle: &Handle,
    name: Option<String>,
    new: bool,
    change: &Change,
) -> Result<Exit> {
    let Some(name) = name else {
        return Err(Error::usage("nothing to change").hint("add --name NAME"));
    };
    let verb = format!("{resource} {}", if new { "add" } else { "edit" });
    let args = json!({"handle": handle, "name": name});
    change
        .run(context, &verb, args, async |session| {
            let fields = [Field::new("name", name.as_str())];
            let (handle, reason) = (handle.as_str(), change.reason());
            let done = if new {
                add(session.conn, session.operation, resource, handle, &fields, reason).await?
            } else {
                edit(session.conn, session.operation, resource, handle, &fields, reason).await?
            };
            Ok(vec![done])
        })
        .await
}

/// Disables or enables resources.
pub(super) async fn turn(
    context: &mut Context,
    resource: &'static str,
    handles: &[Handle],
    on: bool,
    change: &Change,
) -> Result<Exit> {
    let verb = format!("{resource} {}", if on { "enable" } else { "disable" });
    let args = json!({"handles": handles});
    change
        .run(context, &verb, args, async |session| {
            each(
                session.conn,
                change.keep_going(),
                resource,
                handles,
                async |conn, handle| {
                    let (handle, reason) = (handle.as_str(), change.reason());
                    if on {
                        enable(conn, session.operation, resource, handle, reason).await
                    } else {
                        disable(conn, session.operation, resource, handle, reason).await
                    }
                },
            )
            .await
        })
        .await
}
