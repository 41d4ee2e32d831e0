//! What a row must be by itself: what no command could have written is not taken over.

use chrono::{Datelike, TimeDelta, Timelike};
use frontdesk_domain::{
    Appointment, Clinic, ClinicZone, Exception, Location, OverlapPolicy, Patient, Schedule,
    ScheduleBlock, Service, Timestamp, WallDateTime, decide,
};

use crate::operate::found;

/// Seats beyond these are for overlaps that an override allows.
const MOST_SEATS: u16 = 999;

/// In characters, as commands have them.
const LONGEST_TEXT: usize = 2_000;
const LONGEST_REASON: usize = 500;
const LONGEST_PHONE: usize = 40;
const LONGEST_NAME: usize = 200;

pub(super) fn clinic(row: &Clinic) -> Result<ClinicZone, String> {
    if !found::can_be_named(&row.name) {
        return Err("a clinic's name has 1 to 200 characters, in one line".to_owned());
    }
    within("grid_minutes", row.grid_minutes, 1, 1_440)?;
    if !found::can_be_grid(row.grid_minutes) {
        let minutes = row.grid_minutes;
        return Err(format!(
            "`grid_minutes` is {minutes}, which does not divide a day"
        ));
    }
    let zone = ClinicZone::named(&row.time_zone);
    zone.map_err(|_| "its time zone is not known".to_owned())
}

pub(super) fn location(row: &Location) -> Result<(), String> {
    within("capacity", row.capacity, 1, MOST_SEATS)?;
    named(&row.name)
}

pub(super) fn service(row: &Service) -> Result<(), String> {
    within("duration_minutes", row.duration_minutes, 1, 1_440)?;
    let (before, after) = (row.buffer_before_minutes, row.buffer_after_minutes);
    within("buffer_before_minutes", before, 0, 720)?;
    within("buffer_after_minutes", after, 0, 720)?;
    within("capacity", row.capacity, 1, MOST_SEATS)?;
    match row.overlap_policy {
        OverlapPolicy::UpTo(most) => within("overlap_policy", most, 0, MOST_SEATS)?,
        OverlapPolicy::Exclusive | OverlapPolicy::Warn => {}
    }
    named(&row.name)
}

pub(super) fn patient(row: &Patient) -> Result<(), String> {
    if let Some(date) = row.birth_date {
        year("birth_date", date.year())?;
    }
    text("phone", row.phone.as_deref(), LONGEST_PHONE)?;
    text("notes", row.notes.as_deref(), LONGEST_TEXT)?;
    named(&row.name)
}

pub(super) fn schedule(row: &Schedule) -> Result<(), String> {
    within("cycle_weeks", row.cycle_weeks, 1, u16::MAX)?;
    year("valid_from", row.valid_from.year())?;
    if let Some(until) = row.valid_until {
        year("valid_until", until.year())?;
        if until < row.valid_from {
            return Err("its `valid_until` is before its `valid_from`".to_owned());
        }
    }
    let mut blocks = row.blocks.iter().enumerate();
    blocks.try_for_each(|(at, block)| self::block(at, block, row.cycle_weeks))
}

fn block(at: usize, block: &ScheduleBlock, cycle_weeks: u16) -> Result<(), String> {
    let field = |name: &str| format!("blocks[{at}].{name}");
    within(&field("week"), block.week, 0, cycle_weeks - 1)?;
    within(&field("weekday"), block.weekday.into(), 1, 7)?;
    if block.until <= block.from {
        return Err(format!("`blocks[{at}]` does not end after it begins"));
    }
    Ok(())
}

pub(super) fn exception(row: &Exception) -> Result<(), String> {
    let WallDateTime(from) = row.from;
    let WallDateTime(until) = row.until;
    year("from", from.year())?;
    year("until", until.year())?;
    if until <= from {
        return Err("it does not end after it begins".to_owned());
    }
    text("reason", Some(&row.reason), LONGEST_TEXT)
}

pub(super) fn visit(row: &Appointment) -> Result<(), String> {
    instant("starts_at", row.starts_at)?;
    instant("ends_at", row.ends_at)?;
    instant("taken_at", row.taken_at)?;
    let length = row.ends_at - row.starts_at;
    if length <= TimeDelta::zero() || length > TimeDelta::hours(24) {
        return Err("it does not last between a moment and 24 hours".to_owned());
    }
    if length != TimeDelta::minutes(length.num_minutes()) {
        return Err("it does not last whole minutes".to_owned());
    }
    within("buffer_before_minutes", row.buffer_before_minutes, 0, 720)?;
    within("buffer_after_minutes", row.buffer_after_minutes, 0, 720)?;
    if !decide::leads_to(&row.status_path, row.status) {
        return Err("its `status_path` does not lead to its `status`".to_owned());
    }
    text("notes", row.notes.as_deref(), LONGEST_TEXT)?;
    text("cancel_note", row.cancel_note.as_deref(), LONGEST_TEXT)?;
    let reason = row.overridden.as_ref().map(|it| it.reason.as_str());
    text("override.reason", reason, LONGEST_REASON)?;
    text("taken_by_name", Some(&row.taken_by_name), LONGEST_NAME)
}

pub(super) fn named(name: &str) -> Result<(), String> {
    if (1..=LONGEST_NAME).contains(&name.trim().chars().count()) {
        Ok(())
    } else {
        Err("a name has 1 to 200 characters".to_owned())
    }
}

/// As commands have them: what is stored is what was said, and can be computed with.
fn instant(field: &str, at: Timestamp) -> Result<(), String> {
    if !(1_970..=2_999).contains(&at.year()) {
        return Err(format!("`{field}` is not between the years 1970 and 2999"));
    }
    let nanos = at.nanosecond();
    if nanos >= 1_000_000_000 || !nanos.is_multiple_of(1_000_000) {
        return Err(format!("`{field}` is not a whole millisecond"));
    }
    Ok(())
}

/// Dates are compared as texts, so a year has four digits.
fn year(field: &str, year: i32) -> Result<(), String> {
    if (1..=9_999).contains(&year) {
        return Ok(());
    }
    Err(format!("`{field}` is not between the years 1 and 9999"))
}

fn text(field: &str, text: Option<&str>, longest: usize) -> Result<(), String> {
    if text.is_some_and(|text| text.chars().nth(longest).is_some()) {
        return Err(format!("`{field}` has more than {longest} characters"));
    }
    Ok(())
}

fn within(field: &str, value: u16, least: u16, most: u16) -> Result<(), String> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(format!("`{field}` is {value}, not {least} to {most}"))
    }
}
