//! `/docs`: `/openapi.json` as a page to read and try. Everything it needs is in this program; the
//! browser asks nobody else.

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_protocol::path;
use utoipa_swagger_ui::Config;

use crate::problem::Failure;

/// Styles are written by the page's script as it runs; scripts come from here alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

static PAGE: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::new([path::OPENAPI])
        .doc_expansion("none")
        .validator_url("none")
        .use_base_layout();
    Arc::new(config)
});

/// The page's own files are asked for below this path.
pub(super) async fn index() -> Redirect {
    Redirect::permanent(&format!("{}/", path::DOCS))
}

/// The page.
pub(super) async fn page() -> Result<Response, Failure> {
    file(Path("index.html".to_owned())).await
}

/// One of the page's files.
pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Failure> {
    let found = utoipa_swagger_ui::serve(&name, PAGE.clone()).map_err(|error| {
        tracing::error!(%error, "the page of the description is broken");
        Failure::internal()
    })?;
    let found = found.ok_or_else(|| Failure::not_found("The page has no such file: see /docs."))?;
    let kind = HeaderValue::from_str(&found.content_type);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut response = Body::from(found.bytes.into_owned()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    Ok(response)
}
