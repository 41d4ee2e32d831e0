//! The files of the checkout, without what is built or installed.

use std::fs;
use std::path::{Path, PathBuf};

/// One text file.
pub(super) struct Source {
    /// Relative to the checkout, with forward slashes.
    pub(super) path: String,
    pub(super) text: String,
    /// Declared as `#[cfg(test)] mod name;`.
    only_in_tests: bool,
}

const NOT_OURS: [&str; 9] = [
    "target",
    "node_modules",
    "dist",
    "dist-bench",
    "dist-fake",
    ".git",
    "gen",
    "bindings",
    "pictures",
];

/// The checkout.
pub(super) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap()
}

/// Every text file with one of these endings; all of them when none is named.
pub(super) fn ending(endings: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(root(), &mut paths);
    paths.sort();
    let wanted = |path: &PathBuf| {
        let name = path.to_string_lossy();
        endings.is_empty() || endings.iter().any(|ending| name.ends_with(ending))
    };
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        let path = path.strip_prefix(root()).unwrap().to_string_lossy();
        Some(Source {
            path: path.replace('\\', "/"),
            text,
            only_in_tests: false,
        })
    };
    let mut files: Vec<Source> = paths.into_iter().filter(wanted).filter_map(read).collect();
    let declared: Vec<String> = files.iter().flat_map(Source::test_modules).collect();
    for file in &mut files {
        file.only_in_tests = declared.contains(&file.path);
    }
    files
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            collect(&path, into);
        } else if path.is_file() && !NOT_OURS.contains(&name.as_str()) {
            into.push(path);
        }
    }
}

impl Source {
    /// Files of modules that are compiled for tests only.
    fn test_modules(&self) -> Vec<String> {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let declared = self.text.split("#[cfg(test)]\nmod ").skip(1);
        let names = declared.filter_map(|rest| rest.split_once(';').map(|(name, _)| name));
        names.map(|name| format!("{folder}/{name}.rs")).collect()
    }

    /// True for tests and for what only tests use.
    pub(super) fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.only_in_tests
            || self.path.split('/').any(|folder| folder == "tests")
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
            || self.path.contains("/src/test/")
            || name.contains(".test.")
    }

    /// Line numbers and lines, up to the first line of a test module.
    pub(super) fn lines_outside_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = if self.is_test() { 0 } else { usize::MAX };
        let code = self.text.lines().take(end);
        let code = code.take_while(|line| line.trim() != "#[cfg(test)]");
        code.enumerate().map(|(at, line)| (at + 1, line))
    }

    /// Line numbers and lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
    }
}

/// Fails with every finding, one a line.
#[track_caller]
pub(super) fn none(findings: &[String], rule: &str) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}
