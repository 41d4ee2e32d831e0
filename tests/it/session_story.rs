//! Signing in, and what happens when a session ends.

use chrono::TimeDelta;
use frontdesk_desk::view::{ConnectionState, DaySheetQuery, ErrorCode, NoArguments, SignInRequest};
use frontdesk_desk::{Desk, DeskError};
use frontdesk_protocol::{Code, path};
use frontdesk_tests::{Clinic, Engine, PASSWORD, soon};
use reqwest::Method;
use serde_json::json;

frontdesk_tests::both_engines! {
    a_wrong_password_and_an_unknown_user_get_the_same_answer,
    guessing_gets_slower,
    desks_that_are_drawn_to_guess_from_gain_nothing,
    a_session_that_has_expired_asks_to_sign_in_and_keeps_what_was_booked,
    a_revoked_session_gets_nothing_more,
    a_stream_ends_with_its_session_whoever_ended_it_i33,
    what_an_operator_ends_is_noticed_by_looking_alone_i33,
    without_a_token_only_the_doors_are_open,
    nobody_signs_in_under_the_id_of_another_desk,
    a_desk_that_cannot_show_the_secret_of_its_id_becomes_another_one,
    after_signing_out_nobody_reads_the_calendar_at_this_desk,
    whoever_signs_out_does_not_wait_for_a_server_that_stalls,
}

async fn a_wrong_password_and_an_unknown_user_get_the_same_answer(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let wrong = clinic.try_sign_in("reception1", "guess").await;
    let unknown = clinic.try_sign_in("nobody", "guess").await;
    let wrong = wrong.expect_problem(401, Code::WrongPassword);
    let unknown = unknown.expect_problem(401, Code::WrongPassword);
    assert_eq!(wrong.detail, unknown.detail, "nobody learns who works here");
}

async fn guessing_gets_slower(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    for _ in 0..3 {
        clinic
            .try_sign_in("manager", "guess")
            .await
            .expect_problem(401, Code::WrongPassword);
    }
    // Each of them doubles the wait: whoever was too slow for this one is not for the next.
    let mut slowed = clinic.try_sign_in("manager", "guess").await;
    for _ in 0..5 {
        if slowed.status == 401 {
            slowed = clinic.try_sign_in("manager", "guess").await;
        }
    }
    slowed.expect_problem(429, Code::TooManyRequests);
    assert!(slowed.retry_after.parse::<u32>().unwrap() >= 1);
    clinic.device("reception1").await;
}

/// Whoever has one password can draw as many desks as they like; another account is strange there.
async fn desks_that_are_drawn_to_guess_from_gain_nothing(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let manager = clinic.desk("manager").await;
    let door = clinic.device("reception1").await;
    let sign_in = |user: &str, password: &str, desk: u32| {
        let id = format!("00000000-0000-7000-8000-{desk:012}");
        let drawn = json!({ "id": id, "name": "drawn", "secret": format!("of {desk}") });
        let body = json!({ "user": user, "password": password, "device": drawn });
        door.post(path::SESSION, body.to_string())
    };
    let mut guesses = 0;
    for desk in 0..40 {
        let drawn = sign_in("reception1", PASSWORD, desk).await;
        assert!(drawn.status.is_success(), "{}", drawn.body);
        for _ in 0..3 {
            guesses += u32::from(sign_in("manager", "guess", desk).await.status == 401);
        }
    }
    assert!(guesses <= 12, "{guesses} of 120 guesses were looked at");
    manager.sign_in_as("manager").await;
}

/// Every desk is told the ids of the others; without its secret an id opens nothing.
async fn nobody_signs_in_under_the_id_of_another_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("manager").await;
    let slot = &desk.free().await[0];
    desk.book(slot, desk.patients().await[0]).await.unwrap();
    let device = clinic.device("therapist").await;
    let feed = device.feed().await;
    let told = device.changes(feed.seq - 1).await;
    let id = told.upserts[0].device;
    let sign_in = |secret: Option<&str>| {
        let device_part = json!({ "id": id, "name": "not its desk", "secret": secret });
        let body = json!({ "user": "therapist", "password": PASSWORD, "device": device_part });
        device.post(path::SESSION, body.to_string())
    };
    for secret in [None, Some("guessed")] {
        let refused = sign_in(secret).await;
        refused.expect_problem(403, Code::DeviceMismatch);
    }
    let again = &desk.free().await[0];
    desk.book(again, desk.patients().await[1]).await.unwrap();
}

/// Its folder may be older than the secret.
async fn a_desk_that_cannot_show_the_secret_of_its_id_becomes_another_one(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let onlooker = clinic.device("reception2").await;
    let patients = desk.patients().await;
    desk.book(&desk.free().await[0], patients[0]).await.unwrap();
    let seq = onlooker.feed().await.seq;
    let before = onlooker.changes(seq - 1).await.upserts[0].device;

    clinic.tamper("update device set secret_hash = (select token_hash from session limit 1)");
    desk.sign_in_as("reception1").await;

    desk.book(&desk.free().await[0], patients[1]).await.unwrap();
    let seq = onlooker.feed().await.seq;
    let after = onlooker.changes(seq - 1).await.upserts[0].device;
    assert_ne!(before, after);
}

async fn a_session_that_has_expired_asks_to_sign_in_and_keeps_what_was_booked(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let (slots, patient) = (desk.free().await, desk.patients().await[0]);
    let (slot, other) = (&slots[0], slots.last().unwrap());
    let visit = desk.book(slot, patient).await.unwrap().value.appointment_id;
    let device = clinic.device("reception2").await;

    let booking = desk.booking(other, patient).await;

    clinic.advance(TimeDelta::days(8));

    device
        .get(path::FEED)
        .await
        .expect_problem(401, Code::Unauthorized);
    let error = desk.book_appointment(booking).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SignedOut);
    desk.in_state(ConnectionState::SignedOut).await;
    desk.sign_in_as("reception1").await;
    assert!(desk.visit(slot.date, visit).await.is_some());
}

async fn a_revoked_session_gets_nothing_more(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let out = device
        .request(Method::DELETE, path::SESSION)
        .send()
        .await
        .unwrap();
    assert!(out.status().is_success());
    for path in [path::FEED, path::SNAPSHOT, path::EVENTS] {
        device
            .get(path)
            .await
            .expect_problem(401, Code::Unauthorized);
    }
}

async fn a_stream_ends_with_its_session_whoever_ended_it_i33(engine: Engine) {
    let clinic = Clinic::program_on(engine).await;
    let leaving = clinic.device("reception1").await;
    let replaced = clinic.device("reception1").await;
    let shut_out = clinic.device("reception2").await;
    let fired = clinic.device("therapist").await;
    let stolen = clinic.device("manager").await;
    let staying = clinic.device("manager").await;
    let mut streams = Vec::new();
    for device in [&leaving, &replaced, &shut_out, &fired, &stolen, &staying] {
        streams.push(device.events().await);
    }

    let out = leaving.request(Method::DELETE, path::SESSION).send().await;
    assert!(out.unwrap().status().is_success());
    clinic.device_named(replaced.id(), "reception1").await;
    let passwd = ["user", "passwd", "reception2"];
    clinic.operate(&passwd, "another password").await;
    clinic.operate(&["user", "disable", "therapist"], "").await;
    let id = stolen.id().to_string();
    clinic.operate(&["device", "revoke", &id], "").await;

    let mut stays = streams.pop().unwrap();
    for stream in streams {
        let said = stream.to_the_end().await;
        assert!(said.contains("event: revoked"), "{said}");
    }
    for device in [leaving, replaced, shut_out, fired, stolen] {
        let answer = device.get(path::FEED).await;
        answer.expect_problem(401, Code::Unauthorized);
    }
    let patient = staying.new_patient().await;
    stays.until(&patient.to_string()).await;
}

/// Nobody tells the server, and no stream looks by itself. How often the server looks is proved where
/// time is the test's (`fanout/tests.rs`).
async fn what_an_operator_ends_is_noticed_by_looking_alone_i33(engine: Engine) {
    let clinic = Clinic::without_heartbeats_on(engine).await;
    let device = clinic.device("reception1").await;
    let staying = clinic.device("reception2").await;
    let (stream, mut stays) = (device.events().await, staying.events().await);
    let feed = device.feed().await;
    let (epoch, seq) = (feed.epoch, feed.seq);
    let pull = format!("{}?epoch={epoch}&since={seq}&wait=50", path::CHANGES);
    // As `user disable` does, by this clinic's clock.
    let fired = "update session set revoked_at = created_at
        where user_id = (select user_id from \"user\" where login = 'reception1')";

    let (waiting, ()) = tokio::join!(device.get(&pull), async { clinic.tamper(fired) });

    waiting.expect_problem(401, Code::Unauthorized);
    let said = stream.to_the_end().await;
    assert!(said.contains("event: revoked"), "{said}");
    let patient = staying.new_patient().await;
    stays.until(&patient.to_string()).await;
}

async fn without_a_token_only_the_doors_are_open(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let mut device = clinic.device("reception1").await;
    device.session.token = "made up".to_owned();
    for path in [
        path::FEED,
        path::SNAPSHOT,
        path::CHANGES,
        path::EVENTS,
        path::AVAILABILITY,
    ] {
        device
            .get(path)
            .await
            .expect_problem(401, Code::Unauthorized);
    }
    for path in [path::HEALTHZ, path::READYZ, path::OPENAPI] {
        assert!(device.get(path).await.status.is_success(), "{path}");
    }
}

async fn after_signing_out_nobody_reads_the_calendar_at_this_desk(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let today = desk.today().await;

    desk.sign_out(NoArguments {}).await.unwrap();

    let query = DaySheetQuery { date: Some(today) };
    let error = desk.day_sheet(query).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SignedOut);
    let again = SignInRequest {
        user: "reception2".to_owned(),
        password: "wrong".to_owned(),
    };
    let error = desk.sign_in(again).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::WrongPassword);
    desk.sign_in_as("reception2").await;
    assert!(!desk.day(today).await.columns.is_empty());
}

/// The clinic is hidden at once; the server is told afterwards.
async fn whoever_signs_out_does_not_wait_for_a_server_that_stalls(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let desk = clinic.desk("reception1").await;
    let today = desk.today().await;
    assert_eq!(clinic.sessions(), 1);

    desk.line().stall();
    let leaving = Desk::clone(&desk);
    let left = tokio::spawn(async move { leaving.sign_out(NoArguments {}).await });
    desk.until("the clinic to be hidden", async |desk: &Desk| {
        let query = DaySheetQuery { date: Some(today) };
        matches!(desk.day_sheet(query).await, Err(DeskError::SignedOut))
    })
    .await;
    assert!(!left.is_finished(), "the server is still to be told");
    assert_eq!(clinic.sessions(), 1);

    desk.line().mend();
    let told = soon("the server to be told", left).await.unwrap();
    told.unwrap();
    assert_eq!(clinic.sessions(), 0);
}
