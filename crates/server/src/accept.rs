//! Connections: taken one by one, shaken hands with, served, and ended in good order. What a slow
//! or greedy peer can cost is bounded here, before a request exists.

mod patient;
mod taken;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use patient::Patient;
use taken::Answers;

/// Connections at once; later ones wait in the system's queue.
const AT_ONCE: usize = 8_192;

/// A handshake, or the head of a request, that takes longer ends the connection; so does silence
/// between two requests, and a peer that for so long takes nothing of what it is sent.
const PATIENCE: Duration = Duration::from_secs(60);

/// Request line and headers, in bytes: a token, a query and a few more.
const HEAD: usize = 32 << 10;

const HEADERS: usize = 64;

/// Requests that one HTTP/2 connection may have open.
const PER_CONNECTION: u32 = 64;

/// How long to wait when the machine has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Serves every connection until `closing`, then lets what is open come to its end.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    app: Router,
    mut closing: watch::Receiver<bool>,
) {
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    // Whoever drops this future closes what is open.
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer, permit) = tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => break,
            Some(_) = connections.join_next() => continue,
            next = next(&listener, &room) => next,
        };
        let (tls, app, watcher) = (tls.clone(), app.clone(), open.watcher());
        connections.spawn(async move {
            connection(stream, peer, tls, app, watcher).await;
            drop(permit);
        });
    }
    drop(listener);
    open.shutdown().await;
}

async fn next(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed: without a permit there would only be no bound.
    let permit = room.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) if gone_already(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no further connection can be taken now");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
}

fn gone_already(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    [ConnectionAborted, ConnectionRefused, ConnectionReset].contains(&error.kind())
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    app: Router,
    watcher: Watcher,
) {
    // Small answers must not wait for the next packet. A peer that is gone is noticed below.
    let _ = stream.set_nodelay(true);
    let stream = Patient::of(stream, PATIENCE);
    let Some(tls) = tls else {
        return http(stream, peer, false, app, watcher).await;
    };
    match tokio::time::timeout(PATIENCE, tls.accept(stream)).await {
        Ok(Ok(stream)) => {
            let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            http(stream, peer, http2, app, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
        Err(_) => tracing::debug!("a handshake took too long"),
    }
}

async fn http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    http2: bool,
    app: Router,
    watcher: Watcher,
) {
    // Otherwise nothing is between an answer and the socket, and the stream above is patient enough.
    let answers = http2.then(Answers::default);
    let watched = answers.clone();
    let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answer, watched) = (app.clone().oneshot(request), watched.clone());
        async move {
            let answer = answer.await?;
            Ok::<_, Infallible>(match watched {
                Some(answers) => answer.map(|body| answers.watched(body)),
                None => answer,
            })
        }
    });
    let builder = builder(http2);
    let connection = builder.serve_connection(TokioIo::new(stream), answer);
    tokio::select! {
        served = watcher.watch(connection.into_owned()) => {
            if let Err(error) = served {
                tracing::debug!(%error, "a connection broke");
            }
        }
        () = stuck(answers) => tracing::debug!("a peer did not take its answer"),
    }
}

/// Ends when a peer that is asked to say when it has room does not say it.
async fn stuck(answers: Option<Answers>) {
    match answers {
        Some(answers) => answers.stuck(PATIENCE).await,
        None => std::future::pending().await,
    }
}

fn builder(http2: bool) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(HEAD)
        .max_headers(HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PATIENCE / 2)
        .max_header_list_size(HEAD as u32)
        .max_concurrent_streams(PER_CONNECTION);
    if http2 {
        builder.http2_only()
    } else {
        builder.http1_only()
    }
}
