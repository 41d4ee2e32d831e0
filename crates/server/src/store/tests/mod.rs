//! The store's story, told to both databases from one text.

mod above;
mod alike;
mod commands;
mod constraints;
mod encrypted;
#[cfg(feature = "failpoints")]
mod failing;
mod groups;
mod holds;
mod lost;
mod panics;
mod postgres_alone;
mod schema;
mod sessions;
mod together;
mod wishes;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::{
    Actor, Clinic, ClinicId, Command, CommandId, DeviceId, Interval, Location, LocationKind,
    OverlapPolicy, Patient, Practitioner, Role, Row, Schedule, ScheduleBlock, Service, Timestamp,
    UserId, WallTime,
};
use frontdesk_postgres::Cluster;
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind};
use serde_json::{Value, json};
use uuid::Uuid;

use super::sql::{Db, Param, params};
use super::{
    Batch, Executed, HoldAsk, HoldWish, Since, Store, StoreError, audit, changes, rows, user,
};
use crate::clock::Clock;
use crate::config::Database;
use crate::fanout::Fanout;
use crate::metrics::Metrics;

/// Makes two tests of every story: one on SQLite, one on PostgreSQL.
macro_rules! on_both_engines {
    ($($(#[doc = $doc:literal])* async fn $name:ident($world:ident: World) $story:block)+) => {
        $(async fn $name($world: World) $story)+

        mod sqlite {
            $($(#[doc = $doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::World::on_sqlite().await).await;
            })+
        }

        mod postgres {
            $($(#[doc = $doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if frontdesk_postgres::wanted() {
                    super::$name(super::World::on_postgres().await).await;
                }
            })+
        }
    };
}

use on_both_engines;

pub(super) const CLINIC: ClinicId = ClinicId(Uuid::from_u128(1));
pub(super) const OTHER_CLINIC: ClinicId = ClinicId(Uuid::from_u128(2));
const EPOCH: Uuid = Uuid::from_u128(3);
const RECEPTIONIST: UserId = UserId(Uuid::from_u128(4));
const PRACTITIONER: Uuid = Uuid::from_u128(5);
const ROOM: Uuid = Uuid::from_u128(6);
/// 30 minutes, one patient.
const PLAIN: Uuid = Uuid::from_u128(7);
/// 30 minutes, three patients at once.
const CLASS: Uuid = Uuid::from_u128(8);
const SEATS: u16 = 3;
const PATIENTS: u128 = 80;

fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(1_000 + n))
}

fn patient(n: u128) -> Uuid {
    Uuid::from_u128(2_000 + n)
}

fn visit(n: u128) -> Uuid {
    Uuid::from_u128(100_000 + n)
}

/// Minutes after Monday, 5 January 2026, 8:00; the clinic's clock stands there.
fn at(minutes: i64) -> Timestamp {
    "2026-01-05T08:00:00Z".parse::<Timestamp>().unwrap() + chrono::TimeDelta::minutes(minutes)
}

/// Two clinics of one practitioner each, in a database of their own.
pub(super) struct World {
    database: Database,
    file: PathBuf,
    now: Arc<Mutex<Timestamp>>,
    fanout: Fanout,
    metrics: Metrics,
    store: Store,
    _dir: tempfile::TempDir,
}

impl World {
    async fn on_sqlite() -> Self {
        Self::of(Database::Sqlite).await
    }

    async fn on_postgres() -> Self {
        let url = Cluster::shared().database();
        Self::of(Database::Postgres(url)).await
    }

    async fn of(database: Database) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("clinic.sqlite");
        let now = Arc::new(Mutex::new(at(0)));
        let fanout = Fanout::default();
        let metrics = Metrics::default();
        let store = open_counting(&database, &file, &now, &fanout, &metrics);
        for clinic in [CLINIC, OTHER_CLINIC] {
            let filled = store.transact(move |db| fill(db, clinic)).await;
            filled.unwrap();
        }
        Self {
            database,
            file,
            now,
            fanout,
            metrics,
            store,
            _dir: dir,
        }
    }

    /// The same database opened once more; on SQLite after the first has let go of it.
    fn another_instance(&mut self) -> Store {
        if self.database == Database::Sqlite {
            self.store.close();
        }
        open(&self.database, &self.file, &self.now, &self.fanout)
    }

    fn pass(&self, minutes: i64) {
        *self.now.lock().unwrap() += chrono::TimeDelta::minutes(minutes);
    }

    /// One command of a device, which must get an outcome.
    async fn decide(&self, device: u128, envelope: Envelope) -> Outcome {
        let executed = send(&self.store, device, vec![envelope]).await;
        assert_eq!(executed.stopped, None);
        executed.outcomes.into_iter().next().unwrap()
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read(work).await.unwrap()
    }

    /// Invariants I1, I20, I21 and I24 of whatever is committed.
    async fn holds_true(&self) {
        self.read(|db| {
            seqs_are_dense(db)?;
            seats_are_right(db)
        })
        .await;
    }
}

fn open(
    database: &Database,
    file: &std::path::Path,
    now: &Arc<Mutex<Timestamp>>,
    fanout: &Fanout,
) -> Store {
    open_counting(database, file, now, fanout, &Metrics::default())
}

fn open_counting(
    database: &Database,
    file: &std::path::Path,
    now: &Arc<Mutex<Timestamp>>,
    fanout: &Fanout,
    metrics: &Metrics,
) -> Store {
    let now = now.clone();
    let clock = Clock::reading(move || *now.lock().unwrap());
    Store::open(database, file, &clock, fanout, metrics).unwrap()
}

async fn send(store: &Store, of: u128, commands: Vec<Envelope>) -> Executed {
    let batch = Batch {
        clinic: CLINIC,
        session: None,
        device: device(of),
        user: RECEPTIONIST,
        commands,
    };
    store.execute(batch).await.unwrap()
}

fn envelope(no: u64, kind: &str, args: Value) -> Envelope {
    Envelope {
        no,
        id: CommandId(Uuid::from_u128(u128::from(no) << 64)),
        user_id: None,
        kind: kind.to_owned(),
        args,
        depends_on: None,
        base_version: None,
        base_epoch: None,
    }
}

/// A visit of `minutes` from `start` on.
fn book(no: u64, n: u128, who: u128, service: Uuid, (start, minutes): (i64, i64)) -> Envelope {
    let book = BookAppointment {
        appointment_id: visit(n).into(),
        patient_id: patient(who).into(),
        practitioner_id: PRACTITIONER.into(),
        service_id: service.into(),
        location_id: None,
        starts_at: at(start),
        ends_at: Some(at(start + minutes)),
        notes: None,
        overriding: None,
    };
    let tagged = serde_json::to_value(Command::BookAppointment(book)).unwrap();
    envelope(no, "book_appointment", tagged["args"].clone())
}

fn cancel(no: u64, n: u128) -> Envelope {
    let args = json!({ "appointment_id": visit(n), "reason": "patient" });
    envelope(no, "cancel_appointment", args)
}

fn applied(outcome: &Outcome) -> bool {
    outcome.outcome == OutcomeKind::Applied
}

fn receptionist(of: u128) -> Actor {
    Actor {
        user_id: RECEPTIONIST,
        name: "Rita".to_owned(),
        role: Role::Receptionist,
        practitioner_id: None,
        device_id: device(of),
    }
}

/// What a desk asks for outside a session.
fn holding(of: u128, wish: HoldWish) -> HoldAsk {
    HoldAsk {
        clinic: CLINIC,
        by: receptionist(of),
        session: None,
        wish,
    }
}

/// The ids of the second clinic are those of the first, so that only the clinic tells them apart;
/// but it has no practitioner.
fn fill(db: &dyn Db, clinic: ClinicId) -> Result<(), StoreError> {
    db.execute(
        "insert into feed values ($1, $2, 1, 1, $3)",
        &params![clinic.0, EPOCH, audit::GENESIS],
    )?;
    let mut all = vec![Row::Clinic(Clinic {
        clinic_id: clinic,
        name: "C".to_owned(),
        time_zone: "UTC".to_owned(),
        grid_minutes: 5,
        version: 1,
    })];
    all.extend((1..=PATIENTS).map(|n| {
        Row::Patient(Patient {
            patient_id: patient(n).into(),
            name: format!("Patient {n}"),
            phone: None,
            birth_date: None,
            notes: None,
            version: 1,
        })
    }));
    if clinic == CLINIC {
        all.extend(directories());
    }
    for row in all {
        let (sql, params) = rows::put(clinic, &row)?;
        db.execute(sql, &params)?;
    }
    let new = user::NewUser {
        login: format!("rita{}", clinic.0.as_u128()),
        name: "Rita".to_owned(),
        role: Role::Receptionist,
        practitioner_id: None,
    };
    user::add(db, clinic, RECEPTIONIST, &new, "no hash", at(0))?;
    for n in 1..=PATIENTS {
        db.execute(
            "insert into device (clinic_id, device_id, name, user_id) values ($1, $2, $3, $4)",
            &params![clinic.0, device(n).0, "a desk", RECEPTIONIST.0],
        )?;
    }
    Ok(())
}

fn directories() -> Vec<Row> {
    let service = |id: Uuid, capacity| {
        Row::Service(Service {
            service_id: id.into(),
            name: "S".to_owned(),
            duration_minutes: 30,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            capacity,
            needs_approval: false,
            overlap_policy: OverlapPolicy::Exclusive,
            active: true,
            version: 1,
        })
    };
    let block = |weekday| ScheduleBlock {
        week: 0,
        weekday,
        from: "00:00".parse().unwrap(),
        until: WallTime::MIDNIGHT,
        location_id: None,
        service_ids: None,
    };
    vec![
        Row::Location(Location {
            location_id: ROOM.into(),
            name: "R".to_owned(),
            kind: LocationKind::Room,
            capacity: 2,
            active: true,
            version: 1,
        }),
        service(PLAIN, 1),
        service(CLASS, SEATS),
        Row::Practitioner(Practitioner {
            practitioner_id: PRACTITIONER.into(),
            name: "P".to_owned(),
            service_ids: vec![PLAIN.into(), CLASS.into()],
            active: true,
            version: 1,
        }),
        Row::Schedule(Schedule {
            schedule_id: Uuid::from_u128(9).into(),
            practitioner_id: PRACTITIONER.into(),
            valid_from: "2025-01-01".parse().unwrap(),
            valid_until: None,
            cycle_weeks: 1,
            blocks: (1..=7).map(block).collect(),
            version: 1,
        }),
    ]
}

fn seqs_are_dense(db: &dyn Db) -> Result<(), StoreError> {
    for clinic in [CLINIC, OTHER_CLINIC] {
        let feed = super::feed(db, clinic)?;
        let seqs: Vec<u64> = db.all(
            "select distinct seq from change where clinic_id = $1 order by seq",
            &params![clinic.0],
            |row| row.get("seq"),
        )?;
        let dense: Vec<u64> = (feed.floor + 1..=feed.seq).collect();
        assert_eq!(seqs, dense);
    }
    Ok(())
}

/// A taken seat: resource, seat, share key, time, visit.
type Seat = (Uuid, u64, Option<Uuid>, Interval, Uuid);

fn seats(db: &dyn Db) -> Result<Vec<Seat>, StoreError> {
    db.all(
        "select * from occupancy where clinic_id = $1",
        &params![CLINIC.0],
        |row| {
            let during = Interval::new(row.get("start")?, row.get("end")?);
            let (resource, seat) = (row.get("resource_id")?, row.get("seat")?);
            let visit = row.get("appointment_id")?;
            Ok((resource, seat, row.get("share_key")?, during, visit))
        },
    )
}

fn seats_are_right(db: &dyn Db) -> Result<(), StoreError> {
    let seats = seats(db)?;
    for (n, one) in seats.iter().enumerate() {
        for other in &seats[n + 1..] {
            if one.0 == other.0 && one.3.overlaps(&other.3) {
                assert_ne!(one.1, other.1, "a seat is taken twice");
                let mixed = one.2.zip(other.2).is_some_and(|(one, other)| one != other);
                assert!(!mixed, "two classes share a practitioner");
            }
        }
        assert!(one.1 <= u64::from(SEATS) || one.1 >= 1_000);
    }
    let visits = db.all(
        "select * from appointment where clinic_id = $1",
        &params![CLINIC.0],
        rows::appointment,
    )?;
    for visit in visits {
        let held = seats.iter().filter(|seat| seat.4 == visit.appointment_id.0);
        let claims = 2 + usize::from(visit.location_id.is_some());
        let expected = if visit.status.occupies() { claims } else { 0 };
        assert_eq!(held.count(), expected, "all of a visit's seats or none");
    }
    Ok(())
}
