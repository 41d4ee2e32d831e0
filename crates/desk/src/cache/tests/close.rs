use crate::StorageError;
use crate::fixture::{empty, filled};

#[test]
fn a_closed_cache_lets_its_folder_go_though_handles_on_it_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let cache = filled(folder.path());
    cache.close();
    let again = empty(folder.path());
    assert!(again.state().unwrap().cursor.is_some());
    assert!(matches!(cache.state(), Err(StorageError::Closing)));
}
