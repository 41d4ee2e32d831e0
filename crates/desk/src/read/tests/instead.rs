use frontdesk_domain::command::{RescheduleAppointment, SeriesScope, UpdateAppointment};
use frontdesk_domain::{
    Appointment, AppointmentId, Command, PatientId, PractitionerId, Reason, Row,
};
use uuid::Uuid;

use crate::cache::Cache;
use crate::fixture::{filled, page, patient, visit};

/// Somebody whom Lee's visit at nine is to be given to, and who is elsewhere then.
const KIM: PatientId = PatientId(Uuid::from_u128(0xF2));

fn given_to_kim(folder: &std::path::Path) -> (Cache, Command) {
    let cache = filled(folder);
    let elsewhere = Appointment {
        patient_id: KIM,
        practitioner_id: PractitionerId(Uuid::from_u128(0xA2)),
        ..visit(2, "2026-11-23T09:00")
    };
    let rows = vec![
        patient(KIM, "Kim Other", None, None, 6),
        Row::Appointment(visit(1, "2026-11-23T09:00")),
        Row::Appointment(elsewhere),
        // Lee is with somebody else at ten, so that the visit cannot go there first.
        Row::Appointment(Appointment {
            practitioner_id: PractitionerId(Uuid::from_u128(0xA2)),
            ..visit(3, "2026-11-23T09:30")
        }),
    ];
    cache.apply(&page(10, rows)).unwrap();
    let update = Command::UpdateAppointment(UpdateAppointment {
        appointment_id: AppointmentId(Uuid::from_u128(1)),
        notes: None,
        patient_id: Some(KIM),
        service_id: None,
        scope: SeriesScope::This,
    });
    (cache, update)
}

#[test]
fn a_refused_change_of_a_visit_says_where_it_could_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, update) = given_to_kim(folder.path());
    let view = cache
        .look(|look| {
            let refusal = look.preview(&update, None)?.outcome.unwrap_err();
            look.refusal_of(&refusal, &update)
        })
        .unwrap();
    assert_eq!(view.reason, Reason::PatientBusy);
    let offers = view.alternatives.iter();
    let offered: Vec<&str> = offers.map(|offer| offer.wall_start.as_str()).collect();
    assert_eq!(offered, ["10:00", "10:30"], "not 09:30, where Lee is busy");
    for offer in &view.alternatives {
        let there = Command::RescheduleAppointment(RescheduleAppointment {
            appointment_id: AppointmentId(Uuid::from_u128(1)),
            starts_at: offer.starts_at,
            ends_at: None,
            practitioner_id: None,
            location_id: None,
            overriding: None,
            scope: SeriesScope::This,
        });
        let moved = cache.look(|look| look.preview(&there, None)).unwrap();
        assert!(moved.outcome.is_ok());
    }
}
