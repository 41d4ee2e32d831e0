//! Two people edit one visit: the second one is told what the first one changed, and nothing is
//! merged behind their back.

use frontdesk_domain::{Command, Reason};
use frontdesk_tests::{Clinic, Engine, wish};

frontdesk_tests::both_engines! {
    an_edit_of_what_has_changed_since_names_the_fields_and_writes_nothing,
    what_was_changed_several_times_is_named_once_and_by_every_field,
    an_edit_of_the_latest_version_is_applied,
}

async fn an_edit_of_what_has_changed_since_names_the_fields_and_writes_nothing(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (here, there) = (
        clinic.device("reception1").await,
        clinic.device("reception2").await,
    );
    let slots = here.free_slots().await;
    let booking = wish::booking(&slots[0], here.new_patient().await);
    let visit = booking.appointment_id;
    let seen = here.must(&Command::BookAppointment(booking)).await;
    there
        .must(&Command::UpdateAppointment(wish::noting(
            visit,
            "left knee",
        )))
        .await;
    let row = here.appointment(visit).await;
    let commands = [
        Command::UpdateAppointment(wish::noting(visit, "right knee")),
        Command::RescheduleAppointment(wish::moving(visit, slots.last().unwrap())),
        Command::CancelAppointment(wish::cancelling(visit)),
    ];
    for command in commands {
        let refused = here.ask_from(seen, &command).await;
        assert_eq!(refused.reason, Some(Reason::StaleVersion), "{refused:?}");
        assert_eq!(refused.changed, Some(vec!["notes".to_owned()]));
    }
    assert_eq!(here.appointment(visit).await, row);
}

async fn what_was_changed_several_times_is_named_once_and_by_every_field(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (here, there) = (
        clinic.device("reception1").await,
        clinic.device("reception2").await,
    );
    let slots = here.free_slots().await;
    let (slot, other) = (slots.first().unwrap(), slots.last().unwrap());
    let booking = wish::booking(slot, here.new_patient().await);
    let visit = booking.appointment_id;
    let seen = here.must(&Command::BookAppointment(booking)).await;
    for text in ["one", "two"] {
        let note = wish::noting(visit, text);
        there.must(&Command::UpdateAppointment(note)).await;
    }
    let moving = wish::moving(visit, other);
    there.must(&Command::RescheduleAppointment(moving)).await;

    let late = Command::UpdateAppointment(wish::noting(visit, "three"));
    let changed = here.ask_from(seen, &late).await.changed.expect("fields");

    let named = |field: &str| changed.iter().filter(|it| *it == field).count();
    for field in ["notes", "starts_at", "ends_at", "wall_start"] {
        assert_eq!(named(field), 1, "{field} in {changed:?}");
    }
    let has_moved = slot.practitioner_id != other.practitioner_id;
    assert_eq!(
        named("practitioner_id"),
        usize::from(has_moved),
        "{changed:?}"
    );
    for untouched in ["patient_id", "service_id", "status"] {
        assert_eq!(named(untouched), 0, "{untouched} in {changed:?}");
    }
}

async fn an_edit_of_the_latest_version_is_applied(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let slot = device.free_slots().await.remove(0);
    let booking = wish::booking(&slot, device.new_patient().await);
    let visit = booking.appointment_id;
    let mut version = device.must(&Command::BookAppointment(booking)).await;
    for text in ["one", "two", ""] {
        let edit = Command::UpdateAppointment(wish::noting(visit, text));
        let outcome = device.ask_from(version, &edit).await;
        assert_eq!(outcome.reason, None, "{outcome:?}");
        version = outcome.seq;
        let row = device.appointment(visit).await;
        assert_eq!(
            (row.version, row.notes.unwrap_or_default().as_str()),
            (version, text)
        );
    }
}
