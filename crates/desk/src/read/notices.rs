//! Watches, notices and what the desktop is told of them. No patient's name comes near (I30).

use frontdesk_domain::{ClinicZone, Timestamp};

use super::Look;
use super::wall::{hh_mm, hh_mm_end, wall_instant};
use crate::cache::{self, StoredNotice, StoredWatch};
use crate::desk::RaisedNotice;
use crate::error::DeskError;
use crate::view::{Navigate, NavigateTo, Notice, NoticeKind, NoticeList, Watch, WatchList};

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
        let zone = &self.directory.facts.zone;
        Notice {
            notice_id: notice.notice_id,
            kind: notice.kind,
            practitioner_id: notice.practitioner_id,
            practitioner_name: self.practitioner_name(notice.practitioner_id),
            starts_at: notice.during.starts_at,
            date: zone.date(notice.during.starts_at),
            wall_start: hh_mm(zone, notice.during.starts_at),
            wall_end: hh_mm_end(zone, notice.during),
            by_name: notice.by_name,
            at: wall_instant(zone, notice.at),
            seen: notice.seen,
        }
    }
}

/// One notice for the desktop.
pub(crate) fn toast(notice: &StoredNotice, practitioner: &str, zone: &ClinicZone) -> RaisedNotice {
    let start = hh_mm(zone, notice.during.starts_at);
    let date = zone.date(notice.during.starts_at).format("%a %-d %b");
    let what = match notice.kind {
        NoticeKind::Taken => "was taken",
        NoticeKind::Freed => "is free again",
        NoticeKind::Confirmed => "is confirmed",
        NoticeKind::Refused => "was refused",
    };
    let by = notice.by_name.as_ref().map(|name| format!(" by {name}"));
    RaisedNotice {
        title: format!("{start} with {practitioner} {what}"),
        body: format!(
            "{date}, {start}–{}{}",
            hh_mm_end(zone, notice.during),
            by.unwrap_or_default()
        ),
        navigate: Some(navigate(notice, zone)),
        slot_lost: matches!(notice.kind, NoticeKind::Taken | NoticeKind::Refused),
        tag: notice.dedupe.clone(),
    }
}

/// Many notices as one.
pub(crate) fn digest(last: &StoredNotice, count: usize, zone: &ClinicZone) -> RaisedNotice {
    RaisedNotice {
        title: format!("{count} watched slots have changed"),
        body: "The list of notices says which.".to_owned(),
        navigate: Some(navigate(last, zone)),
        slot_lost: false,
        tag: "digest".to_owned(),
    }
}

fn navigate(notice: &StoredNotice, zone: &ClinicZone) -> Navigate {
    Navigate {
        to: NavigateTo::Show,
        date: zone.date(notice.during.starts_at),
        practitioner_id: notice.practitioner_id,
        starts_at: notice.during.starts_at,
        wall_start: hh_mm(zone, notice.during.starts_at),
    }
}
