//! Sessions that were found a moment ago. A desk asks several times a second, and each look at the
//! database costs two changes of thread. Whoever ends a session, here or elsewhere, ends what is
//! remembered of it; besides, nothing is remembered for long. Streams look for themselves
//! (invariant I33).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use frontdesk_domain::Timestamp;

use crate::fanout::Ending;
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
    /// When somebody began to look; of the machine, whatever a test's clock shows.
    looked: Instant,
    /// Followed since before that.
    ending: Ending,
}

impl Known {
    fn still_holds(&self, at: Instant) -> bool {
        !self.ending.has_come() && at.saturating_duration_since(self.looked) < LASTS
    }
}

impl Sessions {
    /// The session of this token, if somebody has just looked and it has not expired since.
    pub(crate) fn known(&self, token: TokenHash, at: Instant, now: Timestamp) -> Option<Session> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = sessions.get(&token)?;
        let good = known.still_holds(at) && now < known.session.expires_at;
        good.then(|| known.session.clone())
    }

    /// What was found by a look that began then.
    pub(crate) fn remember(&self, session: &Session, looked: Instant, ending: Ending) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST {
            sessions.retain(|_, known| known.still_holds(looked));
        }
        if sessions.len() < MOST {
            let known = Known {
                session: session.clone(),
                looked,
                ending,
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
    use crate::fanout::Fanout;

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

    /// Whether the session, looked up at `first`, is known to whoever looks later.
    fn known(first: Instant, later: Instant, now: Timestamp) -> bool {
        let (sessions, fanout) = (Sessions::default(), Fanout::local());
        let token = session().token_hash;
        sessions.remember(&session(), first, fanout.follow_session(token));
        let other = TokenHash::of("another");
        assert!(sessions.known(other, later, now).is_none());
        sessions.known(token, later, now).is_some()
    }

    #[test]
    fn a_session_is_known_for_less_than_a_second() {
        let (began, now) = (clock::instant(), Timestamp::UNIX_EPOCH);
        let almost = began + LASTS - Duration::from_millis(1);
        assert!(known(began, almost, now));
        assert!(!known(began, began + LASTS, now));
    }

    #[test]
    fn what_ends_while_it_is_looked_up_is_not_known_and_what_others_end_changes_nothing() {
        let (began, now) = (clock::instant(), Timestamp::UNIX_EPOCH);
        let (sessions, fanout) = (Sessions::default(), Fanout::local());
        let (token, other) = (session().token_hash, TokenHash::of("another"));
        let ending = fanout.follow_session(token);
        fanout.sessions_ended(&[token]);
        sessions.remember(&session(), began, ending);
        assert!(sessions.known(token, began, now).is_none());
        sessions.remember(&session(), began, fanout.follow_session(token));
        fanout.sessions_ended(&[other]);
        assert!(sessions.known(token, began, now).is_some());
        fanout.sessions_ended(&[token]);
        assert!(sessions.known(token, began, now).is_none());
    }

    #[test]
    fn a_session_that_has_expired_meanwhile_is_not_known() {
        let began = clock::instant();
        let expired = session().expires_at;
        assert!(!known(began, began, expired));
        assert!(known(began, began, expired - TimeDelta::milliseconds(1)));
    }
}
