//! The sizes of other tests that are too large for every run.

use std::time::Duration;

use super::{Play, Row};
use crate::load;

pub fn rows() -> Vec<Row> {
    vec![Row {
        name: "sizes mixed-work",
        small: false,
        play: mixed_work,
    }]
}

/// Fifty clients for a minute.
fn mixed_work(play: &mut Play<'_>) {
    let (clients, time) = play.size((50, Duration::from_secs(60)), (10, Duration::from_secs(6)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(load::mixed_work(clients, time));
    play.judge_alone(Vec::new());
}
