//! Watches (I29, I30): exactly one notice per edge by another user, none for one's own, and never a
//! patient's name.

use frontdesk_desk::view::{NoArguments, Notice, NoticeKind, SlotOffer, WatchFor, WatchSlot};
use frontdesk_desk::{Desk, DeskEvent, RaisedNotice};
use frontdesk_tests::{Clinic, Engine, TestDesk, soon};
use tokio::sync::broadcast::Receiver;

frontdesk_tests::both_engines! {
    a_watched_slot_that_is_taken_is_told_exactly_once,
    ones_own_booking_is_no_news_at_any_of_ones_desks,
    a_slot_that_becomes_free_is_told_to_whoever_waits_for_it,
    the_slot_of_an_open_dialog_is_watched_and_of_a_closed_one_is_not,
    what_happened_while_the_desk_was_away_is_told_when_it_is_back,
}

async fn a_watched_slot_that_is_taken_is_told_exactly_once(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (watcher, other) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slot, patients) = (watcher.free().await.remove(0), watcher.patients().await);
    watch(&watcher, &slot, WatchFor::Taken).await;
    let mut events = watcher.events();

    let visit = other.book(&slot, patients[0]).await.unwrap().value;
    let raised = next_raised(&mut events).await;

    says_when_and_with_whom(&raised, &slot);
    assert!(raised.slot_lost, "so another one is offered");
    let patient = &visit.patient_name;
    assert!(
        !format!("{} {}", raised.title, raised.body).contains(patient.as_str()),
        "I30"
    );
    let navigate = raised.navigate.clone().expect("where to go");
    assert_eq!(
        (navigate.date, &navigate.wall_start),
        (slot.date, &slot.wall_start)
    );
    let notices = notices(&watcher).await;
    assert_eq!(notices.len(), 1);
    assert_eq!(
        (notices[0].kind, notices[0].seen),
        (NoticeKind::Taken, false)
    );
    assert!(
        !format!("{:?}", notices[0]).contains(patient.as_str()),
        "I30"
    );

    // What happens around it later raises nothing more.
    other.cancel(visit.appointment_id).await;
    watcher
        .no_longer_sees(slot.date, visit.appointment_id)
        .await;
    assert!(no_more_raised(&mut events));
}

async fn ones_own_booking_is_no_news_at_any_of_ones_desks(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (front, back) = (
        clinic.desk("reception1").await,
        clinic.desk("reception1").await,
    );
    let (slots, patients) = (front.free().await, front.patients().await);
    let (here, there) = (&slots[0], slots.last().unwrap());
    for slot in [here, there] {
        watch(&front, slot, WatchFor::Taken).await;
    }
    let mut events = front.events();

    front.book(here, patients[0]).await.unwrap();
    let visit = back
        .book(there, patients[1])
        .await
        .unwrap()
        .value
        .appointment_id;

    front.sees(there.date, visit).await;
    assert!(no_more_raised(&mut events));
    assert_eq!(notices(&front).await, []);
}

async fn a_slot_that_becomes_free_is_told_to_whoever_waits_for_it(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (watcher, other) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slot, patients) = (watcher.free().await.remove(0), watcher.patients().await);
    let visit = other
        .book(&slot, patients[0])
        .await
        .unwrap()
        .value
        .appointment_id;
    watcher.sees(slot.date, visit).await;
    watch(&watcher, &slot, WatchFor::Freed).await;
    let mut events = watcher.events();

    other.cancel(visit).await;

    let raised = next_raised(&mut events).await;
    says_when_and_with_whom(&raised, &slot);
    assert!(!raised.slot_lost, "good news needs no other slot");
    assert_eq!(notices(&watcher).await[0].kind, NoticeKind::Freed);
}

async fn the_slot_of_an_open_dialog_is_watched_and_of_a_closed_one_is_not(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (watcher, other) = (
        clinic.desk("reception1").await,
        // Whose booking takes the place of the hold of an open dialog.
        clinic.desk("manager").await,
    );
    let (slots, patients) = (watcher.free().await, watcher.patients().await);
    let (open, closed) = (&slots[0], slots.last().unwrap());
    watcher.booking(open, patients[0]).await;
    let draft = watcher.booking(closed, patients[0]).await.appointment_id;
    let close = frontdesk_desk::view::CloseBooking {
        appointment_id: draft,
    };
    watcher.close_booking(close).await.unwrap();
    let mut events = watcher.events();

    other.book(closed, patients[1]).await.unwrap();
    other.book(open, patients[2]).await.unwrap();

    says_when_and_with_whom(&next_raised(&mut events).await, open);
    assert!(no_more_raised(&mut events));
}

async fn what_happened_while_the_desk_was_away_is_told_when_it_is_back(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (watcher, other) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slot, patients) = (watcher.free().await.remove(0), watcher.patients().await);
    watch(&watcher, &slot, WatchFor::Taken).await;
    let mut events = watcher.events();

    watcher.line().cut();
    other.book(&slot, patients[0]).await.unwrap();
    watcher.line().mend();

    says_when_and_with_whom(&next_raised(&mut events).await, &slot);
    let watcher = watcher.restarted().await;
    assert_eq!(
        notices(&watcher).await.len(),
        1,
        "and not again after a restart"
    );
}

async fn watch(desk: &TestDesk, slot: &SlotOffer, on: WatchFor) {
    let wish = WatchSlot {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        on,
    };
    desk.watch_slot(wish).await.unwrap();
}

async fn notices(desk: &Desk) -> Vec<Notice> {
    desk.notices(NoArguments {}).await.unwrap().notices
}

fn says_when_and_with_whom(raised: &RaisedNotice, slot: &SlotOffer) {
    let text = format!("{} {}", raised.title, raised.body);
    assert!(text.contains(&slot.wall_start), "{text}");
    assert!(text.contains(&slot.practitioner_name), "{text}");
}

async fn next_raised(events: &mut Receiver<DeskEvent>) -> RaisedNotice {
    soon("a notice", async {
        loop {
            if let DeskEvent::Raised(raised) = events.recv().await.unwrap() {
                return raised;
            }
        }
    })
    .await
}

fn no_more_raised(events: &mut Receiver<DeskEvent>) -> bool {
    let waiting = std::iter::from_fn(|| events.try_recv().ok());
    waiting
        .into_iter()
        .all(|event| !matches!(event, DeskEvent::Raised(_)))
}
