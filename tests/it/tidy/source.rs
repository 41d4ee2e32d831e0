//! Shape of the sources.

use super::files::{Source, ending, none};

const LINES_OF_A_FILE: usize = 500;
const LINES_OF_A_COMPONENT: usize = 300;
const LINES_OF_A_FUNCTION: usize = 60;

#[test]
fn a_file_can_be_read_in_one_go() {
    let limit = |path: &str| {
        if path.ends_with(".tsx") {
            LINES_OF_A_COMPONENT
        } else {
            LINES_OF_A_FILE
        }
    };
    let long: Vec<String> = ending(&[".rs", ".ts", ".tsx", ".css", ".sql", ".mjs"])
        .iter()
        .filter(|file| file.text.lines().count() > limit(&file.path))
        .map(|file| format!("{} has {} lines", file.path, file.text.lines().count()))
        .collect();
    none(&long, "at most 500 lines in a file, 300 in a component");
}

#[test]
fn a_function_fits_on_a_screen() {
    let mut long = Vec::new();
    for file in ending(&[".rs", ".ts", ".tsx", ".mjs"]) {
        let lines: Vec<&str> = file.text.lines().collect();
        for (at, line) in file.lines().filter(|(_, line)| starts_function(line)) {
            let length = function_length(&lines[at - 1..]);
            if length > LINES_OF_A_FUNCTION {
                long.push(format!(
                    "{}:{at} {length} lines: {}",
                    file.path,
                    line.trim()
                ));
            }
        }
    }
    none(&long, "at most 60 lines in a function");
}

/// The formatters guarantee that a function ends at the first `}` on its own column.
fn function_length(lines: &[&str]) -> usize {
    let column = lines[0].len() - lines[0].trim_start().len();
    let opens = lines.iter().position(|line| line.ends_with('{'));
    let declared = lines.iter().position(|line| line.trim_end().ends_with(';'));
    match (opens, declared) {
        (Some(opens), declared) if declared.is_none_or(|declared| opens < declared) => {
            let ends = |line: &&str| line.get(column..).is_some_and(|rest| rest.starts_with('}'));
            let closed = |line: &&str| line.trim_start().len() + column == line.len() && ends(line);
            lines
                .iter()
                .position(closed)
                .map_or(lines.len(), |end| end + 1)
        }
        _ => 1,
    }
}

fn starts_function(line: &str) -> bool {
    let words = line.trim_start();
    let rust = words.split('(').next().is_some_and(|head| {
        let mut head = head.split_whitespace();
        head.any(|word| word == "fn") && words.contains('(')
    });
    let script = [
        "function ",
        "export function ",
        "async function ",
        "export async function ",
    ]
    .iter()
    .any(|start| words.starts_with(start));
    let arrow = (words.starts_with("const ") || words.starts_with("export const "))
        && words.ends_with("=> {");
    (rust && !words.starts_with("//")) || script || arrow
}

#[test]
fn the_measure_of_a_function_sees_a_long_one() {
    let body = "    x();\n".repeat(70);
    let long = format!("    fn long(\n        a: u8,\n    ) -> u8 {{\n{body}    }}\n");
    let lines: Vec<&str> = long.lines().collect();
    assert!(starts_function(lines[0]));
    assert_eq!(function_length(&lines), 74);
    assert_eq!(
        function_length(&["fn declared(&self);", "fn other() {", "}"]),
        1
    );
}

#[test]
fn no_test_is_ignored() {
    let ignored = concat!("#[ig", "nore");
    let hits = find(&ending(&[".rs"]), |line| {
        line.trim_start().starts_with(ignored)
    });
    none(&hits, "a test that does not run protects nobody");
    let skipped = |line: &str| {
        [
            "it.skip(",
            "test.skip(",
            "describe.skip(",
            "it.only(",
            "test.only(",
            "describe.only(",
        ]
        .iter()
        .any(|call| line.trim_start().starts_with(call))
    };
    none(
        &find(&ending(&[".ts", ".tsx"]), skipped),
        "the same in the interface",
    );
}

#[test]
fn no_test_sleeps() {
    let tests: Vec<Source> = ending(&[".rs"])
        .into_iter()
        .filter(Source::is_test)
        .collect();
    let sleeps = concat!("sle", "ep(");
    let hits = find(&tests, |line| line.contains(sleeps));
    none(
        &hits,
        "a test waits for what it expects, never for time to pass",
    );
}

#[test]
fn nothing_gives_up_outside_tests() {
    let giving_up = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "unimplemented!(",
        "unreachable!(",
    ];
    let mut hits = Vec::new();
    for file in ending(&[".rs"]) {
        for (at, line) in file.lines_outside_tests() {
            let code = line.split("//").next().unwrap_or_default();
            if giving_up.iter().any(|call| code.contains(call)) {
                hits.push(format!("{}:{at} {}", file.path, line.trim()));
            }
        }
    }
    none(
        &hits,
        "every failure has an answer; no panic is reachable from outside",
    );
}

#[test]
fn an_exempted_lint_says_why() {
    let mut hits = Vec::new();
    // A clock.rs is the exemption: its first line says so.
    let others = ending(&[".rs"])
        .into_iter()
        .filter(|file| !file.path.ends_with("/clock.rs"));
    for file in others {
        let lines: Vec<&str> = file.text.lines().collect();
        for (at, line) in file.lines() {
            let start = line.trim_start();
            let exempts = ["#[allow(", "#![allow(", "#[expect(", "#![expect("];
            let exempts = exempts.iter().any(|attribute| start.starts_with(attribute));
            let until = (at + 4).min(lines.len());
            if exempts && !lines[at - 1..until].join(" ").contains("reason") {
                hits.push(format!("{}:{at}", file.path));
            }
        }
    }
    none(&hits, "an exemption without a reason cannot be questioned");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = ending(&[".rs"])
        .iter()
        .filter(|file| !file.is_test() && !file.text.starts_with("//!"))
        .map(|file| file.path.clone())
        .collect();
    none(&silent, "a file starts with what it is for");
}

#[test]
fn only_one_file_of_the_interface_talks_to_the_shell() {
    let bridge = "ui/src/lib/rpc.ts";
    let hits: Vec<String> = ending(&[".ts", ".tsx"])
        .iter()
        .filter(|file| file.path.starts_with("ui/src/") && file.path != bridge)
        .filter(|file| !file.is_test())
        .filter(|file| file.text.contains("@tauri-apps/"))
        .map(|file| file.path.clone())
        .collect();
    none(
        &hits,
        "every call goes through the one query helper, so that every view refreshes",
    );
}

/// Where a line is wrong.
fn find(files: &[Source], wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut hits = Vec::new();
    for file in files {
        let lines = file.lines().filter(|(_, line)| wrong(line));
        hits.extend(lines.map(|(at, _)| format!("{}:{at}", file.path)));
    }
    hits
}
