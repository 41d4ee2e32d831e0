//! A throw-away PostgreSQL: a cluster of its own, in a temporary folder, on a socket in that folder.
//!
//! It never touches a PostgreSQL that is already on the machine, makes commits as durable as in
//! production, and is gone with the process that started it, however that process ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test world that cannot be built is a failed test"
)]

mod binaries;
mod folder;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use binaries::Binaries;
use folder::Folder;

/// Set to 1 where the stories on PostgreSQL must not run; nothing else leaves them out.
pub const OPT_OUT: &str = "FRONTDESK_NO_POSTGRES";

/// False where this machine has said that it does without PostgreSQL.
#[must_use]
pub fn wanted() -> bool {
    std::env::var(OPT_OUT).map_or(true, |value| value != "1")
}

/// A running cluster; stopped and deleted when dropped.
#[derive(Debug)]
pub struct Cluster {
    binaries: Binaries,
    folder: Folder,
    /// Waits for the end of this process (the end of its input) and tidies up.
    janitor: Child,
    databases: AtomicU32,
    /// Where it also listens on the loopback address, encrypted.
    port: Option<u16>,
}

impl Cluster {
    /// Makes a cluster and starts it.
    ///
    /// # Panics
    /// When PostgreSQL is missing or does not start; the sentence says what to do.
    #[must_use]
    pub fn start() -> Self {
        let cluster = Self::new(None);
        cluster.resume();
        cluster
    }

    /// One that also listens on a port of 127.0.0.1, with this certificate and key (PEM).
    ///
    /// # Panics
    /// As [`Self::start`].
    #[must_use]
    pub fn encrypted(certificate: &str, key: &str) -> Self {
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let cluster = Self::new(Some(free.local_addr().unwrap().port()));
        drop(free);
        cluster.keep("server.crt", certificate);
        cluster.keep("server.key", key);
        cluster.resume();
        cluster
    }

    fn new(port: Option<u16>) -> Self {
        let binaries = Binaries::find();
        folder::sweep(&binaries);
        let folder = Folder::make(&binaries);
        let janitor = janitor(&binaries, &folder);
        let cluster = Self {
            binaries,
            folder,
            janitor,
            databases: AtomicU32::new(0),
            port,
        };
        cluster.init();
        cluster
    }

    /// The one cluster of this process, for every test that does not stop it.
    ///
    /// # Panics
    /// As [`Self::start`].
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// The address of a new, empty database.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("clinic_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        let sql = format!("create database {name} template template0");
        self.ask(&self.url("postgres"), &sql);
        self.url(&name)
    }

    /// What this SQL answers: a line per row, columns parted by `|`.
    ///
    /// # Panics
    /// When the database complains.
    #[must_use = "an answer of rows; may be empty"]
    pub fn rows(&self, url: &str, sql: &str) -> Vec<String> {
        self.ask(url, sql).lines().map(str::to_owned).collect()
    }

    /// Ends the cluster as a power cut does: nothing is written that was not written before.
    ///
    /// # Panics
    /// When it does not run.
    pub fn crash(&self) {
        run(self.pg_ctl().args(["-m", "immediate", "stop"]));
    }

    /// Starts it again, on what is on the disk.
    ///
    /// # Panics
    /// When it does not start.
    pub fn resume(&self) {
        let folder = self.folder.path().display();
        // Every commit is durable; only the checkpoints wait until there is something to save.
        let options = format!(
            "-k {folder} -c listen_addresses='' -c max_connections=200 -c shared_buffers=32MB \
             -c max_wal_size=512MB"
        );
        let options = match self.port {
            Some(port) => {
                options + &format!(" -c port={port} -c listen_addresses=127.0.0.1 -c ssl=on")
            }
            None => options,
        };
        let log = self.folder.path().join("log");
        let mut start = self.pg_ctl();
        start.arg("-l").arg(log).args(["-o", &options, "start"]);
        // The postmaster inherits what is left open here: a pipe of ours would never end.
        start.stdout(Stdio::null()).stderr(Stdio::null());
        assert!(start.status().unwrap().success(), "{}", self.complaints());
    }

    /// A file that only the database's own user may read.
    fn keep(&self, name: &str, text: &str) {
        let file = self.data().join(name);
        std::fs::write(&file, text).unwrap();
        run(Command::new("chmod").arg("600").arg(&file));
        if let Some(owner) = self.binaries.owner() {
            run(Command::new("chown").arg(owner).arg(&file));
        }
    }

    fn init(&self) {
        let mut initdb = self.binaries.command("initdb");
        initdb.arg("-D").arg(self.data());
        initdb.args(["-U", "postgres", "-A", "trust", "--no-locale", "-E", "UTF8"]);
        // The cluster itself need not survive a power cut while it is being made; commits do.
        initdb.args(["--wal-segsize=1", "--no-sync", "--no-instructions"]);
        run(&mut initdb);
    }

    fn ask(&self, url: &str, sql: &str) -> String {
        let mut psql = self.binaries.command("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]);
        run(psql.args(["-c", sql]))
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.path().to_str().unwrap().replace('/', "%2F");
        let port = self
            .port
            .map_or_else(String::new, |port| format!(":{port}"));
        format!("postgres://postgres@{host}{port}/{database}")
    }

    /// The same database by the network, as a host of that name.
    ///
    /// # Panics
    /// When the cluster is not one that is [encrypted](Self::encrypted).
    #[must_use]
    pub fn by_network(&self, url: &str, host: &str) -> String {
        let port = self.port.expect("a cluster that listens on a port");
        let (_, database) = url.rsplit_once('/').unwrap();
        format!("postgres://postgres@{host}:{port}/{database}")
    }

    fn pg_ctl(&self) -> Command {
        let mut command = self.binaries.command("pg_ctl");
        command.arg("-D").arg(self.data()).args(["-s", "-w"]);
        command
    }

    fn data(&self) -> PathBuf {
        data(self.folder.path())
    }

    fn complaints(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.janitor.stdin.take());
        let _ = self.janitor.wait();
    }
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// In a group of its own, so that neither Ctrl-C nor a test runner's time limit takes it along.
fn janitor(binaries: &Binaries, folder: &Folder) -> Child {
    const SCRIPT: &str = r#"cat; folder=$1; shift; "$@"; rm -rf "$folder""#;
    let mut stop = binaries.words("pg_ctl");
    let data = data(folder.path());
    stop.extend(["-D", data.to_str().unwrap(), "-s", "-w"].map(Into::into));
    stop.extend(["-m", "immediate", "stop"].map(Into::into));
    let mut janitor = Command::new("sh");
    janitor.args(["-c", SCRIPT, "janitor"]).arg(folder.path());
    janitor.args(stop).current_dir("/").stdin(Stdio::piped());
    // With the lock in its hand the folder counts as owned until it is gone.
    janitor.stdout(folder.lock()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut janitor, 0);
    janitor.spawn().unwrap()
}

fn run(command: &mut Command) -> String {
    let out = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{command:?}: {said}");
    String::from_utf8(out.stdout).unwrap()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{BufRead as _, BufReader};

    use super::*;

    #[test]
    fn a_cluster_keeps_what_was_committed_over_a_crash_and_leaves_nothing_behind() {
        if !wanted() {
            return;
        }
        let cluster = Cluster::start();
        let folder = cluster.folder.path().to_owned();
        let url = cluster.database();
        assert_ne!(url, cluster.database());
        assert!(
            cluster
                .rows(&url, "create table note (text text)")
                .is_empty()
        );
        assert!(
            cluster
                .rows(&url, "insert into note values ('kept')")
                .is_empty()
        );
        cluster.crash();
        cluster.resume();
        assert_eq!(cluster.rows(&url, "select text from note"), ["kept"]);
        assert_eq!(cluster.rows(&url, "show fsync"), ["on"]);
        drop(cluster);
        assert!(!folder.exists());
    }

    /// The owner is this test once more, in a process of its own.
    #[test]
    fn a_killed_owner_leaves_nothing_behind() {
        const OWNER: &str = "FRONTDESK_TEST_OWNER";
        if !wanted() {
            return;
        }
        if std::env::var_os(OWNER).is_some() {
            let cluster = Cluster::start();
            println!("\nowns {}", cluster.folder.path().display());
            std::io::stdin().read_line(&mut String::new()).unwrap();
            return;
        }
        let mut owner = Command::new(std::env::current_exe().unwrap());
        owner.args([
            "--exact",
            "tests::a_killed_owner_leaves_nothing_behind",
            "--nocapture",
        ]);
        owner
            .env(OWNER, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut owner = owner.spawn().unwrap();
        let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
        let line = lines.map_while(Result::ok).find_map(|line| {
            let folder = line.strip_prefix("owns ")?;
            Some(PathBuf::from(folder))
        });
        let folder = line.expect("where the cluster is");
        assert!(folder.join("data/postmaster.pid").exists());
        let lock = File::open(folder.join("owner.lock")).unwrap();
        owner.kill().unwrap();
        owner.wait().unwrap();
        lock.lock().unwrap();
        assert!(!folder.exists());
    }
}
