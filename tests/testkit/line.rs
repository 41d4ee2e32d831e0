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
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let asked = AtomicBool::new(false);
    tokio::select! {
        () = questions(near_in, far_out, &asked) => {}
        () = answers(far_in, near_out, &asked, state.clone()) => {}
        _ = state.wait_for(|now| *now == Carries::Nothing) => {}
    }
}

/// Passes on what the desk says, and remembers whether it asked for a decision.
async fn questions(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, asked: &AtomicBool) {
    let commands = format!("POST {}", path::COMMANDS);
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let text = &bytes[..count];
        let asks = text
            .windows(commands.len())
            .any(|window| window == commands.as_bytes());
        asked.fetch_or(asks, Ordering::SeqCst);
        if to.write_all(text).await.is_err() {
            return;
        }
    }
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    asked: &AtomicBool,
    mut state: watch::Receiver<Carries>,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let now = *state.borrow();
        match now {
            Carries::NoDecisions if asked.load(Ordering::SeqCst) => {
                // Under way until the line is mended; then it is too late for this connection.
                let _ = state.wait_for(|now| *now != Carries::NoDecisions).await;
                return;
            }
            Carries::Questions | Carries::Nothing => return,
            Carries::Everything | Carries::NoDecisions => {}
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
