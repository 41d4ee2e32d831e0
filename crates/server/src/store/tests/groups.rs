//! What waits is decided together, and nobody can tell.

use std::future::{Future, poll_fn};

use frontdesk_domain::{Hold, Kind, Reason};
use futures_util::future::join_all;
use rand::RngExt as _;

use super::alike::records;
use super::wishes::{Draw, Wish, batch, prepare};
use super::*;
use crate::fanout::Pulse;

/// How many groups are played through: more with `FRONTDESK_LONG=1`.
fn groups() -> usize {
    let long = std::env::var("FRONTDESK_LONG").is_ok_and(|value| value == "1");
    if long { 400 } else { 40 }
}

impl World {
    /// All of these are asked before the first of them is decided. PostgreSQL's writer takes the first
    /// by itself.
    pub(super) async fn at_once<T>(&self, asked: Vec<impl Future<Output = T>>) -> Vec<T> {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (let_go, wait) = std::sync::mpsc::channel::<()>();
        let busy = self.store.transact(move |db| {
            db.lock(CLINIC, &[])?;
            let _ = begun.send(());
            wait.recv().map_err(|_| StoreError::Closed)
        });
        let release = async {
            has_begun.await.unwrap();
            // Polled once each, so that all of them wait in the writer's queue, in this order.
            let mut asked = std::pin::pin!(join_all(asked));
            let all_wait =
                poll_fn(|cx| std::task::Poll::Ready(asked.as_mut().poll(cx).is_pending()));
            assert!(all_wait.await);
            let_go.send(()).unwrap();
            asked.await
        };
        let (held, answers) = tokio::join!(busy, release);
        held.unwrap();
        answers
    }

    async fn told(&self, wish: Wish) -> Value {
        match wish {
            Wish::Commands(of, list) => {
                let done = self.store.execute(batch(of, list)).await.unwrap();
                assert_eq!(done.stopped, None);
                json!([done.outcomes, done.expected_no])
            }
            Wish::Hold(of, wish) => {
                let hold = self.store.hold(holding(of, wish)).await;
                json!(format!("{:?}", hold.unwrap()))
            }
            Wish::Pass(minutes) => {
                self.pass(minutes);
                Value::Null
            }
        }
    }

    /// The outcomes of such wishes that wait together, and that nothing differs from when each of
    /// them is decided before the next one is asked.
    async fn as_if_alone(
        &self,
        alone: &Self,
        wishes: impl Fn() -> Vec<Wish>,
        told: &str,
    ) -> Vec<Value> {
        let mut expected = Vec::new();
        for wish in wishes() {
            expected.push(alone.told(wish).await);
        }
        let wishes = wishes().into_iter().map(|wish| self.told(wish));
        let together = self.at_once(wishes.collect()).await;
        assert_eq!(together, expected, "{told}");
        together
    }
}

impl World {
    /// What was pushed after a commit is what is read from where it begins.
    async fn is_what_a_page_tells(&self, pulse: &Pulse, told: &str) {
        let since = Since {
            epoch: pulse.epoch,
            seq: pulse.from,
            limit: 10_000,
        };
        let page = self.read(move |db| changes(db, CLINIC, device(1), since));
        let page = page.await.unwrap();
        assert_eq!(page.to, pulse.seq, "{told}");
        let net = pulse.net.as_ref().unwrap();
        let sorted = |rows: Value| {
            let mut rows: Vec<_> = rows
                .as_array()
                .unwrap()
                .iter()
                .map(Value::to_string)
                .collect();
            rows.sort_unstable();
            rows
        };
        let (pushed, read) = (json!(net.upserts), json!(page.upserts));
        assert_eq!(sorted(pushed), sorted(read), "{told}");
        let (pushed, read) = (json!(net.removed), json!(page.removed));
        assert_eq!(sorted(pushed), sorted(read), "{told}");
    }
}

fn one_of(of: u128, wish: Envelope) -> Wish {
    Wish::Commands(of, vec![wish])
}

on_both_engines! {
    /// Bookings between everything else that desks ask for, few visits and slots: many of a group
    /// depend on each other.
    async fn a_group_gets_the_outcomes_that_its_commands_get_one_by_one(world: World) {
        let alone = World::on_sqlite().await;
        prepare(&world).await;
        prepare(&alone).await;
        let mut draw = Draw::of(5);
        let heard = world.fanout.subscribe(CLINIC);
        for turn in 0..groups() {
            let head = alone.read(|db| super::super::feed(db, CLINIC)).await.seq;
            let mut seeds = Vec::new();
            for _ in 0..draw.random.random_range(2..12) {
                seeds.push(draw.wish(head));
            }
            let (passing, wishes): (Vec<_>, Vec<_>) =
                seeds.into_iter().partition(|wish| matches!(wish, Wish::Pass(_)));
            for minutes in passing {
                alone.told(minutes.clone()).await;
                world.told(minutes).await;
            }
            world.as_if_alone(&alone, || wishes.clone(), &format!("group {turn}")).await;
            let pulse = heard.borrow().clone();
            world.is_what_a_page_tells(&pulse.unwrap(), &format!("group {turn}")).await;
        }
        assert_eq!(records(&world.store).await, records(&alone.store).await);
        world.holds_true().await;
        alone.holds_true().await;
    }

    /// A desk's hold has the id of the visit that it is for, and may come behind its booking.
    async fn a_visit_and_its_hold_are_both_told_from_one_commit(world: World) {
        let heard = world.fanout.subscribe(CLINIC);
        let wish = Hold {
            hold_id: visit(1).into(),
            practitioner_id: PRACTITIONER.into(),
            starts_at: at(60),
            ends_at: at(90),
            user_id: RECEPTIONIST,
            user_name: String::new(),
            device_id: device(0),
            expires_at: at(0),
            version: 0,
        };
        let wishes = vec![
            one_of(2, book(1, 2, 2, PLAIN, (300, 30))),
            one_of(1, book(1, 1, 1, CLASS, (60, 30))),
            Wish::Hold(1, HoldWish::Put(wish, Some(CLASS.into()))),
        ];
        world.at_once(wishes.into_iter().map(|wish| world.told(wish)).collect()).await;
        let pulse = heard.borrow().clone().unwrap();
        let net = pulse.net.as_ref().unwrap();
        let told = |kind: Kind| {
            let mut rows = net.upserts.iter().map(|upsert| (upsert.row.kind(), upsert.id));
            rows.any(|row| row == (kind, visit(1)))
        };
        assert!(told(Kind::Appointment) && told(Kind::Hold), "{net:?}");
        world.is_what_a_page_tells(&pulse, "one group").await;
    }

    /// Invariant I23, in one commit: the slot, the patient and the id each have one winner.
    async fn bookings_of_a_group_that_want_the_same_have_one_winner(world: World) {
        let alone = World::on_sqlite().await;
        let wishes = || {
            let slot = (1..=8).map(|of| one_of(of, book(1, of, of, PLAIN, (60, 30))));
            let patient = (9..=12).map(|of| one_of(of, book(1, of, 20, PLAIN, (100 + 5 * of as i64, 5))));
            let patient = patient.chain([one_of(13, book(1, 13, 20, PLAIN, (145, 30)))]);
            let id = (14..=16).map(|of| one_of(of, book(1, 14, of, PLAIN, (60 * of as i64, 30))));
            let class = (17..=21).map(|of| one_of(of, book(1, of, of, CLASS, (2_000, 30))));
            slot.chain(patient).chain(id).chain(class).collect()
        };
        let told = world.as_if_alone(&alone, wishes, "one group").await;
        let won = |range: std::ops::Range<usize>| {
            let outcomes = told[range].iter();
            outcomes.filter(|told| told[0][0]["outcome"] == "applied").count()
        };
        assert_eq!(won(0..8), 1, "one slot");
        assert_eq!(won(13..16), 1, "one id");
        assert_eq!(won(16..21), usize::from(SEATS), "the seats of a class");
        assert_eq!(records(&world.store).await, records(&alone.store).await);
        world.holds_true().await;
    }

    /// No constraint stands between them: only the facts say that the time is no longer free.
    async fn a_visit_beside_its_seats_is_in_the_way_of_the_next_of_its_group(world: World) {
        let alone = World::on_sqlite().await;
        for world in [&world, &alone] {
            prepare(world).await;
            assert!(applied(&world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await));
        }
        let wishes = || {
            let mut forced = book(1, 2, 2, PLAIN, (60, 120));
            forced.args["override"] = json!({ "reason": "it hurts", "rules": ["slot_taken"] });
            let first = book(1, 4, 4, PLAIN, (600, 30));
            let late = book(1, 3, 3, PLAIN, (130, 30));
            vec![one_of(5, first), one_of(2, forced), one_of(3, late)]
        };
        let told = world.as_if_alone(&alone, wishes, "one group").await;
        assert_eq!(told[1][0][0]["outcome"], "applied");
        assert_eq!(told[2][0][0]["reason"], "slot_taken");
        world.holds_true().await;
    }

    /// Numbers of a desk that come twice in a group, out of turn, or with another wish.
    async fn a_group_keeps_to_the_numbers_of_a_desk(world: World) {
        let first = || batch(1, vec![book(1, 1, 1, PLAIN, (60, 30)), cancel(2, 1)]);
        let asked = [
            first(),
            first(),
            batch(1, vec![book(3, 1, 1, PLAIN, (60, 30)), book(5, 2, 2, PLAIN, (120, 30))]),
            batch(1, vec![cancel(3, 1)]),
            batch(1, vec![book(4, 3, 3, PLAIN, (60, 30))]),
        ];
        let answers = world.at_once(asked.map(|batch| world.store.execute(batch)).into()).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(json!(answers[0].outcomes), json!(answers[1].outcomes), "the first outcomes");
        assert_eq!(answers[2].outcomes.len(), 1);
        assert_eq!(answers[2].stopped, Some(super::super::Stop::Gap));
        assert_eq!(answers[3].stopped, Some(super::super::Stop::Reused));
        assert!(applied(&answers[4].outcomes[0]));
        world.holds_true().await;
    }

    /// The last line speaks, or a row cannot be read: the others of the group lose nothing by it.
    async fn of_a_group_only_the_command_that_fails_fails(world: World) {
        let booked = world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
        assert!(applied(&booked));
        // A seat where its visit is not.
        let by_hand = params![CLINIC.0, visit(1), PRACTITIONER, 1_u64, visit(1), at(600), at(630)];
        let by_hand = world.store.transact(move |db| {
            db.execute("insert into occupancy values ($1, $2, $3, $4, $5, $6, $7)", &by_hand)?;
            db.execute("update patient set birth_date = 'no date' where patient_id = $1", &params![patient(5)])
        });
        by_hand.await.unwrap();
        let asked = (2..=6_u128).map(|n| {
            let wish = book(1, n, n, PLAIN, (480 + 60 * n as i64, 30));
            world.store.execute(batch(2 * n + 1, vec![wish]))
        });
        let answers = world.at_once(asked.collect()).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        let reasons: Vec<_> = answers.iter().flat_map(|done| &done.outcomes).map(|told| told.reason).collect();
        assert_eq!(reasons, [Some(Reason::SlotTaken), None, None, None]);
        let stopped: Vec<_> = answers.iter().map(|done| done.stopped).collect();
        let broken = Some(super::super::Stop::Broken);
        assert_eq!(stopped, [None, None, None, broken, None]);
        world.store.read(seqs_are_dense).await.unwrap();
        world.store.read(|db| audit::verify(db, CLINIC)).await.unwrap();
    }
}
