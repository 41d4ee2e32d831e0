//! Files that are not what they are taken for, told by the line and what is wrong in it.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::import::rewritten;
use super::*;

/// An export, of which each story spoils something.
struct Spoiled {
    world: World,
    text: String,
}

impl Spoiled {
    async fn one() -> Self {
        let world = World::on(Database::Sqlite).filled().await;
        let text = world.export("clinic.ndjson").await;
        Self { world, text }
    }

    /// The number of the first line of that kind.
    fn first(&self, kind: &str) -> usize {
        let lead = format!(r#"{{"kind":"{kind}""#);
        let line = self.text.lines().position(|line| line.starts_with(&lead));
        line.unwrap() + 1
    }

    fn row(&self, number: usize) -> Value {
        serde_json::from_str(self.text.lines().nth(number - 1).unwrap()).unwrap()
    }

    /// What is said when that line is another one.
    fn refused(&self, number: usize, line: &str) -> Vec<BadLine> {
        let file = rewritten(&self.world, &self.text, |at, _| {
            (at == number).then(|| line.to_owned())
        });
        match CheckedExport::of(&file, false) {
            Err(OperateError::BadLines(bad) | OperateError::BadClinic(bad)) => bad,
            other => panic!("{line}: {other:?}"),
        }
    }

    /// The same of that line alone.
    fn told(&self, number: usize, line: &str) -> String {
        let bad = self.refused(number, line);
        let told = bad.iter().find(|bad| bad.line == number);
        told.unwrap_or_else(|| panic!("{bad:?}")).why.clone()
    }

    /// Why a file of these bytes is none.
    fn not_one(&self, bytes: &[u8]) -> String {
        let file = self.world.file("spoiled");
        std::fs::write(&file, bytes).unwrap();
        let refused = CheckedExport::of(&file, true).unwrap_err();
        let said = refused.to_string();
        assert!(
            matches!(refused, OperateError::NotAnExport { .. }),
            "{said}"
        );
        said
    }
}

/// Of what kind, where in its row, what stands there as JSON, and what is said of it.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: [Fault; 28] = [
    ("clinic", "/name", r#""""#, "1 to 200 characters"),
    ("clinic", "/name", r#""two\nlines""#, "in one line"),
    ("clinic", "/time_zone", r#""Mars/Base""#, "time zone"),
    ("clinic", "/grid_minutes", "0", "is 0, not 1 to 1440"),
    ("clinic", "/grid_minutes", "7", "does not divide a day"),
    (
        "clinic",
        "/grid_minutes",
        "2.5",
        "`grid_minutes` cannot be read",
    ),
    (
        "service",
        "/duration_minutes",
        "-5",
        "`duration_minutes` cannot be read",
    ),
    (
        "service",
        "/duration_minutes",
        "1441",
        "is 1441, not 1 to 1440",
    ),
    ("service", "/duration_minutes", r#""30""#, "expected u16"),
    ("service", "/overlap_policy", r#""never""#, "`warn`"),
    (
        "practitioner",
        "/service_ids/0",
        r#""00000000-0000-0000-0000-000000000000""#,
        "names the service",
    ),
    (
        "schedule",
        "/blocks/0/from",
        r#""09:00:30""#,
        "of the form HH:MM",
    ),
    (
        "schedule",
        "/blocks/1/until",
        r#""24:01""#,
        "`blocks[1].until`",
    ),
    (
        "schedule",
        "/blocks/0/until",
        r#""09:00""#,
        "does not end after it begins",
    ),
    ("schedule", "/blocks/0/weekday", "8", "is 8, not 1 to 7"),
    ("schedule", "/blocks/0/week", "1", "is 1, not 0 to 0"),
    (
        "schedule",
        "/blocks/0/location_id",
        r#""00000000-0000-0000-0000-000000000000""#,
        "names the location",
    ),
    (
        "schedule",
        "/blocks/0/service_ids",
        r#"["00000000-0000-0000-0000-000000000000"]"#,
        "names the service",
    ),
    ("schedule", "/cycle_weeks", "0", "is 0, not 1 to"),
    ("schedule", "/valid_from", r#""+10000-01-01""#, "1 and 9999"),
    (
        "schedule",
        "/valid_until",
        r#""2000-01-01""#,
        "before its `valid_from`",
    ),
    (
        "patient",
        "/birth_date",
        r#""2021-02-31""#,
        "`birth_date` cannot be read",
    ),
    (
        "patient",
        "/phone",
        r#""11111111111111111111111111111111111111111""#,
        "more than 40 characters",
    ),
    (
        "appointment",
        "/status",
        r#""lost""#,
        "(expected one of `pending`",
    ),
    (
        "appointment",
        "/status_path",
        r#"["cancelled"]"#,
        "does not lead to",
    ),
    (
        "appointment",
        "/ends_at",
        r#""2020-01-01T00:00:00Z""#,
        "24 hours",
    ),
    (
        "appointment",
        "/starts_at",
        r#""2026-03-02T09:00""#,
        "`starts_at` cannot be read",
    ),
    (
        "appointment",
        "/buffer_after_minutes",
        "721",
        "is 721, not 0 to 720",
    ),
];

#[tokio::test]
async fn a_field_that_no_command_could_have_written_is_named() {
    let spoiled = Spoiled::one().await;
    for (kind, field, value, why) in FAULTS {
        let value: Value = serde_json::from_str(value).unwrap();
        let number = spoiled.first(kind);
        let mut line = spoiled.row(number);
        let (of, name) = field.rsplit_once('/').unwrap();
        let of = line["row"].pointer_mut(of).unwrap();
        match name.parse::<usize>() {
            Ok(at) => of[at] = value.clone(),
            Err(_) => of[name] = value.clone(),
        }
        let told = spoiled.told(number, &line.to_string());
        assert!(told.contains(why), "{kind}{field} = {value}: {told}");
    }
}

#[tokio::test]
async fn a_line_that_is_no_row_says_why_and_nothing_of_a_patient() {
    let spoiled = Spoiled::one().await;
    let number = spoiled.first("patient");
    let row = spoiled.row(number);
    let with = |field: &str, value: Value| {
        let mut row = row.clone();
        row[field] = value;
        row.to_string()
    };
    let without_a_name = row.to_string().replacen(r#""name":"#, r#""nom":"#, 1);
    let twice = row
        .to_string()
        .replacen(r#""row":{"#, r#""row":{"name":"Ada","#, 1);
    let infinite = row
        .to_string()
        .replacen(r#""version":"#, r#""version":1e999,"v":"#, 1);
    for (line, why) in [
        (String::new(), "it is empty"),
        ("Dear Sir".to_owned(), "not JSON from column 1 on"),
        (infinite, "not JSON from column"),
        (with("kind", json!("room")), "none of clinic, location"),
        (with("id", json!("17")), "not a UUID"),
        (
            with("id", json!(uuid::Uuid::nil())),
            "not that of its `row`",
        ),
        (with("row", json!("Ada")), "its `row` cannot be read"),
        (without_a_name, "its `row`: missing field `name`"),
        (twice, "stands there twice"),
    ] {
        let told = spoiled.told(number, &line);
        assert!(
            told.contains(why) && !told.contains("Ada"),
            "{line}: {told}"
        );
    }
}

#[tokio::test]
async fn who_hangs_on_a_bad_line_is_told_which_one() {
    let spoiled = Spoiled::one().await;
    let number = spoiled.first("service");
    let mut service = spoiled.row(number);
    service["row"]["duration_minutes"] = json!(-5);
    let bad = spoiled.refused(number, &service.to_string());
    let because = format!("names the service of line {number}, which is bad itself");
    assert!(
        bad.len() > 300,
        "every practitioner and visit is of that service"
    );
    assert!(bad[1].why.contains(&because), "{}", bad[1]);
    // Whoever names them is lost with them.
    let lost = |bad: &BadLine| bad.why.ends_with("which is bad itself");
    assert!(bad[1..].iter().all(lost), "{bad:?}");
}

/// Everything is of the clinic, so that nothing is left when its line is left out.
#[tokio::test]
async fn the_clinics_own_line_comes_first_and_cannot_be_left_out() {
    let spoiled = Spoiled::one().await;
    let mut nameless = spoiled.row(2);
    nameless["row"]["name"] = json!(" ");
    let (nameless, service) = (nameless.to_string(), spoiled.row(3).to_string());
    let own = spoiled.row(2).to_string();
    for (second, third, why) in [
        (nameless.as_str(), None, "1 to 200 characters"),
        ("{", None, "not JSON"),
        (
            service.as_str(),
            Some(own.as_str()),
            "not the clinic's own line",
        ),
    ] {
        let file = rewritten(&spoiled.world, &spoiled.text, |at, _| match at {
            2 => Some(second.to_owned()),
            3 => third.map(str::to_owned),
            _ => None,
        });
        for skip_bad in [false, true] {
            let refused = CheckedExport::of(&file, skip_bad).unwrap_err();
            let said = refused.to_string();
            assert!(said.starts_with("Line 2 has to be"), "{said}");
            let OperateError::BadClinic(bad) = refused else {
                panic!("{said}");
            };
            assert!(bad[0].line == 2 && bad[0].why.contains(why), "{bad:?}");
            let late = bad.iter().find(|bad| bad.line == 3);
            let late = late.map(|bad| bad.why.as_str());
            assert_eq!(
                late,
                third.map(|_| "the clinic's own line has to be line 2")
            );
        }
    }
}

#[tokio::test]
async fn a_clinic_of_a_name_that_is_there_is_not_taken_over() {
    let spoiled = Spoiled::one().await;
    let clinic = spoiled.row(2)["id"].as_str().unwrap().to_owned();
    let other = uuid::Uuid::from_u128(7).to_string();
    let text = spoiled.text.replace(&clinic, &other);
    let file = rewritten(&spoiled.world, &text, |_, _| None);
    for world in World::each() {
        let server = world.server();
        import(&server, &spoiled.world.file("clinic.ndjson"), false)
            .await
            .unwrap();
        let refused = import(&server, &file, true).await.unwrap_err();
        assert!(matches!(refused, OperateError::NameTaken(_)), "{refused}");
        server.close();
        assert_eq!(world.verify().await.clinics, 1);
    }
}

#[tokio::test]
async fn a_file_that_is_no_whole_export_says_what_it_is() {
    let spoiled = Spoiled::one().await;
    let text = spoiled.text.as_str();
    let records = Records::open(&spoiled.world.config).unwrap();
    records.backup(&spoiled.world.file("kept")).await.unwrap();
    let backup = std::fs::read(spoiled.world.file("kept")).unwrap();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let schema = format!(r#""schema":{}"#, frontdesk_protocol::SCHEMA);
    let newer = text.replacen(&schema, r#""schema":999"#, 1);
    let (head, rows) = text.split_once('\n').unwrap();
    let header_alone = format!("{head}\n");
    let digest = hex::encode(Sha256::digest(&header_alone));
    let nobody = format!("{header_alone}{{\"rows\":0,\"sha256\":\"{digest}\"}}\n");
    let count = rows.lines().count() - 1;
    let fewer = text.replacen(&format!("{{\"rows\":{count},"), r#"{"rows":3,"#, 1);
    for (bytes, why) in [
        (&b""[..], "it is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a text in UTF-8"),
        (b"Dear Sir or Madam", "not that of an export"),
        (&marked, "byte order mark"),
        (&backup, "frontdesk-server restore"),
        (newer.as_bytes(), "a newer frontdesk-server wrote it"),
        (&text.as_bytes()[..9_000], "was cut"),
        (header_alone.as_bytes(), "was cut"),
        (nobody.as_bytes(), "no clinic in it"),
        (text.replace('\n', "\r\n").as_bytes(), "those of Windows"),
        (
            text.replacen("09:00", "08:00", 1).as_bytes(),
            "it was changed",
        ),
        (
            format!("{text}more\n").as_bytes(),
            "more behind its last line",
        ),
        (fewer.as_bytes(), "says 3 rows"),
    ] {
        let said = spoiled.not_one(bytes);
        assert!(said.contains(why), "{why}: {said}");
    }
    // What an editor adds at the end is no harm.
    let file = spoiled.world.file("spoiled");
    std::fs::write(&file, format!("{text}\n")).unwrap();
    CheckedExport::of(&file, false).unwrap();
    // A disk or a film, perhaps.
    let endless = std::fs::File::create(&file).unwrap();
    endless.set_len(17 << 20).unwrap();
    let refused = CheckedExport::of(&file, false).unwrap_err();
    assert!(
        refused.to_string().contains("more than 16 MiB"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_is_no_backup_of_this_version_says_what_it_is() {
    let spoiled = Spoiled::one().await;
    let (world, kept) = (&spoiled.world, spoiled.world.file("kept"));
    let records = Records::open(&world.config).unwrap();
    records.backup(&kept).await.unwrap();
    let text = std::fs::read_to_string(&kept).unwrap();
    let signed = |text: String| {
        let (lines, _) = text.trim_end().rsplit_once('\n').unwrap();
        let lines = format!("{lines}\n");
        let rows = lines.lines().filter(|line| line.starts_with('[')).count();
        let digest = hex::encode(Sha256::digest(&lines));
        format!("{lines}{{\"rows\":{rows},\"sha256\":\"{digest}\"}}\n")
    };
    let newer = text.replacen(r#""frontdesk_backup":"#, r#""frontdesk_backup":9"#, 1);
    let wider = text.replacen(r#""grid_minutes","#, r#""grid_minutes","colour","#, 1);
    for (file, why) in [
        (Vec::new(), "it is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0".to_vec(), "not that of a backup"),
        (spoiled.text.into_bytes(), "frontdesk-server import"),
        (newer.clone().into_bytes(), "digest does not fit"),
        (signed(newer).into_bytes(), "another version"),
        (signed(wider).into_bytes(), "another version"),
    ] {
        std::fs::write(&kept, file).unwrap();
        let said = CheckedBackup::of(&kept).unwrap_err().to_string();
        assert!(said.contains(why), "{why}: {said}");
    }
    std::fs::write(&kept, signed(text)).unwrap();
    CheckedBackup::of(&kept).unwrap();
    let folder = CheckedBackup::of(world.dir.path()).unwrap_err();
    assert!(
        matches!(folder, OperateError::Unreadable { .. }),
        "{folder}"
    );
}
