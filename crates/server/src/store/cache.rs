//! What a writer remembers of a clinic between transactions: its directories, its holds, and what it
//! worked out for refusals. Valid only for the seq at which it was read; whoever has locked the feed
//! row compares, because other instances write too.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use frontdesk_domain::{Actor, ClinicFacts, ClinicId, DeviceId, Epoch, Hold, Kind, Row, UserId};

use super::ahead::Ahead;
use super::alternatives::Alternatives;
use super::audit::Head;
use super::column::Text;
use super::session::{Session, TokenHash};
use super::sql::{Db, params};
use super::write::Written;
use super::{StoreError, load};

#[derive(Default)]
pub(crate) struct Caches {
    clinics: HashMap<ClinicId, Cached>,
    pub(super) known: Known,
    stamp: Option<i64>,
}

/// What is true until the end of a transaction that has locked it; and longer only where nobody else
/// can write unnoticed.
#[derive(Default)]
pub(super) struct Known {
    pub(super) heads: HashMap<ClinicId, Head>,
    /// The last numbers decided for devices.
    pub(super) last_nos: HashMap<(ClinicId, DeviceId), u64>,
    /// Who may still work here.
    pub(super) users: HashMap<(ClinicId, UserId), Option<Actor>>,
    /// Those that have not ended; they may have expired.
    pub(super) sessions: HashMap<TokenHash, Option<Session>>,
}

pub(crate) struct Cached {
    /// Directories and holds always; visits and patients only as loaded for the last command.
    pub(crate) facts: ClinicFacts,
    pub(super) ahead: Ahead,
    pub(crate) alternatives: Alternatives,
    epoch: Epoch,
    seq: u64,
}

impl Caches {
    /// What is known of a clinic whose feed row is locked and stands at `head`.
    pub(crate) fn at(
        &mut self,
        db: &dyn Db,
        clinic: ClinicId,
        head: &Head,
    ) -> Result<&mut Cached, StoreError> {
        if let Some(cached) = self.clinics.get_mut(&clinic)
            && !cached.catch_up(db, clinic, head)?
        {
            self.clinics.remove(&clinic);
        }
        match self.clinics.entry(clinic) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => Ok(unknown.insert(Cached {
                facts: load::directories(db, clinic)?,
                ahead: Ahead::default(),
                alternatives: Alternatives::default(),
                epoch: head.epoch,
                seq: head.seq,
            })),
        }
    }

    /// What was known of a clinic, before it is certain that it is so still.
    pub(super) fn before(&mut self, clinic: ClinicId) -> Option<&mut Cached> {
        self.clinics.get_mut(&clinic)
    }

    /// After a transaction that failed, or that others than commands have written in.
    pub(crate) fn clear(&mut self) {
        self.clinics.clear();
        self.known = Known::default();
    }

    /// After a command that failed: what it was decided from.
    pub(crate) fn forget_facts(&mut self) {
        self.clinics.clear();
    }

    /// Somebody may have written without counting it since the last transaction.
    pub(crate) fn drop_if_changed_elsewhere(&mut self, db: &dyn Db) -> Result<(), StoreError> {
        let seen = db.stamp()?;
        if seen.is_none() {
            self.known = Known::default();
        }
        if seen != self.stamp {
            self.clear();
            self.stamp = seen;
        }
        Ok(())
    }

    /// What the running transaction wrote; the feed stands at `seq` now.
    pub(crate) fn note(&mut self, clinic: ClinicId, written: &Written, seq: u64) {
        if written.rows.iter().any(|row| is_directory(row.kind())) {
            self.clinics.remove(&clinic);
        } else if let Some(cached) = self.clinics.get_mut(&clinic) {
            cached.note(written, seq);
        }
    }
}

impl Cached {
    /// False when it cannot be told what happened since.
    fn catch_up(&mut self, db: &dyn Db, clinic: ClinicId, head: &Head) -> Result<bool, StoreError> {
        let told = (head.floor..=head.seq).contains(&self.seq);
        if self.epoch != head.epoch || !told {
            return Ok(false);
        }
        if self.seq == head.seq {
            return Ok(true);
        }
        let kinds: Vec<Kind> = db.all(
            "select distinct kind from change where clinic_id = $1 and seq > $2",
            &params![clinic.0, self.seq],
            |row| row.get::<Text<_>>("kind").map(|text| text.0),
        )?;
        if kinds.iter().any(|kind| is_directory(*kind)) {
            return Ok(false);
        }
        if kinds.contains(&Kind::Hold) {
            self.facts.holds = load::holds(db, clinic)?;
        }
        self.alternatives = Alternatives::default();
        self.seq = head.seq;
        Ok(true)
    }

    fn note(&mut self, written: &Written, seq: u64) {
        for row in &written.rows {
            if let Row::Hold(hold) = row {
                self.forget_hold(hold.hold_id.0);
                self.facts.holds.push(hold.clone());
            }
        }
        for gone in &written.removed {
            self.forget_hold(gone.id);
        }
        // As they are read: what is decided must not depend on how long they are remembered.
        self.facts.holds.sort_unstable_by_key(|hold| hold.hold_id);
        self.alternatives.note(&written.rows);
        self.seq = seq;
    }

    fn forget_hold(&mut self, id: uuid::Uuid) {
        let other = |hold: &Hold| hold.hold_id.0 != id;
        self.facts.holds.retain(other);
    }
}

fn is_directory(kind: Kind) -> bool {
    match kind {
        Kind::Appointment | Kind::Patient | Kind::Hold => false,
        Kind::Clinic
        | Kind::Location
        | Kind::Practitioner
        | Kind::Service
        | Kind::Schedule
        | Kind::Exception => true,
    }
}
