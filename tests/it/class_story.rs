//! Classes and rooms with more than one place (I21, I22): never too many, and "full" is never said
//! while there is room.

use std::collections::BTreeMap;

use frontdesk_domain::{Command, Interval, Reason, Service, Slot};
use frontdesk_protocol::OutcomeKind;
use frontdesk_tests::{Clinic, Device, Engine, rounds, wish};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

frontdesk_tests::both_engines! {
    a_class_takes_as_many_as_it_has_places_and_says_full_to_the_next,
    a_class_and_another_service_never_share_a_practitioner,
    full_is_never_said_while_there_is_room_whatever_came_and_went_before,
}

async fn a_class_takes_as_many_as_it_has_places_and_says_full_to_the_next(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let (class, places) = class(&device).await;
    let slot = device
        .free_slots_of(class.service_id, 1, 14)
        .await
        .remove(0);
    let mut visits = Vec::new();
    for _ in 0..places {
        assert!(
            device
                .free_slots_of(class.service_id, 1, 14)
                .await
                .contains(&slot)
        );
        let booking = wish::booking(&slot, device.new_patient().await);
        visits.push(booking.appointment_id);
        device.must(&Command::BookAppointment(booking)).await;
    }
    assert!(
        !device
            .free_slots_of(class.service_id, 1, 14)
            .await
            .contains(&slot)
    );
    let next = Command::BookAppointment(wish::booking(&slot, device.new_patient().await));
    device.must_not(&next, Reason::CapacityFull).await;

    let gone = Command::CancelAppointment(wish::cancelling(visits[0]));
    device.must(&gone).await;
    let next = Command::BookAppointment(wish::booking(&slot, device.new_patient().await));
    device.must(&next).await;
    clinic.holds_true();
}

async fn a_class_and_another_service_never_share_a_practitioner(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let (class, _) = class(&device).await;
    let slots = device.free_slots_of(class.service_id, 1, 14).await;
    let plain = device.free_slots().await;
    let (of_class, of_other) = slots
        .iter()
        .find_map(|one| {
            let same = |other: &&Slot| {
                (other.practitioner_id, other.starts_at) == (one.practitioner_id, one.starts_at)
            };
            Some((one, plain.iter().find(same)?))
        })
        .expect("somebody gives both");
    let booking = wish::booking(of_class, device.new_patient().await);
    device.must(&Command::BookAppointment(booking)).await;

    let other = wish::booking(of_other, device.new_patient().await);
    device
        .must_not(&Command::BookAppointment(other), Reason::SlotTaken)
        .await;
    assert!(!device.free_slots().await.contains(of_other));
    clinic.holds_true();
}

/// One day of one class, filled and emptied at random; a plain count of who is there at once says
/// what must be answered.
async fn full_is_never_said_while_there_is_room_whatever_came_and_went_before(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let (class, places) = class(&device).await;
    let slots = one_day(&device, &class).await;
    let mut patients = Vec::new();
    for _ in 0..places * 3 {
        patients.push(device.new_patient().await);
    }
    let mut random = StdRng::seed_from_u64(31);
    let mut there = BTreeMap::new();
    for _ in 0..rounds(400, 20_000) {
        if random.random_bool(0.35) {
            let Some(visit) = there
                .keys()
                .copied()
                .collect::<Vec<_>>()
                .choose(&mut random)
                .copied()
            else {
                continue;
            };
            there.remove(&visit);
            let cancel = Command::CancelAppointment(wish::cancelling(visit));
            device.must(&cancel).await;
            continue;
        }
        let slot = slots.choose(&mut random).unwrap();
        let patient = *patients.choose(&mut random).unwrap();
        let during = Interval::new(slot.starts_at, slot.ends_at);
        let occupied = during.widened(class.buffer_before_minutes, class.buffer_after_minutes);
        let is_busy = there
            .values()
            .any(|(who, _, visit): &(_, Interval, Interval)| {
                *who == patient && visit.overlaps(&during)
            });
        let at_once = most_at_once(there.values().map(|it| it.1), occupied);
        let wish = wish::booking(slot, patient);
        let outcome = device.ask(&Command::BookAppointment(wish.clone())).await;
        let expected = if at_once >= places {
            Some(Reason::CapacityFull)
        } else {
            is_busy.then_some(Reason::PatientBusy)
        };
        assert_eq!(
            outcome.reason, expected,
            "{at_once} of {places} at once: {outcome:?}"
        );
        if outcome.outcome == OutcomeKind::Applied {
            there.insert(wish.appointment_id, (patient, occupied, during));
        }
    }
    clinic.holds_true();
}

/// How many of these are there at the fullest instant of this time.
fn most_at_once(all: impl Iterator<Item = Interval>, during: Interval) -> usize {
    let near: Vec<Interval> = all.filter(|one| one.overlaps(&during)).collect();
    // The fullest instant is where somebody comes, or where the time begins.
    let begins = near.iter().map(|one| one.starts_at.max(during.starts_at));
    let counts = begins.map(|at| near.iter().filter(|one| one.has(at)).count());
    counts.max().unwrap_or(0)
}

/// A class that several can come to, and how many.
async fn class(device: &Device) -> (Service, usize) {
    let class = device
        .service_like(|it| it.class_capacity().is_some_and(|places| places > 1))
        .await;
    let places = class.class_capacity().map_or(0, usize::from);
    (class, places)
}

/// The free starts of one practitioner's day that nobody has a visit on yet, as long as possible.
async fn one_day(device: &Device, class: &Service) -> Vec<Slot> {
    // Beyond what the demo clinic has booked.
    let slots = device.free_slots_of(class.service_id, 50, 14).await;
    let mut days = BTreeMap::<_, Vec<Slot>>::new();
    for slot in slots {
        let day = (slot.practitioner_id, slot.starts_at.date_naive());
        days.entry(day).or_default().push(slot);
    }
    days.into_values().max_by_key(Vec::len).expect("a day")
}
