//! What can happen on PostgreSQL only: others write beside, and an error ends a transaction.

use std::sync::mpsc::channel;

use super::super::Lane;
use super::*;

const WAITING_FOR_A_LOCK: &str = "select 'one' from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";

fn url(world: &World) -> String {
    match &world.database {
        Database::Postgres(url) => url.clone(),
        Database::Sqlite => unreachable!("opened on PostgreSQL"),
    }
}

/// Puts every feed's row there anew, as a restore does, and keeps it locked until told.
fn replace_feeds(db: &dyn Db, until: &dyn Fn()) -> Result<(), StoreError> {
    db.execute(
        "create temporary table kept on commit drop as select * from feed",
        &[],
    )?;
    db.execute("set local session_replication_role = replica", &[])?;
    db.execute("delete from feed", &[])?;
    db.execute("insert into feed select * from kept", &[])?;
    until();
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_was_replaced_while_a_writer_waited_for_it_is_locked_anew() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    let url = url(&world);
    let (replaced, is_replaced) = channel();
    let replacing = world.store.transact(move |db| {
        replace_feeds(db, &|| {
            replaced.send(()).unwrap();
            while Cluster::shared().rows(&url, WAITING_FOR_A_LOCK).is_empty() {}
        })
    });
    let booking = async {
        tokio::task::block_in_place(|| is_replaced.recv()).unwrap();
        let batch = Batch {
            clinic: CLINIC,
            session: None,
            device: device(1),
            user: RECEPTIONIST,
            commands: vec![book(1, 1, 1, PLAIN, (60, 30))],
        };
        world.store.execute(batch).await
    };
    let (replaced, booked) = tokio::join!(replacing, booking);
    replaced.unwrap();
    assert!(matches!(booked, Err(StoreError::Busy)), "{booked:?}");
    assert!(applied(
        &world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await
    ));
    world.holds_true().await;
}

/// Invariant I9: what was said to be done is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_passes_over_an_error_of_the_database_is_not_said_to_be_done() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    let ended = world.store.transact(|db| {
        db.execute("update patient set name = 'Nobody'", &[])?;
        let refused = db.execute("insert into feed select * from feed", &[]);
        assert!(matches!(refused, Err(StoreError::Constraint(_))));
        Ok(())
    });
    assert!(matches!(ended.await, Err(StoreError::Database(_))));
    let kept = world.read(|db| db.exists("select 1 from patient where name = 'Nobody'", &[]));
    assert!(!kept.await);
}

/// Invariant I9: what was answered survives a power cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_waits_for_the_disk_although_the_database_is_set_not_to() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    let setting = "do $$ begin execute format(
        'alter database %I set synchronous_commit = off', current_database()); end $$";
    let set = move |db: &dyn Db| db.execute(setting, &[]);
    world.store.transact(set).await.unwrap();

    let (clock, metrics) = (Clock::system(), Metrics::default());
    let store = Store::open(
        &world.database,
        &world.file,
        &clock,
        &world.fanout,
        &metrics,
    )
    .unwrap();
    let ask = |db: &dyn Db| {
        let shown = "select current_setting('synchronous_commit') as is_on";
        db.one(shown, &[], |row| row.get::<String>("is_on"))
    };
    assert_eq!(store.transact(ask).await.unwrap(), "on");
}

/// What a desk waits for is looked up, however small the table was when it was asked for first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_planned_for_an_empty_table_is_planned_anew_when_it_has_grown() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    let plan = std::thread::scope(|scope| scope.spawn(|| plan_after_growth(&world)).join());
    let plan = plan.unwrap().unwrap();
    assert!(
        plan.contains("Index Cond: ((clinic_id = $1) AND (resource_id = $2)"),
        "{plan}"
    );
}

/// How one connection looks for who stands in the way, having done so before there were any seats.
fn plan_after_growth(world: &World) -> Result<String, StoreError> {
    let mut lane = Lane::open(&world.database, &world.file).unwrap();
    let sql = include_str!("../sql/rivals.sql")
        .replace("$resource", "$2")
        .replace("$from", "$3")
        .replace("$until", "$4");
    let asked = params![CLINIC.0, Uuid::nil(), 0_i64, 1_i64];
    let ask = |db: &dyn Db| db.exists(&sql, &asked).map(|_| ());
    lane.write(|db| db.measure(&["occupancy"]))?;
    lane.write(ask)?;
    // Another connection, because what it sets lets one forget its plans.
    Lane::open(&world.database, &world.file)
        .unwrap()
        .write(fill_occupancy)?;
    for _ in 0..2 {
        lane.write(ask)?;
    }
    lane.write(|db| plan_of(db, "select appointment_id from occupancy%"))
}

/// Ten thousand seats of visits that nobody looks for.
fn fill_occupancy(db: &dyn Db) -> Result<(), StoreError> {
    db.execute("set local session_replication_role = replica", &[])?;
    let seats = "insert into occupancy select $1::uuid, gen_random_uuid(), gen_random_uuid(), 1, null, n, n + 1
                 from generate_series(1, 10000) as n";
    db.execute(seats, &params![CLINIC.0]).map(|_| ())
}

/// How the connection's own statement like this is carried out.
fn plan_of(db: &dyn Db, like: &str) -> Result<String, StoreError> {
    let named = "select name from pg_prepared_statements where statement like $1";
    let name: String = db.one(named, &params![like], |row| row.get("name"))?;
    let nobody = Uuid::nil();
    let explain = format!("explain execute \"{name}\"('{nobody}', '{nobody}', 0, 1)");
    let lines = db.all(&explain, &[], |row| row.get::<String>("QUERY PLAN"))?;
    Ok(lines.join("\n"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_of_the_database_is_told_as_one() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    let failing = |code: &'static str| {
        world.store.transact(move |db| {
            let sql = format!("do $$ begin raise exception 'no' using errcode = '{code}'; end $$");
            db.execute(&sql, &[])
        })
    };
    let full = failing("53100").await.unwrap_err();
    assert!(full.is_full(), "{full:?}");
    assert_eq!(
        crate::operate::OperateError::from(full).to_string(),
        "The disk is full: make room and try again; nothing was changed."
    );
    for other in ["53200", "53300", "57014"] {
        let error = failing(other).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Database(_)),
            "{other}: {error:?}"
        );
    }
}
