//! `GET /v1/snapshot`: everything, as a file that was written in one read transaction and can be
//! resumed for a quarter of an hour.

mod folder;

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use frontdesk_domain::{ClinicId, Timestamp};
use frontdesk_protocol::GoneReason;
use serde::Deserialize;
use tokio::sync::Semaphore;
use uuid::Uuid;

use folder::OwnFolder;

use super::App;
use super::extract::{Query, Signed};
use crate::clock;
use crate::problem::Failure;
use crate::store::snapshot::{self, Built, STRIDE};
use crate::store::{self, StoreError};

/// How long after its last use a file can be resumed.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// Files that are built at once: each reads the whole clinic.
const AT_ONCE: usize = 2;

/// Files of one clinic that are kept; the one that was not used for longest goes first.
const MOST: usize = 8;

const CHUNK: usize = 1 << 17;

/// The files that can be downloaded.
pub(crate) struct Snapshots {
    above: PathBuf,
    /// Other processes may use the folder above at the same time.
    own: Mutex<Option<OwnFolder>>,
    built: Mutex<HashMap<Uuid, Kept>>,
    permits: Arc<Semaphore>,
}

struct Kept {
    snapshot: Built,
    /// When its building began.
    began: Instant,
    used: Instant,
}

impl Snapshots {
    /// Nothing is made before the first file.
    pub(crate) fn below(above: PathBuf) -> Self {
        Self {
            above,
            own: Mutex::default(),
            built: Mutex::default(),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Deletes what is no longer resumable, and what a process that is no more has left, because it
    /// holds patients' data.
    pub(crate) fn sweep(&self) {
        deleted(folder::delete_orphans(&self.above));
        let now = clock::instant();
        self.built().retain(|id, kept| {
            let keep = now - kept.used < KEPT;
            if !keep {
                deleted(self.file(*id).and_then(std::fs::remove_file));
            }
            keep
        });
    }

    /// Deletes everything of its own.
    pub(crate) fn clear(&self) {
        self.built().clear();
        if let Some(own) = self.own().take() {
            deleted(own.delete());
        }
    }

    fn file(&self, id: Uuid) -> io::Result<PathBuf> {
        let mut own = self.own();
        let folder = match own.take() {
            Some(folder) => folder,
            None => OwnFolder::below(&self.above)?,
        };
        let folder = own.insert(folder);
        Ok(folder.path.join(format!("{id}.ndjson")))
    }

    /// The clinic's file that fits.
    fn find(&self, clinic: ClinicId, fits: impl Fn(&Kept) -> bool) -> Option<Built> {
        let mut built = self.built();
        let mut of_clinic = built
            .values_mut()
            .filter(|kept| kept.snapshot.clinic == clinic);
        let kept = of_clinic.find(|kept| fits(kept))?;
        kept.used = clock::instant();
        Some(kept.snapshot.clone())
    }

    fn keep(&self, snapshot: Built, began: Instant) {
        let (clinic, used) = (snapshot.clinic, clock::instant());
        let kept = Kept {
            snapshot,
            began,
            used,
        };
        let mut built = self.built();
        built.insert(kept.snapshot.id, kept);
        let of_clinic = built
            .iter()
            .filter(|(_, kept)| kept.snapshot.clinic == clinic);
        let mut of_clinic: Vec<_> = of_clinic.map(|(id, kept)| (kept.used, *id)).collect();
        of_clinic.sort_unstable();
        for (_, id) in of_clinic.iter().rev().skip(MOST) {
            built.remove(id);
            deleted(self.file(*id).and_then(std::fs::remove_file));
        }
    }

    fn own(&self) -> MutexGuard<'_, Option<OwnFolder>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn built(&self) -> MutexGuard<'_, HashMap<Uuid, Kept>> {
        self.built.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Ask {
    id: Option<Uuid>,
    from_row: Option<u64>,
}

/// A new file from its first byte, or the rest of one: rows from `from_row` on, and the trailer.
pub(super) async fn download(
    State(app): State<App>,
    Signed(session): Signed,
    Query(ask): Query<Ask>,
) -> Result<impl IntoResponse, Failure> {
    let snapshot = match ask.id {
        Some(id) => app
            .snapshots
            .find(session.clinic, |kept| kept.snapshot.id == id)
            .ok_or_else(|| Failure::gone(GoneReason::Floor))?,
        None => current(&app, session.clinic).await?,
    };
    let from_row = ask.id.and(ask.from_row);
    if from_row.is_some_and(|row| row > snapshot.rows) {
        return Err(Failure::bad_request(format!(
            "This snapshot has {} rows: `from_row` is larger.",
            snapshot.rows
        )));
    }
    let path = app.snapshots.file(snapshot.id).map_err(StoreError::from)?;
    let file = tokio::task::spawn_blocking(move || open_at(&path, &snapshot, from_row));
    let file = file.await.map_err(|_| Failure::internal())?;
    let file = file.map_err(StoreError::from)?;
    let body = Body::from_stream(futures_util::stream::try_unfold(file, next_chunk));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body))
}

/// Desks that come at the same seq share one file, and so do those that wait for their turn: what
/// was begun since they asked is new enough.
async fn current(app: &App, clinic: ClinicId) -> Result<Built, Failure> {
    let (asked, now) = (clock::instant(), app.config.clock.now());
    let (feed, since_date) = app
        .store
        .read(move |db| {
            let (since_date, _) = snapshot::since_date(db, clinic, now)?;
            Ok((store::feed(db, clinic)?, since_date))
        })
        .await?;
    let same = |kept: &Kept| {
        let built = &kept.snapshot;
        (built.epoch, built.seq, built.since_date) == (feed.epoch, feed.seq, since_date)
    };
    if let Some(built) = app.snapshots.find(clinic, same) {
        return Ok(built);
    }
    let permit = app.snapshots.permits.clone().acquire_owned().await;
    let permit = permit.map_err(|_| Failure::internal())?;
    let fits = |kept: &Kept| same(kept) || kept.began >= asked;
    if let Some(built) = app.snapshots.find(clinic, fits) {
        return Ok(built);
    }
    // A task of its own: a desk that hangs up must not leave a file that nobody knows of.
    let app = app.clone();
    let built = tokio::spawn(async move {
        let _permit = permit;
        build(&app, clinic, now).await
    });
    Ok(built.await.map_err(|_| Failure::internal())??)
}

async fn build(app: &App, clinic: ClinicId, now: Timestamp) -> Result<Built, StoreError> {
    let (id, began) = (clock::new_id(), clock::instant());
    let path = app.snapshots.file(id)?;
    let unfinished = path.clone();
    let built = app
        .store
        .read(move |db| snapshot::build(db, clinic, id, now, &path))
        .await;
    match &built {
        Ok(built) => app.snapshots.keep(built.clone(), began),
        // What was written of it so far.
        Err(_) => drop(std::fs::remove_file(unfinished)),
    }
    built
}

fn open_at(
    path: &Path,
    snapshot: &Built,
    from_row: Option<u64>,
) -> std::io::Result<BufReader<File>> {
    let mut file = BufReader::with_capacity(CHUNK, File::open(path)?);
    let Some(row) = from_row else {
        return Ok(file);
    };
    if row == snapshot.rows {
        file.seek(SeekFrom::Start(snapshot.trailer))?;
        return Ok(file);
    }
    let stride = usize::try_from(row / STRIDE).unwrap_or(usize::MAX);
    let offset = snapshot.offsets.get(stride).copied();
    file.seek(SeekFrom::Start(offset.unwrap_or(snapshot.trailer)))?;
    let mut line = Vec::new();
    for _ in 0..row % STRIDE {
        line.clear();
        file.read_until(b'\n', &mut line)?;
    }
    Ok(file)
}

async fn next_chunk(
    mut file: BufReader<File>,
) -> std::io::Result<Option<(Bytes, BufReader<File>)>> {
    let read = tokio::task::spawn_blocking(move || {
        let mut chunk = vec![0; CHUNK];
        let length = file.read(&mut chunk)?;
        chunk.truncate(length);
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    });
    read.await.map_err(std::io::Error::other)?
}

/// Such a file holds patients' data: one that stays is not passed over in silence.
fn deleted(result: std::io::Result<()>) {
    if let Err(error) = result
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a snapshot was not deleted");
    }
}
