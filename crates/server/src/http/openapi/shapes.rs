//! Everything but rows.

use frontdesk_protocol::{Code, GoneReason};
use serde_json::Value;

use super::{
    Schemas, date, id, instant, list, names, number, object, of, one_of, text, wall, yes_or_no,
};

pub(super) fn all() -> Schemas {
    let named = [
        ("SignIn", sign_in()),
        ("SessionOpened", session_opened()),
        ("Feed", feed()),
        ("ChangePage", change_page()),
        ("Removed", removed()),
        ("Interval", interval()),
        ("Slot", slot()),
        ("Availability", availability()),
        ("SnapshotHeader", snapshot_header()),
        ("SnapshotTrailer", snapshot_trailer()),
        ("Head", head()),
        ("Bye", bye()),
        ("Problem", problem()),
    ];
    named
        .map(|(name, shape)| (name.to_owned(), shape))
        .into_iter()
        .collect()
}

fn sign_in() -> Value {
    let device = object(
        "The desk that asks.",
        &[("id", id()), ("name", text()), ("secret?", text())],
    );
    object(
        "Who signs in, where.",
        &[("user", text()), ("password", text()), ("device", device)],
    )
}

fn session_opened() -> Value {
    let user = object(
        "The signed-in user.",
        &[
            ("id", id()),
            ("name", text()),
            ("role", one_of(&["receptionist", "practitioner", "manager"])),
            ("practitioner_id?", id()),
        ],
    );
    let clinic = object(
        "The user's clinic.",
        &[("id", id()), ("name", text()), ("time_zone", text())],
    );
    let device = object(
        "What the server knows of the desk.",
        &[("id", id()), ("expected_no", number())],
    );
    object(
        "An open session.",
        &[
            ("token", text()),
            ("expires_at", instant()),
            ("user", user),
            ("clinic", clinic),
            ("device", device),
        ],
    )
}

fn feed() -> Value {
    object(
        "Where the feed stands; changes up to `floor` are no longer kept.",
        &[
            ("clinic", id()),
            ("epoch", id()),
            ("seq", number()),
            ("floor", number()),
            ("schema", number()),
            ("server_time", instant()),
        ],
    )
}

fn change_page() -> Value {
    object(
        "The net effect of (from, to], cut only between transactions.",
        &[
            ("epoch", id()),
            ("from", number()),
            ("to", number()),
            ("head", number()),
            ("upserts", list(&of("Upsert"))),
            ("removed", list(&of("Removed"))),
            ("device_ack", number()),
            ("more", yes_or_no()),
        ],
    )
}

fn removed() -> Value {
    object(
        "A row that is gone.",
        &[("kind", of("Kind")), ("id", id()), ("seq", number())],
    )
}

fn interval() -> Value {
    object(
        "Half-open.",
        &[("starts_at", instant()), ("ends_at", instant())],
    )
}

fn slot() -> Value {
    object(
        "A free slot: computed, never stored.",
        &[
            ("practitioner_id", id()),
            ("service_id", id()),
            ("location_id?", id()),
            ("starts_at", instant()),
            ("ends_at", instant()),
            ("wall_start", wall()),
        ],
    )
}

fn availability() -> Value {
    let as_of = object(
        "Where the feed stood.",
        &[("epoch", id()), ("seq", number())],
    );
    object(
        "Free slots by start, then practitioner.",
        &[("as_of", as_of), ("slots", list(&of("Slot")))],
    )
}

fn snapshot_header() -> Value {
    object(
        "First line.",
        &[
            ("id", id()),
            ("epoch", id()),
            ("seq", number()),
            ("schema", number()),
            ("since_date", date()),
            ("rows", number()),
        ],
    )
}

fn snapshot_trailer() -> Value {
    object(
        "Last line: the digest covers every byte before it.",
        &[("rows", number()), ("sha256", text())],
    )
}

fn head() -> Value {
    object(
        "Event `head`.",
        &[
            ("epoch", id()),
            ("seq", number()),
            ("server_time", instant()),
        ],
    )
}

fn bye() -> Value {
    object("Event `bye`.", &[("retry_after_ms", number())])
}

fn problem() -> Value {
    let codes = [
        Code::BadRequest,
        Code::Unauthorized,
        Code::WrongPassword,
        Code::Forbidden,
        Code::DeviceMismatch,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::CommandGap,
        Code::CommandReused,
        Code::SlotTaken,
        Code::Gone,
        Code::TooLarge,
        Code::InvalidEnvelope,
        Code::TooManyRequests,
        Code::Internal,
        Code::Unavailable,
    ];
    let gone = [
        GoneReason::Epoch,
        GoneReason::Floor,
        GoneReason::Ahead,
        GoneReason::Schema,
    ];
    object(
        "Every error (RFC 9457).",
        &[
            ("type", text()),
            ("title", text()),
            ("status", number()),
            ("code", names(&codes)),
            ("detail", text()),
            ("request_id?", text()),
            ("expected_no?", number()),
            ("reason?", names(&gone)),
            ("conflict?", of("Conflict")),
        ],
    )
}
