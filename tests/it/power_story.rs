//! The power fails, and with it goes what the system had not yet written to the disk (I9, I10, I16):
//! every visit that somebody was told of is there, and no half of one that nobody was.

use std::sync::Mutex;

use frontdesk_tests::{Clinic, Diary, Disk, Engine, Lost, Moment, Program, rounds};
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

    let mut diaries: Vec<(Diary<'_>, Mutex<Vec<Moment>>)> = devices
        .iter()
        .zip(&patients)
        .zip(7..)
        .map(|((device, patient), seed)| Diary::of(device, &slots, *patient, seed))
        .map(|diary| (diary, Mutex::default()))
        .collect();
    let answers = rounds(150, 1_500);
    let working = diaries.iter_mut().map(|(diary, told)| {
        diary.work(|| {
            let mut told = told.lock().unwrap();
            told.push(disk.now());
            told.len() < answers
        })
    });
    join_all(working).await;
    clinic.kill().await;
    let end = disk.now();

    let told: usize = diaries
        .iter()
        .map(|(_, told)| told.lock().unwrap().len())
        .sum();
    assert_eq!(told, answers * DEVICES);
    let mut random = StdRng::seed_from_u64(11);
    let mut gone = 0;
    for round in 0..rounds(80, 800) {
        let at = begin.somewhere_until(end, &mut random);
        let lost = if round % 2 == 0 {
            Lost::All
        } else {
            Lost::Some(random.random())
        };
        gone += disk.cut_power(at, lost);
        clinic.holds_true();
        let rows = clinic.stored_visits();
        for (diary, told) in &diaries {
            let before = told.lock().unwrap().partition_point(|moment| *moment <= at);
            diary.was_so(before, &rows);
        }
        if round % 8 == 0 {
            clinic.verify().await;
        }
    }
    assert!(gone > 0, "no cut took anything: it was not one");

    disk.cut_power(end, Lost::All);
    clinic.restart().await;
    for (diary, _) in &mut diaries {
        diary.compare_some().await;
        diary.is_so(&clinic.stored_visits());
    }
    clinic.verify().await;
}

fn serve(folder: &std::path::Path, disk: &Disk) -> Program {
    let environment = disk.environment();
    let environment: Vec<_> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let folder = folder.to_str().unwrap();
    let args = [
        "serve",
        "--demo",
        "--data",
        folder,
        "--listen",
        "127.0.0.1:0",
    ];
    Program::start("frontdesk-server", &args, &environment)
}
