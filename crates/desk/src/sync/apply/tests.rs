use frontdesk_domain::{Interval, Row};

use super::*;
use crate::cache::StoredWatch;
use crate::desk::DeskEvent;
use crate::fixture::{ANNA, at, filled, page, visit};
use crate::sync::{Api, check_address};
use crate::view::WatchFor;

#[tokio::test]
async fn the_view_is_told_before_the_desktop_i31() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let watch = StoredWatch {
        watch_id: cache.clock().id(),
        practitioner_id: ANNA,
        during: Interval::new(at("2026-11-23T09:00"), at("2026-11-23T09:30")),
        wants: WatchFor::Taken,
        draft: None,
    };
    cache.put_watch(&watch).unwrap();
    let api = Api::new(check_address("http://127.0.0.1:9").unwrap(), None).unwrap();
    let clock = cache.clock().clone();
    let (core, _reports) = Core::new(Arc::new(cache), api, clock).unwrap();
    let mut events = core.announcer.events();

    let taken = Row::Appointment(visit(1, "2026-11-23T09:00"));
    core.apply(page(10, vec![taken])).await.unwrap();

    assert!(matches!(events.recv().await, Ok(DeskEvent::Changed(_))));
    assert!(matches!(events.recv().await, Ok(DeskEvent::Raised(_))));
}
