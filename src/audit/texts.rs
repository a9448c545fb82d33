//! Compares texts with their commitments, and order numbers with the texts that contain them.

use std::collections::{BTreeSet, HashMap};

use crate::db::audit::commitments;
use crate::db::audit::reader::{Only, Reader, Span};
use crate::db::server::copy::Rows;
use crate::domain::chain::{Finding, Problem};
use crate::domain::order::order_keys;
use crate::error::Result;

/// Checks messages: one of `pieces` equal parts, or the chosen conversations or times.
///
/// # Errors
/// Any database error.
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
/// Any database error.
pub(super) async fn check_rest(reader: &Reader, found: &mut impl FnMut(Finding)) -> Result<()> {
    let mut conn = reader.connect().await?;
    let rows = commitments::erased(&mut conn).await?;
    report(rows, Problem::TextDiffers, found).await?;
    let mut conn = reader.connect().await?;
    let rows = commitments::aliases(&mut conn).await?;
    report(rows, Problem::IdsDiffer, found).await
}

/// Reports a problem for each row.
async fn report(mut rows: Rows<'_>, problem: Problem, found: &mut impl FnMut(Finding)) -> Result<()> {
    while let Some(row) = rows.next().await? {
        found(row.finding(problem));
    }
    Ok(())
}

/// Reports each conversation whose order numbers differ from its texts.
///
/// The login of `serve` and agents can write order numbers directly, so a difference is not a proof
/// of tampering. A number may remain after its text was erased or replaced.
///
/// # Errors
/// Any database error.
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
