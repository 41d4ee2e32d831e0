//! The table: lines of the programs that measure, in columns.

use std::fmt;

/// Rows as they were told, and why some are missing.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    skipped: Vec<String>,
}

/// What stands between these two lines of a document is written by `--write`.
const BEGIN: &str = "<!-- what `cargo xtask bench` measured -->";
const END: &str = "<!-- until here -->";

const HEAD: [&str; 8] = [
    "row", "what", "measured", "raw", "ratio", "budget", "", "beside",
];

impl Table {
    /// A line `row⇥name⇥what⇥measured⇥raw⇥ratio⇥budget⇥verdict⇥beside`, or `skip⇥name⇥why`;
    /// anything else is for the terminal.
    pub(crate) fn add(&mut self, line: &str) {
        let mut parts = line.split('\t').map(str::to_owned);
        match parts.next().as_deref() {
            Some("row") => {
                let row: Vec<String> = parts.collect();
                eprintln!("{}", row.join("  "));
                self.rows.push(row);
            }
            Some("skip") => self.skipped.push(parts.collect::<Vec<_>>().join(": ")),
            _ => eprintln!("{line}"),
        }
    }

    pub(crate) fn add_all(&mut self, lines: Vec<String>) {
        for line in lines {
            self.add(&line);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.skipped.is_empty()
    }

    /// The document with this table, and where it is from, between the two marks; at its end when there
    /// are none.
    pub(crate) fn inside(&self, document: &str, from: &str) -> String {
        let table = format!("{BEGIN}\n{from}\n\n{}{END}", self.markdown());
        let around = document.split_once(BEGIN);
        let around = around.and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
        match around {
            Some((before, after)) => format!("{before}{table}{after}"),
            None => format!("{document}{table}\n"),
        }
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let mut text = line(&HEAD.map(str::to_owned));
        text += &line(&HEAD.map(|_| "---".to_owned()));
        for row in &self.rows {
            text += &line(row);
        }
        for skipped in &self.skipped {
            text += &format!("\nNot measured: {skipped}.\n");
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| cell.chars().count()).max();
            widest.unwrap_or(0).max(HEAD[column].len())
        };
        (0..HEAD.len()).map(width).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let head: Vec<String> = HEAD.map(str::to_owned).to_vec();
        writeln!(f)?;
        for row in std::iter::once(&head).chain(&self.rows) {
            let cells = row.iter().zip(&widths);
            let padded: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            writeln!(f, "{}", padded.join("  ").trim_end())?;
        }
        for skipped in &self.skipped {
            writeln!(f, "not measured: {skipped}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_a_line_of_columns_and_a_skipped_one_says_why() {
        let mut table = Table::default();
        table.add("row\tbook-1\tbookings\t9 /s\t8 /s\t1.12\t≥ 1×\tok\ta rival");
        table.add("skip\tboard\tno browser");
        let shown = table.to_string();
        assert!(
            shown.contains("book-1  bookings  9 /s      8 /s  1.12"),
            "{shown}"
        );
        assert!(
            shown.ends_with("not measured: board: no browser\n"),
            "{shown}"
        );
        assert!(table.markdown().contains("| book-1 | bookings | 9 /s |"));
    }

    #[test]
    fn a_new_table_takes_the_place_of_the_old_one_and_nothing_else() {
        let mut table = Table::default();
        table.add("row\tbook-1\tbookings\t9 /s\t8 /s\t1.12\t≥ 1×\tok\ta rival");
        table.add("skip\tboard\tno browser");
        let first = table.inside("# Title\n\n", "Here.");
        assert!(first.starts_with("# Title\n\n<!-- what"), "{first}");
        assert!(first.contains("Here.\n\n| row |"), "{first}");
        assert!(
            first.contains("Not measured: board: no browser.\n<!-- until"),
            "{first}"
        );
        let with_words = format!("{first}\nWhy.\n");
        assert_eq!(table.inside(&with_words, "Here."), with_words);
        let moved = table.inside(&with_words, "There.");
        assert_eq!(moved, with_words.replace("Here.", "There."));
    }

    #[test]
    fn what_is_no_row_is_not_counted_as_one() {
        let mut table = Table::default();
        table.add("warming up");
        assert!(table.is_empty());
    }
}
