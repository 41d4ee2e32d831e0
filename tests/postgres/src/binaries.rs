//! Where PostgreSQL's programs are, and as whom they run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

const MISSING: &str = "PostgreSQL's server programs are missing. Install them (Debian and Ubuntu: \
    `apt-get install postgresql`, Fedora: `dnf install postgresql-server`, macOS: `brew install \
    postgresql`), name their pg_config in PG_CONFIG, or say FRONTDESK_NO_POSTGRES=1 to leave the \
    stories on PostgreSQL out.";

/// The folder of `initdb`, `pg_ctl` and `psql`.
#[derive(Debug)]
pub(crate) struct Binaries {
    folder: PathBuf,
    /// PostgreSQL refuses to run as root: then it runs as the user of that name.
    owner: Option<&'static str>,
}

impl Binaries {
    pub(crate) fn find() -> Self {
        let named = [std::env::var_os("PG_CONFIG"), Some("pg_config".into())];
        let told = named.into_iter().flatten().filter_map(|it| bindir(&it));
        let folder = told
            .chain(packaged())
            .find(|it| it.join("initdb").is_file());
        Self {
            folder: folder.expect(MISSING),
            owner: is_root().then_some("postgres"),
        }
    }

    pub(crate) fn owner(&self) -> Option<&'static str> {
        self.owner
    }

    /// The words of a command line.
    pub(crate) fn words(&self, program: &str) -> Vec<OsString> {
        let mut words = Vec::new();
        if let Some(owner) = self.owner {
            words.push("setpriv".into());
            words.extend([
                format!("--reuid={owner}").into(),
                format!("--regid={owner}").into(),
            ]);
            words.push("--clear-groups".into());
        }
        words.push(self.folder.join(program).into());
        words
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let words = self.words(program);
        let mut command = Command::new(&words[0]);
        // The folder of the tests need not be open to that user.
        command.args(&words[1..]).current_dir("/");
        command
    }
}

fn bindir(pg_config: &OsString) -> Option<PathBuf> {
    let out = Command::new(pg_config).arg("--bindir").output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    Some(PathBuf::from(text.trim()))
}

/// Where Debian puts them, newest version first.
fn packaged() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut found: Vec<PathBuf> = versions.flatten().map(|it| it.path().join("bin")).collect();
    found.sort();
    found.reverse();
    found
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
