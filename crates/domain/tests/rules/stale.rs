use frontdesk_domain::command::{
    CancelAppointment, PutPatient, RescheduleAppointment, SeriesScope, StepAppointment,
    UpdateAppointment,
};
use frontdesk_domain::decide::{Wanted, decide, needs, needs_given};
use frontdesk_domain::*;

use crate::tell;
use crate::world::{World, id, receptionist, utc};

fn v(name: &str) -> AppointmentId {
    id(b'v', name)
}

fn update(scope: SeriesScope) -> Command {
    Command::UpdateAppointment(UpdateAppointment {
        appointment_id: v("s1a"),
        notes: Some("hello".to_owned()),
        patient_id: None,
        service_id: None,
        scope,
    })
}

fn edits() -> Vec<Command> {
    let appointment_id = v("s1a");
    let on = || StepAppointment {
        appointment_id,
        reason: None,
    };
    vec![
        update(SeriesScope::This),
        Command::RescheduleAppointment(RescheduleAppointment {
            appointment_id,
            starts_at: utc("2027-01-04T10:00:00Z"),
            ends_at: None,
            practitioner_id: None,
            location_id: None,
            overriding: None,
            scope: SeriesScope::This,
        }),
        Command::CancelAppointment(CancelAppointment {
            appointment_id,
            reason: CancelReason::Patient,
            note: None,
            scope: SeriesScope::This,
        }),
        Command::ArriveAppointment(on()),
        Command::PutPatient(PutPatient {
            patient_id: id(b'p', "ann"),
            name: "Ann Other".to_owned(),
            phone: None,
            birth_date: None,
            notes: None,
        }),
    ]
}

/// A series of three visits, all of version 2, of ann, whose row is of version 2 too.
fn three() -> World {
    let mut world = World::new();
    tell::tell_in(
        &mut world,
        "P1 Mon-Fri 9-12; series s1 Mon Tue Wed 9 for ann",
    );
    let ann = id(b'p', "ann");
    world.facts.patients.get_mut(&ann).unwrap().version = 2;
    world
}

#[test]
fn a_stale_edit_names_what_has_changed_since_and_changes_nothing() {
    let mut world = three();
    for field in ["notes", "status"] {
        world.facts.changed.insert(field.to_owned());
    }
    for command in edits() {
        let decided = |base_version| {
            let by = &receptionist("rita");
            let wanted = Wanted {
                command: &command,
                by,
                base_version,
            };
            decide(&wanted, &world.facts, world.now)
        };
        let refusal = decided(Some(1)).unwrap_err();
        assert_eq!(refusal.reason, Reason::StaleVersion, "{command:?}");
        assert_eq!(refusal.changed, ["notes", "status"], "{command:?}");
        assert!(
            decided(Some(2)).is_ok() && decided(None).is_ok(),
            "{command:?}"
        );
    }
}

#[test]
fn only_rows_that_are_newer_than_what_was_seen_are_looked_up() {
    let world = three();
    for command in edits() {
        let since = |base| needs_given(&command, base, &world.facts).changed_since;
        assert_eq!(
            (since(None), since(Some(2))),
            (vec![], vec![]),
            "{command:?}"
        );
        assert_eq!(since(Some(1)).len(), 1, "{command:?}");
    }
    let all = update(SeriesScope::All);
    assert_eq!(needs(&all).series_of, Some(v("s1a")));
    let expected = ["s1a", "s1b", "s1c"].map(|name| (Kind::Appointment, v(name).0, 1));
    let mut since = needs_given(&all, Some(1), &world.facts).changed_since;
    since.sort_by_key(|(_, id, _)| *id);
    assert_eq!(since, expected);
}
