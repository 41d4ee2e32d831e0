//! The topic `clock`, once a minute of the clinic's clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::Timelike as _;

use crate::Topic;
use crate::sync::Core;
use crate::view::ConnectionState;

/// Announces every full minute. Zones differ by whole minutes, so UTC's minutes are the clinic's.
pub(super) async fn tick(core: Arc<Core>) {
    loop {
        let now = core.clock.now();
        let into = u64::from(now.second()) * 1_000 + u64::from(now.timestamp_subsec_millis());
        // A moment after the minute, so that the clock does not still show the old one.
        tokio::time::sleep(Duration::from_millis(60_000 - into.min(59_999) + 5)).await;
        let state = core.status.borrow().state;
        core.announcer.now(of_a_minute(state));
    }
}

/// What a minute may change. Out of touch nobody says that a hold has ended: it ends with its time.
fn of_a_minute(state: ConnectionState) -> Vec<Topic> {
    let mut topics = vec![Topic::Clock];
    if state != ConnectionState::Live {
        topics.push(Topic::Hold);
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_out_of_touch_is_one_after_which_holds_are_looked_at() {
        assert_eq!(of_a_minute(ConnectionState::Live), [Topic::Clock]);
        let away = of_a_minute(ConnectionState::Offline);
        assert_eq!(away, [Topic::Clock, Topic::Hold]);
    }
}
