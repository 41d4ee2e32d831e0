//! Rules that are broken on purpose: only with a reason, only by whom it is given to, and never more
//! than was named.

use chrono::TimeDelta;
use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::{Command, OverlapPolicy, Reason, Slot};
use frontdesk_tests::{Clinic, Device, Engine, wish};

frontdesk_tests::both_engines! {
    a_manager_books_over_a_visit_and_the_row_says_why,
    a_receptionist_books_over_a_visit_only_where_the_service_allows_it,
    a_rule_that_was_not_named_still_holds,
    hours_and_grid_may_be_broken_by_whoever_books_there,
    an_overlapping_visit_still_blocks_later_ones,
}

async fn a_manager_books_over_a_visit_and_the_row_says_why(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (device, manager) = (
        clinic.device("reception1").await,
        clinic.device("manager").await,
    );
    let slot = taken(&device).await;
    let mut over = wish::booking(&slot, manager.new_patient().await);
    over.overriding = wish::overriding(&[Reason::SlotTaken, Reason::OutsideSchedule]);

    manager.must(&Command::BookAppointment(over.clone())).await;

    let row = device.appointment(over.appointment_id).await;
    let broken = row.overridden.expect("which rules were broken");
    assert_eq!(broken.rules, [Reason::SlotTaken], "only what really was");
    assert_eq!(Some(broken.reason), over.overriding.map(|it| it.reason));
    clinic.holds_true();
}

async fn a_receptionist_books_over_a_visit_only_where_the_service_allows_it(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let warns = device
        .service_like(|it| it.overlap_policy == OverlapPolicy::Warn)
        .await;
    let slot = device
        .free_slots_of(warns.service_id, 1, 14)
        .await
        .remove(0);
    book(&device, &slot).await;

    let plain = wish::booking(&slot, device.new_patient().await);
    let with_reason = BookAppointment {
        overriding: wish::overriding(&[Reason::SlotTaken, Reason::LocationBusy]),
        ..wish::booking(&slot, device.new_patient().await)
    };
    device
        .must_not(&Command::BookAppointment(plain), Reason::SlotTaken)
        .await;
    device.must(&Command::BookAppointment(with_reason)).await;

    let exclusive = taken(&device).await;
    let over = BookAppointment {
        overriding: wish::overriding(&[Reason::SlotTaken]),
        ..wish::booking(&exclusive, device.new_patient().await)
    };
    let refused = device
        .must_not(&Command::BookAppointment(over), Reason::Forbidden)
        .await;
    assert_eq!(refused.field.as_deref(), Some("override"));
    clinic.holds_true();
}

async fn a_rule_that_was_not_named_still_holds(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (device, manager) = (
        clinic.device("reception1").await,
        clinic.device("manager").await,
    );
    let slot = taken(&device).await;
    let mut over = wish::booking(&slot, manager.new_patient().await);
    over.overriding = wish::overriding(&[Reason::PatientBusy]);
    manager
        .must_not(&Command::BookAppointment(over), Reason::SlotTaken)
        .await;
}

async fn hours_and_grid_may_be_broken_by_whoever_books_there(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let slot = device.free_slots().await.remove(0);
    let patient = device.new_patient().await;
    let at_night = |rules: &[Reason]| BookAppointment {
        starts_at: slot.starts_at - TimeDelta::minutes(12 * 60 + 7),
        overriding: wish::overriding(rules),
        ..wish::booking(&slot, patient)
    };
    for (named, refused) in [
        (&[][..], Reason::OutsideSchedule),
        (&[Reason::OffGrid][..], Reason::OutsideSchedule),
        (&[Reason::InPast][..], Reason::Invalid),
    ] {
        let wish = Command::BookAppointment(at_night(named));
        device.must_not(&wish, refused).await;
    }

    let both = at_night(&[Reason::OutsideSchedule, Reason::OffGrid]);
    device.must(&Command::BookAppointment(both.clone())).await;

    let row = device.appointment(both.appointment_id).await;
    let broken = row.overridden.map(|it| it.rules);
    assert_eq!(
        broken,
        Some(vec![Reason::OutsideSchedule]),
        "no block, no grid"
    );
    clinic.holds_true();
}

async fn an_overlapping_visit_still_blocks_later_ones(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (device, manager) = (
        clinic.device("reception1").await,
        clinic.device("manager").await,
    );
    let slot = device.free_slots().await.remove(0);
    let first = book(&device, &slot).await;
    let over = BookAppointment {
        overriding: wish::overriding(&[Reason::SlotTaken]),
        ..wish::booking(&slot, manager.new_patient().await)
    };
    manager.must(&Command::BookAppointment(over.clone())).await;
    let first = Command::CancelAppointment(wish::cancelling(first));
    device.must(&first).await;

    let late = wish::booking(&slot, device.new_patient().await);
    let refused = device
        .must_not(&Command::BookAppointment(late), Reason::SlotTaken)
        .await;

    let conflict = refused.conflict.and_then(|it| it.id);
    assert_eq!(conflict, Some(over.appointment_id.0));
    clinic.holds_true();
}

/// A slot that was free until now.
async fn taken(device: &Device) -> Slot {
    let slot = device.free_slots().await.remove(0);
    book(device, &slot).await;
    slot
}

async fn book(device: &Device, slot: &Slot) -> frontdesk_domain::AppointmentId {
    let booking = wish::booking(slot, device.new_patient().await);
    let id = booking.appointment_id;
    device.must(&Command::BookAppointment(booking)).await;
    id
}
