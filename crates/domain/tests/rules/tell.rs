//! The language of the stories. Statements end with `;` or a new line:
//!
//! `/30m` · `zone NAME` · `now DAY TIME` · `service A 30m [before 5m] [after 5m] [capacity 3]
//! [up-to 3] [approval] [closed]` · `room R1 [x2] [closed]` · `P1 Mon-Fri 9-12 13-17 [in R1] [only A]
//! [week 0/2] [from DATE] [until DATE]` · `away P1 DAY 9-10` · `closed DAY [9-10]` · `extra P1 DAY
//! 9-10` · `booked …` (must succeed) · `book [P1] [A] [DAY] 9:30[-10:00] [for ann] [in R1] [by rita]
//! [as v1] [note …]` · `move v1 [P2] [DAY] 10 [in R1] [seen 3]` · `cancel v1 [seen 3]` · `status v1
//! arrived` · `instead [P1] [A] [DAY] 9:30 [for ann]` · `show [P1] [A] [DAY]` (else every
//! practitioner's Monday).

use std::fmt::Write as _;

use chrono::{Datelike, Days, NaiveDate};
use frontdesk_domain::alternatives::{SlotWish, near};
use frontdesk_domain::command::{
    BookAppointment, CancelAppointment, RescheduleAppointment, SeriesScope,
};
use frontdesk_domain::decide::Decided;
use frontdesk_domain::*;

use crate::sheet::{refusal, sheet, span};
use crate::world::{MONDAY, World, day, id, name, receptionist, service};

/// What the story printed.
pub(crate) fn tell(story: &str) -> String {
    let mut world = World::new();
    let mut said = String::new();
    let mut shown = false;
    for statement in story
        .split([';', '\n'])
        .map(str::trim)
        .filter(|s| !s.is_empty())
    {
        let line = Line::of(statement);
        shown |= line.verb == "show";
        said += &line.tell(&mut world);
    }
    if !shown {
        for practitioner in world.facts.practitioners.keys() {
            said += &sheet(&world, *practitioner, day(MONDAY), "S");
        }
    }
    said
}

/// A statement: its verb, its options by key, and the words that are left.
struct Line<'a> {
    text: &'a str,
    verb: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        let mut words: Vec<_> = text.split_whitespace().collect();
        let verb = words.remove(0);
        Self { text, verb, words }
    }

    fn tell(mut self, world: &mut World) -> String {
        match self.verb {
            "zone" => world.facts.zone = ClinicZone::named(self.words[0]).unwrap(),
            "now" => world.now = self.starts_at(world),
            "service" => self.service(world),
            "room" => self.room(world),
            "away" => self.exception(world, ExceptionKind::TimeOff),
            "closed" => self.exception(world, ExceptionKind::Closure),
            "extra" => self.exception(world, ExceptionKind::ExtraHours),
            "status" => self.status(world),
            "booked" => {
                let said = self.book(world);
                assert!(!said.contains("refused"), "{said}");
            }
            "book" => return self.book(world),
            "move" => return self.reschedule(world),
            "cancel" => return self.cancel(world),
            "instead" => return self.instead(world),
            "show" => return self.show(world),
            grid if grid.starts_with('/') => world.facts.grid_minutes = minutes(&grid[1..]),
            _ => self.hours(world),
        }
        String::new()
    }

    fn option(&mut self, key: &str) -> Option<&'a str> {
        let at = self.words.iter().position(|word| *word == key)?;
        self.words.remove(at);
        Some(self.words.remove(at))
    }

    fn flag(&mut self, key: &str) -> bool {
        let at = self.words.iter().position(|word| *word == key);
        at.map(|at| self.words.remove(at)).is_some()
    }

    fn take(&mut self, suits: impl Fn(&str) -> bool) -> Option<&'a str> {
        let at = self.words.iter().position(|word| suits(word))?;
        Some(self.words.remove(at))
    }

    fn practitioner(&mut self) -> Option<PractitionerId> {
        let is_name = |word: &str| word.starts_with('P') && word.len() == 2;
        self.take(is_name).map(|name| id(b'P', name))
    }

    fn date(&mut self) -> NaiveDate {
        let word = self.take(|word| date(word).is_some());
        word.and_then(date).unwrap_or(day(MONDAY))
    }

    /// Minutes of the wall clock: the start, and the end if there is one.
    fn times(&mut self) -> Option<(u32, Option<u32>)> {
        let word = self.take(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        let (from, until) = word
            .split_once('-')
            .map_or((word, None), |(a, b)| (a, Some(b)));
        Some((clock(from), until.map(clock)))
    }

    fn starts_at(&mut self, world: &World) -> Timestamp {
        let date = self.date();
        world.at(date, self.times().unwrap().0)
    }

    fn service_id(&mut self) -> ServiceId {
        let is_name = |word: &str| word.len() == 1 && word.starts_with(|c: char| c.is_uppercase());
        id(b's', self.take(is_name).unwrap_or("S"))
    }

    fn actor(&mut self) -> Actor {
        let name = self.option("by").unwrap_or("rita");
        let role = match name {
            "boss" => Role::Manager,
            name if name.starts_with('P') => Role::Practitioner,
            _ => Role::Receptionist,
        };
        Actor {
            role,
            practitioner_id: (role == Role::Practitioner).then(|| id(b'P', name)),
            ..receptionist(name)
        }
    }

    fn service(&mut self, world: &mut World) {
        let length = minutes(self.words[1]);
        let mut row = service(self.words[0], length);
        row.buffer_before_minutes = self.option("before").map_or(0, minutes);
        row.buffer_after_minutes = self.option("after").map_or(0, minutes);
        row.capacity = self.option("capacity").map_or(1, |n| n.parse().unwrap());
        if let Some(most) = self.option("up-to") {
            row.overlap_policy = OverlapPolicy::UpTo(most.parse().unwrap());
        }
        row.needs_approval = self.flag("approval");
        row.active = !self.flag("closed");
        world.add_service(row);
    }

    fn room(&mut self, world: &mut World) {
        let capacity = self.take(|word| word.starts_with('x'));
        let closed = self.flag("closed");
        let room = world.room(
            self.words[0],
            capacity.map_or(1, |x| x[1..].parse().unwrap()),
        );
        world.facts.locations.get_mut(&room).unwrap().active = !closed;
    }

    fn hours(&mut self, world: &mut World) {
        let practitioner_id = world.practitioner(self.verb);
        let mut schedule = world.schedule(practitioner_id);
        let location_id = self.option("in").map(|name| id(b'R', name));
        let service_ids = self.option("only").map(|name| vec![id(b's', name)]);
        let cycle = self.option("week").map(|of| of.split_once('/').unwrap());
        let (week, weeks) = cycle.map_or((0, 1), |(k, n)| (k.parse().unwrap(), n.parse().unwrap()));
        schedule.cycle_weeks = weeks;
        if let Some(from) = self.option("from") {
            schedule.valid_from = date(from).unwrap();
        }
        schedule.valid_until = self.option("until").and_then(date);
        let days = self.words.remove(0);
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let weekday = |name| date(name).unwrap().weekday().number_from_monday();
        let mut blocks = Vec::new();
        while let Some((from, until)) = self.times() {
            for weekday in weekday(first)..=weekday(last) {
                blocks.push(ScheduleBlock {
                    week,
                    weekday: u8::try_from(weekday).unwrap(),
                    from: wall_time(from),
                    until: wall_time(until.unwrap()),
                    location_id,
                    service_ids: service_ids.clone(),
                });
            }
        }
        let same = |known: &&mut Schedule| {
            known.practitioner_id == practitioner_id
                && (known.valid_from, known.valid_until, known.cycle_weeks)
                    == (
                        schedule.valid_from,
                        schedule.valid_until,
                        schedule.cycle_weeks,
                    )
        };
        match world.facts.schedules.iter_mut().find(same) {
            Some(known) => known.blocks.extend(blocks),
            None => world.facts.schedules.push(Schedule { blocks, ..schedule }),
        }
    }

    fn exception(&mut self, world: &mut World, kind: ExceptionKind) {
        let practitioner_id = self.practitioner();
        let date = self.date();
        let (from, until) = self.times().unwrap_or((0, Some(24 * 60)));
        let at = |minutes: u32| {
            let midnight = date.and_time(chrono::NaiveTime::MIN);
            WallDateTime(midnight + chrono::TimeDelta::minutes(minutes.into()))
        };
        world.facts.exceptions.push(Exception {
            exception_id: id(b'x', &format!("x{}", world.facts.exceptions.len() + 1)),
            practitioner_id,
            kind,
            from: at(from),
            until: at(until.unwrap()),
            reason: self.words.join(" "),
            version: 0,
        });
    }

    fn status(&mut self, world: &mut World) {
        let visit = world
            .facts
            .appointments
            .get_mut(&id(b'v', self.words[0]))
            .unwrap();
        visit.status = AppointmentStatus::from_code(self.words[1]).unwrap();
    }

    fn book(&mut self, world: &mut World) -> String {
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
            overriding: None,
        });
        self.run(world, &command, &by, None)
    }

    fn reschedule(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let seen = self.option("seen").map(|seen| seen.parse().unwrap());
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
            overriding: None,
            scope: SeriesScope::This,
        });
        self.run(world, &command, &by, seen)
    }

    fn cancel(&mut self, world: &mut World) -> String {
        let by = self.actor();
        let seen = self.option("seen").map(|seen| seen.parse().unwrap());
        let command = Command::CancelAppointment(CancelAppointment {
            appointment_id: id(b'v', self.words[0]),
            reason: CancelReason::Patient,
            note: None,
            scope: SeriesScope::This,
        });
        self.run(world, &command, &by, seen)
    }

    fn run(&self, world: &mut World, command: &Command, by: &Actor, seen: Option<u64>) -> String {
        let outcome = match world.run(command, by, seen) {
            Ok(decided) => applied(world, &decided),
            Err(reason) => refusal(world, &reason),
        };
        format!("{} → {outcome}\n", self.text)
    }

    fn instead(&mut self, world: &World) -> String {
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

    fn show(&mut self, world: &World) -> String {
        let practitioner_id = self.practitioner().unwrap_or(id(b'P', "P1"));
        let date = self.date();
        let service = name(self.service_id().0);
        sheet(world, practitioner_id, date, &service)
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
    for moved in &decided.reseated[1..] {
        write!(text, ", reseats {}", name(moved.0)).unwrap();
    }
    text
}

fn date(word: &str) -> Option<NaiveDate> {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let weekday = days.iter().position(|day| *day == word);
    let of_week = |index: usize| day(MONDAY) + Days::new(u64::try_from(index).unwrap());
    weekday.map(of_week).or_else(|| word.parse().ok())
}

fn clock(text: &str) -> u32 {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    hours.parse::<u32>().unwrap() * 60 + minutes.parse::<u32>().unwrap()
}

fn wall_time(minutes: u32) -> WallTime {
    WallTime::from_minutes(u16::try_from(minutes).unwrap()).unwrap()
}

fn minutes(text: &str) -> u16 {
    text.trim_end_matches('m').parse().unwrap()
}
