//! The feed under load (I1, I2, I3, I5, I6, I11): dense numbers, whole transactions, and an outcome
//! that is never seen without its effect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use frontdesk_domain::{Command, PatientId, Slot};
use frontdesk_protocol::{ChangePage, OutcomeKind, path};
use frontdesk_tests::{Clinic, Device, Engine, wish};
use futures_util::future::join_all;

frontdesk_tests::both_engines! {
    whoever_reads_on_while_others_write_misses_nothing_and_sees_nothing_twice,
    a_page_holds_all_of_a_transaction_however_small_it_was_asked_to_be,
    an_outcome_is_never_read_without_its_effect_nor_the_effect_without_it,
}

async fn whoever_reads_on_while_others_write_misses_nothing_and_sees_nothing_twice(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let (reader, writers) = (clinic.device("manager").await, clinic.devices(6).await);
    let (patients, slots) = (reader.patients().await, reader.free_slots().await);
    let start = reader.feed().await.seq;
    let done = AtomicBool::new(false);
    let writing = async {
        let shares = writers.iter().zip(&patients);
        let applied = shares.map(|(writer, patient)| write_a_while(writer, *patient, &slots));
        let applied = join_all(applied).await;
        done.store(true, Ordering::SeqCst);
        applied.into_iter().flatten().collect::<BTreeSet<u64>>()
    };
    let reading = async {
        let (mut cursor, mut seen) = (start, Vec::new());
        while !done.load(Ordering::SeqCst) || cursor < reader.feed().await.seq {
            let page = page(&reader, cursor, 3).await;
            assert_eq!(page.from, cursor);
            assert!(page.to >= cursor && page.to <= page.head, "I5");
            seen.extend(settled(&page));
            cursor = page.to;
        }
        (cursor, seen)
    };
    let (applied, (cursor, seen)) = tokio::join!(writing, reading);

    let numbers: Vec<u64> = (start + 1..=cursor).collect();
    assert_eq!(applied.into_iter().collect::<Vec<_>>(), numbers, "I1");
    let mut in_order = seen.clone();
    in_order.sort_unstable();
    assert_eq!(seen, in_order, "I2");
    // A visit that was booked and cancelled between two pulls shows only its last change.
    let mut replica = BTreeMap::new();
    for upsert in page(&reader, start, 10_000).await.upserts {
        replica.insert(upsert.id, upsert.row);
    }
    for row in reader.rows().await {
        if row.version() > start {
            assert_eq!(replica.get(&row.id()), Some(&row), "I6");
        }
    }
    clinic.holds_true();
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
