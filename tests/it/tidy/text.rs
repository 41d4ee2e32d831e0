//! Words that have no place in any file.

use super::files::{ending, none};

#[test]
fn nothing_is_left_for_later() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
    ];
    none(
        &lines_with(&words),
        "an open end belongs into an issue, where it is seen",
    );
}

#[test]
fn no_file_knows_one_machine() {
    let homes = [
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/ho", "me/"),
    ];
    none(
        &lines_with(&homes),
        "a path of one machine is wrong on every other",
    );
}

#[test]
fn every_package_comes_from_the_public_registry() {
    let mut foreign = Vec::new();
    for file in ending(&["package-lock.json", "Cargo.lock"]) {
        for (at, line) in file.lines() {
            let line = line.trim();
            let from = line
                .strip_prefix("\"resolved\": \"")
                .or(line.strip_prefix("source = \""));
            let public = [
                "https://registry.npmjs.org/",
                "registry+https://github.com/rust-lang/crates.io-index",
            ];
            if from.is_some_and(|from| !public.iter().any(|one| from.starts_with(one))) {
                foreign.push(format!("{}:{at} {line}", file.path));
            }
        }
    }
    none(&foreign, "a newcomer reaches no private registry");
}

#[test]
fn every_banned_call_says_why() {
    let clippy = ending(&["clippy.toml"]);
    assert_eq!(clippy.len(), 1);
    let bans: Vec<&str> = clippy[0]
        .text
        .lines()
        .filter(|line| line.contains("path ="))
        .collect();
    assert!(
        bans.len() > 5,
        "the clock and the id source are banned: {bans:?}"
    );
    for ban in bans {
        let (_, reason) = ban.split_once("reason = \"").expect(ban);
        assert!(reason.len() > 20, "{ban}");
    }
}

#[test]
fn every_migration_opens_with_why() {
    let migrations: Vec<_> = ending(&[".sql"])
        .into_iter()
        .filter(|file| file.path.starts_with("migrations/"))
        .collect();
    assert!(!migrations.is_empty());
    for file in migrations {
        assert!(
            file.text.starts_with("-- "),
            "{} starts with why it is so",
            file.path
        );
    }
}

fn lines_with(words: &[&str]) -> Vec<String> {
    let mut hits = Vec::new();
    for file in ending(&[]) {
        for (at, line) in file
            .lines()
            .filter(|(_, line)| words.iter().any(|one| line.contains(one)))
        {
            let shown: String = line.trim().chars().take(100).collect();
            hits.push(format!("{}:{at} {shown}", file.path));
        }
    }
    hits
}
