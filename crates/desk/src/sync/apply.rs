//! From a page to the views: commit, then announce, then raise; never in another order (I31).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use frontdesk_domain::ClinicZone;
use frontdesk_protocol::{ChangePage, Cursor};

use super::driver::Core;
use super::machine::{Event, Moment};
use crate::cache::{Applied, Snapshot, StoredNotice};
use crate::desk::RaisedNotice;
use crate::error::StorageError;
use crate::read::notices::{digest, toast};

/// More toasts than this within [`BURST`] become one.
const FEW: usize = 3;
const BURST: Duration = Duration::from_secs(10);

/// When the last toasts were raised.
#[derive(Default)]
pub(crate) struct Recent(Mutex<VecDeque<Moment>>);

impl Recent {
    /// How many came within the burst, including `more` that come now.
    fn count(&self, now: Moment, more: usize) -> usize {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while times.front().is_some_and(|at| *at + BURST < now) {
            times.pop_front();
        }
        times.extend(std::iter::repeat_n(now, more));
        times.len()
    }
}

impl Core {
    /// Applies a page off the async threads. What was committed is announced even if the caller
    /// goes away in the meantime.
    pub(crate) async fn apply(self: &Arc<Self>, page: ChangePage) -> Result<(), StorageError> {
        let core = Arc::clone(self);
        self.blocking(move || {
            let _turn = core.applying();
            let applied = core.cache.apply(&page)?;
            let head = page.head.max(applied.cursor.seq);
            core.committed(&applied);
            core.tell(Event::Moved {
                cursor: applied.cursor,
                head,
            });
            Ok(())
        })
        .await
    }

    /// Puts a snapshot that was asked for at this cursor in place of the replica.
    pub(crate) async fn replace(
        self: &Arc<Self>,
        snapshot: Snapshot,
        asked_at: Option<Cursor>,
    ) -> Result<(), StorageError> {
        let core = Arc::clone(self);
        self.blocking(move || {
            let _turn = core.applying();
            let applied = core.cache.replace_since(snapshot, asked_at)?;
            core.committed(&applied);
            core.tell(Event::Filled(applied.cursor));
            Ok(())
        })
        .await
    }

    /// Commits are announced in their order: a page that another one overtakes here would put the
    /// cursor back, and who waits for that seq would wait for the next change.
    fn applying(&self) -> MutexGuard<'_, ()> {
        self.applying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cursor moves for everybody only after the announcement: whoever sees it there may tell
    /// a person, and gets a generation that shows the change.
    fn committed(&self, applied: &Applied) {
        self.announcer.applied(&applied.changes);
        let topics = applied.topics.iter().copied();
        if applied.told.is_empty() {
            self.announcer.soon(topics);
        } else {
            // A notification leads to a view, which must not be behind it.
            self.announcer.now(topics);
        }
        self.status
            .send_modify(|status| status.cursor = Some(applied.cursor));
        self.raise(&applied.told);
    }

    /// Raises notices on the desktop; many at once as one.
    pub(crate) fn raise(&self, told: &[StoredNotice]) {
        let Some(last) = told.last() else { return };
        let drops = self.cache.drops();
        let Ok(Some(directory)) = self.cache.read(|tx| self.cache.directory(tx, drops)) else {
            return;
        };
        let zone: &ClinicZone = &directory.facts.zone;
        let recent = self.recent.count(self.clock.elapsed(), told.len());
        if recent > FEW {
            self.announcer.raise(digest(last, recent, zone));
            return;
        }
        let name = |notice: &StoredNotice| {
            let practitioners = &directory.facts.practitioners;
            let row = notice
                .slot
                .and_then(|slot| practitioners.get(&slot.practitioner_id));
            row.map(|row| row.name.clone()).unwrap_or_default()
        };
        for notice in told {
            let raised: RaisedNotice = toast(notice, &name(notice), zone);
            self.announcer.raise(raised);
        }
    }
}

#[cfg(test)]
mod tests;
