use frontdesk_domain::command::{Command, Noop};
use frontdesk_domain::{Clinic, ClinicId, Row};
use frontdesk_protocol::{Outcome, OutcomeKind, SessionClinic, SessionOpened};
use uuid::Uuid;

use crate::StorageError;
use crate::cache::Cache;
use crate::fixture::{EPOCH, directory, filled, session, snapshot};

const ELSEWHERE: ClinicId = ClinicId(Uuid::from_u128(0xC2));

fn store(cache: &Cache) -> u64 {
    let command = Command::Noop(Noop {});
    cache.store_command(&command, None, None).unwrap()
}

fn numbers(cache: &Cache) -> Vec<u64> {
    let rows = cache.unsent().unwrap();
    rows.iter().map(|row| row.envelope.no).collect()
}

fn go_to(cache: &Cache, clinic_id: ClinicId, expected_no: u64) {
    let mut opened = SessionOpened {
        clinic: SessionClinic {
            id: clinic_id,
            ..session().clinic
        },
        ..session()
    };
    opened.device.expected_no = expected_no;
    cache.belong_to(clinic_id).unwrap();
    cache.sign_in("me", &opened).unwrap();
}

#[test]
fn what_was_asked_at_one_clinic_is_never_sent_to_another() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    assert_eq!((store(&cache), store(&cache)), (1, 2));

    go_to(&cache, ELSEWHERE, 1);
    assert!(numbers(&cache).is_empty());
    assert_eq!(cache.waiting().unwrap(), 0);
    assert_eq!(store(&cache), 1, "another clinic counts for itself");
    assert_eq!(numbers(&cache), [1]);

    go_to(&cache, session().clinic.id, 2);
    assert_eq!(numbers(&cache), [1, 2]);
    assert_eq!(store(&cache), 3);
}

#[test]
fn an_answer_of_the_clinic_before_decides_nothing_of_the_same_number_here() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let no = store(&cache);
    let row = cache.unsent().unwrap().remove(0);
    go_to(&cache, ELSEWHERE, 1);
    assert_eq!(store(&cache), no);
    let outcome = Outcome {
        no,
        id: row.envelope.id,
        outcome: OutcomeKind::Applied,
        seq: 10,
        reason: None,
        field: None,
        conflict: None,
        alternatives: None,
        steps: None,
        changed: None,
        fates: None,
    };
    cache.decide(row.clinic_id, EPOCH, &[outcome]).unwrap();
    assert!(cache.decided().unwrap().is_empty());
    assert_eq!(numbers(&cache), [no]);
    go_to(&cache, row.clinic_id, 2);
    assert_eq!(cache.decided().unwrap().len(), 1);
}

#[test]
fn a_snapshot_of_another_clinic_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    let before = cache.row_count().unwrap();
    let mut rows = directory();
    for row in &mut rows {
        if let Row::Clinic(Clinic { clinic_id, .. }) = row {
            *clinic_id = ELSEWHERE;
        }
    }
    let refused = cache.replace(snapshot(20, rows)).unwrap_err();
    assert!(matches!(refused, StorageError::OtherClinic));
    assert!(refused.to_string().contains("another clinic"), "{refused}");
    assert_eq!(cache.row_count().unwrap(), before);
}
