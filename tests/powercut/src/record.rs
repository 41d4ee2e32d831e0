//! The record: one entry after the other, whole or not at all.
//!
//! An entry is its kind (one byte), a number (8 bytes), the length of the file's name (2 bytes) and of the data
//! (4 bytes), all little-endian; then the name and the data. The folder itself has an empty name.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What happened to a file.
pub(crate) enum Entry<'a> {
    /// These bytes were given to the system, for this place in bytes.
    Written { offset: i64, bytes: &'a [u8] },
    /// It has this length now, in bytes.
    Cut { length: i64 },
    /// It is not in its folder any more.
    Removed,
    /// What stood in the record before its byte `covers` is safe.
    Synced { covers: u64 },
}

/// The record, for one file.
pub(crate) struct Record {
    name: Vec<u8>,
    kept: &'static Kept,
}

struct Kept {
    folder: PathBuf,
    file: Mutex<File>,
}

impl Record {
    /// `None` where nothing is to be noted of that file.
    pub(crate) fn of(file: i32) -> Option<Self> {
        kept()?;
        Self::at(&std::fs::read_link(format!("/proc/self/fd/{file}")).ok()?)
    }

    /// The same for an absolute path.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let kept = kept()?;
        let name = path.strip_prefix(&kept.folder).ok()?.as_os_str().as_bytes();
        // The index of a write-ahead log is memory that SQLite builds again.
        let is_noted = !name.ends_with(b"-shm");
        is_noted.then(|| Self {
            name: name.to_vec(),
            kept,
        })
    }

    /// Nobody else notes anything meanwhile: an entry stands in the order of what was done.
    pub(crate) fn while_locked<T>(&self, work: impl FnOnce(&mut Adding<'_>) -> T) -> T {
        let mut file = self
            .kept
            .file
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(&mut Adding {
            name: &self.name,
            file: &mut file,
        })
    }

    /// In bytes, now.
    pub(crate) fn length(&self) -> u64 {
        let file = self
            .kept
            .file
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        length(&file)
    }
}

/// Who may add to the record now.
pub(crate) struct Adding<'a> {
    name: &'a [u8],
    file: &'a mut File,
}

impl Adding<'_> {
    /// In one write, so that a program that is killed leaves no half of it. A record with a hole would
    /// prove nothing, so the program ends here.
    pub(crate) fn add(&mut self, entry: &Entry<'_>) {
        let (kind, number, bytes): (u8, [u8; 8], &[u8]) = match entry {
            Entry::Written { offset, bytes } => (b'w', offset.to_le_bytes(), bytes),
            Entry::Cut { length } => (b'c', length.to_le_bytes(), &[]),
            Entry::Removed => (b'r', [0; 8], &[]),
            Entry::Synced { covers } => (b's', covers.to_le_bytes(), &[]),
        };
        let mut line = vec![kind];
        line.extend(number);
        let (name_length, length) = (self.name.len().try_into(), bytes.len().try_into());
        let (Ok::<u16, _>(name_length), Ok::<u32, _>(length)) = (name_length, length) else {
            std::process::abort();
        };
        line.extend(name_length.to_le_bytes());
        line.extend(length.to_le_bytes());
        line.extend(self.name);
        line.extend(bytes);
        if self.file.write(&line).ok() != Some(line.len()) {
            std::process::abort();
        }
    }
}

fn length(file: &File) -> u64 {
    match file.metadata() {
        Ok(data) => data.len(),
        Err(_) => std::process::abort(),
    }
}

fn kept() -> Option<&'static Kept> {
    static KEPT: OnceLock<Option<Kept>> = OnceLock::new();
    let open = || {
        let folder = std::env::var_os("FRONTDESK_POWERCUT_FOLDER")?.into();
        let record = std::env::var_os("FRONTDESK_POWERCUT_RECORD")?;
        let Ok(file) = OpenOptions::new().append(true).create(true).open(record) else {
            std::process::abort();
        };
        let file = Mutex::new(file);
        Some(Kept { folder, file })
    };
    KEPT.get_or_init(open).as_ref()
}
