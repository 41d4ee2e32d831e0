//! The rules of design §4 once more, as plainly as they can be said: a list of visits that is walked
//! from end to end. It shares nothing with the rules that are tested but the words.

mod holds;

use std::collections::BTreeMap;

use frontdesk_domain::AppointmentStatus::{
    Arrived, Booked, Cancelled, CheckedIn, Fulfilled, NoShow, Pending,
};
use frontdesk_domain::command::SeriesScope;
use frontdesk_domain::{
    AppointmentId, AppointmentStatus, AppointmentStep, Interval, LocationId, OverlapPolicy,
    PatientId, PractitionerId, Reason, Role, SeriesId, Service, ServiceId, Slot,
};

/// A visit as the model knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) practitioner: PractitionerId,
    pub(super) service: ServiceId,
    pub(super) patient: PatientId,
    pub(super) location: Option<LocationId>,
    pub(super) during: Interval,
    pub(super) status: AppointmentStatus,
    pub(super) path: Vec<AppointmentStatus>,
    /// The rules that its place breaks.
    pub(super) broken: Vec<Reason>,
    pub(super) notes: Option<String>,
    pub(super) series: Option<SeriesId>,
    pub(super) version: u64,
}

/// A slot that a device keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) practitioner: PractitionerId,
    pub(super) during: Interval,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker {
    pub(super) device: usize,
    pub(super) role: Role,
    pub(super) own: Option<PractitionerId>,
}

/// What is asked for, with everything looked up.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    Book(AppointmentId, Slot, PatientId, Vec<Reason>),
    Move(AppointmentId, Slot, Vec<Reason>),
    Note(AppointmentId, String),
    Swap(AppointmentId, PatientId),
    Step(AppointmentId, AppointmentStep),
    /// All of them or none.
    Series(SeriesId, Vec<(AppointmentId, Slot)>, PatientId, Vec<Reason>),
    /// This one and those of its series: all, or those that follow.
    Cancel(AppointmentId, SeriesScope),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Changed,
    Unchanged,
    Refused(Reason),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) services: BTreeMap<ServiceId, Service>,
    /// How many visits a location takes at once.
    pub(super) rooms: BTreeMap<LocationId, u16>,
    pub(super) visits: BTreeMap<AppointmentId, Visit>,
    /// By device and the device's own number of the hold.
    pub(super) holds: BTreeMap<(usize, usize), Kept>,
}

type Decision = Result<Option<Visit>, Reason>;
type Decisions = Result<Vec<(AppointmentId, Visit)>, Reason>;

impl Model {
    /// Decides, and makes it so under this number of the feed.
    pub(super) fn decide(&mut self, by: Asker, ask: &Ask, base: Option<u64>, seq: u64) -> Verdict {
        let one = |id: &AppointmentId, decision: Decision| {
            decision.map(|visit| visit.map(|visit| (*id, visit)).into_iter().collect())
        };
        let decided = match ask {
            Ask::Book(id, slot, patient, over) => {
                one(id, self.booked(by, slot, *patient, over).map(Some))
            }
            Ask::Move(id, slot, over) => one(id, self.shift(by, *id, slot, over, base)),
            Ask::Note(id, text) => one(id, self.note(by, *id, text, base)),
            Ask::Swap(id, patient) => one(id, self.swap(by, *id, *patient)),
            Ask::Step(id, step) => one(id, self.step(by, *id, *step, base)),
            Ask::Series(id, visits, patient, over) => self.series(by, *id, visits, *patient, over),
            Ask::Cancel(id, scope) => self.cancel(by, *id, *scope, base),
        };
        match decided {
            Err(reason) => Verdict::Refused(reason),
            Ok(visits) if visits.is_empty() => Verdict::Unchanged,
            Ok(visits) => {
                self.make_so(by, visits, seq);
                Verdict::Changed
            }
        }
    }

    /// Holds end by what was held before the command, whatever several visits of it have in common.
    fn make_so(&mut self, by: Asker, visits: Vec<(AppointmentId, Visit)>, seq: u64) {
        let mut ended = Vec::new();
        for (id, visit) in visits {
            let before = self.visits.get(&id);
            let takes_place = before.is_none_or(|before| {
                before.during != visit.during
                    || before.practitioner != visit.practitioner
                    || before.location != visit.location
                    || before.status == Cancelled
            });
            if takes_place && visit.status != Cancelled {
                ended.extend(self.ended(by, id, &visit));
            }
            let version = seq;
            self.visits.insert(id, Visit { version, ..visit });
        }
        self.holds.retain(|hold, _| !ended.contains(hold));
    }

    /// True when whoever has no hold may take that slot for a patient who is free.
    pub(super) fn offers(&self, slot: &Slot) -> bool {
        let nobody = Asker {
            device: usize::MAX,
            role: Role::Receptionist,
            own: None,
        };
        let visit = Self::visit(slot, PatientId(uuid::Uuid::nil()));
        self.placed(nobody, None, visit, &[]).is_ok()
    }

    fn booked(
        &self,
        by: Asker,
        slot: &Slot,
        patient: PatientId,
        over: &[Reason],
    ) -> Result<Visit, Reason> {
        acts_for(by, slot.practitioner_id)?;
        let mut visit = Self::visit(slot, patient);
        if self.services[&slot.service_id].needs_approval {
            visit.status = Pending;
        }
        self.placed(by, None, visit, over)
    }

    fn series(
        &self,
        by: Asker,
        series: SeriesId,
        visits: &[(AppointmentId, Slot)],
        patient: PatientId,
        over: &[Reason],
    ) -> Decisions {
        for (_, slot) in visits {
            acts_for(by, slot.practitioner_id)?;
        }
        let mut with_those_before = self.clone();
        let mut placed = Vec::new();
        for (id, slot) in visits {
            let visit = with_those_before.booked(by, slot, patient, over)?;
            let series = Some(series);
            let visit = Visit { series, ..visit };
            with_those_before.visits.insert(*id, visit.clone());
            placed.push((*id, visit));
        }
        Ok(placed)
    }

    fn cancel(
        &self,
        by: Asker,
        id: AppointmentId,
        scope: SeriesScope,
        base: Option<u64>,
    ) -> Decisions {
        let named = self.of(by, id)?;
        let series = named.series.ok_or(Reason::Invalid)?;
        let concerned = self.visits.iter().filter(|(other, visit)| {
            let follows = visit.during.starts_at >= named.during.starts_at;
            let is_meant = visit.series == Some(series) && (scope == SeriesScope::All || follows);
            **other == id || is_meant && matches!(visit.status, Pending | Booked | Arrived)
        });
        let concerned: Vec<_> = concerned.collect();
        for (_, visit) in &concerned {
            acts_for(by, visit.practitioner)?;
        }
        let live = concerned
            .into_iter()
            .filter(|(_, it)| it.status != Cancelled);
        let live: Vec<_> = live.collect();
        if live.is_empty() {
            return Ok(Vec::new());
        }
        if named.status != Cancelled {
            leads(AppointmentStep::Cancel, named.status).ok_or(Reason::IllegalStatus)?;
        }
        for (_, visit) in &live {
            fresh(visit, base)?;
        }
        let given_up = live.into_iter().map(|(id, visit)| {
            let mut visit = visit.clone();
            visit.path.push(visit.status);
            visit.status = Cancelled;
            (*id, visit)
        });
        Ok(given_up.collect())
    }

    fn shift(
        &self,
        by: Asker,
        id: AppointmentId,
        slot: &Slot,
        over: &[Reason],
        base: Option<u64>,
    ) -> Decision {
        acts_for(by, slot.practitioner_id)?;
        let visit = self.of(by, id)?;
        if !matches!(visit.status, Pending | Booked) {
            return Err(Reason::IllegalStatus);
        }
        let to = Self::visit(slot, visit.patient);
        let is_there = (to.practitioner, to.during) == (visit.practitioner, visit.during)
            && (to.location.is_none() || to.location == visit.location);
        if is_there {
            return Ok(None);
        }
        fresh(visit, base)?;
        let moved = Visit {
            practitioner: to.practitioner,
            location: to.location,
            during: to.during,
            ..visit.clone()
        };
        self.placed(by, Some(id), moved, over).map(Some)
    }

    fn note(&self, by: Asker, id: AppointmentId, text: &str, base: Option<u64>) -> Decision {
        let visit = self.of(by, id)?;
        if visit.status == Cancelled {
            return Err(Reason::IllegalStatus);
        }
        let notes = (!text.is_empty()).then(|| text.to_owned());
        if notes == visit.notes {
            return Ok(None);
        }
        fresh(visit, base)?;
        Ok(Some(Visit {
            notes,
            ..visit.clone()
        }))
    }

    fn swap(&self, by: Asker, id: AppointmentId, patient: PatientId) -> Decision {
        let visit = self.of(by, id)?;
        if !matches!(visit.status, Pending | Booked | Arrived) {
            return Err(Reason::IllegalStatus);
        }
        if patient == visit.patient {
            return Ok(None);
        }
        let mut swapped = Visit {
            patient,
            ..visit.clone()
        };
        swapped.broken.retain(|rule| *rule != Reason::PatientBusy);
        if self.is_busy(Some(id), &swapped) {
            return Err(Reason::PatientBusy);
        }
        Ok(Some(swapped))
    }

    fn step(
        &self,
        by: Asker,
        id: AppointmentId,
        step: AppointmentStep,
        base: Option<u64>,
    ) -> Decision {
        let visit = self.of(by, id)?;
        let mut visit = visit.clone();
        if step == AppointmentStep::Undo {
            let before = visit.path.pop().ok_or(Reason::IllegalStatus)?;
            fresh(&visit, base)?;
            let was = std::mem::replace(&mut visit.status, before);
            if was != Cancelled {
                return Ok(Some(visit));
            }
            let allowed = std::mem::take(&mut visit.broken);
            return self.taken_again(by, id, visit, &allowed).map(Some);
        }
        if visit.path.last().and_then(|from| leads(step, *from)) == Some(visit.status)
            || (step == AppointmentStep::Cancel && visit.status == Cancelled)
        {
            return Ok(None);
        }
        let next = leads(step, visit.status).ok_or(Reason::IllegalStatus)?;
        // Every visit here lies ahead: nobody can have failed to come.
        if next == NoShow {
            return Err(Reason::IllegalStatus);
        }
        fresh(&visit, base)?;
        visit.path.push(visit.status);
        visit.status = next;
        Ok(Some(visit))
    }

    /// The visit, if this user may act on it.
    fn of(&self, by: Asker, id: AppointmentId) -> Result<&Visit, Reason> {
        let visit = self.visits.get(&id).ok_or(Reason::UnknownId)?;
        acts_for(by, visit.practitioner)?;
        Ok(visit)
    }

    fn visit(slot: &Slot, patient: PatientId) -> Visit {
        Visit {
            practitioner: slot.practitioner_id,
            service: slot.service_id,
            patient,
            location: slot.location_id,
            during: Interval::new(slot.starts_at, slot.ends_at),
            status: Booked,
            path: Vec::new(),
            broken: Vec::new(),
            notes: None,
            series: None,
            version: 0,
        }
    }

    /// The visit in its place, with the rules that it breaks there, all of them named and allowed.
    fn placed(
        &self,
        by: Asker,
        id: Option<AppointmentId>,
        visit: Visit,
        over: &[Reason],
    ) -> Result<Visit, Reason> {
        let mut broken = Vec::new();
        for rule in self.against(by, id, &visit) {
            if !over.contains(&rule) {
                return Err(rule);
            }
            if !self.may_break(by, visit.service) {
                return Err(Reason::Forbidden);
            }
            if !broken.contains(&rule) {
                broken.push(rule);
            }
        }
        Ok(Visit { broken, ..visit })
    }

    /// The same for a visit that was cancelled: what was allowed then is allowed to whoever may.
    fn taken_again(
        &self,
        by: Asker,
        id: AppointmentId,
        visit: Visit,
        allowed: &[Reason],
    ) -> Result<Visit, Reason> {
        let may = self.may_break(by, visit.service);
        let allowed = if may { allowed } else { &[] };
        self.placed(by, Some(id), visit, allowed)
    }

    /// The rules that speak against a place, in their order.
    fn against(&self, by: Asker, id: Option<AppointmentId>, visit: &Visit) -> Vec<Reason> {
        let occupied = self.occupied(visit);
        let places = self.places(visit.service);
        let is_class = self.services[&visit.service].class_capacity().is_some();
        let with: Vec<&Visit> = self.rivals(id, visit.practitioner, occupied).collect();
        let seats: Vec<Interval> = with.iter().map(|it| self.occupied(it)).collect();
        let held = self.foreign_holds(by.device, visit.practitioner, occupied);
        let mut against = Vec::new();
        if with
            .iter()
            .any(|it| !is_class || it.service != visit.service)
        {
            against.push(Reason::SlotTaken);
        } else if most_at_once(&seats, occupied) >= places {
            against.push(Reason::CapacityFull);
        }
        if by.role != Role::Manager && !held.is_empty() {
            let both: Vec<Interval> = seats
                .iter()
                .copied()
                .chain(held.iter().map(|it| it.during))
                .collect();
            if !is_class {
                against.push(Reason::SlotTaken);
            } else if most_at_once(&both, occupied) >= places {
                against.push(Reason::CapacityFull);
            }
        }
        if let Some(room) = visit.location {
            let there = self.visits.iter().filter(|(other, it)| {
                Some(**other) != id && it.location == Some(room) && it.status.occupies()
            });
            let there: Vec<Interval> = there.map(|(_, it)| self.occupied(it)).collect();
            if most_at_once(&there, occupied) >= usize::from(self.rooms[&room]) {
                against.push(Reason::LocationBusy);
            }
        }
        if self.is_busy(id, visit) {
            against.push(Reason::PatientBusy);
        }
        against
    }

    fn is_busy(&self, id: Option<AppointmentId>, visit: &Visit) -> bool {
        self.visits.iter().any(|(other, it)| {
            Some(*other) != id
                && it.patient == visit.patient
                && it.status.occupies()
                && it.during.overlaps(&visit.during)
        })
    }

    /// The visits of a practitioner that touch a time.
    fn rivals(
        &self,
        id: Option<AppointmentId>,
        practitioner: PractitionerId,
        during: Interval,
    ) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter_map(move |(other, visit)| {
            let there = Some(*other) != id
                && visit.practitioner == practitioner
                && visit.status.occupies()
                && self.occupied(visit).overlaps(&during);
            there.then_some(visit)
        })
    }

    fn occupied(&self, visit: &Visit) -> Interval {
        let service = &self.services[&visit.service];
        let (before, after) = (service.buffer_before_minutes, service.buffer_after_minutes);
        visit.during.widened(before, after)
    }

    fn places(&self, service: ServiceId) -> usize {
        self.services[&service]
            .class_capacity()
            .map_or(1, usize::from)
    }

    fn may_break(&self, by: Asker, service: ServiceId) -> bool {
        by.role == Role::Manager || self.services[&service].overlap_policy == OverlapPolicy::Warn
    }
}

fn acts_for(by: Asker, practitioner: PractitionerId) -> Result<(), Reason> {
    if by.role == Role::Practitioner && by.own != Some(practitioner) {
        return Err(Reason::Forbidden);
    }
    Ok(())
}

fn fresh(visit: &Visit, base: Option<u64>) -> Result<(), Reason> {
    if base.is_some_and(|seen| seen < visit.version) {
        return Err(Reason::StaleVersion);
    }
    Ok(())
}

fn leads(step: AppointmentStep, from: AppointmentStatus) -> Option<AppointmentStatus> {
    use AppointmentStep as Take;
    match (step, from) {
        (Take::Approve, Pending) => Some(Booked),
        (Take::Reject, Pending) | (Take::Cancel, Pending | Booked | Arrived) => Some(Cancelled),
        (Take::Arrive, Booked) => Some(Arrived),
        (Take::CheckIn, Arrived) => Some(CheckedIn),
        (Take::Complete, CheckedIn) => Some(Fulfilled),
        (Take::MarkNoShow, Booked) => Some(NoShow),
        _ => None,
    }
}

/// How many of these are there at the fullest instant of a time.
fn most_at_once(all: &[Interval], during: Interval) -> usize {
    let near = all.iter().filter(|one| one.overlaps(&during));
    let counts = near.map(|one| {
        let at = one.starts_at.max(during.starts_at);
        all.iter().filter(|other| other.has(at)).count()
    });
    counts.max().unwrap_or(0)
}
