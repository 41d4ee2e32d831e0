use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::{Command, CommandId, Interval, Row};
use frontdesk_protocol::{Code, OutcomeKind, Problem};
use uuid::Uuid;

use super::outbox::{numbers, outcome, store};
use crate::Cache;
use crate::cache::{OutboxSlot, OutboxState};
use crate::fixture::{ANNA, CLINIC, EPOCH, LEE, MASSAGE, OTHER, at, filled, page, session, visit};
use crate::view::{Asked, ErrorCode, NoticeKind, SetAsideCommand};

fn problem() -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: "Internal Server Error".to_owned(),
        status: 500,
        code: Code::Internal,
        detail: "it failed".to_owned(),
        request_id: Some("r-7".to_owned()),
        expected_no: None,
        reason: None,
        conflict: None,
    }
}

/// A cancellation that the server has failed on.
fn set_aside(cache: &Cache) -> u64 {
    let no = store(cache);
    let rows = cache.unsent().unwrap();
    let row = rows.iter().find(|row| row.envelope.no == no).unwrap();
    let notice = cache.quarantine(row, &problem()).unwrap();
    assert_eq!(notice.kind, NoticeKind::SetAside);
    no
}

/// The server has taken the number as `noop`.
fn settle(cache: &Cache, no: u64) {
    let noop = outcome(cache, no, OutcomeKind::Applied);
    cache.decide(CLINIC, EPOCH, &[noop]).unwrap();
}

fn listed(cache: &Cache) -> Vec<SetAsideCommand> {
    cache.look(|look| look.set_aside(9)).unwrap().commands
}

fn only(cache: &Cache) -> CommandId {
    let [one] = &listed(cache)[..] else {
        panic!("one command is set aside");
    };
    one.command_id
}

fn noop(no: u64) -> (u64, String) {
    (no, "noop".to_owned())
}

fn cancellation(no: u64) -> (u64, String) {
    (no, "cancel_appointment".to_owned())
}

#[test]
fn a_command_that_is_set_aside_travels_as_noop_and_is_listed_with_what_the_server_said() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let booked = Row::Appointment(visit(1, "2026-11-23T09:00"));
    cache.apply(&page(10, vec![booked])).unwrap();
    let no = set_aside(&cache);
    assert_eq!(numbers(&cache), [noop(no)]);
    assert_eq!(cache.waiting().unwrap(), 0);
    let before = listed(&cache);
    settle(&cache, no);
    assert!(cache.unsent().unwrap().is_empty() && cache.decided().unwrap().is_empty());

    assert_eq!(listed(&cache), before, "with or without its number");
    let [one] = &before[..] else {
        panic!("{before:?}")
    };
    assert_eq!(one.asked, Asked::CancelAppointment);
    assert_eq!(one.asked_at.time, "08:00:00");
    assert_eq!(one.patient_name.as_deref(), Some("Lee Planted"));
    assert_eq!(one.service_name.as_deref(), Some("Massage"));
    assert_eq!(one.slot.as_ref().unwrap().wall_start, "09:00");
    assert_eq!(one.why.code, ErrorCode::ServerError);
    assert_eq!(one.why.request_id.as_deref(), Some("r-7"));
}

#[test]
fn sent_again_it_has_a_new_number_and_a_new_id_and_the_old_number_stays_a_noop() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let old = set_aside(&cache);
    let id = only(&cache);
    let again = cache.store_again(id).unwrap();
    assert_eq!(again, Some(old + 1));
    assert_eq!(numbers(&cache), [noop(old), cancellation(old + 1)]);
    assert_ne!(cache.unsent().unwrap()[1].envelope.id, id);
    assert!(listed(&cache).is_empty(), "it is on its way");
    assert_eq!(cache.store_again(id).unwrap(), None, "a second click");

    settle(&cache, old);
    settle(&cache, old + 1);
    cache.finish(CLINIC, old + 1).unwrap();
    assert!(numbers(&cache).is_empty() && listed(&cache).is_empty());
}

#[test]
fn it_is_sent_again_in_the_name_of_whoever_does_so() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let no = set_aside(&cache);
    settle(&cache, no);
    let mut other = session();
    other.user.id = OTHER;
    cache.sign_in("other", &other).unwrap();
    cache.store_again(only(&cache)).unwrap();
    let unsent = cache.unsent().unwrap();
    assert_eq!(unsent[0].envelope.user_id, Some(OTHER));
}

#[test]
fn what_could_not_be_sent_again_goes_back_to_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let old = set_aside(&cache);
    let no = cache.store_again(only(&cache)).unwrap().unwrap();
    cache.withdraw(CLINIC, no).unwrap();
    assert_eq!(numbers(&cache), [noop(old), noop(no)]);
    assert_eq!(listed(&cache)[0].why.request_id.as_deref(), Some("r-7"));
    assert_eq!(cache.unsent().unwrap()[1].state, OutboxState::Quarantined);
}

#[test]
fn what_is_dismissed_is_gone_and_its_number_still_travels() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let (first, second) = (set_aside(&cache), set_aside(&cache));
    settle(&cache, first);
    for command in listed(&cache) {
        cache.dismiss(command.command_id).unwrap();
        cache.dismiss(command.command_id).unwrap();
    }
    assert!(listed(&cache).is_empty());
    assert_eq!(numbers(&cache), [noop(second)]);
    settle(&cache, second);
    let left = cache.read(|tx| {
        Ok(tx.query_row("select count(*) from outbox", [], |sql| {
            sql.get::<_, u32>(0)
        })?)
    });
    assert_eq!(left.unwrap(), 0);
}

#[test]
fn a_command_on_its_way_is_not_dismissed_and_not_sent_twice() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let no = store(&cache);
    let id = cache.unsent().unwrap()[0].envelope.id;
    cache.dismiss(id).unwrap();
    assert_eq!(cache.store_again(id).unwrap(), None);
    assert_eq!(numbers(&cache), [cancellation(no)]);
}

#[test]
fn another_clinic_does_not_see_what_was_set_aside_here() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    set_aside(&cache);
    let id = only(&cache);
    let mut elsewhere = session();
    elsewhere.clinic.id = uuid::Uuid::from_u128(0xC2).into();
    cache.sign_in("me", &elsewhere).unwrap();
    assert!(listed(&cache).is_empty());
    cache.dismiss(id).unwrap();
    assert_eq!(cache.store_again(id).unwrap(), None);
    let mut back = session();
    back.clinic.id = CLINIC;
    cache.sign_in("me", &back).unwrap();
    assert_eq!(only(&cache), id);
}

#[test]
fn a_restored_server_that_wants_the_number_again_gets_a_noop_and_the_command_stays_listed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let no = set_aside(&cache);
    settle(&cache, no);
    let next = store(&cache);
    let before = listed(&cache);
    cache.close_gap(CLINIC, no).unwrap();
    assert_eq!(numbers(&cache), [noop(no), cancellation(next)]);
    assert_eq!(listed(&cache), before);
    assert_eq!(cache.store_again(only(&cache)).unwrap(), Some(next + 1));
}

#[test]
fn a_booking_that_is_set_aside_says_all_that_another_one_like_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let during = Interval::new(at("2026-11-23T09:00"), at("2026-11-23T09:30"));
    let booking = Command::BookAppointment(BookAppointment {
        appointment_id: Uuid::from_u128(7).into(),
        patient_id: LEE,
        practitioner_id: ANNA,
        service_id: MASSAGE,
        location_id: None,
        starts_at: during.starts_at,
        ends_at: None,
        notes: Some("by phone".to_owned()),
        overriding: None,
    });
    let slot = OutboxSlot {
        practitioner_id: ANNA,
        during,
    };
    cache.store_command(&booking, None, Some(slot)).unwrap();
    let row = cache.unsent().unwrap().remove(0);
    cache.quarantine(&row, &problem()).unwrap();
    let kept = listed(&cache).remove(0);
    let again = kept.booking.unwrap();
    assert_eq!((again.patient.patient_id, again.service_id), (LEE, MASSAGE));
    assert_eq!(
        (again.ends_at, again.notes.as_deref()),
        (during.ends_at, Some("by phone"))
    );
    assert_eq!(kept.appointment_id, None, "there is no visit yet");
}

#[test]
fn a_change_of_a_visit_that_is_set_aside_says_of_which_one() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    set_aside(&cache);
    let kept = listed(&cache).remove(0);
    assert_eq!(kept.appointment_id, Some(Uuid::from_u128(1).into()));
    assert_eq!(kept.booking, None);
}
