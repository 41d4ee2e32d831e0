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

/// `refused slot_taken (appointment v1 09:30–10:00 by rita)`.
pub(crate) fn refusal(world: &World, refusal: &Refusal) -> String {
    let code = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    let reason = code(serde_json::to_value(refusal.reason).unwrap());
    let field = refusal.field.iter().map(|field| format!(" {field}"));
    let conflict = refusal.conflict.iter().map(|conflict| {
        let kind = code(serde_json::to_value(conflict.kind).unwrap());
        let id = conflict.id.map(name).unwrap_or_default();
        let by = conflict.by.iter().map(|by| format!(" by {}", by.name));
        let during = span(world, &conflict.during);
        format!(" ({kind} {id} {during}{})", by.collect::<String>())
    });
    let details: String = field.chain(conflict).collect();
    format!("refused {reason}{details}")
}
