//! The power fails, and with it goes what the system had not yet written to the disk (I9, I10, I16):
//! every visit that somebody was told of is there, and no half of one that nobody was.

use std::path::Path;
use std::sync::Mutex;

use frontdesk_desk::Desk;
use frontdesk_desk::view::{NoArguments, NoticeKind, Progress};
use frontdesk_tests::{Clinic, Diary, Disk, Engine, Lost, Moment, Program, TestDesk, rounds};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const DEVICES: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_the_power_failed_is_there_when_it_comes_back() {
    let mut disk = None;
    let mut clinic = Clinic::started_by(Engine::Sqlite, |folder, _| {
        serve(folder, disk.insert(Disk::under(folder)))
    })
    .await;
    let disk = disk.unwrap();
    let devices = clinic.devices(DEVICES).await;
    let slots = devices[0].free_slots_within(60).await;
    let patients = devices[0].patients().await;
    let begin = disk.now();

    let mut desks: Vec<Working<'_>> = devices
        .iter()
        .zip(&patients)
        .zip(7..)
        .map(|((device, patient), seed)| Diary::of(device, &slots, *patient, seed))
        .map(|diary| (diary, Mutex::default()))
        .collect();
    let answers = rounds(150, 400);
    let working = desks.iter_mut().map(|(diary, told)| {
        let told = &*told;
        diary.work(|| {
            let mut told = told.lock().unwrap();
            told.push(disk.now());
            told.len() < answers
        })
    });
    join_all(working).await;
    clinic.kill().await;
    let end = disk.now();

    let mut random = StdRng::seed_from_u64(11);
    let mut gone = 0;
    for round in 0..rounds(80, 400) {
        let at = begin.somewhere_until(end, &mut random);
        let lost = if round % 2 == 0 {
            Lost::All
        } else {
            Lost::Some(random.random())
        };
        gone += disk.cut_power(at, lost);
        is_whole_at(&clinic, at, &desks);
        if round % 8 == 0 {
            clinic.verify().await;
        }
    }
    assert!(gone > 0, "no cut took anything: it was not one");

    disk.cut_power(end, Lost::All);
    clinic.restart().await;
    for (diary, _) in &mut desks {
        diary.compare_some().await;
        diary.is_so(&clinic.stored_visits());
    }
    clinic.verify().await;
}

/// A desk's commands, and when each of its answers had come.
type Working<'a> = (Diary<'a>, Mutex<Vec<Moment>>);

/// What was answered until then is there, and everything that is there is as it must be.
fn is_whole_at(clinic: &Clinic, at: Moment, desks: &[Working<'_>]) {
    clinic.holds_true();
    let rows = clinic.stored_visits();
    for (diary, told) in desks {
        let before = told.lock().unwrap().partition_point(|moment| *moment <= at);
        diary.was_so(before, &rows);
    }
}

/// Where the desk of the story below lies, in the process that loses its power.
const FOLDER: &str = "FRONTDESK_POWER_FOLDER";
const SERVER: &str = "FRONTDESK_POWER_SERVER";

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_a_desk_has_saved_is_asked_for_after_its_power_came_back() {
    if let Ok(folder) = std::env::var(FOLDER) {
        return save_a_booking(folder.as_ref()).await;
    }
    let clinic = Clinic::small().await;
    let (line, witness) = (clinic.line().await, clinic.desk("reception2").await);
    line.hold_decisions();
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::under(folder.path());
    let environment = disk.environment();
    let mut environment = texts(&environment);
    environment.extend([
        (FOLDER, folder.path().to_str().unwrap()),
        (SERVER, line.url()),
    ]);
    let this =
        "power_story::a_booking_that_a_desk_has_saved_is_asked_for_after_its_power_came_back";
    let mut desk = Program::again(this, &environment);
    let saved = desk.line_with("saved ").await;
    let at = disk.now();
    desk.kill().await;
    let [_, date, visit] = saved.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let (date, visit) = (date.parse().unwrap(), visit.parse().unwrap());
    witness.sees(date, visit).await;
    line.mend();

    for lost in (0..rounds(5, 50)).map(|seed| match seed {
        0 => Lost::All,
        seed => Lost::Some(seed as u64),
    }) {
        disk.cut_power(at, lost);
        let desk = TestDesk::in_folder(line.url(), folder.path()).await;
        desk.until("the answer of the server", async |desk: &Desk| {
            let notices = desk.notices(NoArguments {}).await.unwrap().notices;
            notices.iter().any(|it| it.kind == NoticeKind::Confirmed)
        })
        .await;
        desk.sees(date, visit).await;
        desk.put_away().await;
    }
}

/// Books, hears nothing, is told that it is saved, and says so; then it only waits for its end.
async fn save_a_booking(folder: &Path) {
    let desk = TestDesk::in_folder(&std::env::var(SERVER).unwrap(), folder).await;
    desk.sign_in_as("reception1").await;
    let (slot, patient) = (desk.free().await.remove(0), desk.patients().await[0]);
    let booked = desk.book(&slot, patient).await.unwrap().value;
    assert_eq!(booked.progress, Progress::Waiting);
    println!("\nsaved {} {}", slot.date, booked.appointment_id);
    std::future::pending::<()>().await;
}

fn texts<'a>(environment: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

fn serve(folder: &Path, disk: &Disk) -> Program {
    let environment = disk.environment();
    let folder = folder.to_str().unwrap();
    let args = [
        "serve",
        "--demo",
        "--data",
        folder,
        "--listen",
        "127.0.0.1:0",
    ];
    Program::start("frontdesk-server", &args, &texts(&environment))
}
