//! `/openapi.json`: the description of this API.

use axum::Json as Answer;

/// The description of this API.
#[must_use]
pub fn openapi() -> serde_json::Value {
    serde_json::json!({})
}

pub(super) async fn serve() -> Answer<serde_json::Value> {
    Answer(openapi())
}
