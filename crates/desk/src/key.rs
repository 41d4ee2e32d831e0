//! The key of the encrypted cache: from the system's keyring or from a passphrase, never in a file.
//! A small note beside the database says which (and holds the salt, which is no secret).

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::config::KeySource;
use crate::error::KeyError;

/// 256 bits as SQLCipher takes them.
pub(crate) struct CacheKey(Zeroizing<[u8; 32]>);

const NOTE: &str = "desk.key.json";
const SERVICE: &str = "frontdesk";
/// A locked keyring may wait for a person for ever; a desk does not.
const KEYRING_PATIENCE: Duration = Duration::from_secs(10);
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// What lies beside the database; holds no secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "key", rename_all = "snake_case")]
enum Note {
    Keyring {
        account: String,
    },
    Passphrase {
        salt: String,
        memory_kib: u32,
        passes: u32,
    },
}

impl CacheKey {
    /// The text for `pragma key`: a raw key, so that SQLCipher derives nothing itself.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "pragma key = \"x'{}'\"",
            Zeroizing::new(hex::encode(*self.0)).as_str()
        ))
    }
}

/// The key for the data in this folder; none when it is not encrypted. Blocks, up to ten seconds.
pub(crate) fn find(
    source: &KeySource,
    folder: &Path,
    new_id: Uuid,
) -> Result<Option<CacheKey>, KeyError> {
    let path = folder.join(NOTE);
    let note = read_note(&path)?;
    match source {
        KeySource::Unencrypted if note.is_some() => Err(KeyError::NotPlain),
        KeySource::Unencrypted => Ok(None),
        KeySource::Keyring => from_keyring(&path, note, new_id).map(Some),
        KeySource::Passphrase(text) => from_passphrase(&path, note, text).map(Some),
    }
}

fn from_keyring(path: &Path, note: Option<Note>, new_id: Uuid) -> Result<CacheKey, KeyError> {
    match note {
        Some(Note::Keyring { account }) => keyring_get(account),
        Some(Note::Passphrase { .. }) => Err(KeyError::OtherSource {
            made_with: "a passphrase",
            asked: "the keyring",
        }),
        None => {
            let account = new_id.to_string();
            let key = CacheKey(Zeroizing::new(rand::random()));
            keyring_set(account.clone(), &key)?;
            write_note(path, &Note::Keyring { account }, File::sync_all)?;
            Ok(key)
        }
    }
}

fn from_passphrase(path: &Path, note: Option<Note>, text: &str) -> Result<CacheKey, KeyError> {
    if text.is_empty() {
        return Err(KeyError::EmptyPassphrase);
    }
    let note = note.unwrap_or_else(|| Note::Passphrase {
        salt: hex::encode(rand::random::<[u8; 16]>()),
        memory_kib: MEMORY_KIB,
        passes: PASSES,
    });
    let Note::Passphrase {
        salt,
        memory_kib,
        passes,
    } = &note
    else {
        return Err(KeyError::OtherSource {
            made_with: "the system's keyring",
            asked: "a passphrase",
        });
    };
    let broken = |reason: String| KeyError::Note {
        path: path.to_owned(),
        reason,
    };
    let salt = hex::decode(salt).map_err(|error| broken(error.to_string()))?;
    let params = Params::new(*memory_kib, *passes, 1, Some(32))
        .map_err(|error| broken(error.to_string()))?;
    let mut key = Zeroizing::new([0_u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(text.as_bytes(), &salt, key.as_mut())
        .map_err(|error| broken(error.to_string()))?;
    write_note(path, &note, File::sync_all)?;
    Ok(CacheKey(key))
}

fn read_note(path: &Path) -> Result<Option<Note>, KeyError> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| note_error(path, &error)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(note_error(path, &error)),
    }
}

/// `sync` brings a file, or the names in a folder, to the disk.
fn write_note(
    path: &Path,
    note: &Note,
    sync: impl Fn(&File) -> io::Result<()>,
) -> Result<(), KeyError> {
    let bytes = serde_json::to_vec(note).map_err(|error| note_error(path, &error))?;
    // Whole or not at all: without its salt a cache cannot be opened again.
    let partial: PathBuf = path.with_extension("partial");
    let written = if std::fs::read(path).is_ok_and(|there| there == bytes) {
        Ok(())
    } else {
        write_durably(&partial, &bytes, &sync).and_then(|()| std::fs::rename(&partial, path))
    };
    // Also of a note that was there: whoever wrote it may have ended before this.
    written
        .and_then(|()| keep_folder_of(path, &sync))
        .map_err(|error| note_error(path, &error))
}

/// The text is on the disk before its name is.
fn write_durably(
    path: &Path,
    bytes: &[u8],
    sync: impl Fn(&File) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    sync(&file)
}

/// The name is on the disk before a cache is locked with what it stands for. Windows keeps names by
/// itself, and opens no folder.
fn keep_folder_of(path: &Path, sync: impl Fn(&File) -> io::Result<()>) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        sync(&File::open(folder)?)?;
    }
    #[cfg(not(unix))]
    let _ = (path, sync);
    Ok(())
}

fn note_error(path: &Path, reason: &dyn std::fmt::Display) -> KeyError {
    KeyError::Note {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

fn keyring_get(account: String) -> Result<CacheKey, KeyError> {
    let secret = patiently(move || keyring::Entry::new(SERVICE, &account)?.get_secret())?;
    let secret = Zeroizing::new(secret);
    let key = <[u8; 32]>::try_from(secret.as_slice()).map_err(|_| KeyError::KeyLost)?;
    Ok(CacheKey(Zeroizing::new(key)))
}

fn keyring_set(account: String, key: &CacheKey) -> Result<(), KeyError> {
    let secret = key.0.clone();
    patiently(move || keyring::Entry::new(SERVICE, &account)?.set_secret(secret.as_slice()))
}

/// On a thread of its own, because a locked keyring blocks its caller without an end.
fn patiently<T: Send + 'static>(
    ask: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, KeyError> {
    let (answer, wait) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody may be waiting any more; then the answer is not needed either.
        let _ = answer.send(ask());
    });
    match wait.recv_timeout(KEYRING_PATIENCE) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(keyring::Error::NoEntry)) => Err(KeyError::KeyLost),
        Ok(Err(error)) => Err(KeyError::NoKeyring(error.to_string())),
        Err(_) => Err(KeyError::KeyringLocked),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn note() -> Note {
        Note::Keyring {
            account: "an account".to_owned(),
        }
    }

    /// What was brought to the disk, in order: a text, or the names in the folder at that moment.
    fn synced(path: &Path) -> Vec<String> {
        let log = RefCell::new(Vec::new());
        let sync = |file: &File| {
            let folder = path.parent().unwrap();
            log.borrow_mut().push(if file.metadata()?.is_dir() {
                let names = std::fs::read_dir(folder)?.map(|entry| entry.unwrap().file_name());
                names.map(|name| name.into_string().unwrap()).collect()
            } else {
                assert!(!path.exists(), "a name before its text");
                std::fs::read_to_string(path.with_extension("partial"))?
            });
            Ok(())
        };
        write_note(path, &note(), sync).unwrap();
        log.into_inner()
    }

    #[test]
    fn the_notes_text_is_on_the_disk_before_its_name_and_its_name_before_it_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NOTE);
        let text = serde_json::to_string(&note()).unwrap();
        assert_eq!(synced(&path), [text.as_str(), NOTE]);
        // Whoever wrote it may have been killed between the two.
        assert_eq!(synced(&path), [NOTE]);
    }

    #[test]
    fn a_note_that_does_not_reach_the_disk_gives_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NOTE);
        let full = |_: &File| Err(io::ErrorKind::StorageFull.into());
        let refused = write_note(&path, &note(), full).unwrap_err();
        assert!(matches!(refused, KeyError::Note { .. }), "{refused}");
        assert!(!path.exists());
    }
}
