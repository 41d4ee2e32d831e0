//! Where things are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The folder of everything that runs in Node.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Cargo's target folder: this program was built into it, wherever it is configured to be.
pub(crate) fn target() -> Result<PathBuf> {
    let this = std::env::current_exe().context("finding this program")?;
    let target = this.parent().and_then(Path::parent);
    Ok(target.context("finding cargo's target folder")?.to_owned())
}

/// A built program.
pub(crate) fn program(name: &str, release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(target()?.join(profile).join(file))
}
