//! When the outbox rests, and what it wakes up for.

use std::time::Duration;

use frontdesk_protocol::Cursor;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::sync::driver::Status;
use crate::sync::retry;
use crate::view::ConnectionState;

/// Until when nothing is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    pub(super) until: Instant,
    /// The server asked for it: nothing shortens it.
    pub(super) firm: bool,
}

impl Rest {
    pub(super) fn after(asked_for: Option<Duration>, failures: u32) -> Self {
        let wait = match asked_for {
            Some(wait) => retry::asked_for(wait),
            None => retry::backoff(failures, rand::random()),
        };
        Self {
            until: Instant::now() + wait,
            firm: asked_for.is_some(),
        }
    }
}

/// What of the connection makes a difference to what is sent and told.
pub(super) type Standing = (ConnectionState, Option<Cursor>);

pub(super) fn standing(status: &Status) -> Standing {
    (status.state, status.cursor)
}

/// Waits until it is no longer that. Signs of life of the stream are none of the outbox's business.
pub(super) async fn moved(status: &mut watch::Receiver<Status>, from: Standing) -> Standing {
    let moved = status.wait_for(|status| standing(status) != from).await;
    let moved = moved.map(|status| standing(&status));
    match moved {
        Ok(now) => now,
        // The desk is closing: nothing will move any more.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use frontdesk_domain::Epoch;
    use futures_util::FutureExt as _;
    use uuid::Uuid;

    use super::*;
    use crate::fixture::monday;

    fn live_at(seq: u64) -> Status {
        Status {
            state: ConnectionState::Live,
            cursor: Some(Cursor {
                epoch: Epoch(Uuid::from_u128(0xE)),
                seq,
            }),
            as_of: None,
            loading: None,
        }
    }

    #[tokio::test]
    async fn a_sign_of_life_wakes_nobody_and_a_change_does() {
        let (sender, mut status) = watch::channel(live_at(1));
        let from = standing(&status.borrow());
        sender.send_modify(|status| status.as_of = Some(monday()));
        assert!(moved(&mut status, from).now_or_never().is_none());
        sender.send_replace(live_at(2));
        let now = moved(&mut status, from).await;
        assert_eq!(now, standing(&live_at(2)));
    }

    #[test]
    fn what_the_server_asks_for_is_firm_and_bounded() {
        let rest = Rest::after(Some(Duration::MAX), 0);
        assert!(rest.firm && rest.until <= Instant::now() + retry::LONGEST);
        assert!(!Rest::after(None, 9).firm);
    }
}
