//! Visits that hang together for longer than anybody looks (ADR 21).

use std::sync::Arc;

use super::*;

const DAY: i64 = 24 * 60;

/// A class for two whose visits of a day each hang together for so many days, and one more for which
/// there is room once each of them changes its seat.
async fn chain(world: &World, days: i64) -> Outcome {
    let smaller = world.store.transact(|db| {
        let sql = "update service set capacity = 2 where clinic_id = $1 and service_id = $2";
        db.execute(sql, &params![CLINIC.0, CLASS])
    });
    assert_eq!(smaller.await.unwrap(), 1);
    let hours = |n: i64| (60 * n, DAY);
    let mut wishes = vec![
        book(1, 1, 1, CLASS, hours(12)),
        book(2, 2, 2, CLASS, hours(37)),
        book(3, 3, 3, CLASS, hours(36)),
        cancel(4, 2),
    ];
    for n in 1..days {
        let (no, visit) = (wishes.len() as u64 + 1, 3 + n as u128);
        wishes.push(book(no, visit, visit % 9 + 4, CLASS, hours(36 + 23 * n)));
    }
    let last = wishes.len() as u64 + 1;
    wishes.push(book(last, 900, 20, CLASS, hours(34)));
    let mut told = send(&world.store, 1, wishes).await.outcomes;
    assert!(told.iter().all(applied), "{told:?}");
    told.pop().unwrap()
}

async fn seat_of(world: &World, n: u128) -> u64 {
    let seats = world.read(seats).await;
    let of_it = |seat: &&Seat| (seat.0, seat.4) == (PRACTITIONER, visit(n));
    seats.iter().find(of_it).unwrap().1
}

/// What is logged on this thread, which is the one that writes where nobody else does.
async fn logged<T>(work: impl Future<Output = T>) -> (T, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let writer = Arc::new(file.reopen().unwrap());
    let subscriber = tracing_subscriber::fmt().with_writer(writer).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let done = work.await;
    drop(guard);
    (done, std::fs::read_to_string(file.path()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_that_is_seated_above_the_capacity_is_logged_by_its_id() {
    let world = World::on_sqlite().await;
    let (told, log) = logged(chain(&world, 90)).await;
    assert!(applied(&told));
    assert_eq!(seat_of(&world, 900).await, 3);
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("sits above"))
        .collect();
    let [line] = &lines[..] else {
        panic!("{log}");
    };
    for id in [visit(900), PRACTITIONER] {
        assert!(line.contains(&id.to_string()), "{line}");
    }
    assert!(line.contains("WARN") && !log.contains("Patient"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_finds_its_seat_farther_on_is_not() {
    let world = World::on_sqlite().await;
    let (told, log) = logged(chain(&world, 20)).await;
    assert!(applied(&told));
    assert_eq!(seat_of(&world, 900).await, 2);
    assert!(!log.contains("sits above"), "{log}");
}
