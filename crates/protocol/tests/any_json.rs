//! Whatever JSON stands where a command's arguments should: it is read, or one field is named; it
//! never brings the reader down, and no value of it is repeated.

use frontdesk_domain::Command;
use frontdesk_protocol::{CommandBatch, Envelope, parse_command};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Names that commands have, so that arguments come near to being right.
const FIELDS: [&str; 16] = [
    "appointment_id",
    "patient_id",
    "practitioner_id",
    "service_id",
    "location_id",
    "starts_at",
    "ends_at",
    "notes",
    "reason",
    "note",
    "scope",
    "override",
    "series_id",
    "visits",
    "name",
    "birth_date",
];

fn config() -> ProptestConfig {
    let long = std::env::var("FRONTDESK_LONG").is_ok_and(|value| value == "1");
    ProptestConfig {
        cases: if long { 200_000 } else { 1_000 },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("01890000-0000-7000-8000-000000000001")),
        Just(json!("2027-03-02T09:00:00Z")),
        Just(json!("+262143-12-31T23:59:59.999999999Z")),
        Just(json!("-262144-01-01T00:00:00Z")),
        Just(json!("2027-03-28")),
        Just(json!("patient")),
        Just(json!("following")),
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            fields(inner.clone()),
            prop::collection::btree_map(".{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn fields(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let field = (prop::sample::select(&FIELDS[..]), value);
    prop::collection::vec(field, 0..10).prop_map(|fields| {
        let named = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(named.collect::<Map<_, _>>())
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_arguments_of_any_kind_are_a_command_or_one_wrong_field(
        kind in prop::sample::select(&Command::KINDS[..]),
        args in prop_oneof![fields(anything()), anything()],
    ) {
        match parse_command(kind, &args) {
            // What was read can be written, and is the same when it is read again.
            Ok(command) => {
                let Value::Object(tagged) = json!(command) else {
                    return Err(TestCaseError::fail("a command is an object"));
                };
                let again = parse_command(kind, &tagged["args"]);
                prop_assert_eq!(again.map(|command| json!(command)), Ok(json!(command)));
            }
            Err(field) => prop_assert!(
                has_key(&args, &field) || is_a_word_of_the_protocol(&field),
                "{field} is neither there nor a name that could be missing: {args}"
            ),
        }
    }

    #[test]
    fn any_bytes_are_a_batch_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(serde_json::from_slice::<CommandBatch>(&bytes).is_err());
    }

    #[test]
    fn any_json_is_an_envelope_or_an_error(mut envelope in anything(), no in any::<u64>()) {
        if let Some(fields) = envelope.as_object_mut() {
            fields.insert("no".to_owned(), no.into());
            fields.insert("kind".to_owned(), json!("noop"));
        }
        if let Ok(read) = serde_json::from_value::<Envelope>(envelope) {
            prop_assert_eq!(read.no, no);
        }
    }
}

fn has_key(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(fields) => {
            fields.contains_key(name) || fields.values().any(|inner| has_key(inner, name))
        }
        Value::Array(items) => items.iter().any(|inner| has_key(inner, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What is missing has a name of ours: no value that somebody sent comes back.
fn is_a_word_of_the_protocol(field: &str) -> bool {
    field == "args" || FIELDS.contains(&field) || ["rules"].contains(&field)
}
