//! Two receptionists at two desks of one clinic.

use frontdesk_desk::view::{AppointmentCardQuery, DaySheet, PatientQuery, Progress, PutPatient};
use frontdesk_domain::AppointmentStatus;
use frontdesk_tests::{Clinic, Engine, new_id};

frontdesk_tests::both_engines! {
    two_desks_see_each_others_bookings_without_touching_anything,
    booked_is_said_with_the_time_that_the_board_shows,
    a_cancelled_visit_frees_its_slot_on_every_desk,
    a_moved_visit_frees_its_old_slot_and_takes_the_new_one_on_every_desk,
    a_new_patient_is_found_on_the_other_desk_by_name_phone_and_birth_date,
}

async fn two_desks_see_each_others_bookings_without_touching_anything(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (here, there) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slots, patients) = (here.free().await, here.patients().await);
    let (mine, yours) = (&slots[0], slots.last().unwrap());

    let booked = here.book(mine, patients[0]).await.unwrap().value;
    let shown = here.visit(mine.date, booked.appointment_id).await;
    assert!(
        shown.is_some(),
        "the calendar shows it before 'Booked' is said"
    );
    there.sees(mine.date, booked.appointment_id).await;

    let booked_back = there.book(yours, patients[1]).await.unwrap().value;
    here.sees(yours.date, booked_back.appointment_id).await;
    assert_same_days(&here.day(mine.date).await, &there.day(mine.date).await);
    assert_same_days(&here.day(yours.date).await, &there.day(yours.date).await);
}

async fn booked_is_said_with_the_time_that_the_board_shows(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);

    let booked = desk.book(&slot, patient).await.unwrap().value;

    assert_eq!(booked.progress, Progress::Confirmed);
    let tile = desk.visit(slot.date, booked.appointment_id).await.unwrap();
    assert_eq!(
        (&booked.wall_start, &booked.wall_end),
        (&tile.wall_start(), &tile.wall_end())
    );
    assert_eq!(booked.wall_start, slot.wall_start);
    assert_eq!(
        (booked.date, &booked.patient_name),
        (slot.date, &tile.patient_name)
    );
    assert!(!desk.offers(&slot).await);
}

async fn a_cancelled_visit_frees_its_slot_on_every_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (here, there) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slot, patient) = (here.free().await.remove(0), here.patients().await[0]);
    let visit = here
        .book(&slot, patient)
        .await
        .unwrap()
        .value
        .appointment_id;
    there.sees(slot.date, visit).await;
    assert!(!there.offers(&slot).await);

    there.cancel(visit).await;

    assert!(there.offers(&slot).await, "at once where it was cancelled");
    here.no_longer_sees(slot.date, visit).await;
    assert!(here.offers(&slot).await);
    let query = AppointmentCardQuery {
        appointment_id: visit,
    };
    let card = here.appointment_card(query).await.unwrap();
    assert_eq!(card.status, AppointmentStatus::Cancelled);
    assert!(!card.can_cancel && !card.can_reschedule);
}

async fn a_moved_visit_frees_its_old_slot_and_takes_the_new_one_on_every_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (here, there) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let (slots, patient) = (here.free().await, here.patients().await[0]);
    let (from, to) = (&slots[0], slots.last().unwrap());
    let visit = here.book(from, patient).await.unwrap().value.appointment_id;
    there.sees(from.date, visit).await;

    let moved = there.reschedule(visit, to).await.unwrap().value;

    assert_eq!((moved.date, &moved.wall_start), (to.date, &to.wall_start));
    here.sees(to.date, visit).await;
    for desk in [&here, &there] {
        assert!(desk.offers(from).await && !desk.offers(to).await);
        let tile = desk.visit(to.date, visit).await.unwrap();
        assert_eq!(tile.wall_start(), to.wall_start);
    }
    assert!(from.date == to.date || here.visit(from.date, visit).await.is_none());
}

async fn a_new_patient_is_found_on_the_other_desk_by_name_phone_and_birth_date(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (here, there) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let patient_id = new_id();
    let put = PutPatient {
        patient_id,
        name: "Zoë Quistgaard-Öz".to_owned(),
        phone: Some("+49 170 5550199".to_owned()),
        birth_date: Some("1987-02-28".parse().unwrap()),
        notes: None,
    };

    here.put_patient(put).await.unwrap();

    for text in ["quist zo", "5550199", "1987-02-28"] {
        there
            .until("the new patient", async |desk: &frontdesk_desk::Desk| {
                let query = PatientQuery {
                    text: text.to_owned(),
                };
                let found = desk.search_patients(query).await.unwrap().patients;
                found.iter().any(|one| one.patient_id == patient_id)
            })
            .await;
    }
}

/// Equal but for what each desk watches for itself.
#[track_caller]
fn assert_same_days(one: &DaySheet, other: &DaySheet) {
    let plain = |sheet: &DaySheet| {
        let mut sheet = sheet.clone();
        let cells = sheet.columns.iter_mut().flat_map(|column| &mut column.free);
        cells.for_each(|cell| cell.watched = false);
        sheet
    };
    assert_eq!(plain(one), plain(other));
}
