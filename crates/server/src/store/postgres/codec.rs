//! Our few sorts of values as PostgreSQL sends them.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::store::StoreError;
use crate::store::sql::{Columns, Param, Value};

type Wrong = Box<dyn Error + Sync + Send>;

impl ToSql for Param {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Self::Int(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Id(id) => id.as_bytes().as_slice().to_sql(ty, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::UUID, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

/// Numbers are `bigint` in every table; what is counted or compared on the way may be smaller.
impl<'r> FromSql<'r> for Value<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Wrong> {
        Ok(match *ty {
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(ty, raw)?.into()),
            Type::TEXT => Self::Text(<&str>::from_sql(ty, raw)?),
            _ => Self::Bytes(raw),
        })
    }

    fn from_sql_null(_ty: &Type) -> Result<Self, Wrong> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BOOL || <Param as ToSql>::accepts(ty)
    }
}

impl Columns for tokio_postgres::Row {
    fn column(&self, name: &str) -> Result<Value<'_>, StoreError> {
        Ok(self.try_get(name)?)
    }

    fn nth(&self, place: usize) -> Result<Value<'_>, StoreError> {
        Ok(self.try_get(place)?)
    }
}
