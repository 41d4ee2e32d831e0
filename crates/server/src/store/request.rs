//! What makes a wish the same wish, which wishes no rule can compute with, and how one is answered.

use chrono::Datelike;
use frontdesk_domain::command::SeriesVisit;
use frontdesk_domain::decide::MOST_VISITS;
use frontdesk_domain::{Command, CommandId, Hold, Reason, Refusal, Timestamp};
use frontdesk_protocol::{Envelope, Outcome, OutcomeKind};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Digest of everything that makes the wish; the order of members does not matter.
pub(crate) fn hash(envelope: &Envelope) -> [u8; 32] {
    let mut digest = Sha256::new();
    let head = (
        envelope.id,
        envelope.user_id,
        &envelope.kind,
        envelope.depends_on,
        envelope.base_version,
    );
    digest.update(serde_json::to_vec(&head).unwrap_or_default());
    feed(&mut digest, &envelope.args);
    digest.finalize().into()
}

fn feed(digest: &mut Sha256, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            digest.update(b"{");
            digest.update((sorted.len() as u64).to_be_bytes());
            for (name, value) in sorted {
                feed(digest, &Value::String(name.clone()));
                feed(digest, value);
            }
        }
        Value::Array(values) => {
            digest.update(b"[");
            digest.update((values.len() as u64).to_be_bytes());
            for value in values {
                feed(digest, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let text = value.to_string();
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
    }
}

/// How many visits this command may be about, as far as it says: what it costs to decide it.
pub(crate) fn visits(envelope: &Envelope) -> usize {
    let scope = envelope.args.get("scope").and_then(Value::as_str);
    match scope {
        Some("following" | "all") => MOST_VISITS,
        Some(_) | None => {
            let listed = envelope.args.get("visits").and_then(Value::as_array);
            listed.map_or(1, |visits| visits.len().max(1))
        }
    }
}

/// How many of these commands are decided at one request: so many that everybody else waits no longer
/// than for the largest command, and one at least. A desk sends the rest afterwards.
pub(crate) fn at_once(commands: &[Envelope]) -> usize {
    let visits = commands.iter().map(visits);
    let sums = visits.scan(0, |sum, visits| {
        *sum += visits;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= MOST_VISITS).count().max(1)
}

/// The outcome of a command that was decided when the feed stood at `seq`.
pub(crate) fn outcome(no: u64, id: CommandId, seq: u64, refusal: Option<&Refusal>) -> Outcome {
    Outcome {
        no,
        id,
        outcome: refusal.map_or(OutcomeKind::Applied, |_| OutcomeKind::Rejected),
        seq,
        reason: refusal.map(|refusal| refusal.reason),
        field: refusal.and_then(|refusal| refusal.field.clone()),
        conflict: refusal.and_then(|refusal| refusal.conflict.clone()),
        alternatives: refusal.and_then(|refusal| listed(&refusal.alternatives)),
        steps: refusal.and_then(|refusal| listed(&refusal.steps)),
        changed: refusal.and_then(|refusal| listed(&refusal.changed)),
        fates: refusal.and_then(|refusal| listed(&refusal.fates)),
    }
}

/// A list that is told only when it says something.
fn listed<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// Instants so far away that adding a day to them could leave the calendar, and more visits than one
/// command may have: asked before anything is read, so that nobody reads for thousands of places.
pub(crate) fn out_of_range(command: &Command) -> Option<Refusal> {
    let instants: Vec<(&str, Timestamp)> = match command {
        Command::BookAppointment(book) => span(Some(book.starts_at), book.ends_at),
        Command::RescheduleAppointment(to) => span(Some(to.starts_at), to.ends_at),
        Command::BookSeries(series) => {
            if series.visits.len() > MOST_VISITS {
                return Some(Refusal::of_field(Reason::Invalid, "visits"));
            }
            let visits = series.visits.iter();
            visits.flat_map(|v| span(wall(v), v.ends_at)).collect()
        }
        Command::UpdateAppointment(_)
        | Command::CancelAppointment(_)
        | Command::ApproveAppointment(_)
        | Command::RejectAppointment(_)
        | Command::ArriveAppointment(_)
        | Command::CheckInAppointment(_)
        | Command::CompleteAppointment(_)
        | Command::MarkAppointmentNoShow(_)
        | Command::UndoStatus(_)
        | Command::PutPatient(_)
        | Command::Noop(_) => Vec::new(),
    };
    far_away(instants)
}

/// The same for a hold; besides, nothing that is over can be kept.
pub(crate) fn hold_out_of_range(wish: &Hold, now: Timestamp) -> Option<Refusal> {
    let far = far_away(span(Some(wish.starts_at), Some(wish.ends_at)));
    let over = || Refusal::of_field(Reason::Invalid, "ends_at");
    far.or_else(|| (wish.ends_at <= now).then(over))
}

fn far_away(instants: Vec<(&str, Timestamp)>) -> Option<Refusal> {
    let far = |at: &Timestamp| !(1970..=2999).contains(&at.year());
    let wrong = instants.into_iter().find(|(_, at)| far(at));
    wrong.map(|(field, _)| Refusal::of_field(Reason::Invalid, field))
}

fn span(
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
) -> Vec<(&'static str, Timestamp)> {
    let start = starts_at.map(|at| ("starts_at", at));
    let end = ends_at.map(|at| ("ends_at", at));
    start.into_iter().chain(end).collect()
}

/// A wall time is as far away as the same time in UTC.
fn wall(visit: &SeriesVisit) -> Option<Timestamp> {
    let wall = visit.wall_start.map(|wall| wall.0.and_utc());
    visit.starts_at.or(wall)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(args: &str) -> Envelope {
        let text = format!(
            r#"{{"no":1,"id":"01890000-0000-7000-8000-000000000001","kind":"noop","args":{args}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_order_of_members_does_not_make_another_wish() {
        assert_eq!(
            hash(&envelope(r#"{"a":1,"b":[2]}"#)),
            hash(&envelope(r#"{"b":[2],"a":1}"#))
        );
    }

    #[test]
    fn a_request_is_decided_as_far_as_the_largest_command_would_take() {
        let many = |visits: usize| envelope(&format!(r#"{{"visits":{:?}}}"#, vec![0; visits]));
        let all = || envelope(r#"{"scope":"all"}"#);
        let single = || envelope("{}");
        let decided = |commands: Vec<Envelope>| at_once(&commands);
        assert_eq!(decided((0..100).map(|_| single()).collect()), 100);
        assert_eq!(decided(vec![many(150), many(50), single()]), 2);
        assert_eq!(decided(vec![all(), single()]), 1);
        assert_eq!(decided(vec![single(), all()]), 1);
        assert_eq!(decided(vec![many(MOST_VISITS + 1)]), 1, "to be refused");
        assert_eq!(decided(vec![many(0), all()]), 1);
    }

    #[test]
    fn another_value_makes_another_wish() {
        let one = hash(&envelope(r#"{"a":["x","y"]}"#));
        assert_ne!(one, hash(&envelope(r#"{"a":["x,y"]}"#)));
        assert_ne!(one, hash(&envelope(r#"{"a":["xy"]}"#)));
        assert_ne!(one, hash(&envelope(r#"{"a":"xy"}"#)));
    }
}
