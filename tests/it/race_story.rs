//! Many desks, one slot (I23): exactly one gets it, and everybody else is told who did.

use std::collections::BTreeSet;

use frontdesk_domain::{AppointmentId, Command, ConflictKind, Kind, PatientId, Reason, Slot};
use frontdesk_protocol::{Outcome, OutcomeKind};
use frontdesk_tests::{Clinic, Device, Engine, new_id, rounds, wish};
use futures_util::future::join_all;

frontdesk_tests::both_engines! {
    of_64_simultaneous_bookings_of_one_slot_exactly_one_is_applied_round_after_round,
    visits_of_one_practitioner_never_overlap_however_they_are_asked_for,
    of_many_series_that_share_one_slot_exactly_one_is_applied_as_a_whole,
    of_16_simultaneous_holds_of_one_slot_exactly_one_is_kept,
}

const DEVICES: usize = 64;

async fn of_64_simultaneous_bookings_of_one_slot_exactly_one_is_applied_round_after_round(
    engine: Engine,
) {
    let clinic = Clinic::on(engine).await;
    let devices = clinic.devices(DEVICES).await;
    let patients = join_all(devices.iter().map(Device::new_patient)).await;
    let slots = devices[0].free_slots().await;
    for round in 0..rounds(200, 1_000) {
        let slot = &slots[round % slots.len()];
        let before = devices[0].feed().await.seq;
        let answers = race(&devices, &patients, slot).await;
        let after = devices[0].feed().await.seq;
        assert_eq!(after, before + 1, "one effect, one number");
        let (winner, visit) = exactly_one_won(&devices, &answers, slot);
        // So that nobody is busy with what they won before.
        let cancel = Command::CancelAppointment(wish::cancelling(visit));
        winner.must(&cancel).await;
    }
    clinic.holds_true();
}

/// What each asked for, and was told.
type Answers = Vec<(AppointmentId, Outcome)>;

async fn race(devices: &[Device], patients: &[PatientId], slot: &Slot) -> Answers {
    let asked = devices.iter().zip(patients).map(async |(device, patient)| {
        let wish = wish::booking(slot, *patient);
        let visit = wish.appointment_id;
        (visit, device.ask(&Command::BookAppointment(wish)).await)
    });
    join_all(asked).await
}

/// Which one, and its visit.
fn exactly_one_won<'a>(
    devices: &'a [Device],
    answers: &Answers,
    slot: &Slot,
) -> (&'a Device, AppointmentId) {
    let won = |(_, one): &(AppointmentId, Outcome)| one.outcome == OutcomeKind::Applied;
    let winner = answers.iter().position(won).expect("a winner");
    let visit = answers[winner].0;
    let lost = answers.iter().filter(|answer| !won(answer));
    assert_eq!(lost.clone().count(), answers.len() - 1);
    lost.for_each(|(_, outcome)| was_told_who(outcome, slot, &devices[winner], visit));
    (&devices[winner], visit)
}

async fn visits_of_one_practitioner_never_overlap_however_they_are_asked_for(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let devices = clinic.devices(8).await;
    let mut slots = devices[0].free_slots().await;
    let practitioner = slots[0].practitioner_id;
    // Neighbouring starts of one practitioner: most of them overlap the ones before.
    slots.retain(|slot| slot.practitioner_id == practitioner);
    slots.truncate(24);
    let patients = join_all(devices.iter().map(Device::new_patient)).await;
    let asked = devices
        .iter()
        .zip(&patients)
        .enumerate()
        .map(async |(at, (device, patient))| {
            for slot in slots.iter().cycle().skip(at * 3).take(slots.len()) {
                let wish = wish::booking(slot, *patient);
                device.ask(&Command::BookAppointment(wish)).await;
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
    clinic.holds_true();
}

async fn of_many_series_that_share_one_slot_exactly_one_is_applied_as_a_whole(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let devices = clinic.devices(6).await;
    let days = slot_a_day(devices[0].free_slots().await);
    let (shared, own) = days.split_first().expect("free days");
    let before = devices[0].appointments().await.len();
    let asked = devices
        .iter()
        .zip(own.chunks(1))
        .map(async |(device, own)| {
            let patient = device.new_patient().await;
            let slots = [shared.clone(), own[0].clone()];
            let wish = wish::series(&slots, patient);
            device.ask(&Command::BookSeries(wish)).await
        });
    let outcomes = join_all(asked).await;

    let won = |one: &&Outcome| one.outcome == OutcomeKind::Applied;
    assert_eq!(outcomes.iter().filter(won).count(), 1);
    for lost in outcomes.iter().filter(|one| !won(one)) {
        let fates = lost.fates.as_ref().expect("the fate of both visits");
        let reasons: Vec<_> = fates.iter().map(|fate| fate.reason).collect();
        assert_eq!(reasons, [Some(Reason::SlotTaken), None], "{lost:?}");
    }
    let after = devices[0].appointments().await.len();
    assert_eq!(after, before + 2, "both visits of the winner, no other");
    clinic.holds_true();
}

async fn of_16_simultaneous_holds_of_one_slot_exactly_one_is_kept(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let devices = clinic.devices(16).await;
    let slot = devices[0].free_slots().await.remove(0);
    let asked = devices
        .iter()
        .map(async |device| device.hold(new_id(), &slot).await);
    let answers = join_all(asked).await;

    let kept = answers.iter().filter(|one| one.status == 200).count();
    let refused = answers.iter().filter(|one| one.status == 409).count();
    assert_eq!((kept, refused), (1, devices.len() - 1));
    let rows = devices[0].rows().await;
    let holds = rows.iter().filter(|row| row.kind() == Kind::Hold);
    assert_eq!(holds.count(), 1);
}

/// The first slot of each day, all with the same practitioner.
fn slot_a_day(mut slots: Vec<Slot>) -> Vec<Slot> {
    let practitioner = slots[0].practitioner_id;
    let mut days = BTreeSet::new();
    slots.retain(|slot| {
        slot.practitioner_id == practitioner && days.insert(slot.starts_at.date_naive())
    });
    slots
}

fn was_told_who(outcome: &Outcome, slot: &Slot, winner: &Device, visit: AppointmentId) {
    assert_eq!(outcome.reason, Some(Reason::SlotTaken), "{outcome:?}");
    let conflict = outcome.conflict.as_ref().expect("what took it");
    assert_eq!(
        (conflict.kind, conflict.id),
        (ConflictKind::Appointment, Some(visit.0))
    );
    let (by, user) = (
        conflict.by.as_ref().expect("who took it"),
        &winner.session.user,
    );
    assert_eq!((by.user_id, &by.name), (user.id, &user.name));
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
