//! Numbers without a gap, rows that were announced, outcomes that are all there, an unbroken chain.

use frontdesk_domain::Kind;
use uuid::Uuid;

use super::Findings;
use crate::store::sql::{Db, params};
use crate::store::{self, StoreError, audit};

pub(super) fn verify(db: &dyn Db, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    seqs(db, findings)?;
    for kind in Kind::ALL {
        versions(db, findings, kind)?;
    }
    commands(db, findings)
}

/// Invariant I1: exactly `floor + 1 … seq`, each with its parts from 0 on.
fn seqs(db: &dyn Db, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let feed = store::feed(db, findings.clinic)?;
    let mut next = feed.floor + 1;
    let sql = "select seq, count(*) as n, max(sub) as last from change
               where clinic_id = $1 and seq > $2 group by seq order by seq";
    db.each(sql, &params![findings.clinic.0, feed.floor], &mut |row| {
        let seq: u64 = row.get("seq")?;
        if seq > next {
            findings.add("seq", format!("{next} to {} are missing", seq - 1));
        }
        if seq > feed.seq {
            let what = format!("{seq} is in the log, but the feed stands at {}", feed.seq);
            findings.add("seq", what);
        }
        let (parts, last): (u64, u64) = (row.get("n")?, row.get("last")?);
        if parts != last + 1 {
            findings.add(
                "seq",
                format!("{seq} has {parts} parts, the last is {last}"),
            );
        }
        next = seq + 1;
        Ok(())
    })?;
    if next <= feed.seq {
        findings.add("seq", format!("{next} to {} are missing", feed.seq));
    }
    Ok(())
}

/// A row's version is a change that was logged, unless it is older than the log.
fn versions(db: &dyn Db, findings: &mut Findings<'_>, kind: Kind) -> Result<(), StoreError> {
    let name = kind.name();
    let sql = format!(
        "select r.{name}_id as id, r.version as version from \"{name}\" r
         join feed f on f.clinic_id = r.clinic_id
         where r.clinic_id = $1 and r.version > f.floor and not exists (
             select 1 from change c where c.clinic_id = r.clinic_id and c.seq = r.version
               and c.id = r.{name}_id and c.kind = '{name}' and c.op = 'put')"
    );
    db.each(&sql, &params![findings.clinic.0], &mut |row| {
        let (id, version): (Uuid, u64) = (row.get("id")?, row.get("version")?);
        let what = format!("the {name} {id} is of {version}, where the log does not have it");
        findings.add("version", what);
        Ok(())
    })
}

/// Every number of a device up to its last one has an outcome.
fn commands(db: &dyn Db, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let sql = "select d.device_id, d.last_no, count(c.no) as n, coalesce(max(c.no), 0) as last
               from device d left join command c
                 on c.clinic_id = d.clinic_id and c.device_id = d.device_id
               where d.clinic_id = $1 group by d.device_id, d.last_no";
    db.each(sql, &params![findings.clinic.0], &mut |row| {
        let device: Uuid = row.get("device_id")?;
        let (stands, rows, last): (u64, u64, u64) =
            (row.get("last_no")?, row.get("n")?, row.get("last")?);
        if (rows, last) != (stands, stands) {
            let what = format!(
                "the device {device} stands at {stands} and has {rows} outcomes, the last of {last}"
            );
            findings.add("command", what);
        }
        Ok(())
    })
}

/// Invariant I35. Says how many acts there are.
pub(super) fn audit(db: &dyn Db, findings: &mut Findings<'_>) -> Result<u64, StoreError> {
    match audit::verify(db, findings.clinic) {
        Ok(acts) => Ok(acts),
        Err(StoreError::AuditBroken(act)) => {
            findings.add("audit", format!("act {act} is not what was written"));
            Ok(act)
        }
        Err(error) => Err(error),
    }
}
