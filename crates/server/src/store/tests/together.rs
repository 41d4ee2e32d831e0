//! Many at once: one winner, no deadlock, no hole that a reader could see.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::task::Poll;

use frontdesk_domain::Reason;
use futures_util::future::{join, join_all};

use super::*;
use crate::metrics::Now;

/// Without a common factor with 20: each walks over all of 20 slots in an order of its own.
const STRIDES: [i64; 8] = [1, 3, 7, 9, 11, 13, 17, 19];

/// Commands of one desk in turn, over whichever instance comes next.
async fn one_desk(stores: &[&Store], of: u128, wishes: Vec<(u128, i64)>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for (no, (n, start)) in (1..).zip(wishes) {
        let store = stores[no as usize % stores.len()];
        let wish = vec![book(no, n, of, PLAIN, (start, 30))];
        let executed = send(store, of, wish).await;
        assert_eq!(executed.stopped, None, "nothing may fail for good");
        outcomes.extend(executed.outcomes);
    }
    outcomes
}

on_both_engines! {
    /// Invariant I23: every loser is told why, and what is free.
    async fn of_sixty_four_desks_exactly_one_gets_the_slot(world: World) {
        let tries = (1..=64).map(|n| one_desk_of(&world, n));
        let outcomes = join_all(tries).await;
        assert_eq!(outcomes.iter().filter(|outcome| applied(outcome)).count(), 1);
        for lost in outcomes.iter().filter(|outcome| !applied(outcome)) {
            assert_eq!(lost.reason, Some(Reason::SlotTaken));
            assert!(lost.conflict.as_ref().unwrap().by.is_some());
            assert_eq!(lost.alternatives.as_ref().unwrap().len(), 3);
        }
        world.holds_true().await;
    }

    /// Two instances where the database allows it; eight desks want overlapping slots in different
    /// orders. Alone the constraints would deadlock here.
    async fn desks_on_two_instances_never_deadlock(world: World) {
        let second = match &world.database {
            Database::Sqlite => None,
            Database::Postgres(_) => Some(open(&world.database, &world.file, &world.now, &world.fanout)),
        };
        let stores: Vec<&Store> = [Some(&world.store), second.as_ref()].into_iter().flatten().collect();
        let desks = (1..=8_u128).map(|of| {
            let order = (0..20_i64).map(|n| (n * STRIDES[of as usize - 1] + of as i64) % 20);
            let wishes = order.map(|slot| (1_000 * of + slot as u128, 60 + 15 * slot)).collect();
            one_desk(&stores, of, wishes)
        });
        let outcomes: Vec<Outcome> = join_all(desks).await.into_iter().flatten().collect();
        assert_eq!(outcomes.len(), 160);
        let seqs: Vec<_> = outcomes.iter().filter(|o| applied(o)).map(|o| o.seq).collect();
        assert_eq!(seqs.iter().collect::<BTreeSet<_>>().len(), seqs.len());
        assert!(seqs.len() >= 7, "every second slot at least");
        world.holds_true().await;
    }

    /// Invariant I2: whoever has seen `to` has seen everything up to it.
    async fn a_reader_never_misses_a_change_under_eight_writers(world: World) {
        let stores = [&world.store];
        let desks = (1..=8_u128).map(|of| {
            let wishes = (0..10_i64).map(|n| (1_000 * of + n as u128, 60 + 30 * (8 * n + of as i64))).collect();
            one_desk(&stores, of, wishes)
        });
        let reading = async {
            let (mut seen, mut seq) = (BTreeSet::new(), 1);
            while seen.len() < 80 {
                let since = Since { epoch: EPOCH.into(), seq, limit: 7 };
                let page = world.store.read(move |db| changes(db, CLINIC, device(1), since)).await;
                let page = page.unwrap().unwrap();
                seen.extend(page.upserts.iter().map(|upsert| upsert.seq));
                assert!(page.to >= seq, "a cursor never goes back");
                seq = page.to;
            }
            seen
        };
        let (outcomes, seen) = tokio::join!(join_all(desks), reading);
        assert!(outcomes.iter().flatten().all(applied));
        assert_eq!(seen, (2..=81).collect());
    }

    async fn a_clinic_that_cannot_be_read_keeps_its_neighbours_from_nothing(world: World) {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (let_go, wait) = std::sync::mpsc::channel::<()>();
        let busy = world.store.transact(move |_| {
            let _ = begun.send(());
            wait.recv().map_err(|_| StoreError::Closed)
        });
        let nobodys = Batch {
            clinic: ClinicId(Uuid::from_u128(99)),
            session: None,
            device: device(2),
            user: RECEPTIONIST,
            commands: vec![book(1, 2, 2, PLAIN, (120, 30))],
        };
        let release = async {
            has_begun.await.unwrap();
            let mut both = std::pin::pin!(join(
                one_desk_at(&world, 1, 60),
                world.store.execute(nobodys)
            ));
            // Polled once, so that on SQLite both wait for the same commit.
            let first = poll_fn(|cx| Poll::Ready(both.as_mut().poll(cx))).await;
            let_go.send(()).unwrap();
            match first {
                Poll::Ready(done) => done,
                Poll::Pending => both.await,
            }
        };
        let (held, (booked, failed)) = tokio::join!(busy, release);
        held.unwrap();
        assert!(applied(&booked));
        // Whoever waits for the lock of a clinic that is not there, or reads its head.
        assert!(
            matches!(failed, Err(StoreError::Busy | StoreError::Corrupt(_))),
            "{failed:?}"
        );
        world.holds_true().await;
    }

    /// Invariant I31, and one fsync for many: who waited for the writer is told in one pulse.
    async fn commands_that_wait_are_committed_together(world: World) {
        let mut pulses = world.fanout.subscribe(CLINIC);
        let tries = (1..=8_u128).map(|of| one_desk_at(&world, of, 60 * of as i64));
        let outcomes = world.at_once(tries.collect()).await;
        assert!(outcomes.iter().all(applied));
        pulses.changed().await.unwrap();
        let pulse = pulses.borrow_and_update().clone().unwrap();
        assert_eq!(pulse.seq, 9);
        // PostgreSQL's writer may have taken the first of them before it had to wait.
        assert!(commits(&world) <= 2, "{} commits", commits(&world));
        assert_eq!(pulse.net.as_ref().unwrap().upserts.len() as u64, pulse.seq - pulse.from);
    }
}

/// Groups of commands that were committed.
fn commits(world: &World) -> u64 {
    let text = world.metrics.text(Now::default()).unwrap();
    let counted = "frontdesk_group_commands_count ";
    let line = text.lines().find_map(|line| line.strip_prefix(counted));
    line.unwrap().parse().unwrap()
}

async fn one_desk_of(world: &World, n: u128) -> Outcome {
    let outcome = world.decide(n, book(1, n, n, PLAIN, (60, 30)));
    outcome.await
}

async fn one_desk_at(world: &World, of: u128, start: i64) -> Outcome {
    world.decide(of, book(1, of, of, PLAIN, (start, 30))).await
}

/// A connection that is lost costs at most tries: no outcome, no effect, then both once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_costs_a_try_and_nothing_else() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let world = World::on_postgres().await;
    let Database::Postgres(url) = &world.database else {
        unreachable!("opened on PostgreSQL")
    };
    for no in 1..=5_u64 {
        let wish = || vec![book(no, no.into(), no.into(), PLAIN, (60 * no as i64, 30))];
        let batch = |commands| Batch {
            clinic: CLINIC,
            session: None,
            device: device(1),
            user: RECEPTIONIST,
            commands,
        };
        let others = "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()";
        let _: Vec<String> = Cluster::shared().rows(url, others);
        let mut tries = 0;
        let executed = loop {
            match world.store.execute(batch(wish())).await {
                Ok(executed) => break executed,
                Err(StoreError::Busy) => tries += 1,
                Err(other) => panic!("{other}"),
            }
            assert!(tries < 3, "it connects again");
        };
        assert!(applied(&executed.outcomes[0]), "{executed:?}");
        assert_eq!(executed.outcomes[0].seq, no + 1);
    }
    world.store.read(seqs_are_dense).await.unwrap();
}
