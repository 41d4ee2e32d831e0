//! Building the shell the way it is shipped: with the interface embedded.

use std::path::PathBuf;

use anyhow::Result;

use crate::{sh, tree, ui};

/// Without it the window would look for a development server.
pub(crate) const FEATURES: &str = "custom-protocol";

/// The built window.
pub(crate) fn build(release: bool) -> Result<PathBuf> {
    ui::build()?;
    let mut args = vec!["build", "-p", "frontdesk-app", "--features", FEATURES];
    if release {
        args.push("--release");
    }
    sh::run(&mut sh::cargo(&args))?;
    tree::program("frontdesk-app", release)
}
