//! The stream of hints: opened, read and reported. Nothing here decides anything.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_protocol::{Bye, ChangePage, Cursor, Head};
use futures_util::StreamExt as _;
use sseer::event::Event as Message;
use sseer::event_stream::EventStream;

use super::ApiError;
use super::driver::Core;
use super::machine::{Event, Failure};

/// Reads the stream until it ends; the machine hears of everything under this stream's number.
pub(super) async fn listen(core: Arc<Core>, stream: u64) {
    let session = core.api.session();
    let response = match core.api.events().await {
        Ok(response) => response,
        Err(ApiError::SignedOut) => return core.session_ended(session).await,
        Err(error) => {
            let failure = error.failure().unwrap_or(Failure::Server);
            return core.tell_of_stream(stream, Event::StreamEnded(failure));
        }
    };
    core.tell_of_stream(stream, Event::StreamOpened);
    let heard = Arc::clone(&core);
    // Heartbeats are comments, which the parser swallows: a sign of life is any byte.
    let bytes = response.bytes_stream().inspect(move |chunk| {
        if chunk.is_ok() {
            heard.tell_of_stream(stream, Event::StreamAlive);
        }
    });
    let mut messages = std::pin::pin!(EventStream::new(bytes));
    while let Some(Ok(message)) = messages.next().await {
        if let Some(event) = understand(&core, session, &message).await {
            core.tell_of_stream(stream, event);
        }
    }
    core.tell_of_stream(stream, Event::StreamEnded(Failure::Unreachable));
}

async fn understand(core: &Arc<Core>, session: u64, message: &Message) -> Option<Event> {
    match &*message.event {
        "head" => {
            let head: Head = parse(message)?;
            core.clock.server_says(head.server_time);
            Some(Event::Head(Cursor {
                epoch: head.epoch,
                seq: head.seq,
            }))
        }
        "changes" => take_page(core, parse(message)?).await,
        "revoked" => {
            core.session_ended(session).await;
            None
        }
        "bye" => {
            let bye: Bye = parse(message)?;
            Some(Event::Bye(Duration::from_millis(bye.retry_after_ms)))
        }
        _ => None,
    }
}

fn parse<T: serde::de::DeserializeOwned>(message: &Message) -> Option<T> {
    serde_json::from_str(&message.data).ok()
}

/// A page of the stream is applied only when it continues exactly what is here; otherwise it only
/// says how far the feed has come.
async fn take_page(core: &Arc<Core>, page: ChangePage) -> Option<Event> {
    let here = core.status.borrow().cursor;
    let there = Cursor {
        epoch: page.epoch,
        seq: page.to.max(page.head),
    };
    let fits =
        here == Some(Cursor {
            epoch: page.epoch,
            seq: page.from,
        }) && !page.more;
    if fits && core.apply(page).await.is_ok() {
        return None;
    }
    Some(Event::Head(there))
}
