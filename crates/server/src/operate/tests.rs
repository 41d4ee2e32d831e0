//! Kept, brought back, carried from one engine to the other, and looked at closely.

mod access;
mod damage;
mod import;
mod lines;
mod size;

use frontdesk_domain::Epoch;
use frontdesk_postgres::Cluster;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::config::Database;
use crate::demo;

/// As an operator does both at once.
async fn restore(server: &Server, file: &Path, replace: bool) -> Result<u64, OperateError> {
    super::restore(server, CheckedBackup::of(file)?, replace).await
}

async fn import(server: &Server, file: &Path, skip_bad: bool) -> Result<Imported, OperateError> {
    super::import(server, CheckedExport::of(file, skip_bad)?).await
}

async fn found(
    server: &Server,
    clinic: NewClinic,
    manager: Manager,
    password: &str,
) -> Result<(), OperateError> {
    super::found(server, CheckedClinic::of(clinic, manager, password)?).await
}

/// A clinic of some practitioners and visits, and the folder that everything lies in.
struct World {
    dir: TempDir,
    config: ServerConfig,
}

impl World {
    fn on(database: Database) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = ServerConfig {
            database,
            clock: crate::Clock::reading(|| "2026-03-02T07:00:00Z".parse().unwrap()),
            ..ServerConfig::in_folder(dir.path().join("data"))
        };
        Self { dir, config }
    }

    /// One for each engine that is wanted here.
    fn each() -> Vec<Self> {
        let mut worlds = vec![Self::on(Database::Sqlite)];
        if frontdesk_postgres::wanted() {
            let url = Cluster::shared().database();
            worlds.push(Self::on(Database::Postgres(url)));
        }
        worlds
    }

    fn server(&self) -> Server {
        Server::open(self.config.clone()).unwrap()
    }

    async fn filled(self) -> Self {
        let server = self.server();
        let plan = demo::DemoPlan {
            practitioners: 4,
            appointments: 300,
            seed: 7,
            today: chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        };
        demo::fill(&server, &plan).await.unwrap();
        server.close();
        self
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn verify(&self) -> Verified {
        let records = Records::open(&self.config).unwrap();
        records.verify().await.unwrap()
    }

    /// What each broken promise is called.
    async fn broken(&self) -> Vec<&'static str> {
        let findings = self.verify().await.findings;
        let mut promises: Vec<_> = findings.iter().map(|finding| finding.promise).collect();
        promises.sort_unstable();
        promises.dedup();
        promises
    }

    /// The last statement touches something.
    async fn run(&self, statements: &'static [&'static str]) {
        let server = self.server();
        let done = server.shared.store.transact(move |db| {
            let mut touched = 0;
            for sql in statements {
                touched = db.execute(sql, &[])?;
            }
            Ok(touched)
        });
        assert!(done.await.unwrap() > 0, "{statements:?}");
        server.close();
    }

    async fn export(&self, name: &str) -> String {
        let file = self.file(name);
        let records = Records::open(&self.config).unwrap();
        records.export(&file, None).await.unwrap();
        std::fs::read_to_string(file).unwrap()
    }

    async fn epoch(&self) -> Epoch {
        let server = self.server();
        let heads = server.shared.store.heads().await.unwrap();
        server.close();
        heads[0].1
    }
}

/// Rows without the header, which has an id of its own, and the digest.
fn rows(export: &str) -> Vec<&str> {
    let rows = export.lines().skip(1);
    rows.take_while(|line| line.starts_with(r#"{"kind""#))
        .collect()
}

#[tokio::test]
async fn a_backup_of_one_engine_is_brought_back_on_the_other() {
    for from in World::each() {
        let from = from.filled().await;
        let kept = from.file("kept");
        let records = Records::open(&from.config).unwrap();
        let count = records.backup(&kept).await.unwrap();
        let before = from.export("before").await;
        for to in World::each() {
            let server = to.server();
            assert_eq!(restore(&server, &kept, false).await.unwrap(), count);
            let again = restore(&server, &kept, false).await;
            assert!(matches!(again, Err(OperateError::NotEmpty)));
            server.close();
            assert_ne!(
                to.epoch().await,
                from.epoch().await,
                "desks take a snapshot"
            );
            assert_eq!(rows(&to.export("after").await), rows(&before));
            let verified = to.verify().await;
            assert_eq!(verified.findings, []);
            assert_eq!(verified.appointments, 300);
        }
    }
}

#[tokio::test]
async fn a_restore_replaces_what_is_there_and_ends_every_session() {
    for world in World::each() {
        let world = world.filled().await;
        let kept = world.file("kept");
        let records = Records::open(&world.config).unwrap();
        let count = records.backup(&kept).await.unwrap();
        world
            .run(&["update patient set name = 'Somebody Else'"])
            .await;
        let changed = world.export("changed").await;
        let server = world.server();
        assert_eq!(restore(&server, &kept, true).await.unwrap(), count);
        let live = server
            .shared
            .store
            .read(|db| db.exists("select 1 from session where revoked_at is null", &[]));
        assert!(!live.await.unwrap());
        server.close();
        assert_ne!(rows(&world.export("restored").await), rows(&changed));
        assert_eq!(world.verify().await.findings, []);
    }
}

#[tokio::test]
async fn of_a_backup_that_was_cut_or_changed_nothing_is_taken() {
    let world = World::on(Database::Sqlite).filled().await;
    let kept = world.file("kept");
    let records = Records::open(&world.config).unwrap();
    records.backup(&kept).await.unwrap();
    let text = std::fs::read_to_string(&kept).unwrap();
    let cut: String = text
        .lines()
        .take(100)
        .map(|line| format!("{line}\n"))
        .collect();
    let other = World::on(Database::Sqlite);
    let server = other.server();
    for broken in [
        cut,
        text.replacen("Europe/Berlin", "Europe/London", 1),
        format!("{text}more\n"),
    ] {
        std::fs::write(&kept, broken).unwrap();
        let refused = restore(&server, &kept, false).await;
        assert!(
            matches!(refused, Err(OperateError::BrokenBackup(_))),
            "{refused:?}"
        );
    }
    let clinics = server.shared.store.read(|db| crate::store::clinics(db));
    assert!(clinics.await.unwrap().is_empty());
    server.close();
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_what_holds_patients() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::on(Database::Sqlite).filled().await;
    let (kept, exported) = (world.file("kept"), world.file("exported"));
    let records = Records::open(&world.config).unwrap();
    records.backup(&kept).await.unwrap();
    records.export(&exported, None).await.unwrap();
    for file in [kept, exported, world.config.data_dir.join(FILE)] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
}

/// Somebody's, and that of a timer.
#[tokio::test]
async fn two_backups_at_once_into_one_file_end_as_a_whole_one() {
    let world = World::on(Database::Sqlite).filled().await;
    let records = Records::open(&world.config).unwrap();
    let kept = world.file("b-2026.03");
    let (first, second, beside) = (
        records.backup(&kept),
        records.backup(&kept),
        world.file("b-2026.04"),
    );
    let (first, second, exported) = tokio::join!(first, second, records.export(&beside, None));
    assert_eq!(first.unwrap(), second.unwrap());
    CheckedBackup::of(&kept).unwrap();
    CheckedExport::of(&beside, false).unwrap();
    exported.unwrap();
    let left = std::fs::read_dir(world.dir.path()).unwrap();
    assert_eq!(left.count(), 3, "the data and two files");
}

/// A folder that is not there is the operator's slip, not the database's failure.
#[tokio::test]
async fn a_file_that_cannot_be_written_is_named_as_such() {
    let world = World::on(Database::Sqlite).filled().await;
    let (nowhere, folder) = (world.file("nowhere").join("kept"), world.file("data"));
    let records = Records::open(&world.config).unwrap();
    for file in [nowhere, folder] {
        for refused in [
            records.backup(&file).await,
            records.export(&file, None).await,
        ] {
            assert!(
                matches!(refused, Err(OperateError::Unwritable { .. })),
                "{refused:?}"
            );
        }
    }
    let left = std::fs::read_dir(world.dir.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["data"], "nothing of a file that was not finished");
}

#[tokio::test]
async fn of_several_clinics_one_is_exported_by_its_name() {
    for world in World::each() {
        let world = world.filled().await;
        let server = world.server();
        let second = NewClinic {
            name: "Second".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            grid_minutes: 15,
        };
        let manager = Manager {
            login: "second".to_owned(),
            name: "Second".to_owned(),
        };
        let begin =
            async || found(&server, second.clone(), manager.clone(), "a long password").await;
        begin().await.unwrap();
        let again = begin().await;
        assert!(
            matches!(again, Err(OperateError::NameTaken(_))),
            "{again:?}"
        );
        server.close();
        let records = Records::open(&world.config).unwrap();
        let file = world.file("second.ndjson");
        for wanted in [None, Some("Third")] {
            let refused = records.export(&file, wanted).await;
            assert!(matches!(refused, Err(OperateError::Which(_))));
        }
        assert_eq!(records.export(&file, Some("Second")).await.unwrap(), 1);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(rows(&text)[0].contains("Second"));
    }
}

/// Otherwise the next request would be decided on what has just been replaced.
#[tokio::test]
async fn what_a_server_serves_is_not_replaced() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let url = Cluster::shared().database();
    let world = World::on(Database::Postgres(url)).filled().await;
    let (kept, epoch) = (world.file("kept"), world.epoch().await);
    let records = Records::open(&world.config).unwrap();
    records.backup(&kept).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut request = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = world.server().serve(listener, async {
        let _ = stopped.await;
    });
    let serving = tokio::spawn(serving);
    request
        .write_all(b"GET /healthz HTTP/1.0\r\n\r\n")
        .await
        .unwrap();
    assert!(request.read(&mut [0; 64]).await.unwrap() > 0, "it serves");

    let beside = world.server();
    let refused = restore(&beside, &kept, true).await;
    assert!(matches!(refused, Err(OperateError::Served)), "{refused:?}");
    assert_eq!(world.epoch().await, epoch);
    drop(stop);
    serving.await.unwrap().unwrap();
    restore(&beside, &kept, true).await.unwrap();
    assert_ne!(world.epoch().await, epoch);
}

/// A table or a column that a migration adds belongs into every backup.
#[tokio::test]
async fn a_backup_knows_every_table_and_column_of_the_schema() {
    let world = World::on(Database::Sqlite).filled().await;
    let db = rusqlite::Connection::open(world.config.data_dir.join(FILE)).unwrap();
    let sql = "select t.name || '.' || c.name from sqlite_schema t, pragma_table_info(t.name) c
               where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'refinery%'
               order by 1";
    let mut statement = db.prepare(sql).unwrap();
    let there = statement
        .query_map((), |row| row.get::<_, String>(0))
        .unwrap();
    let there: Vec<String> = there.map(Result::unwrap).collect();
    let mut known: Vec<String> = tables::TABLES
        .iter()
        .flat_map(|table| {
            table
                .columns
                .iter()
                .map(|(name, _)| format!("{}.{name}", table.name))
        })
        .collect();
    known.sort_unstable();
    assert_eq!(known, there);
}

#[tokio::test]
async fn a_real_clinic_begins_with_its_manager() {
    for world in World::each() {
        let server = world.server();
        let named = |name: &str, zone: &str| NewClinic {
            name: name.to_owned(),
            time_zone: zone.to_owned(),
            grid_minutes: 15,
        };
        let maria = Manager {
            login: "maria".to_owned(),
            name: "Maria".to_owned(),
        };
        let (name, zone, long) = ("Praxis am Markt", "Europe/Berlin", "a long password");
        for (name, zone, secret, why) in [
            (name, "Mars/Base", long, "time zone"),
            (name, zone, "short", "8 characters"),
            ("two\nlines", zone, long, "one line"),
        ] {
            let refused = found(&server, named(name, zone), maria.clone(), secret).await;
            assert!(refused.unwrap_err().to_string().contains(why));
        }
        let begun = found(&server, named(name, zone), maria, long).await;
        begun.unwrap();
        server.close();
        let verified = world.verify().await;
        assert_eq!((verified.clinics, verified.findings), (1, Vec::new()));
    }
}
