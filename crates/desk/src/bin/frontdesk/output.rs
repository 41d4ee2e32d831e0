//! What is printed. A closed pipe ends the program without a word.

use std::io::Write as _;

use frontdesk_desk::AppliedChange;
use frontdesk_desk::view::{
    ApprovalItem, Asked, BandKind, Connection, ConnectionState, DayColumn, DaySheet, FreeCell,
    Notice, NoticeKind, NoticeSlot, PatientMatch, Progress, VisitPlaced, VisitStepped, VisitTile,
};
use serde::Serialize;

use crate::failure::Failure;

/// One line to stdout.
pub(crate) fn line(text: impl std::fmt::Display) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// One line of JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    line(serde_json::to_string(value)?)
}

/// Says on stderr how old the view is, unless it is live.
pub(crate) fn freshness(connection: &Connection) {
    let as_of = connection.as_of.as_ref();
    match (connection.state, as_of) {
        (ConnectionState::Live, _) => {}
        (_, Some(at)) => eprintln!("not live: as of {} {}", at.date, at.time),
        (_, None) => eprintln!("not live: this desk has not yet read the clinic"),
    }
}

/// A day as text, a block per practitioner.
pub(crate) fn day(sheet: &DaySheet) -> Result<(), Failure> {
    line(format!("{} ({})", sheet.date, sheet.date.format("%A")))?;
    for column in &sheet.columns {
        column_lines(sheet, column)?;
    }
    Ok(())
}

fn column_lines(sheet: &DaySheet, column: &DayColumn) -> Result<(), Failure> {
    let bands: Vec<String> = column
        .bands
        .iter()
        .map(|band| {
            let (from, until) = (band.wall_start(), band.wall_end());
            format!("{} {from}–{until}", band_name(band.kind))
        })
        .collect();
    line(format!("\n{}  [{}]", column.name, bands.join(", ")))?;
    for visit in &column.visits {
        visit_lines(sheet, visit)?;
    }
    for tile in &column.waiting {
        let (from, until) = (&tile.wall_start, &tile.wall_end);
        let (patient, service) = (&tile.patient_name, &tile.service_name);
        let (what, id) = match tile.moves {
            Some(id) => ("its move here waits", id),
            None => ("waits", tile.appointment_id),
        };
        line(format!(
            "  {from}–{until}  {patient}  {service}  {what} for the server  {id}"
        ))?;
    }
    for hold in &column.holds {
        let (from, until, by) = (hold.wall_start(), hold.wall_end(), &hold.by_name);
        line(format!("  {from}–{until}  held by {by}"))?;
    }
    let free: Vec<String> = column.free.iter().map(FreeCell::wall_start).collect();
    if !free.is_empty() {
        line(format!("  free: {}", free.join(" ")))?;
    }
    Ok(())
}

/// A visit, or a class with a line for everybody who comes.
fn visit_lines(sheet: &DaySheet, visit: &VisitTile) -> Result<(), Failure> {
    let when = format!("  {}–{}", visit.wall_start(), visit.wall_end());
    let service = sheet.service(visit).map_or("", |service| &service.name);
    let Some(class) = &visit.class else {
        let (patient, status) = (&visit.patient_name, visit.status.code());
        let id = visit.appointment_id;
        let leaving = if visit.leaving { "  is to move" } else { "" };
        return line(format!(
            "{when}  {patient}  {service}  {status}{leaving}  {id}"
        ));
    };
    line(format!(
        "{when}  {service} {}/{}",
        class.taken, class.capacity
    ))?;
    for member in &class.members {
        let (patient, status) = (&member.patient_name, member.status.code());
        line(format!(
            "    {patient}  {status}  {}",
            member.appointment_id
        ))?;
    }
    Ok(())
}

fn band_name(kind: BandKind) -> &'static str {
    match kind {
        BandKind::Working => "works",
        BandKind::ExtraHours => "extra",
        BandKind::Break => "break",
        BandKind::TimeOff => "off",
        BandKind::Closure => "closed",
    }
}

/// A visit that was placed.
pub(crate) fn placed(verb: &str, visit: &VisitPlaced) -> Result<(), Failure> {
    let word = match visit.progress {
        Progress::Confirmed => verb,
        Progress::Waiting => "saved, waiting for the server:",
    };
    line(format!(
        "{word} {} {}–{} {} with {} for {} ({}) {}",
        visit.date,
        visit.wall_start,
        visit.wall_end,
        visit.service_name,
        visit.practitioner_name,
        visit.patient_name,
        visit.status.code(),
        visit.appointment_id,
    ))
}

/// A visit whose status has changed.
pub(crate) fn stepped(visit: &VisitStepped) -> Result<(), Failure> {
    let word = match visit.progress {
        Progress::Confirmed => "now",
        Progress::Waiting => "saved, waiting for the server; until then",
    };
    line(format!(
        "{word} {}: {} {} with {} for {} {}",
        visit.status.code(),
        visit.date,
        visit.wall_start,
        visit.practitioner_name,
        visit.patient_name,
        visit.appointment_id,
    ))
}

/// A visit that waits for approval.
pub(crate) fn approval(visit: &ApprovalItem) -> Result<(), Failure> {
    let at = &visit.taken_at;
    line(format!(
        "{} {}–{} {} with {} for {}, asked by {} at {} {}  {}",
        visit.date,
        visit.wall_start,
        visit.wall_end,
        visit.service_name,
        visit.practitioner_name,
        visit.patient_name,
        visit.taken_by_name,
        at.date,
        at.time,
        visit.appointment_id,
    ))
}

/// A patient in one line.
pub(crate) fn patient(patient: &PatientMatch) -> String {
    let born = patient
        .birth_date
        .map(|date| date.to_string())
        .unwrap_or_default();
    let phone = patient.phone.as_deref().unwrap_or_default();
    format!("{}  {}  {born}  {phone}", patient.patient_id, patient.name)
}

/// A notice in one line.
pub(crate) fn notice(notice: &Notice) -> Result<(), Failure> {
    let what = match notice.kind {
        NoticeKind::Taken => "taken",
        NoticeKind::Freed => "freed",
        NoticeKind::Confirmed => "confirmed",
        NoticeKind::Refused => "refused",
        NoticeKind::SetAside => "set aside",
    };
    let asked = notice.asked.map(Asked::noun);
    let slot = notice.slot.as_ref().map(slot);
    let by = notice.by_name.as_deref().map(|name| format!("by {name}"));
    let words = [asked.map(str::to_owned), Some(what.to_owned()), slot, by];
    let words: Vec<_> = words.into_iter().flatten().collect();
    line(format!("{} at {}", words.join(" "), notice.at.time))
}

/// The time that something was about.
pub(crate) fn slot(slot: &NoticeSlot) -> String {
    let NoticeSlot {
        date,
        wall_start,
        wall_end,
        practitioner_name,
        ..
    } = slot;
    format!("{date} {wall_start}–{wall_end} {practitioner_name}")
}

/// A change in one line.
pub(crate) fn change(change: &AppliedChange, as_json: bool) -> Result<(), Failure> {
    let op = if change.removed {
        "removed"
    } else {
        "upserted"
    };
    let AppliedChange {
        seq,
        kind,
        id,
        actor,
        at,
        ..
    } = change;
    if as_json {
        return json(&serde_json::json!({
            "seq": seq, "kind": kind, "id": id, "op": op, "actor": actor, "at": at,
        }));
    }
    line(format!("{seq} {} {id} {op}", kind.name()))
}
