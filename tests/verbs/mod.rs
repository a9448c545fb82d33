//! Every verb through the real binary: what it prints, what it ends with, and what it leaves in the database.

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

/// Makes the seed's workspace with as many conversations, C-1 and on, and its clock stopped at 14:00 in Karachi.
async fn workspace(conversations: i32) -> (Db, PgConnection) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    clock(&mut conn, "2026-11-20 09:00+00").await;
    if conversations < 10 {
        // One by one: C-1 is the first customer's.
        for _ in 0..conversations {
            seed::conversations(&mut conn, 1).await;
        }
    } else {
        seed::conversations(&mut conn, conversations).await;
    }
    (db, conn)
}
