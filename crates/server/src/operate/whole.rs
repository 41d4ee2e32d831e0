//! A file of an operator's: all there, or not there at all.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::clock;
use crate::store::StoreError;

/// Writes beside the file and puts it in its place at the end. Two that write the same file at once
/// have each a name of their own until then.
pub(super) fn whole(
    file: &Path,
    write: impl FnOnce(&Path) -> Result<u64, StoreError>,
) -> Result<u64, StoreError> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let partly = folder.join(format!(".{}.partly", clock::new_id()));
    let written = write(&partly).and_then(|rows| {
        put(&partly, file, folder)?;
        Ok(rows)
    });
    if written.is_err() {
        // It holds patients' data and is of no use; a disk that is full gets its room back.
        drop(std::fs::remove_file(partly));
    }
    written
}

/// A power cut leaves the former file or this one, whole.
fn put(partly: &Path, file: &Path, folder: &Path) -> io::Result<()> {
    File::options().write(true).open(partly)?.sync_all()?;
    std::fs::rename(partly, file)?;
    synced(folder)
}

#[cfg(unix)]
fn synced(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems have no such call.
#[cfg(not(unix))]
fn synced(_folder: &Path) -> io::Result<()> {
    Ok(())
}
