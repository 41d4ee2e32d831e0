//! Servers that are programs: they can be killed, and looked after from outside.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use frontdesk_domain::{AppointmentId, AppointmentStatus};

use super::{Clinic, Host, Instance};
use crate::engine::Ground;
use crate::{Engine, Program, Ran, truth};

impl Clinic {
    /// The shipped server program on the small demo clinic.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn program() -> Self {
        Self::program_on(Engine::Sqlite).await
    }

    /// The same on that engine. The database is of its own, so it may crash too.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn program_on(engine: Engine) -> Self {
        let ground = Ground::of_its_own(engine);
        let first = Instance::of(serve(&ground).await);
        Self {
            ground,
            instances: vec![first],
        }
    }

    /// A clinic that a program of the story's own serves, once it is told the folder and the database,
    /// where that is not a file in it.
    ///
    /// # Panics
    /// When it does not say where it listens.
    pub async fn started_by(
        engine: Engine,
        start: impl FnMut(&Path, Option<&str>) -> Program,
    ) -> Self {
        Self::several_started_by(engine, 1, start).await
    }

    /// The same with several of them, each in a folder of its own, over one database.
    ///
    /// # Panics
    /// When one does not say where it listens.
    pub async fn several_started_by(
        engine: Engine,
        count: usize,
        mut start: impl FnMut(&Path, Option<&str>) -> Program,
    ) -> Self {
        let (ground, mut instances) = (Ground::on(engine), Vec::new());
        while instances.len() < count {
            let folder = ground.folder(instances.len());
            let started = listening(start(&folder, ground.url())).await;
            instances.push(Instance::of(started));
        }
        Self { ground, instances }
    }

    /// What a backup of another clinic holds, on empty ground of that engine. Nobody serves it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn restored(engine: Engine, backup: &Path) -> Self {
        let clinic = Self {
            ground: Ground::on(engine),
            instances: Vec::new(),
        };
        let backup = backup.to_str().unwrap();
        clinic.operate(&["restore", backup], "").await;
        clinic
    }

    /// The same clinic, served by another one.
    ///
    /// # Panics
    /// When it does not say where it listens.
    pub async fn restart_by(&mut self, start: impl FnOnce(&Path, Option<&str>) -> Program) {
        self.restart_at_by(0, start).await;
    }

    /// The same of one of several.
    ///
    /// # Panics
    /// When it does not say where it listens.
    pub async fn restart_at_by(
        &mut self,
        instance: usize,
        start: impl FnOnce(&Path, Option<&str>) -> Program,
    ) {
        let folder = self.ground.folder(instance);
        let started = listening(start(&folder, self.ground.url())).await;
        self.replace(instance, started);
    }

    /// Waits for the end of the server program; true when it was stopped dead.
    ///
    /// # Panics
    /// When it goes on, or is not a program.
    pub async fn crashed(&mut self) -> bool {
        match &mut self.instances[0].host {
            Host::Program(program) => program.crashed().await,
            Host::Here { .. } => panic!("only a program ends by itself"),
        }
    }

    /// `kill -9` of the server program.
    ///
    /// # Panics
    /// When the server is not a program.
    pub async fn kill(&mut self) {
        self.kill_at(0).await;
    }

    /// The same of one of several.
    ///
    /// # Panics
    /// When the server is not a program.
    pub async fn kill_at(&mut self, instance: usize) {
        match &mut self.instances[instance].host {
            Host::Program(program) => program.kill().await,
            Host::Here { .. } => panic!("only a program can be killed: use Clinic::program()"),
        }
    }

    /// Starts the server program again, on the same data; desks find it by themselves.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self) {
        let started = serve(&self.ground).await;
        self.replace(0, started);
    }

    fn replace(&mut self, instance: usize, (program, address): (Program, SocketAddr)) {
        let instance = &mut self.instances[instance];
        instance.host = Host::Program(Box::new(program));
        *instance.address.lock().unwrap() = address;
    }

    /// Pulls the plug of the database server, where there is one, and puts it in again.
    ///
    /// # Panics
    /// When the clinic shares its database server with others: use [`Self::program_on`].
    pub fn crash_database(&self) {
        self.ground.crash_database();
    }

    /// Asks the database itself whether every invariant of a committed state holds.
    ///
    /// # Panics
    /// With the one that does not.
    #[track_caller]
    pub fn holds_true(&self) {
        truth::check(&self.ground);
    }

    /// Lets the shipped program look for itself: every overlap, gap, orphan and broken link.
    ///
    /// # Panics
    /// When it finds one.
    pub async fn verify(&self) {
        let ran = self.verified().await;
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    }

    /// The same, whatever it finds.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn verified(&self) -> Ran {
        let mut args = vec!["verify", "--data", self.data().to_str().unwrap()];
        args.extend(self.ground.database_option());
        Program::ran("frontdesk-server", &args, &[], "").await
    }

    /// Does what its operator does, at a terminal beside the server.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn operate(&self, words: &[&str], input: &str) {
        let mut args = words.to_vec();
        args.extend(["--data", self.data().to_str().unwrap()]);
        args.extend(self.ground.database_option());
        let ran = Program::ran("frontdesk-server", &args, &[], input).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    /// How many sessions are open at the server.
    ///
    /// # Panics
    /// When the database cannot be read.
    #[must_use]
    pub fn sessions(&self) -> usize {
        let open = "select expires_at from session where revoked_at is null";
        self.ground.rows(open).len()
    }

    /// How many commands of this kind were decided, whatever became of them.
    ///
    /// # Panics
    /// When the database cannot be read.
    #[must_use]
    pub fn decided(&self, kind: &str) -> usize {
        let decided = format!("select no from command where kind = '{kind}'");
        self.ground.rows(&decided).len()
    }

    /// Every visit that the database itself has.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn stored_visits(&self) -> BTreeMap<AppointmentId, AppointmentStatus> {
        let rows = self
            .ground
            .rows("select appointment_id, status from appointment");
        let visit = |row: &String| {
            let (id, status) = row.split_once('|').unwrap();
            let status = serde_json::from_value(status.into()).unwrap();
            (id.parse().unwrap(), status)
        };
        rows.iter().map(visit).collect()
    }

    /// Changes the database by hand, past the server.
    ///
    /// # Panics
    /// When the database refuses.
    pub fn tamper(&self, sql: &str) {
        self.ground.write(sql);
    }
}

impl Instance {
    fn of((program, address): (Program, SocketAddr)) -> Self {
        Self {
            address: Arc::new(Mutex::new(address)),
            host: Host::Program(Box::new(program)),
        }
    }
}

async fn serve(ground: &Ground) -> (Program, SocketAddr) {
    let folder = ground.data().to_str().unwrap();
    let mut args = vec!["serve", "--data", folder, "--demo"];
    args.extend(["--listen", "127.0.0.1:0"]);
    args.extend(ground.database_option());
    listening(Program::start("frontdesk-server", &args, &[])).await
}

async fn listening(mut program: Program) -> (Program, SocketAddr) {
    let line = program.line_with("listening on http").await;
    let (_, address) = line.split_once("://").expect(&line);
    (program, address.parse().unwrap())
}
