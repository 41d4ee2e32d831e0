//! The same wishes to one SQLite file and to three servers over PostgreSQL: one semantics.

use std::collections::BTreeMap;

use frontdesk_domain::Kind;
use frontdesk_protocol::ChangePage;
use rand::RngExt as _;

use super::wishes::{Draw, Wish, batch, prepare};
use super::*;

const WISHES: u32 = 60;

/// How many clinics are played through: more with `FRONTDESK_LONG=1`.
fn clinics() -> u64 {
    let long = std::env::var("FRONTDESK_LONG").is_ok_and(|value| value == "1");
    if long { 40 } else { 2 }
}

/// Outcomes, pages, rows, seats, changes and the audit's head: nothing tells the engines apart, nor
/// which of several servers was asked, nor how long it remembers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_say_the_same_to_the_same_wishes() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    for seed in 0..clinics() {
        let pair = Pair::open().await;
        let mut draw = Draw::of(seed);
        let mut replica = Replica::default();
        for turn in 0..WISHES {
            let told = format!("seed {seed}, wish {turn}");
            pair.ask(&mut draw, &told).await;
            if draw.chance(4) {
                let limit = draw.random.random_range(1..=4);
                let server = &pair.many[draw.random.random_range(0..3)];
                let page = replica.next(&pair.one.store, limit).await;
                let same = replica.next(server, limit).await;
                assert_eq!(json!(page), json!(same), "{told}");
                replica.take(&page);
            }
        }
        replica.catch_up(&pair.one.store).await;
        assert_eq!(replica.rows, rows_of(&pair.one.store).await, "seed {seed}");
        let (one, many) = (records(&pair.one.store), records(&pair.many[0]));
        assert_eq!(one.await, many.await, "seed {seed}");
        pair.one.holds_true().await;
        pair.other.holds_true().await;
    }
}

/// The same clinic twice.
struct Pair {
    one: World,
    other: World,
    /// Servers over the other's database.
    many: [Store; 3],
}

impl Pair {
    async fn open() -> Self {
        let (one, other) = (World::on_sqlite().await, World::on_postgres().await);
        prepare(&one).await;
        prepare(&other).await;
        let many = [(); 3].map(|()| open(&other.database, &other.file, &other.now, &other.fanout));
        Self { one, other, many }
    }

    async fn ask(&self, draw: &mut Draw, told: &str) {
        let head = self.one.read(|db| super::super::feed(db, CLINIC)).await.seq;
        let server = &self.many[draw.random.random_range(0..3)];
        let one = &self.one.store;
        match draw.wish(head) {
            Wish::Pass(minutes) => {
                self.one.pass(minutes);
                self.other.pass(minutes);
            }
            Wish::Hold(of, wish) => {
                let here = one.hold(holding(of, wish.clone())).await;
                let there = server.hold(holding(of, wish)).await;
                assert_eq!(here.unwrap(), there.unwrap(), "{told}");
            }
            Wish::Commands(of, list) => {
                let here = one.execute(batch(of, list.clone())).await.unwrap();
                let there = server.execute(batch(of, list.clone())).await.unwrap();
                assert_eq!(here.stopped, None, "{told}: {list:?}");
                assert_eq!(json!(here.outcomes), json!(there.outcomes), "{told}");
                assert_eq!(here.expected_no, there.expected_no, "{told}");
            }
        }
    }
}

type Rows = BTreeMap<(String, Uuid), Value>;

/// What a desk knows that pulls page by page.
#[derive(Default)]
struct Replica {
    rows: Rows,
    seq: u64,
}

impl Replica {
    async fn next(&self, store: &Store, limit: u32) -> ChangePage {
        let since = Since {
            epoch: EPOCH.into(),
            seq: self.seq.max(1),
            limit,
        };
        let page = store.read(move |db| changes(db, CLINIC, device(1), since));
        page.await.unwrap().unwrap()
    }

    fn take(&mut self, page: &ChangePage) {
        for upsert in page
            .upserts
            .iter()
            .filter(|upsert| moves(upsert.row.kind()))
        {
            let key = (upsert.row.kind().name().to_owned(), upsert.id);
            self.rows.insert(key, json!(upsert.row));
        }
        for removed in &page.removed {
            self.rows
                .remove(&(removed.kind.name().to_owned(), removed.id));
        }
        self.seq = page.to;
    }

    async fn catch_up(&mut self, store: &Store) {
        loop {
            let page = self.next(store, 2).await;
            self.take(&page);
            if !page.more {
                return;
            }
        }
    }
}

/// Rows that were not there at the beginning.
fn moves(kind: Kind) -> bool {
    [Kind::Appointment, Kind::Hold].contains(&kind)
}

async fn rows_of(store: &Store) -> Rows {
    let all = store.read(|db| {
        let mut all = Rows::new();
        for kind in Kind::ALL.into_iter().filter(|kind| moves(*kind)) {
            db.each(rows::select(kind), &params![CLINIC.0], &mut |row| {
                let row = rows::read(kind, row)?;
                all.insert((kind.name().to_owned(), row.id()), json!(row));
                Ok(())
            })?;
        }
        Ok(all)
    });
    all.await.unwrap()
}

const CHANGES: &str = "select seq, sub, kind, id, op, fields, was, actor, device from change
                       where clinic_id = $1 order by seq, sub";

/// Everything that is kept, as texts.
pub(super) async fn records(store: &Store) -> Vec<String> {
    let all = store.read(|db| {
        let clinic = params![CLINIC.0];
        let mut all = Vec::new();
        for kind in Kind::ALL {
            let rows = db.all(rows::select(kind), &clinic, |row| rows::read(kind, row))?;
            all.extend(rows.into_iter().map(|row| json!(row).to_string()));
        }
        all.extend(seats(db)?.into_iter().map(|seat| format!("{seat:?}")));
        all.sort();
        all.extend(db.all(CHANGES, &clinic, |row| {
            let what: (u64, u64, String, Uuid, String) = (
                row.get("seq")?,
                row.get("sub")?,
                row.get("kind")?,
                row.get("id")?,
                row.get("op")?,
            );
            let how: (Option<String>, Option<u64>) = (row.get("fields")?, row.get("was")?);
            let by: (Uuid, Uuid) = (row.get("actor")?, row.get("device")?);
            Ok(format!("{what:?} {how:?} {by:?}"))
        })?);
        all.extend(db.all(
            "select seq, head_hash from feed where clinic_id = $1",
            &clinic,
            |row| {
                let head: (u64, Vec<u8>) = (row.get("seq")?, row.get("head_hash")?);
                Ok(format!("{head:?}"))
            },
        )?);
        Ok(all)
    });
    all.await.unwrap()
}
