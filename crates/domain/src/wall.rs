//! Wall-clock values: what a clock on the clinic's wall shows, without an offset.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, NaiveTime, Timelike};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::iso;

/// A text that is not a wall time of the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a wall time of the form {form}")]
pub struct WallError {
    text: String,
    form: &'static str,
}

/// Minutes since midnight on the wall clock, `00:00` to `24:00`; written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct WallTime(u16);

impl WallTime {
    /// The end of a civil day, `24:00`.
    pub const MIDNIGHT: Self = Self(24 * 60);

    /// A wall time from its minutes since midnight, at most 1,440.
    #[must_use]
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= 24 * 60).then_some(Self(minutes))
    }

    /// Minutes since midnight, 0 to 1,440.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for WallTime {
    type Err = WallError;

    fn from_str(text: &str) -> Result<Self, WallError> {
        if text == "24:00" {
            return Ok(Self::MIDNIGHT);
        }
        let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| WallError {
            text: text.to_owned(),
            form: "HH:MM",
        })?;
        let minutes = time.hour() * 60 + time.minute();
        Ok(Self(u16::try_from(minutes).unwrap_or(0)))
    }
}

/// A civil date and time of the clinic, to the minute; written `YYYY-MM-DDTHH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct WallDateTime(pub NaiveDateTime);

const WALL_FORM: &str = "%Y-%m-%dT%H:%M";

impl fmt::Display for WallDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = iso::minute(self.0);
        match text.as_ref().and_then(|text| str::from_utf8(text).ok()) {
            Some(text) => f.write_str(text),
            None => write!(f, "{}", self.0.format(WALL_FORM)),
        }
    }
}

impl FromStr for WallDateTime {
    type Err = WallError;

    fn from_str(text: &str) -> Result<Self, WallError> {
        NaiveDateTime::parse_from_str(text, WALL_FORM)
            .map(Self)
            .map_err(|_| WallError {
                text: text.to_owned(),
                form: "YYYY-MM-DDTHH:MM",
            })
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

as_text!(WallTime, WallDateTime);
