//! `cargo xtask check`: what review would say first. Every step runs, so that one round is enough.

use anyhow::{Result, bail};

use crate::bindings::Bindings;
use crate::{sh, system, ui};

const CLIPPY: [&str; 9] = [
    "clippy",
    "--workspace",
    "--all-targets",
    "--features",
    "frontdesk-tests/e2e,frontdesk-tests/bench,frontdesk-tests/failpoints,\
     frontdesk-desk/ts,frontdesk-app/custom-protocol",
    "--quiet",
    "--",
    "--deny",
    "warnings",
];
const TIDY: [&str; 7] = [
    "test",
    "--quiet",
    "-p",
    "frontdesk-tests",
    "--test",
    "it",
    "tidy",
];

/// Format, lints, types, house rules, bindings.
pub(crate) fn all() -> Result<()> {
    system::for_the_window()?;
    ui::build()?;
    let steps = [
        (
            "format",
            sh::run(&mut sh::cargo(&["fmt", "--all", "--check"])),
        ),
        ("lints", sh::run(&mut sh::cargo(&CLIPPY))),
        ("interface", sh::run(&mut sh::npm(&["run", "check"]))),
        ("house rules", sh::run(&mut sh::cargo(&TIDY))),
        ("bindings", Bindings { check: true }.run()),
    ];
    let mut failed = Vec::new();
    for (name, result) in steps {
        if let Err(error) = result {
            eprintln!("xtask: {error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("not clean: {}", failed.join(", "));
    }
    println!("clean");
    Ok(())
}

/// Formats every file.
pub(crate) fn format() -> Result<()> {
    ui::install()?;
    sh::run(&mut sh::cargo(&["fmt", "--all"]))?;
    sh::run(&mut sh::npm(&["run", "fix"]))
}
