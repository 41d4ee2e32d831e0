//! The rules told a second time, minute by minute and without any cleverness.

use chrono::{Datelike, NaiveDate};
use frontdesk_domain::*;

use crate::world::World;

/// True when the practitioner works in the minute that begins at `at`; for zones and dates whose
/// wall times are all unique.
pub(crate) fn works(world: &World, practitioner_id: PractitionerId, at: Timestamp) -> bool {
    let wall = world.facts.zone.wall(at);
    let applies = |exception: &&Exception| {
        exception
            .practitioner_id
            .is_none_or(|id| id == practitioner_id)
            && exception.from <= wall
            && wall < exception.until
    };
    let exceptions = || world.facts.exceptions.iter().filter(applies);
    if exceptions().any(|exception| exception.kind != ExceptionKind::ExtraHours) {
        return false;
    }
    exceptions().next().is_some() || weekly(world, practitioner_id, wall)
}

fn weekly(world: &World, practitioner_id: PractitionerId, wall: WallDateTime) -> bool {
    let date = wall.0.date();
    let minute = u16::try_from(wall.0.signed_duration_since(date.into()).num_minutes()).unwrap();
    let holds = |schedule: &&Schedule| {
        schedule.practitioner_id == practitioner_id
            && schedule.valid_from <= date
            && schedule.valid_until.is_none_or(|last| date <= last)
    };
    let versions = world.facts.schedules.iter().filter(holds);
    let Some(schedule) = versions.max_by_key(|schedule| schedule.valid_from) else {
        return false;
    };
    let weeks = (monday(date) - monday(schedule.valid_from)).num_days() / 7;
    schedule.blocks.iter().any(|block| {
        i64::from(block.week) == weeks % i64::from(schedule.cycle_weeks)
            && u32::from(block.weekday) == date.weekday().number_from_monday()
            && (block.from.minutes()..block.until.minutes()).contains(&minute)
    })
}

fn monday(mut date: NaiveDate) -> NaiveDate {
    while date.weekday() != chrono::Weekday::Mon {
        date = date.pred_opt().unwrap();
    }
    date
}

/// How many visits of a kind are there in the minute that begins at `at`.
pub(crate) fn count(world: &World, at: Timestamp, kind: impl Fn(&Appointment) -> bool) -> usize {
    let visits = world.facts.appointments.values();
    visits
        .filter(|visit| visit.status.occupies() && visit.occupied().has(at) && kind(visit))
        .count()
}
