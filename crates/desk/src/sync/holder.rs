//! Sends holds, one after the other: a hold that is let go must not be asked for again by a request
//! that was slower. Nothing waits for this, and a hold that cannot be had is no error.

use std::time::Duration;

use frontdesk_domain::HoldId;
use tokio::sync::{mpsc, oneshot};

use super::machine::HoldWish;
use super::{Api, ApiError};

/// What is to be sent.
pub(super) enum Job {
    Put(HoldWish),
    Drop(HoldId),
    /// Everything before this was sent.
    Flush(oneshot::Sender<()>),
}

/// A hold that comes later than this helps nobody.
const ANSWER: Duration = Duration::from_secs(5);

/// Sends until nobody asks any more.
pub(super) async fn run(api: Api, mut jobs: mpsc::UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        let sent = match job {
            Job::Put(wish) => answered(api.put_hold(&wish)).await,
            Job::Drop(hold_id) => answered(api.drop_hold(hold_id)).await,
            Job::Flush(done) => {
                // Whoever asked may have lost patience.
                let _ = done.send(());
                continue;
            }
        };
        if let Err(error) = sent {
            tracing::debug!(%error, "a hold was not taken or not let go");
        }
    }
}

async fn answered(request: impl Future<Output = Result<(), ApiError>>) -> Result<(), ApiError> {
    match tokio::time::timeout(ANSWER, request).await {
        Ok(answer) => answer,
        Err(_) => Err(ApiError::NoAnswer),
    }
}
