//! Counting what ran, from what the runners say themselves.

use std::fmt;

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Adds another count.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A line of libtest: `test result: ok. 3 passed; 0 failed; …`.
    pub(crate) fn of_cargo_line(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        Some(Self {
            passed: number_before(counts, " passed")?,
            failed: number_before(counts, " failed")?,
        })
    }

    /// A line of Vitest (`Tests  1 failed | 3 passed (4)`), or of another script that says
    /// `3 passed, 1 failed`.
    pub(crate) fn of_node_line(line: &str) -> Option<Self> {
        let line = line.trim();
        let counts = line.strip_prefix("Tests ").unwrap_or(line);
        let all_numbers = counts
            .split(['|', ',', '(', ')'])
            .filter(|part| !part.trim().is_empty())
            .all(|part| part.trim().starts_with(|c: char| c.is_ascii_digit()));
        let tally = Self {
            passed: number_before(counts, " passed").unwrap_or(0),
            failed: number_before(counts, " failed").unwrap_or(0),
        };
        (all_numbers && tally != Self::default()).then_some(tally)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// A line without colour codes.
pub(crate) fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or("", |end| &after[end + 1..]);
    }
    out + rest
}

fn number_before(text: &str, word: &str) -> Option<u64> {
    let (before, _) = text.split_once(word)?;
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Option<Tally> {
        Some(Tally { passed, failed })
    }

    #[test]
    fn counts_of_libtest_are_read() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(Tally::of_cargo_line(line), tally(12, 3));
        assert_eq!(Tally::of_cargo_line("test a::b ... ok"), None);
    }

    #[test]
    fn counts_of_vitest_and_of_scripts_are_read() {
        let vitest = "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m1 failed\u{1b}[22m | \u{1b}[32m31 passed\u{1b}[39m (32)";
        assert_eq!(Tally::of_node_line(&plain(vitest)), tally(31, 1));
        assert_eq!(
            Tally::of_node_line("      Tests  31 passed (31)"),
            tally(31, 0)
        );
        assert_eq!(Tally::of_node_line("8 passed, 0 failed"), tally(8, 0));
    }

    #[test]
    fn files_and_sentences_are_not_counted() {
        for line in [
            " Test Files  9 passed (9)",
            "it says 3 passed, 1 failed",
            "Tests  no tests",
            "2 wishes",
        ] {
            assert_eq!(Tally::of_node_line(line), None, "{line}");
        }
    }
}
