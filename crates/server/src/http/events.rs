//! `GET /v1/events`: a stream of hints. It may lose, double or reorder them: desks pull.
//!
//! A stream keeps nothing but the latest pulse, so a slow desk costs no memory; and it looks at its
//! session again at every heartbeat and when somebody says that it has ended.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use frontdesk_domain::Epoch;
use frontdesk_protocol::{Bye, Head, Removed, Upsert};
use futures_util::Stream;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

use super::App;
use super::extract::{Signed, alive};
use crate::clock;
use crate::fanout::{Acks, Ending, Net, Pulse};
use crate::limits::Place;
use crate::problem::Failure;
use crate::store::{self, session::Session};

/// The stream of the session's clinic.
pub(super) async fn stream(
    State(app): State<App>,
    Signed(session): Signed,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let place = app.room.streams.enter().ok_or_else(|| {
        app.metrics.refused("streams");
        Failure::overloaded()
    })?;
    let listener = Listener::of(app, session, place).await?;
    Ok(Sse::new(futures_util::stream::unfold(
        listener,
        |mut listener| async move {
            let event = listener.next().await?;
            Some((Ok(event), listener))
        },
    )))
}

enum Woken {
    Closing,
    SessionEnded,
    Pulse,
    Beat,
}

struct Listener {
    app: App,
    session: Session,
    pulses: watch::Receiver<Option<Pulse>>,
    ending: Ending,
    closing: watch::Receiver<bool>,
    beat: Interval,
    acks: Acks,
    ack: u64,
    /// Where the desk was told that the feed stands.
    told: (Epoch, u64),
    first: bool,
    over: bool,
    _place: Place,
}

impl Listener {
    /// Subscribes first, then reads where the feed stands.
    async fn of(app: App, session: Session, place: Place) -> Result<Self, Failure> {
        let (clinic, device) = (session.clinic, session.device);
        let pulses = app.fanout.subscribe(clinic);
        let mut ending = app.fanout.follow_session(session.token_hash);
        // It may have ended since it was looked up.
        ending.come_once();
        let closing = app.closing.subscribe();
        let acks = app.fanout.follow(clinic, device);
        let (feed, ack) = app
            .store
            .read(move |db| {
                let ack = store::device_ack(db, clinic, device)?;
                Ok((store::feed(db, clinic)?, ack))
            })
            .await?;
        let heartbeat = app.config.heartbeat;
        let start = tokio::time::Instant::now() + heartbeat;
        let mut beat = tokio::time::interval_at(start, heartbeat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            app,
            session,
            pulses,
            ending,
            closing,
            beat,
            acks,
            ack,
            told: (feed.epoch, feed.seq),
            first: true,
            over: false,
            _place: place,
        })
    }

    async fn next(&mut self) -> Option<Event> {
        if self.over {
            return None;
        }
        if std::mem::take(&mut self.first) {
            return Some(self.head());
        }
        loop {
            let event = match self.woken().await {
                Woken::Closing => Some(self.bye()),
                Woken::SessionEnded if alive(&self.app, &self.session).await => None,
                Woken::Beat if alive(&self.app, &self.session).await => Some(self.head()),
                Woken::SessionEnded | Woken::Beat => Some(self.revoked()),
                Woken::Pulse => self.pulse(),
            };
            if event.is_some() {
                return event;
            }
        }
    }

    async fn woken(&mut self) -> Woken {
        tokio::select! {
            biased;
            _ = self.closing.wait_for(|closing| *closing) => Woken::Closing,
            () = self.ending.come() => Woken::SessionEnded,
            changed = self.pulses.changed() => changed.map_or(Woken::Closing, |()| Woken::Pulse),
            _ = self.beat.tick() => Woken::Beat,
        }
    }

    /// What a commit means to this desk: its rows if it follows on what the desk was told, or else
    /// only where the feed stands; nothing if that is known.
    fn pulse(&mut self) -> Option<Event> {
        // Together: a number that is ahead of its rows would end what its desk still shows as asked for.
        let pulses = &mut self.pulses;
        let (ack, pulse) = self
            .acks
            .at_least(self.ack, || pulses.borrow_and_update().clone());
        let pulse = pulse?;
        let before = self.told;
        if pulse.epoch == before.0 && pulse.seq <= before.1 {
            return None;
        }
        self.told = (pulse.epoch, pulse.seq);
        match &pulse.net {
            Some(net) if (pulse.epoch, pulse.from) == before => {
                self.ack = ack;
                Some(self.event("changes", &Page::of(&pulse, net, self.ack)))
            }
            Some(_) | None => Some(self.head()),
        }
    }

    fn head(&self) -> Event {
        let (epoch, seq) = self.told;
        let server_time = self.app.config.clock.now();
        self.event(
            "head",
            &Head {
                epoch,
                seq,
                server_time,
            },
        )
    }

    fn revoked(&mut self) -> Event {
        self.over = true;
        Event::default().event("revoked").data("{}")
    }

    /// Spread out, so that a restart is not followed by every desk at once.
    fn bye(&mut self) -> Event {
        self.over = true;
        let retry_after_ms = 500 + clock::jitter_ms(2_000);
        self.event("bye", &Bye { retry_after_ms })
    }

    fn event(&self, name: &str, data: &impl Serialize) -> Event {
        let (epoch, seq) = self.told;
        let data = serde_json::to_string(data).unwrap_or_default();
        Event::default()
            .event(name)
            .id(format!("{epoch}:{seq}"))
            .data(data)
    }
}

/// A `ChangePage` whose rows are shared by all streams.
#[derive(Serialize)]
struct Page<'a> {
    epoch: Epoch,
    from: u64,
    to: u64,
    head: u64,
    upserts: &'a [Upsert],
    removed: &'a [Removed],
    device_ack: u64,
    more: bool,
}

impl<'a> Page<'a> {
    fn of(pulse: &Pulse, net: &'a Net, device_ack: u64) -> Self {
        Self {
            epoch: pulse.epoch,
            from: pulse.from,
            to: pulse.seq,
            head: pulse.seq,
            upserts: &net.upserts,
            removed: &net.removed,
            device_ack,
            more: false,
        }
    }
}
