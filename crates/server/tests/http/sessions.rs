//! Who may ask, and for how long.

use axum::http::StatusCode;
use chrono::TimeDelta;
use frontdesk_domain::{DeviceId, PractitionerId, Role};
use frontdesk_postgres::Cluster;
use frontdesk_server::{Database, Limits, NewUser, Users, demo};
use uuid::Uuid;

use crate::world::World;

/// One of each engine that is wanted here.
fn databases() -> Vec<Database> {
    let url = frontdesk_postgres::wanted().then(|| Cluster::shared().database());
    let postgres = url.map(Database::Postgres);
    [Database::Sqlite].into_iter().chain(postgres).collect()
}

/// What an operator does at a terminal beside the server.
async fn on<T: Send + 'static>(
    world: &World,
    database: &Database,
    work: impl FnOnce(&mut Users) -> T + Send + 'static,
) -> T {
    let (database, folder) = (database.clone(), world.dir.path().to_owned());
    let done = tokio::task::spawn_blocking(move || {
        let mut users = Users::of(&database, &folder).unwrap();
        work(&mut users)
    });
    done.await.unwrap()
}

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

    let mut users = Users::of(&Database::Sqlite, world.dir.path()).unwrap();
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
    let mut users = Users::of(&Database::Sqlite, world.dir.path()).unwrap();
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

#[tokio::test]
async fn a_user_who_leaves_is_out_and_can_come_back() {
    for database in databases() {
        let world = World::on(database.clone(), Limits::default()).await;
        let (mine, others) = (
            world.desk("reception1").await,
            world.desk("reception2").await,
        );
        on(&world, &database, |users| {
            users.set_active("reception1", false)
        })
        .await
        .unwrap();
        assert_eq!(mine.get("/v1/feed").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(others.get("/v1/feed").await.status, StatusCode::OK);
        let refused = world
            .sign_in("reception1", demo::PASSWORD, mine.device)
            .await;
        assert_eq!(refused.body["code"], "wrong_password");
        let listed = on(&world, &database, Users::list).await.unwrap();
        let is_active = |login: &str| listed.iter().any(|user| user.login == login && user.active);
        assert!(!is_active("reception1") && is_active("reception2"));

        on(&world, &database, |users| {
            users.set_active("reception1", true)
        })
        .await
        .unwrap();
        world.desk_of("reception1", mine.device).await;
        let nobody = on(&world, &database, |users| users.set_active("nobody", true))
            .await
            .unwrap_err();
        assert!(nobody.to_string().contains("'nobody'"), "{nobody}");
    }
}

#[tokio::test]
async fn other_rights_begin_with_the_next_sign_in() {
    for database in databases() {
        let world = World::on(database.clone(), Limits::default()).await;
        let desk = world.desk("reception1").await;
        let practitioner = world.desk("reception2").await.directory().await;
        let practitioner = practitioner.practitioners[0];
        let practitioner = PractitionerId(practitioner);
        let unknown = PractitionerId(Uuid::from_u128(7));
        let refused = on(&world, &database, move |users| {
            users.set_role("reception1", Role::Practitioner, Some(unknown))
        })
        .await;
        assert!(refused.is_err());
        on(&world, &database, move |users| {
            users.set_role("reception1", Role::Practitioner, Some(practitioner))
        })
        .await
        .unwrap();
        assert_eq!(desk.get("/v1/feed").await.status, StatusCode::UNAUTHORIZED);
        let answer = world
            .sign_in("reception1", demo::PASSWORD, desk.device)
            .await;
        assert_eq!(answer.body["user"]["role"], "practitioner");
        assert_eq!(
            answer.body["user"]["practitioner_id"],
            practitioner.to_string()
        );
    }
}

#[tokio::test]
async fn a_desk_that_is_shut_out_stays_out_whoever_signs_in() {
    for database in databases() {
        let world = World::on(database.clone(), Limits::default()).await;
        let (stolen, kept) = (
            world.desk("reception1").await,
            world.desk("reception1").await,
        );
        let device = DeviceId(stolen.device);
        on(&world, &database, move |users| users.revoke_device(device))
            .await
            .unwrap();
        assert_eq!(
            stolen.get("/v1/feed").await.status,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(kept.get("/v1/feed").await.status, StatusCode::OK);
        for user in ["reception1", "manager"] {
            let refused = world.sign_in(user, demo::PASSWORD, stolen.device).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
        }
        let listed = on(&world, &database, Users::devices).await.unwrap();
        let revoked: Vec<_> = listed.iter().filter(|device| device.revoked).collect();
        assert_eq!((listed.len(), revoked.len()), (2, 1));
        assert_eq!((revoked[0].id, &*revoked[0].login), (device, "reception1"));
        let unknown = on(&world, &database, |users| {
            users.revoke_device(DeviceId(Uuid::from_u128(7)))
        })
        .await;
        assert!(unknown.unwrap_err().to_string().contains("no desk"));
        world.server.verify_audit().await.unwrap();
    }
}
