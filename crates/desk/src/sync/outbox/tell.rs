//! Telling what was decided: to whoever still waits for it, otherwise by a notice.

use std::sync::Arc;

use frontdesk_domain::Epoch;
use frontdesk_protocol::{Cursor, Outcome, OutcomeKind};

use super::{Answer, Outbox};
use crate::Topic;
use crate::cache::OutboxRow;
use crate::error::StorageError;
use crate::sync::driver::Core;
use crate::sync::machine::Event;

impl Outbox {
    /// Tells each outcome whose seq the cursor has reached (I19); true when some are still ahead.
    pub(super) async fn tell_decided(&self, core: &Arc<Core>) -> Result<bool, StorageError> {
        let cache = Arc::clone(&core.cache);
        let rows = core.blocking(move || cache.decided()).await?;
        let cursor = core.status.borrow().cursor;
        let mut behind = false;
        for row in rows {
            let Some((epoch, outcome)) = row.decided.clone() else {
                continue;
            };
            if !reached(cursor, epoch, outcome.seq) {
                core.tell(Event::Hint(Cursor {
                    epoch,
                    seq: outcome.seq,
                }));
                behind = true;
                continue;
            }
            self.tell(core, &row, outcome).await?;
        }
        Ok(behind)
    }

    async fn tell(
        &self,
        core: &Arc<Core>,
        row: &OutboxRow,
        outcome: Outcome,
    ) -> Result<(), StorageError> {
        let no = row.envelope.no;
        let asker = {
            let mut waiting = self.waiting();
            waiting.fresh.remove(&no);
            waiting.answers.remove(&no)
        };
        let (cache, clinic) = (Arc::clone(&core.cache), row.clinic_id);
        let Some(asker) = asker else {
            return self.tell_by_notice(core, row, outcome).await;
        };
        let generation = core.announcer.now(freed_by(&outcome));
        let unheard = asker
            .send(Answer::Decided(Box::new(outcome), generation))
            .err();
        match unheard {
            None => core.blocking(move || cache.finish(clinic, no)).await,
            Some(Answer::Decided(outcome, _)) => self.tell_by_notice(core, row, *outcome).await,
            Some(Answer::NotSent(_)) => Ok(()),
        }
    }

    async fn tell_by_notice(
        &self,
        core: &Arc<Core>,
        row: &OutboxRow,
        outcome: Outcome,
    ) -> Result<(), StorageError> {
        let (cache, row) = (Arc::clone(&core.cache), row.clone());
        let notice = core
            .blocking(move || cache.finish_by_notice(&row, &outcome))
            .await?;
        core.announcer
            .now([Topic::Notice, Topic::Connection, Topic::Outbox]);
        core.raise(&[notice]);
        Ok(())
    }
}

/// What was refused keeps no time any more; what was applied was shown with its rows.
fn freed_by(outcome: &Outcome) -> Option<Topic> {
    (outcome.outcome == OutcomeKind::Rejected).then_some(Topic::Outbox)
}

/// The cursor shows everything that was decided with this outcome. A snapshot of another epoch is
/// newer than the outcome.
fn reached(cursor: Option<Cursor>, epoch: Epoch, seq: u64) -> bool {
    cursor.is_some_and(|cursor| cursor.epoch != epoch || cursor.seq >= seq)
}
