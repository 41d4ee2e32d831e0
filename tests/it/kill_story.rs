//! The server dies in the middle of its work, again and again (I9, I10, I11, I16): whatever it had
//! answered is so, and whatever is asked again gets the first answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use frontdesk_tests::{Clinic, Diary, Engine, rounds, soon};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::Notify;

frontdesk_tests::both_engines! {
    what_a_killed_server_had_answered_stays_so_and_what_it_had_not_is_answered_once,
}

const DEVICES: usize = 8;

async fn what_a_killed_server_had_answered_stays_so_and_what_it_had_not_is_answered_once(
    engine: Engine,
) {
    let mut clinic = Clinic::program_on(engine).await;
    let devices = clinic.devices(DEVICES).await;
    let slots = devices[0].free_slots_within(60).await;
    let patients = devices[0].patients().await;
    let mut random = StdRng::seed_from_u64(7);
    let diaries = devices.iter().zip(&patients);
    let mut diaries: Vec<Diary<'_>> = diaries
        .map(|(device, patient)| Diary::of(device, &slots, *patient, random.random()))
        .collect();
    for round in 1..=rounds(30, 300) {
        until_it_ends(&mut clinic, &mut diaries, Ends::Server, &mut random).await;
        if engine == Engine::Postgres && round % 3 == 0 {
            until_it_ends(&mut clinic, &mut diaries, Ends::Database, &mut random).await;
        }
        if round % 5 == 0 {
            clinic.verify().await;
        }
    }
    let rows = devices[0].appointments().await;
    let rows: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (row.appointment_id, row.status))
        .collect();
    for desk in &diaries {
        desk.is_so(&rows);
    }
}

/// What is stopped dead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Server,
    /// Its power is lost; the server goes on.
    Database,
}

/// Everybody works until that is gone, and asks again once it is back.
async fn until_it_ends(
    clinic: &mut Clinic,
    diaries: &mut [Diary<'_>],
    ends: Ends,
    random: &mut StdRng,
) {
    let load = Load::until(random.random_range(1..80));
    let end = async {
        soon("so many answers", load.reached.notified()).await;
        match ends {
            Ends::Server => clinic.kill().await,
            Ends::Database => clinic.crash_database(),
        }
        load.over.store(true, Ordering::SeqCst);
    };
    let working = diaries.iter_mut().map(|desk| desk.work(|| load.goes_on()));
    tokio::join!(join_all(working), end);
    if ends == Ends::Server {
        clinic.restart().await;
    }
    join_all(diaries.iter_mut().map(Diary::ask_again)).await;
    join_all(diaries.iter_mut().map(Diary::compare_some)).await;
    clinic.holds_true();
}

/// How long everybody works: some answers, and until the server is gone.
struct Load {
    answers: AtomicUsize,
    enough: usize,
    reached: Notify,
    over: AtomicBool,
}

impl Load {
    fn until(enough: usize) -> Self {
        Self {
            answers: AtomicUsize::new(0),
            enough,
            reached: Notify::new(),
            over: AtomicBool::new(false),
        }
    }

    /// Counts an answer.
    fn goes_on(&self) -> bool {
        if self.answers.fetch_add(1, Ordering::SeqCst) + 1 >= self.enough {
            self.reached.notify_one();
        }
        !self.over.load(Ordering::SeqCst)
    }
}
