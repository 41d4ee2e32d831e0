//! Visits that somebody has to agree to first.

use frontdesk_domain::AppointmentStep::{Approve, Reject};
use frontdesk_domain::command::StepAppointment;
use frontdesk_domain::{AppointmentId, AppointmentStatus, CancelReason, Command, Reason, Slot};
use frontdesk_tests::{Clinic, Device, Engine, wish};

frontdesk_tests::both_engines! {
    a_visit_that_waits_for_approval_blocks_its_slot,
    an_approved_visit_is_booked_and_a_rejected_one_frees_its_slot_with_the_reason,
    a_practitioner_approves_their_own_visits_and_no_others,
}

async fn a_visit_that_waits_for_approval_blocks_its_slot(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let slot = slots(&device).await.remove(0);
    let visit = asked_for(&device, &slot).await;

    assert_eq!(status(&device, visit).await, AppointmentStatus::Pending);
    let rival = wish::booking(&slot, device.new_patient().await);
    let refused = device
        .must_not(&Command::BookAppointment(rival), Reason::SlotTaken)
        .await;
    assert_eq!(refused.conflict.and_then(|it| it.id), Some(visit.0));
    clinic.holds_true();
}

async fn an_approved_visit_is_booked_and_a_rejected_one_frees_its_slot_with_the_reason(
    engine: Engine,
) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let slots = slots(&device).await;
    let (one, other) = (slots.first().unwrap(), slots.last().unwrap());
    let (wanted, unwanted) = (
        asked_for(&device, one).await,
        asked_for(&device, other).await,
    );

    device.must(&wish::step(Approve, wanted)).await;
    let said = StepAppointment {
        appointment_id: unwanted,
        reason: Some("not on that machine".to_owned()),
    };
    device.must(&Command::RejectAppointment(said)).await;

    assert_eq!(status(&device, wanted).await, AppointmentStatus::Booked);
    let rejected = device.appointment(unwanted).await;
    assert_eq!(rejected.status, AppointmentStatus::Cancelled);
    assert_eq!(rejected.cancel_reason, Some(CancelReason::Clinic));
    assert_eq!(rejected.cancel_note.as_deref(), Some("not on that machine"));
    asked_for(&device, other).await;
    let again = device.ask(&wish::step(Reject, wanted)).await;
    assert_eq!(again.reason, Some(Reason::IllegalStatus));
    clinic.holds_true();
}

async fn a_practitioner_approves_their_own_visits_and_no_others(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let (device, therapist) = (
        clinic.device("reception1").await,
        clinic.device("therapist").await,
    );
    let own = therapist
        .session
        .user
        .practitioner_id
        .expect("their column");
    let slots = slots(&device).await;
    let mine = slots.iter().find(|slot| slot.practitioner_id == own);
    let theirs = slots.iter().find(|slot| slot.practitioner_id != own);
    let mine = asked_for(&device, mine.expect("the therapist offers it")).await;
    let theirs = asked_for(&device, theirs.expect("others offer it")).await;

    therapist.must(&wish::step(Approve, mine)).await;
    therapist
        .must_not(&wish::step(Approve, theirs), Reason::Forbidden)
        .await;

    assert_eq!(status(&device, theirs).await, AppointmentStatus::Pending);
}

async fn slots(device: &Device) -> Vec<Slot> {
    let service = device.service_like(|it| it.needs_approval).await;
    device.free_slots_of(service.service_id, 1, 14).await
}

async fn asked_for(device: &Device, slot: &Slot) -> AppointmentId {
    let booking = wish::booking(slot, device.new_patient().await);
    let id = booking.appointment_id;
    device.must(&Command::BookAppointment(booking)).await;
    id
}

async fn status(device: &Device, visit: AppointmentId) -> AppointmentStatus {
    device.appointment(visit).await.status
}
