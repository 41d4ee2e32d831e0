//! A folder that one process has for itself, below one that several may share.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::{clock, private};

/// Locked as long as its process lives, however that ends.
pub(super) struct OwnFolder {
    pub(super) path: PathBuf,
    held: File,
}

impl OwnFolder {
    pub(super) fn below(above: &Path) -> io::Result<Self> {
        private::folder(above)?;
        loop {
            let path = above.join(clock::new_id().to_string());
            let lock = lock_of(&path);
            let held = private::new_file(&lock)?;
            // Between the two lines above somebody else may have taken it for an orphan's.
            if held.try_lock().is_ok() && lock.exists() {
                private::folder(&path)?;
                return Ok(Self { path, held });
            }
        }
    }

    pub(super) fn delete(self) -> io::Result<()> {
        delete(&self.path)?;
        drop(self.held);
        Ok(())
    }
}

/// Deletes what processes that are no more have left.
pub(super) fn delete_orphans(above: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(above) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let lock = entry?.path();
        if lock.extension().is_none_or(|extension| extension != LOCK) {
            continue;
        }
        match File::open(&lock) {
            Ok(held) if held.try_lock().is_ok() => delete(&lock.with_extension(""))?,
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

const LOCK: &str = "lock";

fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension(LOCK)
}

/// The lock goes last: without it nobody would look for the folder.
fn delete(folder: &Path) -> io::Result<()> {
    let there = |result: io::Result<()>| match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    };
    there(fs::remove_dir_all(folder))?;
    there(fs::remove_file(lock_of(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_left_goes_and_what_one_uses_stays() {
        let dir = tempfile::tempdir().unwrap();
        let above = dir.path().join("snapshots");
        delete_orphans(&above).unwrap();
        let [used, left, ended] = std::array::from_fn(|_| OwnFolder::below(&above).unwrap());
        for folder in [&used, &left, &ended] {
            fs::write(folder.path.join("file"), "patients").unwrap();
        }
        let orphan = left.path.clone();
        drop(left.held);
        ended.delete().unwrap();
        delete_orphans(&above).unwrap();
        assert!(used.path.join("file").exists());
        assert!(!orphan.exists());
        assert_eq!(fs::read_dir(&above).unwrap().count(), 2, "it and its lock");
    }
}
