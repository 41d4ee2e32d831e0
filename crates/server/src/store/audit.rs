//! The audit chain of a clinic: who did what, when; any flipped byte is found (invariant I35).

use frontdesk_domain::{ClinicId, Timestamp};
use rusqlite::{Connection, OptionalExtension, named_params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::StoreError;

/// What is written down about one act.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act<'a> {
    pub(crate) at: Timestamp,
    pub(crate) actor: Uuid,
    pub(crate) device: Uuid,
    /// The command's kind, `sign_in`, `sign_out`, `user_add`, `user_passwd`.
    pub(crate) action: &'a str,
    /// The command, or the user concerned.
    pub(crate) id: Uuid,
    pub(crate) seq: u64,
    /// Of the rows as written; the rows themselves may be erased later.
    pub(crate) payload_hash: [u8; 32],
}

/// The hash before the first act.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// Appends to the chain and moves the feed's `head_hash`.
pub(crate) fn append(db: &Connection, clinic: ClinicId, act: &Act<'_>) -> Result<(), StoreError> {
    let prev: Vec<u8> = db
        .prepare_cached("select head_hash from feed where clinic_id = ?1")?
        .query_row([clinic.0], |row| row.get(0))?;
    let last: Option<u64> = db
        .prepare_cached("select n from audit where clinic_id = ?1 order by n desc limit 1")?
        .query_row([clinic.0], |row| row.get(0))
        .optional()?;
    let n = last.unwrap_or(0) + 1;
    let hash = link(clinic, n, act, &prev);
    db.prepare_cached(
        "insert into audit
         values (:clinic, :n, :at, :actor, :device, :action, :id, :seq, :payload, :prev, :hash)",
    )?
    .execute(named_params! {
        ":clinic": clinic.0, ":n": n, ":at": act.at.timestamp_millis(),
        ":actor": act.actor, ":device": act.device, ":action": act.action, ":id": act.id,
        ":seq": act.seq, ":payload": act.payload_hash, ":prev": prev,
        ":hash": hash,
    })?;
    db.prepare_cached("update feed set head_hash = ?2 where clinic_id = ?1")?
        .execute((clinic.0, hash))?;
    Ok(())
}

/// Walks the whole chain.
///
/// # Errors
/// [`StoreError::AuditBroken`] with the first number that does not fit.
pub(crate) fn verify(db: &Connection, clinic: ClinicId) -> Result<u64, StoreError> {
    let mut statement = db.prepare(
        "select n, at, actor, device, action, id, seq, payload_hash, prev_hash, hash
         from audit where clinic_id = ?1 order by n",
    )?;
    let mut found = statement.query([clinic.0])?;
    let (mut prev, mut n) = (GENESIS.to_vec(), 0_u64);
    while let Some(row) = found.next()? {
        n += 1;
        let action: String = row.get("action")?;
        let act = Act {
            at: row.get::<_, super::column::Millis>("at")?.0,
            actor: row.get("actor")?,
            device: row.get("device")?,
            action: &action,
            id: row.get("id")?,
            seq: row.get("seq")?,
            payload_hash: row.get("payload_hash")?,
        };
        let hash = link(clinic, n, &act, &prev).to_vec();
        let stored: (u64, Vec<u8>, Vec<u8>) =
            (row.get("n")?, row.get("prev_hash")?, row.get("hash")?);
        if stored != (n, prev, hash.clone()) {
            return Err(StoreError::AuditBroken(n));
        }
        prev = hash;
    }
    let head: Vec<u8> = db.query_row(
        "select head_hash from feed where clinic_id = ?1",
        [clinic.0],
        |row| row.get(0),
    )?;
    if head == prev {
        Ok(n)
    } else {
        Err(StoreError::AuditBroken(n + 1))
    }
}

/// Each field with its length in front, so that no two acts have the same bytes.
fn link(clinic: ClinicId, n: u64, act: &Act<'_>, prev: &[u8]) -> [u8; 32] {
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
