//! Documents that cannot rot unseen.

use std::path::Path;

use super::files::{ending, none, root};

#[test]
fn the_index_of_decisions_is_complete() {
    let index = std::fs::read_to_string(root().join("docs/adr/README.md")).unwrap();
    let mut pages: Vec<String> = ending(&[".md"])
        .into_iter()
        .filter_map(|file| file.path.strip_prefix("docs/adr/").map(str::to_owned))
        .filter(|name| name != "README.md")
        .collect();
    pages.sort();
    for (at, page) in pages.iter().enumerate() {
        let number = at + 1;
        assert!(
            page.starts_with(&format!("{number:04}-")),
            "{page} should be number {number}"
        );
        assert!(
            index.contains(&format!("[{number}]({page})")),
            "{page} is not in the index"
        );
    }
    let listed = index.lines().filter(|line| line.starts_with("| [")).count();
    assert_eq!(
        listed,
        pages.len(),
        "the index lists a page that does not exist"
    );
}

#[test]
fn no_link_of_the_documents_is_dead() {
    let mut dead = Vec::new();
    for file in ending(&[".md"]) {
        let folder = root().join(&file.path);
        let folder = folder.parent().unwrap_or(Path::new("."));
        for link in file
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            let local =
                !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
            if local && !folder.join(target).exists() {
                dead.push(format!("{}: {link}", file.path));
            }
        }
    }
    none(&dead, "a newcomer follows the links");
}

#[test]
fn the_architecture_can_be_read_in_a_quarter_of_an_hour() {
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    assert!(
        text.lines().count() <= 200,
        "{} lines",
        text.lines().count()
    );
}
