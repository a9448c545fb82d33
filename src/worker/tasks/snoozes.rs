//! Ends snoozes.

use super::{Task, change_due};
use crate::db;
use crate::domain::conversation::Change;
use crate::verbs::batch::Decision;

pub(super) const TASK: Task = Task {
    name: "snoozes",
    counts: &[("snoozes_ended", "Conversations whose snooze has ended.")],
    batch: |conn, scope| {
        Box::pin(change_due(
            conn,
            scope,
            db::conversation::episode::lock_snoozes_over,
            |row, now| {
                if row.state.snoozed_until.is_some_and(|until| until <= now) {
                    Decision::where_it_fits(row, &Change::EndSnooze)
                } else {
                    Decision::Skip
                }
            },
        ))
    },
    overdue: Some(|conn| Box::pin(db::conversation::episode::oldest_snooze_over(conn))),
};
