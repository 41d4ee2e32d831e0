//! The folder of a cluster. It is locked as long as its owner lives; what nobody locks is swept.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::binaries::Binaries;
use crate::{data, run};

const PREFIX: &str = "frontdesk-postgres-";
const LOCK: &str = "owner.lock";

#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    lock: File,
}

impl Folder {
    pub(crate) fn make(binaries: &Binaries) -> Self {
        // Not under the swept name until it is locked.
        let new = tempfile::Builder::new().prefix("new-").tempdir().unwrap();
        let lock = File::create(new.path().join(LOCK)).unwrap();
        lock.lock().unwrap();
        let new = new.keep();
        let name = new.file_name().unwrap().to_str().unwrap();
        let path = new.with_file_name(name.replacen("new-", PREFIX, 1));
        std::fs::rename(&new, &path).unwrap();
        if let Some(owner) = binaries.owner() {
            run(Command::new("chown").arg(owner).arg(&path));
        }
        Self { path, lock }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The lock, for somebody else to hold it too.
    pub(crate) fn lock(&self) -> Stdio {
        self.lock.try_clone().unwrap().into()
    }
}

/// Ends and deletes what was left by a machine that stopped in the middle of a test.
pub(crate) fn sweep(binaries: &Binaries) {
    let entries = std::fs::read_dir(std::env::temp_dir())
        .into_iter()
        .flatten();
    for entry in entries.flatten() {
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if named && is_abandoned(&entry.path()) {
            remove(binaries, &entry.path());
        }
    }
}

fn is_abandoned(folder: &Path) -> bool {
    File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
}

/// Somebody else may sweep at the same moment: whatever is gone already is as it should be.
fn remove(binaries: &Binaries, folder: &Path) {
    let mut stop = binaries.command("pg_ctl");
    stop.arg("-D")
        .arg(data(folder))
        .args(["-s", "-m", "immediate", "stop"]);
    let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let _ = std::fs::remove_dir_all(folder);
}
