//! Watches, notices and what the desktop is told of them. No patient's name comes near (I30).

use frontdesk_domain::{ClinicZone, Timestamp};

use super::Look;
use super::wall::{hh_mm, hh_mm_end, wall_instant};
use crate::cache::{self, OutboxSlot, StoredNotice, StoredWatch};
use crate::desk::RaisedNotice;
use crate::error::DeskError;
use crate::view::{
    Asked, Navigate, NavigateTo, Notice, NoticeKind, NoticeList, NoticeSlot, Watch, WatchList,
};

impl Look<'_> {
    /// What the user watches, as far as it starts later.
    pub(crate) fn watches_after(&self, now: Timestamp) -> Result<WatchList, DeskError> {
        let all = cache::watches(self.tx)?.into_iter();
        let shown = all.filter(|watch| watch.draft.is_none() && watch.during.starts_at > now);
        let watches = shown
            .map(|watch| self.watch(&watch))
            .collect::<Result<_, _>>()?;
        Ok(WatchList { watches })
    }

    /// One watch with its names and wall times.
    pub(crate) fn watch(&self, watch: &StoredWatch) -> Result<Watch, DeskError> {
        let zone = &self.directory.facts.zone;
        Ok(Watch {
            watch_id: watch.watch_id,
            practitioner_id: watch.practitioner_id,
            practitioner_name: self.practitioner_name(watch.practitioner_id),
            starts_at: watch.during.starts_at,
            ends_at: watch.during.ends_at,
            date: zone.date(watch.during.starts_at),
            wall_start: hh_mm(zone, watch.during.starts_at),
            wall_end: hh_mm_end(zone, watch.during),
            on: watch.wants,
            free: cache::is_free(self.tx, watch)?,
        })
    }

    /// What this desk was told, newest first.
    pub(crate) fn notices(&self, limit: u32) -> Result<NoticeList, DeskError> {
        let (unseen, notices) = cache::notices(self.tx, limit)?;
        let notices = notices
            .into_iter()
            .map(|notice| self.notice(notice))
            .collect();
        Ok(NoticeList { unseen, notices })
    }

    fn notice(&self, notice: StoredNotice) -> Notice {
        Notice {
            notice_id: notice.notice_id,
            kind: notice.kind,
            asked: notice.asked.as_deref().and_then(Asked::of_kind),
            slot: notice.slot.map(|slot| self.notice_slot(slot)),
            by_name: notice.by_name,
            at: wall_instant(&self.directory.facts.zone, notice.at),
            seen: notice.seen,
        }
    }

    pub(super) fn notice_slot(&self, slot: OutboxSlot) -> NoticeSlot {
        let zone = &self.directory.facts.zone;
        NoticeSlot {
            practitioner_id: slot.practitioner_id,
            practitioner_name: self.practitioner_name(slot.practitioner_id),
            starts_at: slot.during.starts_at,
            date: zone.date(slot.during.starts_at),
            wall_start: hh_mm(zone, slot.during.starts_at),
            wall_end: hh_mm_end(zone, slot.during),
        }
    }
}

/// One notice for the desktop.
pub(crate) fn toast(notice: &StoredNotice, practitioner: &str, zone: &ClinicZone) -> RaisedNotice {
    let by = notice.by_name.as_ref().map(|name| format!(" by {name}"));
    let (title, body) = match notice.slot {
        Some(slot) => {
            let start = hh_mm(zone, slot.during.starts_at);
            let date = zone.date(slot.during.starts_at).format("%a %-d %b");
            let end = hh_mm_end(zone, slot.during);
            (
                what_of(notice, &format!("{start} with {practitioner}")),
                format!("{date}, {start}–{end}{}", by.unwrap_or_default()),
            )
        }
        None => (
            own(notice, None),
            "The list of notices says when it was.".to_owned(),
        ),
    };
    RaisedNotice {
        title,
        body,
        navigate: notice.slot.map(|slot| navigate(slot, zone)),
        slot_lost: notice.slot.is_some()
            && matches!(notice.kind, NoticeKind::Taken | NoticeKind::Refused),
        tag: notice.dedupe.clone(),
    }
}

fn what_of(notice: &StoredNotice, slot: &str) -> String {
    match notice.kind {
        NoticeKind::Taken => format!("{slot} was taken"),
        NoticeKind::Freed => format!("{slot} is free again"),
        NoticeKind::Confirmed | NoticeKind::Refused | NoticeKind::SetAside => {
            own(notice, Some(slot))
        }
    }
}

/// What became of something that this desk asked for.
fn own(notice: &StoredNotice, slot: Option<&str>) -> String {
    let asked = notice.asked.as_deref().and_then(Asked::of_kind);
    let what = asked.map_or("request", Asked::noun);
    let became = match notice.kind {
        NoticeKind::Refused => "refused",
        NoticeKind::SetAside => "set aside, it could not be sent",
        // Never "saved": that is said of what is not answered yet.
        NoticeKind::Confirmed | NoticeKind::Taken | NoticeKind::Freed => "confirmed",
    };
    let about = slot.map(|slot| format!(": {slot}")).unwrap_or_default();
    let (first, rest) = what.split_at(1);
    format!("{}{rest} {became}{about}", first.to_uppercase())
}

/// Many notices as one.
pub(crate) fn digest(last: &StoredNotice, count: usize, zone: &ClinicZone) -> RaisedNotice {
    RaisedNotice {
        title: format!("{count} notices"),
        body: "The list of notices says what has changed.".to_owned(),
        navigate: last.slot.map(|slot| navigate(slot, zone)),
        slot_lost: false,
        tag: "digest".to_owned(),
    }
}

fn navigate(slot: OutboxSlot, zone: &ClinicZone) -> Navigate {
    Navigate {
        to: NavigateTo::Show,
        date: zone.date(slot.during.starts_at),
        practitioner_id: slot.practitioner_id,
        starts_at: slot.during.starts_at,
        wall_start: hh_mm(zone, slot.during.starts_at),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::toast;
    use crate::cache::StoredNotice;
    use crate::view::NoticeKind;

    #[test]
    fn the_desktop_says_what_became_of_a_booking_in_the_words_of_the_list() {
        let said = |kind| {
            let notice = StoredNotice {
                notice_id: Uuid::nil(),
                dedupe: String::new(),
                kind,
                asked: Some("book_appointment".to_owned()),
                slot: None,
                by_name: None,
                at: DateTime::UNIX_EPOCH,
                seen: false,
            };
            let zone = frontdesk_domain::ClinicZone::named("Europe/Berlin").unwrap();
            toast(&notice, "Anna Berg", &zone).title
        };
        assert_eq!(said(NoticeKind::Confirmed), "Booking confirmed");
        assert_eq!(said(NoticeKind::Refused), "Booking refused");
    }
}
