//! A slot that is kept while a dialog is open: seen before anybody clashes with it, gone when it
//! should be, and no news to anybody who only watches.

use chrono::TimeDelta;
use frontdesk_desk::view::{NoArguments, WatchFor, WatchSlot};
use frontdesk_domain::{Command, ConflictKind, Hold, HoldId, Kind, Reason};
use frontdesk_protocol::{ChangePage, Code};
use frontdesk_tests::{Answer, Clinic, Device, Engine, new_id, wish};

frontdesk_tests::both_engines! {
    a_held_slot_is_shown_to_others_and_refused_to_them_but_not_to_its_own_desk,
    a_booking_releases_the_hold_of_its_own_desk,
    a_hold_that_is_renewed_lasts_and_one_that_is_not_is_swept,
    a_released_hold_is_gone_and_may_be_released_again,
    nobody_releases_or_renews_a_hold_of_another_desk,
    a_hold_is_refused_over_a_visit_and_over_a_hold_even_to_a_manager,
    a_managers_booking_takes_the_hold_away_in_its_own_transaction,
    a_hold_is_no_news_to_whoever_watches_the_slot,
}

async fn a_held_slot_is_shown_to_others_and_refused_to_them_but_not_to_its_own_desk(
    engine: Engine,
) {
    let clinic = Clinic::on(engine).await;
    let [mine, yours] = two(&clinic).await;
    let slot = mine.free_slots().await.remove(0);
    let before = yours.feed().await.seq;
    let hold = kept(&mine.hold(new_id(), &slot).await);

    assert_eq!(put(&yours.changes(before).await), [hold.hold_id]);
    assert_eq!(yours.holds().await, std::slice::from_ref(&hold));
    assert!(!yours.free_slots().await.contains(&slot), "not offered");
    let wish = wish::booking(&slot, yours.new_patient().await);
    let refused = yours
        .must_not(&Command::BookAppointment(wish), Reason::SlotTaken)
        .await;
    let conflict = refused.conflict.expect("what is in the way");
    assert_eq!(conflict.kind, ConflictKind::Hold);
    assert_eq!(conflict.by.map(|by| by.name), Some(hold.user_name));
    assert!(
        refused
            .alternatives
            .is_some_and(|some| !some.contains(&slot))
    );

    let wish = wish::booking(&slot, mine.new_patient().await);
    mine.must(&Command::BookAppointment(wish)).await;
    clinic.holds_true();
}

async fn a_booking_releases_the_hold_of_its_own_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let [mine, yours] = two(&clinic).await;
    let slots = mine.free_slots().await;
    let (slot, elsewhere) = (slots.first().unwrap(), slots.last().unwrap());
    let hold = kept(&mine.hold(new_id(), slot).await);
    let other = kept(&mine.hold(new_id(), elsewhere).await);
    let patient = mine.new_patient().await;
    let before = yours.feed().await.seq;

    let wish = wish::booking(slot, patient);
    let seq = mine.must(&Command::BookAppointment(wish)).await;

    let page = yours.changes(before).await;
    assert_eq!((seq, page.to), (before + 1, before + 1), "one transaction");
    assert_eq!(removed(&page), [hold.hold_id]);
    assert_eq!(yours.holds().await, [other], "the one elsewhere stays");
}

async fn a_hold_that_is_renewed_lasts_and_one_that_is_not_is_swept(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let [mine, yours] = two(&clinic).await;
    let slots = mine.free_slots().await;
    let (renewed, left) = (slots.first().unwrap(), slots.last().unwrap());
    let first = kept(&mine.hold(new_id(), renewed).await);
    let forgotten = kept(&mine.hold(new_id(), left).await);

    clinic.advance(TimeDelta::seconds(120));
    let second = kept(&mine.hold(first.hold_id, renewed).await);
    assert!(second.expires_at > first.expires_at);
    let before = yours.feed().await.seq;
    clinic.advance(TimeDelta::seconds(120));

    // What is swept is a change like any other, whoever causes it.
    let wish = wish::booking(left, yours.new_patient().await);
    yours.must(&Command::BookAppointment(wish)).await;
    assert_eq!(removed(&yours.changes(before).await), [forgotten.hold_id]);
    assert_eq!(yours.holds().await, [second]);
    let wish = wish::booking(renewed, yours.new_patient().await);
    yours
        .must_not(&Command::BookAppointment(wish), Reason::SlotTaken)
        .await;
    clinic.holds_true();
}

async fn a_released_hold_is_gone_and_may_be_released_again(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let [mine, yours] = two(&clinic).await;
    let slot = mine.free_slots().await.remove(0);
    let hold = kept(&mine.hold(new_id(), &slot).await);
    let before = yours.feed().await.seq;

    for _ in 0..2 {
        assert_eq!(mine.release(hold.hold_id).await.status, 204);
    }

    let page = yours.changes(before).await;
    assert_eq!((removed(&page), page.to), (vec![hold.hold_id], before + 1));
    assert!(yours.free_slots().await.contains(&slot));
}

async fn nobody_releases_or_renews_a_hold_of_another_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let [mine, yours] = two(&clinic).await;
    let slot = mine.free_slots().await.remove(0);
    let hold = kept(&mine.hold(new_id(), &slot).await);

    let released = yours.release(hold.hold_id).await;
    released.expect_problem(403, Code::DeviceMismatch);
    let renewed = yours.hold(hold.hold_id, &slot).await;
    renewed.expect_problem(403, Code::DeviceMismatch);

    assert_eq!(mine.holds().await, [hold]);
}

async fn a_hold_is_refused_over_a_visit_and_over_a_hold_even_to_a_manager(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let [mine, yours] = two(&clinic).await;
    let manager = clinic.device("manager").await;
    let slots = mine.free_slots().await;
    let (held, booked) = (slots.first().unwrap(), slots.last().unwrap());
    let hold = kept(&mine.hold(new_id(), held).await);
    let wish = wish::booking(booked, mine.new_patient().await);
    mine.must(&Command::BookAppointment(wish.clone())).await;

    for (device, slot, kind, id) in [
        (&yours, held, ConflictKind::Hold, hold.hold_id.0),
        (&manager, held, ConflictKind::Hold, hold.hold_id.0),
        (
            &mine,
            booked,
            ConflictKind::Appointment,
            wish.appointment_id.0,
        ),
    ] {
        let problem = device.hold(new_id(), slot).await;
        let problem = problem.expect_problem(409, Code::SlotTaken);
        let conflict = problem.conflict.expect("what is in the way");
        assert_eq!((conflict.kind, conflict.id), (kind, Some(id)));
    }
    assert_eq!(mine.holds().await, [hold]);
}

async fn a_managers_booking_takes_the_hold_away_in_its_own_transaction(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let [mine, yours] = two(&clinic).await;
    let manager = clinic.device("manager").await;
    let slot = mine.free_slots().await.remove(0);
    let hold = kept(&mine.hold(new_id(), &slot).await);
    let patient = manager.new_patient().await;
    let before = yours.feed().await.seq;

    let wish = wish::booking(&slot, patient);
    let seq = manager.must(&Command::BookAppointment(wish.clone())).await;

    let page = yours.changes(before).await;
    assert_eq!((seq, page.to), (before + 1, before + 1), "one transaction");
    assert_eq!(removed(&page), [hold.hold_id]);
    let upserts: Vec<_> = page.upserts.iter().map(|it| it.id).collect();
    assert_eq!(upserts, [wish.appointment_id.0]);
    let late = wish::booking(&slot, mine.new_patient().await);
    mine.must_not(&Command::BookAppointment(late), Reason::SlotTaken)
        .await;
}

async fn a_hold_is_no_news_to_whoever_watches_the_slot(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (watcher, other) = (
        clinic.desk("reception1").await,
        clinic.device("reception2").await,
    );
    let slot = watcher.free().await.remove(0);
    let wish = WatchSlot {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        on: WatchFor::Taken,
    };
    watcher.watch_slot(wish).await.unwrap();
    let slots = other.free_slots().await;
    let held = slots
        .iter()
        .find(|it| (it.practitioner_id, it.starts_at) == (slot.practitioner_id, slot.starts_at));
    let held = held.expect("the same slot");

    kept(&other.hold(new_id(), held).await);
    // A mark behind the hold: whoever shows it has read the hold before.
    let elsewhere = slots.last().unwrap();
    let mark = wish::booking(elsewhere, other.new_patient().await);
    other.must(&Command::BookAppointment(mark.clone())).await;
    let date = watcher.free().await.last().map(|slot| slot.date);
    watcher.sees(date.unwrap(), mark.appointment_id).await;

    assert!(
        !watcher.offers(&slot).await,
        "the board knows that it is held"
    );
    let notices = watcher.notices(NoArguments {}).await.unwrap().notices;
    assert_eq!(notices, []);
}

async fn two(clinic: &Clinic) -> [Device; 2] {
    [
        clinic.device("reception1").await,
        clinic.device("reception2").await,
    ]
}

#[track_caller]
fn kept(answer: &Answer) -> Hold {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.read()
}

fn put(page: &ChangePage) -> Vec<HoldId> {
    let holds = page.upserts.iter().filter(|it| it.row.kind() == Kind::Hold);
    holds.map(|it| HoldId(it.id)).collect()
}

fn removed(page: &ChangePage) -> Vec<HoldId> {
    let holds = page.removed.iter().filter(|it| it.kind == Kind::Hold);
    holds.map(|it| HoldId(it.id)).collect()
}
