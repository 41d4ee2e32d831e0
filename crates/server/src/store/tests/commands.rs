//! What becomes of commands.

use frontdesk_domain::{Kind, Reason};

use super::super::Stop;
use super::*;

on_both_engines! {
    /// Invariants I1 and I24: refused and unchanged commands use no seq, cancelled visits no seat.
    async fn every_change_has_one_number_and_no_number_is_left_out(world: World) {
        let all = vec![
            book(1, 1, 1, PLAIN, (60, 30)),
            book(2, 2, 2, PLAIN, (75, 30)),
            cancel(3, 1),
            cancel(4, 1),
            book(5, 3, 2, PLAIN, (75, 30)),
            envelope(6, "noop", json!({})),
            envelope(7, "paint_wall", json!({})),
        ];
        let outcomes = send(&world.store, 1, all).await.outcomes;
        let seqs: Vec<_> = outcomes.iter().map(|outcome| outcome.seq).collect();
        assert_eq!(seqs, [2, 2, 3, 3, 4, 4, 4]);
        let reasons: Vec<_> = outcomes.iter().map(|outcome| outcome.reason).collect();
        assert_eq!(reasons[1], Some(Reason::SlotTaken));
        assert_eq!(reasons[6], Some(Reason::Invalid));
        world.holds_true().await;
    }

    /// Invariant I3: a transaction of several rows is never cut, however small the page.
    async fn a_page_holds_all_of_a_transaction(world: World) {
        let visits: Vec<_> = (0..3_i64)
            .map(|n| json!({ "appointment_id": visit(n as u128), "practitioner_id": PRACTITIONER,
                             "starts_at": at(60 * n) }))
            .collect();
        let args = json!({ "series_id": visit(99), "patient_id": patient(1), "service_id": PLAIN,
                           "visits": visits });
        let outcome = world.decide(1, envelope(1, "book_series", args)).await;
        assert!(applied(&outcome), "{outcome:?}");
        world.decide(1, book(2, 9, 2, PLAIN, (600, 30))).await;
        let since = Since { epoch: EPOCH.into(), seq: 1, limit: 1 };
        let page = world.read(move |db| changes(db, CLINIC, device(1), since)).await.unwrap();
        assert_eq!((page.upserts.len(), page.to, page.more), (3, 2, true));
        world.holds_true().await;
    }

    /// All or none, with the fate of every date and what is free near the one that is taken.
    async fn a_refused_series_says_what_would_become_of_every_date(world: World) {
        world.decide(1, book(1, 9, 2, PLAIN, (1_440, 30))).await;
        let visits: Vec<_> = (0..3_i64)
            .map(|n| json!({ "appointment_id": visit(n as u128), "practitioner_id": PRACTITIONER,
                             "starts_at": at(60 + 1_440 * n - 60 * (n % 2)) }))
            .collect();
        let args = json!({ "series_id": visit(99), "patient_id": patient(1), "service_id": PLAIN,
                           "visits": visits });
        let outcome = world.decide(1, envelope(2, "book_series", args)).await;
        assert_eq!(outcome.reason, Some(Reason::SlotTaken));
        let fates = outcome.fates.unwrap();
        let reasons: Vec<_> = fates.iter().map(|fate| fate.reason).collect();
        assert_eq!(reasons, [None, Some(Reason::SlotTaken), None]);
        assert_eq!(fates[1].alternatives.len(), 3);
        assert!(fates[0].alternatives.is_empty() && fates[1].conflict.is_some());
        world.holds_true().await;
    }

    /// Invariants I9, I10 and I11: at most one effect, and always the first outcome, also from an
    /// instance that did not decide it.
    async fn a_repeated_command_gets_its_first_outcome(world: World) {
        let mut world = world;
        let first = world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
        let lost = world.decide(2, book(1, 2, 2, PLAIN, (60, 30))).await;
        assert!(applied(&first) && !applied(&lost));
        world.decide(1, cancel(2, 1)).await;
        let other = world.another_instance();
        for (device, envelope, told) in [
            (1, book(1, 1, 1, PLAIN, (60, 30)), &first),
            (2, book(1, 2, 2, PLAIN, (60, 30)), &lost),
        ] {
            let again = send(&other, device, vec![envelope]).await;
            assert_eq!(&again.outcomes[0], told);
        }
        let seq = other.read(|db| super::super::feed(db, CLINIC)).await.unwrap().seq;
        assert_eq!(seq, 3);
    }

    /// Invariant I12.
    async fn a_number_that_comes_too_early_waits_for_those_before_it(world: World) {
        let early = send(&world.store, 1, vec![book(2, 1, 1, PLAIN, (60, 30))]).await;
        assert_eq!((early.stopped, early.expected_no), (Some(Stop::Gap), 1));
        assert!(early.outcomes.is_empty());
        let both = vec![envelope(1, "noop", json!({})), book(2, 1, 1, PLAIN, (60, 30))];
        assert_eq!(send(&world.store, 1, both).await.expected_no, 3);
    }

    /// Invariant I13.
    async fn a_number_belongs_to_one_command(world: World) {
        world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
        let reused = send(&world.store, 1, vec![book(1, 1, 1, PLAIN, (90, 30))]).await;
        assert_eq!(reused.stopped, Some(Stop::Reused));
        assert_eq!(reused.expected_no, 2);
    }

    /// Invariants I21 and I22: a class is full exactly when the sweep says so, whatever the seats.
    async fn a_class_is_never_falsely_full(world: World) {
        come_and_go(&world, |start, length| (5 * (start % 24), 10 + 10 * (length % 5))).await;
    }

    /// The same where the visits of several days hang together.
    async fn a_class_is_never_falsely_full_however_long_its_visits(world: World) {
        come_and_go(&world, |start, length| (60 * (start % 120), 60 * (10 + length % 15))).await;
    }

    /// Invariant I40: the table of what is taken is away, so whoever reads it fails.
    async fn a_series_of_too_many_visits_is_refused_before_anything_is_read_for_it(world: World) {
        world.rename("occupancy", "put_aside").await;
        let outcome = world.decide(1, series(1, 7_000)).await;
        assert_eq!(outcome.reason, Some(Reason::Invalid));
        assert_eq!(outcome.field.as_deref(), Some("visits"));
        let one = send(&world.store, 1, vec![series(2, 1)]).await;
        assert_eq!(one.stopped, Some(Stop::Failed), "what is read cannot be");
        world.rename("put_aside", "occupancy").await;
        assert!(applied(&world.decide(1, series(2, 1)).await));
        world.holds_true().await;
    }

    /// Invariant I32: the ids are known, in another clinic.
    async fn no_command_reaches_another_clinics_row(world: World) {
        world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
        let batch = Batch {
            clinic: OTHER_CLINIC,
            session: None,
            device: device(1),
            user: RECEPTIONIST,
            commands: vec![cancel(1, 1), book(2, 2, 2, PLAIN, (60, 30))],
        };
        let executed = world.store.execute(batch).await.unwrap();
        let reasons: Vec<_> = executed.outcomes.iter().map(|outcome| outcome.reason).collect();
        assert_eq!(reasons, [Some(Reason::UnknownId); 2]);
        let theirs = world.read(|db| rows::get(db, OTHER_CLINIC, Kind::Appointment, &[visit(1)])).await;
        assert!(theirs.is_empty());
        let mine = world.read(|db| rows::get(db, CLINIC, Kind::Appointment, &[visit(1)])).await;
        assert_eq!(mine.len(), 1);
    }

    /// What changed since is named, never told.
    async fn a_stale_edit_is_told_which_fields_changed(world: World) {
        let booked = world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
        let moved = json!({ "appointment_id": visit(1), "starts_at": at(120) });
        world.decide(1, envelope(2, "reschedule_appointment", moved)).await;
        let noted = json!({ "appointment_id": visit(1), "notes": "brings a scan" });
        world.decide(1, envelope(3, "update_appointment", noted)).await;
        let edit = json!({ "appointment_id": visit(1), "notes": "late" });
        let stale = Envelope { base_version: Some(booked.seq), ..envelope(1, "update_appointment", edit) };
        let outcome = world.decide(2, stale).await;
        assert_eq!(outcome.reason, Some(Reason::StaleVersion));
        let changed = outcome.changed.unwrap();
        for field in ["starts_at", "ends_at", "wall_start", "notes"] {
            assert!(changed.iter().any(|name| name == field), "{field}: {changed:?}");
        }
        assert!(!changed.iter().any(|name| name == "patient_id" || name == "version"));
        let told = serde_json::to_string(&changed).unwrap();
        assert!(!told.contains("scan"));
    }

    /// The version of a day that the clinic was set back from.
    async fn what_was_seen_in_a_future_that_never_came_is_stale(world: World) {
        let booked = world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await;
        let edit = json!({ "appointment_id": visit(1), "notes": "late" });
        let edit = |base, epoch| Envelope {
            base_version: Some(base),
            base_epoch: epoch,
            ..envelope(1, "update_appointment", edit.clone())
        };
        let refused = world.decide(2, edit(booked.seq + 1, None)).await;
        assert_eq!(refused.reason, Some(Reason::StaleVersion));
        // The number of that day may be one of today's.
        let another = Some(frontdesk_domain::Epoch(Uuid::from_u128(1)));
        let refused = world.decide(3, edit(booked.seq, another)).await;
        assert_eq!(refused.reason, Some(Reason::StaleVersion));
        let epoch = world.store.heads().await.unwrap()[0].1;
        assert!(applied(&world.decide(4, edit(booked.seq, Some(epoch))).await));
    }

    /// Invariant I35.
    async fn every_applied_command_is_in_the_audit_chain(world: World) {
        let all = vec![
            book(1, 1, 1, PLAIN, (60, 30)),
            cancel(2, 1),
            cancel(3, 1),
        ];
        send(&world.store, 1, all).await;
        let acts = world.read(|db| audit::verify(db, CLINIC)).await;
        assert_eq!(acts, 3, "one user, two changes");
    }
}

/// Visits of the class come and go at times that `time` makes of two numbers; a plain count of who
/// is there in each five minutes says what must be answered.
async fn come_and_go(world: &World, time: impl Fn(i64, i64) -> (i64, i64)) {
    let mut taken: Vec<(u64, Interval)> = Vec::new();
    let (mut dice, mut full) = (7_u64, 0);
    for n in 1..=80_u64 {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let (one, other) = ((dice >> 33) as i64 % 1_000, (dice >> 45) as i64 % 1_000);
        if n % 4 == 0 && !taken.is_empty() {
            let (gone, _) = taken.swap_remove(one as usize % taken.len());
            assert!(applied(&world.decide(1, cancel(n, gone.into())).await));
            continue;
        }
        let (start, length) = time(one, other);
        let wish = Interval::new(at(60 + start), at(60 + start + length));
        let busiest = (0..length / 5).map(|look| {
            let now = at(60 + start + 5 * look);
            taken.iter().filter(|(_, other)| other.has(now)).count()
        });
        let room = busiest.max().unwrap_or(0) < usize::from(SEATS);
        let booking = book(n, n.into(), n.into(), CLASS, (60 + start, length));
        let outcome = world.decide(1, booking).await;
        assert_eq!(applied(&outcome), room, "{n}: {outcome:?}");
        if room {
            taken.push((n, wish));
        } else {
            assert_eq!(outcome.reason, Some(Reason::CapacityFull));
            full += 1;
        }
    }
    assert!(
        taken.len() > 8 && full > 8,
        "{} there, {full} times full",
        taken.len()
    );
    world.holds_true().await;
}

/// So many visits, half an hour apart.
fn series(no: u64, visits: u128) -> Envelope {
    let visit = |n: u128| {
        json!({
            "appointment_id": visit(n),
            "practitioner_id": PRACTITIONER,
            "starts_at": at(60 + 30 * n as i64),
        })
    };
    let args = json!({
        "series_id": Uuid::from_u128(90_000),
        "patient_id": patient(1),
        "service_id": PLAIN,
        "visits": (0..visits).map(visit).collect::<Vec<_>>(),
    });
    envelope(no, "book_series", args)
}

impl World {
    async fn rename(&self, table: &'static str, to: &'static str) {
        let renamed = self
            .store
            .transact(move |db| db.execute(&format!("alter table {table} rename to {to}"), &[]));
        renamed.await.unwrap();
    }
}
