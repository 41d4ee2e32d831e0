//! 64 devices ask for one slot at the same moment: one is given it, 63 are told why not.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use frontdesk_domain::{PatientId, Slot};
use tokio::sync::Barrier;

use crate::Bench;
use crate::bookings::Todo;
use crate::clinic::{Clinic, Device, Engine};
use crate::clock::{Stopwatch, median};
use crate::row::{Budget, Row, Unit};

const DESKS: usize = 64;

pub(crate) async fn measure(bench: &Bench) -> Result<()> {
    let clinic = Clinic::of(0, &Engine::Sqlite).await?;
    let todo = Todo::of(&clinic).await?;
    let patients = clinic.device().await?.patients().await?;
    let mut devices = Vec::with_capacity(DESKS);
    for _ in 0..DESKS {
        devices.push(clinic.device().await?);
    }
    let rounds = bench.rounds(1_000, 50);
    let (mut single, mut times) = (0, Vec::with_capacity(rounds));
    for _ in 0..rounds {
        let (slot, _) = todo.one().context("a free slot")?;
        let watch = Stopwatch::start();
        let winners = round(&mut devices, &slot, &patients).await?;
        times.push(watch.millis());
        single += u32::from(winners == 1);
    }
    let rounds = f64::from(u32::try_from(rounds)?);
    Row {
        name: "race",
        what: format!("{DESKS} desks, one slot: rounds with one winner of {rounds}"),
        unit: Unit::Count,
        measured: f64::from(single),
        raw: None,
        budget: Budget::Exactly(rounds),
    }
    .tell();
    Row {
        name: "race-time",
        what: "a round of it, until all are told what is free instead".to_owned(),
        unit: Unit::Millis,
        measured: median(times),
        raw: None,
        budget: Budget::Told,
    }
    .tell();
    Ok(())
}

/// How many won.
async fn round(devices: &mut Vec<Device>, slot: &Slot, patients: &[PatientId]) -> Result<usize> {
    ensure!(patients.len() >= DESKS, "a patient for every desk");
    let start = Arc::new(Barrier::new(DESKS));
    let tries: Vec<_> = devices
        .drain(..)
        .zip(patients.to_vec())
        .map(|(mut device, patient)| {
            let (start, slot) = (start.clone(), slot.clone());
            tokio::spawn(async move {
                start.wait().await;
                let won = device.book(&slot, patient).await?;
                anyhow::Ok((device, won))
            })
        })
        .collect();
    let mut winners = 0;
    for one in tries {
        let (device, won) = one.await??;
        devices.push(device);
        winners += usize::from(won);
    }
    Ok(winners)
}
