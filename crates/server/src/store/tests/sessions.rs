//! Sessions that begin and end at the same time.

use frontdesk_protocol::SessionDevice;

use super::super::session::{self, Opening, TokenHash};
use super::*;

fn opening(password_hash: &str, token: &str) -> Opening {
    Opening {
        clinic: CLINIC,
        user: RECEPTIONIST,
        password_hash: password_hash.to_owned(),
        device: SessionDevice {
            id: device(1),
            name: "a desk".to_owned(),
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
        opened.await.unwrap().is_some()
    }

    async fn is_signed_in(&self, token: &'static str) -> bool {
        let found = self.read(move |db| session::find(db, TokenHash::of(token), at(1)));
        found.await.is_some()
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
