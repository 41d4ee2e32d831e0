//! The paths.

use frontdesk_protocol::path;
use serde_json::{Value, json};

use super::{Schemas, date, id, number, of};

/// One hold.
pub(super) const HOLD: &str = "/v1/holds/{hold_id}";

pub(super) fn all() -> Schemas {
    let described = [
        (path::SESSION, session()),
        (
            path::FEED,
            json!({ "get": get("Where the feed stands.", &[], json_of("Feed"), &[]) }),
        ),
        (path::SNAPSHOT, snapshot()),
        (path::CHANGES, changes()),
        (path::COMMANDS, commands()),
        (HOLD, hold()),
        (path::EVENTS, events()),
        (path::AVAILABILITY, availability()),
        (path::HEALTHZ, open("The process is up.", empty(), &[])),
        (
            path::READYZ,
            open("Reader and writer answer.", empty(), &[503]),
        ),
        (path::METRICS, metrics()),
        (path::OPENAPI, open("This description.", plain_json(), &[])),
        (path::DOCS, docs()),
    ];
    described
        .map(|(path, item)| (path.to_owned(), item))
        .into_iter()
        .collect()
}

fn session() -> Value {
    let mut sign_in = operation(
        "Sign in.",
        &[],
        ("200", json_of("SessionOpened")),
        &[400, 401, 403, 413, 422, 429, 503],
    );
    sign_in["security"] = json!([]);
    sign_in["requestBody"] = body("SignIn");
    let sign_out = operation("Sign out.", &[], ("204", empty()), &[401, 429, 503]);
    json!({ "post": sign_in, "delete": sign_out })
}

fn snapshot() -> Value {
    let about = "Everything as NDJSON: a `SnapshotHeader`, a `SnapshotRow` a line (directories \
        first, then visits from today outwards), a `SnapshotTrailer`. With `id` and `from_row` the \
        rest of a file that was begun less than 15 minutes ago: rows from that one on, and the \
        trailer.";
    let lines = json!({ "description": "The file.", "content": {
        "application/x-ndjson": { "schema": { "oneOf": [
            of("SnapshotHeader"), of("SnapshotRow"), of("SnapshotTrailer") ] } } } });
    let query = [
        query("id", &id(), false),
        query("from_row", &number(), false),
    ];
    json!({ "get": get(about, &query, lines, &[400, 410]) })
}

fn changes() -> Value {
    let about = "What changed since a cursor. With `wait` an empty page only after that many \
        seconds (at most 55). `limit` (at most 5,000) may be passed by one transaction.";
    let query = [
        query("epoch", &id(), true),
        query("since", &number(), true),
        query("limit", &number(), false),
        query("wait", &number(), false),
        query("schema", &number(), false),
    ];
    json!({ "get": get(about, &query, json_of("ChangePage"), &[400, 410]) })
}

fn commands() -> Value {
    let about = "Ask for decisions. The same number with the same content gets the stored outcome.";
    let errors = [400, 401, 403, 409, 413, 422, 429, 503];
    let mut ask = operation(about, &[], ("200", json_of("OutcomePage")), &errors);
    ask["requestBody"] = body("CommandBatch");
    json!({ "post": ask })
}

fn hold() -> Value {
    let about = "Keep a practitioner's time for three minutes; the same id renews or moves it.";
    let errors = [400, 401, 403, 404, 409, 413, 422, 429, 503];
    let mut put = operation(about, &[], ("200", json_of("Hold")), &errors);
    put["requestBody"] = body("PutHold");
    let about = "Let a kept time go; one that is gone already is let go too.";
    let delete = operation(about, &[], ("204", empty()), &[400, 401, 403, 429, 503]);
    let hold_id = json!({ "name": "hold_id", "in": "path", "required": true, "schema": id() });
    json!({ "parameters": [hold_id], "put": put, "delete": delete })
}

fn metrics() -> Value {
    let text = json!({ "description": "The counters.", "content": {
        "application/openmetrics-text; version=1.0.0; charset=utf-8": {
            "schema": { "type": "string" } } } });
    json!({ "get": get("What the server counts, for managers.", &[], text, &[403]) })
}

fn docs() -> Value {
    let mut page = operation("This description as a page.", &[], ("308", empty()), &[]);
    page["security"] = json!([]);
    json!({ "get": page })
}

fn events() -> Value {
    let about = "Hints as server-sent events: `head` (a `Head`, also every 10 s), `changes` (a \
        `ChangePage`, to be applied only if `from` is the own cursor), `revoked` (the session has \
        ended), `bye` (a `Bye`). Ids are `{epoch}:{seq}`.";
    let stream = json!({ "description": "The stream.", "content": {
        "text/event-stream": { "schema": { "type": "string" } } } });
    json!({ "get": get(about, &[], stream, &[]) })
}

fn availability() -> Value {
    let about =
        "Free slots from one date of the clinic to another, both included, at most 92 days.";
    let query = [
        query("service", &id(), true),
        query("from", &date(), true),
        query("to", &date(), true),
        query("practitioner", &id(), false),
    ];
    json!({ "get": get(about, &query, json_of("Availability"), &[400, 404]) })
}

/// A path that needs no session.
fn open(about: &str, answer: Value, errors: &[u16]) -> Value {
    let status = if answer["content"].is_null() {
        "204"
    } else {
        "200"
    };
    let mut get = operation(about, &[], (status, answer), errors);
    get["security"] = json!([]);
    json!({ "get": get })
}

/// A read below `/v1`.
fn get(about: &str, query: &[Value], answer: Value, errors: &[u16]) -> Value {
    let errors = [errors, &[401, 429, 503]].concat();
    operation(about, query, ("200", answer), &errors)
}

fn operation(about: &str, query: &[Value], answer: (&str, Value), errors: &[u16]) -> Value {
    let mut responses = Schemas::new();
    responses.insert(answer.0.to_owned(), answer.1);
    for status in errors.iter().chain(&[500]) {
        let mut problem = json!({ "description": "A problem.", "content": {
            "application/problem+json": { "schema": of("Problem") } } });
        if [413, 429, 503].contains(status) {
            problem["headers"] = json!({ "Retry-After": retry_after() });
        }
        responses.insert(status.to_string(), problem);
    }
    json!({ "description": about, "parameters": query, "responses": responses })
}

fn retry_after() -> Value {
    json!({ "description": "Seconds until it is worth another try.", "required": true,
            "schema": { "type": "integer", "minimum": 1 } })
}

fn query(name: &str, schema: &Value, required: bool) -> Value {
    json!({ "name": name, "in": "query", "required": required, "schema": schema })
}

fn body(name: &str) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": of(name) } } })
}

fn json_of(name: &str) -> Value {
    json!({ "description": name, "content": { "application/json": { "schema": of(name) } } })
}

fn plain_json() -> Value {
    json!({ "description": "An object.", "content": {
        "application/json": { "schema": { "type": "object" } } } })
}

fn empty() -> Value {
    json!({ "description": "Done." })
}
