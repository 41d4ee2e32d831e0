//! A clinic: a real server on a free port, with a made-up clinic in a folder of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use frontdesk_domain::Timestamp;
use frontdesk_server::demo::{self, DemoPlan};
use frontdesk_server::{Clock, Server, ServerConfig};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::WallClock;
use crate::line::Address;
use crate::{Answer, Device, Line, Program, TestDesk, soon};

/// A running clinic. What it holds is gone when it is dropped.
pub struct Clinic {
    address: Address,
    data: TempDir,
    host: Host,
}

enum Host {
    /// In this process: quick, and a panic of the server is seen.
    Here {
        stop: Option<oneshot::Sender<()>>,
        serving: JoinHandle<()>,
        clock: WallClock,
    },
    /// The shipped program: it can be killed.
    Program(Box<Program>),
}

impl Clinic {
    /// Three practitioners who work Monday to Friday from 9 to 17, with much free time.
    pub async fn small() -> Self {
        Self::of(3, 600, 1).await
    }

    /// That many practitioners and visits; the same seed gives the same clinic.
    pub async fn of(practitioners: u16, appointments: u32, seed: u64) -> Self {
        Self::filled(async |server: &Server, now: Timestamp| {
            let today = now.date_naive();
            let plan = DemoPlan {
                practitioners,
                appointments,
                seed,
                today,
            };
            demo::fill(server, &plan).await.unwrap();
        })
        .await
    }

    /// What `--demo` shows: breaks, days off, a closure, extra hours.
    pub async fn demo() -> Self {
        Self::filled(async |server: &Server, _| {
            demo::showcase(server, 1).await.unwrap();
        })
        .await
    }

    async fn filled(fill: impl AsyncFn(&Server, Timestamp)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let clock = WallClock::start();
        let reading = clock.clone();
        let config = ServerConfig {
            clock: Clock::reading(move || reading.now()),
            ..ServerConfig::in_folder(data.path())
        };
        let server = Server::open(config).unwrap();
        fill(&server, clock.now()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Arc::new(Mutex::new(listener.local_addr().unwrap()));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            server.serve(listener, shutdown).await.unwrap();
        });
        let host = Host::Here {
            stop: Some(stop),
            serving,
            clock,
        };
        Self {
            address,
            data,
            host,
        }
    }

    /// Sets the clinic's clock forward.
    ///
    /// # Panics
    /// When the server is a program: that one looks at the machine's clock.
    pub fn advance(&self, by: TimeDelta) {
        match &self.host {
            Host::Here { clock, .. } => clock.advance(by),
            Host::Program(_) => panic!("a program looks at the machine's clock"),
        }
    }

    /// The shipped server program on the small demo clinic.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn program() -> Self {
        let data = tempfile::tempdir().unwrap();
        let (program, address) = serve(data.path()).await;
        Self {
            address: Arc::new(Mutex::new(address)),
            data,
            host: Host::Program(Box::new(program)),
        }
    }

    /// `kill -9` of the server program.
    ///
    /// # Panics
    /// When the server is not a program.
    pub async fn kill(&mut self) {
        match &mut self.host {
            Host::Program(program) => program.kill().await,
            Host::Here { .. } => panic!("only a program can be killed: use Clinic::program()"),
        }
    }

    /// Starts the server program again, on the same data; desks find it by themselves.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self) {
        let (program, address) = serve(self.data.path()).await;
        self.host = Host::Program(Box::new(program));
        *self.address.lock().unwrap() = address;
    }

    /// Ends the server as an orderly shutdown does.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn stop(&mut self) {
        match &mut self.host {
            Host::Here { stop, serving, .. } => {
                drop(stop.take());
                soon("the end of the server", serving).await.unwrap();
            }
            Host::Program(program) => assert_eq!(program.terminate().await, Some(0)),
        }
    }

    /// Where the server is now, without a cable that could be cut.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address.lock().unwrap())
    }

    /// The folder of the server's data.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// A cable to the server.
    pub async fn line(&self) -> Line {
        Line::to(self.address.clone()).await
    }

    /// A new desk with a signed-in user, at the head of the feed.
    pub async fn desk(&self, user: &str) -> TestDesk {
        let desk = TestDesk::new(self.line().await).await;
        desk.sign_in_as(user).await;
        desk
    }

    /// A new desk where nobody has signed in.
    pub async fn empty_desk(&self) -> TestDesk {
        TestDesk::new(self.line().await).await
    }

    /// A signed-in device without a desk.
    pub async fn device(&self, user: &str) -> Device {
        Device::sign_in(self.line().await, user).await
    }

    /// The answer to a sign-in.
    pub async fn try_sign_in(&self, user: &str, password: &str) -> Answer {
        Device::try_sign_in(&self.line().await, user, password).await
    }
}

async fn serve(data: &Path) -> (Program, SocketAddr) {
    let data = data.to_str().unwrap();
    let args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--demo"];
    let mut program = Program::start("frontdesk-server", &args, &[]);
    let line = program.line().await;
    let address = line.strip_prefix("listening on http://").expect(&line);
    (program, address.parse().unwrap())
}
