//! A panic costs the work that it happened in, and nobody else's.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

impl World {
    /// Opens the same database once more; where the flag is set, its clock panics once.
    fn with_a_clock_that_panics(&mut self, panics: &Arc<AtomicBool>) -> Store {
        if self.database == Database::Sqlite {
            self.store.close();
        }
        let (now, panics) = (self.now.clone(), panics.clone());
        let clock = Clock::reading(move || {
            assert!(!panics.swap(false, Ordering::SeqCst), "asked to panic");
            *now.lock().unwrap()
        });
        let metrics = Metrics::default();
        Store::open(&self.database, &self.file, &clock, &self.fanout, &metrics).unwrap()
    }
}

fn batch(wish: Envelope) -> Batch {
    Batch {
        clinic: CLINIC,
        session: None,
        device: device(1),
        user: RECEPTIONIST,
        commands: vec![wish],
    }
}

on_both_engines! {
    async fn a_panic_in_a_group_fails_that_group_and_the_lane_lives_on(world: World) {
        let mut world = world;
        let panics = Arc::new(AtomicBool::new(false));
        let store = world.with_a_clock_that_panics(&panics);
        panics.store(true, Ordering::SeqCst);
        let failed = store.execute(batch(book(1, 1, 1, PLAIN, (60, 30)))).await;
        assert!(matches!(failed, Err(StoreError::Corrupt(_))), "{failed:?}");
        let executed = store.execute(batch(book(1, 1, 1, PLAIN, (60, 30)))).await.unwrap();
        assert!(applied(&executed.outcomes[0]));
        assert_eq!(executed.outcomes[0].seq, 2);
        store.read(seqs_are_dense).await.unwrap();
        store.read(seats_are_right).await.unwrap();
    }

    async fn a_panic_in_a_transaction_undoes_it_and_the_lane_lives_on(world: World) {
        let panicked = world.store.transact(|db| {
            db.execute("update patient set name = 'Nobody'", &[])?;
            assert!(!db.exists("select 1 from patient where name = 'Nobody'", &[])?, "asked to panic");
            Ok(())
        });
        assert!(matches!(panicked.await, Err(StoreError::Corrupt(_))));
        let kept = world.store.transact(|db| db.exists("select 1 from patient where name = 'Nobody'", &[]));
        assert!(!kept.await.unwrap());
        assert!(applied(&world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await));
        world.holds_true().await;
    }
}
