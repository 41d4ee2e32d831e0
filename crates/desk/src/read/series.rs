//! Series: the plan before it is booked, and the visits after. The plan is decided by the same
//! functions as the booking, so that what it shows as free is free unless somebody was faster.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::command::{BookSeries, SeriesVisit};
use frontdesk_domain::decide::{self, Wanted};
use frontdesk_domain::series::{self, SeriesRule};
use frontdesk_domain::{
    Appointment, AppointmentId, AppointmentStatus, Command, Fate, Interval, SeriesId, WallDateTime,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Look;
use super::form::NOBODY;
use super::wall::{hh_mm, hh_mm_end};
use crate::cache::{self, OutboxSlot};
use crate::error::DeskError;
use crate::view::{
    Progress, RefusalView, SeriesBooked, SeriesBooking, SeriesCard, SeriesCardQuery, SeriesChoice,
    SeriesDate, SeriesPlace, SeriesPlan, SeriesPlanQuery, SeriesVisitSummary,
};

/// One date of the rule with what the user has decided for it; no visit when it is left out.
struct Planned {
    rule_date: NaiveDate,
    wall_start: WallDateTime,
    shifted: bool,
    visit: Option<SeriesVisit>,
}

impl Look<'_> {
    /// Every date of the rule with its fate.
    pub(crate) fn series_plan(&self, query: &SeriesPlanQuery) -> Result<SeriesPlan, DeskError> {
        let series_id = query.series_id.unwrap_or(SeriesId(Uuid::nil()));
        let planned = self.planned(query, series_id)?;
        let command = Command::BookSeries(BookSeries {
            series_id,
            patient_id: query.patient_id.unwrap_or(NOBODY),
            service_id: query.service_id,
            notes: None,
            overriding: None,
            visits: visits_of(&planned),
        });
        let fates = self.fates(&command)?;
        let mut plan = SeriesPlan {
            dates: Vec::with_capacity(planned.len()),
            visits: 0,
            open: 0,
        };
        for date in &planned {
            let id = date.visit.as_ref().map(|visit| visit.appointment_id);
            let fate = id.and_then(|id| fates.get(&id));
            let shown = self.date(date, fate, &command, query)?;
            plan.visits += u16::from(!shown.skipped && shown.refusal.is_none());
            plan.open += u16::from(shown.refusal.is_some());
            plan.dates.push(shown);
        }
        Ok(plan)
    }

    /// What a plan asks for, and the time of its first visit.
    pub(crate) fn series_command(
        &self,
        booking: &SeriesBooking,
    ) -> Result<(BookSeries, OutboxSlot), DeskError> {
        let plan = &booking.plan;
        let patient_id = plan
            .patient_id
            .ok_or_else(|| DeskError::invalid("patient_id", "no patient is chosen"))?;
        let visits = visits_of(&self.planned(plan, booking.series_id)?);
        let first = visits
            .first()
            .ok_or_else(|| DeskError::invalid("choices", "no date is left"))?;
        let facts = &self.directory.facts;
        let service = facts.services.get(&plan.service_id);
        let minutes = service.map_or(0, |service| service.duration_minutes.into());
        let starts_at = first.starts_at.unwrap_or_else(|| {
            let resolved = first
                .wall_start
                .map(|wall| frontdesk_domain::resolve(wall, &facts.zone));
            resolved.map_or(plan.starts_at, frontdesk_domain::Resolved::boundary)
        });
        let slot = OutboxSlot {
            practitioner_id: first.practitioner_id,
            during: Interval::new(starts_at, starts_at + TimeDelta::minutes(minutes)),
        };
        let command = BookSeries {
            series_id: booking.series_id,
            patient_id,
            service_id: plan.service_id,
            notes: booking.notes.clone(),
            overriding: booking.overriding.clone(),
            visits,
        };
        Ok((command, slot))
    }

    /// What was booked, as far as the command says it.
    pub(crate) fn series_booked(
        &self,
        command: &BookSeries,
        progress: Progress,
    ) -> Result<SeriesBooked, DeskError> {
        let zone = &self.directory.facts.zone;
        let date = |visit: &SeriesVisit| {
            let of_instant = visit.starts_at.map(|at| zone.date(at));
            of_instant.or(visit.wall_start.map(|wall| wall.0.date()))
        };
        let dates = command.visits.iter().filter_map(date);
        let patient = cache::patient_of(self.tx, command.patient_id)?;
        Ok(SeriesBooked {
            series_id: command.series_id,
            progress,
            status: self.first_status(command)?,
            patient_name: patient.map(|patient| patient.name).unwrap_or_default(),
            service_name: self.service_name(command.service_id),
            visits: u16::try_from(command.visits.len()).unwrap_or(u16::MAX),
            first: dates.clone().min().unwrap_or_default(),
            last: dates.max().unwrap_or_default(),
        })
    }

    /// Where the visits stand, or will when there is an answer.
    fn first_status(&self, command: &BookSeries) -> Result<AppointmentStatus, DeskError> {
        let first = command.visits.first().map(|visit| visit.appointment_id);
        let there = first.map(|id| cache::visit(self.tx, id)).transpose()?;
        let service = self.directory.facts.services.get(&command.service_id);
        Ok(match (there.flatten(), service) {
            (Some(visit), _) => visit.status,
            (None, Some(service)) if service.needs_approval => AppointmentStatus::Pending,
            (None, _) => AppointmentStatus::Booked,
        })
    }

    /// The visits of a series.
    pub(crate) fn series_card(&self, query: SeriesCardQuery) -> Result<SeriesCard, DeskError> {
        let visits = cache::series_visits(self.tx, query.series_id)?;
        if visits.is_empty() {
            return Err(DeskError::NotFound("series"));
        }
        let zone = &self.directory.facts.zone;
        let summary = |visit: &Appointment| {
            let touched = decide::touched_with_series(visit, self.now);
            SeriesVisitSummary {
                appointment_id: visit.appointment_id,
                date: zone.date(visit.starts_at),
                wall_start: hh_mm(zone, visit.starts_at),
                practitioner_name: self.practitioner_name(visit.practitioner_id),
                status: visit.status,
                can_reschedule: touched.reschedule,
                can_update: touched.update,
                can_cancel: touched.cancel,
            }
        };
        Ok(SeriesCard {
            visits: visits.iter().map(summary).collect(),
            version: visits.iter().map(|visit| visit.version).max().unwrap_or(0),
        })
    }

    /// Where a visit stands in its series.
    pub(super) fn series_place(
        &self,
        visit: &Appointment,
    ) -> Result<Option<SeriesPlace>, DeskError> {
        let Some(series_id) = visit.series_id else {
            return Ok(None);
        };
        let ids = cache::visit_ids_of_series(self.tx, series_id)?;
        let before = ids.iter().take_while(|id| **id != visit.appointment_id);
        let number = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        Ok(Some(SeriesPlace {
            series_id,
            index: number(before.count() + 1),
            count: number(ids.len()),
        }))
    }

    fn planned(
        &self,
        query: &SeriesPlanQuery,
        series_id: SeriesId,
    ) -> Result<Vec<Planned>, DeskError> {
        self.check_names(query)?;
        let zone = &self.directory.facts.zone;
        let rule = SeriesRule {
            unit: query.unit,
            every: query.every,
            weekdays: query.weekdays.clone(),
            count: query.count,
        };
        let first = zone.wall(query.starts_at);
        let dates = series::dates(&rule, first, zone).map_err(|refusal| {
            DeskError::invalid(rule_field(refusal.field.as_deref()), "makes no series")
        })?;
        let dates = (0_u16..).zip(dates);
        Ok(dates
            .map(|(index, date)| {
                let id = visit_id(series_id, index);
                let is_first = date.wall_start == first;
                planned(query, id, date.wall_start, is_first)
            })
            .collect())
    }

    fn check_names(&self, query: &SeriesPlanQuery) -> Result<(), DeskError> {
        let facts = &self.directory.facts;
        if !facts.services.contains_key(&query.service_id) {
            return Err(DeskError::NotFound("service"));
        }
        let chosen = query.choices.iter().filter_map(|it| it.practitioner_id);
        for id in chosen.chain([query.practitioner_id]) {
            if !facts.practitioners.contains_key(&id) {
                return Err(DeskError::NotFound("practitioner"));
            }
        }
        Ok(())
    }

    fn fates(&self, command: &Command) -> Result<HashMap<AppointmentId, Fate>, DeskError> {
        let Command::BookSeries(series) = command else {
            return Ok(HashMap::new());
        };
        if series.visits.is_empty() {
            return Ok(HashMap::new());
        }
        let facts = self.facts_for(command, None)?;
        let wanted = Wanted {
            command: series,
            by: &self.me,
            base_version: None,
        };
        let fates = match decide::series_fates(&wanted, &facts, self.now) {
            Ok(fates) => fates,
            Err(refusal) => {
                let view = self.refusal_of(&refusal, command)?;
                return Err(DeskError::Refused(Box::new(view)));
            }
        };
        Ok(fates
            .into_iter()
            .map(|fate| (fate.appointment_id, fate))
            .collect())
    }

    fn date(
        &self,
        planned: &Planned,
        fate: Option<&Fate>,
        command: &Command,
        query: &SeriesPlanQuery,
    ) -> Result<SeriesDate, DeskError> {
        let facts = &self.directory.facts;
        let visit = planned.visit.as_ref();
        let starts_at = fate.and_then(|fate| fate.starts_at);
        let wall = starts_at.map_or(planned.wall_start, |at| facts.zone.wall(at));
        let minutes = facts
            .services
            .get(&query.service_id)
            .map_or(0, |service| i64::from(service.duration_minutes));
        let during = starts_at.map(|at| Interval::new(at, at + TimeDelta::minutes(minutes)));
        let practitioner_id = visit.map_or(query.practitioner_id, |visit| visit.practitioner_id);
        Ok(SeriesDate {
            rule_date: planned.rule_date,
            date: wall.0.date(),
            wall_start: wall.0.format("%H:%M").to_string(),
            wall_end: during
                .map(|during| hh_mm_end(&facts.zone, during))
                .unwrap_or_default(),
            practitioner_id,
            practitioner_name: self.practitioner_name(practitioner_id),
            starts_at,
            skipped: visit.is_none(),
            shifted: planned.shifted,
            refusal: match fate {
                Some(fate) => self.refused_date(fate, command)?,
                None => None,
            },
        })
    }

    fn refused_date(
        &self,
        fate: &Fate,
        command: &Command,
    ) -> Result<Option<RefusalView>, DeskError> {
        let Some(reason) = fate.reason else {
            return Ok(None);
        };
        let facts = &self.directory.facts;
        let alternatives = self.alternatives_of_fate(fate, command, facts)?;
        let refusal = frontdesk_domain::Refusal {
            conflict: fate.conflict.clone(),
            ..frontdesk_domain::Refusal::because(reason)
        };
        Ok(Some(RefusalView {
            alternatives,
            ..self.refusal_of(&refusal, command)?
        }))
    }
}

/// One date of the rule after the user's decision. The first visit is an instant that the user
/// chose; the others are wall times, which the clocks may skip or show twice.
fn planned(
    query: &SeriesPlanQuery,
    appointment_id: AppointmentId,
    wall_start: WallDateTime,
    is_first: bool,
) -> Planned {
    let rule_date = wall_start.0.date();
    let choice = query.choices.iter().find(|choice| choice.date == rule_date);
    let chosen_start = choice.and_then(|choice| choice.starts_at);
    let starts_at = chosen_start.or(is_first.then_some(query.starts_at));
    let visit = SeriesVisit {
        appointment_id,
        practitioner_id: choice
            .and_then(|choice| choice.practitioner_id)
            .unwrap_or(query.practitioner_id),
        starts_at,
        wall_start: starts_at.is_none().then_some(wall_start),
        ends_at: None,
        location_id: choice.and_then(|choice| choice.location_id),
    };
    Planned {
        rule_date,
        wall_start,
        shifted: choice.is_some_and(is_shift),
        visit: (!choice.is_some_and(|choice| choice.skip)).then_some(visit),
    }
}

fn is_shift(choice: &SeriesChoice) -> bool {
    choice.starts_at.is_some() || choice.practitioner_id.is_some() || choice.location_id.is_some()
}

fn visits_of(planned: &[Planned]) -> Vec<SeriesVisit> {
    let visits = planned.iter().filter_map(|date| date.visit.clone());
    visits.collect()
}

/// The same series and the same date of its rule are the same visit, at every try. The ids keep the
/// series' time in front, so that they lie together, in the order of the dates.
fn visit_id(series_id: SeriesId, index: u16) -> AppointmentId {
    let (high, _) = series_id.0.as_u64_pair();
    let digest = Sha256::digest(series_id.0.as_bytes());
    let random = digest
        .iter()
        .take(6)
        .fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    // Variant 0b10, 46 bits of the series, 16 bits of the date.
    let low = 0x8000_0000_0000_0000 | (random >> 2) << 16 | u64::from(index);
    AppointmentId(Uuid::from_u64_pair(high, low))
}

fn rule_field(field: Option<&str>) -> &'static str {
    match field {
        Some("every") => "every",
        Some("weekdays") => "weekdays",
        _ => "count",
    }
}
