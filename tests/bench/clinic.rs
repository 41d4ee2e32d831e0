//! The server that is measured: the shipped program, on a seeded clinic in a folder of its own.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use chrono::{Days, NaiveDate};
use frontdesk_domain::{PatientId, Row, Slot};
use frontdesk_protocol::{
    Availability, CommandBatch, DeviceState, Envelope, Feed, OutcomeKind, OutcomePage,
    SessionDevice, SessionOpened, SignIn, SnapshotRow, path,
};
use serde_json::json;
use tempfile::TempDir;

use crate::clock::new_id;
use crate::http::Http;
use crate::program::{self, Serving};

/// Where the server keeps its clinic.
pub(crate) enum Engine {
    /// In its data folder.
    Sqlite,
    /// In this empty PostgreSQL database.
    Postgres(String),
}

/// A running server. What it holds is gone when it is dropped.
pub(crate) struct Clinic {
    pub(crate) serving: Serving,
    _data: TempDir,
}

impl Clinic {
    /// 50 practitioners and this many visits.
    pub(crate) async fn of(appointments: u32, engine: &Engine) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let folder = data.path().to_str().context("a folder with a name")?;
        let mut place = vec!["--data", folder];
        if let Engine::Postgres(url) = engine {
            place.extend(["--database", url]);
        }
        let visits = appointments.to_string();
        let fill = [&["demo"], &place[..], &["--appointments", &visits]].concat();
        program::run("frontdesk-server", &fill).await?;
        let listen = ["--listen", "127.0.0.1:0"];
        let serve = [&["serve"], &place[..], &listen].concat();
        let serving = Serving::start("frontdesk-server", &serve).await?;
        Ok(Self {
            serving,
            _data: data,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.serving.address
    }

    /// A device that signs in as a receptionist.
    pub(crate) async fn device(&self) -> Result<Device> {
        Device::sign_in(self.address(), "reception1").await
    }
}

/// A folder with a clinic of 50 practitioners and this many visits, that nobody serves.
pub(crate) async fn folder(appointments: u32) -> Result<TempDir> {
    let data = tempfile::tempdir()?;
    let folder = data.path().to_str().context("a folder with a name")?;
    let visits = appointments.to_string();
    let fill = ["demo", "--data", folder, "--appointments", &visits];
    program::run("frontdesk-server", &fill).await?;
    Ok(data)
}

/// The same in this empty PostgreSQL database.
pub(crate) async fn fill(url: &str, appointments: u32) -> Result<()> {
    let data = tempfile::tempdir()?;
    let folder = data.path().to_str().context("a folder with a name")?;
    let visits = appointments.to_string();
    let place = ["demo", "--data", folder, "--database", url];
    program::run(
        "frontdesk-server",
        &[&place[..], &["--appointments", &visits]].concat(),
    )
    .await
}

/// Days that can be asked for at once.
const AT_ONCE: u64 = 92;

/// A signed-in device on one connection.
pub(crate) struct Device {
    pub(crate) http: Http,
    pub(crate) session: SessionOpened,
    next_no: u64,
}

impl Device {
    pub(crate) async fn sign_in(address: SocketAddr, user: &str) -> Result<Self> {
        let mut http = Http::to(address).await?;
        let device = SessionDevice {
            id: new_id().into(),
            name: "bench".to_owned(),
            secret: None,
        };
        let wish = SignIn {
            user: user.to_owned(),
            password: frontdesk_tests::PASSWORD.to_owned(),
            device,
        };
        let session: SessionOpened = http.post(path::SESSION, &wish).await?;
        http.token = Some(session.token.clone());
        let DeviceState { expected_no, .. } = session.device;
        Ok(Self {
            http,
            session,
            next_no: expected_no,
        })
    }

    pub(crate) async fn feed(&mut self) -> Result<Feed> {
        Ok(serde_json::from_slice(&self.http.get(path::FEED).await?)?)
    }

    /// Books the slot; true when it was given, false when it was refused.
    pub(crate) async fn book(&mut self, slot: &Slot, patient: PatientId) -> Result<bool> {
        let envelope = self.booking(slot, patient);
        let batch = CommandBatch {
            device: self.session.device.id,
            since: None,
            commands: vec![envelope],
        };
        let page: OutcomePage = self.http.post(path::COMMANDS, &batch).await?;
        let outcome = page.outcomes.first().context("no outcome")?;
        Ok(outcome.outcome == OutcomeKind::Applied)
    }

    /// Books slots in batches of a hundred; how many were given.
    pub(crate) async fn book_all(
        &mut self,
        slots: &[Slot],
        patients: &[PatientId],
    ) -> Result<usize> {
        let mut given = 0;
        for part in slots.chunks(100) {
            let wishes = part.iter().zip(patients.iter().cycle());
            let commands = wishes
                .map(|(slot, patient)| self.booking(slot, *patient))
                .collect();
            let batch = CommandBatch {
                device: self.session.device.id,
                since: None,
                commands,
            };
            let page: OutcomePage = self.http.post(path::COMMANDS, &batch).await?;
            let outcomes = page.outcomes.iter();
            given += outcomes
                .filter(|outcome| outcome.outcome == OutcomeKind::Applied)
                .count();
        }
        Ok(given)
    }

    fn booking(&mut self, slot: &Slot, patient: PatientId) -> Envelope {
        let no = self.next_no;
        self.next_no += 1;
        Envelope {
            no,
            id: new_id().into(),
            user_id: None,
            kind: "book_appointment".to_owned(),
            args: json!({
                "appointment_id": new_id(), "patient_id": patient,
                "practitioner_id": slot.practitioner_id, "service_id": slot.service_id,
                "starts_at": slot.starts_at,
            }),
            depends_on: None,
            base_version: None,
            base_epoch: None,
        }
    }

    /// The rows of the clinic, as the snapshot's lines.
    pub(crate) async fn snapshot(&mut self) -> Result<Vec<u8>> {
        Ok(self.http.get(path::SNAPSHOT).await?.to_vec())
    }

    /// Everybody who can be booked.
    pub(crate) async fn patients(&mut self) -> Result<Vec<PatientId>> {
        let rows = rows(&self.snapshot().await?)?;
        let patients = rows.iter().filter_map(|row| {
            let Row::Patient(patient) = row else {
                return None;
            };
            Some(patient.patient_id)
        });
        Ok(patients.collect())
    }

    /// Free slots from tomorrow on, for so many times as long as can be asked for at once.
    pub(crate) async fn free_slots(&mut self, rows: &[Row], quarters: u64) -> Result<Vec<Slot>> {
        let (service, tomorrow) = (service(rows)?, self.today().await? + Days::new(1));
        let mut slots = Vec::new();
        for quarter in 0..quarters {
            let from = tomorrow + Days::new(quarter * AT_ONCE);
            let to = from + Days::new(AT_ONCE - 1);
            let query = format!(
                "{}?service={service}&from={from}&to={to}",
                path::AVAILABILITY
            );
            let found: Availability = serde_json::from_slice(&self.http.get(&query).await?)?;
            slots.extend(found.slots);
        }
        Ok(slots)
    }

    /// Today, in universal time: near enough to look for free slots from tomorrow on.
    pub(crate) async fn today(&mut self) -> Result<NaiveDate> {
        Ok(self.feed().await?.server_time.date_naive())
    }
}

/// The rows of a snapshot.
pub(crate) fn rows(snapshot: &[u8]) -> Result<Vec<Row>> {
    let lines: Vec<&[u8]> = snapshot
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    let [_header, rows @ .., _trailer] = lines.as_slice() else {
        bail!("a snapshot has a header and a trailer");
    };
    let read = |line: &&[u8]| Ok(serde_json::from_slice::<SnapshotRow>(line)?.row);
    rows.iter().map(read).collect()
}

/// The service of the reference clinic.
pub(crate) fn service(rows: &[Row]) -> Result<frontdesk_domain::ServiceId> {
    let service = rows.iter().find_map(|row| {
        let Row::Service(service) = row else {
            return None;
        };
        Some(service.service_id)
    });
    service.context("the clinic has a service")
}
