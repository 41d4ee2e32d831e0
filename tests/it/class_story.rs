//! Classes and rooms with more than one place (I21, I22): never too many, and "full" is never said
//! while there is room.

use chrono::TimeDelta;
use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::{Command, Interval, PatientId, Reason, Service, Slot};
use frontdesk_protocol::Code;
use frontdesk_tests::{Clinic, Device, Engine, new_id, rounds, wish};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

frontdesk_tests::both_engines! {
    a_class_takes_as_many_as_it_has_places_and_says_full_to_the_next,
    the_dialogs_of_two_desks_each_keep_a_seat_of_a_class_that_is_still_empty,
    a_class_and_another_service_never_share_a_practitioner,
    full_is_never_said_while_there_is_room_whatever_came_and_went_before,
}

async fn a_class_takes_as_many_as_it_has_places_and_says_full_to_the_next(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let (class, places) = class(&device).await;
    let slot = empty_slots(&device, &class).await.remove(0);
    let mut visits = Vec::new();
    for _ in 0..places {
        let free = empty_slots(&device, &class).await;
        assert!(free.contains(&slot), "after {} of {places}", visits.len());
        let booking = wish::booking(&slot, device.new_patient().await);
        visits.push(booking.appointment_id);
        device.must(&Command::BookAppointment(booking)).await;
    }
    assert!(!empty_slots(&device, &class).await.contains(&slot));
    let next = Command::BookAppointment(wish::booking(&slot, device.new_patient().await));
    device.must_not(&next, Reason::CapacityFull).await;

    let gone = Command::CancelAppointment(wish::cancelling(visits[0]));
    device.must(&gone).await;
    let next = Command::BookAppointment(wish::booking(&slot, device.new_patient().await));
    device.must(&next).await;
    clinic.holds_true();
}

async fn the_dialogs_of_two_desks_each_keep_a_seat_of_a_class_that_is_still_empty(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let (one, two) = (
        clinic.device("reception1").await,
        clinic.device("reception2").await,
    );
    let (class, _) = class(&one).await;
    let slot = empty_slots(&one, &class).await.remove(0);
    let (first, second) = (new_id(), new_id());
    let kept = one.hold_for_its_service(first, &slot).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let whole = two.hold(second, &slot).await;
    whole.expect_problem(409, Code::SlotTaken);
    let kept = two.hold_for_its_service(second, &slot).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    for device in [&two, &one] {
        let booking = wish::booking(&slot, device.new_patient().await);
        device.must(&Command::BookAppointment(booking)).await;
    }
    clinic.holds_true();
}

async fn a_class_and_another_service_never_share_a_practitioner(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let (class, _) = class(&device).await;
    let slot = empty_slots(&device, &class).await.remove(0);
    let booking = wish::booking(&slot, device.new_patient().await);
    device.must(&Command::BookAppointment(booking)).await;

    // The hours are the class's alone; even whoever may break them does not get in.
    let other = BookAppointment {
        service_id: device.service().await,
        location_id: None,
        overriding: wish::overriding(&[Reason::OutsideSchedule, Reason::OffGrid]),
        ..wish::booking(&slot, device.new_patient().await)
    };
    device
        .must_not(&Command::BookAppointment(other), Reason::SlotTaken)
        .await;
    clinic.holds_true();
}

/// One day of one class, filled and emptied at random with visits of all lengths; a plain count of
/// who is there at once says what must be answered.
async fn full_is_never_said_while_there_is_room_whatever_came_and_went_before(engine: Engine) {
    let clinic = Clinic::demo_on(engine).await;
    let device = clinic.device("reception1").await;
    let (class, places) = class(&device).await;
    let slot = empty_slots(&device, &class).await.remove(0);
    let mut patients = Vec::new();
    for _ in 0..places * 3 {
        patients.push(device.new_patient().await);
    }
    let mut random = StdRng::seed_from_u64(31);
    let mut there: Vec<(BookAppointment, Interval, Interval)> = Vec::new();
    let mut full = 0;
    for _ in 0..rounds(600, 20_000) {
        if !there.is_empty() && random.random_bool(0.3) {
            let gone = there.swap_remove(random.random_range(0..there.len()));
            let cancel = wish::cancelling(gone.0.appointment_id);
            device.must(&Command::CancelAppointment(cancel)).await;
            continue;
        }
        let patient = *patients.choose(&mut random).unwrap();
        let wish = some_time(&slot, patient, &mut random);
        let during = Interval::new(wish.starts_at, wish.ends_at.unwrap());
        let occupied = during.widened(class.buffer_before_minutes, class.buffer_after_minutes);
        let is_busy = |(other, visit, _): &(BookAppointment, Interval, Interval)| {
            other.patient_id == patient && visit.overlaps(&during)
        };
        let at_once = most_at_once(there.iter().map(|it| it.2), occupied);
        let expected = if at_once >= places {
            Some(Reason::CapacityFull)
        } else {
            there.iter().any(is_busy).then_some(Reason::PatientBusy)
        };
        let outcome = device.ask(&Command::BookAppointment(wish.clone())).await;
        assert_eq!(
            outcome.reason, expected,
            "{at_once} of {places}: {outcome:?}"
        );
        full += usize::from(expected == Some(Reason::CapacityFull));
        if expected.is_none() {
            there.push((wish, during, occupied));
        }
    }
    assert!(full > 20, "it was full only {full} times");
    clinic.holds_true();
}

/// Within four hours before the class's own time, 30 minutes to two hours long.
fn some_time(slot: &Slot, patient_id: PatientId, random: &mut StdRng) -> BookAppointment {
    let starts_at = slot.starts_at - TimeDelta::minutes(30 * random.random_range(0..8));
    let length = TimeDelta::minutes(30 * random.random_range(1..=4));
    BookAppointment {
        starts_at,
        ends_at: Some(starts_at + length),
        location_id: None,
        overriding: wish::overriding(&[Reason::OutsideSchedule, Reason::OffGrid]),
        ..wish::booking(slot, patient_id)
    }
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

/// Slots to which nobody comes yet: beyond what the demo clinic has booked.
async fn empty_slots(device: &Device, class: &Service) -> Vec<Slot> {
    device.free_slots_of(class.service_id, 50, 14).await
}
