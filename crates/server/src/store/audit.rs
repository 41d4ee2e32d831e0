//! The audit chain of a clinic: who did what, when; any flipped byte is found (invariant I35). Its
//! last hash stands in the feed row, which whoever appends has locked.

use frontdesk_domain::{ClinicId, Epoch, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::StoreError;
use super::sheet::SET_HEAD;
use super::sql::{Db, Query, Row, Statement, params};

/// What is written down about one act.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act<'a> {
    pub(crate) at: Timestamp,
    pub(crate) actor: Uuid,
    pub(crate) device: Uuid,
    /// The command's kind, `hold`, `release_hold`, `sweep`, `sign_in`, `sign_out`, `user_add`,
    /// `user_passwd`, `user_enable`, `user_disable`, `user_role`, `device_revoke`.
    pub(crate) action: &'a str,
    /// The command, the hold, or the user concerned.
    pub(crate) id: Uuid,
    pub(crate) seq: u64,
    /// Of the rows as written; the rows themselves may be erased later.
    pub(crate) payload_hash: [u8; 32],
}

/// The hash before the first act.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// A feed row that this transaction has locked, as the transaction has left it so far.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) epoch: Epoch,
    pub(crate) seq: u64,
    pub(crate) floor: u64,
    hash: [u8; 32],
    acts: u64,
}

impl Head {
    /// The head of a feed whose row is locked.
    pub(crate) fn of(db: &dyn Db, clinic: ClinicId) -> Result<Self, StoreError> {
        let (sql, params) = Self::query(clinic);
        db.one(&sql, &params, Self::read)
    }

    /// Finds it.
    pub(crate) fn query(clinic: ClinicId) -> Query {
        let sql = include_str!("sql/head.sql");
        (sql.into(), params![clinic.0].into())
    }

    pub(crate) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            epoch: Epoch(row.get("epoch")?),
            seq: row.get("seq")?,
            floor: row.get("floor")?,
            hash: row.get("head_hash")?,
            acts: row.get::<Option<u64>>("acts")?.unwrap_or(0),
        })
    }

    /// Appends an act to the chain; both statements are to be run.
    pub(crate) fn append(&mut self, clinic: ClinicId, act: &Act<'_>) -> [Statement; 2] {
        let prev = self.hash;
        self.acts += 1;
        self.seq = act.seq;
        self.hash = link(clinic, self.acts, act, &prev);
        let audit = params![
            clinic.0,
            self.acts,
            act.at,
            act.actor,
            act.device,
            act.action,
            act.id,
            act.seq,
            act.payload_hash,
            prev,
            self.hash,
        ];
        [
            (
                "insert into audit values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                audit.into(),
            ),
            (SET_HEAD, params![clinic.0, self.seq, self.hash].into()),
        ]
    }
}

/// Writes down an act that is not a command and takes no seq.
pub(crate) fn append(
    db: &dyn Db,
    clinic: ClinicId,
    (actor, device, action): (Uuid, Uuid, &str),
    id: Uuid,
    at: Timestamp,
) -> Result<(), StoreError> {
    db.lock(clinic, &[])?;
    let mut head = Head::of(db, clinic)?;
    let act = Act {
        at,
        actor,
        device,
        action,
        id,
        seq: head.seq,
        payload_hash: [0; 32],
    };
    db.execute_all(head.append(clinic, &act).into())
}

/// Walks the whole chain.
///
/// # Errors
/// [`StoreError::AuditBroken`] with the first number that does not fit.
pub(crate) fn verify(db: &dyn Db, clinic: ClinicId) -> Result<u64, StoreError> {
    let (mut prev, mut n) = (GENESIS, 0_u64);
    db.each(
        "select n, at, actor, device, action, id, seq, payload_hash, prev_hash, hash
         from audit where clinic_id = $1 order by n",
        &params![clinic.0],
        &mut |row| {
            n += 1;
            let action: String = row.get("action")?;
            let act = Act {
                at: row.get("at")?,
                actor: row.get("actor")?,
                device: row.get("device")?,
                action: &action,
                id: row.get("id")?,
                seq: row.get("seq")?,
                payload_hash: row.get("payload_hash")?,
            };
            let hash = link(clinic, n, &act, &prev);
            let stored: (u64, [u8; 32], [u8; 32]) =
                (row.get("n")?, row.get("prev_hash")?, row.get("hash")?);
            if stored != (n, prev, hash) {
                return Err(StoreError::AuditBroken(n));
            }
            prev = hash;
            Ok(())
        },
    )?;
    let head: [u8; 32] = db.one(
        "select head_hash from feed where clinic_id = $1",
        &params![clinic.0],
        |row| row.get("head_hash"),
    )?;
    if head == prev {
        Ok(n)
    } else {
        Err(StoreError::AuditBroken(n + 1))
    }
}

/// Each field with its length in front, so that no two acts have the same bytes.
fn link(clinic: ClinicId, n: u64, act: &Act<'_>, prev: &[u8; 32]) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut field = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    field(clinic.0.as_bytes());
    field(&n.to_be_bytes());
    field(&act.at.timestamp_millis().to_be_bytes());
    field(act.actor.as_bytes());
    field(act.device.as_bytes());
    field(act.action.as_bytes());
    field(act.id.as_bytes());
    field(&act.seq.to_be_bytes());
    field(&act.payload_hash);
    field(prev);
    digest.finalize().into()
}
