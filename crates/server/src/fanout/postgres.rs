//! Several instances over one PostgreSQL tell each other where feeds stand: by `NOTIFY`, gathered
//! for some milliseconds and sent on a connection of its own, never inside a booking's transaction.
//! A notification is only a hint. Every instance also reads the heads every second, so a lost one
//! delays a change and loses nothing (invariants I27, I28).

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::PoisonError;
use std::time::Duration;

use frontdesk_domain::{ClinicId, Epoch};
use tokio_postgres::{AsyncMessage, Client};
use uuid::Uuid;

use super::{Fanout, Head, Untold, presence};
use crate::clock;
use crate::store::session::TokenHash;
use crate::store::{Address, StoreError};

const CHANNEL: &str = "frontdesk";

/// How long changes are gathered before the others are told.
const GATHERED: Duration = Duration::from_millis(25);

/// How often the heads are read from the database.
const POLLED: Duration = Duration::from_secs(1);

/// PostgreSQL takes payloads below 8,000 bytes.
const LONGEST: usize = 7_900;

/// The word before the digest of the token of a session that has ended.
const SESSION: &str = "session ";

/// What instances of before say when some session has ended.
const SOME_SESSION: &str = "sessions";

/// The longest pause before a lost connection is tried again.
const PATIENCE: Duration = Duration::from_secs(2);

/// How the instances reach each other.
#[derive(Clone)]
pub(crate) struct Link {
    /// Where; without a password of its own it is the store's.
    pub(crate) database: Address,
    /// For tests: no notification is sent, so that only the reading of heads is left.
    pub(crate) drop_notifications: bool,
}

/// Talks and listens to the other instances, for as long as it is polled.
pub(crate) async fn run<H, F>(link: Link, fanout: Fanout, heads: H)
where
    H: Fn() -> F,
    F: Future<Output = Result<Vec<Head>, StoreError>>,
{
    let instance = clock::new_id();
    let (told, heard) = (fanout.clone(), fanout.clone());
    tokio::join!(
        again_and_again("telling", || tell(&link, &told, instance)),
        again_and_again("listening", || listen(&link, &heard, instance, &heads)),
        poll(&fanout, &heads),
    );
}

/// Starts it again whenever it ends: the others may be away for a while.
async fn again_and_again<F>(what: &str, mut attempt: impl FnMut() -> F)
where
    F: Future<Output = Result<(), tokio_postgres::Error>>,
{
    loop {
        if let Err(error) = attempt().await {
            tracing::warn!(what, %error, "the connection to the other instances was lost");
        }
        let limit = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
        tokio::time::sleep(Duration::from_millis(clock::jitter_ms(limit))).await;
    }
}

/// Sends what was committed here, gathered.
async fn tell(link: &Link, fanout: &Fanout, instance: Uuid) -> Result<(), tokio_postgres::Error> {
    let Some(untold) = &fanout.0.untold else {
        return std::future::pending().await;
    };
    let (client, connection) = link.database.connect().await?;
    let mut connection = pin!(connection);
    loop {
        tokio::select! {
            ended = &mut connection => return ended,
            () = untold.something.notified() => {}
        }
        tokio::time::sleep(GATHERED).await;
        let payloads = payloads(instance, untold);
        if link.drop_notifications {
            continue;
        }
        for payload in payloads {
            tokio::select! {
                ended = &mut connection => return ended,
                sent = notify(&client, &payload) => sent?,
            }
        }
    }
}

async fn notify(client: &Client, payload: &str) -> Result<(), tokio_postgres::Error> {
    client
        .execute("select pg_notify($1, $2)", &[&CHANNEL, &payload])
        .await
        .map(|_| ())
}

/// Hears the others; right after connecting it looks what was missed.
async fn listen<H, F>(
    link: &Link,
    fanout: &Fanout,
    instance: Uuid,
    heads: &H,
) -> Result<(), tokio_postgres::Error>
where
    H: Fn() -> F,
    F: Future<Output = Result<Vec<Head>, StoreError>>,
{
    let (client, mut connection) = link.database.connect().await?;
    let mut listening = pin!(async {
        // Once more, in case that the database was away and has forgotten it.
        client.batch_execute(presence::SERVES).await?;
        client.batch_execute(&format!("listen {CHANNEL}")).await?;
        look(fanout, heads).await;
        fanout.sessions_may_have_ended();
        // The client has to live as long as its connection.
        std::future::pending().await
    });
    loop {
        tokio::select! {
            failed = &mut listening => return failed,
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(said))) => hear(fanout, instance, said.payload()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
        }
    }
}

pub(super) async fn poll<H, F>(fanout: &Fanout, heads: &H)
where
    H: Fn() -> F,
    F: Future<Output = Result<Vec<Head>, StoreError>>,
{
    let mut tick = super::every(POLLED);
    loop {
        tick.tick().await;
        look(fanout, heads).await;
    }
}

async fn look<H, F>(fanout: &Fanout, heads: &H)
where
    H: Fn() -> F,
    F: Future<Output = Result<Vec<Head>, StoreError>>,
{
    match heads().await {
        Ok(heads) => heads.into_iter().for_each(|head| fanout.heard(head)),
        Err(error) => tracing::warn!(%error, "cannot read where the feeds stand"),
    }
}

/// Who speaks, then a line for each clinic: ids and numbers, nothing of a patient.
pub(super) fn payloads(instance: Uuid, untold: &Untold) -> Vec<String> {
    let heads = std::mem::take(&mut *untold.heads.lock().unwrap_or_else(PoisonError::into_inner));
    let mut ended = untold
        .sessions
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let ended = std::mem::take(&mut *ended);
    let mut lines: Vec<String> = heads
        .into_iter()
        .map(|(clinic, (epoch, seq))| format!("\n{clinic} {epoch} {seq}"))
        .collect();
    lines.extend(ended.iter().map(|token| format!("\n{SESSION}{token}")));
    let mut payloads: Vec<String> = Vec::new();
    for line in lines {
        match payloads.last_mut() {
            Some(last) if last.len() + line.len() <= LONGEST => last.push_str(&line),
            Some(_) | None => payloads.push(format!("{instance}{line}")),
        }
    }
    payloads
}

/// What cannot be read was said by another version: the heads are read soon.
pub(super) fn hear(fanout: &Fanout, instance: Uuid, payload: &str) {
    let mut lines = payload.lines();
    if lines.next() == Some(instance.to_string().as_str()) {
        return;
    }
    for line in lines {
        if line == SOME_SESSION {
            fanout.sessions_may_have_ended();
        } else if let Some(token) = line.strip_prefix(SESSION) {
            fanout.sessions_ended_elsewhere(&TokenHash::read(token));
        } else if let Some(head) = read(line) {
            fanout.heard(head);
        }
    }
}

fn read(line: &str) -> Option<Head> {
    let mut words = line.split(' ');
    let clinic: Uuid = words.next()?.parse().ok()?;
    let epoch: Uuid = words.next()?.parse().ok()?;
    let seq = words.next()?.parse().ok()?;
    Some((ClinicId(clinic), Epoch(epoch), seq))
}
