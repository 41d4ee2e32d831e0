//! Taking a snapshot: read line by line, its digest checked, and only then put in place. It stays in
//! memory until then: a half-read clinic never lies on the disk.

use std::sync::Arc;

use frontdesk_domain::Row;
use frontdesk_protocol::{SCHEMA, SnapshotHeader, SnapshotRow, SnapshotTrailer};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::ApiError;
use super::driver::Core;
use super::machine::{Event, Failure};
use crate::cache::Snapshot;
use crate::error::place;
use crate::view::LoadProgress;

/// So many rows between two signs of progress.
const STEP: u64 = 2_000;

/// Takes a snapshot and puts it in place.
pub(super) async fn fill(core: Arc<Core>) {
    let session = core.api.session();
    let asked_at = core.status.borrow().cursor;
    let event = match download(&core).await {
        Ok(snapshot) => match core.replace(snapshot, asked_at).await {
            Ok(()) => None,
            Err(error) => {
                tracing::error!(%error, "the snapshot could not be put in place");
                Some(Event::FillFailed(Failure::Server))
            }
        },
        Err(ApiError::SignedOut) => {
            core.session_ended(session).await;
            None
        }
        Err(error) => {
            tracing::warn!(%error, "the snapshot could not be read");
            Some(Event::FillFailed(
                error.failure().unwrap_or(Failure::Server),
            ))
        }
    };
    core.set_loading(None);
    if let Some(event) = event {
        core.tell(event);
    }
}

async fn download(core: &Core) -> Result<Snapshot, ApiError> {
    let response = core.api.snapshot().await?;
    let mut reader = Reader::default();
    let mut body = response.bytes_stream();
    let mut shown = 0;
    while let Some(chunk) = body.next().await {
        reader.take(&chunk.map_err(|error| ApiError::of(&error))?)?;
        let rows = u64::try_from(reader.rows.len()).unwrap_or(u64::MAX);
        if let Some(header) = reader.header.as_ref().filter(|_| rows >= shown + STEP) {
            core.set_loading(Some(LoadProgress {
                rows,
                of: header.rows,
            }));
            shown = rows;
        }
    }
    reader.finish()
}

/// Lines of a snapshot as they come in.
#[derive(Default)]
pub(crate) struct Reader {
    digest: Sha256,
    rest: Vec<u8>,
    header: Option<SnapshotHeader>,
    rows: Vec<Row>,
    trailer: Option<SnapshotTrailer>,
}

impl Reader {
    fn take(&mut self, chunk: &[u8]) -> Result<(), ApiError> {
        self.rest.extend_from_slice(chunk);
        let mut buffer = std::mem::take(&mut self.rest);
        let mut from = 0;
        while let Some(length) = buffer[from..].iter().position(|byte| *byte == b'\n') {
            let until = from + length + 1;
            self.line(&buffer[from..until])?;
            from = until;
        }
        buffer.drain(..from);
        self.rest = buffer;
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), ApiError> {
        let Some(header) = &self.header else {
            let header: SnapshotHeader = parse(line)?;
            if header.schema != SCHEMA {
                return Err(ApiError::Nonsense(format!("row shapes {}", header.schema)));
            }
            self.header = Some(header);
            self.digest.update(line);
            return Ok(());
        };
        if u64::try_from(self.rows.len()).is_ok_and(|rows| rows == header.rows) {
            self.trailer = Some(parse(line)?);
            return Ok(());
        }
        self.digest.update(line);
        self.rows.push(parse::<SnapshotRow>(line)?.row);
        Ok(())
    }

    fn finish(mut self) -> Result<Snapshot, ApiError> {
        if !self.rest.is_empty() {
            let last = std::mem::take(&mut self.rest);
            self.line(&last)?;
        }
        let (Some(header), Some(trailer)) = (self.header, self.trailer) else {
            return Err(ApiError::NoAnswer);
        };
        let digest = hex::encode(self.digest.finalize());
        if digest != trailer.sha256 || trailer.rows != header.rows {
            return Err(ApiError::Nonsense(
                "a snapshot with a wrong digest".to_owned(),
            ));
        }
        Ok(Snapshot {
            header,
            rows: self.rows,
        })
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(line).map_err(|error| ApiError::Nonsense(place(&error)))
}
