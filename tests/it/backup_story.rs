//! A backup is taken while everybody works (I11, I16): it holds what was answered before it began, and
//! nothing by half.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use frontdesk_tests::{Clinic, Diary, Engine, soon};
use futures_util::future::join_all;
use tokio::sync::watch;

frontdesk_tests::both_engines! {
    a_backup_beside_a_busy_server_is_whole_and_holds_what_was_answered_before,
}

const DEVICES: usize = 8;
const BACKUPS: usize = 4;

async fn a_backup_beside_a_busy_server_is_whole_and_holds_what_was_answered_before(engine: Engine) {
    let clinic = Clinic::program_on(engine).await;
    let devices = clinic.devices(DEVICES).await;
    let slots = devices[0].free_slots_within(60).await;
    let patients = devices[0].patients().await;
    let diaries = devices.iter().zip(&patients).zip(7..);
    let mut diaries: Vec<Diary<'_>> = diaries
        .map(|((device, patient), seed)| Diary::of(device, &slots, *patient, seed))
        .collect();
    let load = Load::default();
    let working = diaries
        .iter_mut()
        .zip(&load.answers)
        .map(|(diary, answers)| diary.work(|| load.goes_on(answers)));
    let folder = tempfile::tempdir().unwrap();
    let keeping = async {
        let mut kept = Vec::new();
        for at in 0..BACKUPS {
            load.everybody_was_answered().await;
            let file = folder.path().join(format!("{at}.backup"));
            let before = load.counted();
            let name = file.to_str().unwrap();
            clinic.operate(&["backup", name], "").await;
            let after = load.counted();
            kept.push(Kept {
                file,
                before,
                after,
            });
        }
        load.over.send_replace(true);
        kept
    };
    let (_, kept) = tokio::join!(join_all(working), keeping);
    for kept in &kept {
        kept.holds(engine, &diaries).await;
    }
    clinic.verify().await;
}

/// A backup, and how many answers each had when it was begun and when it was there.
struct Kept {
    file: PathBuf,
    before: Vec<usize>,
    after: Vec<usize>,
}

impl Kept {
    async fn holds(&self, engine: Engine, diaries: &[Diary<'_>]) {
        let clinic = Clinic::restored(engine, &self.file).await;
        clinic.holds_true();
        clinic.verify().await;
        let rows = clinic.stored_visits();
        for (diary, (before, after)) in diaries.iter().zip(self.before.iter().zip(&self.after)) {
            assert!(after > before, "booked while it was written");
            diary.was_so(*before, &rows);
            for visit in diary.booked(*before) {
                assert!(rows.contains_key(&visit), "I16: {visit:?}");
            }
        }
    }
}

/// Everybody works until all backups are there.
#[derive(Default)]
struct Load {
    answers: [AtomicUsize; DEVICES],
    /// Rung at every answer.
    over: watch::Sender<bool>,
}

impl Load {
    fn goes_on(&self, answers: &AtomicUsize) -> bool {
        answers.fetch_add(1, Ordering::SeqCst);
        self.over.send_modify(|_| ());
        !*self.over.borrow()
    }

    fn counted(&self) -> Vec<usize> {
        let counts = self.answers.iter();
        counts.map(|it| it.load(Ordering::SeqCst)).collect()
    }

    /// Once more than now.
    async fn everybody_was_answered(&self) {
        let (before, mut rung) = (self.counted(), self.over.subscribe());
        let further = |_: &bool| {
            self.counted()
                .iter()
                .zip(&before)
                .all(|(now, before)| now > before)
        };
        soon("an answer for everybody", rung.wait_for(further))
            .await
            .unwrap();
    }
}
