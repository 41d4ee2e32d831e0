//! A ledger that is kept up to date says what a new one says.

use frontdesk_domain::availability::{Calendar, Ledger, SlotQuery};
use frontdesk_domain::*;
use proptest::prelude::*;

use crate::random::{PRACTITIONERS, SERVICES, clinic, holds, keep, live, steps};
use crate::world::{MONDAY, World, day, id};

/// Every free slot of three days.
fn free(world: &World, ledger: &Ledger) -> Vec<Slot> {
    let from = day(MONDAY);
    let all = SERVICES.iter().map(|service| SlotQuery {
        service_id: id(b's', service),
        practitioner_id: None,
        from,
        to: from + chrono::Days::new(2),
        ignoring: None,
    });
    let calendar = Calendar::over(&world.facts, ledger);
    all.flat_map(|query| calendar.free_slots(&query, world.now))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

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
            let (who, service) = (claim.practitioner_id, claim.service_id);
            ledger.take(who, service, claim.location_id, claim.occupied);
        }
        let holds = world.facts.holds.iter();
        ledger.replace_holds(holds.map(|hold| (hold.practitioner_id, hold.during().into())));
        prop_assert_eq!(free(&world, &ledger), free(&world, &named));
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
