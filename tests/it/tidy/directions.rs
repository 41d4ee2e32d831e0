//! What may know what (docs/ARCHITECTURE.md), read from the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::files::{none, root};

/// Package → what it depends on, in any way.
type Manifests = BTreeMap<String, BTreeSet<String>>;

fn metadata() -> Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    serde_json::from_slice(&out.stdout).unwrap()
}

fn manifests(kinds: &[Option<&str>]) -> Manifests {
    let metadata = metadata();
    let names = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let wanted = dependencies.filter(|one| kinds.contains(&one["kind"].as_str()));
        wanted
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| (package["name"].as_str().unwrap().to_owned(), names(package)))
        .collect()
}

fn of_all_kinds() -> Manifests {
    manifests(&[None, Some("dev"), Some("build")])
}

fn allow_only(package: &str, allowed: &[&str]) {
    let all = manifests(&[None, Some("build")]);
    let foreign: Vec<String> = all[package]
        .iter()
        .filter(|name| !allowed.contains(&name.as_str()))
        .map(|name| format!("{package} depends on {name}"))
        .collect();
    none(&foreign, "this crate stays without input and output");
}

#[test]
fn the_domain_knows_no_file_network_or_clock() {
    allow_only(
        "frontdesk-domain",
        &[
            "chrono",
            "jiff",
            "serde",
            "serde_json",
            "thiserror",
            "ts-rs",
            "uuid",
        ],
    );
}

#[test]
fn the_protocol_only_names_what_desk_and_server_say() {
    allow_only(
        "frontdesk-protocol",
        &[
            "chrono",
            "frontdesk-domain",
            "serde",
            "serde_json",
            "thiserror",
            "uuid",
        ],
    );
}

#[test]
fn desk_and_server_meet_in_the_protocol_only() {
    let all = of_all_kinds();
    assert!(!all["frontdesk-desk"].contains("frontdesk-server"));
    assert!(!all["frontdesk-server"].contains("frontdesk-desk"));
    let both: Vec<&str> = all
        .iter()
        .filter(|(_, on)| on.contains("frontdesk-desk") && on.contains("frontdesk-server"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(both, ["frontdesk-app", "frontdesk-tests"]);
}

#[test]
fn only_the_shell_mentions_tauri() {
    for (package, on) in of_all_kinds() {
        let mentions = on.iter().any(|name| name.starts_with("tauri"));
        assert_eq!(mentions, package == "frontdesk-app", "{package}: {on:?}");
    }
}

#[test]
fn the_chores_build_in_seconds() {
    assert_eq!(
        Vec::from_iter(&of_all_kinds()["xtask"]),
        ["anyhow", "clap"],
        "a newcomer waits for them before anything else happens"
    );
}

#[test]
fn a_plain_cargo_test_needs_no_webkit() {
    let metadata = metadata();
    let ids = |list: &str| -> BTreeSet<String> {
        let ids = metadata[list].as_array().unwrap().iter();
        ids.map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let (members, default) = (ids("workspace_members"), ids("workspace_default_members"));
    let left_out: Vec<_> = members.difference(&default).collect();
    assert_eq!(left_out.len(), 1, "{left_out:?}");
    assert!(left_out[0].contains("src-tauri"), "{left_out:?}");
}
