//! Files and databases of other versions, and the settings of ours.

use std::path::Path;

use rusqlite::Connection;

use super::super::{Lane, postgres, sqlite};
use super::*;
use crate::StartError;

fn opened(file: &Path) -> Result<Lane, StartError> {
    Lane::open(&Database::Sqlite, file)
}

/// A file as an older version would have left it: its migrations, run by its runner.
fn file_of_version(version: usize, file: &Path, holds: &str) {
    let migrations = [
        (
            "V1__clinic",
            include_str!("../../../../../migrations/server/sqlite/V1__clinic.sql"),
        ),
        (
            "V2__rules",
            include_str!("../../../../../migrations/server/sqlite/V2__rules.sql"),
        ),
        (
            "V3__device_secret",
            include_str!("../../../../../migrations/server/sqlite/V3__device_secret.sql"),
        ),
    ];
    let mut db = Connection::open(file).unwrap();
    let known = migrations[..version].iter();
    let known = known.map(|(name, sql)| refinery::Migration::unapplied(name, sql).unwrap());
    let known: Vec<_> = known.collect();
    refinery::Runner::new(&known).run(&mut db).unwrap();
    db.execute_batch(holds).unwrap();
}

#[test]
fn a_file_of_the_first_version_is_migrated() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("clinic.sqlite");
    file_of_version(1, &file, include_str!("clinic_of_v1.sql"));
    let visit = opened(&file)
        .unwrap()
        .write(|db| db.one("select * from appointment", &[], rows::appointment));
    let visit = visit.unwrap();
    assert!(visit.status_path.is_empty());
    assert_eq!((visit.series_id, visit.overridden), (None, None));
    let again = opened(&file).unwrap().write(|db| {
        let change = "select fields, was from change";
        db.one(change, &[], |row| row.get::<Option<String>>("fields"))
    });
    assert_eq!(again.unwrap(), None);
}

/// What a version wrote whose sessions did not say whether the desk had shown its secret.
fn a_session_of_before(zero: &str) -> String {
    format!(
        "insert into feed values ({zero}, {zero}, 1, 1, '');
         insert into clinic values ({zero}, 'C', 'UTC', 30, 1);
         insert into \"user\" values ({zero}, {zero}, 'rita', 'Rita', 'receptionist', null, 'no hash', 1);
         insert into device (clinic_id, device_id, name, user_id, secret_hash)
           values ({zero}, {zero}, 'a desk', {zero}, '');
         insert into session values ('', {zero}, {zero}, {zero}, 0, 9, null);"
    )
}

fn proven(database: &Database, file: &Path) -> bool {
    let read = |db: &dyn Db| {
        let sql = "select s.proven from session s join device d on d.device_id = s.device_id \
                   where d.secret_hash is not null";
        db.one(sql, &[], |row| row.get("proven"))
    };
    Lane::open(database, file).unwrap().write(read).unwrap()
}

#[test]
fn a_session_of_before_proves_nothing_whatever_its_device_has_shown() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("clinic.sqlite");
    let holds = a_session_of_before("zeroblob(16)").replace("''", "zeroblob(32)");
    file_of_version(3, &file, &holds);
    assert!(!proven(&Database::Sqlite, &file));
    if !frontdesk_postgres::wanted() {
        return;
    }
    let url = Cluster::shared().database();
    let address = postgres::Address::of(&url).unwrap();
    postgres::migrate_to_an_older_version(&address, 2).unwrap();
    let zero = "'00000000-0000-0000-0000-000000000000'";
    for statement in a_session_of_before(zero).split_terminator(';') {
        assert!(Cluster::shared().rows(&url, statement).is_empty());
    }
    assert!(!proven(&Database::Postgres(url), Path::new("")));
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("clinic.sqlite");
    drop(opened(&file).unwrap());
    let db = Connection::open(&file).unwrap();
    let later = "insert into refinery_schema_history values (99, 'later', '', '')";
    db.execute(later, ()).unwrap();
    let error = opened(&file).err().unwrap();
    assert!(matches!(error, StartError::Newer(_)), "{error}");
    assert!(error.to_string().contains("newer"), "{error}");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let url = Cluster::shared().database();
    let database = Database::Postgres(url.clone());
    drop(Lane::open(&database, Path::new("")).unwrap());
    let later = "insert into refinery_schema_history values (99, 'later', '', '')";
    let _: Vec<String> = Cluster::shared().rows(&url, later);
    let error = Lane::open(&database, Path::new("")).err().unwrap();
    assert!(matches!(error, StartError::DatabaseNewer), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_an_older_version_is_migrated_and_keeps_its_rows() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    let booked = world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
    assert!(applied(&booked), "{booked:?}");
    let Database::Postgres(url) = world.database.clone() else {
        unreachable!("opened on PostgreSQL")
    };
    world.store.close();
    let address = postgres::Address::of(&url).unwrap();
    let found = || postgres::schema(&address).unwrap();
    let before = found();
    assert_eq!(before.found, Some(before.known));
    let later = "alter table appointment add column later text not null default 'so'";
    postgres::migrate_to_the_version_after(&address, later).unwrap();
    assert_eq!(found().found, Some(1_000));
    let kept = "select later from appointment";
    assert_eq!(Cluster::shared().rows(&url, kept), ["so"]);
    let broken = "alter table nothing add column later text";
    postgres::migrate_to_the_version_after(&address, broken).unwrap_err();
    let error = Lane::open(&world.database, Path::new("")).err().unwrap();
    assert!(matches!(error, StartError::DatabaseNewer), "{error}");
}

/// Each statement of a server that runs on was prepared before the columns came.
const A_COLUMN_MORE: &str = "do $$ declare t text; begin
    for t in select tablename from pg_tables where schemaname = 'public' loop
        execute format('alter table %I add column later text', t);
    end loop; end $$";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_goes_on_while_a_newer_one_migrates() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    for no in 1..=5 {
        let start = i64::try_from(no).unwrap() * 60;
        assert!(applied(
            &world
                .decide(1, book(no, no.into(), 1, PLAIN, (start, 30)))
                .await
        ));
    }
    let visits = || {
        world
            .store
            .read(|db| db.all("select * from appointment", &[], rows::appointment))
    };
    assert_eq!(visits().await.unwrap().len(), 5);
    let Database::Postgres(url) = &world.database else {
        unreachable!("opened on PostgreSQL")
    };
    assert!(Cluster::shared().rows(url, A_COLUMN_MORE).is_empty());

    // A desk sends what was not answered again; there is one connection for the clinic's commands.
    let mut failed = 0;
    let outcome = loop {
        let batch = Batch {
            clinic: CLINIC,
            session: None,
            device: device(1),
            user: RECEPTIONIST,
            commands: vec![cancel(6, 1)],
        };
        match world.store.execute(batch).await {
            Ok(done) if done.stopped.is_none() => break done.outcomes,
            Ok(_) | Err(_) => failed += 1,
        }
        assert!(failed <= 1, "it does not pass");
    };
    assert!(applied(&outcome[0]), "{outcome:?}");
    assert_eq!(visits().await.or(visits().await).unwrap().len(), 5);
    world.holds_true().await;
}

/// Two servers that start at once on an empty database both find it ready.
#[test]
fn an_empty_database_is_migrated_once_however_many_start() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let database = Database::Postgres(Cluster::shared().database());
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| Lane::open(&database, Path::new("")).map(drop)))
            .collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
    });
}

#[test]
fn a_url_that_leads_nowhere_is_told_in_a_sentence() {
    for (url, code) in [
        ("mysql://localhost/clinic", 2),
        ("postgres://postgres@127.0.0.1:1/clinic", 3),
    ] {
        let database = Database::Postgres(url.to_owned());
        let error = Lane::open(&database, Path::new("")).err().unwrap();
        assert_eq!(error.exit_code(), code, "{error}");
        assert!(!error.to_string().contains("Error {"), "{error}");
    }
}

#[test]
fn the_writer_keeps_what_it_answered_through_a_power_cut() {
    let dir = tempfile::tempdir().unwrap();
    let db = sqlite::open_writer(&dir.path().join("clinic.sqlite")).unwrap();
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

/// On 200,000 visits a walk over a clinic costs 50 ms; each of these runs for every command.
#[test]
fn no_statement_of_the_write_transaction_walks_a_whole_table() {
    let dir = tempfile::tempdir().unwrap();
    let db = sqlite::open_writer(&dir.path().join("clinic.sqlite")).unwrap();
    for sql in [
        include_str!("../sql/rivals.sql"),
        include_str!("../sql/visits_during.sql"),
        include_str!("../sql/session.sql"),
        include_str!("../sql/put_appointment.sql"),
        include_str!("../sql/put_patient.sql"),
        include_str!("../sql/put_hold.sql"),
        include_str!("../sql/store_outcome.sql"),
        include_str!("../sql/log_change.sql"),
        "select * from appointment where clinic_id = $1 and appointment_id in ($2, $3)",
        "select * from appointment where clinic_id = $1 and series_id = $2",
        "select * from occupancy where clinic_id = $1 and appointment_id in ($2, $3)",
        "select * from change where clinic_id = $1 and seq > $2 and seq <= $3 order by seq desc",
        "delete from occupancy where clinic_id = $1 and appointment_id = $2",
        "insert into occupancy values ($1, $2, $3, $4, $5, $6, $7)",
        "select n from audit where clinic_id = $1 order by n desc limit 1",
        include_str!("../sql/trace.sql"),
        include_str!("../sql/known_at_desk.sql"),
        "select distinct clinic_id from hold where expires_at <= $1",
        "select * from appointment where clinic_id = $1 and (starts_at, appointment_id) > ($2, $3)
         order by starts_at, appointment_id limit $4",
    ] {
        let mut plan = db.prepare(&format!("explain query plan {sql}")).unwrap();
        let steps: Vec<String> = plan
            .raw_query()
            .mapped(|row| row.get("detail"))
            .collect::<Result<_, _>>()
            .unwrap();
        for step in steps {
            // The clinic's rooms may be walked.
            let few = ["SCAN CONSTANT ROW", "SEARCH location"];
            let whole = step.starts_with("SCAN") || step.ends_with("(clinic_id=?)");
            let ends_early = sql.contains("limit 1");
            let walks = whole && !ends_early && !few.iter().any(|few| step.starts_with(few));
            assert!(!walks, "{step}\n{sql}");
        }
    }
}
