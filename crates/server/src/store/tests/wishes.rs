//! What a desk may ask for at random, also what makes no sense: both databases must say the same.

use std::collections::BTreeMap;

use frontdesk_domain::Hold;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};

use super::super::HoldWish;
use super::*;

/// A manager may break rules.
pub(super) const MANAGER: UserId = UserId(Uuid::from_u128(41));
const DESKS: u128 = 5;
/// Few visits, patients and slots, so that wishes meet.
const VISITS: u128 = 12;
const SLOTS: i64 = 60;
const STEPS: [&str; 6] = [
    "approve_appointment",
    "reject_appointment",
    "arrive_appointment",
    "check_in_appointment",
    "complete_appointment",
    "mark_appointment_no_show",
];
const RULES: [&str; 6] = [
    "slot_taken",
    "patient_busy",
    "location_busy",
    "capacity_full",
    "off_grid",
    "outside_schedule",
];

/// A manager, buffers, and a class whose visits have to be approved.
pub(super) async fn prepare(world: &World) {
    let prepared = world.store.transact(|db| {
        let new = user::NewUser {
            login: "boss".to_owned(),
            name: "Boss".to_owned(),
            role: Role::Manager,
            practitioner_id: None,
        };
        user::add(db, CLINIC, MANAGER, &new, "no hash", at(0))?;
        let buffers = "update service set buffer_before_minutes = 5, buffer_after_minutes = 10
                       where clinic_id = $1 and service_id = $2";
        db.execute(buffers, &params![CLINIC.0, PLAIN])?;
        let asks = "update service set needs_approval = 1 where clinic_id = $1 and service_id = $2";
        db.execute(asks, &params![CLINIC.0, CLASS])
    });
    assert_eq!(prepared.await.unwrap(), 1);
}

/// Every second desk is the manager's.
pub(super) fn batch(of: u128, commands: Vec<Envelope>) -> Batch {
    Batch {
        clinic: CLINIC,
        session: None,
        device: device(of),
        user: if of.is_multiple_of(2) {
            MANAGER
        } else {
            RECEPTIONIST
        },
        commands,
    }
}

#[derive(Clone)]
pub(super) enum Wish {
    Commands(u128, Vec<Envelope>),
    Hold(u128, HoldWish),
    /// Minutes go by.
    Pass(i64),
}

/// Draws wishes and counts the commands of each desk; a seed gives the same ones again.
pub(super) struct Draw {
    pub(super) random: StdRng,
    nos: BTreeMap<u128, u64>,
}

impl Draw {
    pub(super) fn of(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            nos: BTreeMap::new(),
        }
    }

    /// `head` is about where the feed stands.
    pub(super) fn wish(&mut self, head: u64) -> Wish {
        let of = self.random.random_range(1..=DESKS);
        match self.random.random_range(0..20) {
            0 | 1 => Wish::Hold(of, self.hold()),
            2 => Wish::Hold(of, HoldWish::Remove(self.hold_id().into())),
            3 => Wish::Pass(self.random.random_range(0..3)),
            _ => Wish::Commands(of, self.commands(of, head)),
        }
    }

    /// One to three of a desk, with the numbers that come next.
    pub(super) fn commands(&mut self, of: u128, head: u64) -> Vec<Envelope> {
        let count = self.random.random_range(1..=3);
        (0..count).map(|_| self.command(of, head)).collect()
    }

    fn command(&mut self, of: u128, head: u64) -> Envelope {
        let next = self.nos.entry(of).or_default();
        *next += 1;
        let no = *next;
        let mut drawn = match self.random.random_range(0..14) {
            0..=4 => self.booking(no),
            5 => self.cancelling(no),
            6 | 7 => self.of_a_visit(no, "undo_status"),
            8 => {
                let step = STEPS[self.random.random_range(0..STEPS.len())];
                self.of_a_visit(no, step)
            }
            9 | 10 => self.moving(no),
            11 => self.updating(no),
            12 => self.series(no),
            _ => self.renaming(no),
        };
        drawn.id = CommandId(Uuid::from_u128((of << 64) + u128::from(no)));
        if !drawn.kind.starts_with("book") && self.chance(6) {
            drawn.base_version = Some(self.random.random_range(0..head + 3));
        }
        drawn.depends_on = (no > 1 && self.chance(12)).then(|| no - 1);
        let takes_place = ["book_appointment", "reschedule_appointment", "book_series"];
        if takes_place.contains(&drawn.kind.as_str()) && self.chance(3) {
            let all = if self.chance(3) {
                self.random.random_range(1..=3)
            } else {
                RULES.len()
            };
            drawn.args["override"] = json!({ "reason": "it hurts", "rules": RULES[..all] });
        }
        drawn
    }

    fn booking(&mut self, no: u64) -> Envelope {
        let (n, who, service) = (
            self.random.random_range(0..VISITS),
            self.patient(),
            self.service(),
        );
        let span = (self.start(), self.length());
        let mut drawn = book(no, n, who, service, span);
        self.perhaps(&mut drawn, 3, "location_id", json!(ROOM));
        self.perhaps(&mut drawn, 4, "notes", json!("n"));
        drawn
    }

    fn cancelling(&mut self, no: u64) -> Envelope {
        let mut drawn = self.of_a_visit(no, "cancel_appointment");
        drawn.args["reason"] = json!("patient");
        self.perhaps(&mut drawn, 3, "scope", json!("all"));
        drawn
    }

    fn moving(&mut self, no: u64) -> Envelope {
        let mut drawn = self.of_a_visit(no, "reschedule_appointment");
        drawn.args["starts_at"] = json!(at(self.start()));
        let scope = ["following", "all"][self.random.random_range(0..2)];
        self.perhaps(&mut drawn, 3, "scope", json!(scope));
        self.perhaps(&mut drawn, 3, "location_id", json!(ROOM));
        drawn
    }

    fn updating(&mut self, no: u64) -> Envelope {
        let mut drawn = self.of_a_visit(no, "update_appointment");
        let notes = format!("u{}", self.random.random_range(0..4));
        let (who, service) = (patient(self.patient()), self.service());
        self.perhaps(&mut drawn, 2, "notes", json!(notes));
        self.perhaps(&mut drawn, 2, "patient_id", json!(who));
        self.perhaps(&mut drawn, 2, "service_id", json!(service));
        self.perhaps(&mut drawn, 3, "scope", json!("all"));
        drawn
    }

    fn series(&mut self, no: u64) -> Envelope {
        let (first, start) = (100 + 10 * self.random.random_range(0..8), self.start());
        let count = self.random.random_range(2..5);
        let visits = (0..count).map(|k: u32| {
            let from = start + 60 * i64::from(k);
            json!({
                "appointment_id": visit(first + u128::from(k)),
                "practitioner_id": PRACTITIONER,
                "starts_at": at(from),
                "ends_at": at(from + 30),
            })
        });
        let args = json!({
            "series_id": visit(9_000 + self.random.random_range(0..5)),
            "patient_id": patient(self.patient()),
            "service_id": self.service(),
            "visits": visits.collect::<Vec<_>>(),
        });
        envelope(no, "book_series", args)
    }

    fn renaming(&mut self, no: u64) -> Envelope {
        let name = format!("N{}", self.random.random_range(0..3));
        let args = json!({ "patient_id": patient(self.patient()), "name": name });
        envelope(no, "put_patient", args)
    }

    /// A visit of its own, or of a series.
    fn of_a_visit(&mut self, no: u64, kind: &str) -> Envelope {
        let n = if self.chance(4) {
            100 + 10 * self.random.random_range(0..8) + self.random.random_range(0..3)
        } else {
            self.random.random_range(0..VISITS)
        };
        envelope(no, kind, json!({ "appointment_id": visit(n) }))
    }

    fn hold(&mut self) -> HoldWish {
        let start = self.start();
        let hold = Hold {
            hold_id: self.hold_id().into(),
            practitioner_id: PRACTITIONER.into(),
            starts_at: at(start),
            ends_at: at(start + self.length()),
            user_id: RECEPTIONIST,
            user_name: String::new(),
            device_id: device(0),
            expires_at: at(0),
            version: 0,
        };
        let service = self.chance(2).then(|| self.service().into());
        HoldWish::Put(hold, service)
    }

    /// Often that of the visit that it is for, as the desks' own.
    fn hold_id(&mut self) -> Uuid {
        if self.chance(2) {
            visit(self.random.random_range(0..VISITS))
        } else {
            visit(500 + self.random.random_range(0..6))
        }
    }

    fn perhaps(&mut self, drawn: &mut Envelope, one_in: u32, field: &str, value: Value) {
        if self.chance(one_in) {
            drawn.args[field] = value;
        }
    }

    pub(super) fn chance(&mut self, one_in: u32) -> bool {
        self.random.random_range(0..one_in) == 0
    }

    fn patient(&mut self) -> u128 {
        self.random.random_range(1..=VISITS)
    }

    fn service(&mut self) -> Uuid {
        if self.chance(2) { PLAIN } else { CLASS }
    }

    fn start(&mut self) -> i64 {
        30 + 15 * self.random.random_range(0..SLOTS)
    }

    fn length(&mut self) -> i64 {
        15 * self.random.random_range(1..=3)
    }
}
