//! Several servers over one PostgreSQL (I9, I23, I27, I28, I33): a clinic does not notice which one it
//! talks to, nor that one of them dies.

mod arrivals;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use frontdesk_desk::view::{ConnectionState, DaySheet, NoArguments, Progress, SlotOffer};
use frontdesk_desk::{Desk, DeskError};
use frontdesk_domain::{AppointmentId, Command, PatientId, Slot};
use frontdesk_protocol::{OutcomeKind, path};
use frontdesk_server::{Database, Server, ServerConfig, demo};
use frontdesk_tests::{Clinic, Device, Engine, Program, TestDesk, envelope, soon, wish};
use futures_util::future::join_all;
use reqwest::Method;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use arrivals::{Arrivals, shows};

const INSTANCES: usize = 3;
const DESKS: usize = 8;
/// The instance that is killed.
const DIES: usize = 1;

/// Where a server of the first story lies, in its own process.
const FOLDER: &str = "FRONTDESK_INSTANCE_FOLDER";
const DATABASE: &str = "FRONTDESK_INSTANCE_DATABASE";

/// Tells a story where this machine has PostgreSQL.
macro_rules! on_postgres {
    ($($story:ident),+ $(,)?) => {
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $story() {
                    if frontdesk_tests::Engine::Postgres.wanted() {
                        super::$story().await;
                    }
                }
            )+
        }
    };
}

on_postgres! {
    three_servers_that_tell_each_other_nothing_lose_double_and_delay_nothing_when_one_is_killed_i28,
    a_change_reaches_the_desks_of_the_other_servers_even_if_every_notification_is_lost,
    streams_of_a_server_that_is_told_nothing_live_by_its_looks_alone_i28_i33,
    a_slot_is_won_once_whichever_server_is_asked,
    a_command_sent_to_every_server_at_once_has_one_effect_and_one_outcome,
    a_session_that_ends_at_one_server_ends_its_stream_at_another,
}

/// The servers are this test once more, each in a process of its own.
async fn three_servers_that_tell_each_other_nothing_lose_double_and_delay_nothing_when_one_is_killed_i28()
 {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return serve_without_a_word(Path::new(&folder)).await;
    }
    let mut clinic = Clinic::several_started_by(Engine::Postgres, INSTANCES, wordless).await;
    let mut desks = Vec::new();
    for at in 0..DESKS {
        let user = ["reception1", "reception2"][at % 2];
        desks.push(clinic.desk_at(at % INSTANCES, user).await);
    }
    let strict = [
        clinic.device_at(0, "manager").await,
        clinic.device_at(2, "manager").await,
    ];
    let together = desks[0].free_for(desks[0].class().await).await;
    let shares = shares(&desks[0].free().await, &together);
    let patients = desks[0].patients().await;
    let (load, arrivals) = (Load::default(), Arrivals::awaited());
    let killing = async {
        soon("a load", load.is_on.notified()).await;
        clinic.kill_at(DIES).await;
        load.count(0);
        clinic.restart_at_by(DIES, wordless).await;
        load.over.store(true, Ordering::SeqCst);
    };
    let working = desks
        .iter()
        .zip(shares.iter().zip(&patients))
        .map(|(desk, (slots, patient))| work(desk, slots, *patient, &load, &arrivals));
    let asking = [(&strict[0], &desks[2]), (&strict[1], &desks[0])]
        .map(|(device, elsewhere)| ask(device, elsewhere, &load, &arrivals));
    let answering = async {
        let (told, asked, ()) = tokio::join!(join_all(working), join_all(asking), killing);
        arrivals.are_all_answered();
        told.into_iter()
            .chain(asked)
            .flatten()
            .collect::<BTreeMap<_, _>>()
    };
    let reaching = desks.iter().enumerate();
    let reaching = reaching.map(|(at, desk)| arrivals.reach(desk, at % INSTANCES == DIES));
    let (told, reached) = tokio::join!(answering, join_all(reaching));

    let confirmed = told.values().filter(|confirmed| **confirmed).count();
    assert!(confirmed > DESKS * 2, "a load: {confirmed}");
    assert_eq!(reached, [confirmed; DESKS]);
    for desk in &desks {
        desk.live().await;
        nothing_waits(desk).await;
    }
    everything_is_there(&strict[0], &told).await;
    everybody_sees_the_same(&desks, &shares).await;
    let reborn = clinic.device_at(DIES, "manager").await;
    for device in strict.iter().chain([&reborn]) {
        its_server_never_failed(device).await;
    }
    clinic.holds_true();
    clinic.verify().await;
}

/// Starts this test's server, see [`serve_without_a_word`].
fn wordless(folder: &Path, url: Option<&str>) -> Program {
    let this = "instances_story::postgres::three_servers_that_tell_each_other_nothing_lose_double_and_delay_nothing_when_one_is_killed_i28";
    let folder = folder.to_str().unwrap();
    Program::again(this, &[(FOLDER, folder), (DATABASE, url.unwrap())])
}

/// Serves the demo clinic of that database until it is killed, and sends no notification.
async fn serve_without_a_word(folder: &Path) {
    let config = ServerConfig {
        database: Database::Postgres(std::env::var(DATABASE).unwrap()),
        drop_notifications: true,
        ..ServerConfig::in_folder(folder)
    };
    let server = Server::open(config).unwrap();
    if !demo::has_clinic(&server).await.unwrap() {
        demo::showcase(&server, 1).await.unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("\nlistening on http://{}", listener.local_addr().unwrap());
    let never = std::future::pending();
    server.serve(listener, never).await.unwrap();
}

async fn everything_is_there(device: &Device, told: &BTreeMap<AppointmentId, bool>) {
    let rows = device.appointments().await;
    let there: BTreeSet<AppointmentId> = rows
        .iter()
        .filter(|row| row.status.occupies())
        .map(|row| row.appointment_id)
        .collect();
    for (visit, confirmed) in told {
        assert!(!confirmed || there.contains(visit), "lost: {visit:?}");
    }
}

/// Of a desk nobody would notice: it asks again.
async fn its_server_never_failed(manager: &Device) {
    let counted = manager.get(path::METRICS).await.body;
    let mut answers = counted
        .lines()
        .filter(|line| line.starts_with("frontdesk_requests_total{"));
    let failed: Vec<_> = answers
        .clone()
        .filter(|line| line.contains(r#"status="5"#))
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(answers.any(|line| line.contains(r#"status="200""#)));
}

async fn a_change_reaches_the_desks_of_the_other_servers_even_if_every_notification_is_lost() {
    for notifications in [true, false] {
        let clinic = Clinic::instances(INSTANCES, notifications).await;
        let mut desks = Vec::new();
        for at in 0..INSTANCES {
            desks.push(clinic.desk_at(at, "reception1").await);
        }
        let (slots, patient) = (desks[0].free().await, desks[0].patients().await[0]);
        let mut booked = 0;
        for slot in slots.iter().step_by(5).take(6) {
            let Ok(visit) = desks[0].book(slot, patient).await else {
                continue;
            };
            let id = visit.value.appointment_id;
            join_all(desks.iter().map(|desk| desk.sees(slot.date, id))).await;
            booked += 1;
        }
        assert!(booked > 0, "something was booked");
        clinic.holds_true();
    }
}

/// No notification, no heartbeat, no desk that pulls by itself: each change and each end of a session
/// is heard because the server looks. How often it does is proved where time is the test's
/// (`fanout/tests.rs`).
async fn streams_of_a_server_that_is_told_nothing_live_by_its_looks_alone_i28_i33() {
    let clinic = Clinic::instances_that_only_look(2).await;
    let here = clinic.device_at(0, "reception1").await;
    let leaving = clinic.device_at(0, "reception2").await;
    let there = here.through(clinic.line_to(1).await);
    let leaving_there = leaving.through(clinic.line_to(1).await);
    let (mut stream, ending) = (there.events().await, leaving_there.events().await);
    // The first could be read when the other server's listening begins.
    for _ in 0..3 {
        here.new_patient().await;
        let head = here.feed().await;
        stream
            .until(&format!("id: {}:{}", head.epoch, head.seq))
            .await;
    }
    let out = leaving.request(Method::DELETE, path::SESSION).send().await;
    assert!(out.unwrap().status().is_success());
    let said = ending.to_the_end().await;
    assert!(said.contains("revoked"), "{said}");
}

async fn a_slot_is_won_once_whichever_server_is_asked() {
    let clinic = Clinic::instances(INSTANCES, true).await;
    let mut devices = Vec::new();
    for at in 0..24 {
        devices.push(clinic.device_at(at % INSTANCES, "reception1").await);
    }
    let patients = join_all(devices.iter().map(Device::new_patient)).await;
    for _ in 0..frontdesk_tests::rounds(30, 300) {
        let slot = devices[0].free_slots().await.remove(0);
        let asked = devices
            .iter()
            .zip(&patients)
            .map(async |(device, patient)| {
                let wish = wish::booking(&slot, *patient);
                device.ask(&Command::BookAppointment(wish)).await
            });
        let outcomes = join_all(asked).await;
        let won = |it: &&frontdesk_protocol::Outcome| it.outcome == OutcomeKind::Applied;
        assert_eq!(outcomes.iter().filter(won).count(), 1, "I23");
        for lost in outcomes.iter().filter(|it| !won(it)) {
            assert!(lost.conflict.is_some(), "{lost:?}");
        }
    }
    clinic.holds_true();
}

async fn a_command_sent_to_every_server_at_once_has_one_effect_and_one_outcome() {
    let clinic = Clinic::instances(INSTANCES, true).await;
    let device = clinic.device("reception1").await;
    let mut doors = Vec::new();
    for at in 0..INSTANCES {
        doors.push(device.through(clinic.line_to(at).await));
    }
    let patient = device.new_patient().await;
    for slot in far_apart(&device.free_slots().await).take(8) {
        let before = device.feed().await.seq;
        let wish = Command::BookAppointment(wish::booking(slot, patient));
        let envelope = envelope(device.number(), &wish);
        let sent = (0..4).flat_map(|_| &doors);
        let sent = sent.map(|door| door.send(std::slice::from_ref(&envelope)));
        let pages = join_all(sent).await;
        let outcomes: Vec<_> = pages.iter().flat_map(|page| &page.outcomes).collect();
        assert!(outcomes.iter().all(|it| *it == outcomes[0]), "I10");
        let applied = outcomes[0].outcome == OutcomeKind::Applied;
        assert_eq!(device.feed().await.seq - before, u64::from(applied), "I9");
    }
    clinic.holds_true();
}

async fn a_session_that_ends_at_one_server_ends_its_stream_at_another() {
    let clinic = Clinic::instances(INSTANCES, true).await;
    let device = clinic.device("reception1").await;
    let elsewhere = device.through(clinic.line_to(1).await);
    let stream = elsewhere.events().await;

    let out = device.request(Method::DELETE, path::SESSION).send().await;
    assert!(out.unwrap().status().is_success());

    let said = stream.to_the_end().await;
    assert!(said.contains("revoked"), "{said}");
    elsewhere
        .get(path::FEED)
        .await
        .expect_problem(401, frontdesk_protocol::Code::Unauthorized);
}

/// Everybody works until one server has died and come back, and a little longer.
#[derive(Default)]
struct Load {
    answers: AtomicUsize,
    is_on: Notify,
    over: AtomicBool,
}

impl Load {
    fn count(&self, answers: usize) {
        if self.answers.fetch_add(answers, Ordering::SeqCst) + answers >= DESKS * 2 {
            self.is_on.notify_one();
        }
    }
}

/// Books one slot after the other; each visit, and whether it was said to be booked.
async fn work(
    desk: &TestDesk,
    slots: &[SlotOffer],
    patient: PatientId,
    load: &Load,
    arrivals: &Arrivals,
) -> Vec<(AppointmentId, bool)> {
    let mut told = Vec::new();
    for slot in slots {
        let command = desk.booking(slot, patient).await;
        let id = command.appointment_id;
        match desk.book_appointment(command).await {
            Ok(placed) => {
                let confirmed = placed.value.progress == Progress::Confirmed;
                if confirmed {
                    arrivals.answered(id);
                }
                told.push((id, confirmed));
            }
            Err(DeskError::Refused(_)) => {}
            Err(DeskError::Offline) => desk.in_state(ConnectionState::Live).await,
            Err(error) => panic!("{error}"),
        }
        load.count(1);
    }
    told
}

/// Books at a server that lives, the next visit once that desk of another one shows the one before: each
/// must be answered, whatever happens to the third.
async fn ask(
    device: &Device,
    elsewhere: &TestDesk,
    load: &Load,
    arrivals: &Arrivals,
) -> Vec<(AppointmentId, bool)> {
    let slots = device.free_slots_of(device.service().await, 20, 30).await;
    let patient = device.new_patient().await;
    let mut told = Vec::new();
    for slot in far_apart(&slots) {
        if load.over.load(Ordering::SeqCst) {
            break;
        }
        let wish = wish::booking(slot, patient);
        let visit = wish.appointment_id;
        let outcome = device.ask(&Command::BookAppointment(wish)).await;
        if outcome.outcome == OutcomeKind::Applied {
            arrivals.answered(visit);
            told.push((visit, true));
            elsewhere
                .until("the visit elsewhere", async |desk: &Desk| {
                    shows(desk, visit).await
                })
                .await;
        }
    }
    told
}

async fn nothing_waits(desk: &TestDesk) {
    desk.until("every command to be answered", async |desk: &Desk| {
        desk.connection(NoArguments {}).await.unwrap().waiting == 0
    })
    .await;
}

/// A last visit marks the end; whoever shows it has read everything before.
async fn everybody_sees_the_same(desks: &[TestDesk], shares: &[Vec<SlotOffer>]) {
    let (slot, patient) = (
        desks[0].free().await.pop().expect("room for a mark"),
        desks[0].patients().await[0],
    );
    let mark = desks[0].book(&slot, patient).await.unwrap();
    let mark = mark.value.appointment_id;
    join_all(desks.iter().map(|desk| desk.sees(slot.date, mark))).await;
    let days: BTreeSet<_> = shares.iter().flatten().map(|slot| slot.date).collect();
    for day in days {
        let first = visits(&desks[0].day(day).await);
        let mut once = first.clone();
        once.dedup();
        assert_eq!(first, once, "nothing twice");
        for desk in &desks[1..] {
            assert_eq!(visits(&desk.day(day).await), first, "{day}");
        }
    }
}

fn visits(sheet: &DaySheet) -> Vec<(AppointmentId, String)> {
    let columns = sheet.columns.iter().flat_map(|column| &column.visits);
    let mut visits: Vec<_> = columns
        .map(|visit| (visit.appointment_id, visit.wall_start()))
        .collect();
    visits.sort();
    visits
}

/// For each desk its dozen and a half of slots; a third are everybody's, so that they clash, and a third
/// have room for some of those who come at once.
fn shares(slots: &[SlotOffer], together: &[SlotOffer]) -> Vec<Vec<SlotOffer>> {
    let share = |desk: usize| {
        let own = slots.iter().skip(desk * 3).step_by(DESKS * 3);
        let all = slots.iter().step_by(40).zip(together.iter().step_by(5));
        own.zip(all)
            .flat_map(|(own, (all, some))| [own, all, some].map(SlotOffer::clone))
            .take(18)
            .collect()
    };
    (0..DESKS).map(share).collect()
}

fn far_apart(slots: &[Slot]) -> impl Iterator<Item = &Slot> {
    slots.iter().step_by(9)
}
