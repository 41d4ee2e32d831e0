//! The clinic's rows.

use serde_json::{Value, json};

use super::{Schemas, date, id, instant, list, number, object, of, one_of, text, wall, yes_or_no};

const KINDS: [(&str, &str); 9] = [
    ("clinic", "Clinic"),
    ("location", "Location"),
    ("practitioner", "Practitioner"),
    ("service", "Service"),
    ("patient", "Patient"),
    ("schedule", "Schedule"),
    ("exception", "Exception"),
    ("appointment", "Appointment"),
    ("hold", "Hold"),
];

pub(super) fn all() -> Schemas {
    let named = [
        ("Clinic", clinic()),
        ("Location", location()),
        ("Practitioner", practitioner()),
        ("Service", service()),
        ("Patient", patient()),
        ("Schedule", schedule()),
        ("ScheduleBlock", schedule_block()),
        ("Exception", exception()),
        ("Appointment", appointment()),
        ("Hold", hold()),
        ("Kind", one_of(&KINDS.map(|(kind, _)| kind))),
        ("SnapshotRow", a_row_with(&[("id", id())])),
        (
            "Upsert",
            a_row_with(&[
                ("id", id()),
                ("actor", id()),
                ("device", id()),
                ("at", instant()),
                ("seq", number()),
            ]),
        ),
    ];
    named
        .map(|(name, shape)| (name.to_owned(), shape))
        .into_iter()
        .collect()
}

/// One of the kinds, each with its own row, and these members beside.
fn a_row_with(members: &[(&str, Value)]) -> Value {
    let of_kind = KINDS.map(|(kind, row)| {
        let mut shape = object(
            "A row.",
            &[("kind", json!({ "const": kind })), ("row", of(row))],
        );
        for (name, member) in members {
            shape["properties"][name] = member.clone();
            if let Some(required) = shape["required"].as_array_mut() {
                required.push(json!(name));
            }
        }
        shape
    });
    json!({ "oneOf": of_kind })
}

fn clinic() -> Value {
    object(
        "A tenant with its own feed, zone and grid.",
        &[
            ("clinic_id", id()),
            ("name", text()),
            ("time_zone", text()),
            ("grid_minutes", number()),
            ("version", number()),
        ],
    )
}

fn location() -> Value {
    object(
        "A room or a piece of equipment.",
        &[
            ("location_id", id()),
            ("name", text()),
            ("kind", one_of(&["room", "equipment"])),
            ("capacity", number()),
            ("active", yes_or_no()),
            ("version", number()),
        ],
    )
}

fn practitioner() -> Value {
    object(
        "A therapist or doctor.",
        &[
            ("practitioner_id", id()),
            ("name", text()),
            ("service_ids", list(&id())),
            ("active", yes_or_no()),
            ("version", number()),
        ],
    )
}

fn service() -> Value {
    let up_to = object("At most so many at once.", &[("up_to", number())]);
    object(
        "What can be booked.",
        &[
            ("service_id", id()),
            ("name", text()),
            ("duration_minutes", number()),
            ("buffer_before_minutes", number()),
            ("buffer_after_minutes", number()),
            ("capacity", number()),
            ("needs_approval", yes_or_no()),
            (
                "overlap_policy",
                json!({ "oneOf": [one_of(&["exclusive", "warn"]), up_to] }),
            ),
            ("active", yes_or_no()),
            ("version", number()),
        ],
    )
}

fn patient() -> Value {
    object(
        "A person who is treated.",
        &[
            ("patient_id", id()),
            ("name", text()),
            ("phone?", text()),
            ("birth_date?", date()),
            ("notes?", text()),
            ("version", number()),
        ],
    )
}

fn schedule() -> Value {
    object(
        "A version of a practitioner's weekly hours; the week of a date is \
         (Monday(date) − Monday(valid_from)) / 7 mod cycle_weeks.",
        &[
            ("schedule_id", id()),
            ("practitioner_id", id()),
            ("valid_from", date()),
            ("valid_until?", date()),
            ("cycle_weeks", number()),
            ("blocks", list(&of("ScheduleBlock"))),
            ("version", number()),
        ],
    )
}

fn schedule_block() -> Value {
    let time = || json!({ "type": "string", "pattern": "^\\d{2}:\\d{2}$" });
    object(
        "One block of weekly hours, in wall time.",
        &[
            ("week", number()),
            (
                "weekday",
                json!({ "type": "integer", "minimum": 1, "maximum": 7 }),
            ),
            ("from", time()),
            ("until", time()),
            ("location_id?", id()),
            ("service_ids?", list(&id())),
        ],
    )
}

fn exception() -> Value {
    object(
        "A dated deviation from the weekly hours; the whole clinic's without a practitioner.",
        &[
            ("exception_id", id()),
            ("practitioner_id?", id()),
            ("kind", one_of(&["time_off", "closure", "extra_hours"])),
            ("from", wall()),
            ("until", wall()),
            ("reason", text()),
            ("version", number()),
        ],
    )
}

fn appointment() -> Value {
    let status = [
        "pending",
        "booked",
        "arrived",
        "checked-in",
        "fulfilled",
        "cancelled",
        "noshow",
    ];
    object(
        "A visit: a fact, decided by the server.",
        &[
            ("appointment_id", id()),
            ("practitioner_id", id()),
            ("patient_id", id()),
            ("service_id", id()),
            ("location_id?", id()),
            ("starts_at", instant()),
            ("ends_at", instant()),
            ("status", one_of(&status)),
            ("status_path?", list(&one_of(&status))),
            ("series_id?", id()),
            ("override?", of("Override")),
            ("wall_start", wall()),
            ("notes?", text()),
            ("buffer_before_minutes", number()),
            ("buffer_after_minutes", number()),
            ("cancel_reason?", one_of(&["patient", "clinic", "revoked"])),
            ("cancel_note?", text()),
            ("taken_by", id()),
            ("taken_by_name", text()),
            ("taken_at", instant()),
            ("version", number()),
        ],
    )
}

fn hold() -> Value {
    object(
        "A slot kept while a booking dialog is open; it blocks other desks until it expires.",
        &[
            ("hold_id", id()),
            ("practitioner_id", id()),
            ("starts_at", instant()),
            ("ends_at", instant()),
            ("user_id", id()),
            ("user_name", text()),
            ("device_id", id()),
            ("expires_at", instant()),
            ("version", number()),
        ],
    )
}
