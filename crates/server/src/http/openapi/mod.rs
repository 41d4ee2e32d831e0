//! `/openapi.json`: the description of this API. Real answers of every path are checked against it
//! by `tests/http/openapi.rs`, so it cannot drift from what the handlers do.

mod commands;
mod paths;
mod rows;
mod shapes;

use axum::Json as Answer;
use serde::Serialize;
use serde_json::{Value, json};

/// The description of this API (OpenAPI 3.1).
#[must_use]
pub fn openapi() -> Value {
    let mut schemas = shapes::all();
    schemas.extend(commands::all());
    schemas.extend(rows::all());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Frontdesk server",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0" },
            "description": "Instants are RFC 3339 in UTC with `Z`, dates `YYYY-MM-DD`, wall times \
                of the clinic's zone `YYYY-MM-DDTHH:MM`. Every error is a `Problem`. A refused \
                booking is not an error: it is an outcome.",
        },
        "paths": paths::all(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": { "type": "http", "scheme": "bearer",
                             "description": "The opaque token of POST /v1/session." },
            },
        },
        "security": [{ "session": [] }],
    })
}

pub(super) async fn serve() -> Answer<Value> {
    Answer(openapi())
}

type Schemas = serde_json::Map<String, Value>;

/// A reference to a schema by its name.
fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn one_of(names: &[&str]) -> Value {
    json!({ "type": "string", "enum": names })
}

/// The names of codes as they are written, from the type itself.
fn names<T: Serialize>(all: &[T]) -> Value {
    json!({ "type": "string", "enum": all })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn id() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn instant() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn wall() -> Value {
    json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$" })
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

/// An object of these members and no others; a name that ends in `?` may be absent.
fn object(about: &str, members: &[(&str, Value)]) -> Value {
    let required: Vec<_> = members
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !name.ends_with('?'))
        .collect();
    let properties: serde_json::Map<String, Value> = members
        .iter()
        .map(|(name, shape)| (name.trim_end_matches('?').to_owned(), shape.clone()))
        .collect();
    json!({
        "type": "object", "description": about, "properties": properties,
        "required": required, "additionalProperties": false,
    })
}
