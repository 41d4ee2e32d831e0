//! `cargo xtask bundle`: what users install, built on the system that it is for.

use anyhow::Result;

use crate::{sh, system, tree, ui};

/// Which packages to make.
#[derive(clap::Args)]
pub(crate) struct Bundle {
    /// Kinds of package, e.g. `deb,rpm`; all of this system's when absent.
    #[arg(long, value_name = "KINDS")]
    bundles: Option<String>,
}

/// Exactly this one: the next two do not install with a lock file.
const TOOL: &str = "@tauri-apps/cli@2.12.3";

impl Bundle {
    /// Builds the interface and the window, and packs them into `target/release/bundle`.
    pub(crate) fn run(self) -> Result<()> {
        system::for_the_window()?;
        ui::install()?;
        let mut command = sh::npm(&["exec", "--yes", "--package", TOOL, "--", "tauri", "build"]);
        // The tool looks for its configuration below the folder that it is started in.
        command.current_dir(tree::root());
        if let Some(kinds) = self.bundles {
            command.args(["--bundles", &kinds]);
        }
        sh::run(&mut command)
    }
}
