//! `cargo xtask bindings`: the command table as TypeScript.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{sh, tree};

/// The command table as TypeScript, in `ui/src/bindings`.
#[derive(clap::Args)]
pub(crate) struct Bindings {
    /// Write nothing; fail when the files are not what the table says.
    #[arg(long)]
    pub(crate) check: bool,
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

impl Bindings {
    /// Writes them, or compares.
    pub(crate) fn run(self) -> Result<()> {
        let committed = tree::ui().join("src/bindings");
        if !self.check {
            return generate(&committed);
        }
        let fresh = tree::target()?.join("xtask/bindings");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).context("clearing a folder for fresh bindings")?;
        }
        generate(&fresh)?;
        let (old, new) = (read(&committed)?, read(&fresh)?);
        let stale = differences(&old, &new);
        if !stale.is_empty() {
            bail!(
                "ui/src/bindings is not what the command table says ({}); run `cargo xtask bindings`",
                stale.join(", ")
            );
        }
        Ok(())
    }
}

fn generate(into: &Path) -> Result<()> {
    fs::create_dir_all(into).context("making the folder of the bindings")?;
    let mut command = sh::cargo(&["run", "--quiet", "-p", "frontdesk-desk", "--features", "ts"]);
    command.args(["--example", "bindings", "--"]).arg(into);
    sh::run(&mut command)
}

fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).context("listing bindings")? {
        let path = entry?.path();
        if path.is_file() {
            let name = PathBuf::from(path.file_name().unwrap_or_default());
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(files)
}

fn differences(old: &Files, new: &Files) -> Vec<String> {
    let names = old
        .keys()
        .chain(new.keys().filter(|name| !old.contains_key(*name)));
    names
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| name.display().to_string())
        .collect()
}
