//! Visits that hang together for longer than anybody looks (ADR 21).

use std::sync::{Mutex, Once};

use super::*;

const DAY: i64 = 24 * 60;

/// A class for two whose visits of a day each hang together for so many days, and one more for which
/// there is room once each of them changes its seat.
async fn chain(world: &World, days: i64, late: u128) -> Outcome {
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
    wishes.push(book(last, late, 20, CLASS, hours(34)));
    let mut told = send(&world.store, 1, wishes).await.outcomes;
    assert!(told.iter().all(applied), "{told:?}");
    told.pop().unwrap()
}

async fn seat_of(world: &World, n: u128) -> u64 {
    let seats = world.read(seats).await;
    let of_it = |seat: &&Seat| (seat.0, seat.4) == (PRACTITIONER, visit(n));
    seats.iter().find(of_it).unwrap().1
}

/// What this program has logged since it was first asked: whichever thread writes.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Kept;

impl std::io::Write for Kept {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// From now on everything is logged there.
fn log() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_writer(|| Kept).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// The lines that say of this visit that it sits above.
fn told_of(n: u128) -> Vec<String> {
    let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let id = visit(n).to_string();
    let lines = log.lines().filter(|line| line.contains("sits above"));
    let lines = lines.filter(|line| line.contains(&id));
    lines.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_that_is_seated_above_the_capacity_is_logged_by_its_id() {
    log();
    let world = World::on_sqlite().await;
    assert!(applied(&chain(&world, 90, 900).await));
    assert_eq!(seat_of(&world, 900).await, 3);
    let lines = told_of(900);
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert!(line.contains(&PRACTITIONER.to_string()), "{line}");
    assert!(line.contains("WARN") && !line.contains("Patient"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_finds_its_seat_farther_on_is_not() {
    log();
    let world = World::on_sqlite().await;
    assert!(applied(&chain(&world, 20, 901).await));
    assert_eq!(seat_of(&world, 901).await, 2);
    assert_eq!(told_of(901), Vec::<String>::new());
}
