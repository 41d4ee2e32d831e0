//! What this desk watches and what it was told.

use std::sync::Arc;

use chrono::TimeDelta;
use frontdesk_domain::{Interval, Timestamp};

use super::Desk;
use crate::Topic;
use crate::cache::StoredWatch;
use crate::error::DeskError;
use crate::view::{NoArguments, UnwatchSlot, Watch, WatchSlot, Written};

/// A visit lasts at most so long, and so does what can be watched.
const LONGEST_HOURS: i64 = 24;

impl Desk {
    /// Ask to be told when another user takes (or frees) a slot. Asking twice is one watch.
    ///
    /// # Errors
    /// `invalid` for an empty or too long time, `not_found` for the practitioner, `signed_out`.
    pub async fn watch_slot(&self, request: WatchSlot) -> Result<Written<Watch>, DeskError> {
        let wish = StoredWatch {
            watch_id: self.core().clock.id(),
            practitioner_id: request.practitioner_id,
            during: watchable(request.starts_at, request.ends_at)?,
            wants: request.on,
            draft: None,
        };
        let whose = request.practitioner_id;
        self.look(
            move |look| match look.directory.facts.practitioners.get(&whose) {
                Some(_) => Ok(()),
                None => Err(DeskError::NotFound("practitioner")),
            },
        )
        .await?;
        let cache = Arc::clone(&self.core().cache);
        let watch = self.core().blocking(move || cache.watch_once(wish)).await?;
        let view = self.look(move |look| look.watch(&watch)).await?;
        Ok(self.written(view, Topic::Watch))
    }

    /// No longer. A watch that is gone already is no error.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn unwatch_slot(
        &self,
        request: UnwatchSlot,
    ) -> Result<Written<NoArguments>, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.end_watch(request.watch_id))
            .await?;
        Ok(self.written(NoArguments {}, Topic::Watch))
    }

    /// All notices have been read.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn mark_notices_seen(
        &self,
        _: NoArguments,
    ) -> Result<Written<NoArguments>, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        self.core().blocking(move || cache.see_notices()).await?;
        Ok(self.written(NoArguments {}, Topic::Notice))
    }

    pub(super) fn written<T>(&self, value: T, topic: Topic) -> Written<T> {
        Written {
            value,
            generation: self.core().announcer.now([topic]),
        }
    }
}

/// A time that can be watched or held.
pub(super) fn watchable(starts_at: Timestamp, ends_at: Timestamp) -> Result<Interval, DeskError> {
    if ends_at <= starts_at {
        return Err(DeskError::invalid("ends_at", "is not after 'starts_at'"));
    }
    if ends_at - starts_at > TimeDelta::hours(LONGEST_HOURS) {
        return Err(DeskError::invalid(
            "ends_at",
            "is more than 24 hours after 'starts_at'",
        ));
    }
    Ok(Interval::new(starts_at, ends_at))
}
