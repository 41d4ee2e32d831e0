//! Whatever JSON stands where a command's arguments should: it is read, or one field is named; it
//! never brings the reader down, and no value of it is repeated.

use frontdesk_domain::Command;
use frontdesk_protocol::{CommandBatch, Envelope, parse_command};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
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
        rng_seed: if long {
            RngSeed::Random
        } else {
            RngSeed::Fixed(7)
        },
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
        is_a_command_or_one_wrong_field(kind, &args)?;
    }

    #[test]
    fn any_bytes_are_a_batch_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(serde_json::from_slice::<CommandBatch>(&bytes).is_err());
    }

    #[test]
    fn a_batch_that_was_tampered_with_is_read_as_it_stands_or_its_fault_is_located(
        commands in prop::collection::vec(prop::sample::select(samples()), 1..4),
        edits in prop::collection::vec(edit(), 0..4),
    ) {
        let mut batch = batch_of(commands);
        let touched: Vec<_> = edits.iter().filter_map(|edit| edit.make(&mut batch)).collect();
        let text = serde_json::to_string_pretty(&batch).unwrap_or_default();
        match serde_json::from_str::<CommandBatch>(&text) {
            Ok(read) => is_the_same(&read, &text)?,
            Err(error) => {
                prop_assert!(error.is_data(), "{error}");
                if let [only] = &touched[..] {
                    only.is_what_is_meant(&batch, &error)?;
                } else {
                    prop_assert!(!touched.is_empty(), "nobody touched it: {error}");
                    prop_assert!((1..=text.lines().count()).contains(&error.line()));
                }
            }
        }
    }
}

/// Arguments that are right, of every kind.
fn samples() -> Vec<(&'static str, Value)> {
    let (id, at) = (ID, "2027-03-02T09:00:00Z");
    let overriding = json!({ "reason": "urgent", "rules": ["slot_taken"] });
    let visit = json!({ "appointment_id": id, "practitioner_id": id, "starts_at": at });
    Command::KINDS
        .map(|kind| {
            let args = match kind {
                "book_appointment" => json!({ "appointment_id": id, "patient_id": id,
                "practitioner_id": id, "service_id": id, "location_id": id, "starts_at": at,
                "ends_at": at, "notes": "asks for a window", "override": overriding }),
                "reschedule_appointment" => json!({ "appointment_id": id, "starts_at": at,
                "practitioner_id": id, "scope": "following" }),
                "update_appointment" => {
                    json!({ "appointment_id": id, "notes": "", "service_id": id })
                }
                "cancel_appointment" => json!({ "appointment_id": id, "reason": "patient",
                "note": "ill", "scope": "all" }),
                "book_series" => json!({ "series_id": id, "patient_id": id, "service_id": id,
                "visits": [visit, { "appointment_id": id, "practitioner_id": id,
                    "wall_start": "2027-03-09T10:00" }] }),
                "put_patient" => {
                    json!({ "patient_id": id, "name": "Ada", "birth_date": "1990-03-02" })
                }
                "noop" => json!({}),
                _ => json!({ "appointment_id": id, "reason": "said so" }),
            };
            (kind, args)
        })
        .to_vec()
}

const ID: &str = "01890000-0000-7000-8000-000000000001";

#[test]
fn every_sample_is_a_command() {
    for (kind, args) in samples() {
        assert!(parse_command(kind, &args).is_ok(), "{kind}: {args}");
    }
}

fn batch_of(commands: Vec<(&'static str, Value)>) -> Value {
    let commands: Vec<_> = (1_u64..)
        .zip(commands)
        .map(|(no, (kind, args))| {
            json!({ "no": no, "id": ID, "user_id": ID, "kind": kind, "args": args,
                "depends_on": no - 1, "base_version": u64::MAX, "base_epoch": ID })
        })
        .collect();
    json!({ "device": ID, "since": { "epoch": ID, "seq": 7 }, "commands": commands })
}

/// One change somewhere in a batch.
#[derive(Debug, Clone)]
enum Edit {
    Drop(prop::sample::Index),
    Replace(prop::sample::Index, Value),
    Add(prop::sample::Index, String, Value),
}

/// Where it happened.
#[derive(Debug)]
enum Touched {
    Dropped(String),
    Changed(String),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = any::<prop::sample::Index>;
    let name = prop_oneof![
        ".{0,8}",
        prop::sample::select(&FIELDS[..]).prop_map(str::to_owned)
    ];
    prop_oneof![
        place().prop_map(Edit::Drop),
        (place(), leaf()).prop_map(|(at, value)| Edit::Replace(at, value)),
        (place(), name, anything()).prop_map(|(at, name, value)| Edit::Add(at, name, value)),
    ]
}

impl Edit {
    /// Nothing where it does not fit, such as a member of what is no object.
    fn make(&self, batch: &mut Value) -> Option<Touched> {
        let (Self::Drop(at) | Self::Replace(at, _) | Self::Add(at, ..)) = self;
        let places = places(batch, "");
        let place = at.get(&places);
        match self {
            Self::Drop(_) => {
                let (parent, name) = place.rsplit_once('/')?;
                let members = batch.pointer_mut(parent)?.as_object_mut()?;
                members
                    .remove(&unescaped(name))
                    .map(|_| Touched::Dropped(place.clone()))
            }
            Self::Replace(_, value) => {
                value.clone_into(batch.pointer_mut(place)?);
                Some(Touched::Changed(place.clone()))
            }
            Self::Add(_, name, value) => {
                let members = batch.pointer_mut(place)?.as_object_mut()?;
                members.insert(name.clone(), value.clone());
                Some(Touched::Changed(format!("{place}/{}", escaped(name))))
            }
        }
    }
}

impl Touched {
    /// The one fault: what is missing is named, and what is wrong stands in the line that is told.
    fn is_what_is_meant(
        &self,
        batch: &Value,
        error: &serde_json::Error,
    ) -> Result<(), TestCaseError> {
        match self {
            Self::Dropped(place) => {
                let name = place.rsplit('/').next().unwrap_or_default();
                let missing = format!("missing field `{name}`");
                prop_assert!(error.to_string().contains(&missing), "{error}: {place}");
            }
            Self::Changed(place) => {
                let mut marked = batch.clone();
                if let Some(there) = marked.pointer_mut(place) {
                    *there = json!("the mark");
                }
                let text = serde_json::to_string_pretty(&marked).unwrap_or_default();
                let line = text.lines().position(|line| line.contains("the mark"));
                prop_assert_eq!(
                    line.map(|line| line + 1),
                    Some(error.line()),
                    "{} {}",
                    place,
                    error
                );
            }
        }
        Ok(())
    }
}

/// JSON pointers to everything in it.
fn places(value: &Value, here: &str) -> Vec<String> {
    let inside: Vec<_> = match value {
        Value::Object(members) => {
            let named = members.iter();
            named.map(|(name, value)| (escaped(name), value)).collect()
        }
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered
                .map(|(at, value)| (at.to_string(), value))
                .collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let below = inside
        .iter()
        .flat_map(|(name, value)| places(value, &format!("{here}/{name}")));
    std::iter::once(here.to_owned()).chain(below).collect()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

/// Written again it says what was read, member by member, and each of its commands keeps its promise.
fn is_the_same(read: &CommandBatch, text: &str) -> Result<(), TestCaseError> {
    let asked: Value = serde_json::from_str(text).unwrap_or_default();
    let again = serde_json::from_value::<Vec<Envelope>>(json!(read.commands));
    prop_assert_eq!(&again.unwrap_or_default(), &read.commands);
    prop_assert_eq!(
        known(&asked, &["device", "since", "commands"]).len(),
        json!(read).as_object().map_or(0, Map::len)
    );
    let commands = asked["commands"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    prop_assert_eq!(commands.len(), read.commands.len());
    for (asked, read) in commands.iter().zip(&read.commands) {
        prop_assert_eq!(Value::Object(known(asked, &ENVELOPE)), json!(read));
        is_a_command_or_one_wrong_field(&read.kind, &read.args)?;
    }
    Ok(())
}

const ENVELOPE: [&str; 8] = [
    "no",
    "id",
    "user_id",
    "kind",
    "args",
    "depends_on",
    "base_version",
    "base_epoch",
];

/// What an older reader understands of it: an unknown member is left out, and so is one that says
/// nothing.
fn known(value: &Value, names: &[&str]) -> Map<String, Value> {
    let members = value.as_object().into_iter().flatten();
    let members = members.filter(|(name, value)| {
        names.contains(&name.as_str()) && (!value.is_null() || *name == "args")
    });
    members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn is_a_command_or_one_wrong_field(kind: &str, args: &Value) -> Result<(), TestCaseError> {
    match parse_command(kind, args) {
        // What was read can be written, and is the same when it is read again.
        Ok(command) => {
            let Value::Object(tagged) = json!(command) else {
                return Err(TestCaseError::fail("a command is an object"));
            };
            let again = parse_command(kind, &tagged["args"]);
            prop_assert_eq!(again.map(|command| json!(command)), Ok(json!(command)));
        }
        Err(field) => prop_assert!(
            has_key(args, &field) || is_a_word_of_the_protocol(&field),
            "{field} is neither there nor a name that could be missing: {args}"
        ),
    }
    Ok(())
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
    ["args", "kind"].contains(&field) || FIELDS.contains(&field) || ["rules"].contains(&field)
}
