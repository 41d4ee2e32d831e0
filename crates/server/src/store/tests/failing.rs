//! Errors from below at the end of a group: nobody gets an outcome, nothing is remembered, and the same
//! numbers are decided once when they come again. Only in a build with failpoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use fail::FailScenario;
use frontdesk_domain::Reason;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::alike::records;
use super::holds;
use super::*;
use crate::problem::Failure;

/// Where all of a group is lost: when its rows are written, and when it is committed.
const POINTS: [&str; 2] = ["settling", "before-commit"];

const DESKS: u128 = 6;

/// Each desk for a slot of its own.
fn wish(no: u64, of: u128) -> Envelope {
    let start = 1_440 * no as i64 + 60 * of as i64;
    book(no, 100 * u128::from(no) + of, of, PLAIN, (start, 30))
}

fn batch(of: u128, command: Envelope) -> Batch {
    Batch {
        clinic: CLINIC,
        session: None,
        device: device(of),
        user: RECEPTIONIST,
        commands: vec![command],
    }
}

type Told = Result<Value, StoreError>;

impl World {
    /// Six desks that book, and the last answer is that of one that holds.
    async fn together(&self, no: u64) -> Vec<Told> {
        let mut asked: Vec<LocalBoxFuture<'_, Told>> = Vec::new();
        for of in 1..=DESKS {
            let told = self.store.execute(batch(of, wish(no, of)));
            asked.push(
                told.map(|done| done.map(|done| json!(done.outcomes)))
                    .boxed_local(),
            );
        }
        let hold = holds::wish(900 + u128::from(no), 1_440 * no as i64 + 600);
        let hold = self.store.hold(holding(9, hold));
        asked.push(
            hold.map(|held| held.map(|held| json!(held.is_ok())))
                .boxed_local(),
        );
        self.at_once(asked).await
    }

    /// Rows, the change log and the head of the chain; and what each device's last number is.
    async fn kept(&self) -> (Vec<String>, Vec<(u64, u64)>) {
        let numbers = self.read(|db| {
            let sql = "select d.last_no, count(c.no) as n from device d left join command c
                         on c.clinic_id = d.clinic_id and c.device_id = d.device_id
                       where d.clinic_id = $1 group by d.device_id, d.last_no order by d.device_id";
            db.all(sql, &params![CLINIC.0], |row| {
                Ok((row.get("last_no")?, row.get("n")?))
            })
        });
        (records(&self.store).await, numbers.await)
    }
}

fn decided(told: Vec<Told>) -> Vec<Value> {
    told.into_iter().map(Result::unwrap).collect()
}

fn reasons(told: &[Value]) -> Vec<&Value> {
    let bookings = told.iter().take(DESKS as usize);
    bookings.map(|told| &told[0]["reason"]).collect()
}

/// And goes well when it is decided again.
fn every_group_fails_once(point: &'static str, again: Arc<AtomicUsize>) {
    let fails = move || fail::cfg(point, "return").unwrap();
    fails();
    fail::cfg_callback("committed", fails).unwrap();
    let goes_well = move || {
        again.fetch_add(1, Ordering::SeqCst);
        fail::cfg(point, "off").unwrap();
    };
    fail::cfg_callback("one-by-one", goes_well).unwrap();
}

on_both_engines! {
    async fn a_group_that_is_lost_at_its_end_keeps_nothing_and_is_decided_once_when_it_comes_again(world: World) {
        let _alone = FailScenario::setup();
        for (no, point) in (1..).zip(POINTS) {
            let before = world.kept().await;
            fail::cfg(point, "return").unwrap();
            for told in world.together(no).await {
                let error = told.unwrap_err();
                assert!(matches!(error, StoreError::Busy), "{point}: {error:?}");
                let status = Failure::from(error).into_response().status();
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            }
            fail::remove(point);
            assert_eq!(world.kept().await, before, "{point}");

            // What was lost is in nobody's way: not in the database, and not in what is remembered.
            let mut quicker = wish(no, 1);
            quicker.args["appointment_id"] = json!(visit(800 + u128::from(no)));
            quicker.args["patient_id"] = json!(patient(20));
            assert!(applied(&world.decide(20, quicker).await), "{point}");

            let told = decided(world.together(no).await);
            let lost = json!(Reason::SlotTaken);
            let expected = [&lost].into_iter().chain([&Value::Null; DESKS as usize - 1]);
            assert_eq!(reasons(&told), expected.collect::<Vec<_>>(), "{point}");
            assert_eq!(told[DESKS as usize], true, "the hold");
            let after = world.kept().await;
            let again = decided(world.together(no).await);
            assert_eq!(told, again, "the first outcomes");
            assert_eq!(world.kept().await.1, after.1);
        }
        world.holds_true().await;
        world.store.read(|db| audit::verify(db, CLINIC)).await.unwrap();
    }

    async fn a_group_that_is_lost_once_is_decided_again_one_by_one(world: World) {
        let _alone = FailScenario::setup();
        for (no, point) in (1..).zip(POINTS) {
            let again = Arc::new(AtomicUsize::new(0));
            every_group_fails_once(point, again.clone());
            let told = decided(world.together(no).await);
            fail::remove("committed");
            fail::remove(point);
            assert_eq!(reasons(&told), [&Value::Null; DESKS as usize], "{point}");
            assert!(again.load(Ordering::SeqCst) > 0, "{point}");
            let after = world.kept().await;
            assert_eq!(decided(world.together(no).await), told, "the first outcomes");
            assert_eq!(world.kept().await.1, after.1);
        }
        world.holds_true().await;
        world.store.read(|db| audit::verify(db, CLINIC)).await.unwrap();
    }
}
