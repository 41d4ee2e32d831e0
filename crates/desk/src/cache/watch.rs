//! Watches, evaluated inside the applying transaction: an edge is told exactly once, only when
//! another user made it, only for a time to come, never for the first fill (I29). No patient's name
//! gets into a notice (I30).

use frontdesk_domain::{
    Appointment, AppointmentId, Interval, PractitionerId, Row, Timestamp, UserId,
};
use frontdesk_protocol::{ChangePage, Upsert};
use rusqlite::{Row as SqlRow, Transaction, params};
use uuid::Uuid;

use super::row::{instant, micros};
use super::{Cache, OutboxSlot, facts, session};
use crate::error::StorageError;
use crate::view::{NoticeKind, WatchFor};

/// A wish to be told.
#[derive(Debug, Clone)]
pub(crate) struct StoredWatch {
    pub(crate) watch_id: Uuid,
    pub(crate) practitioner_id: PractitionerId,
    pub(crate) during: Interval,
    pub(crate) wants: WatchFor,
    /// The draft of an open dialog; none for a watch that the user set.
    pub(crate) draft: Option<AppointmentId>,
}

impl StoredWatch {
    fn slot(&self) -> OutboxSlot {
        OutboxSlot {
            practitioner_id: self.practitioner_id,
            during: self.during,
        }
    }
}

/// Something that this desk was told.
#[derive(Debug, Clone)]
pub(crate) struct StoredNotice {
    pub(crate) notice_id: Uuid,
    pub(crate) dedupe: String,
    pub(crate) kind: NoticeKind,
    /// The kind of the command that it brings the outcome of.
    pub(crate) asked: Option<String>,
    /// None when it is about no slot.
    pub(crate) slot: Option<OutboxSlot>,
    pub(crate) by_name: Option<String>,
    pub(crate) at: Timestamp,
    pub(crate) seen: bool,
}

/// A watch and who had its time before the page.
pub(super) struct Before {
    watch: StoredWatch,
    takers: Vec<Appointment>,
    free: bool,
}

const NOTICES_KEPT: u32 = 500;

/// What the future watches see now; nothing on the first fill.
pub(super) fn before(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Before>, StorageError> {
    if super::replica::is_empty(tx)? {
        return Ok(Vec::new());
    }
    let future = all(tx)?
        .into_iter()
        .filter(|watch| watch.during.starts_at > now);
    future
        .map(|watch| {
            let takers = takers(tx, &watch)?;
            Ok(Before {
                free: is_free_beside(tx, &watch, &takers)?,
                takers,
                watch,
            })
        })
        .collect()
}

/// Writes a notice for each watched edge between `before` and now, and returns them.
pub(super) fn edges(
    tx: &Transaction<'_>,
    before: &[Before],
    pages: &[&ChangePage],
    now: Timestamp,
) -> Result<Vec<StoredNotice>, StorageError> {
    let me = session::user_id(tx)?;
    let mut told = Vec::new();
    for before in before {
        let Before {
            watch,
            takers: had,
            free: was_free,
        } = before;
        let has = takers(tx, watch)?;
        let is_free = is_free_beside(tx, watch, &has)?;
        let notice = match (watch.wants, was_free, is_free) {
            (WatchFor::Taken, true, false) => has.first().and_then(|by| taken(watch, by, me)),
            (WatchFor::Freed, false, true) => match gone(had, &has) {
                Some(gone) => freed(tx, watch, gone, pages, me, now)?,
                None => None,
            },
            (WatchFor::Taken | WatchFor::Freed, _, _) => None,
        };
        if let Some(notice) = notice
            && insert_notice(tx, &notice)?
        {
            told.push(notice);
        }
    }
    Ok(told)
}

fn taken(watch: &StoredWatch, by: &Appointment, me: Option<UserId>) -> Option<StoredNotice> {
    (me != Some(by.taken_by)).then(|| StoredNotice {
        notice_id: Uuid::nil(),
        dedupe: dedupe("taken", watch, by.appointment_id, by.version),
        kind: NoticeKind::Taken,
        asked: None,
        slot: Some(watch.slot()),
        by_name: Some(by.taken_by_name.clone()),
        at: by.taken_at,
        seen: false,
    })
}

fn freed(
    tx: &Transaction<'_>,
    watch: &StoredWatch,
    had: &Appointment,
    pages: &[&ChangePage],
    me: Option<UserId>,
    now: Timestamp,
) -> Result<Option<StoredNotice>, StorageError> {
    let change = change_of(pages, had.appointment_id);
    let by_me = match change {
        Some(change) => Some(change.actor) == me,
        // A snapshot does not say who did it; what this desk asked for is still in its outbox.
        None => own_act(tx, had)?,
    };
    if by_me {
        return Ok(None);
    }
    let here = facts::visit(tx, had.appointment_id)?;
    // A moved visit says who moved it; a cancelled one does not say who cancelled it.
    let moved = here.as_ref().filter(|visit| visit.status.occupies());
    Ok(Some(StoredNotice {
        notice_id: Uuid::nil(),
        dedupe: dedupe("freed", watch, had.appointment_id, had.version),
        kind: NoticeKind::Freed,
        asked: None,
        slot: Some(watch.slot()),
        by_name: moved.map(|visit| visit.taken_by_name.clone()),
        at: change.map_or(now, |change| change.at),
        seen: false,
    }))
}

/// True when a command of this desk that was not refused is about this visit or its series.
fn own_act(tx: &Transaction<'_>, had: &Appointment) -> Result<bool, StorageError> {
    let own = tx
        .prepare_cached(
            "select exists (select 1 from outbox
               left join appointment other on other.series_id = ?2
                 and other.appointment_id = unhex(replace(args ->> 'appointment_id', '-', ''))
               where coalesce(outcome ->> 'outcome', 'applied') = 'applied'
                 and (args ->> 'appointment_id' = ?1
                   or (args ->> 'scope' is not null and other.appointment_id is not null)))",
        )?
        .query_row(
            params![had.appointment_id.to_string(), had.series_id.map(|id| id.0)],
            |sql| sql.get(0),
        )?;
    Ok(own)
}

fn change_of<'a>(pages: &[&'a ChangePage], id: AppointmentId) -> Option<&'a Upsert> {
    let upserts = pages.iter().flat_map(|page| &page.upserts);
    let of_it = |upsert: &&&Upsert| matches!(&upsert.row, Row::Appointment(row) if row.appointment_id == id);
    upserts.rev().find(|upsert| of_it(&upsert))
}

/// Names the edge, not the watch: two watches of one slot tell it once.
fn dedupe(edge: &str, watch: &StoredWatch, by: AppointmentId, version: u64) -> String {
    let start = micros(watch.during.starts_at);
    format!("{edge}:{}:{start}:{by}:{version}", watch.practitioner_id)
}

/// Who has the watched time, by start.
fn takers(tx: &Transaction<'_>, watch: &StoredWatch) -> Result<Vec<Appointment>, StorageError> {
    facts::visits_of(tx, watch.practitioner_id, watch.during)
}

/// Who has left, of those that had the time; the first where only its seats have become more.
fn gone<'a>(had: &'a [Appointment], has: &[Appointment]) -> Option<&'a Appointment> {
    let stays = |visit: &Appointment| {
        let mut ids = has.iter().map(|other| other.appointment_id);
        ids.any(|id| id == visit.appointment_id)
    };
    had.iter().find(|visit| !stays(visit)).or(had.first())
}

/// True when the watched time can be had.
pub(crate) fn is_free(tx: &Transaction<'_>, watch: &StoredWatch) -> Result<bool, StorageError> {
    let takers = takers(tx, watch)?;
    is_free_beside(tx, watch, &takers)
}

/// True when nobody has the watched time; for who waits for it also when those who do are a class with
/// a free seat.
fn is_free_beside(
    tx: &Transaction<'_>,
    watch: &StoredWatch,
    takers: &[Appointment],
) -> Result<bool, StorageError> {
    let Some(first) = takers.first() else {
        return Ok(true);
    };
    let together = |visit: &Appointment| {
        (visit.service_id, visit.starts_at, visit.ends_at)
            == (first.service_id, first.starts_at, first.ends_at)
    };
    if watch.wants == WatchFor::Taken || !takers.iter().all(together) {
        return Ok(false);
    }
    let seats = facts::class_capacity(tx, first.service_id)?;
    Ok(seats.is_some_and(|seats| takers.len() < usize::from(seats)))
}

/// Every watch, by start.
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<StoredWatch>, StorageError> {
    let mut statement = tx.prepare_cached(
        "select watch_id, practitioner_id, starts_at, ends_at, wants, appointment_id from watch
         order by starts_at, watch_id",
    )?;
    let watches = statement.query_map([], |sql| {
        let wants: String = sql.get(4)?;
        Ok(StoredWatch {
            watch_id: sql.get(0)?,
            practitioner_id: sql.get::<_, Uuid>(1)?.into(),
            during: Interval::new(instant(sql, 2)?, instant(sql, 3)?),
            wants: if wants == "freed" {
                WatchFor::Freed
            } else {
                WatchFor::Taken
            },
            draft: sql.get::<_, Option<Uuid>>(5)?.map(Into::into),
        })
    })?;
    Ok(watches.collect::<Result<_, _>>()?)
}

/// Newest first.
pub(crate) fn notices(
    tx: &Transaction<'_>,
    limit: u32,
) -> Result<(u32, Vec<StoredNotice>), StorageError> {
    let unseen = tx
        .prepare_cached("select count(*) from notice where seen = 0")?
        .query_row([], |sql| sql.get(0))?;
    let mut statement = tx.prepare_cached(
        "select notice_id, dedupe, kind, practitioner_id, starts_at, ends_at, by_name, at, seen, asked
         from notice order by at desc, notice_id desc limit ?1",
    )?;
    let notices = statement.query_map([limit], notice)?;
    Ok((unseen, notices.collect::<Result<_, _>>()?))
}

fn notice(sql: &SqlRow<'_>) -> rusqlite::Result<StoredNotice> {
    let kind: String = sql.get(2)?;
    Ok(StoredNotice {
        notice_id: sql.get(0)?,
        dedupe: sql.get(1)?,
        kind: kind_of(&kind),
        slot: match sql.get::<_, Option<Uuid>>(3)? {
            Some(id) => Some(OutboxSlot {
                practitioner_id: id.into(),
                during: Interval::new(instant(sql, 4)?, instant(sql, 5)?),
            }),
            None => None,
        },
        by_name: sql.get(6)?,
        at: instant(sql, 7)?,
        seen: sql.get(8)?,
        asked: sql.get(9)?,
    })
}

/// Writes a notice under its dedupe key; false when that edge was told before.
pub(super) fn insert_notice(
    tx: &Transaction<'_>,
    notice: &StoredNotice,
) -> Result<bool, StorageError> {
    let mut statement = tx.prepare_cached(
        "insert into notice (notice_id, dedupe, kind, practitioner_id, starts_at, ends_at, by_name, at,
           asked)
         values (randomblob(16), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (dedupe) do nothing",
    )?;
    let written = statement.execute(params![
        notice.dedupe,
        kind_code(notice.kind),
        notice.slot.map(|slot| slot.practitioner_id.0),
        micros(notice.slot.map_or(notice.at, |slot| slot.during.starts_at)),
        micros(notice.slot.map_or(notice.at, |slot| slot.during.ends_at)),
        notice.by_name,
        micros(notice.at),
        notice.asked,
    ])?;
    tx.prepare_cached(
        "delete from notice where seen = 1 and notice_id not in
           (select notice_id from notice order by at desc limit ?1)",
    )?
    .execute([NOTICES_KEPT])?;
    Ok(written > 0)
}

fn kind_code(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Taken => "taken",
        NoticeKind::Freed => "freed",
        NoticeKind::Confirmed => "confirmed",
        NoticeKind::Refused => "refused",
        NoticeKind::SetAside => "set_aside",
    }
}

fn kind_of(code: &str) -> NoticeKind {
    let kinds = [
        NoticeKind::Freed,
        NoticeKind::Confirmed,
        NoticeKind::Refused,
        NoticeKind::SetAside,
    ];
    kinds
        .into_iter()
        .find(|kind| kind_code(*kind) == code)
        .unwrap_or(NoticeKind::Taken)
}

fn insert_watch(tx: &Transaction<'_>, watch: &StoredWatch) -> Result<(), StorageError> {
    tx.execute(
        "insert into watch (watch_id, practitioner_id, starts_at, ends_at, wants, appointment_id)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            watch.watch_id,
            watch.practitioner_id.0,
            micros(watch.during.starts_at),
            micros(watch.during.ends_at),
            if watch.wants == WatchFor::Freed {
                "freed"
            } else {
                "taken"
            },
            watch.draft.map(|id| id.0),
        ],
    )?;
    Ok(())
}

/// Whoever had dialogs open is gone.
pub(super) fn end_dialogs(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.execute("delete from watch where appointment_id is not null", [])?;
    Ok(())
}

impl Cache {
    /// Adds a watch, or moves the one of the same dialog.
    pub(crate) fn put_watch(&self, watch: &StoredWatch) -> Result<(), StorageError> {
        self.write(|tx| {
            if let Some(draft) = watch.draft {
                tx.execute("delete from watch where appointment_id = ?1", [draft.0])?;
            }
            insert_watch(tx, watch)
        })
    }

    /// The same wish, if it is already here; otherwise this one, from now on.
    pub(crate) fn watch_once(&self, wish: StoredWatch) -> Result<StoredWatch, StorageError> {
        self.write(|tx| {
            let same = all(tx)?.into_iter().find(|watch| {
                watch.draft == wish.draft
                    && watch.practitioner_id == wish.practitioner_id
                    && watch.during == wish.during
                    && watch.wants == wish.wants
            });
            match same {
                Some(same) => Ok(same),
                None => insert_watch(tx, &wish).map(|()| wish),
            }
        })
    }

    /// Takes a watch away; false when there is none.
    pub(crate) fn end_watch(&self, watch_id: Uuid) -> Result<bool, StorageError> {
        self.write(|tx| Ok(tx.execute("delete from watch where watch_id = ?1", [watch_id])? > 0))
    }

    /// A dialog has closed.
    pub(crate) fn end_dialog(&self, draft: AppointmentId) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.execute("delete from watch where appointment_id = ?1", [draft.0])?;
            Ok(())
        })
    }

    /// No dialog is open any more.
    pub(crate) fn end_all_dialogs(&self) -> Result<(), StorageError> {
        self.write(end_dialogs)
    }

    /// A dialog does not survive its process, and a watch does not outlive its day.
    pub(super) fn start_over_dialogs(&self) -> Result<(), StorageError> {
        let now = micros(self.clock().now());
        self.write(|tx| {
            tx.execute(
                "delete from watch where appointment_id is not null or ends_at < ?1 - 86400000000",
                [now],
            )?;
            Ok(())
        })
    }

    /// All notices have been read.
    pub(crate) fn see_notices(&self) -> Result<bool, StorageError> {
        self.write(|tx| Ok(tx.execute("update notice set seen = 1 where seen = 0", [])? > 0))
    }
}
