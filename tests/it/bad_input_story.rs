//! Bad input: each gets one code and one sentence, and nothing is half-written.

use chrono::{DateTime, Days, TimeDelta, Utc};
use frontdesk_domain::command::{BookAppointment, PutPatient};
use frontdesk_domain::{Command, Reason};
use frontdesk_protocol::{Code, CommandBatch, OutcomeKind, path};
use frontdesk_tests::{Clinic, Device, Engine, PASSWORD, envelope, new_id, wish};
use reqwest::Method;
use serde_json::json;

frontdesk_tests::both_engines! {
    a_wrong_booking_gets_its_reason_and_changes_nothing,
    another_clinics_ids_are_unknown_here,
    a_patient_without_a_name_or_born_tomorrow_is_refused,
    unknown_kinds_and_arguments_are_outcomes_not_errors,
    a_body_that_cannot_be_read_gets_one_sentence,
    a_batch_of_too_many_commands_is_refused_as_a_whole,
    numbers_are_dense_and_never_stand_for_two_commands,
    a_device_speaks_only_for_itself,
    a_wrong_question_gets_one_sentence,
    a_wrong_cursor_is_gone_never_an_empty_answer,
    a_sign_in_of_nobody_is_answered_in_one_sentence,
}

type Change = fn(&mut BookAppointment);

/// What is wrong, how a good booking becomes so, the code, and the field that is named.
const WRONG_BOOKINGS: [(&str, Change, Reason, Option<&str>); 13] = [
    (
        "an unknown patient",
        |it| it.patient_id = new_id(),
        Reason::UnknownId,
        Some("patient_id"),
    ),
    (
        "an unknown practitioner",
        |it| it.practitioner_id = new_id(),
        Reason::UnknownId,
        Some("practitioner_id"),
    ),
    (
        "an unknown service",
        |it| it.service_id = new_id(),
        Reason::UnknownId,
        Some("service_id"),
    ),
    (
        "an unknown location",
        |it| it.location_id = Some(new_id()),
        Reason::UnknownId,
        Some("location_id"),
    ),
    (
        "the middle of the night",
        |it| it.starts_at = midnight_after(it),
        Reason::OutsideSchedule,
        None,
    ),
    (
        "last week",
        |it| it.starts_at -= TimeDelta::days(28),
        Reason::InPast,
        None,
    ),
    (
        "a minute off the grid",
        |it| it.starts_at += TimeDelta::minutes(1),
        Reason::OffGrid,
        None,
    ),
    (
        "a second off the grid",
        |it| it.starts_at += TimeDelta::seconds(1),
        Reason::OffGrid,
        None,
    ),
    (
        "an absurd length",
        |it| it.ends_at = Some(it.starts_at + TimeDelta::hours(25)),
        Reason::Invalid,
        Some("ends_at"),
    ),
    (
        "an end before the start",
        |it| it.ends_at = Some(it.starts_at - TimeDelta::minutes(30)),
        Reason::Invalid,
        Some("ends_at"),
    ),
    (
        "an endless note",
        |it| it.notes = Some("x".repeat(2_001)),
        Reason::Invalid,
        Some("notes"),
    ),
    (
        "a note that not every database stores",
        |it| it.notes = Some("a\0b".to_owned()),
        Reason::Invalid,
        Some("notes"),
    ),
    (
        "an instant finer than what is stored",
        |it| it.starts_at += TimeDelta::microseconds(700),
        Reason::Invalid,
        Some("starts_at"),
    ),
];

async fn a_wrong_booking_gets_its_reason_and_changes_nothing(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let good = good_booking(&device).await;
    let before = device.feed().await;

    for (what, change, reason, field) in WRONG_BOOKINGS {
        let mut wrong = good.clone();
        wrong.appointment_id = new_id();
        change(&mut wrong);
        let outcome = device.ask(&Command::BookAppointment(wrong)).await;
        assert_eq!(outcome.outcome, OutcomeKind::Rejected, "{what}");
        assert_eq!(
            (outcome.reason, outcome.field.as_deref()),
            (Some(reason), field),
            "{what}"
        );
    }

    assert_eq!(device.feed().await.seq, before.seq, "nothing was written");
    let good = device.ask(&Command::BookAppointment(good)).await;
    assert_eq!(
        good.outcome,
        OutcomeKind::Applied,
        "and the good one still works: {good:?}"
    );
}

async fn another_clinics_ids_are_unknown_here(engine: Engine) {
    let (ours, theirs) = (
        Clinic::on(engine).await,
        Clinic::drawn(engine, 3, 600, 2).await,
    );
    let (our, their) = (
        ours.device("reception1").await,
        theirs.device("reception1").await,
    );
    let visit = their.appointments().await.remove(0).appointment_id;
    let (good, foreign) = (good_booking(&our).await, good_booking(&their).await);
    assert_ne!(good.patient_id, foreign.patient_id);

    let mixed = BookAppointment {
        patient_id: foreign.patient_id,
        ..good
    };
    let booked = our.ask(&Command::BookAppointment(mixed)).await;
    let cancel = wish::cancelling(visit);
    let cancelled = our.ask(&Command::CancelAppointment(cancel)).await;

    for (outcome, field) in [(booked, "patient_id"), (cancelled, "appointment_id")] {
        assert_eq!(outcome.reason, Some(Reason::UnknownId));
        assert_eq!(outcome.field.as_deref(), Some(field));
    }
}

async fn a_patient_without_a_name_or_born_tomorrow_is_refused(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let tomorrow = device.today().await + Days::new(2);
    let patient = |name: &str, birth_date| PutPatient {
        birth_date,
        ..wish::patient(name)
    };
    let wrong = [
        (patient("   ", None), "name"),
        (patient(&"x".repeat(201), None), "name"),
        (patient("Tomorrow Child", Some(tomorrow)), "birth_date"),
    ];
    for (put, field) in wrong {
        let outcome = device.ask(&Command::PutPatient(put)).await;
        assert_eq!(outcome.reason, Some(Reason::Invalid));
        assert_eq!(outcome.field.as_deref(), Some(field));
    }
}

async fn unknown_kinds_and_arguments_are_outcomes_not_errors(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let wrong = [
        ("teleport_appointment", json!({}), "kind"),
        ("book_appointment", json!({}), "appointment_id"),
        (
            "book_appointment",
            json!({"appointment_id": "not an id"}),
            "appointment_id",
        ),
        ("noop", json!(7), "args"),
    ];
    for (kind, args, field) in wrong {
        let mut envelope = envelope(device.number(), &Command::Noop(Default::default()));
        (envelope.kind, envelope.args) = (kind.to_owned(), args);
        let outcome = device.send(&[envelope]).await.outcomes.remove(0);
        assert_eq!(outcome.reason, Some(Reason::Invalid), "{kind}");
        assert_eq!(outcome.field.as_deref(), Some(field), "{kind}");
    }
}

async fn a_body_that_cannot_be_read_gets_one_sentence(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let before = device.feed().await;
    let wrong: [(&str, Vec<u8>, u16, Code); 5] = [
        ("2 MB", vec![b' '; 2 << 20], 413, Code::TooLarge),
        (
            "half a body",
            b"{\"device\":".to_vec(),
            400,
            Code::BadRequest,
        ),
        ("no text", vec![0xff, 0xfe], 400, Code::BadRequest),
        (
            "another shape",
            b"{\"device\": 1}".to_vec(),
            422,
            Code::InvalidEnvelope,
        ),
        ("nothing", Vec::new(), 400, Code::BadRequest),
    ];
    for (what, body, status, code) in wrong {
        let problem = device
            .post(path::COMMANDS, body)
            .await
            .expect_problem(status, code);
        assert!(problem.request_id.is_some(), "{what}");
    }
    assert_eq!(device.feed().await.seq, before.seq);
}

async fn a_batch_of_too_many_commands_is_refused_as_a_whole(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let noop = Command::Noop(Default::default());
    let many: Vec<_> = (1..=101).map(|no| envelope(no, &noop)).collect();
    device
        .try_send(&many)
        .await
        .expect_problem(422, Code::InvalidEnvelope);
    assert_eq!(
        device.send(&many[..100]).await.expected_no,
        101,
        "no number was used up"
    );
}

async fn numbers_are_dense_and_never_stand_for_two_commands(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let noop = Command::Noop(Default::default());
    let (first, other) = (envelope(1, &noop), envelope(1, &noop));

    let gap = device.try_send(&[envelope(3, &noop)]).await;
    assert_eq!(
        gap.expect_problem(409, Code::CommandGap).expected_no,
        Some(1)
    );
    let once = device.send(std::slice::from_ref(&first)).await;
    let twice = device.send(&[first]).await;
    assert_eq!(
        once.outcomes, twice.outcomes,
        "an outcome once told never changes (I10)"
    );
    device
        .try_send(&[other])
        .await
        .expect_problem(409, Code::CommandReused);
}

async fn a_device_speaks_only_for_itself(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (one, other) = (
        clinic.device("reception1").await,
        clinic.device("reception2").await,
    );
    let noop = envelope(1, &Command::Noop(Default::default()));
    let batch = CommandBatch {
        device: other.id(),
        since: None,
        commands: vec![noop],
    };
    let answer = one
        .post(path::COMMANDS, serde_json::to_vec(&batch).unwrap())
        .await;
    answer.expect_problem(403, Code::DeviceMismatch);
}

async fn a_wrong_question_gets_one_sentence(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let service = device.service().await;
    let ask = |rest: &str| format!("{}?service={service}{rest}", path::AVAILABILITY);
    let wrong = [
        (ask("&from=2027-01-02&to=2027-01-01"), 400, Code::BadRequest),
        (ask("&from=2027-01-01&to=2027-12-31"), 400, Code::BadRequest),
        (ask("&from=tomorrow&to=2027-01-01"), 400, Code::BadRequest),
        (ask(""), 400, Code::BadRequest),
        ("/v1/nothing".to_owned(), 404, Code::NotFound),
        (path::COMMANDS.to_owned(), 405, Code::MethodNotAllowed),
    ];
    for (path, status, code) in wrong {
        device.get(&path).await.expect_problem(status, code);
    }
    let posted = device
        .request(Method::PUT, path::FEED)
        .send()
        .await
        .unwrap();
    assert_eq!(posted.status(), 405);
}

async fn a_wrong_cursor_is_gone_never_an_empty_answer(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let feed = device.feed().await;
    let ask = |epoch: String, since| format!("{}?epoch={epoch}&since={since}", path::CHANGES);
    let foreign = device.get(&ask(uuid::Uuid::nil().to_string(), 0)).await;
    let ahead = device.get(&ask(feed.epoch.to_string(), feed.seq + 1)).await;
    for (answer, reason) in [(foreign, "epoch"), (ahead, "ahead")] {
        let problem = answer.expect_problem(410, Code::Gone);
        assert_eq!(json!(problem.reason), json!(reason), "I7");
    }
}

async fn good_booking(device: &Device) -> BookAppointment {
    let slot = device.free_slots().await.remove(0);
    wish::booking(&slot, device.patients().await[0])
}

/// 00:00 UTC of the next day but one: nobody works then in the demo clinic.
fn midnight_after(it: &BookAppointment) -> DateTime<Utc> {
    let midnight = it.starts_at.date_naive() + Days::new(2);
    midnight.and_time(chrono::NaiveTime::MIN).and_utc()
}

async fn a_sign_in_of_nobody_is_answered_in_one_sentence(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let endless = "x".repeat(1_025);
    for user in ["reception\u{0}1", &endless] {
        let answer = clinic.try_sign_in(user, PASSWORD).await;
        answer.expect_problem(422, Code::InvalidEnvelope);
    }
    let answer = clinic
        .try_sign_in("'; drop table \"user\"; --", PASSWORD)
        .await;
    answer.expect_problem(401, Code::WrongPassword);
}
