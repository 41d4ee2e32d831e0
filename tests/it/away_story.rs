//! A desk that was away, and desks that must agree.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use frontdesk_desk::view::{FreeSlotsQuery, NoArguments};
use frontdesk_domain::command::PutPatient;
use frontdesk_domain::{Command, PatientId, PractitionerId, Slot};
use frontdesk_protocol::OutcomeKind;
use frontdesk_tests::{Clinic, Device, Engine, envelope, new_id, wish};

frontdesk_tests::both_engines! {
    a_desk_that_was_away_for_1000_changes_catches_up,
    equal_cursors_show_equal_free_slots_on_desk_and_server,
    a_desk_without_its_server_still_reads_and_says_how_old_it_is,
}

async fn a_desk_that_was_away_for_1000_changes_catches_up(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (away, here) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let busy = clinic.device("manager").await;
    let before = busy.feed().await.seq;

    away.line().cut();
    make_changes(&busy, 1_000).await;
    assert_eq!(busy.feed().await.seq, before + 1_000);
    away.line().mend();

    // Two marks, made after all the others: whoever shows them has read everything before.
    let (slot, patient) = (here.free().await.remove(0), here.patients().await[0]);
    let mark = here
        .book(&slot, patient)
        .await
        .unwrap()
        .value
        .appointment_id;
    away.sees(slot.date, mark).await;
    let today = here.today().await;
    for date in today.iter_days().take(60) {
        assert_eq!(away.day(date).await, here.day(date).await, "{date}");
    }
}

async fn equal_cursors_show_equal_free_slots_on_desk_and_server(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let (desk, device) = (
        clinic.desk("reception1").await,
        clinic.device("reception2").await,
    );
    make_changes(&device, 41).await;
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);
    desk.book(&slot, patient).await.unwrap();

    let (from, to) = (slot.date, slot.date + TimeDelta::days(60));
    for service in desk.services(NoArguments {}).await.unwrap().services {
        let query = FreeSlotsQuery {
            service_id: service.service_id,
            practitioner_id: None,
            from,
            to,
            moving: None,
        };
        let here = desk.free_slots(query).await.unwrap().slots;
        let ask = format!("service={}&from={from}&to={to}", service.service_id);
        let there = device.availability(&ask).await;
        assert!(!there.slots.is_empty(), "{} is bookable", service.name);
        let plain = |slot: &Slot| {
            (
                slot.starts_at,
                slot.practitioner_id,
                slot.location_id,
                slot.ends_at,
            )
        };
        let there: Vec<_> = there.slots.iter().map(plain).collect();
        let here: Vec<_> = here
            .iter()
            .map(|slot| {
                (
                    slot.starts_at,
                    slot.practitioner_id,
                    slot.location_id,
                    slot.ends_at,
                )
            })
            .collect();
        assert_eq!(here, there, "I26: {}", service.name);
    }
}

async fn a_desk_without_its_server_still_reads_and_says_how_old_it_is(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let today = desk.today().await;
    let live = desk.day(today).await;

    desk.line().cut();

    desk.in_state(frontdesk_desk::view::ConnectionState::Offline)
        .await;
    assert!(
        desk.connection(NoArguments {})
            .await
            .unwrap()
            .as_of
            .is_some()
    );
    assert_eq!(desk.day(today).await, live);
    assert!(!desk.patients().await.is_empty());
}

/// Adds patients, books for them, and gives the visits up again.
async fn make_changes(device: &Device, count: usize) {
    let patients: [PatientId; 10] = std::array::from_fn(|_| new_id());
    let mut commands: Vec<Command> = patients.map(new_patient).to_vec();
    let slots = far_apart(device.free_slots_within(92).await);
    for (slot, patient_id) in slots.iter().zip(patients.iter().cycle()) {
        let booking = wish::booking(slot, *patient_id);
        let visit = booking.appointment_id;
        commands.push(Command::BookAppointment(booking));
        commands.push(Command::CancelAppointment(wish::cancelling(visit)));
    }
    assert!(
        commands.len() > count,
        "{} of {count} changes",
        commands.len()
    );
    // An odd number: the last one stays.
    commands.truncate(count);
    for batch in commands.chunks(100) {
        let batch: Vec<_> = batch
            .iter()
            .map(|it| envelope(device.number(), it))
            .collect();
        let page = device.send(&batch).await;
        assert_eq!(page.outcomes.len(), batch.len());
        for outcome in page.outcomes {
            assert_eq!(outcome.outcome, OutcomeKind::Applied, "{outcome:?}");
        }
    }
}

fn new_patient(patient_id: PatientId) -> Command {
    Command::PutPatient(PutPatient {
        patient_id,
        ..wish::patient("Changing Often")
    })
}

/// Of each practitioner, slots that leave room for every buffer between them.
fn far_apart(slots: Vec<Slot>) -> Vec<Slot> {
    let mut busy_until = BTreeMap::<PractitionerId, DateTime<Utc>>::new();
    let mut kept = Vec::new();
    for slot in slots {
        let until = busy_until.entry(slot.practitioner_id).or_default();
        if slot.starts_at >= *until {
            *until = slot.ends_at + TimeDelta::minutes(60);
            kept.push(slot);
        }
    }
    kept
}
