//! Everything in Node: installed when the lock file changed, built when a source changed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, bail};

use crate::{sh, tree};

/// Packages as the lock file says.
pub(crate) fn install() -> Result<()> {
    if sh::which(if cfg!(windows) { "npm.cmd" } else { "npm" }).is_none() {
        bail!("Node is missing: please install Node 20.19 or newer from https://nodejs.org");
    }
    let lock = fs::read(tree::ui().join("package-lock.json")).context("reading package-lock")?;
    let stamp = stamp("installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    sh::run(&mut sh::npm(&["ci", "--no-audit", "--no-fund"]))?;
    write_stamp(&stamp, &lock)
}

/// `ui/dist`, as the sources say. The shell embeds it.
pub(crate) fn build() -> Result<()> {
    install()?;
    let sources = sources()?;
    let stamp = stamp("built");
    let built = tree::ui().join("dist/index.html").is_file();
    if built && fs::read_to_string(&stamp).is_ok_and(|text| text == sources) {
        return Ok(());
    }
    sh::run(&mut sh::npm(&["run", "build"]))?;
    write_stamp(&stamp, sources.as_bytes())
}

/// Stamps live among the installed packages: whoever removes those, removes the stamps.
fn stamp(name: &str) -> PathBuf {
    let folder = tree::ui().join("node_modules/.cache/frontdesk");
    folder.join(name)
}

fn write_stamp(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).context("making a folder for stamps")?;
    }
    fs::write(path, content).context("writing a stamp")
}

/// Name, length and time of each file that the build reads.
fn sources() -> Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(tree::ui()).context("listing ui")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_file() {
            files.push(path);
        } else if name != "node_modules" && !name.starts_with("dist") {
            collect(&path, &mut files)?;
        }
    }
    files.sort();
    let mut text = String::new();
    for file in files {
        let about = fs::metadata(&file)?;
        let changed = about.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
        writeln!(text, "{} {} {changed}", file.display(), about.len())?;
    }
    Ok(text)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
