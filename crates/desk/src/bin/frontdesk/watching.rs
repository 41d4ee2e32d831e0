//! Lines as things happen.

use std::collections::HashSet;
use std::process::ExitCode;

use chrono::TimeDelta;
use frontdesk_desk::view::{NoArguments, WatchFor, WatchSlot};
use frontdesk_desk::{Desk, DeskEvent};
use frontdesk_domain::{PractitionerId, Timestamp};
use tokio::sync::broadcast::error::RecvError;

use crate::args::{Edge, Watch};
use crate::failure::Failure;
use crate::run::current;
use crate::{names, output, time};

pub(crate) async fn watch(desk: &Desk, wish: Watch) -> Result<ExitCode, Failure> {
    current(desk).await?;
    let mut heard = desk.events();
    let mut known: HashSet<_> = desk
        .notices(NoArguments {})
        .await?
        .notices
        .iter()
        .map(|notice| notice.notice_id)
        .collect();
    if let (Some(practitioner), Some(at)) = (&wish.practitioner, wish.at) {
        let starts_at = time::instant(desk, at, wish.fold).await?;
        let practitioner_id = names::practitioner(desk, practitioner, Some(at.0.date())).await?;
        watch_slot(desk, &wish, practitioner_id, starts_at).await?;
    }
    let mut left = wish.count.unwrap_or(u64::MAX);
    while left > 0 {
        tokio::select! {
            event = heard.recv() => match event {
                Ok(DeskEvent::Changed(_)) | Err(RecvError::Lagged(_)) => {}
                Ok(DeskEvent::Raised(_)) => continue,
                Err(RecvError::Closed) => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
        let mut notices = desk.notices(NoArguments {}).await?.notices;
        notices.retain(|notice| known.insert(notice.notice_id));
        for notice in notices.iter().rev() {
            if wish.json {
                output::json(notice)?;
            } else {
                output::notice(notice)?;
            }
            left = left.saturating_sub(1);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn watch_slot(
    desk: &Desk,
    wish: &Watch,
    practitioner_id: PractitionerId,
    starts_at: Timestamp,
) -> Result<(), Failure> {
    let request = WatchSlot {
        practitioner_id,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(wish.minutes.into()),
        on: match wish.on {
            Edge::Taken => WatchFor::Taken,
            Edge::Freed => WatchFor::Freed,
        },
    };
    let watch = desk.watch_slot(request).await?.value;
    let state = if watch.free { "free" } else { "taken" };
    let (date, from, until) = (watch.date, &watch.wall_start, &watch.wall_end);
    eprintln!(
        "watching {date} {from}–{until} {}, now {state}",
        watch.practitioner_name
    );
    Ok(())
}

pub(crate) async fn events(
    desk: &Desk,
    count: Option<u64>,
    json: bool,
) -> Result<ExitCode, Failure> {
    let mut changes = desk.changes();
    current(desk).await?;
    let mut left = count.unwrap_or(u64::MAX);
    while left > 0 {
        tokio::select! {
            change = changes.recv() => match change {
                Ok(change) => {
                    output::change(&change, json)?;
                    left -= 1;
                }
                Err(RecvError::Lagged(missed)) => eprintln!("{missed} lines were too fast to print"),
                Err(RecvError::Closed) => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    Ok(ExitCode::SUCCESS)
}
