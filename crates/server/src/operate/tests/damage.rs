//! What hands that reach past the server, or the disk below it, can do to a clinic: each is planted
//! where nothing guards against it any more, and found by its name.

use frontdesk_domain::Command;
use frontdesk_domain::command::{BookAppointment, BookSeries, CancelAppointment, PutPatient};
use frontdesk_domain::command::{SeriesScope, SeriesVisit};
use frontdesk_domain::{Appointment, CancelReason, Timestamp};
use frontdesk_protocol::{Envelope, OutcomeKind};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::store::sql::params;
use crate::store::{Batch, rows};

/// What is done, which promises that breaks and no others, and in which words.
struct Damage {
    done: &'static str,
    broken: &'static [&'static str],
    says: &'static str,
}

const fn damage(done: &'static str, broken: &'static [&'static str], says: &'static str) -> Damage {
    Damage { done, broken, says }
}

/// The feed of a clinic that has worked: 2 and 3 are patients who were put once more at 7 and 8, 4 is
/// a series of two visits, 5 a visit that was cancelled at 6.
const OF_THE_FEED: [Damage; 14] = [
    damage("update feed set seq = 9", &["seq"], "9 to 9 are missing"),
    damage(
        "update feed set seq = 7",
        &["seq"],
        "8 is in the log, but the feed stands at 7",
    ),
    damage("delete from change where seq = 2", &["seq"], "2 to 2 are"),
    damage("delete from change where seq = 3", &["seq"], "3 to 3 are"),
    damage(
        "delete from change where seq in (3, 4)",
        &["seq", "version"],
        "3 to 4 are missing",
    ),
    damage(
        "update change set sub = 1 where seq = 7",
        &["seq"],
        "7 has 1 parts, the last is 1",
    ),
    damage(
        "delete from change where seq = 4 and sub = 0",
        &["seq", "version"],
        "4 has 1 parts, the last is 1",
    ),
    damage(
        "delete from change where seq = 4 and sub = 1",
        &["version"],
        "is of 4, where the log does not have it",
    ),
    damage(
        "update patient set version = 6 where version = 7",
        &["version"],
        "the patient 00000000-0000-0000-0000-000000000001 is of 6",
    ),
    damage(
        "update change set op = 'remove' where seq = 8",
        &["version"],
        "the patient 00000000-0000-0000-0000-000000000002 is of 8",
    ),
    damage("update device set last_no = 8", &["command"], "stands at 8"),
    damage("update device set last_no = 6", &["command"], "stands at 6"),
    damage(
        "delete from command where no = 3",
        &["command"],
        "stands at 7 and has 6 outcomes, the last of 7",
    ),
    damage(
        "update audit set action = 'nothing' where n = 3",
        &["audit"],
        "act 3 is not what was written",
    ),
];

const OF_SEATS: [Damage; 8] = [
    damage(
        "delete from occupancy where appointment_id = (select id from change where seq = 4 and sub = 0)
           and share_key is null",
        &["seat"],
        "does not sit at",
    ),
    damage(
        "update occupancy set start = start - 60000
         where appointment_id = (select id from change where seq = 4 and sub = 0)",
        &["seat"],
        "as it should",
    ),
    damage(
        "insert into occupancy select o.clinic_id, o.appointment_id, o.resource_id, 1000, null, o.start,
           o.\"end\" from occupancy o join change c on c.id = o.appointment_id
         where c.seq = 4 and c.sub = 0 and o.share_key is null",
        &["seat"],
        "does not sit at",
    ),
    damage(
        "insert into occupancy select clinic_id, appointment_id, patient_id, 1, null, starts_at, ends_at
         from appointment where status = 'cancelled' and version = 6",
        &["seat"],
        "and should not",
    ),
    damage(
        "insert into occupancy select o.clinic_id, a.appointment_id, o.resource_id, 1, null,
           o.start + 60000, o.\"end\" from occupancy o join change c on c.id = o.appointment_id
         join appointment a on a.version = 6 where c.seq = 4 and c.sub = 0 and o.share_key is null",
        &["capacity", "overlap", "seat"],
        "the visits ",
    ),
    damage(
        "insert into occupancy select o.clinic_id, a.appointment_id, o.resource_id, 2, null,
           o.start, o.\"end\" from occupancy o join change c on c.id = o.appointment_id
         join appointment a on a.version = 6 where c.seq = 4 and c.sub = 0 and o.share_key is null",
        &["capacity", "seat"],
        "2 visits at ",
    ),
    damage(
        "insert into occupancy select o.clinic_id, a.appointment_id, o.resource_id, 2, s.service_id,
           o.start, o.\"end\" from occupancy o join change c on c.id = o.appointment_id
         join appointment a on a.version = 6 join service s on s.service_id = a.service_id
         where c.seq = 4 and c.sub = 0 and o.share_key is not null",
        &["capacity", "mixing", "seat"],
        "the visits ",
    ),
    damage(
        "delete from occupancy",
        &["seat"],
        "does not sit at",
    ),
];

#[tokio::test]
async fn every_broken_promise_is_found_i1_i20_i21_i24_i35() {
    for world in World::each() {
        let world = world.filled().await.worked().await;
        let kept = world.kept_unguarded().await;
        for Damage { done, broken, says } in OF_THE_FEED.iter().chain(&OF_SEATS) {
            world.reach_past(done);
            let findings = world.verify().await.findings;
            assert_eq!(names(&findings), *broken, "{done}: {findings:?}");
            let told = findings.iter().any(|finding| finding.what.contains(says));
            assert!(told, "{done}: {findings:?}");
            world.bring_back(&kept).await;
        }
        assert_eq!(world.verify().await.findings, []);
    }
}

#[tokio::test]
async fn a_row_that_names_one_that_is_not_there_is_found_in_every_table() {
    for world in World::each() {
        let world = world.filled().await.worked().await;
        let kept = world.kept_unguarded().await;
        for (table, column, other) in verify::POINTERS {
            for (_, put) in FURNITURE.iter().filter(|(of, _)| *of == table) {
                world.reach_past(put);
            }
            // No other row has the clinic's id.
            world.reach_past(&format!(
                "update \"{table}\" set {column} = (select clinic_id from clinic)"
            ));
            let findings = world.verify().await.findings;
            let orphans = findings.iter().filter(|found| found.promise == "orphan");
            let orphans: Vec<_> = orphans.map(|found| found.what.as_str()).collect();
            let says = format!(" rows of {table} name the {other} ");
            assert_eq!(orphans.len(), 1, "{table}.{column}: {findings:?}");
            assert!(orphans[0].contains(&says), "{table}.{column}: {orphans:?}");
            world.bring_back(&kept).await;
        }
        assert_eq!(world.verify().await.findings, []);
    }
}

/// Every key of the schema that names more than the clinic.
#[tokio::test]
async fn whatever_the_schema_lets_a_row_name_is_looked_for() {
    let world = World::on(Database::Sqlite).filled().await;
    let db = rusqlite::Connection::open(world.config.data_dir.join(store::FILE)).unwrap();
    let sql = "select t.name, f.\"from\", f.\"table\"
               from sqlite_schema t, pragma_foreign_key_list(t.name) f
               where t.type = 'table' and f.\"from\" <> 'clinic_id'";
    let mut statement = db.prepare(sql).unwrap();
    let keys = statement.query_map((), |row| {
        Ok::<[String; 3], _>([row.get(0)?, row.get(1)?, row.get(2)?])
    });
    let keys: Vec<_> = keys.unwrap().map(Result::unwrap).collect();
    assert!(keys.len() > 9, "{keys:?}");
    let known = verify::POINTERS.map(|(table, column, other)| [table, column, other]);
    for key in keys {
        assert!(known.iter().any(|known| *known == key), "{key:?}");
    }
}

/// What each column of an act becomes when somebody changes only that.
const OF_AN_ACT: [(&str, &str); 11] = [
    ("clinic_id", "actor"),
    ("n", "n + 1000"),
    ("at", "at + 1"),
    ("actor", "clinic_id"),
    ("device", "clinic_id"),
    ("action", "action || 'x'"),
    ("id", "clinic_id"),
    ("seq", "seq + 1"),
    ("payload_hash", "hash"),
    ("prev_hash", "hash"),
    ("hash", "prev_hash"),
];

#[tokio::test]
async fn every_column_of_an_act_is_vouched_for_by_itself_i35() {
    let columns = tables::TABLES.iter().find(|table| table.name == "audit");
    let columns = columns.unwrap().columns.iter().map(|(name, _)| *name);
    assert!(columns.eq(OF_AN_ACT.map(|(name, _)| name)));
    for world in World::each() {
        let world = world.filled().await.worked().await;
        let kept = world.kept_unguarded().await;
        let acts = world.verify().await.acts;
        for (column, becomes) in OF_AN_ACT {
            for act in [3, acts] {
                world.reach_past(&format!(
                    "update audit set {column} = {becomes} where n = {act}"
                ));
                let findings = world.verify().await.findings;
                assert_eq!(names(&findings), ["audit"], "{column} of {act}");
                let says = format!("act {act} is not what was written");
                assert_eq!(findings[0].what, says, "{column}");
                world.bring_back(&kept).await;
            }
        }
        assert_eq!(world.verify().await.findings, []);
    }
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
    let mut names: Vec<_> = findings.iter().map(|finding| finding.promise).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What the clinic has none of, or what does not come back with a backup.
const FURNITURE: [(&str, &str); 3] = [
    (
        "session",
        "delete from session;
         insert into session (token_hash, clinic_id, user_id, device_id, created_at, expires_at)
         select f.head_hash, d.clinic_id, d.user_id, d.device_id, 0, 1 from device d, feed f",
    ),
    (
        "hold",
        "insert into hold (clinic_id, hold_id, practitioner_id, starts_at, ends_at, user_id,
             user_name, device_id, expires_at, version)
         select p.clinic_id, p.practitioner_id, p.practitioner_id, 0, 60000, d.user_id, 'Rita',
             d.device_id, 1, 1 from practitioner p, device d",
    ),
    (
        "exception",
        "delete from exception;
         insert into exception (clinic_id, exception_id, practitioner_id, kind, \"from\", until,
             reason, version)
         select clinic_id, practitioner_id, practitioner_id, 'time_off', '2020-01-01T00:00',
             '2020-01-02T00:00', 'ill', 1 from practitioner",
    ),
];

const DROP_GUARDS: &str = "do $$ declare c record; begin
    for c in select conrelid::regclass as t, conname from pg_constraint
             where contype in ('f', 'x') and connamespace = 'public'::regnamespace
    loop execute format('alter table %s drop constraint %I', c.t, c.conname); end loop;
end $$";

const DROP_TRIGGERS: &str = "drop trigger occupancy_no_overlap_insert;
    drop trigger occupancy_no_overlap_update;
    drop trigger occupancy_no_mixing_insert;
    drop trigger occupancy_no_mixing_update";

impl World {
    /// Seven commands of one desk, so that there is something to be damaged.
    async fn worked(self) -> Self {
        let server = self.server();
        let batch = server.shared.store.transact(day_of_work).await.unwrap();
        let done = server.shared.store.execute(batch).await.unwrap().outcomes;
        let applied =
            |outcome: &frontdesk_protocol::Outcome| outcome.outcome == OutcomeKind::Applied;
        assert!(done.len() == 7 && done.iter().all(applied), "{done:?}");
        server.close();
        assert_eq!(self.verify().await.findings, []);
        self
    }

    /// A backup; and from here on the database guards nothing any more.
    async fn kept_unguarded(&self) -> PathBuf {
        let kept = self.file("kept");
        let records = Records::open(&self.config).unwrap();
        records.backup(&kept).await.unwrap();
        self.reach_past(match self.config.database {
            Database::Sqlite => DROP_TRIGGERS,
            Database::Postgres(_) => DROP_GUARDS,
        });
        kept
    }

    /// As somebody with the database's own tools does.
    fn reach_past(&self, sql: &str) {
        match &self.config.database {
            Database::Sqlite => {
                let file = self.config.data_dir.join(store::FILE);
                let db = rusqlite::Connection::open(file).unwrap();
                let sql = format!("pragma foreign_keys = off; {sql}");
                db.execute_batch(&sql).unwrap();
            }
            Database::Postgres(url) => drop(Cluster::shared().rows(url, sql)),
        }
    }

    async fn bring_back(&self, kept: &Path) {
        let server = self.server();
        restore(&server, kept, true).await.unwrap();
        server.close();
    }
}

const DESK: Uuid = Uuid::from_u128(77);

/// On a day and with people that nobody else comes to.
fn day_of_work(db: &dyn Db) -> Result<Batch, StoreError> {
    let clinic = store::clinics(db)?[0];
    let last = "select * from appointment where clinic_id = $1 and status = 'booked'
                order by starts_at desc, appointment_id limit 1";
    let last: Appointment = db.one(last, &params![clinic.0], rows::appointment)?;
    let user =
        "select user_id from \"user\" where clinic_id = $1 and role = 'receptionist' limit 1";
    let user: Uuid = db.one(user, &params![clinic.0], |row| row.get("user_id"))?;
    db.execute(
        "insert into device (clinic_id, device_id, name, user_id) values ($1, $2, 'a desk', $3)",
        &params![clinic.0, DESK, user],
    )?;
    let weeks = |n: i64| last.starts_at + chrono::TimeDelta::weeks(n);
    let commands = (1..).zip(wishes(&last, weeks));
    Ok(Batch {
        clinic,
        session: None,
        device: DESK.into(),
        user: user.into(),
        commands: commands.map(|(no, wish)| envelope(no, &wish)).collect(),
    })
}

fn wishes(last: &Appointment, weeks: impl Fn(i64) -> Timestamp) -> [Command; 7] {
    let put = |n: u128, name: &str| {
        Command::PutPatient(PutPatient {
            patient_id: Uuid::from_u128(n).into(),
            name: name.to_owned(),
            phone: None,
            birth_date: None,
            notes: None,
        })
    };
    let visit = |n: u128, at: i64| SeriesVisit {
        appointment_id: Uuid::from_u128(n).into(),
        practitioner_id: last.practitioner_id,
        starts_at: Some(weeks(at)),
        wall_start: None,
        ends_at: None,
        location_id: None,
    };
    let single = Uuid::from_u128(20).into();
    [
        put(1, "Ada"),
        put(2, "Bea"),
        Command::BookSeries(BookSeries {
            series_id: Uuid::from_u128(9).into(),
            patient_id: Uuid::from_u128(1).into(),
            service_id: last.service_id,
            notes: None,
            overriding: None,
            visits: vec![visit(10, 1), visit(11, 2)],
        }),
        Command::BookAppointment(BookAppointment {
            appointment_id: single,
            patient_id: Uuid::from_u128(2).into(),
            practitioner_id: last.practitioner_id,
            service_id: last.service_id,
            location_id: None,
            starts_at: weeks(3),
            ends_at: None,
            notes: None,
            overriding: None,
        }),
        Command::CancelAppointment(CancelAppointment {
            appointment_id: single,
            reason: CancelReason::Patient,
            note: None,
            scope: SeriesScope::This,
        }),
        put(1, "Ada Long"),
        put(2, "Bea Long"),
    ]
}

fn envelope(no: u64, wish: &Command) -> Envelope {
    let mut wish = json!(wish);
    wish["no"] = json!(no);
    wish["id"] = json!(Uuid::from_u128(no.into()));
    serde_json::from_value(wish).unwrap()
}

/// Of SQLite's file format: how long a page is, and with what one begins that has the leaves of an index.
const PAGE: usize = 4096;
const LEAVES: u8 = 10;

#[tokio::test]
async fn an_index_that_the_disk_has_spoiled_is_found() {
    let world = World::on(Database::Sqlite).filled().await;
    let file = world.config.data_dir.join(store::FILE);
    let named = "select rootpage from sqlite_schema where name = 'occupancy_appointment'";
    let db = rusqlite::Connection::open(&file).unwrap();
    let root: usize = db.query_row(named, [], |row| row.get(0)).unwrap();
    drop(db);
    let mut bytes = std::fs::read(&file).unwrap();
    let page = |number: usize| (number - 1) * PAGE..number * PAGE;
    let mut at = page(root);
    if bytes[at.start] != LEAVES {
        // The last of the pages below it.
        let below = bytes[at.start + 8..][..4].try_into().unwrap();
        at = page(u32::from_be_bytes(below) as usize);
    }
    assert_eq!(bytes[at.start], LEAVES);
    // Entries are laid down from the end of a page.
    bytes[at.end - 1] ^= 1;
    std::fs::write(&file, bytes).unwrap();

    assert_eq!(world.broken().await, ["damage"]);
}
