//! The cable between a desk and the server. It can be cut, mended, and lose answers.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use frontdesk_protocol::path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Where the server is now; a restarted one is elsewhere.
pub(crate) type Address = Arc<Mutex<SocketAddr>>;

/// How well a line carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carries {
    Everything,
    /// Everything but the answers to commands: those stay under way.
    NoDecisions,
    /// What the desk says arrives; the answer does not.
    Questions,
    /// Everything, but commands of this kind meet a server that fails.
    NotTheKind(&'static str),
    /// Everything, but only once this is over.
    Later,
    Nothing,
}

/// A loopback address that stays the same, whatever happens behind it.
#[derive(Debug)]
pub struct Line {
    url: String,
    carries: watch::Sender<Carries>,
    accepting: JoinHandle<()>,
}

impl Line {
    pub(crate) async fn to(server: Address) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (carries, state) = watch::channel(Carries::Everything);
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (server, state) = (*server.lock().unwrap(), state.clone());
                tokio::spawn(carry(near, server, state));
            }
        });
        Self {
            url,
            carries,
            accepting,
        }
    }

    /// What a desk is told to connect to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends every connection and lets no new one through.
    pub fn cut(&self) {
        self.carries.send_replace(Carries::Nothing);
    }

    /// Questions still arrive, but a connection ends where its next answer would come.
    pub fn lose_answers(&self) {
        self.carries.send_replace(Carries::Questions);
    }

    /// Commands arrive, but what was decided stays under way for as long as this lasts.
    pub fn hold_decisions(&self) {
        self.carries.send_replace(Carries::NoDecisions);
    }

    /// A batch with a command of this kind gets `500 internal` and never arrives; all else does.
    pub fn fail_on(&self, kind: &'static str) {
        self.carries.send_replace(Carries::NotTheKind(kind));
    }

    /// Nothing comes through in either direction, and nothing breaks: what is said meanwhile arrives
    /// when the line is mended.
    pub fn stall(&self) {
        self.carries.send_replace(Carries::Later);
    }

    /// Carries everything again.
    pub fn mend(&self) {
        self.carries.send_replace(Carries::Everything);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.cut();
        self.accepting.abort();
    }
}

async fn carry(near: TcpStream, server: SocketAddr, mut state: watch::Receiver<Carries>) {
    if *state.borrow() == Carries::Nothing {
        return;
    }
    let Ok(far) = TcpStream::connect(server).await else {
        return;
    };
    let (near_in, mut near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let asked = AtomicBool::new(false);
    let (of_questions, of_answers) = (state.clone(), state.clone());
    let fails = tokio::select! {
        fails = questions(near_in, far_out, &asked, of_questions) => fails,
        () = answers(far_in, &mut near_out, &asked, of_answers) => false,
        _ = state.wait_for(|now| *now == Carries::Nothing) => false,
    };
    if fails {
        // A desk that has gone meanwhile needs no answer.
        let _ = near_out.write_all(failure().as_bytes()).await;
    }
}

/// What a server says that fails on a command, and would at once again.
fn failure() -> String {
    let body = serde_json::json!({
        "type": "about:blank", "title": "Internal Server Error", "status": 500,
        "code": "internal", "detail": "it failed", "request_id": "r-1",
    });
    let body = body.to_string();
    format!(
        "HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/problem+json\r\n\
         retry-after: 0\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Passes on what the desk says, and remembers whether it asked for a decision; true when it said
/// what the server is to fail on.
async fn questions(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    asked: &AtomicBool,
    mut state: watch::Receiver<Carries>,
) -> bool {
    let commands = format!("POST {}", path::COMMANDS);
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let mut text = bytes[..count].to_vec();
        let asks = contains(&text, &commands);
        asked.fetch_or(asks, Ordering::SeqCst);
        let Some(now) = in_time(&mut state).await else {
            return false;
        };
        if let (true, Carries::NotTheKind(kind)) = (asks, now) {
            complete(&mut text, &mut from).await;
            if contains(&text, &format!("\"kind\":\"{kind}\"")) {
                return true;
            }
        }
        if to.write_all(&text).await.is_err() {
            return false;
        }
    }
    false
}

fn contains(text: &[u8], what: &str) -> bool {
    text.windows(what.len())
        .any(|window| window == what.as_bytes())
}

/// Reads on until the request's body is whole.
async fn complete(text: &mut Vec<u8>, from: &mut OwnedReadHalf) {
    while missing(text).is_none_or(|missing| missing > 0) {
        if !matches!(from.read_buf(text).await, Ok(1..)) {
            return;
        }
    }
}

/// How much of the body is not here yet; none while its length is not known.
fn missing(text: &[u8]) -> Option<usize> {
    let head = text.windows(4).position(|end| end == b"\r\n\r\n")?;
    let lines = String::from_utf8_lossy(&text[..head]).to_lowercase();
    let length = lines
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))?;
    let length: usize = length.trim().parse().ok()?;
    Some((head + 4 + length).saturating_sub(text.len()))
}

/// How well the line carries, once it does not stall; none when it is gone.
async fn in_time(state: &mut watch::Receiver<Carries>) -> Option<Carries> {
    let moving = state.wait_for(|now| *now != Carries::Later).await;
    moving.ok().map(|now| *now)
}

async fn answers(
    mut from: OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    asked: &AtomicBool,
    mut state: watch::Receiver<Carries>,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let Some(now) = in_time(&mut state).await else {
            return;
        };
        match now {
            Carries::NoDecisions if asked.load(Ordering::SeqCst) => {
                // Under way until the line is mended; then it is too late for this connection.
                let _ = state.wait_for(|now| *now != Carries::NoDecisions).await;
                return;
            }
            Carries::Questions | Carries::Nothing => return,
            Carries::Everything
            | Carries::NoDecisions
            | Carries::NotTheKind(_)
            | Carries::Later => {}
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
