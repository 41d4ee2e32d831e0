//! What is free instead: a refusal that helps.

use chrono::NaiveDate;

use crate::availability::{
    Asked, Day, Ledger, Offer, Places, Span, Walk, micros, offering, visit_minutes,
};
use crate::interval::shifted;
use crate::{
    Appointment, AppointmentId, ClinicFacts, Command, Fate, Interval, PatientId, PractitionerId,
    Service, ServiceId, Slot, Timestamp,
};

/// At most this many with the same practitioner, and as many with others.
pub const MOST: usize = 3;
/// Alternatives lie within this many days of the wish.
pub const WITHIN_DAYS: i64 = 14;

const DAY_MINUTES: i64 = 24 * 60;
/// The days that are looked at first.
const CLOSE_MINUTES: i64 = 2 * DAY_MINUTES;
/// Longer than any visit with its buffers, and than the odd hours of a clock change.
const MARGIN_MINUTES: i64 = 3 * DAY_MINUTES;

/// The slot that somebody wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotWish {
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// What for.
    pub service_id: ServiceId,
    /// When.
    pub starts_at: Timestamp,
    /// Until when; the length of the visit being moved, else the service's, when absent.
    pub ends_at: Option<Timestamp>,
    /// For whom, once chosen: nothing is offered while they are busy.
    pub patient_id: Option<PatientId>,
    /// A visit that is not in its own way.
    pub ignoring: Option<AppointmentId>,
}

impl SlotWish {
    /// The wish behind a refused visit of a series; none when another slot does not help, or when the
    /// fate has its alternatives already (clock changes). Whoever adds alternatives to a fate loads
    /// [`span`] around it; the other visits of the series, not booked yet, may be among them.
    #[must_use]
    pub fn of_fate(command: &Command, fate: &Fate, facts: &ClinicFacts) -> Option<Self> {
        let starts_at = fate.starts_at?;
        fate.reason.filter(|reason| reason.another_slot_helps())?;
        match command {
            Command::BookSeries(series) => {
                let mut visits = series.visits.iter();
                let visit = visits.find(|v| v.appointment_id == fate.appointment_id)?;
                Some(Self {
                    practitioner_id: visit.practitioner_id,
                    service_id: series.service_id,
                    starts_at,
                    ends_at: visit.ends_at,
                    patient_id: Some(series.patient_id),
                    ignoring: Some(visit.appointment_id),
                })
            }
            Command::RescheduleAppointment(to) => {
                let visit = facts.appointments.get(&fate.appointment_id)?;
                let length = to.ends_at.map(|ends_at| ends_at - to.starts_at);
                Some(Self {
                    practitioner_id: to.practitioner_id.unwrap_or(visit.practitioner_id),
                    starts_at,
                    ends_at: length.and_then(|length| starts_at.checked_add_signed(length)),
                    ..Self::of(visit)
                })
            }
            Command::BookAppointment(_)
            | Command::UpdateAppointment(_)
            | Command::CancelAppointment(_)
            | Command::ApproveAppointment(_)
            | Command::RejectAppointment(_)
            | Command::ArriveAppointment(_)
            | Command::CheckInAppointment(_)
            | Command::CompleteAppointment(_)
            | Command::MarkAppointmentNoShow(_)
            | Command::UndoStatus(_)
            | Command::PutPatient(_)
            | Command::Noop(_) => None,
        }
    }

    /// The wish to have a visit where it is.
    fn of(visit: &Appointment) -> Self {
        Self {
            practitioner_id: visit.practitioner_id,
            service_id: visit.service_id,
            starts_at: visit.starts_at,
            ends_at: Some(visit.ends_at),
            patient_id: Some(visit.patient_id),
            ignoring: Some(visit.appointment_id),
        }
    }

    /// The wish behind a command; none when it wants no slot or names what does not exist.
    #[must_use]
    pub fn behind(command: &Command, facts: &ClinicFacts) -> Option<Self> {
        match command {
            Command::BookAppointment(book) => Some(Self {
                practitioner_id: book.practitioner_id,
                service_id: book.service_id,
                starts_at: book.starts_at,
                ends_at: book.ends_at,
                patient_id: Some(book.patient_id),
                ignoring: Some(book.appointment_id),
            }),
            Command::RescheduleAppointment(to) => {
                let visit = facts.appointments.get(&to.appointment_id)?;
                Some(Self {
                    practitioner_id: to.practitioner_id.unwrap_or(visit.practitioner_id),
                    starts_at: to.starts_at,
                    ends_at: to.ends_at,
                    ..Self::of(visit)
                })
            }
            Command::UndoStatus(on) => {
                let visit = facts.appointments.get(&on.appointment_id)?;
                Some(Self::of(visit))
            }
            // An update keeps its time; each visit of a series has a fate of its own.
            Command::UpdateAppointment(_)
            | Command::CancelAppointment(_)
            | Command::ApproveAppointment(_)
            | Command::RejectAppointment(_)
            | Command::ArriveAppointment(_)
            | Command::CheckInAppointment(_)
            | Command::CompleteAppointment(_)
            | Command::MarkAppointmentNoShow(_)
            | Command::BookSeries(_)
            | Command::PutPatient(_)
            | Command::Noop(_) => None,
        }
    }
}

/// Which visits must be loaded before alternatives are asked for.
#[must_use]
pub fn span(starts_at: Timestamp, now: Timestamp) -> Interval {
    with_margin(&reach(starts_at, now))
}

/// Free slots near the wish: at most 3 with the same practitioner, then at most 3 with others who
/// offer the service, each nearest first (the earlier of two equally near); within 14 days, never in
/// the past, never while the patient is busy, never the wish itself or where the visit is now.
#[must_use]
pub fn near(wish: &SlotWish, facts: &ClinicFacts, now: Timestamp) -> Vec<Slot> {
    near_in(wish, facts, &Ledger::of(facts), now)
}

/// The same over visits and holds that are kept in a ledger; those of the facts are not looked at.
#[must_use]
pub fn near_in(wish: &SlotWish, facts: &ClinicFacts, ledger: &Ledger, now: Timestamp) -> Vec<Slot> {
    let Some(service) = facts.services.get(&wish.service_id).filter(|s| s.active) else {
        return Vec::new();
    };
    // Nearly always the days around the wish have enough; only else two weeks are looked through.
    let reach = reach(wish.starts_at, now);
    let close = shifted(wish.starts_at.max(now), CLOSE_MINUTES).min(reach.ends_at);
    let far = shifted(wish.starts_at, -CLOSE_MINUTES).max(reach.starts_at);
    let within = |reach: Interval| Search::over(reach, wish, service, facts, ledger).all();
    let slots = within(Interval::new(far, close));
    if slots.len() < 2 * MOST {
        return within(reach);
    }
    slots
}

/// When an alternative may start: a wish in the past looks on from now.
fn reach(starts_at: Timestamp, now: Timestamp) -> Interval {
    let around = starts_at.max(now);
    Interval::new(
        shifted(starts_at, -WITHIN_DAYS * DAY_MINUTES).max(now),
        shifted(around, WITHIN_DAYS * DAY_MINUTES),
    )
}

fn with_margin(reach: &Interval) -> Interval {
    Interval::new(
        shifted(reach.starts_at, -MARGIN_MINUTES),
        shifted(reach.ends_at, MARGIN_MINUTES),
    )
}

struct Search<'a> {
    wish: &'a SlotWish,
    service: &'a Service,
    facts: &'a ClinicFacts,
    ledger: &'a Ledger,
    places: Places<'a>,
    patient: Vec<Span>,
    /// Where the visit that is being moved is now.
    from: Option<(PractitionerId, Timestamp)>,
    reach: Interval,
}

impl<'a> Search<'a> {
    fn over(
        reach: Interval,
        wish: &'a SlotWish,
        service: &'a Service,
        facts: &'a ClinicFacts,
        ledger: &'a Ledger,
    ) -> Self {
        let asked = Asked::around(&reach, wish.ignoring);
        let patient = wish.patient_id;
        let named = wish.ignoring.and_then(|id| facts.appointments.get(&id));
        let named = named.map(|visit| (visit.practitioner_id, visit.starts_at));
        let claimed = || {
            let claim = ledger.claim(wish.ignoring?)?;
            Some((claim.practitioner_id, claim.during.interval()?.starts_at))
        };
        Self {
            wish,
            service,
            facts,
            ledger,
            patient: patient.map_or_else(Vec::new, |id| ledger.patient_busy(id, &asked)),
            from: named.or_else(claimed),
            places: Places::of(facts, ledger, asked),
            reach,
        }
    }

    fn all(mut self) -> Vec<Slot> {
        let (same, others): (Vec<_>, Vec<_>) =
            offering(self.service, self.facts).partition(|id| *id == self.wish.practitioner_id);
        let mut slots = self.nearest(&same);
        slots.extend(self.nearest(&others));
        slots
    }

    /// Looks at the wish's date first, then outwards, until no other date can be nearer.
    fn nearest(&mut self, practitioners: &[PractitionerId]) -> Vec<Slot> {
        let offers = self.offers(practitioners);
        let mut best = Vec::new();
        if offers.is_empty() {
            return best;
        }
        for date in self.dates_outwards() {
            let day = Day::of(date, &self.facts.zone);
            let full = best.len() == MOST;
            if full
                && best
                    .last()
                    .is_some_and(|last| self.away(last) <= self.days_away(&day))
            {
                continue;
            }
            for offer in &offers {
                let earliest = self.reach.starts_at;
                offer.slots_of(&day, earliest, &mut self.places, &mut best);
            }
            best.retain(|slot| self.suits(slot));
            best.sort_by_key(|slot| (self.away(slot), slot.starts_at, slot.practitioner_id));
            best.truncate(MOST);
        }
        best
    }

    fn offers(&self, practitioners: &[PractitionerId]) -> Vec<Offer<'a>> {
        let minutes = match self.wish.ends_at {
            Some(ends_at) => (ends_at - self.wish.starts_at).num_minutes(),
            None => visit_minutes(self.service, self.wish.ignoring, self.facts, self.ledger),
        };
        if !(1..=DAY_MINUTES).contains(&minutes) {
            return Vec::new();
        }
        let asked = Asked::around(&self.reach, self.wish.ignoring);
        practitioners
            .iter()
            .map(|id| Offer::of(*id, self.service, minutes, self.ledger, &asked, self.facts))
            .collect()
    }

    fn dates_outwards(&self) -> Vec<NaiveDate> {
        let zone = &self.facts.zone;
        let last = zone.date(self.reach.ends_at);
        let mut days: Vec<_> = zone
            .date(self.reach.starts_at)
            .iter_days()
            .take_while(|date| *date <= last)
            .collect();
        let wished = zone.date(self.wish.starts_at);
        days.sort_by_key(|date| (*date - wished).abs());
        days
    }

    fn suits(&self, slot: &Slot) -> bool {
        let visit = Span::from(Interval::new(slot.starts_at, slot.ends_at));
        let place = (slot.practitioner_id, slot.starts_at);
        slot.starts_at < self.reach.ends_at
            && place != (self.wish.practitioner_id, self.wish.starts_at)
            && Some(place) != self.from
            && !Walk::from(&self.patient, micros(slot.starts_at)).touches(visit)
    }

    fn away(&self, slot: &Slot) -> chrono::TimeDelta {
        (slot.starts_at - self.wish.starts_at).abs()
    }

    /// The least distance that a slot of the day can have.
    fn days_away(&self, day: &Day<'_>) -> chrono::TimeDelta {
        let wished = self.wish.starts_at;
        (day.during.starts_at - wished).max(wished - day.during.ends_at)
    }
}
