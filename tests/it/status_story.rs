//! A visit's day: every step through the server, seen by every desk, each one undoable.

use chrono::TimeDelta;
use frontdesk_domain::AppointmentStep::{Arrive, Cancel, CheckIn, Complete, MarkNoShow, Undo};
use frontdesk_domain::{AppointmentId, AppointmentStatus, AppointmentStep, Command, Reason, Row};
use frontdesk_tests::{Clinic, Device, Engine, wish};

frontdesk_tests::both_engines! {
    a_visit_goes_from_booked_to_fulfilled_and_every_desk_reads_each_step,
    a_step_that_is_not_due_is_refused_with_those_that_are,
    a_step_that_is_done_already_is_applied_and_changes_nothing,
    steps_are_undone_one_by_one_and_leave_a_trace,
    a_cancellation_is_undone_only_where_the_slot_is_still_free,
    nobody_is_marked_as_not_come_before_the_visit_has_begun,
}

async fn a_visit_goes_from_booked_to_fulfilled_and_every_desk_reads_each_step(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (here, there) = (
        clinic.device("reception1").await,
        clinic.device("reception2").await,
    );
    let visit = booked(&here).await;
    let mut path = vec![AppointmentStatus::Booked];
    for (step, status) in [
        (Arrive, AppointmentStatus::Arrived),
        (CheckIn, AppointmentStatus::CheckedIn),
        (Complete, AppointmentStatus::Fulfilled),
    ] {
        let before = there.feed().await.seq;
        let seq = here.must(&wish::step(step, visit)).await;
        assert_eq!(seq, before + 1, "one step, one number");
        let page = there.changes(before).await;
        let [change] = page.upserts.as_slice() else {
            panic!("one change: {page:?}")
        };
        let Row::Appointment(row) = &change.row else {
            panic!("a visit: {change:?}")
        };
        assert_eq!((row.appointment_id, row.status), (visit, status));
        assert_eq!(row.status_path, path);
        assert_eq!(change.actor, here.session.user.id);
        path.push(status);
    }
    clinic.holds_true();
}

async fn a_step_that_is_not_due_is_refused_with_those_that_are(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let visit = booked(&device).await;
    let before = device.feed().await.seq;

    illegal(&device, Complete, visit, &[Arrive, Cancel]).await;
    assert_eq!(device.feed().await.seq, before, "a refusal uses no number");
    device.must(&wish::step(Arrive, visit)).await;
    illegal(&device, Complete, visit, &[CheckIn, Cancel, Undo]).await;
    device.must(&wish::step(CheckIn, visit)).await;
    illegal(&device, Cancel, visit, &[Complete, Undo]).await;
}

async fn a_step_that_is_done_already_is_applied_and_changes_nothing(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let visit = booked(&device).await;
    let once = device.must(&wish::step(Arrive, visit)).await;
    let row = device.appointment(visit).await;

    let twice = device.must(&wish::step(Arrive, visit)).await;

    assert_eq!(once, twice);
    assert_eq!(device.appointment(visit).await, row);
}

async fn steps_are_undone_one_by_one_and_leave_a_trace(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let visit = booked(&device).await;
    let steps = [Arrive, CheckIn, Complete];
    let mut rows = vec![device.appointment(visit).await];
    for step in steps {
        device.must(&wish::step(step, visit)).await;
        rows.push(device.appointment(visit).await);
    }
    while let Some(after) = rows.pop() {
        let now = device.appointment(visit).await;
        assert_eq!(
            (now.status, &now.status_path),
            (after.status, &after.status_path)
        );
        if !rows.is_empty() {
            let before = device.feed().await.seq;
            assert_eq!(device.must(&wish::step(Undo, visit)).await, before + 1);
        }
    }
    let nothing = device
        .must_not(&wish::step(Undo, visit), Reason::IllegalStatus)
        .await;
    assert!(!nothing.steps.unwrap_or_default().contains(&Undo));
    clinic.holds_true();
}

async fn a_cancellation_is_undone_only_where_the_slot_is_still_free(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let slots = device.free_slots().await;
    let (slot, patient) = (&slots[0], device.new_patient().await);
    let first = wish::booking(slot, patient);
    let visit = first.appointment_id;
    device.must(&Command::BookAppointment(first)).await;
    device.must(&wish::step(Cancel, visit)).await;
    device.must(&wish::step(Undo, visit)).await;
    let row = device.appointment(visit).await;
    assert_eq!(row.status, AppointmentStatus::Booked);
    assert_eq!((row.cancel_reason, row.cancel_note), (None, None));

    device.must(&wish::step(Cancel, visit)).await;
    let rival = wish::booking(slot, device.new_patient().await);
    let rival_id = rival.appointment_id;
    device.must(&Command::BookAppointment(rival)).await;
    let refused = device
        .must_not(&wish::step(Undo, visit), Reason::SlotTaken)
        .await;

    assert_eq!(refused.conflict.and_then(|it| it.id), Some(rival_id.0));
    clinic.holds_true();
}

async fn nobody_is_marked_as_not_come_before_the_visit_has_begun(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let visit = booked(&device).await;
    illegal(&device, MarkNoShow, visit, &[Arrive, Cancel]).await;

    let starts_at = device.appointment(visit).await.starts_at;
    clinic.advance(starts_at - device.feed().await.server_time + TimeDelta::minutes(1));

    device.must(&wish::step(MarkNoShow, visit)).await;
    let row = device.appointment(visit).await;
    assert_eq!(row.status, AppointmentStatus::NoShow);
    device.must(&wish::step(Undo, visit)).await;
    clinic.holds_true();
}

async fn booked(device: &Device) -> AppointmentId {
    let slot = device.free_slots().await.remove(0);
    let booking = wish::booking(&slot, device.new_patient().await);
    let id = booking.appointment_id;
    device.must(&Command::BookAppointment(booking)).await;
    id
}

async fn illegal(
    device: &Device,
    step: AppointmentStep,
    visit: AppointmentId,
    legal: &[AppointmentStep],
) {
    let outcome = device
        .must_not(&wish::step(step, visit), Reason::IllegalStatus)
        .await;
    let mut named = outcome.steps.expect("the legal steps");
    let mut legal = legal.to_vec();
    named.sort();
    legal.sort();
    assert_eq!(named, legal, "after {step:?}");
}
