//! Sessions that were found a moment ago. A desk asks several times a second, and each look at the
//! database costs two changes of thread. Whoever ends a session, here or elsewhere, ends what is
//! remembered of all of them; besides, nothing is remembered for long. Streams look for themselves
//! (invariant I33).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use frontdesk_domain::Timestamp;

use crate::store::session::{Session, TokenHash};

/// A session that another process has ended is good for so long.
const LASTS: Duration = Duration::from_secs(1);

/// More are looked up again.
const MOST: usize = 16_384;

/// See the module.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<TokenHash, Known>>);

struct Known {
    session: Session,
    looked: Look,
}

/// When somebody looked: before the answer came, so that what ends meanwhile has ended after it.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// How many times sessions had ended.
    pub(crate) endings: u64,
    /// Of the machine, whatever a test's clock shows.
    pub(crate) at: Instant,
}

impl Look {
    fn still_holds(self, now: Self) -> bool {
        self.endings == now.endings && now.at.saturating_duration_since(self.at) < LASTS
    }
}

impl Sessions {
    /// The session of this token, if somebody has just looked and it has not expired since.
    pub(crate) fn known(&self, token: TokenHash, look: Look, now: Timestamp) -> Option<Session> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = sessions.get(&token)?;
        let good = known.looked.still_holds(look) && now < known.session.expires_at;
        good.then(|| known.session.clone())
    }

    /// What was found by a look.
    pub(crate) fn remember(&self, session: &Session, looked: Look) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST {
            sessions.retain(|_, known| known.looked.still_holds(looked));
        }
        if sessions.len() < MOST {
            let known = Known {
                session: session.clone(),
                looked,
            };
            sessions.insert(session.token_hash, known);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use frontdesk_domain::{Actor, ClinicId, DeviceId, Role, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::clock;

    fn session() -> Session {
        let device = DeviceId(Uuid::from_u128(2));
        Session {
            clinic: ClinicId(Uuid::from_u128(1)),
            device,
            actor: Actor {
                user_id: UserId(Uuid::from_u128(3)),
                name: "Rita".to_owned(),
                role: Role::Receptionist,
                practitioner_id: None,
                device_id: device,
            },
            token_hash: TokenHash::of("a token"),
            expires_at: Timestamp::UNIX_EPOCH + TimeDelta::hours(1),
            proven: true,
        }
    }

    fn look(endings: u64, at: Instant) -> Look {
        Look { endings, at }
    }

    /// Whether the session, looked up at `first`, is known to whoever looks later.
    fn known(first: Look, later: Look, now: Timestamp) -> bool {
        let sessions = Sessions::default();
        sessions.remember(&session(), first);
        let found = sessions.known(TokenHash::of("a token"), later, now);
        assert!(
            sessions
                .known(TokenHash::of("another"), later, now)
                .is_none()
        );
        found.is_some()
    }

    #[test]
    fn a_session_is_known_for_less_than_a_second() {
        let (began, now) = (clock::instant(), Timestamp::UNIX_EPOCH);
        let almost = began + LASTS - Duration::from_millis(1);
        assert!(known(look(0, began), look(0, almost), now));
        assert!(!known(look(0, began), look(0, began + LASTS), now));
    }

    #[test]
    fn the_end_of_any_session_forgets_all_that_was_looked_up_before() {
        let (began, now) = (clock::instant(), Timestamp::UNIX_EPOCH);
        assert!(!known(look(0, began), look(1, began), now));
    }

    #[test]
    fn a_session_that_has_expired_meanwhile_is_not_known() {
        let began = clock::instant();
        let expired = session().expires_at;
        assert!(!known(look(0, began), look(0, began), expired));
        assert!(known(
            look(0, began),
            look(0, began),
            expired - TimeDelta::milliseconds(1)
        ));
    }
}
