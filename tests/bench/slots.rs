//! Free slots of 50 practitioners on 60 days: from the cache of a desk, from its memory, and from the
//! server.

use anyhow::{Context as _, Result};
use chrono::{Days, NaiveDate};
use frontdesk_desk::view::FreeSlotsQuery;
use frontdesk_domain::{Interval, PractitionerId, ServiceId};
use frontdesk_protocol::path;

use crate::Bench;
use crate::clinic::service;
use crate::raw::Raw;
use crate::reference::{Reference, both_times};
use crate::row::{Budget, Row, Unit};

const DAYS: u64 = 60;
/// Half hours of sixty days.
const STEPS: usize = 60 * 48;
/// First days to ask from in turn: a desk answers only the same question from memory.
const WEEK: usize = 5;
const BESIDE: &str = "the select of the same rows + a bitmap";

pub(crate) async fn measure(bench: &Bench, reference: &Reference) -> Result<()> {
    let wanted = ["slots-cold", "slots-cold-server", "slots-warm"];
    if !wanted.iter().any(|name| bench.wants(name)) {
        return Ok(());
    }
    let days = reference.days(WEEK).await?;
    let rounds = bench.rounds(40, 10);
    let (who, spans) = (reference.practitioners(), spans(&days));
    let service_id = service(&reference.rows)?;
    let (from, _) = *days.first().context("a day")?;
    if bench.wants("slots-cold") {
        let ours = async |round: usize| {
            let (from, _) = days[round % days.len()];
            on_desk(reference, service_id, from).await
        };
        let raw = async |round| raw(reference, &who, &spans, round).await;
        let times = both_times(rounds, ours, raw).await?;
        let how = "from the encrypted cache of a desk";
        tell("slots-cold", how, times, Budget::Times(1.5));
    }
    if bench.wants("slots-warm") {
        let ours = async |_| on_desk(reference, service_id, from).await;
        let raw = async |round| raw(reference, &who, &spans, round).await;
        let times = both_times(rounds, ours, raw).await?;
        let how = "asked of a desk again, from its memory";
        tell("slots-warm", how, times, Budget::Most(2.0));
    }
    if bench.wants("slots-cold-server") {
        let to = from + Days::new(DAYS - 1);
        let query = format!(
            "{}?service={service_id}&from={from}&to={to}",
            path::AVAILABILITY
        );
        let mut device = reference.clinic.device().await?;
        let ours = async |_| Ok(device.http.get(&query).await?.len());
        let raw = async |round| raw(reference, &who, &spans, round).await;
        let times = both_times(rounds, ours, raw).await?;
        let how = "GET /v1/availability";
        tell("slots-cold-server", how, times, Budget::Times(1.5));
    }
    Ok(())
}

fn spans(days: &[(NaiveDate, Interval)]) -> Vec<Interval> {
    days.iter().map(|(_, during)| *during).collect()
}

async fn raw(
    reference: &Reference,
    who: &[PractitionerId],
    spans: &[Interval],
    round: usize,
) -> Result<usize> {
    let (who, from) = (who.to_vec(), spans[round % spans.len()].starts_at);
    let read = move |raw: &Raw| raw.bitmaps(&who, from, STEPS);
    reference.off_thread(read).await
}

async fn on_desk(reference: &Reference, service_id: ServiceId, from: NaiveDate) -> Result<usize> {
    let query = FreeSlotsQuery {
        service_id,
        practitioner_id: None,
        from,
        to: from + Days::new(DAYS - 1),
        moving: None,
    };
    let found = reference.desk.free_slots(query).await?.slots.len();
    anyhow::ensure!(found > 0, "the clinic has free time");
    Ok(found)
}

fn tell(name: &'static str, how: &str, (measured, raw): (f64, f64), budget: Budget) {
    Row {
        name,
        what: format!("free slots, 50 practitioners × 60 days, {how}"),
        unit: Unit::Millis,
        measured,
        raw: Some((raw, BESIDE)),
        budget,
    }
    .tell();
}
