//! Whoever uses a session for longer than a moment is told when it ends, and nobody else: of a
//! morning's sign-ins a stream hears nothing. Another process (`user passwd`, `device revoke`, another
//! instance) can end sessions too, so every instance also looks for them (invariant I33).

use std::collections::HashMap;
use std::future::Future;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::Fanout;
use crate::store::StoreError;
use crate::store::session::{Ended, Stamp, TokenHash};

/// How often. Two seconds are promised, of which the looks of the streams need the rest.
const LOOKED: Duration = Duration::from_secs(1);

/// A session that somebody follows.
#[derive(Default)]
pub(super) struct Followed {
    ended: watch::Sender<()>,
    by: usize,
}

/// Tells when a session may have ended, for as long as this lives.
pub(crate) struct Ending {
    fanout: Fanout,
    token: TokenHash,
    ended: watch::Receiver<()>,
}

impl Ending {
    /// Comes when the session may have ended: whoever waits looks.
    pub(crate) async fn come(&mut self) {
        if self.ended.changed().await.is_err() {
            // Its sender is kept for as long as this lives.
            std::future::pending::<()>().await;
        }
    }

    /// Comes once more: it may have ended before this was made.
    pub(crate) fn come_once(&mut self) {
        self.ended.mark_changed();
    }

    /// True once it has come.
    pub(crate) fn has_come(&self) -> bool {
        self.ended.has_changed().unwrap_or(true)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut sessions = self.fanout.sessions();
        if let Some(followed) = sessions.get_mut(&self.token) {
            followed.by = followed.by.saturating_sub(1);
            if followed.by == 0 {
                sessions.remove(&self.token);
            }
        }
    }
}

impl Fanout {
    /// Follows a session, from now on.
    pub(crate) fn follow_session(&self, token: TokenHash) -> Ending {
        let mut sessions = self.sessions();
        let followed = sessions.entry(token).or_default();
        followed.by += 1;
        Ending {
            fanout: self.clone(),
            token,
            ended: followed.ended.subscribe(),
        }
    }

    /// Tells those who follow these sessions, here and elsewhere.
    pub(crate) fn sessions_ended(&self, tokens: &[TokenHash]) {
        if let Some(untold) = self.0.untold.as_ref().filter(|_| !tokens.is_empty()) {
            let mut ended = untold
                .sessions
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            ended.extend(tokens);
            untold.something.notify_one();
        }
        self.sessions_ended_elsewhere(tokens);
    }

    /// The same, heard from another instance or read from the database.
    pub(crate) fn sessions_ended_elsewhere<'a>(
        &self,
        tokens: impl IntoIterator<Item = &'a TokenHash>,
    ) {
        let sessions = self.sessions();
        for followed in tokens.into_iter().filter_map(|token| sessions.get(token)) {
            followed.ended.send_replace(());
        }
    }

    /// Something was missed: everybody looks.
    pub(crate) fn sessions_may_have_ended(&self) {
        for followed in self.sessions().values() {
            followed.ended.send_replace(());
        }
    }

    pub(super) fn sessions(&self) -> MutexGuard<'_, HashMap<TokenHash, Followed>> {
        let locked = self.0.sessions.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells those who follow a session that `ended` says for the first time; it says nothing where
/// nothing has changed. Beside the chores that may wait for a clinic's lock, because this is promised
/// soon.
pub(crate) async fn look_for_ended_sessions<F>(fanout: Fanout, ended: impl Fn(Option<Stamp>) -> F)
where
    F: Future<Output = Result<Option<Ended>, StoreError>>,
{
    let mut tick = super::every(LOOKED);
    let mut seen: Option<Ended> = None;
    loop {
        tick.tick().await;
        match ended(seen.as_ref().map(|seen| seen.stamp)).await {
            Ok(None) => {}
            Ok(Some(ended)) => {
                let before = seen.take().unwrap_or_default().tokens;
                fanout.sessions_ended_elsewhere(ended.tokens.difference(&before));
                seen = Some(ended);
            }
            Err(error) => tracing::warn!(%error, "cannot look for ended sessions"),
        }
    }
}
