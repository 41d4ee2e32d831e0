//! A day as text.

use std::fmt::Write as _;

use chrono::NaiveDate;
use frontdesk_domain::availability::{BandKind, SlotQuery, day_plan, free_slots};
use frontdesk_domain::*;

use crate::world::{World, id, name};

/// `09:00–12:00` on the clinic's wall.
pub(crate) fn span(world: &World, during: &Interval) -> String {
    let zone = &world.facts.zone;
    let time = |at| zone.wall(at).0.format("%H:%M").to_string();
    format!("{}–{}", time(during.starts_at), time(during.ends_at))
}

/// Bands, busy time and the free starts of a service, a line each.
pub(crate) fn sheet(
    world: &World,
    practitioner_id: PractitionerId,
    date: NaiveDate,
    service: &str,
) -> String {
    let facts = &world.facts;
    let plan = day_plan(practitioner_id, date, facts);
    let mut text = format!("{} {}\n", name(practitioner_id.0), date.format("%a"));
    for band in &plan.bands {
        let kind = match band.kind {
            BandKind::Working => "works",
            BandKind::ExtraHours => "extra",
            BandKind::Break => "break",
            BandKind::TimeOff => "away",
            BandKind::Closure => "closed",
        };
        let label = band
            .label
            .iter()
            .map(|l| format!(" ({l})"))
            .collect::<String>();
        writeln!(text, "  {kind:6} {}{label}", span(world, &band.during)).unwrap();
    }
    for busy in &plan.busy {
        writeln!(text, "  busy   {}", span(world, busy)).unwrap();
    }
    let query = SlotQuery {
        service_id: id(b's', service),
        practitioner_id: Some(practitioner_id),
        from: date,
        to: date,
        ignoring: None,
    };
    let slots = free_slots(&query, facts, world.now);
    let starts = slots
        .iter()
        .map(|slot| slot.wall_start.0.format(" %H:%M").to_string());
    let line = format!("  {:6}{}", "free", starts.collect::<String>());
    writeln!(text, "{}", line.trim_end()).unwrap();
    text
}

/// The codes of reasons, steps or kinds, as they travel.
pub(crate) fn codes<T: serde::Serialize>(values: &[T]) -> Vec<String> {
    let code = |value: &T| {
        let code = serde_json::to_value(value).unwrap();
        code.as_str().unwrap().to_owned()
    };
    values.iter().map(code).collect()
}

/// `refused slot_taken (appointment v1 09:30–10:00 by rita)`, and the fates of a series.
pub(crate) fn refusal(world: &World, refusal: &Refusal) -> String {
    let mut text = format!("refused {}", codes(&[refusal.reason])[0]);
    if let Some(field) = &refusal.field {
        write!(text, " {field}").unwrap();
    }
    text += &conflict(world, refusal.conflict.as_ref());
    if refusal.reason == Reason::IllegalStatus {
        write!(text, "; legal: {}", codes(&refusal.steps).join(" ")).unwrap();
    }
    if !refusal.changed.is_empty() {
        write!(text, "; changed: {}", refusal.changed.join(" ")).unwrap();
    }
    for fate in &refusal.fates {
        let start = fate.wall_start.0.format("%a %-d %b %H:%M");
        let reason = fate
            .reason
            .map_or("free".to_owned(), |r| codes(&[r]).remove(0));
        let conflict = conflict(world, fate.conflict.as_ref());
        let (visit, instead) = (name(fate.appointment_id.0), instead(&fate.alternatives));
        write!(text, "\n  {visit} {start} {reason}{conflict}{instead}").unwrap();
    }
    text
}

fn conflict(world: &World, conflict: Option<&Conflict>) -> String {
    let Some(conflict) = conflict else {
        return String::new();
    };
    let kind = codes(&[conflict.kind]).remove(0);
    let id = conflict.id.map(name).unwrap_or_default();
    let by = conflict.by.iter().map(|by| format!(" by {}", by.name));
    let during = span(world, &conflict.during);
    format!(" ({kind} {id} {during}{})", by.collect::<String>())
}

fn instead(slots: &[Slot]) -> String {
    let starts = slots
        .iter()
        .map(|slot| format!(" or {}", slot.starts_at.format("%H:%MZ")));
    starts.collect()
}

/// A visit's row.
pub(crate) fn tell_of(world: &World, visit: &str) -> String {
    let visit = &world.facts.appointments[&id(b'v', visit)];
    let start = visit.wall_start.0.format("%a %-d %b %H:%M");
    let (own, patient) = (name(visit.appointment_id.0), name(visit.patient_id.0));
    let service = name(visit.service_id.0);
    let mut text = format!(
        "{own}: {} {start} {service} for {patient}",
        visit.status.code()
    );
    for status in &visit.status_path {
        write!(text, " < {}", status.code()).unwrap();
    }
    if let Some(broken) = &visit.overridden {
        write!(
            text,
            ", over {} ({})",
            codes(&broken.rules).join(","),
            broken.reason
        )
        .unwrap();
    }
    if let Some(reason) = visit.cancel_reason {
        let note = visit.cancel_note.as_deref().unwrap_or("nothing said");
        write!(text, ", {} ({note})", codes(&[reason])[0]).unwrap();
    }
    if let Some(notes) = &visit.notes {
        write!(text, ", notes {notes}").unwrap();
    }
    for seat in world
        .occupancy
        .iter()
        .filter(|row| row.appointment_id == visit.appointment_id)
    {
        if seat.seat >= 1000 {
            write!(text, ", seat {} of {}", seat.seat, name(seat.resource_id.0)).unwrap();
        }
    }
    text + "\n"
}
