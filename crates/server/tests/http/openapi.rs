//! The description is true: real answers are of the shapes that it tells.

use frontdesk_domain::Command;
use frontdesk_protocol::{parse_command, path};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Answer, Desk, World, envelope};

const HOLD: &str = "/v1/holds/{hold_id}";

#[tokio::test]
async fn every_path_of_the_protocol_is_described_and_nothing_else() {
    let mut described: Vec<String> = description()["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    described.sort_unstable();
    let mut known = [
        path::SESSION,
        path::FEED,
        path::SNAPSHOT,
        path::CHANGES,
        path::COMMANDS,
        path::EVENTS,
        path::AVAILABILITY,
        path::HEALTHZ,
        path::READYZ,
        path::METRICS,
        path::OPENAPI,
        path::DOCS,
        HOLD,
    ];
    known.sort_unstable();
    assert_eq!(described, known);
}

#[tokio::test]
async fn answers_about_sessions_have_the_described_shapes() {
    let world = World::start().await;
    let api = description();
    let desk = world.desk("therapist").await;
    for (user, password) in [("therapist", "frontdesk-demo"), ("nobody", "x")] {
        let answer = world.sign_in(user, password, desk.device).await;
        assert_described(&api, path::SESSION, "post", &answer);
    }
    let desk = world.desk("reception1").await;
    assert_described(&api, path::SESSION, "delete", &desk.sign_out().await);
    assert_described(&api, path::FEED, "get", &desk.get("/v1/feed").await);
}

#[tokio::test]
async fn answers_about_commands_have_the_described_shapes() {
    let world = World::start().await;
    let api = description();
    let desk = world.desk("reception1").await;
    for answer in [
        booked_and_refused(&desk).await,
        desk.send(&[envelope(9, "noop", &json!({}))]).await,
        desk.post("/v1/commands", "{").await,
        desk.post("/v1/commands", vec![b' '; 2 << 20]).await,
    ] {
        assert_described(&api, path::COMMANDS, "post", &answer);
    }
}

#[tokio::test]
async fn answers_about_holds_have_the_described_shapes() {
    let world = World::start().await;
    let api = description();
    let (desk, other) = (
        world.desk("reception1").await,
        world.desk("reception2").await,
    );
    let practitioner = desk.directory().await.practitioners[0];
    let hold = json!({ "practitioner_id": practitioner, "starts_at": "2026-03-02T09:00:00Z",
                       "ends_at": "2026-03-02T09:30:00Z" });
    fits(
        &api,
        &json!({ "$ref": "#/components/schemas/PutHold" }),
        &hold,
    )
    .unwrap();
    let path = format!("/v1/holds/{practitioner}");
    for (desk, body) in [
        (&desk, hold.to_string()),
        (&other, hold.to_string()),
        (&desk, "{".into()),
    ] {
        let answer = desk.ask_with("PUT", &path, body).await;
        assert_described(&api, HOLD, "put", &answer);
    }
    assert_snapshot(&api, &desk.snapshot().await);
    for desk in [&other, &desk] {
        let answer = desk.ask_with("DELETE", &path, "").await;
        assert_described(&api, HOLD, "delete", &answer);
    }
}

/// Steps, changed fields and fates: what a refusal tells beside its reason.
#[tokio::test]
async fn helpful_refusals_have_the_described_shapes() {
    let world = World::start().await;
    let api = description();
    let mut desk = world.desk("reception1").await;
    let directory = desk.directory().await;
    let book = directory.booking(0, 0, "2026-03-02T09:00:00Z");
    let visit = json!({ "appointment_id": book["appointment_id"] });
    let seen = desk.decide("book_appointment", book.clone()).await["seq"].clone();
    desk.decide("arrive_appointment", visit.clone()).await;
    let early = desk.decide("complete_appointment", visit.clone()).await;
    assert!(!early["steps"].as_array().unwrap().is_empty(), "{early}");
    let mut stale = envelope(desk.next_no, "check_in_appointment", &visit);
    stale["base_version"] = seen;
    let stale = desk.send(&[stale]).await.body["outcomes"][0].clone();
    desk.next_no += 1;
    assert_eq!(stale["reason"], "stale_version", "{stale}");
    assert!(!stale["changed"].as_array().unwrap().is_empty(), "{stale}");
    let at = |starts_at: &str| {
        json!({ "appointment_id": Uuid::from_u128(rand::random()),
        "practitioner_id": directory.practitioners[0], "starts_at": starts_at })
    };
    let series = json!({ "series_id": Uuid::from_u128(3), "patient_id": directory.patients[1],
        "service_id": directory.service,
        "visits": [at("2026-03-02T09:00:00Z"), at("2026-03-09T09:00:00Z")] });
    let series = desk.decide("book_series", series).await;
    assert_eq!(series["fates"].as_array().unwrap().len(), 2, "{series}");
    let shape = json!({ "$ref": "#/components/schemas/Outcome" });
    for outcome in [early, stale, series] {
        fits(&api, &shape, &outcome).unwrap();
    }
    assert_snapshot(&api, &desk.snapshot().await);
}

#[tokio::test]
async fn reads_have_the_described_shapes() {
    let world = World::start().await;
    let api = description();
    let desk = world.desk("manager").await;
    booked_and_refused(&desk).await;
    let service = desk.directory().await.service;
    let epoch = desk.feed().await["epoch"].as_str().unwrap().to_owned();
    let day = "from=2026-03-02&to=2026-03-02";
    for (path, query) in [
        (path::FEED, String::new()),
        (path::CHANGES, format!("epoch={epoch}&since=1")),
        (path::CHANGES, format!("epoch={epoch}&since=0")),
        (path::AVAILABILITY, format!("service={service}&{day}")),
        (path::AVAILABILITY, format!("service={epoch}&{day}")),
        (path::HEALTHZ, String::new()),
        (path::READYZ, String::new()),
        (path::METRICS, String::new()),
        (path::OPENAPI, String::new()),
    ] {
        let answer = desk.get(&format!("{path}?{query}")).await;
        assert_described(&api, path, "get", &answer);
    }
    assert_snapshot(&api, &desk.snapshot().await);
}

/// A sample of every kind is understood by the server and fits the description, and nothing that the
/// server decides is left out.
#[tokio::test]
async fn every_kind_of_command_is_described_as_the_server_reads_it() {
    let api = description();
    let described = api["components"]["schemas"]["Envelope"]["oneOf"].as_array();
    let described: Vec<&str> = described
        .unwrap()
        .iter()
        .map(|choice| choice["properties"]["kind"]["const"].as_str().unwrap())
        .collect();
    assert_eq!(described, Command::KINDS);
    let envelope_shape = json!({ "$ref": "#/components/schemas/Envelope" });
    for choice in api["components"]["schemas"]["Envelope"]["oneOf"]
        .as_array()
        .unwrap()
    {
        let kind = choice["properties"]["kind"]["const"].as_str().unwrap();
        let mut args = sample(&api, &choice["properties"]["args"]);
        if let Some(visits) = args.get_mut("visits") {
            visits[0].as_object_mut().unwrap().remove("wall_start");
        }
        let sent = envelope(1, kind, &args);
        fits(&api, &envelope_shape, &sent).unwrap();
        assert!(parse_command(kind, &args).is_ok(), "{kind}: {args}");
    }
}

/// A value with every member that is described.
pub(crate) fn sample(api: &Value, shape: &Value) -> Value {
    if let Some(name) = shape["$ref"].as_str() {
        return sample(api, api.pointer(name.trim_start_matches('#')).unwrap());
    }
    if let Some(first) = shape["enum"].as_array() {
        return first[0].clone();
    }
    match (shape["type"].as_str().unwrap(), shape["format"].as_str()) {
        ("object", _) => {
            let members = shape["properties"].as_object().unwrap().iter();
            members
                .map(|(name, shape)| (name.clone(), sample(api, shape)))
                .collect()
        }
        ("array", _) => json!([sample(api, &shape["items"])]),
        (_, Some("uuid")) => json!("01890000-0000-7000-8000-000000000001"),
        (_, Some("date-time")) => json!("2026-03-02T09:00:00Z"),
        (_, Some("date")) => json!("1990-03-02"),
        ("string", _) if shape["pattern"].is_string() => json!("2026-03-02T10:00"),
        ("string", _) => json!("said"),
        (other, _) => panic!("no sample of {other}"),
    }
}

async fn booked_and_refused(desk: &Desk) -> Answer {
    let directory = desk.directory().await;
    let book = |patient| directory.booking(patient, 0, "2026-03-02T09:00:00Z");
    let commands = [
        envelope(1, "book_appointment", &book(0)),
        envelope(2, "book_appointment", &book(1)),
        envelope(3, "what", &json!({})),
    ];
    let since = json!({ "epoch": desk.feed().await["epoch"], "seq": 1 });
    let body = json!({ "device": desk.device, "since": since, "commands": commands });
    desk.post("/v1/commands", body.to_string()).await
}

pub(crate) fn description() -> Value {
    let text = serde_json::to_string(&frontdesk_server::openapi()).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn whatever_is_refused_for_now_is_described_with_when_to_come_back() {
    let api = description();
    let mut refusals = 0;
    for item in api["paths"].as_object().unwrap().values() {
        let methods = ["get", "post", "put", "delete"].map(|method| &item[method]["responses"]);
        for responses in methods.iter().filter_map(|responses| responses.as_object()) {
            for (status, response) in responses {
                let told = response["headers"]["Retry-After"]["required"] == true;
                assert_eq!(told, ["413", "429", "503"].contains(&status.as_str()));
                refusals += u32::from(told);
            }
        }
    }
    assert!(refusals > 9, "{refusals}");
}

fn assert_described(api: &Value, path: &str, method: &str, answer: &Answer) {
    let responses = &api["paths"][path][method]["responses"];
    let response = &responses[answer.status.as_str()];
    assert!(response.is_object(), "{path} answers {}", answer.status);
    for name in response["headers"].as_object().into_iter().flatten() {
        assert!(answer.headers.contains_key(name.0), "{path}: {}", name.0);
    }
    let Some(content) = response["content"].as_object() else {
        assert_eq!(answer.body, Value::String(String::new()));
        return;
    };
    let kind = answer.headers["content-type"].to_str().unwrap();
    let schema = &content[kind]["schema"];
    fits(api, schema, &answer.body).unwrap_or_else(|why| panic!("{path}: {why}"));
}

fn assert_snapshot(api: &Value, lines: &[Value]) {
    for (index, line) in lines.iter().enumerate() {
        let name = match index {
            0 => "SnapshotHeader",
            last if last == lines.len() - 1 => "SnapshotTrailer",
            _ => "SnapshotRow",
        };
        fits(api, &api["components"]["schemas"][name], line).unwrap();
    }
}

/// As much of JSON Schema as the description uses.
fn fits(api: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = api.pointer(name.trim_start_matches('#'));
        return fits(api, target.ok_or(format!("no {name}"))?, value);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices
            .iter()
            .filter(|choice| fits(api, choice, value).is_ok());
        return match fitting.count() {
            1 => Ok(()),
            count => Err(format!("{value} fits {count} choices")),
        };
    }
    let wrong = || Err(format!("{value} is not {schema}"));
    if schema.get("const").is_some_and(|only| only != value) {
        return wrong();
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|all| !all.contains(value))
    {
        return wrong();
    }
    match schema["type"].as_str() {
        Some("object") => members_fit(api, schema, value),
        Some("array") => {
            let items = value.as_array().ok_or(format!("{value} is not a list"))?;
            items
                .iter()
                .try_for_each(|item| fits(api, &schema["items"], item))
        }
        Some("string") if !value.is_string() => wrong(),
        Some("integer") if !value.is_u64() => wrong(),
        Some("boolean") if !value.is_boolean() => wrong(),
        _ => Ok(()),
    }
}

fn members_fit(api: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let members = value
        .as_object()
        .ok_or(format!("{value} is not an object"))?;
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap()) {
            return Err(format!("{name} is missing in {value}"));
        }
    }
    for (name, member) in members {
        match schema["properties"].get(name) {
            Some(schema) => fits(api, schema, member)?,
            None if schema["additionalProperties"] == false => {
                return Err(format!("{name} is not described"));
            }
            None => {}
        }
    }
    Ok(())
}
