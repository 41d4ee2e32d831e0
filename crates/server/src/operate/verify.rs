//! What a clinic's truth promises, looked at row by row: every broken promise is told, none is
//! mended.

mod feed;
mod seats;

use frontdesk_domain::ClinicId;

use crate::store::sql::{Db, params};
use crate::store::{self, StoreError};

/// A promise that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose; none where it is the file's own.
    pub clinic: Option<ClinicId>,
    /// Which promise: `damage`, `overlap`, `mixing`, `capacity`, `seat`, `orphan`, `seq`, `version`, `command`
    /// or `audit`.
    pub promise: &'static str,
    /// Which rows.
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (promise, what) = (self.promise, &self.what);
        match self.clinic {
            Some(clinic) => write!(f, "{promise} (clinic {clinic}): {what}"),
            None => write!(f, "{promise}: {what}"),
        }
    }
}

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Clinics.
    pub clinics: usize,
    /// Visits.
    pub appointments: usize,
    /// Acts of the audit chains.
    pub acts: u64,
    /// Broken promises.
    pub findings: Vec<Finding>,
}

/// Where findings of one clinic are gathered.
struct Findings<'a> {
    clinic: ClinicId,
    all: &'a mut Vec<Finding>,
}

impl Findings<'_> {
    fn add(&mut self, promise: &'static str, what: String) {
        let clinic = Some(self.clinic);
        self.all.push(Finding {
            clinic,
            promise,
            what,
        });
    }
}

/// Looks at everything, on one snapshot.
pub(super) fn verify(db: &dyn Db) -> Result<Verified, StoreError> {
    let mut verified = Verified::default();
    let damage = db.damage()?.into_iter().map(|what| Finding {
        clinic: None,
        promise: "damage",
        what,
    });
    verified.findings.extend(damage);
    for clinic in store::clinics(db)? {
        verified.clinics += 1;
        let mut findings = Findings {
            clinic,
            all: &mut verified.findings,
        };
        verified.appointments += seats::verify(db, &mut findings)?;
        orphans(db, &mut findings)?;
        feed::verify(db, &mut findings)?;
        verified.acts += feed::audit(db, &mut findings)?;
    }
    Ok(verified)
}

/// Which column of which table has to name a row of which other table.
pub(super) const POINTERS: [(&str, &str, &str); 13] = [
    ("appointment", "practitioner_id", "practitioner"),
    ("appointment", "patient_id", "patient"),
    ("appointment", "service_id", "service"),
    ("appointment", "location_id", "location"),
    ("schedule", "practitioner_id", "practitioner"),
    ("exception", "practitioner_id", "practitioner"),
    ("hold", "practitioner_id", "practitioner"),
    ("user", "practitioner_id", "practitioner"),
    ("session", "user_id", "user"),
    ("session", "device_id", "device"),
    ("device", "user_id", "user"),
    ("command", "device_id", "device"),
    ("occupancy", "appointment_id", "appointment"),
];

fn orphans(db: &dyn Db, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    for (table, column, other) in POINTERS {
        let sql = format!(
            "select a.{column} as id, count(*) as n from \"{table}\" a
             left join \"{other}\" b on b.clinic_id = a.clinic_id and b.{other}_id = a.{column}
             where a.clinic_id = $1 and a.{column} is not null and b.clinic_id is null
             group by a.{column} order by a.{column}"
        );
        db.each(&sql, &params![findings.clinic.0], &mut |row| {
            let (id, rows): (uuid::Uuid, u64) = (row.get("id")?, row.get("n")?);
            let what = format!("{rows} rows of {table} name the {other} {id}, which is not there");
            findings.add("orphan", what);
            Ok(())
        })?;
    }
    Ok(())
}
