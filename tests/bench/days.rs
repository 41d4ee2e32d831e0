//! A day as a desk reads it from its encrypted cache, beside the select of the same rows.
//!
//! Both sides read on a thread of their own and in the same file format. A desk re-reads a day because a
//! visit of it has changed: visits are read from the file every time, what the date's hours are for is
//! in memory. Free times are asked of another day every time, so that none is answered from memory.

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use frontdesk_desk::view::{DaySheetQuery, FreeSlotsQuery};
use frontdesk_domain::Interval;

use crate::Bench;
use crate::clinic::service;
use crate::raw::Raw;
use crate::reference::{Reference, both_times};
use crate::row::{Budget, Row, Unit};

/// Days to ask of in turn.
const WEEK: usize = 5;

pub(crate) async fn measure(bench: &Bench, reference: &Reference) -> Result<()> {
    let days = reference.days(WEEK).await?;
    let rounds = bench.rounds(400, 60);
    if bench.wants("practitioner-day") {
        practitioner(reference, &days, rounds).await?;
    }
    if bench.wants("clinic-day") {
        clinic(reference, &days, rounds).await?;
    }
    Ok(())
}

async fn practitioner(
    reference: &Reference,
    days: &[(NaiveDate, Interval)],
    rounds: usize,
) -> Result<()> {
    let who = *reference
        .practitioners()
        .first()
        .context("a practitioner")?;
    let service_id = service(&reference.rows)?;
    let spans: Vec<Interval> = days.iter().map(|(_, during)| *during).collect();
    let raw = async |round: usize| {
        let during = spans[round % spans.len()];
        let read = move |raw: &Raw| raw.practitioner_day(who, during.starts_at, during.ends_at);
        reference.off_thread(read).await
    };
    let ours = async |round: usize| {
        let (date, _) = days[round % days.len()];
        let query = FreeSlotsQuery {
            service_id,
            practitioner_id: Some(who),
            from: date,
            to: date,
            moving: None,
        };
        Ok(reference.desk.free_slots(query).await?.slots.len())
    };
    let (measured, raw) = both_times(rounds, ours, raw).await?;
    Row {
        name: "practitioner-day",
        what: "a practitioner's day from the encrypted cache: free times".to_owned(),
        unit: Unit::Millis,
        measured,
        raw: Some((raw, "the select of the same rows")),
        budget: Budget::Times(2.0),
    }
    .tell();
    Ok(())
}

async fn clinic(
    reference: &Reference,
    days: &[(NaiveDate, Interval)],
    rounds: usize,
) -> Result<()> {
    let spans: Vec<Interval> = days.iter().map(|(_, during)| *during).collect();
    let first = spans.first().context("a day")?;
    let visits = reference
        .lock_raw()
        .clinic_day(first.starts_at, first.ends_at)?;
    let raw = async |round: usize| {
        let during = spans[round % spans.len()];
        let read = move |raw: &Raw| raw.clinic_day(during.starts_at, during.ends_at);
        reference.off_thread(read).await
    };
    let ours = async |round: usize| {
        let (date, _) = days[round % days.len()];
        let query = DaySheetQuery { date: Some(date) };
        Ok(reference.desk.day_sheet(query).await?.columns.len())
    };
    let (measured, raw) = both_times(rounds, ours, raw).await?;
    Row {
        name: "clinic-day",
        what: format!("the clinic's day from the encrypted cache: 50 columns, {visits} visits"),
        unit: Unit::Millis,
        measured,
        raw: Some((raw, "the select of the same rows with names")),
        budget: Budget::Times(1.5),
    }
    .tell();
    Ok(())
}
