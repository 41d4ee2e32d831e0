//! Slots that are kept while somebody types.

use frontdesk_domain::{ConflictKind, Hold, Kind, Reason};

use super::super::{HoldWish, NotHeld};
use super::*;

pub(super) fn wish(n: u128, start: i64) -> HoldWish {
    wish_for(None, n, start)
}

fn wish_for(service: Option<Uuid>, n: u128, start: i64) -> HoldWish {
    let hold = Hold {
        hold_id: visit(n).into(),
        practitioner_id: PRACTITIONER.into(),
        starts_at: at(start),
        ends_at: at(start + 30),
        user_id: RECEPTIONIST,
        user_name: String::new(),
        device_id: device(0),
        expires_at: at(0),
        version: 0,
    };
    HoldWish::Put(hold, service.map(Into::into))
}

impl World {
    async fn hold(&self, of: u128, wish: HoldWish) -> Result<Option<Hold>, Reason> {
        let held = self.store.hold(holding(of, wish)).await;
        held.unwrap().map_err(|why| match why {
            NotHeld::Refused(refusal) => refusal.reason,
            NotHeld::SignedOut => panic!("nobody has signed in"),
        })
    }

    async fn since(&self, seq: u64) -> frontdesk_protocol::ChangePage {
        let since = Since {
            epoch: EPOCH.into(),
            seq,
            limit: 100,
        };
        let page = self.read(move |db| changes(db, CLINIC, device(1), since));
        page.await.unwrap()
    }
}

on_both_engines! {
    async fn another_desks_hold_is_in_the_way_and_ones_own_is_not(world: World) {
        let hold = world.hold(1, wish(1, 60)).await.unwrap().unwrap();
        assert_eq!((hold.device_id, hold.expires_at), (device(1), at(3)));
        assert_eq!(world.hold(2, wish(2, 75)).await, Err(Reason::SlotTaken));
        let refused = world.decide(2, book(1, 1, 1, PLAIN, (60, 30))).await;
        let conflict = refused.conflict.unwrap();
        assert_eq!((refused.reason, conflict.kind), (Some(Reason::SlotTaken), ConflictKind::Hold));
        assert_eq!(conflict.by.unwrap().name, "Rita");

        let booked = world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
        assert!(applied(&booked));
        let page = world.since(hold.version).await;
        assert_eq!(page.upserts.len(), 1);
        assert_eq!((page.removed[0].kind, page.removed[0].seq), (Kind::Hold, booked.seq));
        world.holds_true().await;
    }

    async fn the_seats_of_a_class_that_nobody_has_booked_are_held_one_by_one(world: World) {
        let class = |n| wish_for(Some(CLASS), n, 60);
        for n in 1..=u128::from(SEATS) {
            assert!(world.hold(n, class(n)).await.is_ok(), "seat {n}");
        }
        let next = u128::from(SEATS) + 1;
        assert_eq!(world.hold(next, class(next)).await, Err(Reason::SlotTaken));
        assert_eq!(world.hold(1, class(1)).await.map(|kept| kept.is_some()), Ok(true));
        world.hold(1, HoldWish::Remove(visit(1).into())).await.unwrap();
        assert_eq!(world.hold(next, wish(next, 60)).await, Err(Reason::SlotTaken));
        let plain = wish_for(Some(PLAIN), next, 60);
        assert_eq!(world.hold(next, plain).await, Err(Reason::SlotTaken));
        assert!(world.hold(next, class(next)).await.is_ok());
        let nowhere = wish_for(Some(ROOM), 9, 200);
        assert_eq!(world.hold(1, nowhere).await, Err(Reason::UnknownId));
        world.holds_true().await;
    }

    async fn the_same_id_renews_and_another_desk_cannot_let_it_go(world: World) {
        let first = world.hold(1, wish(1, 60)).await.unwrap().unwrap();
        world.pass(2);
        let renewed = world.hold(1, wish(1, 60)).await.unwrap().unwrap();
        assert_eq!((renewed.expires_at, renewed.version), (at(5), first.version + 1));
        let id = first.hold_id;
        assert_eq!(world.hold(2, HoldWish::Remove(id)).await, Err(Reason::Forbidden));
        assert_eq!(world.hold(1, HoldWish::Remove(id)).await, Ok(None));
        assert_eq!(world.hold(1, HoldWish::Remove(id)).await, Ok(None));
        assert_eq!(world.since(first.version).await.removed.len(), 1);
    }

    /// An expired hold ends in a change of its own, of nobody's, before the next decision.
    async fn an_expired_hold_is_swept_before_anything_is_decided(world: World) {
        let hold = world.hold(1, wish(1, 60)).await.unwrap().unwrap();
        world.pass(4);
        let booked = world.decide(2, book(1, 1, 1, PLAIN, (60, 30))).await;
        assert!(applied(&booked));
        assert_eq!(booked.seq, hold.version + 2);
        let page = world.since(hold.version).await;
        assert_eq!(page.removed[0].seq, hold.version + 1);
        let by = world.read(move |db| db.one(
            "select actor from change where clinic_id = $1 and seq = $2",
            &params![CLINIC.0, hold.version + 1],
            |row| row.get::<Uuid>("actor"),
        ));
        assert!(by.await.is_nil());
    }

    async fn a_timer_sweeps_where_nobody_books(world: World) {
        let hold = world.hold(1, wish(1, 60)).await.unwrap().unwrap();
        assert_eq!(world.store.sweep(at(2)).await.unwrap(), 0);
        world.pass(3);
        assert_eq!(world.store.sweep(at(3)).await.unwrap(), 1);
        assert_eq!(world.store.sweep(at(3)).await.unwrap(), 0);
        assert_eq!(world.since(hold.version).await.removed.len(), 1);
        world.holds_true().await;
    }

    /// Whoever remembers the holds sweeps like somebody who has just read them.
    async fn holds_end_in_the_order_of_their_ids(world: World) {
        world.hold(1, wish(2, 60)).await.unwrap();
        let last = world.hold(2, wish(1, 120)).await.unwrap().unwrap();
        world.pass(4);
        assert_eq!(world.store.sweep(at(4)).await.unwrap(), 1);
        let removed = world.since(last.version).await.removed;
        let ids: Vec<Uuid> = removed.iter().map(|gone| gone.id).collect();
        assert_eq!(ids, [visit(1), visit(2)]);
    }
}
