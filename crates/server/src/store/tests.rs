//! The store's story, told to the database itself.

use std::path::Path;

use frontdesk_domain::ClinicId;
use rusqlite::Connection;
use uuid::Uuid;

use super::{StoreError, audit, sqlite};
use crate::StartError;

const CLINIC: Uuid = Uuid::from_u128(1);
const ROOM: Uuid = Uuid::from_u128(2);
const HOUR: i64 = 3_600_000;

/// A clinic with one practitioner, one patient and visits 1 to 4, which occupy nothing yet.
fn clinic() -> (tempfile::TempDir, Connection) {
    let dir = tempfile::tempdir().unwrap();
    let db = sqlite::open_writer(&dir.path().join("clinic.sqlite")).unwrap();
    let nil = Uuid::nil();
    let all = "insert into feed values (?1, ?2, 1, 1, zeroblob(32));
         insert into clinic values (?1, 'C', 'UTC', 30, 1);
         insert into practitioner values (?1, ?2, 'P', '[]', 1, 1);
         insert into patient values (?1, ?2, 'A', null, null, null, 1);
         insert into service values (?1, ?2, 'S', 30, 0, 0, 1, 0, '\"exclusive\"', 1, 1)";
    for statement in all.split(';') {
        let mut statement = db.prepare(statement).unwrap();
        statement.raw_bind_parameter(1, CLINIC).unwrap();
        if statement.parameter_count() == 2 {
            statement.raw_bind_parameter(2, nil).unwrap();
        }
        statement.raw_execute().unwrap();
    }
    for visit in 1..=4_u128 {
        db.execute(
            "insert into appointment values (?1, ?2, ?3, ?3, ?3, null, ?4, ?4 + 1, 'booked',
             '2026-01-01T00:00', null, 0, 0, null, null, ?3, 'N', 0, 1, '[]', null, null)",
            (CLINIC, Uuid::from_u128(visit), nil, visit as i64 * HOUR),
        )
        .unwrap();
    }
    (dir, db)
}

/// Seats a visit; the key of class 0 is the visit itself.
fn seat(
    db: &Connection,
    visit: u128,
    seat: u16,
    class: u128,
    hours: (i64, i64),
) -> Result<(), String> {
    let key = if class == 0 { 1_000 + visit } else { class };
    db.execute(
        "insert into occupancy values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            CLINIC,
            Uuid::from_u128(visit),
            ROOM,
            seat,
            Uuid::from_u128(key),
            hours.0 * HOUR,
            hours.1 * HOUR,
        ),
    )
    .map(|_| ())
    .map_err(|error| error.to_string())
}

fn shift(db: &Connection, visit: u128, to: &str) -> Result<usize, String> {
    let sql = format!("update occupancy set {to} where appointment_id = ?1");
    db.execute(&sql, [Uuid::from_u128(visit)])
        .map_err(|error| error.to_string())
}

fn refused(result: Result<impl Sized, String>, constraint: &str) -> bool {
    result.is_err_and(|message| message.contains(constraint))
}

/// Invariant I20, by insert.
#[test]
fn one_seat_cannot_be_taken_twice_at_the_same_time() {
    let (_dir, db) = clinic();
    seat(&db, 1, 1, 9, (9, 10)).unwrap();
    for hours in [(9, 10), (8, 10), (9, 11), (8, 11)] {
        assert!(
            refused(seat(&db, 2, 1, 9, hours), "occupancy_no_overlap"),
            "{hours:?}"
        );
    }
    seat(&db, 2, 1, 9, (10, 11)).unwrap();
    seat(&db, 3, 1, 9, (8, 9)).unwrap();
}

/// Invariant I20, by update.
#[test]
fn a_seat_cannot_be_moved_onto_a_taken_one() {
    let (_dir, db) = clinic();
    seat(&db, 1, 1, 9, (9, 10)).unwrap();
    seat(&db, 2, 1, 9, (10, 11)).unwrap();
    seat(&db, 3, 2, 9, (9, 10)).unwrap();
    assert!(refused(
        shift(&db, 2, "start = start - 1"),
        "occupancy_no_overlap"
    ));
    assert!(refused(
        shift(&db, 1, "\"end\" = \"end\" + 1"),
        "occupancy_no_overlap"
    ));
    assert!(refused(shift(&db, 3, "seat = 1"), "occupancy_no_overlap"));
    assert_eq!(shift(&db, 2, "\"end\" = \"end\" + 1"), Ok(1));
}

#[test]
fn visits_of_two_classes_cannot_share_a_practitioner() {
    let (_dir, db) = clinic();
    seat(&db, 1, 1, 9, (9, 10)).unwrap();
    seat(&db, 2, 2, 9, (9, 10)).unwrap();
    assert!(refused(seat(&db, 3, 3, 8, (9, 10)), "occupancy_no_mixing"));
    seat(&db, 3, 3, 8, (10, 11)).unwrap();
    let other = "share_key = x'00000000000000000000000000000007'";
    assert!(refused(shift(&db, 2, other), "occupancy_no_mixing"));
    assert!(refused(
        shift(&db, 3, "start = start - 1"),
        "occupancy_no_mixing"
    ));
}

#[test]
fn the_longest_occupancy_is_still_seen_at_its_end() {
    let (_dir, db) = clinic();
    seat(&db, 1, 1, 9, (0, 48)).unwrap();
    assert!(refused(
        seat(&db, 2, 1, 9, (47, 48)),
        "occupancy_no_overlap"
    ));
    assert!(refused(seat(&db, 2, 2, 9, (100, 149)), "occupancy_length"));
}

/// Invariant I35.
#[test]
fn a_flipped_byte_in_the_audit_is_found() {
    let (_dir, db) = clinic();
    let clinic = ClinicId(CLINIC);
    for n in 1..=3_u64 {
        let act = audit::Act {
            at: frontdesk_domain::Timestamp::UNIX_EPOCH,
            actor: Uuid::nil(),
            device: Uuid::nil(),
            action: "noop",
            id: Uuid::from_u128(n.into()),
            seq: n,
            payload_hash: [7; 32],
        };
        audit::append(&db, clinic, &act).unwrap();
    }
    assert_eq!(audit::verify(&db, clinic).unwrap(), 3);

    for (spoil, n) in [
        ("update audit set action = 'nope' where n = 2", 2),
        ("update audit set seq = 9 where n = 3", 3),
        ("update audit set hash = zeroblob(32) where n = 1", 1),
        ("delete from audit where n = 2", 2),
        ("delete from audit where n = 3", 3),
        ("update feed set head_hash = zeroblob(32)", 4),
    ] {
        db.execute_batch("savepoint spoilt").unwrap();
        db.execute(spoil, ()).unwrap();
        let found = audit::verify(&db, clinic);
        assert!(
            matches!(found, Err(StoreError::AuditBroken(at)) if at == n),
            "{spoil}: {found:?}"
        );
        db.execute_batch("rollback to spoilt; release spoilt")
            .unwrap();
    }
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let (dir, db) = clinic();
    db.execute(
        "insert into refinery_schema_history values (99, 'later', '', '')",
        (),
    )
    .unwrap();
    drop(db);
    let file = dir.path().join("clinic.sqlite");
    let error = sqlite::open_writer(&file).err().unwrap();
    assert!(matches!(error, StartError::Newer(_)));
    assert!(error.to_string().contains("newer"), "{error}");
}

#[test]
fn the_writer_keeps_what_it_answered_through_a_power_cut() {
    let (_dir, db) = clinic();
    let pragma = |name: &str| -> String {
        db.query_row(&format!("select * from pragma_{name}"), (), |row| {
            row.get::<_, rusqlite::types::Value>(0)
        })
        .map(|value| format!("{value:?}"))
        .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("foreign_keys"), "Integer(1)");
}

#[test]
fn a_reader_cannot_write() {
    let (dir, _db) = clinic();
    let reader = sqlite::open_reader(Path::new(&dir.path().join("clinic.sqlite"))).unwrap();
    assert!(reader.execute("delete from occupancy", ()).is_err());
}

/// On 200,000 visits a walk over a clinic costs 50 ms; each of these runs for every command.
#[test]
fn no_statement_of_the_write_transaction_walks_a_whole_table() {
    let (_dir, db) = clinic();
    for sql in [
        include_str!("sql/rivals.sql"),
        include_str!("sql/visits_during.sql"),
        include_str!("sql/session.sql"),
        include_str!("sql/touched.sql"),
        include_str!("sql/put_appointment.sql"),
        include_str!("sql/put_patient.sql"),
        include_str!("sql/store_outcome.sql"),
        "delete from occupancy where clinic_id = ?1 and appointment_id = ?2",
        "insert into occupancy values (?, ?, ?, ?, ?, ?, ?)",
        "select n from audit where clinic_id = ?1 order by n desc limit 1",
        "select 1 from session where clinic_id = ?1 and device_id = ?2 and user_id = ?3",
    ] {
        let mut plan = db.prepare(&format!("explain query plan {sql}")).unwrap();
        let rows = plan.raw_query();
        let steps: Vec<String> = rows
            .mapped(|row| row.get("detail"))
            .collect::<Result<_, _>>()
            .unwrap();
        for step in steps {
            // Results of a few rows, and the clinic's rooms, may be walked.
            let few = [
                "SCAN CONSTANT ROW",
                "SCAN busy",
                "SCAN resource",
                "SEARCH location",
            ];
            let whole = step.starts_with("SCAN") || step.ends_with("(clinic_id=?)");
            let ends_early = sql.contains("limit 1");
            let walks = whole && !ends_early && !few.iter().any(|few| step.starts_with(few));
            assert!(!walks, "{step}\n{sql}");
        }
    }
}
