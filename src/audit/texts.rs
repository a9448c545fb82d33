//! Judges texts by their commitments, and order numbers by the texts that they were read from.

use std::collections::{BTreeSet, HashMap};

use crate::db::audit::commitments;
use crate::db::audit::reader::{Only, Reader, Span};
use crate::db::server::copy::Rows;
use crate::domain::chain::{Finding, Problem};
use crate::domain::order::order_keys;
use crate::error::Result;

/// Checks messages: one of some equal pieces of all, or those of the chosen conversations or times.
///
/// # Errors
/// What the database says.
pub(super) async fn check(
    reader: &Reader,
    piece: (i64, i64),
    only: &Only,
    found: &mut impl FnMut(Finding),
) -> Result<()> {
    let mut conn = reader.connect().await?;
    let rows = commitments::messages(&mut conn, piece, only).await?;
    report(rows, Problem::TextDiffers, found).await
}

/// Checks erased notes and reasons, the earlier versions of messages, and the ids of customers.
///
/// # Errors
/// What the database says.
pub(super) async fn check_rest(reader: &Reader, found: &mut impl FnMut(Finding)) -> Result<()> {
    let mut conn = reader.connect().await?;
    let rows = commitments::erased(&mut conn).await?;
    report(rows, Problem::TextDiffers, found).await?;
    let mut conn = reader.connect().await?;
    let rows = commitments::aliases(&mut conn).await?;
    report(rows, Problem::IdsDiffer, found).await
}

/// Reports each row as a problem.
async fn report(mut rows: Rows<'_>, problem: Problem, found: &mut impl FnMut(Finding)) -> Result<()> {
    while let Some(row) = rows.next().await? {
        found(row.finding(problem));
    }
    Ok(())
}

/// Finds conversations whose order numbers are not those of their texts, and reports each once.
///
/// Serve's login and agents can write order numbers by hand, so that a difference proves no tampering. A number may
/// outlive a text that was erased or replaced.
///
/// # Errors
/// What the database says.
pub(super) async fn check_orders(reader: &Reader, span: &Span, differs: &mut impl FnMut(i64)) -> Result<()> {
    let mut conn = reader.connect().await?;
    let mut keys: HashMap<(i64, String), bool> = HashMap::new();
    let mut rows = commitments::order_keys(&mut conn, span).await?;
    while let Some(row) = rows.next().await? {
        if let Some((id, key)) = row.text_of() {
            keys.insert((id, key.to_owned()), false);
        }
    }
    drop(rows);
    let mut wrong = BTreeSet::new();
    let mut rows = commitments::order_texts(&mut conn, span).await?;
    while let Some(row) = rows.next().await? {
        let Some((id, text)) = row.text_of() else {
            continue;
        };
        for key in order_keys(text) {
            match keys.get_mut(&(id, key)) {
                Some(seen) => *seen = true,
                None => {
                    wrong.insert(id);
                }
            }
        }
    }
    drop(rows);
    let unseen: BTreeSet<i64> = keys
        .into_iter()
        .filter(|(_, seen)| !seen)
        .map(|((id, _), _)| id)
        .collect();
    if !unseen.is_empty() {
        let mut rows = commitments::whole_texts(&mut conn, &unseen).await?;
        while let Some(row) = rows.next().await? {
            wrong.insert(row.id());
        }
    }
    wrong.into_iter().for_each(differs);
    Ok(())
}
