//! Passwords: argon2id with the parameters of RFC 9106's memory-constrained choice as OWASP gives
//! them (19 MiB, two passes, one lane), a few at once, so that a flood of sign-ins starves nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::UserError;

/// Hashes at once: each holds 19 MiB and one core.
const AT_ONCE: usize = 2;

/// Sign-ins that may wait for their turn.
const WAITING: usize = 256;

/// The shortest password that is accepted, in characters.
const SHORTEST: usize = 8;

/// A password that could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub(crate) struct HashError(String);

fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string to store; about 20 ms of one core.
///
/// # Errors
/// [`HashError`] when there is no randomness to be had.
pub(crate) fn hash(password: &str) -> Result<String, HashError> {
    argon2()
        .hash_password(password.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|error| HashError(error.to_string()))
}

/// # Errors
/// [`UserError::ShortPassword`].
pub(crate) fn acceptable(password: &str) -> Result<(), UserError> {
    if password.chars().count() < SHORTEST {
        return Err(UserError::ShortPassword);
    }
    Ok(())
}

/// True when the password is the one that was hashed.
fn matches(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Lets a few verifications through at once.
#[derive(Clone)]
pub(crate) struct Gate {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// Stands in for a user who does not exist, so that the answer takes as long.
    nobody: Arc<str>,
}

/// A turn at the gate.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
    nobody: Arc<str>,
}

impl Gate {
    pub(crate) fn new() -> Result<Self, HashError> {
        Ok(Self {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::default(),
            nobody: hash(&crate::clock::new_token())?.into(),
        })
    }

    /// `None` when too many wait already.
    pub(crate) async fn enter(&self) -> Option<Turn> {
        let place = Place::of(&self.waiting)?;
        let permit = self.permits.clone().acquire_owned().await;
        drop(place);
        Some(Turn {
            _permit: permit.ok()?,
            nobody: self.nobody.clone(),
        })
    }
}

/// A place among those who wait; also free again when whoever waits hangs up.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn of(waiting: &'a AtomicUsize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        (before < WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Turn {
    /// Checks a password off the async threads; without a stored hash it takes as long and is false.
    pub(crate) async fn verify(self, password: String, stored: Option<String>) -> bool {
        let verified = tokio::task::spawn_blocking(move || match stored {
            Some(stored) => matches(&password, &stored),
            None => {
                std::hint::black_box(matches(&password, &self.nobody));
                false
            }
        });
        verified.await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_matches() {
        let stored = hash("right").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("right", &stored));
        assert!(!matches("Right", &stored));
        assert!(!matches("right", "not a hash"));
    }

    #[tokio::test]
    async fn whoever_hangs_up_while_waiting_leaves_no_place_taken_i40() {
        let gate = Gate::new().unwrap();
        let turns = (gate.enter().await.unwrap(), gate.enter().await.unwrap());
        for _ in 0..=WAITING {
            let mut waiting = Box::pin(gate.enter());
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(waiting.as_mut().poll(context).is_pending())
            });
            assert!(
                polled.await,
                "both turns are taken, but there is room to wait"
            );
        }
        drop(turns);
        assert!(gate.enter().await.is_some());
    }
}
