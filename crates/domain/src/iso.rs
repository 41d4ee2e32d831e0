//! Dates and times as ISO 8601 text without a general formatter: an answer has thousands of them. What
//! this does not write (a fraction of a second, a year beyond four digits) is left to chrono, and what it
//! writes is the same.

use chrono::{Datelike, NaiveDateTime, Timelike};
use serde::{Serialize, Serializer};

use crate::Timestamp;

/// `YYYY-MM-DDTHH:MM`.
pub(crate) fn minute(at: NaiveDateTime) -> Option<[u8; 16]> {
    let mut text = *b"0000-00-00T00:00";
    let (year, time) = (u32::try_from(at.year()).ok()?, at.time());
    if year > 9999 {
        return None;
    }
    put(&mut text, 0, year / 100);
    put(&mut text, 2, year % 100);
    put(&mut text, 5, at.month());
    put(&mut text, 8, at.day());
    put(&mut text, 11, time.hour());
    put(&mut text, 14, time.minute());
    Some(text)
}

/// `YYYY-MM-DDTHH:MM:SSZ`.
fn second(at: &Timestamp) -> Option<[u8; 20]> {
    let at = at.naive_utc();
    if at.nanosecond() != 0 {
        return None;
    }
    let mut text = *b"0000-00-00T00:00:00Z";
    text[..16].copy_from_slice(&minute(at)?);
    put(&mut text, 17, at.second());
    Some(text)
}

/// An instant as chrono's own `Serialize` writes it.
pub(crate) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    let text = second(at);
    match text.as_ref().and_then(|text| str::from_utf8(text).ok()) {
        Some(text) => serializer.serialize_str(text),
        None => at.serialize(serializer),
    }
}

/// Two digits at this place.
fn put(text: &mut [u8], at: usize, value: u32) {
    let digit = |value: u32| b'0' + u8::try_from(value % 10).unwrap_or(0);
    text[at] = digit(value / 10);
    text[at + 1] = digit(value);
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::WallDateTime;

    fn written(at: &Timestamp) -> String {
        let mut text = Vec::new();
        let mut json = serde_json::Serializer::new(&mut text);
        serialize(at, &mut json).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn is_as_chrono_says(at: Timestamp) {
        assert_eq!(written(&at), serde_json::to_string(&at).unwrap());
        let wall = at.naive_utc();
        let shown = minute(wall).map(|text| String::from_utf8(text.to_vec()).unwrap());
        let usual = wall.format("%Y-%m-%dT%H:%M").to_string();
        assert_eq!(shown.unwrap_or_else(|| usual.clone()), usual);
        assert_eq!(WallDateTime(wall).to_string(), usual);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 512,
            rng_seed: proptest::test_runner::RngSeed::Fixed(7),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn an_instant_is_written_as_chrono_writes_it(
            seconds in -70_000_000_000_i64..260_000_000_000, nanos in prop_oneof![Just(0), 0..1_999_999_999_u32],
        ) {
            if let Some(at) = DateTime::from_timestamp(seconds, nanos) {
                is_as_chrono_says(at);
            }
        }
    }

    #[test]
    fn the_ends_of_time_are_written_too() {
        is_as_chrono_says(Timestamp::MIN_UTC);
        is_as_chrono_says(Timestamp::MAX_UTC);
    }
}
