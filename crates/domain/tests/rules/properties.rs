//! Whatever the clinic and whatever is asked of it.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::alternatives::{SlotWish, near};
use frontdesk_domain::availability::{SlotQuery, day_plan, free_slots, free_starts, work_days};
use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::decide::{Wanted, decide};
use frontdesk_domain::*;
use proptest::prelude::*;

use crate::brute;
use crate::random::{
    PRACTITIONERS, SERVICES, STEP, build, cases, clinic, command, crowd, decided_on_both, holds,
    keep, live, steps, weekly,
};
use crate::world::{MONDAY, World, day, id, receptionist};

fn week() -> impl Iterator<Item = NaiveDate> {
    day(MONDAY).iter_days().take(3)
}

fn accepts(world: &World, book: &BookAppointment) -> bool {
    let command = Command::BookAppointment(book.clone());
    let wanted = Wanted {
        command: &command,
        by: &receptionist("rita"),
        base_version: None,
    };
    decide(&wanted, &world.facts, world.now).is_ok()
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn nobody_is_told_full_while_there_is_room(
        steps in prop::collection::vec((prop::bool::weighted(0.7), 36..56u16, 1..9u16, 0..60usize), 20..60),
    ) {
        crowd(&steps);
    }

    #[test]
    fn nobody_is_told_full_while_there_is_room_however_long_visits_hang_together(
        steps in prop::collection::vec((prop::bool::weighted(0.7), 0..480u16, 40..=96u16, 0..60usize), 20..60),
    ) {
        crowd(&steps);
    }

    #[test]
    fn no_sequence_of_commands_breaks_a_constraint(mut world in clinic(), steps in steps()) {
        live(&mut world, &steps);
    }

    #[test]
    fn free_busy_and_closed_are_the_day(mut world in clinic(), steps in steps()) {
        live(&mut world, &steps);
        for (who, date) in PRACTITIONERS.iter().flat_map(|who| week().map(move |date| (who, date))) {
            let practitioner_id = id(b'P', who);
            let plan = day_plan(practitioner_id, date, &world.facts);
            let has = |pieces: &[Interval], at| pieces.iter().filter(|piece| piece.has(at)).count();
            for minute in 0..plan.during.minutes() {
                let at = plan.during.starts_at + TimeDelta::minutes(minute);
                let busy = brute::count(&world, at, |v| v.practitioner_id == practitioner_id) > 0;
                let works = brute::works(&world, practitioner_id, at);
                prop_assert_eq!(has(&plan.busy, at), usize::from(busy));
                prop_assert_eq!(has(&plan.free, at), usize::from(works && !busy));
            }
            for pair in plan.bands.windows(2) {
                prop_assert!(pair[0].during.ends_at <= pair[1].during.starts_at);
            }
            let of_date = work_days(date, &world.facts);
            prop_assert_eq!(&of_date[&practitioner_id].bands, &plan.bands);
            for minute in 0..plan.during.minutes() {
                let at = plan.during.starts_at + TimeDelta::minutes(minute);
                let works = brute::works(&world, practitioner_id, at);
                prop_assert_eq!(has(&of_date[&practitioner_id].work, at), usize::from(works));
            }
        }
    }

    #[test]
    fn a_start_is_free_exactly_when_book_accepts_it(
        mut world in clinic(),
        steps in steps(),
        holds in holds(),
        what in 0..4usize,
    ) {
        live(&mut world, &steps);
        keep(&mut world, &holds);
        let service_id = id(b's', SERVICES[what]);
        let patient_id = world.patient("new");
        let query = SlotQuery {
            service_id,
            practitioner_id: None,
            from: day(MONDAY),
            to: day(MONDAY) + TimeDelta::days(2),
            ignoring: None,
        };
        let slots = free_slots(&query, &world.facts, world.now);
        prop_assert!(slots.is_sorted_by_key(|slot| (slot.starts_at, slot.practitioner_id)));
        let free: BTreeSet<_> = slots.iter().map(|slot| (slot.practitioner_id, slot.starts_at)).collect();
        prop_assert_eq!(free.len(), slots.len());
        let rooms: Vec<_> = slots.iter().map(|slot| (slot.practitioner_id, slot.starts_at, slot.location_id)).collect();
        for who in PRACTITIONERS {
            for minute in (0..3 * 24 * 60).step_by(5) {
                let book = BookAppointment {
                    appointment_id: id(b'v', "new"),
                    patient_id,
                    practitioner_id: id(b'P', who),
                    service_id,
                    location_id: None,
                    starts_at: world.at(day(MONDAY), minute),
                    ends_at: None,
                    notes: None,
                    overriding: None,
                };
                let is_free = free.contains(&(book.practitioner_id, book.starts_at));
                prop_assert_eq!(accepts(&world, &book), is_free, "{:?}", book);
            }
        }
        for (practitioner_id, starts_at, location_id) in rooms {
            let book = BookAppointment {
                appointment_id: id(b'v', "new"),
                patient_id,
                practitioner_id,
                service_id,
                location_id,
                starts_at,
                ends_at: None,
                notes: None,
                overriding: None,
            };
            prop_assert!(accepts(&world, &book), "with the slot's room: {:?}", book);
        }
    }

    #[test]
    fn the_boards_free_cells_are_the_slots_of_a_plain_service(blocks in clinic(), steps in steps()) {
        let mut world = blocks;
        for schedule in &mut world.facts.schedules {
            schedule.blocks.iter_mut().for_each(|block| block.service_ids = None);
        }
        live(&mut world, &steps);
        for date in week() {
            let query = SlotQuery {
                service_id: id(b's', "S"),
                practitioner_id: Some(id(b'P', "P1")),
                from: date,
                to: date,
                ignoring: None,
            };
            let slots = free_slots(&query, &world.facts, world.now);
            let starts: Vec<_> = slots.iter().map(|slot| slot.starts_at).collect();
            // A room that one of two overlapping blocks has is enough for both.
            prop_assert_eq!(free_starts(id(b'P', "P1"), date, 30, &world.facts, world.now), starts);
        }
    }

    #[test]
    fn each_alternative_is_accepted(
        mut world in clinic(),
        steps in steps(),
        holds in holds(),
        what in 0..4usize,
        when in 20..90u16,
    ) {
        live(&mut world, &steps);
        keep(&mut world, &holds);
        let patient_id = world.patient("p1");
        let wish = SlotWish {
            practitioner_id: id(b'P', "P1"),
            service_id: id(b's', SERVICES[what]),
            starts_at: world.at(day(MONDAY), u32::from(when * STEP)),
            ends_at: None,
            patient_id: Some(patient_id),
            ignoring: None,
        };
        let slots = near(&wish, &world.facts, world.now);
        let away = |slot: &Slot| (slot.starts_at - wish.starts_at).abs();
        let (same, others): (Vec<_>, Vec<_>) = slots.iter().partition(|slot| slot.practitioner_id == wish.practitioner_id);
        prop_assert!(same.len() <= 3 && others.len() <= 3);
        prop_assert!(same.is_sorted_by_key(|slot| away(slot)) && others.is_sorted_by_key(|slot| away(slot)));
        for slot in &slots {
            prop_assert!(away(slot) <= TimeDelta::days(14));
            let book = BookAppointment {
                appointment_id: id(b'v', "new"),
                patient_id,
                practitioner_id: slot.practitioner_id,
                service_id: slot.service_id,
                location_id: slot.location_id,
                starts_at: slot.starts_at,
                ends_at: Some(slot.ends_at),
                notes: None,
                overriding: None,
            };
            prop_assert!(accepts(&world, &book), "{:?}", slot);
        }
        // No free slot of the same practitioner is nearer than the farthest that is offered.
        let query = SlotQuery {
            service_id: wish.service_id,
            practitioner_id: Some(wish.practitioner_id),
            from: day(MONDAY) - TimeDelta::days(1),
            to: day(MONDAY) + TimeDelta::days(15),
            ignoring: None,
        };
        let busy: Vec<_> = world.facts.appointments.values().filter(|v| v.patient_id == patient_id && v.status.occupies()).map(Appointment::during).collect();
        let mut all: Vec<_> = free_slots(&query, &world.facts, world.now);
        all.retain(|slot| {
            let visit = Interval::new(slot.starts_at, slot.ends_at);
            slot.starts_at != wish.starts_at
                && slot.starts_at < wish.starts_at + TimeDelta::days(14)
                && !busy.iter().any(|busy| busy.overlaps(&visit))
        });
        all.sort_by_key(|slot| (away(slot), slot.starts_at));
        all.truncate(3);
        prop_assert_eq!(same.into_iter().cloned().collect::<Vec<_>>(), all);
    }

    #[test]
    fn what_needs_names_is_enough_to_decide(mut world in clinic(), steps in steps(), last in steps()) {
        live(&mut world, &steps);
        let (command, by) = (command(&mut world, steps.len(), &last[0]), receptionist("rita"));
        let [on_few, on_all] = decided_on_both(&world, &command, &by);
        prop_assert_eq!(on_few, on_all);
    }

    #[test]
    fn every_instant_comes_back_from_the_wall(seconds in -62_000_000_000i64..250_000_000_000, index in 0..6usize) {
        let zones = ["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Africa/Casablanca", "Pacific/Apia", "Asia/Kolkata"];
        let zone = ClinicZone::named(zones[index]).unwrap();
        let at = Timestamp::from_timestamp(seconds, 0).unwrap();
        let shown = zone.wall(at);
        let since = |then: Timestamp| (at - then).num_seconds();
        let back = match resolve(shown, &zone) {
            Resolved::Exact(then) => since(then),
            Resolved::Fold { first, second } => since(first).min(since(second).abs()),
            Resolved::Gap { .. } => -1,
        };
        prop_assert!((0..60).contains(&back), "{at} shows {shown}");
        prop_assert!(zone.day(zone.date(at)).has(at));
    }

    #[test]
    fn slots_around_a_clock_change_show_their_own_time(index in 0..4usize, from in 0..24u16, length in 1..96u16) {
        let (zone, date) = [
            ("Europe/Berlin", "2027-03-28"),
            ("Europe/Berlin", "2027-10-31"),
            ("Australia/Lord_Howe", "2027-04-04"),
            ("Australia/Lord_Howe", "2027-10-03"),
        ][index];
        let mut world = build(&[], &[], 15);
        world.facts.zone = ClinicZone::named(zone).unwrap();
        let blocks = [(0, 7, from, length, 0, 0, 1), (0, 7, from, length, 1, 0, 1)];
        world.facts.schedules[0].blocks = blocks.iter().map(weekly).collect();
        let query = SlotQuery {
            service_id: id(b's', "S"),
            practitioner_id: None,
            from: day(date),
            to: day(date),
            ignoring: None,
        };
        let facts = &world.facts;
        let whole = facts.zone.day(day(date));
        for slot in free_slots(&query, facts, world.now) {
            prop_assert_eq!(slot.wall_start, facts.zone.wall(slot.starts_at));
            prop_assert!(whole.contains(&Interval::new(slot.starts_at, slot.ends_at)));
            prop_assert_eq!(slot.ends_at - slot.starts_at, TimeDelta::minutes(30));
        }
        let plan = day_plan(id(b'P', "P1"), day(date), facts);
        prop_assert!(plan.free.iter().all(|free| whole.contains(free)));
    }
}
