//! The day board.
//!
//! The page takes a day's text in small pieces, so that each byte costs: what a day has hundreds of says
//! only what is not the same everywhere.

use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::{AppointmentId, AppointmentStatus, PractitionerId, ServiceId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::read::wall::face;

/// Which day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DaySheetQuery {
    /// Civil date of the clinic; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub date: Option<NaiveDate>,
}

/// One civil date of the clinic, a column per practitioner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DaySheet {
    /// The date.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub date: NaiveDate,
    /// Today, in the clinic's zone.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub today: NaiveDate,
    /// Its first instant: elapsed minutes count from here.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// Minutes of this day: 1,440, or what the zone makes of it.
    pub minutes: u16,
    /// The clinic's grid, in minutes.
    pub grid_minutes: u16,
    /// Hour lines: offset and what the wall clock shows there.
    pub hours: Vec<HourLine>,
    /// Offset of the earliest work or visit, on a full hour.
    pub opens: u16,
    /// Offset of the latest, on a full hour.
    pub closes: u16,
    /// What the day's visits are for, each once, in an order that another visit does not change.
    pub services: Vec<DayService>,
    /// A column per active practitioner, by name.
    pub columns: Vec<DayColumn>,
}

impl DaySheet {
    /// The instant so many elapsed minutes after the day's first.
    #[must_use]
    pub fn instant(&self, offset: u16) -> Timestamp {
        self.starts_at + TimeDelta::minutes(offset.into())
    }

    /// What a visit of this day is for.
    #[must_use]
    pub fn service(&self, visit: &VisitTile) -> Option<&DayService> {
        self.services.get(usize::from(visit.service))
    }
}

/// A service of the day's visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DayService {
    /// Its id, to colour by.
    pub service_id: ServiceId,
    /// Shown name.
    pub name: String,
}

/// A line of the time axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HourLine {
    /// Elapsed minutes.
    pub offset: u16,
    /// `HH:MM`.
    pub label: String,
}

/// One practitioner's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DayColumn {
    /// Whose.
    pub practitioner_id: PractitionerId,
    /// Shown name.
    pub name: String,
    /// What the time is for, sorted and disjoint; time outside every band is not worked.
    pub bands: Vec<Band>,
    /// Visits that occupy time, by start.
    pub visits: Vec<VisitTile>,
    /// Slots that open booking dialogs keep, other desks' and this one's, by start.
    pub holds: Vec<HoldTile>,
    /// Bookings of this desk that wait for their answer, by start; left out when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<WaitingTile>>"))]
    pub waiting: Vec<WaitingTile>,
    /// Starts that can be booked (one grid step long), by start.
    pub free: Vec<FreeCell>,
}

/// What a stretch of time is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum BandKind {
    /// Weekly hours.
    Working,
    /// Work outside the weekly hours.
    ExtraHours,
    /// Between two blocks of work.
    Break,
    /// The practitioner is away.
    TimeOff,
    /// The clinic is closed.
    Closure,
}

/// A stretch of time of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Band {
    /// Its kind.
    pub kind: BandKind,
    /// First elapsed minute.
    pub from: u16,
    /// First elapsed minute after.
    pub until: u16,
    /// `HH:MM`, where it is not `from` minutes after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_start: Option<String>,
    /// `HH:MM`, where it is not `until` minutes after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_end: Option<String>,
    /// The reason of an exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub label: Option<String>,
}

impl Band {
    /// What the wall shows at its start.
    #[must_use]
    pub fn wall_start(&self) -> String {
        shown(self.wall_start.as_ref(), self.from)
    }

    /// What the wall shows at its end.
    #[must_use]
    pub fn wall_end(&self) -> String {
        shown(self.wall_end.as_ref(), self.until)
    }
}

/// A visit on the board. What is not so, is 0 or is usual is left out on the way to the page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VisitTile {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// First elapsed minute, without buffer.
    pub from: u16,
    /// First elapsed minute after, without buffer.
    pub until: u16,
    /// Kept free before, in minutes.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<u16>"))]
    pub buffer_before: u16,
    /// Kept free after, in minutes.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<u16>"))]
    pub buffer_after: u16,
    /// 0-based, when visits overlap.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<u16>"))]
    pub lane: u16,
    /// How many stand side by side; absent for one alone.
    #[serde(default = "alone", skip_serializing_if = "is_alone")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<u16>"))]
    pub lanes: u16,
    /// `HH:MM`, where it is not `from` minutes after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_start: Option<String>,
    /// `HH:MM`, where it is not `until` minutes after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_end: Option<String>,
    /// For whom.
    pub patient_name: String,
    /// What for: its place in the sheet's `services`.
    pub service: u16,
    /// Where it stands; absent while that is `booked`.
    #[serde(default = "booked", skip_serializing_if = "is_booked")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<AppointmentStatus>"))]
    pub status: AppointmentStatus,
    /// In a class: who else comes. Visits of one class at one time are one tile, that of the first
    /// to have booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub class: Option<ClassSeats>,
    /// True when its place breaks a rule on purpose.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub overridden: bool,
    /// True when it belongs to a series.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub in_series: bool,
    /// True when another practitioner's hours or an exception no longer cover it.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub outside_schedule: bool,
    /// True when this desk has asked for another place for it and has no answer yet.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub leaving: bool,
    /// Seq of the last change.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: u64,
}

impl VisitTile {
    /// What the wall shows at its start.
    #[must_use]
    pub fn wall_start(&self) -> String {
        shown(self.wall_start.as_ref(), self.from)
    }

    /// What the wall shows at its end.
    #[must_use]
    pub fn wall_end(&self) -> String {
        shown(self.wall_end.as_ref(), self.until)
    }
}

impl std::fmt::Debug for VisitTile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VisitTile")
            .field("appointment_id", &self.appointment_id)
            .field("from", &self.from)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A start that can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FreeCell {
    /// First elapsed minute.
    pub from: u16,
    /// First elapsed minute after.
    pub until: u16,
    /// `HH:MM`, where it is not `from` minutes after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_start: Option<String>,
    /// True when this desk watches it.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub watched: bool,
}

impl FreeCell {
    /// What the wall shows at its start.
    #[must_use]
    pub fn wall_start(&self) -> String {
        shown(self.wall_start.as_ref(), self.from)
    }
}

/// A class on the board: `3/8`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClassSeats {
    /// Visits that occupy a seat.
    pub taken: u16,
    /// Seats that this desk has asked for besides, without an answer yet.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<u16>"))]
    pub waiting: u16,
    /// Seats.
    pub capacity: u16,
    /// The instant at which one more can be booked.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// Who comes, by name.
    pub members: Vec<ClassMember>,
}

/// One visit of a class.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClassMember {
    /// Its id.
    pub appointment_id: AppointmentId,
    /// For whom.
    pub patient_name: String,
    /// Where it stands.
    pub status: AppointmentStatus,
}

impl std::fmt::Debug for ClassMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClassMember")
            .field("appointment_id", &self.appointment_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A slot that an open booking dialog keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HoldTile {
    /// First elapsed minute.
    pub from: u16,
    /// First elapsed minute after.
    pub until: u16,
    /// The instant at which it starts: a booking dialog can open here and say who was first.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// First instant after.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub ends_at: Timestamp,
    /// `HH:MM`, where it is not `from` minutes after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_start: Option<String>,
    /// `HH:MM`, where it is not `until` minutes after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wall_end: Option<String>,
    /// Who has the dialog open.
    pub by_name: String,
    /// True when it is a dialog of this desk.
    pub mine: bool,
}

/// A booking or a move of this desk that has no answer yet: it keeps its time here, and nobody has
/// agreed to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WaitingTile {
    /// The visit that it will be; of a move, an id for this place alone.
    pub appointment_id: AppointmentId,
    /// Of a move: the visit, which stands elsewhere until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub moves: Option<AppointmentId>,
    /// First elapsed minute.
    pub from: u16,
    /// First elapsed minute after.
    pub until: u16,
    /// `HH:MM`.
    pub wall_start: String,
    /// `HH:MM`.
    pub wall_end: String,
    /// For whom.
    pub patient_name: String,
    /// What for.
    pub service_name: String,
}

impl std::fmt::Debug for WaitingTile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WaitingTile")
            .field("appointment_id", &self.appointment_id)
            .field("wall_start", &self.wall_start)
            .finish_non_exhaustive()
    }
}

impl HoldTile {
    /// What the wall shows at its start.
    #[must_use]
    pub fn wall_start(&self) -> String {
        shown(self.wall_start.as_ref(), self.from)
    }

    /// What the wall shows at its end.
    #[must_use]
    pub fn wall_end(&self) -> String {
        shown(self.wall_end.as_ref(), self.until)
    }
}

/// What was said, else the ordinary: as many minutes after midnight as have passed.
fn shown(said: Option<&String>, offset: u16) -> String {
    said.map_or_else(|| face(offset.into()), Clone::clone)
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn alone() -> u16 {
    1
}

fn is_alone(lanes: &u16) -> bool {
    *lanes == alone()
}

fn booked() -> AppointmentStatus {
    AppointmentStatus::Booked
}

fn is_booked(status: &AppointmentStatus) -> bool {
    *status == booked()
}
