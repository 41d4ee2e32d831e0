//! A clinic: a real server on a free port, with a made-up clinic in a folder of its own.

mod program;
mod tenants;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use frontdesk_domain::{DeviceId, Timestamp};
use frontdesk_server::demo::{self, DemoPlan};
use frontdesk_server::{Clock, Server, ServerConfig};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::WallClock;
use crate::engine::Ground;
use crate::line::Address;
use crate::{Answer, Device, Engine, Line, Program, TestDesk, new_id, soon};

pub use tenants::SOUTH;

/// A running clinic: one truth, and one server or several that serve it. What it holds is gone when
/// it is dropped.
pub struct Clinic {
    ground: Ground,
    instances: Vec<Instance>,
}

/// Longer than any story waits.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// One server.
struct Instance {
    address: Address,
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
        Self::on(Engine::Sqlite).await
    }

    /// The same on that engine.
    pub async fn on(engine: Engine) -> Self {
        Self::drawn(engine, 3, 600, 1).await
    }

    /// That many practitioners and visits; the same seed gives the same clinic.
    pub async fn of(practitioners: u16, appointments: u32, seed: u64) -> Self {
        Self::drawn(Engine::Sqlite, practitioners, appointments, seed).await
    }

    /// The same on that engine.
    pub async fn drawn(engine: Engine, practitioners: u16, appointments: u32, seed: u64) -> Self {
        let fill = async |server: &Server, config: &ServerConfig| {
            draw(
                server,
                practitioners,
                appointments,
                seed,
                config.clock.now(),
            )
            .await;
        };
        Self::filled(engine, fill).await
    }

    /// What `--demo` shows: breaks, days off, a closure, extra hours, classes, rooms.
    pub async fn demo() -> Self {
        Self::demo_on(Engine::Sqlite).await
    }

    /// The same on that engine.
    pub async fn demo_on(engine: Engine) -> Self {
        let fill = async |server: &Server, _: &ServerConfig| {
            demo::showcase(server, 1).await.unwrap();
        };
        Self::filled(engine, fill).await
    }

    /// The same, whose streams do nothing by themselves: what they tell and how they end comes from
    /// elsewhere.
    pub async fn without_heartbeats_on(engine: Engine) -> Self {
        let fill = async |server: &Server, config: &ServerConfig| {
            draw(server, 3, 600, 1, config.clock.now()).await;
        };
        let heartbeat = NEVER;
        Self::filled_with(engine, fill, |config| ServerConfig {
            heartbeat,
            ..config
        })
        .await
    }

    async fn filled(engine: Engine, fill: impl AsyncFn(&Server, &ServerConfig)) -> Self {
        Self::filled_with(engine, fill, std::convert::identity).await
    }

    async fn filled_with(
        engine: Engine,
        fill: impl AsyncFn(&Server, &ServerConfig),
        set: impl Fn(ServerConfig) -> ServerConfig,
    ) -> Self {
        let ground = Ground::on(engine);
        let clock = WallClock::start();
        let config = set(config(&ground, 0, &clock));
        let server = Server::open(config.clone()).unwrap();
        fill(&server, &config).await;
        let first = Instance::here(server, clock).await;
        Self {
            ground,
            instances: vec![first],
        }
    }

    /// Several servers of this process over one PostgreSQL, whose notifications may be lost.
    ///
    /// # Panics
    /// When one does not start.
    pub async fn instances(count: usize, notifications: bool) -> Self {
        let drop_notifications = !notifications;
        Self::instances_with(count, |config| ServerConfig {
            drop_notifications,
            ..config
        })
        .await
    }

    /// The same where nothing is told and no stream does anything by itself: each looks for itself, or
    /// never learns anything.
    ///
    /// # Panics
    /// When one does not start.
    pub async fn instances_that_only_look(count: usize) -> Self {
        Self::instances_with(count, |config| ServerConfig {
            drop_notifications: true,
            heartbeat: NEVER,
            ..config
        })
        .await
    }

    async fn instances_with(count: usize, set: impl Fn(ServerConfig) -> ServerConfig) -> Self {
        let mut clinic = Self {
            ground: Ground::on(Engine::Postgres),
            instances: Vec::new(),
        };
        let clock = WallClock::start();
        for instance in 0..count {
            let config = config(&clinic.ground, instance, &clock);
            let server = Server::open(set(config)).unwrap();
            if instance == 0 {
                draw(&server, 3, 600, 1, clock.now()).await;
            }
            let instance = Instance::here(server, clock.clone()).await;
            clinic.instances.push(instance);
        }
        clinic
    }

    /// Sets the clinic's clock forward.
    ///
    /// # Panics
    /// When the server is a program: that one looks at the machine's clock.
    pub fn advance(&self, by: TimeDelta) {
        for instance in &self.instances {
            match &instance.host {
                Host::Here { clock, .. } => clock.advance(by),
                Host::Program(_) => panic!("a program looks at the machine's clock"),
            }
        }
    }

    /// Ends the server as an orderly shutdown does.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn stop(&mut self) {
        match &mut self.instances[0].host {
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
        format!("http://{}", self.instances[0].address.lock().unwrap())
    }

    /// The folder of the server's data.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.ground.data()
    }

    /// What `--database` is told, where the clinic is not a file in the folder.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.ground.url()
    }

    /// A cable to the server.
    pub async fn line(&self) -> Line {
        self.line_to(0).await
    }

    /// A cable to one of several.
    pub async fn line_to(&self, instance: usize) -> Line {
        Line::to(self.instances[instance].address.clone()).await
    }

    /// A new desk with a signed-in user, at the head of the feed.
    pub async fn desk(&self, user: &str) -> TestDesk {
        self.desk_at(0, user).await
    }

    /// The same at one of several servers.
    pub async fn desk_at(&self, instance: usize, user: &str) -> TestDesk {
        let desk = TestDesk::new(self.line_to(instance).await).await;
        desk.sign_in_as(user).await;
        desk
    }

    /// A new desk where nobody has signed in.
    pub async fn empty_desk(&self) -> TestDesk {
        TestDesk::new(self.line().await).await
    }

    /// A signed-in device without a desk.
    pub async fn device(&self, user: &str) -> Device {
        self.device_at(0, user).await
    }

    /// The same at one of several servers.
    pub async fn device_at(&self, instance: usize, user: &str) -> Device {
        Device::sign_in(self.line_to(instance).await, user, new_id()).await
    }

    /// The same with an id that another device may have too.
    pub async fn device_named(&self, id: DeviceId, user: &str) -> Device {
        Device::sign_in(self.line().await, user, id).await
    }

    /// That many devices of both receptionists by turns.
    pub async fn devices(&self, count: usize) -> Vec<Device> {
        // Two by two: checking a password costs memory on purpose.
        let users = ["reception1", "reception2"];
        let mut devices = Vec::new();
        while devices.len() < count {
            let (one, two) = tokio::join!(self.device(users[0]), self.device(users[1]));
            devices.extend([one, two]);
        }
        devices.truncate(count);
        devices
    }

    /// The answer to a sign-in.
    pub async fn try_sign_in(&self, user: &str, password: &str) -> Answer {
        Device::try_sign_in(&self.line().await, user, password, new_id()).await
    }
}

impl Instance {
    async fn here(server: Server, clock: WallClock) -> Self {
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
        Self { address, host }
    }
}

async fn draw(server: &Server, practitioners: u16, appointments: u32, seed: u64, now: Timestamp) {
    let plan = DemoPlan {
        practitioners,
        appointments,
        seed,
        today: now.date_naive(),
    };
    demo::fill(server, &plan).await.unwrap();
}

fn config(ground: &Ground, instance: usize, clock: &WallClock) -> ServerConfig {
    let reading = clock.clone();
    ServerConfig {
        clock: Clock::reading(move || reading.now()),
        database: ground.database(),
        ..ServerConfig::in_folder(ground.folder(instance))
    }
}
