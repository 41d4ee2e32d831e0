//! Many desks, one slot (I23): exactly one gets it, and everybody else is told who did.

use std::collections::BTreeSet;

use frontdesk_domain::command::{BookAppointment, PutPatient};
use frontdesk_domain::{AppointmentId, Command, PatientId, Reason, Slot};
use frontdesk_protocol::{Outcome, OutcomeKind};
use frontdesk_tests::{Clinic, Device, new_id};
use futures_util::future::join_all;

const DEVICES: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn of_64_simultaneous_bookings_of_one_slot_exactly_one_is_applied() {
    let clinic = Clinic::small().await;
    let devices = signed_in(&clinic, DEVICES).await;
    let slot = devices[0].free_slots().await.remove(0);
    let patients = join_all(devices.iter().map(new_patient)).await;
    let before = devices[0].feed().await.seq;

    let wishes = patients.iter().map(|patient| wish(&slot, *patient));
    let asked = devices.iter().zip(wishes.collect::<Vec<_>>());
    let outcomes = join_all(asked.map(async |(device, wish)| device.ask(&wish).await)).await;

    let (won, lost): (Vec<_>, Vec<_>) = outcomes
        .iter()
        .partition(|one| one.outcome == OutcomeKind::Applied);
    assert_eq!((won.len(), lost.len()), (1, DEVICES - 1));
    assert_eq!(
        devices[0].feed().await.seq,
        before + 1,
        "one effect, one number"
    );
    for outcome in lost {
        was_told_who(outcome, &slot);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_of_one_practitioner_never_overlap_however_they_are_asked_for() {
    let clinic = Clinic::small().await;
    let devices = signed_in(&clinic, 8).await;
    let mut slots = devices[0].free_slots().await;
    let practitioner = slots[0].practitioner_id;
    // Neighbouring starts of one practitioner: most of them overlap the ones before.
    slots.retain(|slot| slot.practitioner_id == practitioner);
    slots.truncate(24);
    let patients = join_all(devices.iter().map(new_patient)).await;
    let asked = devices
        .iter()
        .zip(&patients)
        .enumerate()
        .map(async |(at, (device, patient))| {
            for slot in slots.iter().cycle().skip(at * 3).take(slots.len()) {
                device.ask(&wish(slot, *patient)).await;
            }
        });
    join_all(asked).await;

    let mut visits = devices[0].appointments().await;
    visits.retain(|visit| visit.practitioner_id == practitioner && visit.status.occupies());
    visits.sort_by_key(|visit| visit.starts_at);
    for pair in visits.windows(2) {
        assert!(
            !pair[0].occupied().overlaps(&pair[1].occupied()),
            "{pair:?}"
        );
    }
}

fn was_told_who(outcome: &Outcome, slot: &Slot) {
    assert_eq!(outcome.reason, Some(Reason::SlotTaken), "{outcome:?}");
    let conflict = outcome.conflict.as_ref().expect("what took it");
    assert!(
        conflict.by.as_ref().is_some_and(|by| by.name.contains(' ')),
        "{conflict:?}"
    );
    assert!(
        conflict.at.is_some() && conflict.during.has(slot.starts_at),
        "{conflict:?}"
    );
    let offers = outcome.alternatives.as_ref().expect("what is free instead");
    assert!((1..=6).contains(&offers.len()), "{offers:?}");
    assert!(offers.iter().all(|offer| offer != slot));
    let distinct: BTreeSet<_> = offers.iter().collect();
    assert_eq!(distinct.len(), offers.len());
}

/// Signed in two by two: checking a password costs memory on purpose.
async fn signed_in(clinic: &Clinic, count: usize) -> Vec<Device> {
    let users = ["reception1", "reception2"];
    let mut devices = Vec::new();
    while devices.len() < count {
        devices.extend(join_all(users.map(|user| clinic.device(user))).await);
    }
    devices
}

async fn new_patient(device: &Device) -> PatientId {
    let patient_id = new_id();
    let put = PutPatient {
        patient_id,
        name: "Patience Queue".to_owned(),
        phone: None,
        birth_date: None,
        notes: None,
    };
    let outcome = device.ask(&Command::PutPatient(put)).await;
    assert_eq!(outcome.outcome, OutcomeKind::Applied);
    patient_id
}

fn wish(slot: &Slot, patient_id: PatientId) -> Command {
    Command::BookAppointment(BookAppointment {
        appointment_id: new_id::<AppointmentId>(),
        patient_id,
        practitioner_id: slot.practitioner_id,
        service_id: slot.service_id,
        location_id: slot.location_id,
        starts_at: slot.starts_at,
        ends_at: None,
        notes: None,
    })
}
