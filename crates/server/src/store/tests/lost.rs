//! Connections that end at any moment, also while a commit is on its way.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use rand::RngExt as _;

use super::super::Stop;
use super::wishes::{Draw, batch, prepare};
use super::*;

const DESKS: u128 = 6;

const SOME_OF_THEM: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'frontdesk-server'
    and random() < 0.5";

/// Batches of each desk: more with `FRONTDESK_LONG=1`.
fn batches() -> usize {
    let long = std::env::var("FRONTDESK_LONG").is_ok_and(|value| value == "1");
    if long { 200 } else { 12 }
}

/// Ends connections as long as it is wanted, and says how many.
fn keep_ending_connections(url: &str, over: &AtomicBool) -> usize {
    let mut ended = 0;
    while !over.load(Ordering::SeqCst) {
        ended += Cluster::shared().rows(url, SOME_OF_THEM).len();
    }
    ended
}

/// One desk sends what has no outcome yet again, to whichever server.
async fn told(stores: &[Store], of: u128) -> Vec<Outcome> {
    let mut draw = Draw::of(u64::try_from(of).unwrap());
    let mut told = Vec::new();
    for _ in 0..batches() {
        let mut left = draw.commands(of, 50);
        while !left.is_empty() {
            let store = &stores[draw.random.random_range(0..stores.len())];
            let Ok(done) = store.execute(batch(of, left.clone())).await else {
                continue;
            };
            let decided = done.outcomes.len();
            let stopped = (decided < left.len()).then_some(Stop::Failed);
            assert_eq!(done.stopped, stopped);
            told.extend(done.outcomes);
            left.drain(..decided);
        }
    }
    told
}

/// Invariants I9 and I11: whatever was answered stands, and whatever stands was answered, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_is_what_is_kept_however_many_connections_are_lost() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    prepare(&world).await;
    let another = || open(&world.database, &world.file, &world.now, &world.fanout);
    let stores = [another(), another(), another()];
    let Database::Postgres(url) = world.database.clone() else {
        unreachable!("opened on PostgreSQL")
    };
    let over = Arc::new(AtomicBool::new(false));
    let (wanted, ends) = (url.clone(), over.clone());
    let killer = tokio::task::spawn_blocking(move || keep_ending_connections(&wanted, &ends));
    let all = join_all((1..=DESKS).map(|of| told(&stores, of))).await;
    over.store(true, Ordering::SeqCst);
    assert!(killer.await.unwrap() > 0, "no connection was lost");

    let fresh = another();
    for (of, told) in (1..=DESKS).zip(all) {
        let sql = "select outcome from command where clinic_id = $1 and device_id = $2 order by no";
        let kept = fresh.read(move |db| {
            db.all(sql, &params![CLINIC.0, device(of).0], |row| {
                row.get::<String>("outcome")
            })
        });
        let kept = kept.await.unwrap();
        let kept: Vec<Value> = kept
            .iter()
            .map(|text| serde_json::from_str(text).unwrap())
            .collect();
        assert_eq!(json!(told), json!(kept));
    }
    let checked = fresh.read(|db| {
        seqs_are_dense(db)?;
        seats_are_right(db)?;
        audit::verify(db, CLINIC)
    });
    assert!(checked.await.unwrap() > 0);
}
