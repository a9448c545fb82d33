//! Every verb through the real binary: its output, its exit code, and its effect on the database.

mod deadlines;
mod failures;
mod handoffs;
mod references;
mod repeat;
mod tickets;
mod work;

use sqlx::PgConnection;

use crate::support::transcript::clock;
use crate::support::{self, Db, seed};

/// Creates the seed's workspace with this many conversations, from C-1 on, and its clock
/// stopped at 14:00 in Karachi.
async fn workspace(conversations: i32) -> (Db, PgConnection) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    clock(&mut conn, "2026-11-20 09:00+00").await;
    if conversations < 10 {
        // One at a time, so that C-1 belongs to the first customer.
        for _ in 0..conversations {
            seed::conversations(&mut conn, 1).await;
        }
    } else {
        seed::conversations(&mut conn, conversations).await;
    }
    (db, conn)
}
