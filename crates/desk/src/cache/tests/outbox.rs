use frontdesk_domain::command::{CancelAppointment, Command, PutPatient, SeriesScope};
use frontdesk_domain::{CancelReason, Epoch, Interval};
use frontdesk_protocol::{ChangePage, Outcome, OutcomeKind};
use uuid::Uuid;

use crate::cache::{Cache, OutboxSlot, OutboxState};
use crate::fixture::{
    ANNA, CLINIC, EPOCH, LEE, at, directory, empty, filled, page, session, snapshot,
};
use crate::view::{Asked, NoticeKind};

pub(super) fn store(cache: &Cache) -> u64 {
    let command = Command::CancelAppointment(CancelAppointment {
        appointment_id: Uuid::from_u128(1).into(),
        reason: CancelReason::Patient,
        note: None,
        scope: SeriesScope::This,
    });
    let slot = OutboxSlot {
        practitioner_id: ANNA,
        during: Interval::new(at("2026-11-23T09:00"), at("2026-11-23T09:30")),
    };
    cache.store_command(&command, None, Some(slot)).unwrap()
}

pub(super) fn numbers(cache: &Cache) -> Vec<(u64, String)> {
    let rows = cache.unsent().unwrap();
    rows.into_iter()
        .map(|row| (row.envelope.no, row.envelope.kind))
        .collect()
}

pub(super) fn outcome(cache: &Cache, no: u64, kind: OutcomeKind) -> Outcome {
    let rows = cache.unsent().unwrap();
    let row = rows.iter().find(|row| row.envelope.no == no).unwrap();
    Outcome {
        no,
        id: row.envelope.id,
        outcome: kind,
        seq: 10,
        reason: None,
        field: None,
        conflict: None,
        alternatives: None,
        steps: None,
        changed: None,
        fates: None,
    }
}

#[test]
fn a_stored_command_survives_a_restart_under_its_number_i16() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    assert_eq!((store(&cache), store(&cache)), (1, 2));
    drop(cache);
    let cache = empty(folder.path());
    assert_eq!(numbers(&cache).len(), 2);
    assert_eq!(store(&cache), 3);
}

#[test]
fn a_withdrawn_command_travels_as_noop_under_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let no = store(&cache);
    cache.withdraw(CLINIC, no).unwrap();
    assert_eq!(numbers(&cache), [(1, "noop".to_owned())]);
    let noop = outcome(&cache, no, OutcomeKind::Applied);
    cache.decide(CLINIC, EPOCH, &[noop]).unwrap();
    assert!(cache.unsent().unwrap().is_empty() && cache.decided().unwrap().is_empty());
}

#[test]
fn an_outcome_that_nobody_waits_for_becomes_one_notice() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let no = store(&cache);
    let refused = outcome(&cache, no, OutcomeKind::Rejected);
    cache
        .decide(CLINIC, EPOCH, std::slice::from_ref(&refused))
        .unwrap();
    let row = cache.decided().unwrap().remove(0);
    let notice = cache.finish_by_notice(&row, &refused).unwrap();
    assert_eq!(notice.kind, NoticeKind::Refused);
    assert!(cache.decided().unwrap().is_empty());
    let (unseen, notices) = cache.read(|tx| crate::cache::notices(tx, 200)).unwrap();
    assert_eq!((unseen, notices.len()), (1, 1));
}

#[test]
fn a_gap_is_closed_by_noops() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    for _ in 0..3 {
        store(&cache);
    }
    cache.finish(CLINIC, 1).unwrap();
    cache.finish(CLINIC, 2).unwrap();
    cache.close_gap(CLINIC, 1).unwrap();
    let kinds: Vec<String> = numbers(&cache).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, ["noop", "noop", "cancel_appointment"]);
    assert_eq!(store(&cache), 4);
}

#[test]
fn another_device_keeps_the_commands_and_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    for _ in 0..3 {
        store(&cache);
    }
    cache.withdraw(CLINIC, 1).unwrap();
    let told = ChangePage {
        device_ack: 3,
        ..page(10, Vec::new())
    };
    cache.apply(&told).unwrap();
    assert_eq!(cache.state().unwrap().device_ack, 3);
    let ids = |cache: &Cache| -> Vec<_> {
        let rows = cache.unsent().unwrap();
        let kept = rows.iter().filter(|row| row.state == OutboxState::Sending);
        kept.map(|row| (row.envelope.no, row.envelope.id)).collect()
    };
    let before = ids(&cache);
    let device = cache.device_id().unwrap();
    cache.become_another_device().unwrap();
    assert_ne!(cache.device_id().unwrap(), device);
    let after = ids(&cache);
    assert_eq!(after, [(1, before[0].1), (2, before[1].1)]);
    let ack = cache.state().unwrap().device_ack;
    assert_eq!(ack, 0, "nothing is decided of the numbers that come");
    assert_eq!(store(&cache), 3);
}

/// A page that was under way to the device before may still have been applied.
#[test]
fn a_sign_in_knows_better_which_numbers_are_decided() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let told = ChangePage {
        device_ack: 57,
        ..page(10, Vec::new())
    };
    cache.apply(&told).unwrap();
    cache.sign_in("me", &session()).unwrap();
    assert_eq!(cache.state().unwrap().device_ack, 0);
}

#[test]
fn another_device_keeps_decided_commands_beside_the_new_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    for _ in 0..3 {
        store(&cache);
    }
    let decided = outcome(&cache, 1, OutcomeKind::Applied);
    cache
        .decide(CLINIC, EPOCH, std::slice::from_ref(&decided))
        .unwrap();
    for _ in 0..2 {
        cache.become_another_device().unwrap();
        cache.sign_in("me", &session()).unwrap();
        let unsent: Vec<u64> = numbers(&cache).into_iter().map(|(no, _)| no).collect();
        assert_eq!(unsent, [1, 2]);
        let kept = cache.decided().unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].envelope.id, decided.id);
    }
    cache.close_gap(CLINIC, 1).unwrap();
    assert_eq!(store(&cache), 3, "what is settled is no gap");
}

#[test]
fn what_was_seen_travels_with_the_epoch_in_which_it_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    store(&cache);
    let mut restored = snapshot(20, directory());
    restored.header.epoch = Epoch(Uuid::from_u128(0xEE));
    cache.replace(restored).unwrap();
    store(&cache);
    let rows = cache.unsent().unwrap();
    let epochs: Vec<_> = rows.iter().map(|row| row.envelope.base_epoch).collect();
    assert_eq!(epochs, [Some(EPOCH), Some(Epoch(Uuid::from_u128(0xEE)))]);
}

#[test]
fn a_late_refusal_without_a_slot_is_told_too() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let command = Command::PutPatient(PutPatient {
        patient_id: LEE,
        name: "Lee Planted".to_owned(),
        phone: None,
        birth_date: None,
        notes: None,
    });
    let no = cache.store_command(&command, None, None).unwrap();
    let refused = outcome(&cache, no, OutcomeKind::Rejected);
    cache
        .decide(CLINIC, EPOCH, std::slice::from_ref(&refused))
        .unwrap();
    let row = cache.decided().unwrap().remove(0);
    cache.finish_by_notice(&row, &refused).unwrap();
    let list = cache.look(|look| look.notices(10)).unwrap();
    assert_eq!(list.notices[0].kind, NoticeKind::Refused);
    assert_eq!(list.notices[0].slot, None);
    assert_eq!(list.notices[0].asked, Some(Asked::PutPatient));
    assert_eq!(list.unseen, 1);
}
