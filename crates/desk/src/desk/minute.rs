//! The topic `clock`, once a minute of the clinic's clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::Timelike as _;

use crate::Topic;
use crate::sync::Core;

/// Announces every full minute. Zones differ by whole minutes, so UTC's minutes are the clinic's.
pub(super) async fn tick(core: Arc<Core>) {
    loop {
        let now = core.clock.now();
        let into = u64::from(now.second()) * 1_000 + u64::from(now.timestamp_subsec_millis());
        // A moment after the minute, so that the clock does not still show the old one.
        tokio::time::sleep(Duration::from_millis(60_000 - into.min(59_999) + 5)).await;
        core.announcer.now([Topic::Clock]);
    }
}
