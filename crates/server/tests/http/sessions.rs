//! Who may ask, and for how long.

use axum::http::StatusCode;
use chrono::TimeDelta;
use frontdesk_domain::Role;
use frontdesk_server::{NewUser, Users};
use uuid::Uuid;

use crate::world::World;

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let world = World::start().await;
    let device = Uuid::from_u128(1);
    let wrong = world.sign_in("reception1", "nonsense", device).await;
    let nobody = world.sign_in("nobody", "nonsense", device).await;
    for mut answer in [wrong, nobody] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        answer.body["request_id"].take();
        assert_eq!(
            answer.body["detail"],
            "User or password is wrong: check both and try again."
        );
        assert_eq!(answer.body["code"], "wrong_password");
    }
}

#[tokio::test]
async fn wrong_passwords_are_slowed_down_for_that_account_only() {
    let world = World::start().await;
    let device = Uuid::from_u128(1);
    for _ in 0..3 {
        let answer = world.sign_in("reception1", "nonsense", device).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let tried = world.sign_in("reception1", "frontdesk-demo", device).await;
    assert_eq!(tried.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(tried.body["code"], "too_many_requests");
    assert_eq!(tried.headers["retry-after"], "1");
    let other = world.sign_in("reception2", "frontdesk-demo", device).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_ends_when_it_is_over_or_signed_out() {
    let world = World::start().await;
    let signed_out = world.desk("reception1").await;
    assert_eq!(signed_out.sign_out().await.status, StatusCode::NO_CONTENT);
    let expired = world.desk("reception2").await;
    world.pass(TimeDelta::days(7));
    for desk in [signed_out, expired] {
        let answer = desk.get("/v1/feed").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.body["code"], "unauthorized");
    }
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_its_user_and_nobody_elses() {
    let world = World::start().await;
    let (mine, others) = (
        world.desk("reception1").await,
        world.desk("reception2").await,
    );

    let mut users = Users::of_folder(world.dir.path()).unwrap();
    users.passwd("reception1", "another password").unwrap();

    assert_eq!(mine.get("/v1/feed").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(others.get("/v1/feed").await.status, StatusCode::OK);
    let answer = world
        .sign_in("reception1", "another password", mine.device)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_user_who_was_added_beside_the_running_server_can_sign_in() {
    let world = World::start().await;
    let mut users = Users::of_folder(world.dir.path()).unwrap();
    let new = NewUser {
        login: "anna".to_owned(),
        name: "Anna Annex".to_owned(),
        role: Role::Manager,
        practitioner_id: None,
    };
    users.add(None, &new, "a long password").unwrap();

    let answer = world
        .sign_in("Anna ", "a long password", Uuid::from_u128(5))
        .await;

    assert_eq!(answer.body["user"]["name"], "Anna Annex");
    assert_eq!(answer.body["user"]["role"], "manager");
    assert_eq!(answer.body["clinic"]["time_zone"], "Europe/Berlin");
    let again = users
        .add(None, &new, "a long password")
        .unwrap_err()
        .to_string();
    assert!(again.contains("exists already"), "{again}");
    let short = users.passwd("anna", "short").unwrap_err().to_string();
    assert!(short.contains("8 characters"), "{short}");
}

#[tokio::test]
async fn commands_of_another_device_than_the_sessions_are_refused() {
    let world = World::start().await;
    let mut desk = world.desk("reception1").await;
    desk.device = Uuid::from_u128(99);
    let answer = desk.send(&[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.body["code"], "device_mismatch");
}
