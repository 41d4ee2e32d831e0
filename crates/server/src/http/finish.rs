//! What every answer gets at the end: a request id, `no-store`, a body for problems, and one line
//! in the log that names no patient: method, path without its query, status, time.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use crate::clock;
use crate::problem::{Unsent, of_status};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const PROBLEM_JSON: &str = "application/problem+json";

pub(super) async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = clock::new_id().simple().to_string();
    let started = clock::instant();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = as_problem(next.run(request).await, &id);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    let status = response.status().as_u16();
    let took = started.elapsed();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    app.metrics.answered(route, known(&method), status, took);
    let ms = took.as_millis();
    tracing::info!(%method, path, status, ms, request_id = id, "answered");
    response
}

/// Anybody can make a method up: what is counted has few names.
fn known(method: &Method) -> &str {
    match method.as_str() {
        "GET" | "POST" | "PUT" | "DELETE" | "HEAD" | "OPTIONS" => method.as_str(),
        _ => "other",
    }
}

/// Writes the body of a problem, and turns an error that somebody below answered into one.
fn as_problem(mut response: Response, id: &str) -> Response {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let unsent = response.extensions_mut().remove::<Unsent>();
    let (mut response, Unsent(mut problem)) = match unsent {
        Some(unsent) => (response, unsent),
        None => {
            let mut made = of_status(response.status()).into_response();
            let unsent = made.extensions_mut().remove::<Unsent>();
            let Some(unsent) = unsent else { return made };
            // 405 says what is allowed.
            if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
                made.headers_mut().insert(header::ALLOW, allow);
            }
            (made, unsent)
        }
    };
    problem.request_id = Some(id.to_owned());
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = body.into();
    response
}
