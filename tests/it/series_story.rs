//! A series: every visit is checked, all are booked or none, and an edit is for as many as was said.

use std::collections::BTreeSet;

use frontdesk_domain::command::{
    BookSeries, CancelAppointment, RescheduleAppointment, SeriesScope, UpdateAppointment,
};
use frontdesk_domain::{AppointmentId, AppointmentStatus, Command, Reason, Slot};
use frontdesk_protocol::OutcomeKind;
use frontdesk_tests::{Clinic, Device, Engine, envelope, wish};

frontdesk_tests::both_engines! {
    a_series_is_one_transaction_and_names_itself_on_every_visit,
    a_series_with_one_clash_books_nothing_and_says_what_becomes_of_every_visit,
    visits_of_one_series_stand_in_each_others_way,
    the_same_series_sent_twice_is_one_series,
    cancelling_the_following_leaves_the_earlier_ones,
    moving_all_keeps_the_distance_between_them_and_is_refused_as_a_whole,
    an_edit_of_all_is_refused_when_one_of_them_has_changed_since,
    a_request_about_too_many_visits_is_decided_in_part_and_says_what_to_send_next,
}

async fn a_series_is_one_transaction_and_names_itself_on_every_visit(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let wish = wish::series(&days(&device).await[..4], device.new_patient().await);
    let before = device.feed().await.seq;

    let seq = device.must(&Command::BookSeries(wish.clone())).await;

    let page = device.changes(before).await;
    assert_eq!(
        (seq, page.to),
        (before + 1, before + 1),
        "one number for all"
    );
    let booked: BTreeSet<_> = page.upserts.iter().map(|it| it.id).collect();
    assert_eq!(booked, ids(&wish).map(|it| it.0).collect());
    for id in ids(&wish) {
        let row = device.appointment(id).await;
        assert_eq!(row.series_id, Some(wish.series_id));
        assert_eq!(row.status, AppointmentStatus::Booked);
    }
    clinic.holds_true();
}

async fn a_series_with_one_clash_books_nothing_and_says_what_becomes_of_every_visit(
    engine: Engine,
) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let days = days(&device).await;
    let rival = wish::booking(&days[2], device.new_patient().await);
    device.must(&Command::BookAppointment(rival.clone())).await;
    let mut wish = wish::series(&days[..5], device.new_patient().await);
    let before = device.feed().await.seq;

    let refused = device
        .must_not(&Command::BookSeries(wish.clone()), Reason::SlotTaken)
        .await;

    assert_eq!(device.feed().await.seq, before, "nothing was written");
    let fates = refused.fates.expect("the fate of every visit");
    let named: Vec<_> = fates.iter().map(|fate| fate.appointment_id).collect();
    assert_eq!(named, ids(&wish).collect::<Vec<_>>(), "in their order");
    for (at, fate) in fates.iter().enumerate() {
        let expected = (at == 2).then_some(Reason::SlotTaken);
        assert_eq!(fate.reason, expected, "{fate:?}");
        assert_eq!(fate.starts_at, Some(days[at].starts_at));
    }
    let conflict = fates[2].conflict.as_ref().and_then(|it| it.id);
    assert_eq!(conflict, Some(rival.appointment_id.0));
    assert!(
        (1..=3).contains(&fates[2].alternatives.len()),
        "{:?}",
        fates[2]
    );

    // The one that clashes goes where it was told to, and the rest is as it was.
    wish.visits[2].starts_at = Some(fates[2].alternatives[0].starts_at);
    wish.visits[2].practitioner_id = fates[2].alternatives[0].practitioner_id;
    wish.visits[2].location_id = fates[2].alternatives[0].location_id;
    device.must(&Command::BookSeries(wish)).await;
    clinic.holds_true();
}

async fn visits_of_one_series_stand_in_each_others_way(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let days = days(&device).await;
    let twice = [days[0].clone(), days[1].clone(), days[0].clone()];
    let wish = wish::series(&twice, device.new_patient().await);
    let refused = device.ask(&Command::BookSeries(wish)).await;
    let fates = refused.fates.expect("the fate of every visit");
    let reasons: Vec<_> = fates.iter().map(|fate| fate.reason.is_some()).collect();
    assert_eq!(reasons, [false, false, true], "{fates:?}");
}

async fn the_same_series_sent_twice_is_one_series(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let wish = wish::series(&days(&device).await[..3], device.new_patient().await);
    device.must(&Command::BookSeries(wish.clone())).await;
    let before = device.feed().await.seq;
    device.must(&Command::BookSeries(wish.clone())).await;
    assert_eq!(device.feed().await.seq, before, "nothing was changed");

    let other = BookSeries {
        visits: wish.visits[..2].to_vec(),
        ..wish
    };
    let refused = device
        .must_not(&Command::BookSeries(other), Reason::Invalid)
        .await;
    assert_eq!(refused.field.as_deref(), Some("series_id"));
}

async fn cancelling_the_following_leaves_the_earlier_ones(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let visits = series(&device, 5).await;
    let cancel = CancelAppointment {
        scope: SeriesScope::Following,
        ..wish::cancelling(visits[2])
    };
    device.must(&Command::CancelAppointment(cancel)).await;
    let mut statuses = Vec::new();
    for visit in visits {
        statuses.push(device.appointment(visit).await.status);
    }
    let (booked, gone) = (AppointmentStatus::Booked, AppointmentStatus::Cancelled);
    assert_eq!(statuses, [booked, booked, gone, gone, gone]);
    clinic.holds_true();
}

async fn moving_all_keeps_the_distance_between_them_and_is_refused_as_a_whole(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let visits = series(&device, 3).await;
    let rows = rows(&device, &visits).await;
    let later = device.free_slots().await;
    let by = chrono::TimeDelta::hours(2);
    let to = |at: usize| rows[at].starts_at + by;
    let rival = later
        .iter()
        .find(|slot| slot.practitioner_id == rows[1].practitioner_id && slot.starts_at == to(1));
    let rival = wish::booking(rival.expect("free then"), device.new_patient().await);
    device.must(&Command::BookAppointment(rival.clone())).await;
    let all = RescheduleAppointment {
        appointment_id: visits[0],
        starts_at: to(0),
        ends_at: None,
        practitioner_id: None,
        location_id: None,
        overriding: None,
        scope: SeriesScope::All,
    };

    let refused = device
        .must_not(
            &Command::RescheduleAppointment(all.clone()),
            Reason::SlotTaken,
        )
        .await;
    assert_eq!(self::rows(&device, &visits).await, rows, "none has moved");
    let fates = refused.fates.expect("the fate of every visit");
    let bad: Vec<_> = fates.iter().map(|fate| fate.reason.is_some()).collect();
    assert_eq!(bad, [false, true, false]);

    let cancel = wish::cancelling(rival.appointment_id);
    device.must(&Command::CancelAppointment(cancel)).await;
    device.must(&Command::RescheduleAppointment(all)).await;
    for (before, after) in rows.iter().zip(self::rows(&device, &visits).await) {
        assert_eq!(after.starts_at - before.starts_at, by);
    }
    clinic.holds_true();
}

async fn an_edit_of_all_is_refused_when_one_of_them_has_changed_since(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let visits = series(&device, 3).await;
    let seen = device.appointment(visits[0]).await.version;
    let note = wish::noting(visits[2], "bring the scans");
    device.must(&Command::UpdateAppointment(note)).await;
    let all = UpdateAppointment {
        scope: SeriesScope::All,
        ..wish::noting(visits[0], "in the big room")
    };

    let refused = device
        .ask_from(seen, &Command::UpdateAppointment(all.clone()))
        .await;

    assert_eq!(refused.reason, Some(Reason::StaleVersion), "{refused:?}");
    assert_eq!(refused.changed, Some(vec!["notes".to_owned()]));
    let now = device.feed().await.seq;
    let edited = device.ask_from(now, &Command::UpdateAppointment(all)).await;
    assert_eq!(edited.reason, None);
    for row in rows(&device, &visits).await {
        assert_eq!(row.notes.as_deref(), Some("in the big room"));
    }
}

async fn a_request_about_too_many_visits_is_decided_in_part_and_says_what_to_send_next(
    engine: Engine,
) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let wish = wish::series(&days(&device).await[..3], device.new_patient().await);
    let all = |visit: AppointmentId| {
        Command::CancelAppointment(CancelAppointment {
            scope: SeriesScope::All,
            ..wish::cancelling(visit)
        })
    };
    let first = wish.visits[0].appointment_id;
    let commands = [Command::BookSeries(wish.clone()), all(first), all(first)];
    let envelopes = commands.map(|command| envelope(device.number(), &command));

    let mut rest = &envelopes[..];
    let mut requests = 0;
    while let Some(next) = rest.first() {
        let page = device.send(rest).await;
        assert_eq!(page.outcomes.len(), 1, "the next may be about 200 visits");
        assert_eq!(page.outcomes[0].outcome, OutcomeKind::Applied);
        assert_eq!(page.expected_no, next.no + 1);
        rest = &rest[1..];
        requests += 1;
    }

    assert_eq!(requests, envelopes.len());
    for row in rows(&device, &ids(&wish).collect::<Vec<_>>()).await {
        assert_eq!(row.status, AppointmentStatus::Cancelled);
    }
    clinic.holds_true();
}

async fn series(device: &Device, visits: usize) -> Vec<AppointmentId> {
    let slots = &days(device).await[..visits];
    let wish = wish::series(slots, device.new_patient().await);
    let ids = ids(&wish).collect();
    device.must(&Command::BookSeries(wish)).await;
    ids
}

fn ids(series: &BookSeries) -> impl Iterator<Item = AppointmentId> {
    series.visits.iter().map(|visit| visit.appointment_id)
}

async fn rows(device: &Device, visits: &[AppointmentId]) -> Vec<frontdesk_domain::Appointment> {
    let mut rows = device.appointments().await;
    rows.retain(|row| visits.contains(&row.appointment_id));
    rows.sort_by_key(|row| row.starts_at);
    rows
}

/// One practitioner's first free slot of each day, with two free hours after it.
async fn days(device: &Device) -> Vec<Slot> {
    let slots = device.free_slots().await;
    let who = slots[0].practitioner_id;
    let mut seen = BTreeSet::new();
    let has_room = |slot: &Slot| {
        (0..=4).all(|half_hours| {
            let at = slot.starts_at + chrono::TimeDelta::minutes(30 * half_hours);
            slots
                .iter()
                .any(|other| other.practitioner_id == who && other.starts_at == at)
        })
    };
    let days = slots.iter().filter(|slot| {
        slot.practitioner_id == who && has_room(slot) && seen.insert(slot.starts_at.date_naive())
    });
    let days: Vec<Slot> = days.cloned().collect();
    assert!(days.len() >= 5, "{} days with room", days.len());
    days
}
