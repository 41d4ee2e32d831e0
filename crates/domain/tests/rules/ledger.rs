//! A ledger that is kept up to date says what a new one says.

use frontdesk_domain::availability::{Calendar, Claim, Ledger, SlotQuery, Span};
use frontdesk_domain::*;
use proptest::prelude::*;

use crate::random::{PRACTITIONERS, SERVICES, cases, clinic, holds, keep, live, steps};
use crate::world::{MONDAY, World, day, id};

/// Takes a visit in without its name.
fn take(ledger: &mut Ledger, claim: &Claim, with_service: bool) {
    let what_for = with_service.then_some(claim.service_id);
    ledger.take(
        claim.practitioner_id,
        what_for,
        claim.location_id,
        claim.occupied,
    );
}

/// Every free slot of three days.
fn free(world: &World, ledger: &Ledger) -> Vec<Slot> {
    free_but(world, ledger, None)
}

/// The same for a visit that is moved.
fn free_but(world: &World, ledger: &Ledger, ignoring: Option<AppointmentId>) -> Vec<Slot> {
    let from = day(MONDAY);
    let all = SERVICES.iter().map(|service| SlotQuery {
        service_id: id(b's', service),
        practitioner_id: None,
        from,
        to: from + chrono::Days::new(2),
        ignoring,
    });
    let calendar = Calendar::over(&world.facts, ledger);
    all.flat_map(|query| calendar.free_slots(&query, world.now))
        .collect()
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn visits_that_come_and_go_leave_what_a_new_ledger_has(
        mut world in clinic(), steps in steps(), kept in holds(),
    ) {
        live(&mut world, &steps);
        let mut ledger = Ledger::of(&world.facts);
        let visits: Vec<_> = ledger.claims().cloned().collect();
        for (n, visit) in visits.iter().enumerate() {
            ledger.remove_of(visit.practitioner_id, visit.appointment_id);
            prop_assert!(ledger.claim(visit.appointment_id).is_none());
            if n % 2 == 0 {
                ledger.put(visit.clone());
            } else {
                world.facts.appointments.remove(&visit.appointment_id);
            }
        }
        keep(&mut world, &kept);
        let holds = world.facts.holds.iter();
        ledger.replace_holds(holds.map(|hold| (hold.practitioner_id, hold.during().into())));
        prop_assert_eq!(free(&world, &ledger), free(&world, &Ledger::of(&world.facts)));
    }

    #[test]
    fn what_nobody_in_particular_takes_is_taken(
        mut world in clinic(), steps in steps(), kept in holds(),
    ) {
        live(&mut world, &steps);
        keep(&mut world, &kept);
        let named = Ledger::of(&world.facts);
        let mut ledger = Ledger::default();
        for claim in named.claims() {
            take(&mut ledger, claim, true);
        }
        let holds = world.facts.holds.iter();
        ledger.replace_holds(holds.map(|hold| (hold.practitioner_id, hold.during().into())));
        prop_assert_eq!(free(&world, &ledger), free(&world, &named));
    }

    #[test]
    fn what_it_is_for_matters_to_a_class_alone(mut world in clinic(), steps in steps()) {
        live(&mut world, &steps);
        let named = Ledger::of(&world.facts);
        let mut ledger = Ledger::default();
        for claim in named.claims() {
            take(&mut ledger, claim, false);
        }
        let single = |slot: &Slot| {
            let service = &world.facts.services[&slot.service_id];
            service.class_capacity().is_none()
        };
        let [mut found, mut all] = [&ledger, &named].map(|ledger| free(&world, ledger));
        prop_assert!(found.iter().all(|slot| all.contains(slot)), "nothing is free that is taken");
        found.retain(single);
        all.retain(single);
        prop_assert_eq!(found, all);
    }

    #[test]
    fn what_a_slot_cannot_reach_need_not_be_known(mut world in clinic(), steps in steps()) {
        live(&mut world, &steps);
        let named = Ledger::of(&world.facts);
        let calendar = Calendar::over(&world.facts, &named);
        for service in world.facts.services.values() {
            let (from, ignoring) = (day(MONDAY), None);
            let service_id = service.service_id;
            let query = SlotQuery { service_id, practitioner_id: None, from, to: from, ignoring };
            let reach = Span::from(query.reach(service, None, &world.facts.zone));
            let near = named.claims().filter(|claim| claim.occupied.overlaps(reach));
            let near: Ledger = near.cloned().collect();
            let found = Calendar::over(&world.facts, &near).free_slots(&query, world.now);
            prop_assert_eq!(found, calendar.free_slots(&query, world.now));
        }
    }

    #[test]
    fn a_visit_that_is_moved_is_found_among_those_without_a_name(
        mut world in clinic(), steps in steps(),
    ) {
        live(&mut world, &steps);
        let named = Ledger::of(&world.facts);
        let all = free(&world, &named);
        for moved in named.claims() {
            let mut ledger = Ledger::default();
            for claim in named.claims() {
                take(&mut ledger, claim, true);
            }
            ledger.name(moved.clone());
            let moving = |ledger: &Ledger| free_but(&world, ledger, Some(moved.appointment_id));
            prop_assert_eq!(moving(&ledger), moving(&named));
            prop_assert_eq!(&free(&world, &ledger), &all);
        }
    }

    #[test]
    fn a_visit_is_not_taken_from_somebody_elses_column(mut world in clinic(), steps in steps()) {
        live(&mut world, &steps);
        let mut ledger = Ledger::of(&world.facts);
        let visits: Vec<_> = ledger.claims().cloned().collect();
        for visit in &visits {
            for who in PRACTITIONERS {
                let who = id(b'P', who);
                if who != visit.practitioner_id {
                    ledger.remove_of(who, visit.appointment_id);
                }
            }
        }
        prop_assert_eq!(ledger.claims().cloned().collect::<Vec<_>>(), visits);
    }
}
