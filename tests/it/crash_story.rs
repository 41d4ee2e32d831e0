//! Power cuts, lost answers, killed programs (I9, I10, I16): never two visits, never a lost one.

use std::collections::BTreeSet;

use frontdesk_desk::view::{NoArguments, NoticeKind, Progress, SlotOffer};
use frontdesk_desk::{Desk, DeskError, DeskEvent, Topic};
use frontdesk_domain::AppointmentId;
use frontdesk_tests::{Clinic, Engine, TestDesk};

frontdesk_tests::both_engines! {
    a_lost_answer_is_asked_for_until_it_comes_and_the_visit_is_booked_once,
    a_booking_without_an_answer_keeps_its_time_on_its_desk,
    a_move_without_an_answer_keeps_both_its_times_on_its_desk,
    whoever_loses_a_race_without_hearing_the_answer_is_told_later,
    a_desk_that_lost_power_before_the_answer_learns_it_after_the_restart,
    without_a_server_nothing_is_booked_and_the_desk_says_so,
    a_server_killed_in_the_middle_of_a_booking_has_it_once_or_not_at_all,
    an_orderly_restart_of_the_server_is_only_a_pause,
}

async fn a_lost_answer_is_asked_for_until_it_comes_and_the_visit_is_booked_once(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (desk, witness) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);

    let booking = desk.kept_booking(&slot, patient).await;
    desk.line().lose_answers();
    let booked = desk.book_appointment(booking).await.unwrap().value;

    assert_eq!(
        booked.progress,
        Progress::Waiting,
        "not known yet: neither yes nor no"
    );
    witness.sees(slot.date, booked.appointment_id).await;
    desk.line().mend();
    desk.sees(slot.date, booked.appointment_id).await;
    nothing_waits(&desk).await;
    told(&desk, NoticeKind::Confirmed).await;
    assert_eq!(visits_at(&witness, &slot).await, [booked.appointment_id]);
}

async fn a_booking_without_an_answer_keeps_its_time_on_its_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slot, patients) = (desk.free().await.remove(0), desk.patients().await);
    let booking = desk.kept_booking(&slot, patients[0]).await;
    let mut events = desk.events();

    desk.line().lose_answers();
    let booked = desk.book_appointment(booking).await.unwrap().value;
    assert_eq!(booked.progress, Progress::Waiting);

    let mut announced = BTreeSet::new();
    while let Ok(event) = events.try_recv() {
        if let DeskEvent::Changed(changed) = event {
            announced.extend(changed.topics);
        }
    }
    assert!(announced.contains(&Topic::Outbox), "{announced:?}");
    assert_eq!(waiting(&desk, &slot).await, [booked.appointment_id]);
    assert!(!desk.offers(&slot).await, "nobody here is offered it again");

    desk.line().mend();
    desk.sees(slot.date, booked.appointment_id).await;
    assert_eq!(waiting(&desk, &slot).await, []);
    assert!(!desk.offers(&slot).await);
}

async fn a_move_without_an_answer_keeps_both_its_times_on_its_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (desk, witness) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (free, patients) = (desk.free().await, desk.patients().await);
    let (from, to) = (&free[0], &free[1]);
    let visit = desk
        .book(from, patients[0])
        .await
        .unwrap()
        .value
        .appointment_id;
    desk.sees(from.date, visit).await;

    desk.line().lose_answers();
    let moved = desk.reschedule(visit, to).await.unwrap().value;
    assert_eq!(moved.progress, Progress::Waiting);
    let there = waiting(&desk, to).await;
    assert_eq!(there.len(), 1);
    assert!(!there.contains(&visit), "the visit stands where it was");
    assert!(desk.visit(from.date, visit).await.unwrap().leaving);
    for place in [from, to] {
        assert!(!desk.offers(place).await, "{}", place.wall_start);
    }

    desk.line().mend();
    nothing_waits(&desk).await;
    desk.until("the visit is where it was moved to", async |_| {
        visits_at(&desk, to).await == [visit]
    })
    .await;
    assert_eq!(waiting(&desk, to).await, []);
    assert!(!desk.visit(to.date, visit).await.unwrap().leaving);
    assert_eq!(visits_at(&witness, to).await, [visit]);
}

/// What waits for its answer with that practitioner on that day.
async fn waiting(desk: &TestDesk, slot: &SlotOffer) -> Vec<AppointmentId> {
    let sheet = desk.day(slot.date).await;
    let mut columns = sheet.columns.into_iter();
    let column = columns.find(|column| column.practitioner_id == slot.practitioner_id);
    let tiles = column.map(|column| column.waiting).unwrap_or_default();
    tiles.into_iter().map(|tile| tile.appointment_id).collect()
}

async fn whoever_loses_a_race_without_hearing_the_answer_is_told_later(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (desk, rival) = (
        clinic.desk("reception1").await,
        // Whose booking takes the place of the hold of an open dialog.
        clinic.desk("manager").await,
    );
    let (slot, patients) = (desk.free().await.remove(0), desk.patients().await);
    let command = desk.booking(&slot, patients[0]).await;
    let mine = command.appointment_id;

    desk.line().hold_decisions();
    let (asked, rivals) = tokio::join!(
        desk.book_appointment(command),
        rival.book(&slot, patients[1])
    );
    desk.line().mend();

    nothing_waits(&desk).await;
    let there = visits_at(&rival, &slot).await;
    match (asked.map(|it| it.value.progress), rivals) {
        (Ok(Progress::Waiting), Ok(rivals)) => {
            told(&desk, NoticeKind::Refused).await;
            assert_eq!(there, [rivals.value.appointment_id]);
            assert_eq!(waiting(&desk, &slot).await, []);
        }
        (Ok(Progress::Waiting), Err(_)) => {
            told(&desk, NoticeKind::Confirmed).await;
            assert_eq!(there, [mine]);
        }
        // The rival's booking arrived before the desk had asked.
        (Err(DeskError::Refused(_)), Ok(rivals)) => {
            assert_eq!(there, [rivals.value.appointment_id]);
        }
        (asked, rivals) => panic!("{asked:?} {rivals:?}"),
    }
    assert_eq!(visits_at(&desk, &slot).await, there, "both calendars agree");
}

async fn a_desk_that_lost_power_before_the_answer_learns_it_after_the_restart(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (desk, witness) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);
    let booking = desk.kept_booking(&slot, patient).await;
    desk.line().lose_answers();
    let booked = desk.book_appointment(booking).await.unwrap();
    let booked = booked.value.appointment_id;
    witness.sees(slot.date, booked).await;

    let desk = desk.restarted().await;
    desk.line().mend();

    desk.sees(slot.date, booked).await;
    nothing_waits(&desk).await;
    assert_eq!(visits_at(&desk, &slot).await, [booked]);
}

async fn without_a_server_nothing_is_booked_and_the_desk_says_so(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);
    let command = desk.booking(&slot, patient).await;
    desk.line().cut();
    desk.in_state(frontdesk_desk::view::ConnectionState::Offline)
        .await;

    let error = desk.book_appointment(command.clone()).await.unwrap_err();

    assert!(matches!(error, DeskError::Offline), "{error}");
    desk.line().mend();
    desk.live().await;
    assert_eq!(
        visits_at(&desk, &slot).await,
        [],
        "it was withdrawn, not kept for later"
    );
    // The same dialog, confirmed again: its ids are still good.
    desk.book_appointment(command).await.unwrap();
    assert_eq!(visits_at(&desk, &slot).await.len(), 1);
}

async fn a_server_killed_in_the_middle_of_a_booking_has_it_once_or_not_at_all(engine: Engine) {
    let mut clinic = Clinic::program_on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slots, patients) = (desk.free().await, desk.patients().await);
    for (slot, patient) in far_apart(&slots).zip(patients.iter().cycle()).take(4) {
        let command = desk.booking(slot, *patient).await;
        let id = command.appointment_id;
        let (asked, ()) = tokio::join!(desk.book_appointment(command), clinic.kill());
        clinic.restart().await;
        desk.live().await;
        nothing_waits(&desk).await;
        let there = visits_at(&desk, slot).await;
        match asked.map(|it| it.value.progress) {
            Ok(Progress::Confirmed) => assert_eq!(there, [id], "what was said stays true"),
            Ok(Progress::Waiting) => assert!(there.is_empty() || there == [id]),
            Err(DeskError::Offline) => assert!(there.is_empty(), "nothing was booked: {there:?}"),
            Err(error) => panic!("{error}"),
        }
    }
}

async fn an_orderly_restart_of_the_server_is_only_a_pause(engine: Engine) {
    let mut clinic = Clinic::program_on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);
    let booked = desk
        .book(&slot, patient)
        .await
        .unwrap()
        .value
        .appointment_id;

    clinic.stop().await;
    clinic.restart().await;

    desk.live().await;
    assert_eq!(visits_at(&desk, &slot).await, [booked]);
    desk.cancel(booked).await;
    assert_eq!(visits_at(&desk, &slot).await, []);
}

async fn nothing_waits(desk: &TestDesk) {
    desk.until("every command to be answered", async |desk: &Desk| {
        desk.connection(NoArguments {}).await.unwrap().waiting == 0
    })
    .await;
}

async fn told(desk: &TestDesk, kind: NoticeKind) {
    desk.until("the outcome as a notice", async |desk: &Desk| {
        let notices = desk.notices(NoArguments {}).await.unwrap().notices;
        notices.iter().any(|notice| notice.kind == kind)
    })
    .await;
}

async fn visits_at(desk: &TestDesk, slot: &SlotOffer) -> Vec<AppointmentId> {
    let sheet = desk.day(slot.date).await;
    let column = sheet
        .columns
        .iter()
        .find(|one| one.practitioner_id == slot.practitioner_id);
    let visits = column.unwrap().visits.iter();
    let here = visits.filter(|visit| visit.wall_start() == slot.wall_start);
    here.map(|visit| visit.appointment_id).collect()
}

/// One slot a day, so that one booking never stands in the way of the next.
fn far_apart(slots: &[SlotOffer]) -> impl Iterator<Item = &SlotOffer> {
    let mut days = std::collections::BTreeSet::new();
    slots.iter().filter(move |slot| days.insert(slot.date))
}
