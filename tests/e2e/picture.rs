//! Pictures of journeys, only when asked for: `cargo xtask pictures` names the folder.

use std::path::PathBuf;
use std::process::Command;

/// The file to write this picture to, if pictures are wanted.
pub(crate) fn file(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FRONTDESK_PICTURES")?;
    Some(PathBuf::from(folder).join(format!("{name}.png")))
}

/// Everything on a display, also what is outside the window.
pub(crate) fn of_display(display: &str, name: &str) {
    let Some(file) = file(name) else { return };
    let mut import = Command::new("import");
    import
        .args(["-display", display, "-window", "root"])
        .arg(file);
    assert!(import.status().unwrap().success());
}
