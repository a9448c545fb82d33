//! Sets aside deliveries that ended their process.

use sqlx::postgres::PgConnection;

use super::{Done, Scope, Task};
use crate::db;
use crate::db::server::connect::Mode;
use crate::db::webhook::dead_letter::{self, Cause};
use crate::db::webhook::delivery;
use crate::error::Result;
use crate::worker::letters;

pub(super) const TASK: Task = Task {
    name: "deaths",
    counts: &[(
        "deliveries_set_aside",
        "Deliveries that were set aside because they ended the program.",
    )],
    batch: |conn, scope| Box::pin(batch(conn, scope)),
    overdue: None,
};

/// Checks the deliveries that processes were applying when they ended.
async fn batch(conn: &mut PgConnection, scope: Scope<'_>) -> Result<Done> {
    let mut tx = db::begin(conn, scope.workspace, Mode::Work).await?;
    let fatal = delivery::find_deaths(&mut tx).await?;
    let reason = format!(
        "the program ended {} times while it applied this delivery alone",
        delivery::MAX_DEATHS
    );
    let dead: Vec<_> = fatal
        .iter()
        .map(|id| letters::whole_body(*id, Cause::Failed, reason.clone()))
        .collect();
    dead_letter::insert_dead_letters(&mut tx, &dead).await?;
    delivery::applied(&mut tx, None, &fatal, &vec![0; fatal.len()]).await?;
    db::commit(tx, None).await?;
    for delivery in &fatal {
        tracing::error!(
            delivery,
            "a delivery is set aside because it ends the program: see inbox webhook list --dead"
        );
    }
    Ok(Done {
        counts: vec![fatal.len()],
        more: false,
    })
}
