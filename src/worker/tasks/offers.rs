//! Expires offers that nobody accepted in time.

use super::{Task, change_due};
use crate::db;
use crate::domain::conversation::Change;
use crate::verbs::batch::Decision;

pub(super) const TASK: Task = Task {
    name: "offers",
    counts: &[("offers_expired", "Offers that nobody accepted in time.")],
    batch: |conn, scope| {
        Box::pin(change_due(
            conn,
            scope,
            db::conversation::episode::lock_offers_over,
            |row, _| Decision::where_it_fits(row, &Change::ExpireOffer),
        ))
    },
    overdue: Some(|conn| Box::pin(db::conversation::episode::oldest_offer_over(conn))),
};
