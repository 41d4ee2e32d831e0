//! Where a clinic's truth lies: the same stories are told on every engine.

use std::path::{Path, PathBuf};

use frontdesk_postgres::Cluster;
use frontdesk_server::Database;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use tempfile::TempDir;

/// A database that a server can keep its clinic in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the server's folder.
    Sqlite,
    /// A throw-away cluster.
    Postgres,
}

impl Engine {
    /// False where this machine has said that it does without this engine.
    #[must_use]
    pub fn wanted(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres => frontdesk_postgres::wanted(),
        }
    }
}

/// Tells each of these stories, `async fn story(engine: Engine)`, on every engine: a module for each,
/// with a test for each story.
#[macro_export]
macro_rules! both_engines {
    (@on $engine:ident $variant:ident: $($story:ident)+) => {
        mod $engine {
            use $crate::Engine::$variant as ENGINE;
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $story() {
                    if ENGINE.wanted() {
                        super::$story(ENGINE).await;
                    }
                }
            )+
        }
    };
    ($($story:ident),+ $(,)?) => {
        $crate::both_engines!(@on sqlite Sqlite: $($story)+);
        $crate::both_engines!(@on postgres Postgres: $($story)+);
    };
}

/// The folder of a clinic's servers, and its database where that is not a file in it.
#[derive(Debug)]
pub(crate) struct Ground {
    data: TempDir,
    postgres: Option<Postgres>,
}

#[derive(Debug)]
struct Postgres {
    url: String,
    /// A cluster that may be stopped; otherwise the one that this process shares.
    own: Option<Cluster>,
}

impl Ground {
    /// An empty one.
    pub(crate) fn on(engine: Engine) -> Self {
        let postgres = (engine == Engine::Postgres).then(|| Postgres {
            url: Cluster::shared().database(),
            own: None,
        });
        Self {
            data: tempfile::tempdir().unwrap(),
            postgres,
        }
    }

    /// One whose database can lose its power too.
    pub(crate) fn of_its_own(engine: Engine) -> Self {
        let mut ground = Self::on(Engine::Sqlite);
        if engine == Engine::Postgres {
            let own = Cluster::start();
            let url = own.database();
            ground.postgres = Some(Postgres {
                url,
                own: Some(own),
            });
        }
        ground
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Where one of several servers keeps what is not in the database.
    pub(crate) fn folder(&self, instance: usize) -> PathBuf {
        match instance {
            0 => self.data.path().to_owned(),
            other => self.data.path().join(format!("instance-{other}")),
        }
    }

    /// What `--database` is told, if anything.
    pub(crate) fn url(&self) -> Option<&str> {
        self.postgres.as_ref().map(|it| it.url.as_str())
    }

    /// The same as arguments.
    pub(crate) fn database_option(&self) -> impl Iterator<Item = &str> {
        let url = self.url().into_iter();
        url.flat_map(|url| ["--database", url])
    }

    /// The same for a server of this process.
    pub(crate) fn database(&self) -> Database {
        let url = self.url().map(str::to_owned);
        url.map_or(Database::Sqlite, Database::Postgres)
    }

    /// Pulls the plug of the database server and puts it in again; nothing where there is none.
    pub(crate) fn crash_database(&self) {
        let Some(postgres) = &self.postgres else {
            return;
        };
        let own = postgres.own.as_ref().expect("a cluster of its own");
        own.crash();
        own.resume();
    }

    /// Runs this SQL, past the server.
    pub(crate) fn write(&self, sql: &str) {
        if self.postgres.is_some() {
            assert!(self.rows(sql).is_empty());
            return;
        }
        let db = Connection::open(self.data.path().join("clinic.sqlite")).unwrap();
        db.execute_batch(sql).unwrap();
    }

    /// What this SQL finds: a line per row, columns parted by `|`.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        match &self.postgres {
            Some(postgres) => {
                let cluster = postgres.own.as_ref();
                cluster
                    .unwrap_or_else(|| Cluster::shared())
                    .rows(&postgres.url, sql)
            }
            None => rows_of_file(&self.data.path().join("clinic.sqlite"), sql),
        }
    }
}

fn rows_of_file(file: &Path, sql: &str) -> Vec<String> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = db.prepare(sql).unwrap();
    let columns = statement.column_count();
    let line = |row: &Row<'_>| {
        let texts: Vec<String> = (0..columns)
            .map(|at| text(row.get_ref(at).unwrap()))
            .collect();
        Ok(texts.join("|"))
    };
    let rows = statement.query_map((), line).unwrap();
    rows.map(Result::unwrap).collect()
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
