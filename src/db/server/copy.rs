//! Reads rows in the binary format of COPY. This format has the lowest cost for millions of rows,
//! for the server and for the client.

use bytes::{Buf, Bytes, BytesMut};
use futures_util::StreamExt;
use sqlx::postgres::PgConnection;

use crate::error::{Error, Result};

/// Rows of a COPY in binary format, one at a time.
pub(crate) struct Rows<'c> {
    chunks: futures_util::stream::BoxStream<'c, sqlx::Result<Bytes>>,
    rest: Bytes,
    begun: bool,
}

/// The header of every COPY in binary format: a signature, flags, and the length of an extension,
/// which is 0.
const HEADER: usize = 11 + 4 + 4;

impl<'c> Rows<'c> {
    pub(in crate::db) async fn open(conn: &'c mut PgConnection, query: &str) -> Result<Rows<'c>> {
        let chunks = conn
            .copy_out_raw(&format!("copy ({query}) to stdout (format binary)"))
            .await?;
        Ok(Rows {
            chunks,
            rest: Bytes::new(),
            begun: false,
        })
    }

    /// Reads all rows into memory, so that the connection is free for the next query.
    pub(in crate::db) async fn load(conn: &mut PgConnection, query: &str) -> Result<Rows<'static>> {
        let mut rows = Rows::open(conn, query).await?;
        let mut all = BytesMut::new();
        while let Some(chunk) = rows.chunks.next().await {
            all.extend_from_slice(&chunk?);
        }
        Ok(Rows {
            chunks: futures_util::stream::empty().boxed(),
            rest: all.freeze(),
            begun: false,
        })
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Fields>> {
        loop {
            if !self.begun && self.rest.len() >= HEADER {
                self.rest.advance(HEADER);
                self.begun = true;
            }
            if self.begun
                && let Some(taken) = Fields::take(&mut self.rest)
            {
                if taken.is_none() {
                    // The connection is free only after the messages that follow the rows are read.
                    while self.chunks.next().await.transpose()?.is_some() {}
                }
                return Ok(taken);
            }
            let Some(chunk) = self.chunks.next().await else {
                return Err(Error::failed("the database stopped in the middle of a row"));
            };
            let chunk = chunk?;
            self.rest = if self.rest.is_empty() {
                chunk
            } else {
                let mut both = BytesMut::from(&self.rest[..]);
                both.extend_from_slice(&chunk);
                both.freeze()
            };
        }
    }
}

/// The largest number of fields in the queries of this program.
const MAX_COLUMNS: usize = 20;

/// The fields of a row in binary form. A null and a missing field are `None`.
pub(crate) struct Fields {
    bytes: Bytes,
    ends: [Option<(usize, usize)>; MAX_COLUMNS],
}

impl Fields {
    /// Removes a row from the start of the buffer. Returns `None` if the row is not complete yet,
    /// and an inner `None` at the end of all rows.
    fn take(rest: &mut Bytes) -> Option<Option<Fields>> {
        let count = i16::from_be_bytes(rest.get(..2)?.try_into().ok()?);
        let Ok(count) = usize::try_from(count) else {
            return Some(None);
        };
        let mut ends = [None; MAX_COLUMNS];
        let mut at = 2;
        for n in 0..count {
            let length = i32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?);
            at += 4;
            if let Ok(length) = usize::try_from(length) {
                if let Some(end) = ends.get_mut(n) {
                    *end = Some((at, at + length));
                }
                at += length;
            }
        }
        if at > rest.len() {
            return None;
        }
        Some(Some(Fields {
            bytes: rest.split_to(at),
            ends,
        }))
    }

    pub(in crate::db) fn bytes(&self, n: usize) -> Option<&[u8]> {
        let (start, end) = self.ends.get(n).copied().flatten()?;
        self.bytes.get(start..end)
    }

    pub(in crate::db) fn text(&self, n: usize) -> Option<&str> {
        std::str::from_utf8(self.bytes(n)?).ok()
    }

    pub(in crate::db) fn int(&self, n: usize) -> Option<i64> {
        let bytes = self.bytes(n)?;
        match bytes.len() {
            8 => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
            4 => Some(i64::from(i32::from_be_bytes(bytes.try_into().ok()?))),
            _ => None,
        }
    }

    /// A time in microseconds since 1970. Postgres measures from 2000.
    pub(in crate::db) fn micros(&self, n: usize) -> Option<i64> {
        Some(self.int(n)?.wrapping_add(946_684_800_000_000))
    }

    pub(in crate::db) fn yes(&self, n: usize) -> bool {
        self.bytes(n) == Some(&[1])
    }
}
