//! Changing what visits are about, not where they are.

use super::draft::{Draft, taken_by};
use super::fate;
use super::permit::{Broken, Permit};
use super::place::Place;
use super::rivals::Rivals;
use super::{Clock, Decided, Wanted, check, scope, step};
use crate::command::{SeriesScope, UpdateAppointment};
use crate::{Appointment, AppointmentStatus, ClinicFacts, Override, Reason, Refusal, Service};

pub(super) fn update(
    wanted: &Wanted<'_, UpdateAppointment>,
    facts: &ClinicFacts,
    clock: Clock,
) -> Result<Decided, Refusal> {
    let wish = wanted.command;
    let named = check::visit(wish.appointment_id, wanted.by, facts)?;
    let allows = |status| is_updatable(wish, status);
    let visits = scope::concerned(named, wish.scope, facts, Some(clock), allows)?;
    scope::may_act_on_all(wanted.by, &visits)?;
    for visit in &visits {
        named_rows(wish, visit, facts)?;
    }
    let notes = check::text(wish.notes.as_deref(), check::LONGEST_TEXT, "notes")?;
    if !allows(named.status) {
        return Err(step::illegal(named, clock));
    }
    let mut edits = Vec::with_capacity(visits.len());
    for visit in &visits {
        let edit = Edit::of(wish, notes.as_ref(), visit, facts)?;
        edits.push(edit.asked_by(wanted, clock));
    }
    edits.retain(|edit| edit.after != *edit.before);
    if edits.is_empty() {
        return Ok(Decided::default());
    }
    scope::version_of_all(wanted.base_version, &visits, facts)?;
    if wish.scope == SeriesScope::This {
        let mut draft = Draft::of(facts);
        for edit in edits {
            edit.make(wanted, facts, &mut draft)?;
        }
        return Ok(draft.decided());
    }
    let replaced = edits.iter().filter(|edit| edit.takes_place());
    let leaving: Vec<_> = replaced.map(|edit| edit.before).collect();
    let mut draft = Draft::without(facts, &leaving);
    let mut fates = Vec::with_capacity(edits.len());
    for edit in edits {
        let (id, during) = (edit.before.appointment_id, edit.before.during());
        let made = edit.make(wanted, facts, &mut draft);
        fates.push(fate::settled(id, &during, &facts.zone, made));
    }
    fate::all_or_none(fates)?;
    Ok(draft.decided())
}

/// Notes can be written on whatever was not cancelled; whom and what a visit is for is settled once
/// it goes on.
pub(super) fn is_updatable(wish: &UpdateAppointment, status: AppointmentStatus) -> bool {
    match status {
        AppointmentStatus::Pending | AppointmentStatus::Booked | AppointmentStatus::Arrived => true,
        AppointmentStatus::CheckedIn | AppointmentStatus::Fulfilled | AppointmentStatus::NoShow => {
            wish.patient_id.is_none() && wish.service_id.is_none()
        }
        AppointmentStatus::Cancelled => false,
    }
}

/// Everything that the command names is known, and what is new can be booked.
fn named_rows(
    wish: &UpdateAppointment,
    visit: &Appointment,
    facts: &ClinicFacts,
) -> Result<(), Refusal> {
    if let Some(id) = wish.patient_id {
        check::patient(id, facts)?;
    }
    let Some(id) = wish.service_id.filter(|id| *id != visit.service_id) else {
        return Ok(());
    };
    check::service(id, facts)?;
    let practitioner = check::practitioner(visit.practitioner_id, facts)?;
    if !practitioner.service_ids.contains(&id) {
        return Err(check::invalid("service_id"));
    }
    Ok(())
}

/// A visit before and after.
struct Edit<'a> {
    before: &'a Appointment,
    after: Appointment,
    service: &'a Service,
}

impl<'a> Edit<'a> {
    fn of(
        wish: &UpdateAppointment,
        notes: Option<&String>,
        before: &'a Appointment,
        facts: &'a ClinicFacts,
    ) -> Result<Self, Refusal> {
        let mut after = before.clone();
        if wish.notes.is_some() {
            after.notes = notes.cloned();
        }
        after.patient_id = wish.patient_id.unwrap_or(before.patient_id);
        after.service_id = wish.service_id.unwrap_or(before.service_id);
        let service = check::service_of(&after, facts)?;
        if after.service_id != before.service_id {
            after.buffer_before_minutes = service.buffer_before_minutes;
            after.buffer_after_minutes = service.buffer_after_minutes;
            ask_anew(&mut after, service);
        }
        Ok(Self {
            before,
            after,
            service,
        })
    }

    /// What waits for approval now is what this user asks for, not what somebody booked before.
    fn asked_by(mut self, wanted: &Wanted<'_, UpdateAppointment>, clock: Clock) -> Self {
        if self.takes_place() && self.after.status == AppointmentStatus::Pending {
            self.after = taken_by(self.after, wanted, clock);
        }
        self
    }

    fn takes_place(&self) -> bool {
        self.after.service_id != self.before.service_id
    }

    fn make(
        mut self,
        wanted: &Wanted<'_, UpdateAppointment>,
        facts: &ClinicFacts,
        draft: &mut Draft<'_>,
    ) -> Result<(), Refusal> {
        let swaps_patient = self.after.patient_id != self.before.patient_id;
        if swaps_patient {
            self.after.overridden = without_patient(self.after.overridden.take());
        }
        if self.takes_place() {
            return self.take_place(wanted, facts, draft);
        }
        if swaps_patient {
            let place = Place::of(&self.after, self.service);
            let rivals = Rivals::of(&place, wanted.by, draft.facts());
            if let Some(busy) = rivals.patient(&place) {
                return Err(busy.refusal(wanted.by));
            }
            draft.swap_patient(self.after);
        } else {
            draft.keep(self.after);
        }
        Ok(())
    }

    /// The visit keeps its time; another service's buffers and class must fit there. Leave that was
    /// given for it as it was (in `facts`) is none over visits that it meets only now.
    fn take_place(
        mut self,
        wanted: &Wanted<'_, UpdateAppointment>,
        facts: &ClinicFacts,
        draft: &mut Draft<'_>,
    ) -> Result<(), Refusal> {
        let overridden = self.after.overridden.take();
        let before = Place::of(self.before, check::service_of(self.before, facts)?);
        let known = before.in_the_way(wanted.by, facts);
        let permit = Permit::kept(overridden.as_ref(), &known, self.service, wanted.by);
        let place = Place::of(&self.after, self.service);
        let broken = self.hours(&place, &permit, draft.facts())?;
        let settled = place.settle_again(&permit, draft.facts(), broken)?;
        self.after.overridden = settled.broken.recorded(overridden.as_ref());
        draft.place(self.after, settled, self.service, wanted.by);
        Ok(())
    }

    /// A block may take only some services. A visit that is outside of its hours already stays so.
    fn hours(
        &self,
        place: &Place<'_>,
        permit: &Permit<'_>,
        facts: &ClinicFacts,
    ) -> Result<Broken, Refusal> {
        let mut broken = Broken::default();
        let Err(refusal) = place.hours(permit, facts, &mut broken) else {
            return Ok(broken);
        };
        let service = check::service_of(self.before, facts)?;
        let before = Place::of(self.before, service);
        match before.hours(permit, facts, &mut Broken::default()) {
            Ok(_) => Err(refusal),
            Err(_) => Ok(broken),
        }
    }
}

/// A visit waits for approval as a booking of its service would. What it was before stays on its path:
/// approved, or for a service that needs no approval, it is that again.
fn ask_anew(visit: &mut Appointment, service: &Service) {
    let waits = visit.status == AppointmentStatus::Pending;
    if service.needs_approval && !waits {
        visit.status_path.push(visit.status);
        visit.status = AppointmentStatus::Pending;
    } else if waits && !service.needs_approval {
        visit.status = visit.status_path.pop().unwrap_or(AppointmentStatus::Booked);
    }
}

/// The override of a visit whose patient is another one, who must be free.
fn without_patient(overridden: Option<Override>) -> Option<Override> {
    let mut overridden = overridden?;
    overridden.rules.retain(|rule| *rule != Reason::PatientBusy);
    (!overridden.rules.is_empty()).then_some(overridden)
}
