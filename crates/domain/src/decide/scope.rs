//! Edits of several visits of a series at once.

use std::collections::BTreeSet;

use super::cancel::is_cancellable;
use super::reschedule::is_movable;
use super::{Clock, check, rights};
use crate::command::SeriesScope;
use crate::{Actor, Appointment, AppointmentStatus, ClinicFacts, Refusal, SeriesId, Timestamp};

/// The visits that an edit is for: the named one, and those of its series in the scope that have not
/// begun and whose status allows it, by start. The others stay as they are.
pub(super) fn concerned<'a>(
    named: &'a Appointment,
    scope: SeriesScope,
    facts: &'a ClinicFacts,
    clock: Option<Clock>,
    allows: impl Fn(AppointmentStatus) -> bool,
) -> Result<Vec<&'a Appointment>, Refusal> {
    if scope == SeriesScope::This {
        return Ok(vec![named]);
    }
    let Some(series_id) = named.series_id else {
        return Err(check::invalid("scope"));
    };
    let mut visits: Vec<_> = of_series(series_id, facts)
        .filter(|visit| {
            let in_scope = scope == SeriesScope::All || visit.starts_at >= named.starts_at;
            let begun = clock.is_some_and(|clock| visit.starts_at < clock.now());
            let changes = in_scope && !begun && allows(visit.status);
            changes || visit.appointment_id == named.appointment_id
        })
        .collect();
    visits.sort_by_key(|visit| (visit.starts_at, visit.appointment_id));
    Ok(visits)
}

/// Which edits of several visits of a series would touch one of them besides the named one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// A move.
    pub reschedule: bool,
    /// Another note.
    pub update: bool,
    /// A cancellation.
    pub cancel: bool,
}

/// What has begun stays as it is, and so does what its status does not allow.
pub fn touched_with_series(visit: &Appointment, now: Timestamp) -> Touched {
    let ahead = visit.starts_at >= now;
    Touched {
        reschedule: ahead && is_movable(visit.status),
        update: ahead && visit.status != AppointmentStatus::Cancelled,
        cancel: ahead && is_cancellable(visit.status),
    }
}

/// The visits of a series, whatever their status.
pub(super) fn of_series(
    series_id: SeriesId,
    facts: &ClinicFacts,
) -> impl Iterator<Item = &Appointment> {
    let visits = facts.appointments.values();
    visits.filter(move |visit| visit.series_id == Some(series_id))
}

/// Rights over every visit.
pub(super) fn may_act_on_all(by: &Actor, visits: &[&Appointment]) -> Result<(), Refusal> {
    let mut practitioners = BTreeSet::new();
    practitioners.extend(visits.iter().map(|visit| visit.practitioner_id));
    practitioners
        .into_iter()
        .try_for_each(|id| rights::may_book_for(by, id))
}

/// The base version covers every visit.
pub(super) fn version_of_all(
    base: Option<u64>,
    visits: &[&Appointment],
    facts: &ClinicFacts,
) -> Result<(), Refusal> {
    let newest = visits.iter().map(|visit| visit.version).max();
    check::version(base, newest.unwrap_or(0), facts)
}
