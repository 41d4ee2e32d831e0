//! Free slots of 50 practitioners on 60 days: from the cache, from the server, and in memory.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use chrono::{DateTime, Days, NaiveDate, Utc};
use frontdesk_desk::view::FreeSlotsQuery;
use frontdesk_domain::availability::{Calendar, SlotQuery};
use frontdesk_domain::{ClinicFacts, Row as Noun};
use frontdesk_protocol::path;

use crate::Bench;
use crate::clinic::service;
use crate::clock::median_of;
use crate::reference::{Reference, times, zone};
use crate::row::{Budget, Row, Unit};

const DAYS: u64 = 60;
/// Half hours of sixty days.
const STEPS: usize = 60 * 48;
const BESIDE: &str = "the select of the same rows + a bitmap";

pub(crate) async fn measure(bench: &Bench, reference: &mut Reference) -> Result<()> {
    let wanted = ["slots-cold", "slots-cold-server", "slots-warm"];
    if !wanted.iter().any(|name| bench.wants(name)) {
        return Ok(());
    }
    let (from, during) = reference.day().await?;
    let to = from + Days::new(DAYS - 1);
    let who = reference.practitioners();
    let rounds = bench.rounds(30, 5);
    let raw = median_of(rounds, || {
        reference.raw.bitmaps(&who, during.starts_at, STEPS)
    })?;
    let service_id = service(&reference.rows)?;
    if bench.wants("slots-cold") {
        let query = FreeSlotsQuery {
            service_id,
            practitioner_id: None,
            from,
            to,
            moving: None,
        };
        let ours = times(rounds, async || {
            Ok(reference.desk.free_slots(query.clone()).await?.slots.len())
        });
        tell(
            "slots-cold",
            "from the encrypted cache of a desk",
            ours.await?,
            raw,
        );
    }
    if bench.wants("slots-cold-server") {
        let query = format!(
            "{}?service={service_id}&from={from}&to={to}",
            path::AVAILABILITY
        );
        let http = &mut reference.device.http;
        let ours = times(rounds, async || Ok(http.get(&query).await?.len()));
        tell(
            "slots-cold-server",
            "GET /v1/availability",
            ours.await?,
            raw,
        );
    }
    if bench.wants("slots-warm") {
        warm(reference, rounds, from, to, during.starts_at, raw)?;
    }
    Ok(())
}

fn tell(name: &'static str, how: &str, measured: f64, raw: f64) {
    Row {
        name,
        what: format!("free slots, 50 practitioners × 60 days, {how}"),
        unit: Unit::Millis,
        measured,
        raw: Some((raw, BESIDE)),
        budget: Budget::Times(1.5),
    }
    .tell();
}

/// The facts are in memory and indexed, as a server keeps them between two questions.
fn warm(
    reference: &Reference,
    rounds: usize,
    from: NaiveDate,
    to: NaiveDate,
    now: DateTime<Utc>,
    raw: f64,
) -> Result<()> {
    let facts = facts(&reference.rows)?;
    let calendar = Calendar::of(&facts);
    let query = SlotQuery {
        service_id: service(&reference.rows)?,
        practitioner_id: None,
        from,
        to,
        ignoring: None,
    };
    let found = calendar.free_slots(&query, now).len();
    anyhow::ensure!(found > 0, "the clinic has free time");
    let warm = median_of(rounds, || Ok(calendar.free_slots(&query, now).len()))?;
    Row {
        name: "slots-warm",
        what: format!("free slots, 50 practitioners × 60 days, in memory ({found} of them)"),
        unit: Unit::Millis,
        measured: warm,
        raw: Some((raw, BESIDE)),
        budget: Budget::Most(2.0),
    }
    .tell();
    Ok(())
}

fn facts(rows: &[Noun]) -> Result<ClinicFacts> {
    let clinic = rows.iter().find_map(|row| match row {
        Noun::Clinic(clinic) => Some(clinic),
        _ => None,
    });
    let mut facts = ClinicFacts {
        zone: zone()?,
        grid_minutes: clinic.context("a clinic has a row")?.grid_minutes,
        practitioners: BTreeMap::new(),
        services: BTreeMap::new(),
        locations: BTreeMap::new(),
        patients: BTreeMap::new(),
        schedules: Vec::new(),
        exceptions: Vec::new(),
        appointments: BTreeMap::new(),
        holds: Vec::new(),
        changed: BTreeSet::new(),
        seats: BTreeMap::new(),
    };
    for row in rows {
        match row.clone() {
            Noun::Clinic(_) | Noun::Patient(_) => {}
            Noun::Location(row) => drop(facts.locations.insert(row.location_id, row)),
            Noun::Practitioner(row) => drop(facts.practitioners.insert(row.practitioner_id, row)),
            Noun::Service(row) => drop(facts.services.insert(row.service_id, row)),
            Noun::Schedule(row) => facts.schedules.push(row),
            Noun::Exception(row) => facts.exceptions.push(row),
            Noun::Appointment(row) => drop(facts.appointments.insert(row.appointment_id, row)),
            Noun::Hold(row) => facts.holds.push(row),
        }
    }
    Ok(facts)
}
