//! Free slots and services.

use frontdesk_domain::Service;
use frontdesk_domain::availability::{Calendar, SlotQuery};
use frontdesk_protocol::availability::MAX_DAYS;

use super::Look;
use crate::cache::{self, Detail};
use crate::error::DeskError;
use crate::view::{FreeSlots, FreeSlotsQuery, ServiceList, ServiceSummary};

impl Look<'_> {
    /// Free slots of a service between two civil dates.
    pub(crate) fn free_slots(&self, query: &FreeSlotsQuery) -> Result<FreeSlots, DeskError> {
        let days = (query.to - query.from).num_days() + 1;
        if days < 1 {
            return Err(DeskError::invalid("to", "is before 'from'"));
        }
        if days > i64::from(MAX_DAYS) {
            return Err(DeskError::invalid(
                "to",
                format!("is more than {MAX_DAYS} days away"),
            ));
        }
        let directory = &self.directory.facts;
        let service = directory.services.get(&query.service_id);
        let service = service.ok_or(DeskError::NotFound("service"))?;
        if query
            .practitioner_id
            .is_some_and(|id| !directory.practitioners.contains_key(&id))
        {
            return Err(DeskError::NotFound("practitioner"));
        }
        let moved = query.moving.map(|id| {
            let visit = cache::visit(self.tx, id)?;
            visit.ok_or(DeskError::NotFound("appointment"))
        });
        let query = SlotQuery {
            service_id: query.service_id,
            practitioner_id: query.practitioner_id,
            from: query.from,
            to: query.to,
            ignoring: query.moving,
        };
        let reach = query.reach(service, moved.transpose()?.as_ref(), &directory.zone);
        let detail = Detail::Times {
            moving: query.ignoring,
        };
        let ledger = self.ledger(reach, query.practitioner_id, (detail, query.ignoring))?;
        let slots = Calendar::over(directory, &ledger).free_slots(&query, self.now);
        Ok(FreeSlots {
            slots: self.offers(&slots)?,
        })
    }

    /// Services that can be booked, by name.
    pub(crate) fn services(&self) -> ServiceList {
        let facts = &self.directory.facts;
        let mut services: Vec<&Service> = facts.services.values().collect();
        services.retain(|service| service.active);
        services.sort_by(|a, b| a.name.cmp(&b.name));
        let offering = |service: &Service| {
            let all = facts.practitioners.values();
            let offer =
                all.filter(|row| row.active && row.service_ids.contains(&service.service_id));
            offer.map(|row| row.practitioner_id).collect()
        };
        let summary = |service: &Service| ServiceSummary {
            service_id: service.service_id,
            name: service.name.clone(),
            duration_minutes: service.duration_minutes,
            needs_approval: service.needs_approval,
            capacity: service.class_capacity().unwrap_or(1),
            practitioner_ids: offering(service),
        };
        ServiceList {
            services: services.into_iter().map(summary).collect(),
        }
    }
}
