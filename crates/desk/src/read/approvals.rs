//! Visits that wait for approval.

use frontdesk_domain::{Appointment, AppointmentStep, Timestamp, decide};

use super::Look;
use super::wall::{hh_mm, hh_mm_end, wall_instant};
use crate::cache;
use crate::error::DeskError;
use crate::view::{ApprovalItem, ApprovalList};

impl Look<'_> {
    /// From the first instant of that day on, by start.
    pub(crate) fn approvals_after(&self, now: Timestamp) -> Result<ApprovalList, DeskError> {
        let zone = &self.directory.facts.zone;
        let today = zone.day(zone.date(now));
        let pending = cache::pending_visits(self.tx, today.starts_at)?;
        let items = pending.into_iter();
        Ok(ApprovalList {
            visits: items
                .map(|(visit, name)| self.approval(&visit, name.unwrap_or_default()))
                .collect(),
        })
    }

    fn approval(&self, visit: &Appointment, patient_name: String) -> ApprovalItem {
        let zone = &self.directory.facts.zone;
        let steps = decide::legal_steps_for(visit, &self.me, self.now);
        ApprovalItem {
            appointment_id: visit.appointment_id,
            patient_name,
            practitioner_name: self.practitioner_name(visit.practitioner_id),
            service_name: self.service_name(visit.service_id),
            starts_at: visit.starts_at,
            date: zone.date(visit.starts_at),
            wall_start: hh_mm(zone, visit.starts_at),
            wall_end: hh_mm_end(zone, visit.during()),
            taken_by_name: visit.taken_by_name.clone(),
            taken_at: wall_instant(zone, visit.taken_at),
            can_decide: steps.contains(&AppointmentStep::Approve),
            version: visit.version,
        }
    }
}
