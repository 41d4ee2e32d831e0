//! How values with a shape stand in a column of text.

use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::sql::{FromColumn, Param, Value, as_text};

/// Something that is one string in JSON: an enum without fields, a wall time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<T>(pub(crate) T);

impl<T: for<'de> Deserialize<'de>> FromColumn for Text<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        let text = StrDeserializer::<serde::de::value::Error>::new(as_text(value)?);
        T::deserialize(text).map(Self).ok()
    }
}

/// Something with an inner shape, as JSON text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromColumn for Json<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        serde_json::from_str(as_text(value)?).map(Self).ok()
    }
}

/// The one string that this is in JSON.
pub(crate) fn text(value: &impl Serialize) -> Result<Param, StoreError> {
    let value = serde_json::to_value(value).map_err(|error| unwritable(&error))?;
    let text = value.as_str().map(|text| Param::Text(text.to_owned()));
    text.ok_or_else(|| StoreError::Corrupt("not one string".to_owned()))
}

/// This as JSON text.
pub(crate) fn json(value: &impl Serialize) -> Result<Param, StoreError> {
    serde_json::to_string(value)
        .map(Param::Text)
        .map_err(|error| unwritable(&error))
}

fn unwritable(error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
