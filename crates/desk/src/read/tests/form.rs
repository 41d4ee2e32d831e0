use frontdesk_domain::{PatientId, Reason, Row};
use uuid::Uuid;

use crate::cache::Cache;
use crate::fixture::{ANNA, LEE, MASSAGE, at, filled, page, visit};
use crate::view::{
    AppointmentCardQuery, BookingForm, BookingFormQuery, FreeSlotsQuery, RescheduleFormQuery,
};

fn form(cache: &Cache, wall: &str, patient_id: Option<PatientId>) -> BookingForm {
    let query = BookingFormQuery {
        practitioner_id: ANNA,
        starts_at: at(wall),
        service_id: Some(MASSAGE),
        patient_id,
        appointment_id: None,
    };
    cache.look(|look| look.booking_form(&query)).unwrap()
}

fn taken(folder: &std::path::Path) -> Cache {
    let cache = filled(folder);
    cache
        .apply(&page(
            10,
            vec![Row::Appointment(visit(1, "2026-11-23T10:00"))],
        ))
        .unwrap();
    cache
}

#[test]
fn a_free_slot_is_offered_before_the_patient_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let form = form(&taken(folder.path()), "2026-11-23T09:00", None);
    assert_eq!(form.refusal, None);
    assert_eq!(form.services[0].wall_end, "09:30");
    assert_eq!(form.services[0].refused, None);
    assert!(!form.in_past);
}

#[test]
fn a_taken_slot_says_who_has_it_and_what_is_free_instead() {
    let folder = tempfile::tempdir().unwrap();
    let form = form(&taken(folder.path()), "2026-11-23T10:00", None);
    let refusal = form.refusal.unwrap();
    assert_eq!(refusal.reason, Reason::SlotTaken);
    let conflict = refusal.conflict.unwrap();
    assert_eq!(
        (conflict.wall_start.as_str(), conflict.by_name.as_deref()),
        ("10:00", Some("Other"))
    );
    assert!(!conflict.by_me);
    let free: Vec<&str> = refusal
        .alternatives
        .iter()
        .map(|slot| slot.wall_start.as_str())
        .collect();
    assert_eq!(free, ["09:30", "10:30", "09:00"]);
}

#[test]
fn a_patient_who_is_elsewhere_cannot_be_booked() {
    let folder = tempfile::tempdir().unwrap();
    let cache = taken(folder.path());
    let nobody = PatientId(Uuid::from_u128(77));
    let unknown = form(&cache, "2026-11-23T09:00", Some(nobody));
    assert_eq!(unknown.refusal.unwrap().reason, Reason::UnknownId);
    assert_eq!(form(&cache, "2026-11-23T09:00", Some(LEE)).refusal, None);
}

#[test]
fn a_start_that_has_passed_only_warns_at_a_desk() {
    let folder = tempfile::tempdir().unwrap();
    let cache = taken(folder.path());
    cache.clock().set(at("2026-11-23T09:10"));
    let form = form(&cache, "2026-11-23T09:00", None);
    assert!(form.in_past);
    assert_eq!(form.refusal, None);
}

#[test]
fn a_visit_that_is_moved_is_not_in_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let cache = taken(folder.path());
    let query = RescheduleFormQuery {
        appointment_id: Uuid::from_u128(1).into(),
        practitioner_id: None,
        starts_at: at("2026-11-23T10:30"),
    };
    let form = cache.look(|look| look.reschedule_form(&query)).unwrap();
    assert_eq!(form.refusal, None);
    assert_eq!(
        (form.to.wall_start.as_str(), form.to.wall_end.as_str()),
        ("10:30", "11:00")
    );
}

#[test]
fn a_card_says_everything_about_a_visit() {
    let folder = tempfile::tempdir().unwrap();
    let cache = taken(folder.path());
    let query = AppointmentCardQuery {
        appointment_id: Uuid::from_u128(1).into(),
    };
    let card = cache.look(|look| look.appointment_card(query)).unwrap();
    assert_eq!(card.patient.name, "Lee Planted");
    assert_eq!(
        (card.taken_by_name.as_str(), card.taken_at.time.as_str()),
        ("Other", "08:00:00")
    );
    assert!(card.can_cancel && card.can_reschedule);
}

#[test]
fn free_slots_leave_out_what_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let cache = taken(folder.path());
    let day = "2026-11-23".parse().unwrap();
    let query = FreeSlotsQuery {
        service_id: MASSAGE,
        practitioner_id: None,
        from: day,
        to: day,
        moving: None,
    };
    let slots = cache.look(|look| look.free_slots(&query)).unwrap().slots;
    let starts: Vec<&str> = slots.iter().map(|slot| slot.wall_start.as_str()).collect();
    assert_eq!(
        starts,
        [
            "09:00", "09:30", "10:30", "11:00", "11:30", "13:00", "13:30", "14:00", "14:30"
        ]
    );
}
