//! The last line against double bookings and forged history, without the rules in front of it.

use super::*;

const KEY: u128 = 9;

impl World {
    /// Visits 1 to 4, which occupy nothing yet.
    async fn with_bare_visits(&self) {
        let outcomes =
            (1..=4).map(|n: u64| book(n, n.into(), n.into(), PLAIN, (60 * n as i64, 30)));
        let executed = send(&self.store, 1, outcomes.collect()).await;
        assert!(executed.outcomes.iter().all(applied));
        self.run("delete from occupancy", &[]).await.unwrap();
    }

    async fn run(&self, sql: &'static str, params: &[Param]) -> Result<u64, StoreError> {
        let params = params.to_vec();
        let done = self.store.transact(move |db| db.execute(sql, &params));
        done.await
    }

    /// Seats a visit for these hours; the key of class 0 is the visit itself.
    async fn seat(
        &self,
        n: u128,
        seat: u16,
        class: u128,
        hours: (i64, i64),
    ) -> Result<u64, StoreError> {
        let key = if class == 0 {
            visit(n)
        } else {
            Uuid::from_u128(class)
        };
        let params = params![
            CLINIC.0,
            visit(n),
            ROOM,
            seat,
            key,
            at(60 * hours.0),
            at(60 * hours.1),
        ];
        self.run(
            "insert into occupancy values ($1, $2, $3, $4, $5, $6, $7)",
            &params,
        )
        .await
    }
}

fn refused_by(constraint: &str, result: &Result<u64, StoreError>) -> bool {
    matches!(result, Err(StoreError::Constraint(name)) if name == constraint)
}

on_both_engines! {
    /// Invariant I20, by insert.
    async fn the_constraint_alone_refuses_an_overlap_written_by_hand(world: World) {
        world.with_bare_visits().await;
        world.seat(1, 1, KEY, (9, 10)).await.unwrap();
        for hours in [(9, 10), (8, 10), (9, 11), (8, 11)] {
            let overlap = world.seat(2, 1, KEY, hours).await;
            assert!(refused_by("occupancy_no_overlap", &overlap), "{hours:?}: {overlap:?}");
        }
        world.seat(2, 1, KEY, (10, 11)).await.unwrap();
        world.seat(3, 1, KEY, (8, 9)).await.unwrap();
    }

    /// Invariant I20, by update.
    async fn a_seat_cannot_be_moved_onto_a_taken_one(world: World) {
        world.with_bare_visits().await;
        world.seat(1, 1, KEY, (9, 10)).await.unwrap();
        world.seat(2, 1, KEY, (10, 11)).await.unwrap();
        world.seat(3, 2, KEY, (9, 10)).await.unwrap();
        let earlier = "update occupancy set start = start - 1 where appointment_id = $1";
        let longer = "update occupancy set \"end\" = \"end\" + 1 where appointment_id = $1";
        let other = "update occupancy set seat = 1 where appointment_id = $1";
        for (sql, n) in [(earlier, 2), (longer, 1), (other, 3)] {
            let moved = world.run(sql, &params![visit(n)]).await;
            assert!(refused_by("occupancy_no_overlap", &moved), "{sql}: {moved:?}");
        }
        assert_eq!(world.run(longer, &params![visit(2)]).await.unwrap(), 1);
    }

    /// Invariant I20: two classes never share a practitioner.
    async fn the_constraint_alone_refuses_mixing_written_by_hand(world: World) {
        world.with_bare_visits().await;
        world.seat(1, 1, KEY, (9, 10)).await.unwrap();
        world.seat(2, 2, KEY, (9, 10)).await.unwrap();
        let mixed = world.seat(3, 3, 8, (9, 10)).await;
        assert!(refused_by("occupancy_no_mixing", &mixed), "{mixed:?}");
        world.seat(3, 3, 8, (10, 11)).await.unwrap();
        let sql = "update occupancy set share_key = $2 where appointment_id = $1";
        let mixed = world.run(sql, &params![visit(2), Uuid::from_u128(7)]).await;
        assert!(refused_by("occupancy_no_mixing", &mixed), "{mixed:?}");
        let earlier = "update occupancy set start = start - 1 where appointment_id = $1";
        let mixed = world.run(earlier, &params![visit(3)]).await;
        assert!(refused_by("occupancy_no_mixing", &mixed), "{mixed:?}");
    }

    async fn the_longest_occupancy_is_still_seen_at_its_end(world: World) {
        world.with_bare_visits().await;
        world.seat(1, 1, KEY, (0, 48)).await.unwrap();
        let late = world.seat(2, 1, KEY, (47, 48)).await;
        assert!(refused_by("occupancy_no_overlap", &late), "{late:?}");
        let long = world.seat(2, 2, KEY, (100, 149)).await;
        assert!(refused_by("occupancy_length", &long), "{long:?}");
    }

    /// Invariant I35.
    async fn a_flipped_byte_in_the_audit_is_found(world: World) {
        let all = vec![book(1, 1, 1, PLAIN, (60, 30)), cancel(2, 1), book(3, 2, 1, PLAIN, (60, 30))];
        send(&world.store, 1, all).await;
        assert_eq!(world.read(|db| audit::verify(db, CLINIC)).await, 4);
        for (spoil, n) in [
            ("update audit set action = 'nope' where n = 2", 2),
            ("update audit set seq = 9 where n = 3", 3),
            ("update audit set hash = prev_hash where n = 1", 1),
            ("delete from audit where n = 2 and clinic_id = $1", 2),
            ("delete from audit where n = 4 and clinic_id = $1", 4),
            ("update feed set head_hash = (select prev_hash from audit where n = 1 and clinic_id = $1)", 5),
        ] {
            let found = world.store.transact(move |db| {
                let params = if spoil.contains("$1") { vec![Param::from(CLINIC.0)] } else { Vec::new() };
                db.execute(spoil, &params)?;
                // Told as an error, so that the spoiling is undone.
                Err::<(), _>(match audit::verify(db, CLINIC) {
                    Err(error) => error,
                    Ok(_) => StoreError::Busy,
                })
            });
            let found = found.await;
            assert!(matches!(found, Err(StoreError::AuditBroken(at)) if at == n), "{spoil}: {found:?}");
        }
        assert_eq!(world.read(|db| audit::verify(db, CLINIC)).await, 4);
    }

    async fn a_reader_cannot_write(world: World) {
        let written = world.store.read(|db| db.execute("delete from occupancy", &[])).await;
        assert!(matches!(written, Err(StoreError::Database(_))), "{written:?}");
    }
}
