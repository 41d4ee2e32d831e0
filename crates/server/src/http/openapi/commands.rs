//! What is asked and what was decided.

use frontdesk_domain::{AppointmentStep, Reason};
use frontdesk_protocol::MAX_BATCH;
use serde_json::{Value, json};

use super::{Schemas, date, id, instant, list, names, number, object, of, one_of, text, wall};

pub(super) fn all() -> Schemas {
    let named = [
        ("CommandBatch", command_batch()),
        ("Envelope", envelope()),
        ("Override", overriding()),
        ("SeriesVisit", series_visit()),
        ("OutcomePage", outcome_page()),
        ("Outcome", outcome()),
        ("Step", steps()),
        ("Fate", fate()),
        ("Conflict", conflict()),
        ("PutHold", put_hold()),
    ];
    named
        .map(|(name, shape)| (name.to_owned(), shape))
        .into_iter()
        .collect()
}

fn command_batch() -> Value {
    let since = object("The desk's cursor.", &[("epoch", id()), ("seq", number())]);
    let mut commands = list(&of("Envelope"));
    commands["maxItems"] = json!(MAX_BATCH);
    object(
        "Commands by rising number without a hole, decided in order, each by itself. A request that \
         is about more visits than one command may be is decided in part: send the rest, from \
         `expected_no` on, afterwards.",
        &[("device", id()), ("since?", since), ("commands", commands)],
    )
}

/// One choice for each kind that the server decides.
fn envelope() -> Value {
    let of_kind: Vec<Value> = kinds()
        .into_iter()
        .map(|(kind, about, args)| {
            object(
                about,
                &[
                    ("no", json!({ "type": "integer", "minimum": 1 })),
                    ("id", id()),
                    ("user_id?", id()),
                    ("kind", json!({ "const": kind })),
                    ("args", object("The kind's arguments.", &args)),
                    ("depends_on?", number()),
                    ("base_version?", number()),
                    ("base_epoch?", id()),
                ],
            )
        })
        .collect();
    json!({
        "description": "Another kind, or other arguments, are no error: their outcome is \
            `rejected`, `invalid`, with the `field`.",
        "oneOf": of_kind,
    })
}

type Arguments = Vec<(&'static str, Value)>;

/// Every kind with its arguments.
fn kinds() -> Vec<(&'static str, &'static str, Arguments)> {
    let step = || vec![("appointment_id", id()), ("reason?", said(2_000))];
    vec![
        ("book_appointment", "Take a slot for a patient.", book()),
        ("reschedule_appointment", "Move a visit.", reschedule()),
        (
            "update_appointment",
            "Change what a visit is about; absent fields stay.",
            update(),
        ),
        ("cancel_appointment", "Give a visit up.", cancel()),
        ("approve_appointment", "`pending` to `booked`.", step()),
        ("reject_appointment", "`pending` to `cancelled`.", step()),
        ("arrive_appointment", "`booked` to `arrived`.", step()),
        ("check_in_appointment", "`arrived` to `checked-in`.", step()),
        (
            "complete_appointment",
            "`checked-in` to `fulfilled`.",
            step(),
        ),
        (
            "mark_appointment_no_show",
            "`booked` to `noshow`, once the visit has begun.",
            step(),
        ),
        ("undo_status", "Take the last status step back.", step()),
        (
            "book_series",
            "Take several slots for a patient, all or none.",
            series(),
        ),
        ("put_patient", "Create or change a patient.", patient()),
        ("noop", "Nothing: keeps numbers dense.", Vec::new()),
    ]
}

fn book() -> Arguments {
    vec![
        ("appointment_id", id()),
        ("patient_id", id()),
        ("practitioner_id", id()),
        ("service_id", id()),
        ("location_id?", id()),
        ("starts_at", instant()),
        ("ends_at?", instant()),
        ("notes?", said(2_000)),
        ("override?", of("Override")),
    ]
}

fn reschedule() -> Arguments {
    vec![
        ("appointment_id", id()),
        ("starts_at", instant()),
        ("ends_at?", instant()),
        ("practitioner_id?", id()),
        ("location_id?", id()),
        ("override?", of("Override")),
        ("scope?", scope()),
    ]
}

fn update() -> Arguments {
    vec![
        ("appointment_id", id()),
        ("notes?", said(2_000)),
        ("patient_id?", id()),
        ("service_id?", id()),
        ("scope?", scope()),
    ]
}

fn cancel() -> Arguments {
    vec![
        ("appointment_id", id()),
        ("reason", one_of(&["patient", "clinic", "revoked"])),
        ("note?", said(2_000)),
        ("scope?", scope()),
    ]
}

fn series() -> Arguments {
    let mut visits = list(&of("SeriesVisit"));
    visits["minItems"] = json!(1);
    visits["maxItems"] = json!(200);
    vec![
        ("series_id", id()),
        ("patient_id", id()),
        ("service_id", id()),
        ("notes?", said(2_000)),
        ("override?", of("Override")),
        ("visits", visits),
    ]
}

fn patient() -> Arguments {
    vec![
        ("patient_id", id()),
        ("name", said(200)),
        ("phone?", said(40)),
        ("birth_date?", date()),
        ("notes?", said(2_000)),
    ]
}

fn series_visit() -> Value {
    object(
        "One visit of a series; exactly one of `starts_at` and `wall_start` says when.",
        &[
            ("appointment_id", id()),
            ("practitioner_id", id()),
            ("starts_at?", instant()),
            ("wall_start?", wall()),
            ("ends_at?", instant()),
            ("location_id?", id()),
        ],
    )
}

fn overriding() -> Value {
    object(
        "Rules that may be broken, and why; on a visit: which were.",
        &[("reason", said(500)), ("rules", list(&names(&reasons())))],
    )
}

fn scope() -> Value {
    one_of(&["this", "following", "all"])
}

fn said(longest: u32) -> Value {
    json!({ "type": "string", "maxLength": longest })
}

fn outcome_page() -> Value {
    object(
        "Outcomes in the order of the batch; fewer when a passing error ended it.",
        &[
            ("epoch", id()),
            ("outcomes", list(&of("Outcome"))),
            ("expected_no", number()),
            ("changes?", of("ChangePage")),
        ],
    )
}

fn outcome() -> Value {
    object(
        "What was decided, for ever.",
        &[
            ("no", number()),
            ("id", id()),
            ("outcome", one_of(&["applied", "rejected"])),
            ("seq", number()),
            ("reason?", names(&reasons())),
            ("field?", text()),
            ("conflict?", of("Conflict")),
            ("alternatives?", list(&of("Slot"))),
            ("steps?", list(&of("Step"))),
            ("changed?", list(&text())),
            ("fates?", list(&of("Fate"))),
        ],
    )
}

fn reasons() -> [Reason; 15] {
    [
        Reason::SlotTaken,
        Reason::CapacityFull,
        Reason::PatientBusy,
        Reason::LocationBusy,
        Reason::OutsideSchedule,
        Reason::InPast,
        Reason::DstGap,
        Reason::DstFold,
        Reason::OffGrid,
        Reason::IllegalStatus,
        Reason::StaleVersion,
        Reason::Dependency,
        Reason::UnknownId,
        Reason::Invalid,
        Reason::Forbidden,
    ]
}

/// The kinds of commands that are legal steps.
fn steps() -> Value {
    names(&[
        AppointmentStep::Approve,
        AppointmentStep::Reject,
        AppointmentStep::Arrive,
        AppointmentStep::CheckIn,
        AppointmentStep::Complete,
        AppointmentStep::MarkNoShow,
        AppointmentStep::Cancel,
        AppointmentStep::Undo,
    ])
}

fn fate() -> Value {
    object(
        "What would become of one visit of a series; it can be booked when there is no `reason`.",
        &[
            ("appointment_id", id()),
            ("wall_start", wall()),
            ("starts_at?", instant()),
            ("reason?", names(&reasons())),
            ("conflict?", of("Conflict")),
            ("alternatives?", list(&of("Slot"))),
        ],
    )
}

fn conflict() -> Value {
    let kinds = [
        "appointment",
        "location",
        "patient",
        "time_off",
        "closure",
        "hold",
    ];
    let by = object("A user.", &[("user_id", id()), ("name", text())]);
    object(
        "What stands in the way, by whom and since when.",
        &[
            ("kind", one_of(&kinds)),
            ("id?", id()),
            ("during", of("Interval")),
            ("by?", by),
            ("at?", instant()),
        ],
    )
}

fn put_hold() -> Value {
    object(
        "The time to keep, at most 24 hours; for a class, whose seats are held one by one, if the \
         service is said.",
        &[
            ("practitioner_id", id()),
            ("starts_at", instant()),
            ("ends_at", instant()),
            ("service_id?", id()),
        ],
    )
}
