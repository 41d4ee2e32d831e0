//! Clinics to look at: an invented one for a first look, and the seeded reference clinic that
//! measurements are made on. The same seed and the same date give the same clinic.

mod draw;
mod names;
mod reference;
mod showcase;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use frontdesk_domain::{ClinicId, PractitionerId, Role, Row, Timestamp, UserId};

use crate::Server;
use crate::store::sql::{Db, params};
use crate::store::{self, StoreError, audit, rows, user};

/// Who can sign in to a demo clinic: sign-in name, shown name, role.
pub const SIGN_INS: [(&str, &str, Role); 4] = [
    ("reception1", "Rita Reception", Role::Receptionist),
    ("reception2", "Ravi Reception", Role::Receptionist),
    ("therapist", "", Role::Practitioner),
    ("manager", "Mona Manager", Role::Manager),
];

/// The password of each of them.
pub const PASSWORD: &str = "frontdesk-demo";

/// The zone of the demo clinics.
pub const ZONE: &str = "Europe/Berlin";

/// The reference clinic of design §9: everybody works Mon–Fri 9–17 in visits of 30 minutes, from
/// half a year ago to half a year ahead.
#[derive(Debug, Clone, Copy)]
pub struct DemoPlan {
    /// How many practitioners; default 50.
    pub practitioners: u16,
    /// How many visits; default 200,000. Fewer when the clinic is full before.
    pub appointments: u32,
    /// The same seed gives the same clinic.
    pub seed: u64,
    /// The civil date around which the visits lie.
    pub today: NaiveDate,
}

impl DemoPlan {
    /// 50 practitioners, 200,000 visits.
    #[must_use]
    pub fn reference(today: NaiveDate) -> Self {
        Self {
            practitioners: 50,
            appointments: 200_000,
            seed: 1,
            today,
        }
    }
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Its clinic.
    pub clinic: ClinicId,
    /// Its practitioners.
    pub practitioners: usize,
    /// Its patients.
    pub patients: usize,
    /// Its visits.
    pub appointments: usize,
}

/// Why no demo clinic was made; the folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is a clinic already.
    #[error(
        "This folder or database has a clinic already: choose an empty one by --data or --database."
    )]
    HasClinic,
    /// It could not be written.
    #[error(
        "The demo clinic could not be written ({0}): look for free space, or choose another folder with --data."
    )]
    NotWritten(String),
}

/// Fills an empty server with the reference clinic.
///
/// # Errors
/// [`DemoError`]; nothing is written then.
pub async fn fill(server: &Server, plan: &DemoPlan) -> Result<Filled, DemoError> {
    let plan = *plan;
    write(server, move |now| reference::clinic(&plan, now)).await
}

/// Fills an empty server with a small clinic that looks like a real one: breaks, days off, time
/// off, a closure and extra hours around today.
///
/// # Errors
/// [`DemoError`]; nothing is written then.
pub async fn showcase(server: &Server, seed: u64) -> Result<Filled, DemoError> {
    write(server, move |now| showcase::clinic(seed, now)).await
}

/// True when the server has a clinic.
///
/// # Errors
/// [`DemoError::NotWritten`] when the database does not answer.
pub async fn has_clinic(server: &Server) -> Result<bool, DemoError> {
    let clinics = server.shared.store.read(|db| store::clinics(db)).await;
    let clinics = clinics.map_err(|error| DemoError::NotWritten(error.to_string()))?;
    Ok(!clinics.is_empty())
}

/// A clinic to be written: directories and patients, then visits with their seats.
struct Plan {
    clinic: ClinicId,
    epoch: uuid::Uuid,
    users: Vec<UserId>,
    therapist: Option<(PractitionerId, String)>,
    rows: Vec<Row>,
}

async fn write(
    server: &Server,
    plan: impl FnOnce(Timestamp) -> Plan + Send + 'static,
) -> Result<Filled, DemoError> {
    if has_clinic(server).await? {
        return Err(DemoError::HasClinic);
    }
    let now = server.shared.config.clock.now();
    let failed = |error: String| DemoError::NotWritten(error);
    let hashes = tokio::task::spawn_blocking(|| {
        let hash = |_| crate::password::hash(PASSWORD);
        SIGN_INS.iter().map(hash).collect::<Result<Vec<_>, _>>()
    });
    let hashes = hashes.await.map_err(|error| failed(error.to_string()))?;
    let hashes = hashes.map_err(|error| failed(error.to_string()))?;
    server
        .shared
        .store
        .transact(move |db| insert(db, plan(now), &hashes, now))
        .await
        .map_err(|error| failed(error.to_string()))
}

/// So many statements travel together.
const TOGETHER: usize = 480;

/// Everything is change 1, which is not kept: desks begin with a snapshot.
fn insert(
    db: &dyn Db,
    plan: Plan,
    hashes: &[String],
    now: Timestamp,
) -> Result<Filled, StoreError> {
    db.execute(
        "insert into feed values ($1, $2, 1, 1, $3)",
        &params![plan.clinic.0, plan.epoch, audit::GENESIS],
    )?;
    let mut filled = Filled {
        clinic: plan.clinic,
        practitioners: 0,
        patients: 0,
        appointments: 0,
    };
    let mut seats = draw::Seats::default();
    let mut statements = Vec::new();
    for row in plan.rows {
        let row = row.at_version(1);
        statements.push(rows::put(plan.clinic, &row)?);
        match &row {
            Row::Practitioner(_) => filled.practitioners += 1,
            Row::Patient(_) => filled.patients += 1,
            Row::Appointment(visit) => {
                filled.appointments += 1;
                let taken = seats.of(visit).into_iter();
                statements.extend(taken.map(|seat| store::occupy(plan.clinic, &seat)));
            }
            Row::Service(service) => seats.know(service),
            Row::Clinic(_)
            | Row::Location(_)
            | Row::Schedule(_)
            | Row::Exception(_)
            | Row::Hold(_) => {}
        }
        if statements.len() >= TOGETHER {
            db.execute_all(std::mem::take(&mut statements))?;
        }
    }
    db.execute_all(statements)?;
    db.measure(&store::FILLED)?;
    for (((login, name, role), id), hash) in SIGN_INS.iter().zip(&plan.users).zip(hashes) {
        let is_therapist = *role == Role::Practitioner;
        let therapist = plan.therapist.as_ref().filter(|_| is_therapist);
        let new = user::NewUser {
            login: (*login).to_owned(),
            name: therapist.map_or_else(|| (*name).to_owned(), |(_, name)| name.clone()),
            role: *role,
            practitioner_id: therapist.map(|(id, _)| *id),
        };
        user::add(db, plan.clinic, *id, &new, hash, now)?;
    }
    Ok(filled)
}
