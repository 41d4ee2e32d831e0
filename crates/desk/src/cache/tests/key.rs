use std::path::Path;

use frontdesk_domain::Row;

use crate::clock::DeskClock;
use crate::fixture::{config, directory, monday, page, session, snapshot, visit};
use crate::{Cache, DeskError, KeyError, KeySource};

fn open(folder: &Path, key: KeySource) -> Result<Cache, DeskError> {
    Cache::open(&config(folder, key), DeskClock::standing_at(monday()))
}

fn with_patients(folder: &Path, key: KeySource) -> Cache {
    let cache = open(folder, key).unwrap();
    cache.device_id().unwrap();
    cache.sign_in("planted-user", &session()).unwrap();
    cache.replace(snapshot(10, directory())).unwrap();
    cache
        .apply(&page(
            10,
            vec![Row::Appointment(visit(1, "2026-11-23T09:00"))],
        ))
        .unwrap();
    cache
}

fn contents(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn an_encrypted_folder_holds_no_name_in_clear_text() {
    let folder = tempfile::tempdir().unwrap();
    let cache = with_patients(folder.path(), KeySource::passphrase("open sesame"));
    let bytes = contents(folder.path());
    for planted in [
        "Planted",
        "Anna Berg",
        "planted-user",
        "5550001",
        "SQLite format 3",
        "sesame",
    ] {
        assert!(!holds(&bytes, planted), "{planted} lies in clear text");
    }
    drop(cache);
    assert!(!holds(&contents(folder.path()), "Planted"));
}

#[test]
fn an_unencrypted_folder_would_show_them() {
    let folder = tempfile::tempdir().unwrap();
    let cache = with_patients(folder.path(), KeySource::Unencrypted);
    assert!(!cache.encrypted());
    assert!(holds(&contents(folder.path()), "Planted"));
}

#[test]
fn the_right_passphrase_opens_the_folder_again() {
    let folder = tempfile::tempdir().unwrap();
    drop(with_patients(
        folder.path(),
        KeySource::passphrase("open sesame"),
    ));
    let cache = open(folder.path(), KeySource::passphrase("open sesame")).unwrap();
    assert_eq!(cache.state().unwrap().cursor.unwrap().seq, 11);
}

#[test]
fn a_wrong_passphrase_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    drop(with_patients(
        folder.path(),
        KeySource::passphrase("open sesame"),
    ));
    let refused = open(folder.path(), KeySource::passphrase("guess"))
        .err()
        .unwrap();
    assert!(
        matches!(refused, DeskError::Key(KeyError::Wrong)),
        "{refused}"
    );
    open(folder.path(), KeySource::passphrase("open sesame")).unwrap();
}

#[test]
fn the_way_a_folder_is_locked_cannot_be_changed_by_accident() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path(), KeySource::passphrase("a")).unwrap());
    let plain = open(folder.path(), KeySource::Unencrypted).err().unwrap();
    assert!(
        matches!(plain, DeskError::Key(KeyError::NotPlain)),
        "{plain}"
    );
    let ring = open(folder.path(), KeySource::Keyring).err().unwrap();
    assert!(
        matches!(ring, DeskError::Key(KeyError::OtherSource { .. })),
        "{ring}"
    );

    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path(), KeySource::Unencrypted).unwrap());
    let locked = open(folder.path(), KeySource::passphrase("a"))
        .err()
        .unwrap();
    assert!(
        matches!(locked, DeskError::Key(KeyError::NotEncrypted)),
        "{locked}"
    );
}

#[test]
fn an_empty_passphrase_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let refused = open(folder.path(), KeySource::passphrase(""))
        .err()
        .unwrap();
    assert!(
        matches!(refused, DeskError::Key(KeyError::EmptyPassphrase)),
        "{refused}"
    );
}

#[test]
fn a_folder_has_one_running_desk() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path(), KeySource::Unencrypted).unwrap();
    let second = open(folder.path(), KeySource::Unencrypted).err().unwrap();
    assert!(matches!(second, DeskError::FolderInUse(_)), "{second}");
    drop(first);
    open(folder.path(), KeySource::Unencrypted).unwrap();
}
