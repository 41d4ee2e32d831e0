//! Taking several slots: every visit is checked against everything, and against those before it.

use std::collections::BTreeSet;

use super::book::{self, Booking};
use super::draft::Draft;
use super::fate::{self, Doubt};
use super::permit;
use super::place::{Place, Where};
use super::{Clock, Decided, Wanted, check, rights, scope};
use crate::command::{BookAppointment, BookSeries, SeriesVisit};
use crate::zone::WallDoubt;
use crate::{
    ClinicFacts, ClinicZone, Fate, Interval, Override, Refusal, Resolved, Service, Timestamp,
    WallDateTime, resolve,
};

/// The most visits of a series.
pub const MOST_VISITS: usize = 200;

pub(super) fn book_series(
    wanted: &Wanted<'_, BookSeries>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let mut asked = Asked::of(wanted, facts)?;
    check::patient(wanted.command.patient_id, facts)?;
    if is_repeated(wanted.command, &asked, facts)? {
        return Ok(Decided::default());
    }
    let mut draft = Draft::without(facts, &[]);
    let fates = asked.book(wanted, clock, &mut draft);
    fate::all_or_none(fates)?;
    Ok(draft.decided())
}

/// What would become of every visit, in the order of the command: what a plan shows. The patient
/// need not be known yet.
///
/// # Errors
/// The refusal of a command that is wrong in itself: rights, ids, lengths, texts.
pub(super) fn fates(
    wanted: &Wanted<'_, BookSeries>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Vec<Fate>, Refusal> {
    let mut asked = Asked::of(wanted, facts)?;
    Ok(asked.book(wanted, clock, &mut Draft::without(facts, &[])))
}

/// When the first visit starts, in doubt by the rule of day boundaries.
pub(super) fn first_start(wish: &BookSeries, facts: &ClinicFacts) -> Option<Timestamp> {
    let starts = wish.visits.iter().filter_map(|visit| {
        let resolved = visit.wall_start.map(|wall| resolve(wall, &facts.zone));
        visit.starts_at.or(resolved.map(Resolved::boundary))
    });
    starts.min()
}

/// A series whose command is right in itself.
struct Asked<'a> {
    service: &'a Service,
    notes: Option<String>,
    overriding: Option<Override>,
    /// When each visit is, or why nobody can say.
    times: Vec<Result<Interval, WallDoubt>>,
}

impl<'a> Asked<'a> {
    fn of(wanted: &Wanted<'_, BookSeries>, facts: &'a ClinicFacts) -> Result<Self, Refusal> {
        let wish = wanted.command;
        for visit in &wish.visits {
            rights::may_book_for(wanted.by, visit.practitioner_id)?;
        }
        let service = check::service(wish.service_id, facts)?;
        for visit in &wish.visits {
            let practitioner = check::practitioner(visit.practitioner_id, facts)?;
            if !practitioner.service_ids.contains(&wish.service_id) {
                return Err(check::invalid("service_id"));
            }
            check::location(visit.location_id, facts)?;
        }
        let ids: BTreeSet<_> = wish.visits.iter().map(|v| v.appointment_id).collect();
        if !(1..=MOST_VISITS).contains(&wish.visits.len()) || ids.len() < wish.visits.len() {
            return Err(check::invalid("visits"));
        }
        let times = wish.visits.iter().map(|v| time(v, service, &facts.zone));
        Ok(Self {
            service,
            times: times.collect::<Result<_, _>>()?,
            notes: check::text(wish.notes.as_deref(), check::LONGEST_TEXT, "notes")?,
            overriding: permit::checked(wish.overriding.as_ref())?,
        })
    }

    fn book(
        &mut self,
        wanted: &Wanted<'_, BookSeries>,
        clock: Clock,
        draft: &mut Draft<'_>,
    ) -> Vec<Fate> {
        let zone = draft.facts().zone.clone();
        let visits = wanted.command.visits.iter().zip(&self.times);
        visits
            .map(|(visit, time)| match time {
                Ok(during) => {
                    let booking = self.booking(wanted.command, visit, *during);
                    let taken = booking.take(wanted.by, clock, draft);
                    fate::settled(visit.appointment_id, during, &zone, taken)
                }
                Err(doubt) => self.doubt(visit, *doubt).fate(&zone),
            })
            .collect()
    }

    fn booking<'b>(
        &'b self,
        wish: &BookSeries,
        visit: &SeriesVisit,
        during: Interval,
    ) -> Booking<'b> {
        let service = self.service;
        Booking {
            place: Place {
                appointment_id: visit.appointment_id,
                practitioner_id: visit.practitioner_id,
                patient_id: wish.patient_id,
                location: Where::asked(visit.location_id),
                service,
                during,
                buffers: (service.buffer_before_minutes, service.buffer_after_minutes),
            },
            notes: self.notes.clone(),
            overriding: self.overriding.as_ref(),
            series_id: Some(wish.series_id),
        }
    }

    fn doubt(&self, visit: &SeriesVisit, doubt: WallDoubt) -> Doubt {
        Doubt {
            appointment_id: visit.appointment_id,
            practitioner_id: visit.practitioner_id,
            service_id: self.service.service_id,
            location_id: visit.location_id,
            wall_start: wall_start(visit, doubt),
            minutes: self.service.duration_minutes.into(),
            doubt,
        }
    }
}

/// When a visit of the series is. Exactly one of the two ways to say so, and an end only with an
/// instant: a wall time alone says no length.
fn time(
    visit: &SeriesVisit,
    service: &Service,
    zone: &ClinicZone,
) -> Result<Result<Interval, WallDoubt>, Refusal> {
    let start = match (visit.starts_at, visit.wall_start) {
        (Some(at), None) => Ok(at),
        (None, Some(wall)) => resolve(wall, zone).chosen(None),
        (Some(_), Some(_)) | (None, None) => return Err(check::invalid("visits")),
    };
    match start {
        Ok(at) => {
            let minutes = service.duration_minutes.into();
            let during = check::time(at, visit.ends_at, minutes);
            during.map(Ok).map_err(|_| check::invalid("visits"))
        }
        Err(doubt) => Ok(Err(doubt)),
    }
}

/// The wall time in doubt; only a wall time can be.
fn wall_start(visit: &SeriesVisit, doubt: WallDoubt) -> WallDateTime {
    visit.wall_start.unwrap_or(match doubt {
        WallDoubt::Gap { after, .. } => after.0,
        WallDoubt::Fold { first, .. } => WallDateTime(first.naive_utc()),
    })
}

/// The same id is the same series: a retry is applied without a change.
///
/// # Errors
/// `invalid` for a known series with other content, and for a visit that is known otherwise.
fn is_repeated(wish: &BookSeries, asked: &Asked<'_>, facts: &ClinicFacts) -> Result<bool, Refusal> {
    let known = scope::of_series(wish.series_id, facts).count();
    if known == 0 {
        let used = |visit: &SeriesVisit| facts.appointments.contains_key(&visit.appointment_id);
        if wish.visits.iter().any(used) {
            return Err(check::invalid("visits"));
        }
        return Ok(false);
    }
    let is_same = |(visit, time): (&SeriesVisit, &Result<Interval, WallDoubt>)| {
        let Some(row) = facts.appointments.get(&visit.appointment_id) else {
            return false;
        };
        time.is_ok_and(|during| {
            let single = single(wish, visit, during.starts_at);
            row.series_id == Some(wish.series_id)
                && book::is_same(&single, asked.notes.as_ref(), row)
        })
    };
    let same = known == wish.visits.len() && wish.visits.iter().zip(&asked.times).all(is_same);
    if !same {
        return Err(check::invalid("series_id"));
    }
    Ok(true)
}

/// One visit of the series as a booking of its own.
fn single(wish: &BookSeries, visit: &SeriesVisit, starts_at: Timestamp) -> BookAppointment {
    BookAppointment {
        appointment_id: visit.appointment_id,
        patient_id: wish.patient_id,
        practitioner_id: visit.practitioner_id,
        service_id: wish.service_id,
        location_id: visit.location_id,
        starts_at,
        ends_at: visit.ends_at,
        notes: None,
        overriding: None,
    }
}
