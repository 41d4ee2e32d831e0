//! One text of SQL for two engines: a statement, its parameters, the rows it finds. Whoever says
//! `&dyn Db` is inside a transaction and does not know which database it is.
//!
//! Statements number their parameters `$1 … $n` and name their columns alike in both schemas. What
//! has to differ stands in `sqlite.rs` and `postgres.rs`, nowhere else.

use std::borrow::Cow;

use chrono::NaiveDate;
use frontdesk_domain::{ClinicId, DeviceId, Timestamp};
use uuid::Uuid;

use super::StoreError;

/// A database inside a transaction.
pub(crate) trait Db {
    /// Runs a statement that finds nothing, and says how many rows it touched.
    fn execute(&self, sql: &str, params: &[Param]) -> Result<u64, StoreError>;

    /// Hands every row that the statement finds to `take`, in order.
    fn each(
        &self,
        sql: &str,
        params: &[Param],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// The same for several statements, in order; `take` is told which of them found the row. Over a
    /// network they travel together.
    fn each_of(
        &self,
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for (n, (sql, params)) in statements.iter().enumerate() {
            self.each(sql, params, &mut |row| take(n, row))?;
        }
        Ok(())
    }

    /// From here on this transaction may take as long as it needs: an operator waits for it, no desk.
    fn unhurried(&self) -> Result<(), StoreError>;

    /// What the engine itself finds wrong with what lies on the disk, a sentence each, at most 100.
    fn damage(&self) -> Result<Vec<String>, StoreError>;

    /// Empties tables that nothing else points at; whoever points at another comes first.
    fn empty(&self, tables: &[&str]) -> Result<(), StoreError>;

    /// Runs statements in order; the first that fails ends it. Over a network they travel together.
    fn execute_all(&self, statements: Vec<Statement>) -> Result<(), StoreError> {
        for (sql, params) in statements {
            self.execute(sql, &params)?;
        }
        Ok(())
    }

    /// The same, of which nobody waits for the end: what is asked next finds it done, or fails with
    /// it, and so does the commit. Over a network it travels with that.
    fn put_off(&self, statements: Vec<Query>) -> Result<(), StoreError> {
        for (sql, params) in statements {
            self.execute(&sql, &params)?;
        }
        Ok(())
    }

    /// Takes the devices' rows, in ascending order, and then the clinic's feed row, so that nobody
    /// else writes there until the end of the transaction. Nothing ever locks the other way round.
    /// What is only true behind the locks is asked with them, as by [`Db::each_of`]: over a network it
    /// travels with them.
    fn lock_and_ask(
        &self,
        clinic: ClinicId,
        devices: &[DeviceId],
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// True where each question is a journey: then few large ones are better than many small ones.
    fn is_far(&self) -> bool {
        false
    }

    /// Tells the database what is in tables that were just filled, where it would find out too late.
    fn measure(&self, _tables: &[&str]) -> Result<(), StoreError> {
        Ok(())
    }

    /// Changes when another process has written, counted or not; none where several instances are
    /// meant to write, and only what is counted is noticed.
    fn stamp(&self) -> Result<Option<i64>, StoreError> {
        Ok(None)
    }
}

/// A statement with what it is run with.
pub(crate) type Statement = (&'static str, Vec<Param>);

/// A statement that finds something; its text may be put together.
pub(crate) type Query = (Cow<'static, str>, Vec<Param>);

impl dyn Db + '_ {
    /// The locks alone.
    pub(crate) fn lock(&self, clinic: ClinicId, devices: &[DeviceId]) -> Result<(), StoreError> {
        self.lock_and_ask(clinic, devices, &[], &mut |_, _| Ok(()))
    }

    /// What `map` makes of every row.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: &[Param],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(sql, params, &mut |row| {
            found.push(map(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// What `map` makes of the row, if there is one.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        params: &[Param],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.each(sql, params, &mut |row| {
            if found.is_none() {
                found = Some(map(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The same for a row that must be there.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: &[Param],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.first(sql, params, map)?
            .ok_or_else(|| StoreError::Corrupt("a row is missing".to_owned()))
    }

    /// True when the statement finds something.
    pub(crate) fn exists(&self, sql: &str, params: &[Param]) -> Result<bool, StoreError> {
        Ok(self.first(sql, params, |_| Ok(()))?.is_some())
    }
}

/// A row as it is found; it lives until the next one.
pub(crate) struct Row<'r>(pub(crate) &'r dyn Columns);

impl Row<'_> {
    /// The value in this column.
    pub(crate) fn get<T: FromColumn>(&self, name: &str) -> Result<T, StoreError> {
        T::from_column(self.0.column(name)?)
            .ok_or_else(|| StoreError::Corrupt(format!("the column {name}")))
    }

    /// The same by the column's place, from 0: for tens of thousands of rows, of which each would look
    /// all names up.
    pub(crate) fn at<T: FromColumn>(&self, place: usize) -> Result<T, StoreError> {
        T::from_column(self.0.nth(place)?)
            .ok_or_else(|| StoreError::Corrupt(format!("the column {place}")))
    }
}

/// The columns of a row, by name and by place.
pub(crate) trait Columns {
    fn column(&self, name: &str) -> Result<Value<'_>, StoreError>;

    fn nth(&self, place: usize) -> Result<Value<'_>, StoreError>;
}

/// What stands in a column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'r> {
    Null,
    Int(i64),
    Text(&'r str),
    /// A UUID has sixteen of them.
    Bytes(&'r [u8]),
}

/// What a column can be read as.
pub(crate) trait FromColumn: Sized {
    fn from_column(value: Value<'_>) -> Option<Self>;
}

impl FromColumn for i64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(number) => Some(number),
            Value::Null | Value::Text(_) | Value::Bytes(_) => None,
        }
    }
}

impl FromColumn for u64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value)?.try_into().ok()
    }
}

impl FromColumn for u16 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value)?.try_into().ok()
    }
}

impl FromColumn for bool {
    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value).map(|number| number != 0)
    }
}

impl FromColumn for String {
    fn from_column(value: Value<'_>) -> Option<Self> {
        as_text(value).map(str::to_owned)
    }
}

impl FromColumn for Vec<u8> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        as_bytes(value).map(<[u8]>::to_vec)
    }
}

impl FromColumn for [u8; 32] {
    fn from_column(value: Value<'_>) -> Option<Self> {
        as_bytes(value)?.try_into().ok()
    }
}

impl FromColumn for Uuid {
    fn from_column(value: Value<'_>) -> Option<Self> {
        Self::from_slice(as_bytes(value)?).ok()
    }
}

/// An instant stands as milliseconds since 1970-01-01T00:00Z.
impl FromColumn for Timestamp {
    fn from_column(value: Value<'_>) -> Option<Self> {
        Self::from_timestamp_millis(i64::from_column(value)?)
    }
}

/// A civil date stands as `YYYY-MM-DD`.
impl FromColumn for NaiveDate {
    fn from_column(value: Value<'_>) -> Option<Self> {
        as_text(value)?.parse().ok()
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            Value::Int(_) | Value::Text(_) | Value::Bytes(_) => T::from_column(value).map(Some),
        }
    }
}

pub(super) fn as_text(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Null | Value::Int(_) | Value::Bytes(_) => None,
    }
}

fn as_bytes(value: Value<'_>) -> Option<&[u8]> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        Value::Null | Value::Int(_) | Value::Text(_) => None,
    }
}

/// What a statement is run with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Param {
    Null,
    Int(i64),
    Text(String),
    Id(Uuid),
    Bytes(Vec<u8>),
}

macro_rules! param_of {
    ($($from:ty: $value:ident => $param:expr;)+) => {
        $(impl From<$from> for Param {
            fn from($value: $from) -> Self {
                $param
            }
        })+
    };
}

param_of! {
    i64: number => Self::Int(number);
    u16: number => Self::Int(number.into());
    u32: number => Self::Int(number.into());
    u64: number => Self::Int(i64::try_from(number).unwrap_or(i64::MAX));
    bool: yes => Self::Int(yes.into());
    &str: text => Self::Text(text.to_owned());
    &String: text => Self::Text(text.clone());
    String: text => Self::Text(text);
    Uuid: id => Self::Id(id);
    [u8; 32]: digest => Self::Bytes(digest.to_vec());
    Timestamp: at => Self::Int(at.timestamp_millis());
    NaiveDate: date => Self::Text(date.to_string());
}

impl<T: Into<Self>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The parameters of a statement, in the order of their numbers.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::store::sql::Param::from($value)),*]
    };
}

pub(crate) use params;
