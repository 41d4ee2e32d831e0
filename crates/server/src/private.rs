//! What holds patients' data is read by the user who runs the server, and by nobody else of the
//! machine.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder, and those above it, where they are not yet; one that is there stays as it is.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// A new file; one that is there, or a link of that name, is refused.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    owners_only().create_new(true).write(true).open(path)
}

/// Makes an empty file where there is none; one that is there stays as it is.
pub(crate) fn reserve(path: &Path) -> io::Result<()> {
    match new_file(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn owners_only() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "other systems have no mode"))]
    let mut options = File::options();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    fn mode(path: &std::path::Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn what_is_made_is_the_owners_alone_and_what_is_there_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("practice/clinic");
        super::folder(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(folder.parent().unwrap()), 0o700);
        let file = folder.join("file");
        super::reserve(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
        std::fs::write(&file, "kept").unwrap();
        super::folder(&folder).unwrap();
        super::reserve(&file).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"kept");
        assert!(super::new_file(&file).is_err());
        assert_eq!(std::fs::read(&file).unwrap(), b"kept");
    }
}
