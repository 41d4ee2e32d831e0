//! The search box over 100,000 patients.

use anyhow::Result;
use frontdesk_desk::Snapshot;
use frontdesk_desk::view::PatientQuery;
use frontdesk_domain::{Clinic as ClinicRow, ClinicId, Epoch, Patient, Row as Noun};
use frontdesk_protocol::{SCHEMA, SnapshotHeader};
use uuid::Uuid;

use crate::Bench;
use crate::clinic::{Clinic, Engine};
use crate::clock::median;
use crate::push;
use crate::reference::times;
use crate::row::{Budget, Row, Unit};

const PATIENTS: u128 = 100_000;
const SYLLABLES: [&str; 16] = [
    "an", "be", "ca", "dor", "el", "fri", "ga", "hil", "in", "jo", "kar", "lu", "ma", "ni", "os",
    "pe",
];
/// Beginnings, two words, a part of a number, a date, and one letter, which matches the most.
const TYPED: [&str; 6] = ["anbe", "karlu mani", "0012", "k", "os pe", "1971-04-12"];

pub(crate) async fn measure(bench: &Bench) -> Result<()> {
    let clinic = Clinic::of(0, &Engine::Sqlite).await?;
    let (desk, _folder) = push::desk(&clinic).await?;
    let mut device = clinic.device().await?;
    let (id, epoch) = (device.session.clinic.id, device.feed().await?.epoch);
    desk.fill(snapshot(id, epoch)).await?;
    let (mut worst, mut typed) = (0.0, "");
    let mut all = Vec::new();
    for text in TYPED {
        let query = PatientQuery {
            text: text.to_owned(),
        };
        let time = times(bench.rounds(50, 10), async |_| {
            Ok(desk.search_patients(query.clone()).await?.patients.len())
        });
        let time = time.await?;
        all.push(time);
        if time > worst {
            (worst, typed) = (time, text);
        }
    }
    desk.close().await;
    Row {
        name: "patients",
        what: format!(
            "patient search over {PATIENTS}: the slowest of {} (`{typed}`), median {:.2} ms",
            TYPED.len(),
            median(all)
        ),
        unit: Unit::Millis,
        measured: worst,
        raw: None,
        budget: Budget::Most(5.0),
    }
    .tell();
    Ok(())
}

fn snapshot(clinic_id: ClinicId, epoch: Epoch) -> Snapshot {
    let mut rows = vec![Noun::Clinic(ClinicRow {
        clinic_id,
        name: "Search".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        grid_minutes: 30,
        version: 1,
    })];
    rows.extend((0..PATIENTS).map(|n| Noun::Patient(patient(n))));
    let header = SnapshotHeader {
        id: Uuid::from_u128(1),
        epoch,
        seq: u64::MAX >> 12,
        schema: SCHEMA,
        since_date: chrono::NaiveDate::MIN,
        rows: rows.len() as u64,
    };
    Snapshot { header, rows }
}

fn patient(n: u128) -> Patient {
    let syllable = |place: u32| SYLLABLES[((n >> (4 * place)) % 16) as usize];
    let name = |first: u32| {
        format!(
            "{}{}{}",
            syllable(first),
            syllable(first + 1),
            syllable(first + 2)
        )
    };
    let days = chrono::Days::new(u64::try_from(n * 37 % 30_000).unwrap_or(0));
    Patient {
        patient_id: Uuid::from_u128((0x0190 << 112) | (0x7 << 76) | (0x8 << 60) | n).into(),
        name: format!("{} {}", name(0), name(2)),
        phone: Some(format!("+49 30 {n:07}")),
        birth_date: chrono::NaiveDate::from_ymd_opt(1930, 1, 1).map(|first| first + days),
        notes: None,
        version: 1,
    }
}
