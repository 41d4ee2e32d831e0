//! What the server counts, for `/metrics`. A registry is a value like any other: two servers of one
//! process count apart. Labels are kinds, reasons, routes and statuses, never an id or a name.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use frontdesk_domain::Reason;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The media type of [`Metrics::text`].
pub(crate) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Level = Gauge<i64, AtomicI64>;

/// Counters and levels of one server; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    registry: Registry,
    requests: Family<Answered, Counter>,
    request_seconds: Family<Route, Histogram>,
    outcomes: Family<Decided, Counter>,
    refused: Family<Cause, Counter>,
    streams: Level,
    feed_lag: Level,
    in_flight: Level,
    writer_waiting: Level,
    readers_busy: Level,
    group_commands: Histogram,
    commit_seconds: Histogram,
    sweeps: Counter,
    session_looks: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    kind: &'static str,
    outcome: &'static str,
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Cause {
    cause: &'static str,
}

/// Levels that are only known when somebody asks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Now {
    pub(crate) streams: usize,
    pub(crate) in_flight: usize,
    /// The most that any clinic's listeners are behind its feed.
    pub(crate) feed_lag: u64,
}

impl Default for Metrics {
    fn default() -> Self {
        let fast = || Histogram::new(exponential_buckets(0.000_25, 2.0, 16));
        let mut counted = Counted {
            registry: Registry::with_prefix("frontdesk"),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(fast),
            outcomes: Family::default(),
            refused: Family::default(),
            streams: Level::default(),
            feed_lag: Level::default(),
            in_flight: Level::default(),
            writer_waiting: Level::default(),
            readers_busy: Level::default(),
            group_commands: Histogram::new(exponential_buckets(1.0, 2.0, 8)),
            commit_seconds: fast(),
            sweeps: Counter::default(),
            session_looks: Counter::default(),
        };
        counted.register_requests();
        counted.register_store();
        Self(Arc::new(counted))
    }
}

impl Counted {
    fn register_requests(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "requests",
            "Requests answered, by route, method and status",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "request",
            "Time until the head of an answer, by route",
            Unit::Seconds,
            self.request_seconds.clone(),
        );
        registry.register(
            "refused",
            "Requests refused because of a limit, by the limit",
            self.refused.clone(),
        );
        registry.register("streams", "Open event streams", self.streams.clone());
        registry.register(
            "session_looks",
            "Times that a stream or a waiting pull looked at its session again",
            self.session_looks.clone(),
        );
        registry.register(
            "requests_in_flight",
            "Requests that are being answered, streams not counted",
            self.in_flight.clone(),
        );
        registry.register(
            "feed_lag",
            "The most changes that this instance's streams are behind a clinic's feed",
            self.feed_lag.clone(),
        );
    }

    fn register_store(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "outcomes",
            "Commands decided, by kind, outcome and reason",
            self.outcomes.clone(),
        );
        registry.register(
            "writer_waiting",
            "Requests that wait for the writer",
            self.writer_waiting.clone(),
        );
        registry.register(
            "group_commands",
            "Commands that were committed together",
            self.group_commands.clone(),
        );
        registry.register_with_unit(
            "commit",
            "Time of a commit, from its first statement to the disk",
            Unit::Seconds,
            self.commit_seconds.clone(),
        );
        registry.register(
            "readers_busy",
            "Readers of the pool that are in use",
            self.readers_busy.clone(),
        );
        registry.register(
            "sweeps",
            "Sweeps that found a clinic with holds that had expired",
            self.sweeps.clone(),
        );
    }
}

impl Metrics {
    /// One answer; `route` is the route's pattern, so that no id gets in.
    pub(crate) fn answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        let method = method.to_owned();
        self.0
            .request_seconds
            .get_or_create(&Route {
                route: route.clone(),
            })
            .observe(took.as_secs_f64());
        let answered = Answered {
            route,
            method,
            status,
        };
        self.0.requests.get_or_create(&answered).inc();
    }

    /// One refusal because of the limit of this name.
    pub(crate) fn refused(&self, cause: &'static str) {
        self.0.refused.get_or_create(&Cause { cause }).inc();
    }

    /// One command decided for the first time; refused for this reason, if there is one.
    pub(crate) fn decided(&self, kind: &'static str, reason: Option<Reason>) {
        let decided = Decided {
            kind,
            outcome: if reason.is_some() {
                "rejected"
            } else {
                "applied"
            },
            reason: reason.map(code).unwrap_or_default(),
        };
        self.0.outcomes.get_or_create(&decided).inc();
    }

    /// One more request waits for the writer.
    pub(crate) fn writer_waits(&self) {
        self.0.writer_waiting.inc();
    }

    /// The writer has taken one up.
    pub(crate) fn writer_takes(&self) {
        self.0.writer_waiting.dec();
    }

    /// One group was committed.
    pub(crate) fn committed(&self, commands: usize, took: Duration) {
        self.0.group_commands.observe(commands as f64);
        self.0.commit_seconds.observe(took.as_secs_f64());
    }

    /// A reader is in use until the guard is dropped.
    pub(crate) fn reading(&self) -> Reading {
        self.0.readers_busy.inc();
        Reading(self.0.readers_busy.clone())
    }

    /// Whoever stays for long has looked whether their session lives.
    pub(crate) fn session_looked_at(&self) {
        self.0.session_looks.inc();
    }

    /// How many times somebody has.
    #[cfg(test)]
    pub(crate) fn session_looks(&self) -> u64 {
        self.0.session_looks.get()
    }

    /// In so many clinics holds had expired.
    pub(crate) fn swept(&self, clinics: usize) {
        self.0.sweeps.inc_by(clinics as u64);
    }

    /// Everything as OpenMetrics text.
    ///
    /// # Errors
    /// Only when the text cannot grow.
    pub(crate) fn text(&self, now: Now) -> Result<String, std::fmt::Error> {
        let level = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        self.0.streams.set(level(now.streams as u64));
        self.0.in_flight.set(level(now.in_flight as u64));
        self.0.feed_lag.set(level(now.feed_lag));
        let mut text = String::new();
        encode(&mut text, &self.0.registry)?;
        Ok(text)
    }
}

/// The reason as it is written in outcomes.
fn code(reason: Reason) -> String {
    match serde_json::to_value(reason) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

/// A reader in use.
#[derive(Debug)]
pub(crate) struct Reading(Level);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_with_its_labels() {
        let metrics = Metrics::default();
        metrics.answered("/v1/commands", "POST", 200, Duration::from_millis(3));
        metrics.decided("book_appointment", Some(Reason::SlotTaken));
        metrics.decided("book_appointment", Some(Reason::SlotTaken));
        metrics.decided("noop", None);
        metrics.refused("writes");
        metrics.committed(64, Duration::from_millis(2));
        metrics.writer_waits();
        metrics.swept(3);
        let reading = metrics.reading();
        let now = Now {
            streams: 7,
            in_flight: 2,
            feed_lag: 1,
        };
        let text = metrics.text(now).unwrap();
        for line in [
            r#"frontdesk_requests_total{route="/v1/commands",method="POST",status="200"} 1"#,
            r#"frontdesk_outcomes_total{kind="book_appointment",outcome="rejected",reason="slot_taken"} 2"#,
            r#"frontdesk_outcomes_total{kind="noop",outcome="applied",reason=""} 1"#,
            r#"frontdesk_refused_total{cause="writes"} 1"#,
            "frontdesk_streams 7",
            "frontdesk_feed_lag 1",
            "frontdesk_requests_in_flight 2",
            "frontdesk_writer_waiting 1",
            "frontdesk_readers_busy 1",
            "frontdesk_group_commands_sum 64.0",
            "frontdesk_sweeps_total 3",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
        drop(reading);
        let text = metrics.text(Now::default()).unwrap();
        assert!(text.contains("frontdesk_readers_busy 0"));
        assert!(text.ends_with("# EOF\n"));
    }
}
