//! The one event that invalidates views, sent after a commit and never before (I31). Foreign changes
//! that come in bursts are gathered for a frame; own writes are announced at once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;

use crate::desk::{DeskEvent, RaisedNotice};
use crate::{AppliedChange, Changed, Topic};

/// A frame of a 60 Hz screen: nobody can see more often.
const FRAME: Duration = Duration::from_millis(16);
/// Slow listeners lose the oldest events and refetch everything.
const BACKLOG: usize = 1_024;

/// Sends events to whoever listens.
#[derive(Clone)]
pub(crate) struct Announcer {
    events: broadcast::Sender<DeskEvent>,
    changes: broadcast::Sender<AppliedChange>,
    state: Arc<Mutex<Pending>>,
}

#[derive(Default)]
struct Pending {
    generation: u64,
    topics: BTreeSet<Topic>,
    frame_runs: bool,
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self {
            events: broadcast::channel(BACKLOG).0,
            changes: broadcast::channel(BACKLOG).0,
            state: Arc::default(),
        }
    }

    pub(crate) fn events(&self) -> broadcast::Receiver<DeskEvent> {
        self.events.subscribe()
    }

    pub(crate) fn changes(&self) -> broadcast::Receiver<AppliedChange> {
        self.changes.subscribe()
    }

    /// Announces these topics, and what waits for its frame, now. The generation shows all of it.
    pub(crate) fn now(&self, topics: impl IntoIterator<Item = Topic>) -> u64 {
        let mut pending = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        pending.topics.extend(topics);
        self.send(&mut pending)
    }

    /// Announces these topics within a frame.
    pub(crate) fn soon(&self, topics: impl IntoIterator<Item = Topic>) {
        let mut pending = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        pending.topics.extend(topics);
        if pending.topics.is_empty() || pending.frame_runs {
            return;
        }
        pending.frame_runs = true;
        let later = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(FRAME).await;
            let mut pending = later.state.lock().unwrap_or_else(PoisonError::into_inner);
            pending.frame_runs = false;
            later.send(&mut pending);
        });
    }

    pub(crate) fn raise(&self, notice: RaisedNotice) {
        // Nobody listening is no failure: the notice stays in the list.
        let _ = self.events.send(DeskEvent::Raised(notice));
    }

    pub(crate) fn applied(&self, changes: &[AppliedChange]) {
        for change in changes {
            let _ = self.changes.send(change.clone());
        }
    }

    fn send(&self, pending: &mut Pending) -> u64 {
        let topics = std::mem::take(&mut pending.topics);
        if !topics.is_empty() {
            pending.generation += 1;
            let generation = pending.generation;
            // Nobody listening is no failure: there is no view to refresh then.
            let _ = self
                .events
                .send(DeskEvent::Changed(Changed { topics, generation }));
        }
        pending.generation
    }
}
