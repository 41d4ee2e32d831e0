//! The paths of the HTTP API.

/// Sign in (`POST`), sign out (`DELETE`).
pub const SESSION: &str = "/v1/session";
/// Where the feed stands.
pub const FEED: &str = "/v1/feed";
/// Everything, as NDJSON.
pub const SNAPSHOT: &str = "/v1/snapshot";
/// What changed since a cursor.
pub const CHANGES: &str = "/v1/changes";
/// Ask for decisions.
pub const COMMANDS: &str = "/v1/commands";
/// Keep a slot for a short while (`PUT`), let it go (`DELETE`); `{hold_id}` follows.
pub const HOLDS: &str = "/v1/holds";
/// The stream of hints (SSE).
pub const EVENTS: &str = "/v1/events";
/// Free slots for integrators.
pub const AVAILABILITY: &str = "/v1/availability";
/// The process is up.
pub const HEALTHZ: &str = "/healthz";
/// The database answers.
pub const READYZ: &str = "/readyz";
/// What the server counts, as Prometheus text.
pub const METRICS: &str = "/metrics";
/// The description of this API, as a page.
pub const DOCS: &str = "/docs";
/// The description of this API.
pub const OPENAPI: &str = "/openapi.json";
