//! An export taken over: whole, or with each bad line named.

use frontdesk_domain::Appointment;
use frontdesk_protocol::{Envelope, OutcomeKind};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::store::sql::params;
use crate::store::{Batch, rows};

#[tokio::test]
async fn an_export_sets_the_clinic_up_elsewhere() {
    let from = World::on(Database::Sqlite).filled().await;
    let text = from.export("clinic.ndjson").await;
    for to in World::each() {
        let server = to.server();
        let file = from.file("clinic.ndjson");
        let imported = import(&server, &file, false).await.unwrap();
        assert_eq!((imported.appointments, imported.bad), (300, Vec::new()));
        let twice = import(&server, &file, false).await;
        assert!(matches!(twice, Err(OperateError::ClinicExists)));
        server.close();
        assert_eq!(to.verify().await.findings, []);
        assert_eq!(rows(&to.export("again").await), rows(&text));
    }
}

/// Writes an export again with other lines, and a digest that fits.
pub(super) fn rewritten(
    world: &World,
    text: &str,
    mend: impl Fn(usize, &str) -> Option<String>,
) -> PathBuf {
    use sha2::{Digest as _, Sha256};
    let mut mended = String::new();
    for (index, line) in text.lines().enumerate() {
        let is_row = index > 0 && line.starts_with(r#"{"kind""#);
        if is_row || index == 0 {
            mended.push_str(&mend(index + 1, line).unwrap_or_else(|| line.to_owned()));
            mended.push('\n');
        }
    }
    let rows = mended.lines().count() - 1;
    let sha256 = hex::encode(Sha256::digest(mended.as_bytes()));
    mended.push_str(&format!("{{\"rows\":{rows},\"sha256\":\"{sha256}\"}}\n"));
    let file = world.file("mended.ndjson");
    std::fs::write(&file, mended).unwrap();
    file
}

#[tokio::test]
async fn a_bad_line_is_named_by_its_number_and_nothing_is_taken_unless_it_may_be_left_out() {
    let from = World::on(Database::Sqlite).filled().await;
    let text = from.export("clinic.ndjson").await;
    let of = |kind: &str| {
        let lead = format!(r#"{{"kind":"{kind}""#);
        let lines = text.lines().enumerate();
        let found: Vec<usize> = lines
            .filter(|(_, line)| line.starts_with(&lead))
            .map(|(i, _)| i + 1)
            .collect();
        found
    };
    let (hours, visits) = (of("schedule"), of("appointment"));
    let file = rewritten(&from, &text, |number, line| {
        let value = || serde_json::from_str::<serde_json::Value>(line).unwrap();
        if number == hours[0] {
            Some("{\"kind\":\"schedule\"}".to_owned())
        } else if number == visits[0] {
            let mut visit = value();
            visit["row"]["service_id"] = serde_json::json!(uuid::Uuid::nil());
            Some(visit.to_string())
        } else if number == visits[1] {
            let mut visit = value();
            visit["row"]["wall_start"] = serde_json::json!("2020-01-01T09:00");
            Some(visit.to_string())
        } else {
            None
        }
    });
    let to = World::on(Database::Sqlite);
    let server = to.server();
    let refused = import(&server, &file, false).await;
    let Err(OperateError::BadLines(bad)) = refused else {
        panic!("{refused:?}");
    };
    let why = |line: usize| {
        bad.iter()
            .find(|bad| bad.line == line)
            .unwrap()
            .why
            .as_str()
    };
    assert!(why(hours[0]).contains("its `row` cannot be read"));
    assert!(why(visits[0]).contains("names the service"));
    assert!(why(visits[1]).contains("wall_start"));
    let imported = import(&server, &file, true).await.unwrap();
    assert_eq!(imported.bad, bad);
    assert_eq!((bad.len(), imported.appointments), (3, 298));
    server.close();
    assert_eq!(to.verify().await.findings, []);
}

#[tokio::test]
async fn a_visit_without_room_is_a_bad_line_that_names_the_other() {
    let from = World::on(Database::Sqlite).filled().await;
    let text = from.export("clinic.ndjson").await;
    let booked: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| {
            line.contains(r#""status":"booked""#) && line.starts_with(r#"{"kind":"appointment""#)
        })
        .map(|(index, line)| (index + 1, line))
        .collect();
    let ((first, model), (second, _)) = (booked[0], booked[1]);
    let file = rewritten(&from, &text, |number, line| {
        if number != second {
            return None;
        }
        let (mut copy, own): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(model).unwrap(),
            serde_json::from_str(line).unwrap(),
        );
        copy["id"] = own["id"].clone();
        copy["row"]["appointment_id"] = own["id"].clone();
        Some(copy.to_string())
    });
    let to = World::on(Database::Sqlite);
    let server = to.server();
    let Err(OperateError::BadLines(bad)) = import(&server, &file, false).await else {
        panic!("two visits took one slot");
    };
    server.close();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].line, second);
    assert!(bad[0].why.contains(&format!("line {first}")), "{}", bad[0]);
}

const DESK: Uuid = Uuid::from_u128(77);
const OVERLAPPING: Uuid = Uuid::from_u128(78);

/// The visit that begins last, and the request of a manager to book another patient ten minutes
/// before it, over whatever is there.
fn overlap(db: &dyn Db) -> Result<Batch, StoreError> {
    let clinic = store::clinics(db)?[0];
    let of_clinic = params![clinic.0];
    let last = "select * from appointment where clinic_id = $1 and status = 'booked'
                order by starts_at desc, appointment_id limit 1";
    let last: Appointment = db.one(last, &of_clinic, rows::appointment)?;
    let another =
        "select patient_id from patient where clinic_id = $1 and patient_id <> $2 limit 1";
    let another: Uuid = db.one(another, &params![clinic.0, last.patient_id.0], |row| {
        row.get("patient_id")
    })?;
    let manager = "select user_id from \"user\" where clinic_id = $1 and role = 'manager' limit 1";
    let manager: Uuid = db.one(manager, &of_clinic, |row| row.get("user_id"))?;
    db.execute(
        "insert into device (clinic_id, device_id, name, user_id) values ($1, $2, 'a desk', $3)",
        &params![clinic.0, DESK, manager],
    )?;
    let ten = chrono::TimeDelta::minutes(10);
    let rules = [
        "slot_taken",
        "capacity_full",
        "patient_busy",
        "location_busy",
        "outside_schedule",
        "off_grid",
    ];
    let args = json!({
        "appointment_id": OVERLAPPING,
        "patient_id": another,
        "practitioner_id": last.practitioner_id,
        "service_id": last.service_id,
        "location_id": last.location_id,
        "starts_at": last.starts_at - ten,
        "ends_at": last.ends_at - ten,
        "override": { "reason": "it hurts", "rules": rules },
    });
    let wish = json!({ "no": 1, "id": OVERLAPPING, "kind": "book_appointment", "args": args });
    let wish: Envelope = serde_json::from_value(wish).unwrap();
    Ok(Batch {
        clinic,
        session: None,
        device: DESK.into(),
        user: manager.into(),
        commands: vec![wish],
    })
}

/// Seats are not in an export; who needs none beyond the capacity is seated first.
#[tokio::test]
async fn an_overlap_that_begins_before_the_visit_it_overlaps_is_taken_over() {
    for from in World::each() {
        let from = from.filled().await;
        let server = from.server();
        let batch = server.shared.store.transact(overlap).await.unwrap();
        let booked = server.shared.store.execute(batch).await.unwrap().outcomes;
        assert_eq!(booked[0].outcome, OutcomeKind::Applied, "{booked:?}");
        server.close();
        let text = from.export("clinic.ndjson").await;
        let recorded = format!(r#""appointment_id":"{OVERLAPPING}""#);
        let line = rows(&text)
            .into_iter()
            .find(|line| line.contains(&recorded));
        assert!(line.unwrap().contains("slot_taken"), "{line:?}");
        for to in World::each() {
            let server = to.server();
            let imported = import(&server, &from.file("clinic.ndjson"), false).await;
            assert_eq!(imported.unwrap().appointments, 301);
            server.close();
            assert_eq!(to.verify().await.findings, []);
            // A clinic begins anew where it is taken over.
            let begun = text.replace(r#""version":2"#, r#""version":1"#);
            assert_eq!(rows(&to.export("again").await), rows(&begun));
        }
    }
}

/// The reference clinic treats everywhere.
const A_ROOM: &str =
    "insert into location (clinic_id, location_id, name, kind, capacity, active, version)
    select clinic_id, x'00000000000070008000000000000001', 'Gym', 'room', 2, 1, 1 from clinic";

/// Of what kind, in which field, what is wrong, and why.
type Wrong = (&'static str, &'static str, Value, &'static str);

/// What one database would refuse or keep otherwise than the other.
fn wrongs(practitioner: &Value, visit: &Value) -> Vec<Wrong> {
    let finer = |field: &str| json!(visit[field].as_str().unwrap().replace('Z', ".0000001Z"));
    let (starts, ends) = (finer("starts_at"), finer("ends_at"));
    let coarse = "`starts_at` is not a whole millisecond";
    let coarse_end = "`ends_at` is not a whole millisecond";
    let late = json!("9000-01-01T00:00:00Z");
    let early = json!("-0001-01-01");
    let same = "its id is that of the practitioner of line";
    let many = "`capacity` is 1000, not 1 to 999";
    vec![
        ("patient", "notes", json!("a\0b"), "U+0000"),
        ("appointment", "taken_by_name", json!("\0"), "U+0000"),
        ("appointment", "starts_at", starts, coarse),
        ("appointment", "ends_at", ends, coarse_end),
        ("appointment", "taken_at", late, "`taken_at` is not between"),
        ("patient", "birth_date", early, "`birth_date`"),
        ("patient", "patient_id", practitioner.clone(), same),
        ("location", "capacity", json!(1_000), many),
        ("service", "capacity", json!(1_000), many),
        (
            "service",
            "overlap_policy",
            json!({ "up_to": 1_000 }),
            "not 0 to 999",
        ),
    ]
}

#[tokio::test]
async fn what_not_every_database_keeps_is_a_bad_line() {
    let from = World::on(Database::Sqlite).filled().await;
    from.run(&[A_ROOM]).await;
    let text = from.export("clinic.ndjson").await;
    let first = |kind: &str| {
        let lead = format!(r#"{{"kind":"{kind}""#);
        let line = text.lines().position(|line| line.starts_with(&lead));
        line.unwrap() + 1
    };
    let value = |line: usize| -> Value {
        serde_json::from_str(text.lines().nth(line - 1).unwrap()).unwrap()
    };
    let practitioner = value(first("practitioner"))["id"].clone();
    let visit = value(first("appointment"))["row"].clone();
    for (kind, field, wrong, why) in wrongs(&practitioner, &visit) {
        let bad = first(kind);
        let file = rewritten(&from, &text, |number, _| {
            let mut line = value(number);
            line["row"][field] = wrong.clone();
            if field == "patient_id" {
                line["id"] = wrong.clone();
            }
            (number == bad).then(|| line.to_string())
        });
        let to = World::on(Database::Sqlite);
        let server = to.server();
        let refused = import(&server, &file, false).await;
        server.close();
        let Err(OperateError::BadLines(lines)) = refused else {
            panic!("{kind}.{field}: {refused:?}");
        };
        let told = lines.iter().find(|line| line.line == bad).unwrap();
        assert!(told.why.contains(why), "{kind}.{field}: {told}");
    }
}

/// A text may speak of the character that it must not hold.
#[tokio::test]
async fn the_letters_of_an_escape_are_a_text_like_any_other() {
    let from = World::on(Database::Sqlite).filled().await;
    let text = from.export("clinic.ndjson").await;
    let patient = text
        .lines()
        .position(|line| line.starts_with(r#"{"kind":"patient""#));
    let file = rewritten(&from, &text, |number, line| {
        let mut row: Value = serde_json::from_str(line).unwrap();
        row["row"]["notes"] = json!(r"a\u0000b");
        (Some(number - 1) == patient).then(|| row.to_string())
    });
    let to = World::on(Database::Sqlite);
    let server = to.server();
    let imported = import(&server, &file, false).await.unwrap();
    server.close();
    assert_eq!((imported.appointments, imported.bad), (300, Vec::new()));
    assert!(to.export("again").await.contains(r"a\\u0000b"));
}
