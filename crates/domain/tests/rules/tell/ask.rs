//! What is asked of a clinic, and what it answers.

use std::fmt::Write as _;

use chrono::TimeDelta;
use frontdesk_domain::alternatives::{SlotWish, near};
use frontdesk_domain::command::{
    BookAppointment, BookSeries, CancelAppointment, RescheduleAppointment, SeriesScope,
    SeriesVisit, StepAppointment, UpdateAppointment,
};
use frontdesk_domain::decide::{Decided, legal_steps_for};
use frontdesk_domain::*;

use super::{Line, date};
use crate::sheet::{codes, refusal, sheet, span};
use crate::world::{World, id, name, receptionist};

impl Line<'_> {
    pub(super) fn book(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let count = world.facts.appointments.len() + 1;
        let (visit, patient) = (format!("v{count}"), format!("patient{count}"));
        let patient = self.option("for").unwrap_or(&patient);
        let patient_id = match patient {
            "nobody" => id(b'p', patient),
            name => world.patient(name),
        };
        let appointment_id = id(b'v', self.option("as").unwrap_or(&visit));
        let location_id = self.option("in").map(|name| id(b'R', name));
        let overriding = self.overriding();
        let notes = self.option("note").map(str::to_owned);
        let practitioner_id = self.practitioner().unwrap_or(id(b'P', "P1"));
        let date = self.date();
        let (from, until) = self.times().unwrap();
        let command = Command::BookAppointment(BookAppointment {
            appointment_id,
            patient_id,
            practitioner_id,
            service_id: self.service_id(),
            location_id,
            starts_at: world.at(date, from),
            ends_at: until.map(|until| world.at(date, until)),
            notes,
            overriding,
        });
        self.run(world, &command, &by, None)
    }

    pub(super) fn reschedule(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let seen = self.seen();
        let location_id = self.option("in").map(|name| id(b'R', name));
        let visit = self.words.remove(0);
        let practitioner_id = self.practitioner();
        let date = self.date();
        let (from, until) = self.times().unwrap();
        let command = Command::RescheduleAppointment(RescheduleAppointment {
            appointment_id: id(b'v', visit),
            starts_at: world.at(date, from),
            ends_at: until.map(|until| world.at(date, until)),
            practitioner_id,
            location_id,
            overriding: self.overriding(),
            scope: self.scope(),
        });
        self.run(world, &command, &by, seen)
    }

    pub(super) fn cancel(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let seen = self.seen();
        let command = Command::CancelAppointment(CancelAppointment {
            appointment_id: id(b'v', self.words[0]),
            reason: CancelReason::Patient,
            note: None,
            scope: self.scope(),
        });
        self.run(world, &command, &by, seen)
    }

    pub(super) fn update(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let seen = self.seen();
        let patient_id = self.option("for").map(|name| world.patient(name));
        let notes = self.option("say").map(str::to_owned);
        let visit = self.words.remove(0);
        let command = Command::UpdateAppointment(UpdateAppointment {
            appointment_id: id(b'v', visit),
            notes,
            patient_id,
            scope: self.scope(),
            service_id: self.service(),
        });
        self.run(world, &command, &by, seen)
    }

    pub(super) fn step(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let seen = self.seen();
        let on = StepAppointment {
            reason: self.option("saying").map(str::to_owned),
            appointment_id: id(b'v', self.words[0]),
        };
        let command = match self.verb {
            "approve" => Command::ApproveAppointment(on),
            "reject" => Command::RejectAppointment(on),
            "arrive" => Command::ArriveAppointment(on),
            "check-in" => Command::CheckInAppointment(on),
            "complete" => Command::CompleteAppointment(on),
            "no-show" => Command::MarkAppointmentNoShow(on),
            _ => Command::UndoStatus(on),
        };
        self.run(world, &command, &by, seen)
    }

    pub(super) fn series(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let name = self.words.remove(0);
        let patient_id = world.patient(self.option("for").unwrap_or("ann"));
        let overriding = self.overriding();
        let practitioner_id = self.practitioner().unwrap_or(id(b'P', "P1"));
        let service_id = self.service_id();
        let notes = self.option("say").map(str::to_owned);
        let by_wall = self.flag("only-wall");
        let mut dates = Vec::new();
        while let Some(word) = self.take(|word| date(word).is_some()) {
            dates.extend(date(word));
        }
        let (from, until) = self.times().unwrap();
        let visits = dates.into_iter().zip("abcdefghij".chars());
        let visits = visits.map(|(date, letter)| {
            let midnight = date.and_time(chrono::NaiveTime::MIN);
            let wall = WallDateTime(midnight + TimeDelta::minutes(from.into()));
            SeriesVisit {
                appointment_id: id(b'v', &format!("{name}{letter}")),
                practitioner_id,
                starts_at: (!by_wall).then(|| world.at(date, from)),
                wall_start: by_wall.then_some(wall),
                ends_at: until.map(|until| world.at(date, until)),
                location_id: None,
            }
        });
        let command = Command::BookSeries(BookSeries {
            series_id: id(b'S', name),
            patient_id,
            service_id,
            notes,
            overriding,
            visits: visits.collect(),
        });
        self.run(world, &command, &by, None)
    }

    pub(super) fn hold(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let hold_id = id(b'H', self.words.remove(0));
        let practitioner_id = self.practitioner().unwrap_or(id(b'P', "P1"));
        let service_id = self.service();
        let date = self.date();
        let (from, until) = self.times().unwrap();
        let nobody = receptionist("nobody");
        let wish = Hold {
            hold_id,
            practitioner_id,
            starts_at: world.at(date, from),
            ends_at: world.at(date, until.unwrap_or(from + 30)),
            user_id: nobody.user_id,
            user_name: nobody.name,
            device_id: nobody.device_id,
            expires_at: world.now,
            version: 0,
        };
        let outcome = match world.hold(&wish, service_id, &by) {
            Ok(_) => "held".to_owned(),
            Err(reason) => refusal(world, &reason),
        };
        format!("{} → {outcome}\n", self.text)
    }

    pub(super) fn may(&mut self, world: &World) -> String {
        let by = self.actor();
        let visit = &world.facts.appointments[&id(b'v', self.words[0])];
        let steps = legal_steps_for(visit, &by, world.now);
        format!("{} → {}\n", self.text, codes(&steps).join(" "))
    }

    fn run(&self, world: &mut World, command: &Command, by: &Actor, seen: Option<u64>) -> String {
        let outcome = match world.run(command, by, seen) {
            Ok(decided) => applied(world, &decided),
            Err(reason) => refusal(world, &reason),
        };
        format!("{} → {outcome}\n", self.text)
    }

    pub(super) fn instead(&mut self, world: &World) -> String {
        let patient_id = self.option("for").map(|name| id(b'p', name));
        let wish = SlotWish {
            practitioner_id: self.practitioner().unwrap_or(id(b'P', "P1")),
            service_id: self.service_id(),
            starts_at: self.starts_at(world),
            ends_at: None,
            patient_id,
            ignoring: self.option("not").map(|name| id(b'v', name)),
        };
        let slots = near(&wish, &world.facts, world.now);
        let offers = slots.iter().map(|slot| {
            let start = slot.wall_start.0.format("%a %-d %H:%M");
            format!(" {} {start}", name(slot.practitioner_id.0))
        });
        format!("{} →{}\n", self.text, offers.collect::<Vec<_>>().join(","))
    }

    pub(super) fn show(&mut self, world: &World) -> String {
        let practitioner_id = self.practitioner().unwrap_or(id(b'P', "P1"));
        let date = self.date();
        let service = name(self.service_id().0);
        sheet(world, practitioner_id, date, &service)
    }

    fn seen(&mut self) -> Option<u64> {
        self.option("seen").map(|seen| seen.parse().unwrap())
    }

    fn scope(&mut self) -> SeriesScope {
        match self.option("scope") {
            None => SeriesScope::This,
            Some("following") => SeriesScope::Following,
            Some("all") => SeriesScope::All,
            Some(other) => panic!("{other} is not a scope"),
        }
    }

    fn overriding(&mut self) -> Option<Override> {
        let rules = self.option("over")?.split(',');
        let rule = |code: &str| serde_json::from_value(code.into()).unwrap();
        Some(Override {
            reason: "because".to_owned(),
            rules: rules.map(rule).collect(),
        })
    }
}

fn applied(world: &World, decided: &Decided) -> String {
    let Some(Row::Appointment(visit)) = decided.rows.first() else {
        return "no change".to_owned();
    };
    let mut text = format!("{} {}", visit.status.code(), name(visit.appointment_id.0));
    write!(text, " {}", span(world, &visit.during())).unwrap();
    if let Some(room) = visit.location_id {
        write!(text, " in {}", name(room.0)).unwrap();
    }
    if let Some(broken) = &visit.overridden {
        write!(text, " over {}", codes(&broken.rules).join(",")).unwrap();
    }
    let changed: Vec<_> = decided.rows.iter().map(Row::id).collect();
    for other in &changed[1..] {
        write!(text, ", {}", name(*other)).unwrap();
    }
    for moved in &decided.reseated {
        if !changed.contains(&moved.0) {
            write!(text, ", reseats {}", name(moved.0)).unwrap();
        }
    }
    for hold in &decided.released {
        write!(text, ", releases {}", name(hold.0)).unwrap();
    }
    text
}
