//! Sessions that begin and end at the same time.

use frontdesk_protocol::SessionDevice;

use frontdesk_domain::Reason;

use super::super::session::{self, NotOpened, Opening, SecretHash, TokenHash};
use super::super::{NotHeld, Stop};
use super::holds::wish;
use super::wishes::{MANAGER, prepare};
use super::*;

fn opening(password_hash: &str, token: &str) -> Opening {
    Opening {
        clinic: CLINIC,
        user: RECEPTIONIST,
        password_hash: password_hash.to_owned(),
        device: SessionDevice {
            id: device(1),
            name: "a desk".to_owned(),
            secret: None,
        },
        token_hash: TokenHash::of(token),
        at: at(0),
        expires_at: at(600),
    }
}

impl World {
    /// Signs in with a password that was checked against this hash.
    async fn signs_in(&self, password_hash: &'static str, token: &'static str) -> bool {
        let opening = opening(password_hash, token);
        let opened = self.store.transact(move |db| session::open(db, &opening));
        opened.await.unwrap().is_ok()
    }

    async fn is_signed_in(&self, token: &'static str) -> bool {
        let found = self.read(move |db| session::find(db, TokenHash::of(token), at(1)));
        found.await.is_some()
    }

    /// Somebody whose password is right asks with this device id and this secret.
    async fn lets_in(&self, user: UserId, token: &str, secret: Option<&str>) -> bool {
        let mut opening = opening("no hash", token);
        opening.user = user;
        opening.device.secret = secret.map(str::to_owned);
        let opened = self
            .store
            .transact(move |db| session::open(db, &opening))
            .await;
        match opened.unwrap() {
            Ok(_) => true,
            Err(why) => {
                assert_eq!(why, NotOpened::Device);
                false
            }
        }
    }

    /// What becomes of a booking that only a manager may force, sent by the receptionist for her in
    /// the session of this token.
    async fn forced_for_the_manager(&self, no: u64, token: &str) -> Outcome {
        let mut forced = book(no, 10 + u128::from(no), 2, PLAIN, (60, 30));
        forced.user_id = Some(MANAGER);
        forced.args["override"] = json!({ "reason": "it hurts", "rules": ["slot_taken"] });
        let batch = Batch {
            clinic: CLINIC,
            device: device(1),
            user: RECEPTIONIST,
            session: Some(TokenHash::of(token)),
            commands: vec![forced],
        };
        let executed = self.store.execute(batch).await.unwrap();
        executed.outcomes.into_iter().next().unwrap()
    }

    async fn sets_password(&self, store: &Store, password_hash: &'static str) {
        let set = store.transact(move |db| user::passwd(db, "rita1", password_hash, at(0)));
        set.await.unwrap();
    }
}

on_both_engines! {
    /// Invariant I33: checking a password takes a while, and it may be replaced meanwhile.
    async fn a_password_that_was_replaced_while_it_was_checked_opens_nothing(world: World) {
        let known = world.read(|db| session::credentials(db, "rita1")).await.unwrap();
        assert_eq!(known.password_hash, "no hash");
        world.sets_password(&world.store, "new hash").await;
        assert!(!world.signs_in("no hash", "old").await);
        assert!(!world.is_signed_in("old").await);
        assert!(world.signs_in("new hash", "new").await);
        assert!(world.is_signed_in("new").await);
    }

    /// Every desk is told the ids of the others.
    async fn an_id_is_of_the_desk_that_showed_its_secret_first(world: World) {
        assert!(world.lets_in(RECEPTIONIST, "first", None).await);
        assert!(world.lets_in(RECEPTIONIST, "second", Some("its own")).await);
        assert!(!world.lets_in(RECEPTIONIST, "third", None).await);
        assert!(!world.lets_in(RECEPTIONIST, "fourth", Some("another")).await);
        assert!(world.is_signed_in("second").await);
        assert!(!world.is_signed_in("fourth").await);
    }

    /// Only there it does not count as a stranger when it mistypes its password.
    async fn an_account_is_known_at_the_desks_where_it_showed_the_secret(world: World) {
        prepare(&world).await;
        let known = |login: &'static str, desk, secret: &'static str| {
            world.read(move |db| session::is_known(db, login, device(desk), SecretHash::of(secret)))
        };
        assert!(world.lets_in(RECEPTIONIST, "receptionist", Some("its own")).await);
        assert!(known("rita1", 1, "its own").await);
        assert!(!known("rita1", 1, "another").await);
        assert!(!known("rita1", 2, "its own").await);
        assert!(!known("boss", 1, "its own").await);
        assert!(!known("rita2", 1, "its own").await, "of another clinic");
        assert!(world.lets_in(MANAGER, "manager", Some("its own")).await);
        assert!(known("boss", 1, "its own").await);
    }

    async fn under_an_id_that_proves_nothing_nobody_gets_the_rights_of_another_user(world: World) {
        prepare(&world).await;
        assert!(applied(&world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await));
        assert!(world.lets_in(RECEPTIONIST, "receptionist", None).await);
        let nobody = world.forced_for_the_manager(2, "receptionist").await;
        assert_eq!((nobody.reason, nobody.field.as_deref()), (Some(Reason::Forbidden), Some("user_id")));
        assert!(world.lets_in(MANAGER, "manager", None).await);
        let unproven = world.forced_for_the_manager(3, "receptionist").await;
        assert_eq!(unproven.reason, Some(Reason::Forbidden), "{unproven:?}");
        world.holds_true().await;
    }

    /// An id of before has no secret until somebody shows one, and that may be anybody.
    async fn whoever_shows_the_first_secret_of_an_id_gets_no_rights_of_who_used_it_before(world: World) {
        prepare(&world).await;
        assert!(applied(&world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await));
        assert!(world.lets_in(MANAGER, "manager", None).await);
        assert!(world.lets_in(RECEPTIONIST, "taker", Some("drawn by whoever took it")).await);
        let taken = world.forced_for_the_manager(2, "taker").await;
        assert_eq!(taken.reason, Some(Reason::Forbidden), "{taken:?}");
        assert!(!world.lets_in(MANAGER, "robbed", Some("her own")).await);
        world.holds_true().await;
    }

    /// A session says what it was opened with, and not what its device has shown since.
    async fn those_who_both_showed_the_secret_of_their_desk_may_speak_for_each_other(world: World) {
        prepare(&world).await;
        assert!(applied(&world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await));
        assert!(world.lets_in(RECEPTIONIST, "before", None).await);
        assert!(world.lets_in(MANAGER, "manager", Some("its own")).await);
        let unproven = world.forced_for_the_manager(2, "before").await;
        assert_eq!(unproven.reason, Some(Reason::Forbidden), "{unproven:?}");
        assert!(world.lets_in(RECEPTIONIST, "again", Some("its own")).await);
        assert!(applied(&world.forced_for_the_manager(3, "again").await));
        world.holds_true().await;
    }

    /// A body may take its time.
    async fn a_session_that_ended_while_its_commands_arrived_decides_nothing(world: World) {
        assert!(world.signs_in("no hash", "stolen").await);
        let batch = || Batch {
            clinic: CLINIC,
            device: device(1),
            user: RECEPTIONIST,
            session: Some(TokenHash::of("stolen")),
            commands: vec![book(1, 1, 1, PLAIN, (60, 30))],
        };
        world.sets_password(&world.store, "new hash").await;
        let executed = world.store.execute(batch()).await.unwrap();
        assert_eq!(executed.stopped, Some(Stop::SignedOut));
        assert_eq!((executed.outcomes.len(), executed.expected_no), (0, 1));
        assert!(world.signs_in("new hash", "stolen again").await);
        let executed = world.store.execute(Batch {
            session: Some(TokenHash::of("stolen again")),
            ..batch()
        });
        assert!(applied(&executed.await.unwrap().outcomes[0]));
    }

    async fn a_session_that_ended_while_its_hold_arrived_keeps_no_slot(world: World) {
        assert!(world.signs_in("no hash", "stolen").await);
        let holds = |token: &str, start| world.store.hold(HoldAsk {
            session: Some(TokenHash::of(token)),
            ..holding(1, wish(1, start))
        });
        let kept = holds("stolen", 60).await.unwrap().unwrap().unwrap();
        world.sets_password(&world.store, "new hash").await;
        assert_eq!(holds("stolen", 120).await.unwrap(), Err(NotHeld::SignedOut));
        let let_go = world.store.hold(HoldAsk {
            session: Some(TokenHash::of("stolen")),
            ..holding(1, HoldWish::Remove(kept.hold_id))
        });
        assert_eq!(let_go.await.unwrap(), Err(NotHeld::SignedOut));
        assert!(world.signs_in("new hash", "its own").await);
        assert!(holds("its own", 120).await.unwrap().is_ok());
        world.pass(600);
        assert_eq!(holds("its own", 900).await.unwrap(), Err(NotHeld::SignedOut), "expired");
        world.holds_true().await;
    }

    /// By another instance, or by a program beside the server: what is remembered of it is forgotten.
    async fn a_session_that_was_ended_elsewhere_decides_nothing_more(world: World) {
        let elsewhere = open(&world.database, &world.file, &world.now, &world.fanout);
        assert!(world.signs_in("no hash", "stolen").await);
        let asks = |no| world.store.execute(Batch {
            clinic: CLINIC,
            device: device(1),
            user: RECEPTIONIST,
            session: Some(TokenHash::of("stolen")),
            commands: vec![book(no, u128::from(no), 1, PLAIN, (60 * i64::try_from(no).unwrap(), 30))],
        });
        for no in [1, 2] {
            assert!(applied(&asks(no).await.unwrap().outcomes[0]));
        }
        world.sets_password(&elsewhere, "new hash").await;
        assert_eq!(asks(3).await.unwrap().stopped, Some(Stop::SignedOut));
        world.holds_true().await;
    }

    /// On PostgreSQL at another instance: whichever is first, the other one waits for it.
    async fn a_new_password_ends_every_session_that_the_old_one_opens(world: World) {
        let second = match &world.database {
            Database::Sqlite => None,
            Database::Postgres(_) => Some(open(&world.database, &world.file, &world.now, &world.fanout)),
        };
        let elsewhere = second.as_ref().unwrap_or(&world.store);
        for (old, new) in [("no hash", "second"), ("second", "third"), ("third", "fourth")] {
            tokio::join!(world.signs_in(old, old), world.sets_password(elsewhere, new));
            assert!(!world.is_signed_in(old).await, "{old} is not the password any more");
        }
    }
}
