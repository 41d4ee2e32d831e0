//! The feed under load (I1, I2, I3, I5, I6, I11): dense numbers, whole transactions, and an outcome
//! that is never seen without its effect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use frontdesk_domain::{Command, Epoch, Kind, PatientId, Row, Slot};
use frontdesk_protocol::{ChangePage, OutcomeKind, Upsert, path};
use frontdesk_tests::{Clinic, Device, Engine, wish};
use futures_util::future::join_all;
use uuid::Uuid;

frontdesk_tests::both_engines! {
    whoever_reads_on_while_others_write_misses_nothing_and_sees_nothing_twice,
    a_page_holds_all_of_a_transaction_however_small_it_was_asked_to_be,
    an_outcome_is_never_read_without_its_effect_nor_the_effect_without_it,
}

async fn whoever_reads_on_while_others_write_misses_nothing_and_sees_nothing_twice(engine: Engine) {
    let (clinic, written_at, read_at) = with_doors(engine).await;
    // By turns, because one desk alone may not ask that often.
    let eyes = [
        clinic.device_at(read_at, "manager").await,
        clinic.device_at(read_at, "manager").await,
    ];
    let reader = &eyes[0];
    let mut writers = Vec::new();
    for at in written_at.iter().cycle().take(6) {
        writers.push(clinic.device_at(*at, "reception1").await);
    }
    let (patients, slots) = (reader.patients().await, reader.free_slots().await);
    let mut replica = Replica::of(reader).await;
    let start = replica.cursor;
    let done = AtomicBool::new(false);
    let writing = async {
        let shares = writers.iter().zip(&patients);
        let applied = shares.map(|(writer, patient)| write_a_while(writer, *patient, &slots));
        let applied = join_all(applied).await;
        done.store(true, Ordering::SeqCst);
        applied.into_iter().flatten().collect::<BTreeSet<u64>>()
    };
    let reading = async {
        let (mut seen, mut pages_between) = (Vec::new(), 0_usize);
        loop {
            let over = done.load(Ordering::SeqCst);
            let eye = &eyes[pages_between % 2];
            let page = replica.next(eye, !over).await;
            seen.extend(settled(&page));
            replica.apply(page);
            pages_between += usize::from(!over);
            if over && replica.cursor == reader.feed().await.seq {
                return (seen, pages_between);
            }
        }
    };
    let (applied, (seen, pages_between)) = tokio::join!(writing, reading);

    assert!(pages_between > 10, "read while it was written");
    let numbers: Vec<u64> = (start + 1..=replica.cursor).collect();
    assert_eq!(applied.into_iter().collect::<Vec<_>>(), numbers, "I1");
    assert!(seen.is_sorted_by(|one, next| one < next), "I2");
    let there = rows_of(reader).await;
    for (key, row) in &there {
        assert_eq!(replica.rows.get(key), Some(row), "I6");
    }
    assert_eq!(replica.rows.len(), there.len(), "I6");
    clinic.holds_true();
}

/// At which of its servers the clinic is written, and at which it is read: elsewhere, where there may be
/// several.
async fn with_doors(engine: Engine) -> (Clinic, &'static [usize], usize) {
    match engine {
        Engine::Sqlite => (Clinic::on(engine).await, &[0], 0),
        Engine::Postgres => (Clinic::instances(3, true).await, &[0, 1], 2),
    }
}

type Rows = BTreeMap<(Kind, Uuid), Row>;

async fn rows_of(device: &Device) -> Rows {
    let rows = device.rows().await.into_iter();
    rows.map(|row| ((row.kind(), row.id()), row)).collect()
}

/// What a desk would have that began with everything and then read nothing but pages.
struct Replica {
    epoch: Epoch,
    cursor: u64,
    rows: Rows,
}

impl Replica {
    async fn of(device: &Device) -> Self {
        let feed = device.feed().await;
        Self {
            epoch: feed.epoch,
            cursor: feed.seq,
            rows: rows_of(device).await,
        }
    }

    /// Three changes or a little more; none if there are none, or come, within a second.
    async fn next(&self, device: &Device, may_wait: bool) -> ChangePage {
        let (epoch, since, wait) = (self.epoch, self.cursor, u8::from(may_wait));
        let asked = format!("epoch={epoch}&since={since}&limit=3&wait={wait}");
        device
            .get(&format!("{}?{asked}", path::CHANGES))
            .await
            .read()
    }

    /// A visit that was booked and cancelled between two pulls shows only its last change.
    fn apply(&mut self, page: ChangePage) {
        assert_eq!(page.from, self.cursor);
        assert!(page.to >= self.cursor && page.to <= page.head, "I5");
        for Upsert { id, row, .. } in page.upserts {
            let known = self.rows.get(&(row.kind(), id));
            assert!(
                known.is_none_or(|known| known.version() <= row.version()),
                "I2: {row:?}"
            );
            self.rows.insert((row.kind(), id), row);
        }
        for gone in page.removed {
            self.rows.remove(&(gone.kind, gone.id));
        }
        self.cursor = page.to;
    }
}

async fn a_page_holds_all_of_a_transaction_however_small_it_was_asked_to_be(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let mut days = BTreeSet::new();
    let mut slots = device.free_slots().await;
    slots.retain(|slot| days.insert(slot.starts_at.date_naive()));
    let before = device.feed().await.seq;
    let booking = wish::series(&slots[..5], device.new_patient().await);
    let seq = device.must(&Command::BookSeries(booking)).await;
    device.new_patient().await;

    let mut cursor = before;
    let mut sizes = Vec::new();
    while cursor < device.feed().await.seq {
        let page = page(&device, cursor, 1).await;
        sizes.push((page.to, page.upserts.len()));
        cursor = page.to;
    }
    assert_eq!(sizes, [(before + 1, 1), (seq, 5), (seq + 1, 1)], "I3");
}

async fn an_outcome_is_never_read_without_its_effect_nor_the_effect_without_it(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let start = device.feed().await.seq;
    let done = AtomicBool::new(false);
    let asking = async {
        for _ in 0..60 {
            device.new_patient().await;
        }
        done.store(true, Ordering::SeqCst);
    };
    let reading = async {
        let mut pages = 0;
        while !done.load(Ordering::SeqCst) {
            // Each number is one new patient: as many rows as the device was answered.
            let page = page(&device, start, 10_000).await;
            assert_eq!(page.device_ack, page.upserts.len() as u64, "I11");
            pages += 1;
        }
        pages
    };
    let ((), pages) = tokio::join!(asking, reading);
    assert!(pages > 1, "read while it was written");
}

/// Books, cancels and adds patients; the seqs of what was changed.
async fn write_a_while(device: &Device, patient: PatientId, slots: &[Slot]) -> Vec<u64> {
    let mut applied = Vec::new();
    for slot in slots.iter().step_by(7).take(25) {
        let booking = wish::booking(slot, patient);
        let cancel = wish::cancelling(booking.appointment_id);
        for command in [
            Command::BookAppointment(booking),
            Command::PutPatient(wish::patient("Changing Often")),
            Command::CancelAppointment(cancel),
        ] {
            let outcome = device.ask(&command).await;
            if outcome.outcome == OutcomeKind::Applied {
                applied.push(outcome.seq);
            }
        }
    }
    applied
}

async fn page(device: &Device, since: u64, limit: u32) -> ChangePage {
    let epoch = device.feed().await.epoch;
    let path = format!(
        "{}?epoch={epoch}&since={since}&limit={limit}",
        path::CHANGES
    );
    device.get(&path).await.read()
}

/// The numbers of the rows that this page settles, in its order. A row that has changed again since
/// is carried as it is now, and settled by a later page.
fn settled(page: &ChangePage) -> Vec<u64> {
    let seqs = page.upserts.iter().map(|it| {
        assert_eq!(it.row.version(), it.seq);
        assert!(it.seq > page.from && it.seq <= page.head, "{it:?}");
        it.seq
    });
    seqs.filter(|seq| *seq <= page.to).collect()
}
