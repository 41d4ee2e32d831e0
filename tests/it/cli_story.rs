//! The two programs as a terminal or a script sees them: exit codes, sentences, output.

use frontdesk_desk::view::{DaySheet, SlotOffer};
use frontdesk_tests::{Clinic, PASSWORD, Program, Ran, TestDesk};
use serde_json::Value;
use tempfile::TempDir;

const SERVER: &str = "frontdesk-server";
const DESK: &str = "frontdesk";

#[tokio::test(flavor = "multi_thread")]
async fn the_server_prints_one_line_when_it_is_ready_and_ends_gracefully() {
    let folder = tempfile::tempdir().unwrap();
    let args = [
        "serve",
        "--data",
        path(&folder),
        "--listen",
        "127.0.0.1:0",
        "--demo",
    ];
    let mut server = Program::start(SERVER, &args, &[]);
    let line = server.line().await;
    let address = line
        .strip_prefix("listening on http://127.0.0.1:")
        .expect(&line);
    assert!(address.parse::<u16>().unwrap() > 0);
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_server_says_who_can_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let args = [
        "serve",
        "--data",
        path(&folder),
        "--listen",
        "not an address",
        "--demo",
    ];
    let ran = run(SERVER, &args, &[]).await;
    assert_fails(&ran, 6, "--listen");

    let args = [
        "serve",
        "--data",
        path(&folder),
        "--listen",
        "127.0.0.1:0",
        "--demo",
    ];
    let said = Program::start_and_read_complaints(SERVER, &args, "demo sign-ins:").await;
    for name in ["reception1", "reception2", "therapist", "manager", PASSWORD] {
        assert!(said.contains(name), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_a_folder_in_use_and_one_that_cannot_be_written_are_told_apart() {
    let clinic = Clinic::program().await;
    let taken = clinic.url().replace("http://", "");
    let other = tempfile::tempdir().unwrap();
    let port = run(
        SERVER,
        &["serve", "--data", path(&other), "--listen", &taken],
        &[],
    )
    .await;
    assert_fails(&port, 6, "choose another address");

    let used = clinic.data().to_str().unwrap();
    let folder = run(
        SERVER,
        &["serve", "--data", used, "--listen", "127.0.0.1:0"],
        &[],
    )
    .await;
    assert_fails(&folder, 5, "stop it first");

    let file = other.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("data");
    let below = [
        "serve",
        "--data",
        below.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ];
    assert_fails(
        &run(SERVER, &below, &[]).await,
        3,
        "choose another with --data",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_added_listed_and_given_new_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let data = path(&folder);
    let demo = [
        "demo",
        "--data",
        data,
        "--practitioners",
        "2",
        "--appointments",
        "10",
    ];
    let filled = run(SERVER, &demo, &[]).await;
    assert!(filled.out.starts_with("2 practitioners, "), "{filled:?}");
    assert_fails(&run(SERVER, &demo, &[]).await, 1, "has a clinic already");

    let add = [
        "user",
        "add",
        "--data",
        data,
        "anna",
        "--role",
        "receptionist",
    ];
    let no_password = Program::ran(SERVER, &add, &[], "").await;
    assert_fails(&no_password, 2, "FRONTDESK_PASSWORD");
    assert_eq!(
        Program::ran(SERVER, &add, &[], "a long password\n")
            .await
            .code,
        Some(0)
    );
    assert_fails(
        &Program::ran(SERVER, &add, &[], "another password\n").await,
        1,
        "exists already",
    );
    let list = run(SERVER, &["user", "list", "--data", data], &[]).await;
    assert!(
        list.out.contains("anna") && list.out.contains("receptionist"),
        "{list:?}"
    );
    let passwd = ["user", "passwd", "--data", data, "nobody"];
    assert_fails(
        &Program::ran(SERVER, &passwd, &[], "another password\n").await,
        1,
        "no user 'nobody'",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_programs_explain_themselves() {
    for (program, words) in [
        (SERVER, ["Examples:", "Exit codes:", "FRONTDESK_"]),
        (DESK, ["Examples:", "Exit codes:", "FRONTDESK_"]),
    ] {
        let help = run(program, &["--help"], &[]).await;
        assert_eq!(help.code, Some(0));
        for word in words {
            assert!(help.out.contains(word), "{program}: {word} in {}", help.out);
        }
        assert_eq!(run(program, &["dance"], &[]).await.code, Some(2));
    }
    let openapi = run(SERVER, &["openapi"], &[]).await;
    let document: Value = serde_json::from_str(&openapi.out).unwrap();
    for path in [
        "/v1/session",
        "/v1/changes",
        "/v1/commands",
        "/v1/availability",
    ] {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_booked_seen_refused_and_cancelled_from_the_terminal() {
    let clinic = Clinic::small().await;
    let (terminal, window) = (Terminal::at(&clinic).await, clinic.desk("reception2").await);
    let slot = window.free().await.remove(0);

    let booked = terminal.book(&window, &slot, 0).await;
    assert_eq!(booked.code, Some(0), "{booked:?}");
    let visit: Value = serde_json::from_str(&booked.out).unwrap();
    let id = visit["appointment_id"].as_str().unwrap();
    window.sees(slot.date, id.parse().unwrap()).await;
    let day = terminal.run(&["day", &slot.date.to_string()]).await;
    assert!(
        day.out.contains(id) && day.out.contains(&slot.practitioner_name),
        "{}",
        day.out
    );

    let refused = terminal.book(&window, &slot, 1).await;
    assert_fails(&refused, 3, "error[slot_taken]");
    assert!(
        refused.err.matches("free instead: ").count() >= 3,
        "{}",
        refused.err
    );

    let cancelled = terminal.run(&["cancel", id, "--reason", "clinic"]).await;
    assert_eq!(cancelled.code, Some(0), "{cancelled:?}");
    window.no_longer_sees(slot.date, id.parse().unwrap()).await;
    let free = terminal
        .run(
            &free_args(&window, &slot)
                .await
                .each_ref()
                .map(String::as_str),
        )
        .await;
    let shown = format!("{} {}", slot.date, slot.wall_start);
    assert!(
        free.out.lines().any(|line| line.starts_with(&shown)),
        "{}",
        free.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_notices_come_one_line_each() {
    let clinic = Clinic::small().await;
    let (terminal, window) = (Terminal::at(&clinic).await, clinic.desk("reception2").await);
    let second = Terminal::at(&clinic).await;
    let slot = window.free().await.remove(0);
    let at = format!("{}T{}", slot.date, slot.wall_start);
    let watch = [
        "watch",
        "--practitioner",
        &slot.practitioner_name,
        "--at",
        &at,
        "--count",
        "1",
    ];
    let mut watching = terminal.start(&watch).await;
    watching.complaint_with("watching ").await;
    let mut following = second.start(&["events", "--count", "1", "--json"]).await;

    let patient = window.patients().await[0];
    let visit = window.book(&slot, patient).await.unwrap().value;

    let notice = watching.line().await;
    assert!(notice.contains(&slot.wall_start), "{notice}");
    assert!(!notice.contains(&visit.patient_name), "I30: {notice}");
    let change: Value = serde_json::from_str(&following.line().await).unwrap();
    assert!(
        change
            .to_string()
            .contains(&visit.appointment_id.to_string()),
        "{change}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_at_the_terminal_has_a_code_and_a_sentence() {
    let clinic = Clinic::small().await;
    let terminal = Terminal::new(&clinic).await;
    assert_fails(&terminal.run(&["day"]).await, 5, "sign in first");
    let wrong = [("FRONTDESK_PASSWORD", "guess")];
    let wrong = Program::ran(DESK, &terminal.args(&["login", "reception1"]), &wrong, "").await;
    assert_fails(&wrong, 5, "error[wrong_password]");
    terminal.sign_in().await;

    let book = |at: &'static str| {
        [
            "book",
            "--service",
            "x",
            "--practitioner",
            "y",
            "--patient",
            "z",
            "--at",
            at,
        ]
    };
    // The clinic is in Berlin: on this night 02:30 does not exist.
    let gap = terminal.run(&book("2027-03-28T02:30")).await;
    assert_fails(&gap, 4, "error[dst_gap]");
    assert!(gap.err.contains("--at 2027-03-28T01:59"), "{}", gap.err);
    assert!(gap.err.contains("--at 2027-03-28T03:00"), "{}", gap.err);
    let fold = terminal.run(&book("2027-10-31T02:30")).await;
    assert_fails(&fold, 4, "error[dst_fold]");
    assert_fails(&terminal.run(&book("2027-04-05T09:00")).await, 4, "error[");
    assert_eq!(
        terminal.run(&["book", "--at", "tomorrow"]).await.code,
        Some(2)
    );

    terminal.line.cut();
    assert_fails(
        &Terminal::of(&terminal.line).run(&["sync"]).await,
        5,
        "sign in first",
    );
    assert_fails(&terminal.run(&["sync"]).await, 6, "error[offline]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_killed_in_the_middle_of_a_booking_has_booked_it_once() {
    let clinic = Clinic::small().await;
    let (terminal, window) = (Terminal::at(&clinic).await, clinic.desk("reception2").await);
    let slot = window.free().await.remove(0);
    terminal.line.hold_decisions();
    let args = booking(&window, &slot, 0).await;
    let mut booking = terminal.start(&args.each_ref().map(String::as_str)).await;
    window
        .until(
            "the visit, whoever made it",
            async |_: &frontdesk_desk::Desk| has_visit_at(&window.day(slot.date).await, &slot),
        )
        .await;

    booking.kill().await;
    terminal.line.mend();

    let synced = terminal.run(&["sync"]).await;
    assert_eq!(synced.code, Some(0), "{synced:?}");
    let day = terminal
        .run(&["day", &slot.date.to_string(), "--json"])
        .await;
    let told: serde_json::Value = serde_json::from_str(&day.out).unwrap();
    let mut columns = told["columns"].as_array().unwrap().iter();
    let whose = slot.practitioner_id.to_string();
    let column = columns.find(|it| it["practitioner_id"] == whose.as_str());
    let visits = column.unwrap()["visits"].as_array().unwrap().iter();
    let here: Vec<_> = visits
        .filter(|it| it["wall_start"] == slot.wall_start.as_str())
        .collect();
    assert_eq!(here.len(), 1);
    // What the page takes for granted or looks up is told to a script.
    assert_eq!(here[0]["status"], "booked");
    assert_eq!(here[0]["wall_end"], slot.wall_end.as_str());
    assert_eq!(here[0]["lanes"], 1);
    assert_eq!(here[0]["in_series"], false);
    let service = slot.service_id.to_string();
    assert_eq!(here[0]["service_id"], service.as_str());
    assert!(
        here[0]["service_name"]
            .as_str()
            .is_some_and(|it| !it.is_empty())
    );
}

/// A desk for the terminal, with a folder and a cable of its own.
pub(super) struct Terminal {
    pub(super) line: std::sync::Arc<frontdesk_tests::Line>,
    folder: TempDir,
}

impl Terminal {
    async fn new(clinic: &Clinic) -> Self {
        Self::of(&std::sync::Arc::new(clinic.line().await))
    }

    fn of(line: &std::sync::Arc<frontdesk_tests::Line>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            line: line.clone(),
            folder,
        }
    }

    pub(super) async fn at(clinic: &Clinic) -> Self {
        let terminal = Self::new(clinic).await;
        terminal.sign_in().await;
        terminal
    }

    async fn sign_in(&self) {
        let ran = Program::ran(DESK, &self.args(&["login", "reception1"]), &[], PASSWORD).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(
            ran.out.starts_with("signed in as Rita Reception"),
            "{}",
            ran.out
        );
        assert!(ran.err.contains("unencrypted"), "it says so: {}", ran.err);
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        let own = [
            "--server",
            self.line.url(),
            "--data",
            path(&self.folder),
            "--unencrypted",
        ];
        [&own[..], args].concat()
    }

    pub(super) async fn run(&self, args: &[&str]) -> Ran {
        Program::ran(DESK, &self.args(args), &[], "").await
    }

    async fn start(&self, args: &[&str]) -> Program {
        // It is current once it has printed or answered: a first run fills the cache before.
        assert_eq!(self.run(&["sync"]).await.code, Some(0));
        Program::start_heard(DESK, &self.args(args), &[])
    }

    pub(super) async fn book(&self, window: &TestDesk, slot: &SlotOffer, patient: usize) -> Ran {
        let args = booking(window, slot, patient).await;
        self.run(&args.each_ref().map(String::as_str)).await
    }
}

fn has_visit_at(sheet: &DaySheet, slot: &SlotOffer) -> bool {
    let mut columns = sheet.columns.iter();
    let column = columns.find(|column| column.practitioner_id == slot.practitioner_id);
    let visits = column.map_or(&[][..], |column| &column.visits);
    visits
        .iter()
        .any(|visit| visit.wall_start() == slot.wall_start)
}

async fn booking(window: &TestDesk, slot: &SlotOffer, patient: usize) -> [String; 10] {
    let patient = window.patients().await[patient].to_string();
    let at = format!("{}T{}", slot.date, slot.wall_start);
    let (service, practitioner) = (
        slot.service_id.to_string(),
        slot.practitioner_id.to_string(),
    );
    let words = [
        "book",
        "--service",
        &service,
        "--practitioner",
        &practitioner,
        "--patient",
    ];
    let mut args: Vec<String> = words.map(str::to_owned).to_vec();
    args.extend([patient, "--at".to_owned(), at, "--json".to_owned()]);
    args.try_into().unwrap()
}

async fn free_args(window: &TestDesk, slot: &SlotOffer) -> [String; 7] {
    let service = window.service().await.to_string();
    let date = slot.date.to_string();
    let words = [
        "free",
        "--service",
        &service,
        "--from",
        &date,
        "--to",
        &date,
    ];
    words.map(str::to_owned)
}

async fn run(program: &str, args: &[&str], env: &[(&str, &str)]) -> Ran {
    Program::ran(program, args, env, "").await
}

#[track_caller]
pub(super) fn assert_fails(ran: &Ran, code: i32, says: &str) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(ran.err.contains(says), "'{says}' in {}", ran.err);
    assert_eq!(ran.out, "", "nothing that a script could take for a result");
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}
