//! Another process (`user passwd`, `device revoke`, another instance) can end sessions too: every
//! instance looks for them (invariant I33).

use std::future::Future;
use std::time::Duration;

use super::Fanout;
use crate::store::StoreError;

/// How often. Two seconds are promised, of which the looks of the streams need the rest.
const LOOKED: Duration = Duration::from_secs(1);

/// Wakes streams when `ended` says something else than before. Beside the chores that may wait for a
/// clinic's lock, because this is promised soon.
pub(crate) async fn look_for_ended_sessions<T, F>(fanout: Fanout, ended: impl Fn() -> F)
where
    T: PartialEq,
    F: Future<Output = Result<T, StoreError>>,
{
    let mut tick = super::every(LOOKED);
    let mut seen = None;
    loop {
        tick.tick().await;
        match ended().await {
            Ok(ended) if seen.as_ref() != Some(&ended) => {
                seen = Some(ended);
                fanout.session_ended_elsewhere();
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "cannot look for ended sessions"),
        }
    }
}
