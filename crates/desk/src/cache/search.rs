//! One search box for patients: bits of a name in any order, digits of a phone number, or a date of
//! birth in the ways people write one.

use chrono::{Datelike as _, NaiveDate};
use frontdesk_domain::Patient;
use rusqlite::{OptionalExtension as _, ToSql, Transaction, params};
use uuid::Uuid;

use super::row::patient;
use crate::error::StorageError;

/// What was typed, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatientFilter {
    /// Beginnings of names, in any order.
    pub names: Vec<String>,
    /// Digits of a phone number, without leading zeros.
    pub digits: String,
    /// What the text may mean as a date of birth.
    pub birth_dates: Vec<NaiveDate>,
    /// True when the date was a bare run of digits: it may as well be a phone number.
    pub date_or_phone: bool,
}

/// Fewer digits find too much to be of use; the index holds runs of three.
const FEWEST_DIGITS: usize = 3;
/// A broad search looks at this many before it sorts.
const BROAD: usize = 1_000;

impl PatientFilter {
    /// Takes a text apart; `today` bounds what can be a date of birth.
    #[must_use]
    pub fn parse(text: &str, today: NaiveDate) -> Self {
        let mut filter = Self::default();
        let pieces: Vec<&str> = text.split_whitespace().collect();
        let mut rest = pieces.as_slice();
        while let [piece, later @ ..] = rest {
            if let [day, month, year, after @ ..] = rest
                && let Some(date) = in_numbers(day, month, year)
            {
                filter.add(&date, today);
                rest = after;
            } else {
                filter.add(piece, today);
                rest = later;
            }
        }
        let significant = filter.digits.trim_start_matches('0');
        filter.digits = significant.to_owned();
        filter
    }

    fn add(&mut self, piece: &str, today: NaiveDate) {
        let dates = birth_dates(piece, today);
        let digits: String = piece.chars().filter(char::is_ascii_digit).collect();
        if !dates.is_empty() {
            self.birth_dates.extend(dates);
            if digits.len() == piece.len() {
                self.date_or_phone = true;
                self.digits += &digits;
            }
        } else if !digits.is_empty() && !piece.chars().any(char::is_alphabetic) {
            self.digits += &digits;
        } else if piece.chars().any(char::is_alphanumeric) {
            self.names.push(folded(piece));
        }
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.birth_dates.is_empty() && self.digits.len() < FEWEST_DIGITS
    }
}

/// At most `limit` patients by name, and whether there are more.
pub(crate) fn search(
    tx: &Transaction<'_>,
    filter: &PatientFilter,
    limit: usize,
) -> Result<(Vec<Patient>, bool), StorageError> {
    if filter.is_empty() {
        return Ok((Vec::new(), false));
    }
    let (condition, values) = condition(filter);
    let mut statement = tx.prepare_cached(&format!(
        "select p.patient_id, p.name, p.phone, p.birth_date, p.notes, p.version from patient p
         where {condition} order by p.name collate nocase, p.birth_date limit {}",
        limit + 1
    ))?;
    let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
    let found = statement.query_map(values.as_slice(), |sql| patient(sql, 0))?;
    let mut found = found.collect::<Result<Vec<_>, _>>()?;
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

fn condition(filter: &PatientFilter) -> (String, Vec<String>) {
    let mut clauses = Vec::new();
    let mut values = Vec::new();
    if !filter.names.is_empty() {
        values.push(
            filter
                .names
                .iter()
                .map(|name| beginning(name))
                .collect::<Vec<_>>()
                .join(" "),
        );
        let alone = filter.digits.is_empty() && filter.birth_dates.is_empty();
        let limit = if alone {
            format!("limit {BROAD}")
        } else {
            String::new()
        };
        clauses.push(format!(
            "p.n in (select rowid from patient_name where patient_name match ? {limit})"
        ));
    }
    let mut numbers = Vec::new();
    if filter.digits.len() >= FEWEST_DIGITS {
        values.push(format!("\"{}\"", filter.digits));
        numbers.push(
            "p.n in (select rowid from patient_phone where patient_phone match ?)".to_owned(),
        );
    }
    if !filter.birth_dates.is_empty() {
        let marks = vec!["?"; filter.birth_dates.len()].join(", ");
        values.extend(filter.birth_dates.iter().map(ToString::to_string));
        numbers.push(format!("p.birth_date in ({marks})"));
    }
    if !numbers.is_empty() {
        let either = if filter.date_or_phone {
            " or "
        } else {
            " and "
        };
        clauses.push(format!("({})", numbers.join(either)));
    }
    (clauses.join(" and "), values)
}

/// A quoted FTS5 prefix query: whatever was typed is text, never syntax.
fn beginning(name: &str) -> String {
    format!("\"{}\"*", name.replace('"', ""))
}

/// Puts a patient into the index, in place of what was there.
pub(super) fn index(tx: &Transaction<'_>, n: i64, row: &Patient) -> Result<(), StorageError> {
    tx.prepare_cached("insert or replace into patient_name (rowid, name) values (?1, ?2)")?
        .execute(params![n, spellings(&row.name)])?;
    let phone = row.phone.as_deref().unwrap_or_default();
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    tx.prepare_cached("insert or replace into patient_phone (rowid, digits) values (?1, ?2)")?
        .execute(params![n, digits])?;
    Ok(())
}

/// Takes a patient out of the index, unless they have changed after `seq`.
pub(super) fn forget(tx: &Transaction<'_>, id: Uuid, seq: u64) -> Result<(), StorageError> {
    let n: Option<i64> = tx
        .prepare_cached("select n from patient where patient_id = ?1 and version <= ?2")?
        .query_row(params![id, seq], |sql| sql.get(0))
        .optional()?;
    if let Some(n) = n {
        tx.prepare_cached("delete from patient_name where rowid = ?1")?
            .execute([n])?;
        tx.prepare_cached("delete from patient_phone where rowid = ?1")?
            .execute([n])?;
    }
    Ok(())
}

/// A name as it is indexed: without the letters that the tokenizer does not fold, and with German
/// umlauts also written out, so that "Mueller" finds "Müller".
fn spellings(name: &str) -> String {
    let plain = folded(name);
    let written_out = plain
        .replace(['ä', 'Ä'], "ae")
        .replace(['ö', 'Ö'], "oe")
        .replace(['ü', 'Ü'], "ue");
    if written_out == plain {
        plain
    } else {
        format!("{plain} {written_out}")
    }
}

fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'þ' | 'Þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            letter => folded.push(letter),
        }
    }
    folded
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// `1 Feb 1980`, as the window writes a date, in numbers; none for three words that are no date.
fn in_numbers(day: &str, month: &str, year: &str) -> Option<String> {
    let name = month.to_ascii_lowercase();
    let at = MONTHS.iter().position(|known| name.starts_with(known))?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let day = day.trim_end_matches('.');
    let is_date = is_number(day) && is_number(year) && matches!(year.len(), 2 | 4);
    is_date.then(|| format!("{day}.{}.{year}", at + 1))
}

/// What a text may mean as a date of birth: `1980-02-01`, `01.02.1980`, `1/2/80`, `01021980`.
fn birth_dates(text: &str, today: NaiveDate) -> Vec<NaiveDate> {
    let parts: Vec<&str> = text.split(['.', '/', '-']).collect();
    let mut dates = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => date(year, month, day, today),
        [first, second, year] if matches!(year.len(), 2 | 4) => {
            let mut dates = date(year, second, first, today);
            if !text.contains('.') {
                dates.extend(date(year, first, second, today));
            }
            dates
        }
        [run] if run.len() == 8 && run.bytes().all(|byte| byte.is_ascii_digit()) => {
            let mut dates = date(&run[0..4], &run[4..6], &run[6..8], today);
            dates.extend(date(&run[4..8], &run[2..4], &run[0..2], today));
            dates
        }
        _ => Vec::new(),
    };
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// Two-digit years may mean this century or the last; nobody was born tomorrow or before 1880.
fn date(year: &str, month: &str, day: &str, today: NaiveDate) -> Vec<NaiveDate> {
    let number = |text: &str| text.parse::<u32>().ok();
    let (Some(year_number), Some(month), Some(day)) = (number(year), number(month), number(day))
    else {
        return Vec::new();
    };
    let years = match year.len() {
        2 => vec![1900 + year_number, 2000 + year_number],
        _ => vec![year_number],
    };
    years
        .into_iter()
        .filter_map(|year| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day))
        .filter(|date| *date <= today && date.year() >= 1880)
        .collect()
}
