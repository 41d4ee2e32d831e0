//! The day board: a column per practitioner, everything in elapsed minutes.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use frontdesk_domain::availability::{self, Calendar, Ledger, PlanBand, Span, WorkDay};
use frontdesk_domain::{ClinicFacts, Hold, Practitioner, PractitionerId, ServiceId};

use super::Look;
use super::waiting::WaitingVisit;
use super::wall::DayScale;
use crate::cache::{self, BoardVisit, StoredWatch, WorkDays};
use crate::error::DeskError;
use crate::view::{
    Band, BandKind, DayColumn, DayService, DaySheet, DaySheetQuery, FreeCell, HourLine, WatchFor,
};

/// What is shown of a day on which nobody works.
const USUAL_HOURS: (u16, u16) = (8 * 60, 18 * 60);
const HOUR: u16 = 60;

impl Look<'_> {
    /// One civil date, a column per active practitioner.
    pub(crate) fn day_sheet(&self, query: DaySheetQuery) -> Result<DaySheet, DeskError> {
        let zone = &self.directory.facts.zone;
        let today = zone.date(self.now);
        let date = query.date.unwrap_or(today);
        let scale = DayScale::of(zone, date);
        let visits = cache::board_visits(self.tx, scale.during)?;
        let holds = cache::all_holds(self.tx, scale.during, self.now, self.contact)?;
        let mut ledger: Ledger = visits.iter().map(|visit| visit.claim.clone()).collect();
        for hold in holds
            .iter()
            .filter(|hold| hold.device_id != self.me.device_id)
        {
            ledger.hold(hold.practitioner_id, hold.during().into());
        }
        let waiting = self.waiting_visits()?;
        for WaitingVisit { visit, .. } in &waiting {
            ledger.put(visit.into());
        }
        let watches = cache::watches(self.tx)?;
        let day = Day {
            look: self,
            date,
            services: services_of(&visits, scale.span),
            scale,
            facts: &self.directory.facts,
            work: self.directory.work_days(date),
            visits: &visits,
            holds: &holds,
            waiting: &waiting,
            watches: &watches,
        };
        day.sheet(today, &Calendar::over(&self.directory.facts, &ledger))
    }
}

pub(super) struct Day<'a> {
    pub(super) look: &'a Look<'a>,
    date: NaiveDate,
    pub(super) scale: DayScale<'a>,
    pub(super) facts: &'a ClinicFacts,
    /// Of the day's visits, each once; by id, so that one more visit seldom changes what others say.
    services: Vec<ServiceId>,
    work: Arc<WorkDays>,
    visits: &'a [BoardVisit],
    pub(super) holds: &'a [Hold],
    pub(super) waiting: &'a [WaitingVisit],
    watches: &'a [StoredWatch],
}

impl Day<'_> {
    fn sheet(&self, today: NaiveDate, calendar: &Calendar<'_>) -> Result<DaySheet, DeskError> {
        let mut visits = self.visits_by_practitioner();
        let mut practitioners: Vec<&Practitioner> = self.facts.practitioners.values().collect();
        practitioners.retain(|row| row.active || visits.contains_key(&row.practitioner_id));
        practitioners
            .sort_by(|a, b| (&a.name, a.practitioner_id).cmp(&(&b.name, b.practitioner_id)));
        let columns: Vec<DayColumn> = practitioners
            .into_iter()
            .map(|row| {
                let visits = visits.remove(&row.practitioner_id).unwrap_or_default();
                self.column(row, &visits, calendar)
            })
            .collect::<Result<_, _>>()?;
        let (opens, closes) = self.opening(&columns);
        Ok(DaySheet {
            date: self.date,
            today,
            starts_at: self.scale.during.starts_at,
            minutes: self.scale.minutes,
            grid_minutes: self.facts.grid_minutes,
            hours: self.hours(),
            opens,
            closes,
            services: self.services.iter().map(|id| self.service(*id)).collect(),
            columns,
        })
    }

    fn service(&self, service_id: ServiceId) -> DayService {
        DayService {
            service_id,
            name: self.look.service_name(service_id),
        }
    }

    /// Where the sheet lists a service of its visits.
    pub(super) fn service_place(&self, service_id: ServiceId) -> u16 {
        let place = self.services.partition_point(|id| *id < service_id);
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    fn visits_by_practitioner(&self) -> HashMap<PractitionerId, Vec<&BoardVisit>> {
        let mut visits: HashMap<PractitionerId, Vec<&BoardVisit>> = HashMap::new();
        for visit in self.visits {
            if visit.claim.during.overlaps(self.scale.span) {
                let column = visits.entry(visit.claim.practitioner_id).or_default();
                column.push(visit);
            }
        }
        visits
    }

    fn column(
        &self,
        row: &Practitioner,
        visits: &[&BoardVisit],
        calendar: &Calendar<'_>,
    ) -> Result<DayColumn, DeskError> {
        let of_day = self.work.get(&row.practitioner_id);
        let bands = of_day.map_or(&[][..], |of_day| &of_day.bands);
        let work = of_day.map_or(&[][..], |of_day| &of_day.work);
        let work: Vec<Span> = work.iter().map(|stretch| (*stretch).into()).collect();
        Ok(DayColumn {
            practitioner_id: row.practitioner_id,
            name: row.name.clone(),
            bands: bands.iter().map(|band| self.band(band)).collect(),
            visits: self.tiles(visits, &work),
            holds: self.holds(row.practitioner_id),
            waiting: self.waiting(row.practitioner_id)?,
            free: of_day.map_or_else(Vec::new, |of_day| self.free(row, of_day, calendar)),
        })
    }

    fn band(&self, band: &PlanBand) -> Band {
        let (from, until) = self.scale.offsets(band.during.into());
        Band {
            kind: band_kind(band.kind),
            from,
            until,
            wall_start: self.scale.odd_label(from),
            wall_end: self.scale.odd_label(until),
            label: band.label.clone(),
        }
    }

    fn free(&self, row: &Practitioner, of_day: &WorkDay, calendar: &Calendar<'_>) -> Vec<FreeCell> {
        if !row.active {
            return Vec::new();
        }
        let (grid, now) = (self.facts.grid_minutes, self.look.now);
        let starts = calendar.free_starts_in(of_day, row.practitioner_id, grid, now);
        let watches: Vec<&StoredWatch> = self
            .watches
            .iter()
            .filter(|watch| is_shown(watch, row.practitioner_id))
            .collect();
        let cell = |starts_at| {
            let from = self.scale.offset(starts_at);
            FreeCell {
                from,
                until: (from + grid).min(self.scale.minutes),
                wall_start: self.scale.odd_label(from),
                watched: watches.iter().any(|watch| watch.during.has(starts_at)),
            }
        };
        starts.into_iter().map(cell).collect()
    }

    /// A line wherever the wall clock shows a full hour; also right where it shows one twice.
    fn hours(&self) -> Vec<HourLine> {
        let quarters = (0..self.scale.minutes).step_by(15);
        quarters
            .map(|offset| HourLine {
                offset,
                label: self.scale.label(offset),
            })
            .filter(|line| line.label.ends_with(":00"))
            .collect()
    }

    /// From the earliest work or visit to the latest, widened to full hours.
    fn opening(&self, columns: &[DayColumn]) -> (u16, u16) {
        let work = |band: &&Band| matches!(band.kind, BandKind::Working | BandKind::ExtraHours);
        let bands = columns
            .iter()
            .flat_map(|column| column.bands.iter().filter(work));
        let visits = columns.iter().flat_map(|column| &column.visits);
        let spans = bands.map(|band| (band.from, band.until));
        let spans = spans.chain(visits.map(|visit| (visit.from, visit.until)));
        let waiting = columns.iter().flat_map(|column| &column.waiting);
        let spans = spans.chain(waiting.map(|tile| (tile.from, tile.until)));
        let span = spans.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
        let (opens, closes) = span.unwrap_or(USUAL_HOURS);
        (
            opens / HOUR * HOUR,
            closes
                .div_ceil(HOUR)
                .saturating_mul(HOUR)
                .min(self.scale.minutes),
        )
    }
}

fn services_of(visits: &[BoardVisit], span: Span) -> Vec<ServiceId> {
    let shown = visits
        .iter()
        .filter(|visit| visit.claim.during.overlaps(span));
    let mut services: Vec<ServiceId> = shown.map(|visit| visit.claim.service_id).collect();
    services.sort_unstable();
    services.dedup();
    services
}

fn is_shown(watch: &StoredWatch, practitioner_id: PractitionerId) -> bool {
    watch.practitioner_id == practitioner_id
        && watch.draft.is_none()
        && watch.wants == WatchFor::Taken
}

fn band_kind(kind: availability::BandKind) -> BandKind {
    match kind {
        availability::BandKind::Working => BandKind::Working,
        availability::BandKind::ExtraHours => BandKind::ExtraHours,
        availability::BandKind::Break => BandKind::Break,
        availability::BandKind::TimeOff => BandKind::TimeOff,
        availability::BandKind::Closure => BandKind::Closure,
    }
}
