//! Holds: decided under the feed lock like a command, but without a number and without an outcome
//! that is kept. Those that have expired are swept by whoever locks the feed next, or by a timer.

use frontdesk_domain::decide::{self, Decided};
use frontdesk_domain::{Actor, ClinicId, Hold, HoldId, Reason, Refusal, Row, ServiceId};
use uuid::Uuid;

use super::audit::Act;
use super::execute::Engine;
use super::session::TokenHash;
use super::{StoreError, load, request};

/// What a desk asks for, beside its commands.
#[cfg_attr(test, derive(Clone))]
pub(crate) struct HoldAsk {
    pub(crate) clinic: ClinicId,
    pub(crate) by: Actor,
    /// The session that it came by, which must not have ended meanwhile; none when a test asks.
    pub(crate) session: Option<TokenHash>,
    pub(crate) wish: HoldWish,
}

/// The hold as it is now, none when it is gone; or why not.
pub(crate) type Held = Result<Option<Hold>, NotHeld>;

/// Why nothing became of it.
#[derive(Debug, PartialEq)]
pub(crate) enum NotHeld {
    Refused(Box<Refusal>),
    /// The session ended before it was this desk's turn.
    SignedOut,
}

/// What becomes of a slot.
#[cfg_attr(test, derive(Clone))]
pub(crate) enum HoldWish {
    /// Keep a slot, or keep it longer, for a service if it is said. User, desk and expiry are filled
    /// in.
    Put(Hold, Option<ServiceId>),
    /// Let it go; one that is gone already is no error.
    Remove(HoldId),
}

impl Engine<'_> {
    /// Keeps a slot, or lets it go.
    ///
    /// # Errors
    /// Only when the whole transaction is lost.
    pub(crate) fn hold(&mut self, ask: &HoldAsk) -> Result<Held, StoreError> {
        let clinic = ask.clinic;
        let by = match ask.session {
            None => Some(ask.by.clone()),
            Some(token) => self.living(token).map(|session| session.actor.clone()),
        };
        let Some(by) = by else {
            return Ok(Err(NotHeld::SignedOut));
        };
        let (id, action, decided) = match &ask.wish {
            HoldWish::Put(hold, service) => (
                hold.hold_id,
                "hold",
                self.kept(clinic, &by, hold, *service)?,
            ),
            HoldWish::Remove(id) => (*id, "release_hold", self.released(clinic, &by, *id)?),
        };
        let decided = match decided {
            Ok(decided) => decided,
            Err(refusal) => return Ok(Err(NotHeld::Refused(Box::new(refusal)))),
        };
        let seq = self.head(clinic)?.seq + 1;
        let hold = decided.rows.iter().find_map(|row| match row {
            Row::Hold(hold) => Some(Hold {
                version: seq,
                ..hold.clone()
            }),
            Row::Clinic(_)
            | Row::Location(_)
            | Row::Practitioner(_)
            | Row::Service(_)
            | Row::Patient(_)
            | Row::Schedule(_)
            | Row::Exception(_)
            | Row::Appointment(_) => None,
        });
        if !decided.is_empty() {
            let act = Act {
                at: self.now,
                actor: by.user_id.0,
                device: by.device_id.0,
                action,
                id: id.0,
                seq,
                payload_hash: [0; 32],
            };
            self.apply(clinic, decided, act, Vec::new())?;
            failpoint!("held");
        }
        Ok(Ok(hold))
    }

    fn kept(
        &mut self,
        clinic: ClinicId,
        by: &Actor,
        wish: &Hold,
        service: Option<ServiceId>,
    ) -> Result<Result<Decided, Refusal>, StoreError> {
        if let Some(refusal) = request::hold_out_of_range(wish, self.now) {
            return Ok(Err(refusal));
        }
        let head = self.head(clinic)?.clone();
        let cached = self.caches.at(self.db, clinic, &head)?;
        load::load_for_hold(self.db, clinic, wish, cached)?;
        Ok(decide::hold(wish, service, by, &cached.facts, self.now))
    }

    fn released(
        &mut self,
        clinic: ClinicId,
        by: &Actor,
        id: HoldId,
    ) -> Result<Result<Decided, Refusal>, StoreError> {
        let head = self.head(clinic)?.clone();
        let cached = self.caches.at(self.db, clinic, &head)?;
        let mut holds = cached.facts.holds.iter();
        let Some(hold) = holds.find(|hold| hold.hold_id == id) else {
            return Ok(Ok(Decided::default()));
        };
        if hold.device_id != by.device_id {
            return Ok(Err(Refusal::of_field(Reason::Forbidden, "hold_id")));
        }
        Ok(Ok(Decided {
            released: vec![id],
            ..Decided::default()
        }))
    }

    /// Ends the holds that have expired, in one seq of nobody's.
    pub(super) fn sweep(&mut self, clinic: ClinicId) -> Result<(), StoreError> {
        let head = self.head(clinic)?.clone();
        let cached = self.caches.at(self.db, clinic, &head)?;
        let holds = cached.facts.holds.iter();
        let expired = holds.filter(|hold| hold.expires_at <= self.now);
        let decided = Decided {
            released: expired.map(|hold| hold.hold_id).collect(),
            ..Decided::default()
        };
        if decided.is_empty() {
            return Ok(());
        }
        let act = Act {
            at: self.now,
            actor: Uuid::nil(),
            device: Uuid::nil(),
            action: "sweep",
            id: Uuid::nil(),
            seq: head.seq + 1,
            payload_hash: [0; 32],
        };
        self.apply(clinic, decided, act, Vec::new())
    }
}
