//! Commands go up in batches; each gets one outcome, which never changes.

use frontdesk_domain::{
    AppointmentStep, Command, CommandId, Conflict, DeviceId, Epoch, Fate, Reason, Slot, UserId,
};
use serde::{Deserialize, Serialize};

use crate::ChangePage;

/// Body of `POST /v1/commands`; at most [`crate::MAX_BATCH`] commands, decided in order, each
/// by itself: what one is refused for undoes nothing of the others. Of a request that is about more
/// visits than one command may be the first commands are decided, and the rest is sent again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CommandBatch {
    /// Must be the session's.
    pub device: DeviceId,
    /// The desk's cursor: with it the answer carries what changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Cursor>,
    /// The commands, by rising `no`.
    pub commands: Vec<Envelope>,
}

/// How far a desk has read a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Incarnation of the feed.
    pub epoch: Epoch,
    /// Last seq applied.
    pub seq: u64,
}

/// One command on its way. `kind` and `args` stay raw, so that an unknown kind or bad arguments
/// get an outcome (`rejected`, `invalid`) instead of failing the batch.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// 1, 2, 3 … per device.
    pub no: u64,
    /// The same id is the same wish.
    pub id: CommandId,
    /// The user who asked; the session's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What is asked, e.g. `book_appointment`.
    pub kind: String,
    /// Its arguments.
    pub args: serde_json::Value,
    /// Number of an earlier command that must have been applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<u64>,
    /// The version of the row that the user saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_version: Option<u64>,
    /// Incarnation of the feed in which they saw it: in another one that version is worth nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_epoch: Option<Epoch>,
}

// Invariant I30: arguments may hold a patient's name.
impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Envelope")
            .field("no", &self.no)
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The typed command of an envelope.
///
/// # Errors
/// The name of the wrong field: `kind` when this server does not know it, otherwise `args` or the
/// argument that could not be read.
pub fn parse_command(kind: &str, args: &serde_json::Value) -> Result<Command, String> {
    if !Command::KINDS.contains(&kind) {
        return Err("kind".to_owned());
    }
    read(kind, args).map_err(|message| wrong_field(kind, args, &message))
}

fn read(kind: &str, args: &serde_json::Value) -> Result<Command, String> {
    let tagged = serde_json::json!({ "kind": kind, "args": args });
    serde_json::from_value(tagged).map_err(|error| error.to_string())
}

/// serde names a missing or an unknown field; a wrong value is the one without which the complaint
/// is another.
fn wrong_field(kind: &str, args: &serde_json::Value, message: &str) -> String {
    if let Some(name) = named_by_serde(message) {
        return if name.len() <= LONGEST_NAME {
            name.to_owned()
        } else {
            "args".to_owned()
        };
    }
    let names = args
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys());
    let wrong = names.into_iter().find(|name| {
        let mut others = args.clone();
        if let Some(fields) = others.as_object_mut() {
            fields.remove(*name);
        }
        read(kind, &others)
            .err()
            .is_none_or(|other| other != message)
    });
    wrong.map_or_else(|| "args".to_owned(), Clone::clone)
}

/// No argument has a longer name; a longer one is somebody's text.
const LONGEST_NAME: usize = 40;

/// A name from outside may hold quotes itself: what follows it is serde's.
fn named_by_serde(message: &str) -> Option<&str> {
    if let Some(rest) = message.strip_prefix("missing field `") {
        return rest.split('`').next();
    }
    let rest = message.strip_prefix("unknown field `")?;
    let ends = ["`, expected ", "`, there are no fields"];
    ends.iter()
        .find_map(|end| rest.rsplit_once(end))
        .map(|(name, _)| name)
}

/// What the server decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// It is so.
    Applied,
    /// It is not, for ever.
    Rejected,
}

/// One decided command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The device's number.
    pub no: u64,
    /// The command's id.
    pub id: CommandId,
    /// Applied or rejected.
    pub outcome: OutcomeKind,
    /// Where the feed stood when it was decided; a desk shows the outcome when its cursor is here.
    pub seq: u64,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The wrong argument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What stands in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// What is free instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<Vec<Slot>>,
    /// With `illegal_status`: the steps that are legal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<AppointmentStep>>,
    /// With `stale_version`: the fields that changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Vec<String>>,
    /// With a refused series: what would become of every visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fates: Option<Vec<Fate>>,
}

/// Answer of `POST /v1/commands`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutcomePage {
    /// Incarnation of the feed.
    pub epoch: Epoch,
    /// In the order of the batch; shorter when a passing error ended it.
    pub outcomes: Vec<Outcome>,
    /// The number of the device's next command.
    pub expected_no: u64,
    /// What changed since the cursor that was sent along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<ChangePage>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_wrong_argument_is_named_and_its_value_is_not() {
        let id = "01890000-0000-7000-8000-000000000001";
        for (kind, args, field) in [
            ("paint_wall", json!({}), "kind"),
            ("noop", json!(7), "args"),
            (
                "cancel_appointment",
                json!({ "reason": "patient" }),
                "appointment_id",
            ),
            (
                "cancel_appointment",
                json!({ "appointment_id": id, "reason": "bored" }),
                "reason",
            ),
            (
                "cancel_appointment",
                json!({ "appointment_id": id, "reason": "patient", "note": 7 }),
                "note",
            ),
            (
                "cancel_appointment",
                json!({ "appointment_id": id, "reason": "patient", "colour": 7 }),
                "colour",
            ),
            (
                "put_patient",
                json!({ "patient_id": id, "name": ["Ada"] }),
                "name",
            ),
            ("undo_status", json!({ "`": 1 }), "`"),
            (
                "undo_status",
                json!({ "a`, expected b": 1 }),
                "a`, expected b",
            ),
            ("undo_status", json!({ "x".repeat(100): 1 }), "args"),
        ] {
            assert_eq!(parse_command(kind, &args), Err(field.to_owned()));
        }
    }
}
