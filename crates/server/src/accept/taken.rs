//! Answers that must be taken. Over HTTP/2 a peer may empty the socket and answer every ping, and yet
//! take nothing, by never opening the window of a stream.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Body as Answer, Frame, SizeHint};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// A part of an answer fits into one frame of HTTP/2.
const PART: usize = 16 << 10;

/// How often is looked within the time that a peer has.
const LOOKS: u32 = 4;

/// More is asked for.
const WANTED: u32 = 0;

/// A part was handed over; every look that finds it so still adds one.
const HANDED: u32 = 1;

/// The answers of a connection that are under way.
#[derive(Clone, Default)]
pub(super) struct Answers(Arc<Mutex<Vec<Weak<AtomicU32>>>>);

impl Answers {
    /// The same answer, watched.
    pub(super) fn watched(&self, body: Body) -> Body {
        let state = Arc::new(AtomicU32::new(HANDED));
        self.open().push(Arc::downgrade(&state));
        Body::new(Taken {
            body,
            rest: Bytes::new(),
            state,
        })
    }

    /// Ends when not a whole part was taken of one of them for `patience`, or a little longer.
    pub(super) async fn stuck(&self, patience: Duration) {
        let period = patience / LOOKS;
        let mut looks = interval_at(Instant::now() + period, period);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if self.look() {
                return;
            }
        }
    }

    fn look(&self) -> bool {
        let mut stuck = false;
        self.open().retain(|answer| {
            let Some(answer) = answer.upgrade() else {
                return false;
            };
            let seen = answer.load(Ordering::Relaxed);
            if seen != WANTED {
                // Whoever asks for more at this very moment is right.
                let next = seen.saturating_add(1);
                let aged =
                    answer.compare_exchange(seen, next, Ordering::Relaxed, Ordering::Relaxed);
                stuck |= aged.is_ok() && next > HANDED + LOOKS;
            }
            true
        });
        stuck
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Vec<Weak<AtomicU32>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands an answer over in parts. A part is sent when the window has room for its first byte, so the
/// last byte goes alone: who asks for more, or for the end, has room for all that was handed over.
struct Taken {
    body: Body,
    rest: Bytes,
    state: Arc<AtomicU32>,
}

impl Taken {
    fn part(&mut self) -> Frame<Bytes> {
        let all_but_the_last = self.rest.len().saturating_sub(1);
        let part = self.rest.split_to(all_but_the_last.clamp(1, PART));
        self.state.store(HANDED, Ordering::Relaxed);
        Frame::data(part)
    }
}

impl Answer for Taken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.state.store(WANTED, Ordering::Relaxed);
        while self.rest.is_empty() {
            let next = ready!(Pin::new(&mut self.body).poll_frame(context));
            match next.map(|next| next.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(Some(Ok(self.part())))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, of_body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(of_body.lower() + rest);
        if let Some(upper) = of_body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::Router;
    use axum::http::{Request, Response};
    use axum::routing::get;
    use h2::RecvStream;
    use h2::client::{Builder, SendRequest};
    use hyper_util::server::graceful::GracefulShutdown;
    use tokio::io::duplex;
    use tokio::task::JoinHandle;
    use tokio::time::{pause, sleep, timeout};

    use super::super::{PATIENCE, http};
    use super::*;

    const LONG: usize = 1 << 20;

    struct Serving {
        ended: JoinHandle<()>,
        /// Told that the server closes, as soon as this is dropped.
        _open: GracefulShutdown,
    }

    /// A connection that is served until it breaks, and a peer whose windows open only when it says so. The clock is
    /// the test's: nobody waits for it.
    async fn connected(window: u32) -> (Serving, SendRequest<Bytes>) {
        let app = Router::new()
            .route("/long", get(|| async { vec![7_u8; LONG] }))
            .route("/short", get(|| async { "short" }))
            .route("/silent", get(silent));
        let (ours, theirs) = duplex(1 << 20);
        let peer = "127.0.0.1:1".parse().unwrap();
        let open = GracefulShutdown::new();
        let ended = tokio::spawn(http(ours, peer, true, app, open.watcher()));
        let mut client = Builder::new();
        client.initial_window_size(window);
        let (sender, connection) = client.handshake::<_, Bytes>(theirs).await.unwrap();
        tokio::spawn(connection);
        (Serving { ended, _open: open }, sender)
    }

    /// As a stream on which nothing happens.
    async fn silent() -> Body {
        let (sender, body) = tokio::sync::mpsc::channel::<Result<Bytes, Infallible>>(1);
        tokio::spawn(async move {
            sleep(20 * PATIENCE).await;
            drop(sender);
        });
        Body::from_stream(tokio_stream_of(body))
    }

    fn tokio_stream_of(
        mut receiver: tokio::sync::mpsc::Receiver<Result<Bytes, Infallible>>,
    ) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
        futures_util::stream::poll_fn(move |context| receiver.poll_recv(context))
    }

    async fn ask(sender: SendRequest<Bytes>, path: &str) -> Response<RecvStream> {
        let request = Request::get(format!("http://clinic.test{path}"));
        let mut sender = sender.ready().await.unwrap();
        let (answer, _) = sender
            .send_request(request.body(()).unwrap(), true)
            .unwrap();
        answer.await.unwrap()
    }

    #[tokio::test]
    async fn a_peer_that_opens_no_window_is_hung_up_on() {
        pause();
        for (window, path) in [
            (0, "/short"),
            (3, "/short"),
            (4, "/short"),
            (65_535, "/long"),
        ] {
            let (serving, sender) = connected(window).await;
            let answer = ask(sender.clone(), path).await;
            timeout(2 * PATIENCE, serving.ended)
                .await
                .expect(path)
                .unwrap();
            drop(answer);
        }
    }

    #[tokio::test]
    async fn a_peer_that_takes_a_little_now_and_then_gets_it_all() {
        pause();
        let (serving, sender) = connected(65_535).await;
        let mut body = ask(sender.clone(), "/long").await.into_body();
        let (mut taken, mut owed) = (0, 0);
        while let Some(part) = body.data().await {
            let part = part.unwrap();
            assert!(part.iter().all(|byte| *byte == 7));
            taken += part.len();
            owed += part.len();
            // A window that opens byte by byte is answered byte by byte: that is too little.
            if owed >= PART {
                sleep(PATIENCE / 3).await;
                let room = std::mem::take(&mut owed);
                body.flow_control().release_capacity(room).unwrap();
            }
        }
        assert_eq!(taken, LONG);
        assert!(!serving.ended.is_finished());
    }

    #[tokio::test]
    async fn an_answer_on_which_nothing_is_to_be_said_may_be_silent() {
        pause();
        let (serving, sender) = connected(65_535).await;
        let mut silent = ask(sender.clone(), "/silent").await.into_body();
        let nothing = timeout(10 * PATIENCE, silent.data()).await;
        assert!(nothing.is_err(), "{nothing:?}");
        let mut short = ask(sender, "/short").await.into_body();
        let mut text = Vec::new();
        while let Some(part) = short.data().await {
            text.extend_from_slice(&part.unwrap());
        }
        assert_eq!(text, b"short");
        assert!(!serving.ended.is_finished());
    }
}
