//! A refusal helps: who, when, and what is free instead (design §4).

use frontdesk_desk::DeskError;
use frontdesk_desk::view::{BookAppointment, BookingFormQuery, ErrorCode, RefusalView, SlotOffer};
use frontdesk_domain::{ConflictKind, Reason};
use frontdesk_tests::{Clinic, Engine, TestDesk};

frontdesk_tests::both_engines! {
    a_taken_slot_names_who_took_it_and_when_and_three_that_are_free,
    every_alternative_can_really_be_booked,
    the_open_form_says_so_before_anybody_confirms,
    the_same_dialog_confirmed_twice_is_one_visit,
    a_patient_cannot_be_in_two_places,
    a_therapist_books_only_their_own_column,
}

async fn a_taken_slot_names_who_took_it_and_when_and_three_that_are_free(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (quick, slow) = (
        // Whose booking takes the place of the hold of an open dialog.
        clinic.desk("manager").await,
        clinic.desk("reception2").await,
    );
    let (slot, patients) = (quick.free().await.remove(0), quick.patients().await);
    // The slow desk has its dialog open while the quick one books.
    let command = slow.booking(&slot, patients[1]).await;
    let taken = quick.book(&slot, patients[0]).await.unwrap().value;

    let refusal = refused(&slow, command).await;

    assert_eq!(refusal.reason, Reason::SlotTaken);
    let conflict = refusal.conflict.expect("what took it");
    assert_eq!(
        (conflict.kind, conflict.by_me),
        (ConflictKind::Appointment, false)
    );
    assert_eq!(conflict.date, slot.date);
    let card = frontdesk_desk::view::AppointmentCardQuery {
        appointment_id: taken.appointment_id,
    };
    let card = slow
        .appointment_card(card)
        .await
        .expect("the calendar shows it already");
    assert_eq!(conflict.by_name.as_ref(), Some(&card.taken_by_name));
    assert_eq!(conflict.at, Some(card.taken_at));
    assert!(
        refusal.alternatives.len() >= 3,
        "{:?}",
        refusal.alternatives
    );
}

async fn every_alternative_can_really_be_booked(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (quick, slow) = (
        // Whose booking takes the place of the hold of an open dialog.
        clinic.desk("manager").await,
        clinic.desk("reception2").await,
    );
    let (slot, patients) = (quick.free().await.remove(0), quick.patients().await);
    let command = slow.booking(&slot, patients[1]).await;
    quick.book(&slot, patients[0]).await.unwrap();
    let refusal = refused(&slow, command).await;

    for offer in &refusal.alternatives {
        let visit = slow.book(offer, patients[1]).await.unwrap().value;
        assert_eq!(
            (visit.date, &visit.wall_start),
            (offer.date, &offer.wall_start)
        );
        slow.cancel(visit.appointment_id).await;
    }
}

async fn the_open_form_says_so_before_anybody_confirms(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (quick, slow) = (
        // Whose booking takes the place of the hold of an open dialog.
        clinic.desk("manager").await,
        clinic.desk("reception2").await,
    );
    let (slot, patients) = (quick.free().await.remove(0), quick.patients().await);
    let command = slow.booking(&slot, patients[1]).await;
    let form = form_of(&command);
    assert_eq!(slow.booking_form(form.clone()).await.unwrap().refusal, None);

    let taken = quick.book(&slot, patients[0]).await.unwrap().value;

    slow.sees(slot.date, taken.appointment_id).await;
    let refusal = slow
        .booking_form(form)
        .await
        .unwrap()
        .refusal
        .expect("it is taken");
    assert_eq!(refusal.reason, Reason::SlotTaken);
    assert!(!refusal.alternatives.is_empty());
}

async fn the_same_dialog_confirmed_twice_is_one_visit(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);
    let command = desk.booking(&slot, patient).await;

    let once = desk.book_appointment(command.clone()).await.unwrap().value;
    let twice = desk.book_appointment(command).await.unwrap().value;

    assert_eq!(once, twice);
    assert_eq!(visits_at(&desk, &slot).await, 1);
}

async fn a_patient_cannot_be_in_two_places(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slots, patient) = (desk.free().await, desk.patients().await[0]);
    let (one, other) = two_at_a_time(&slots);
    desk.book(one, patient).await.unwrap();

    let error = desk.book(other, patient).await.unwrap_err();

    let refusal = error.view().refusal.expect("a refusal");
    assert_eq!(refusal.reason, Reason::PatientBusy);
    assert_eq!(
        refusal.conflict.map(|conflict| conflict.kind),
        Some(ConflictKind::Patient)
    );
}

async fn a_therapist_books_only_their_own_column(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (desk, patient) = (clinic.desk("therapist").await, 0);
    let patient = desk.patients().await[patient];
    let session = desk
        .session(frontdesk_desk::view::NoArguments {})
        .await
        .unwrap();
    let own = session
        .user
        .and_then(|user| user.practitioner_id)
        .expect("the therapist's column");
    let slots = desk.free().await;
    let theirs = slots
        .iter()
        .find(|slot| slot.practitioner_id == own)
        .unwrap();
    let foreign = slots
        .iter()
        .find(|slot| slot.practitioner_id != own)
        .unwrap();

    desk.book(theirs, patient).await.unwrap();
    let error = desk.book(foreign, patient).await.unwrap_err();

    let view = error.view();
    let reason = view.refusal.map(|refusal| refusal.reason);
    assert!(view.code == ErrorCode::Forbidden || reason == Some(Reason::Forbidden));
}

async fn refused(desk: &TestDesk, command: BookAppointment) -> RefusalView {
    match desk.book_appointment(command).await {
        Err(error @ DeskError::Refused(_)) => error.view().refusal.unwrap(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn form_of(command: &BookAppointment) -> BookingFormQuery {
    BookingFormQuery {
        practitioner_id: command.practitioner_id,
        starts_at: command.starts_at,
        service_id: Some(command.service_id),
        patient_id: Some(command.patient_id),
        appointment_id: Some(command.appointment_id),
    }
}

/// Two free slots of different practitioners at the same time.
fn two_at_a_time(slots: &[SlotOffer]) -> (&SlotOffer, &SlotOffer) {
    let pair = slots.iter().find_map(|one| {
        let other = slots.iter().find(|other| {
            other.starts_at == one.starts_at && other.practitioner_id != one.practitioner_id
        });
        Some((one, other?))
    });
    pair.expect("two practitioners work at the same time")
}

async fn visits_at(desk: &TestDesk, slot: &SlotOffer) -> usize {
    let sheet = desk.day(slot.date).await;
    let column = sheet
        .columns
        .iter()
        .find(|one| one.practitioner_id == slot.practitioner_id);
    let visits = &column.unwrap().visits;
    visits
        .iter()
        .filter(|visit| visit.wall_start() == slot.wall_start)
        .count()
}
