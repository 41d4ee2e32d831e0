//! How a clinic is set up.

use chrono::{Datelike, TimeDelta};
use frontdesk_domain::*;

use super::{Line, date, minutes, wall_time};
use crate::world::{World, id, service};

impl Line<'_> {
    pub(super) fn set_up(&mut self, world: &mut World) {
        match self.verb {
            "zone" => world.facts.zone = ClinicZone::named(self.words[0]).unwrap(),
            "now" => world.now = self.starts_at(world),
            "later" => {
                let seconds = self.words[0].trim_end_matches('s').parse().unwrap();
                world.pass(TimeDelta::seconds(seconds));
            }
            "service" => self.offer(world),
            "room" => self.room(world),
            "away" => self.exception(world, ExceptionKind::TimeOff),
            "closed" => self.exception(world, ExceptionKind::Closure),
            "extra" => self.exception(world, ExceptionKind::ExtraHours),
            "status" => self.status(world),
            grid if grid.starts_with('/') => world.facts.grid_minutes = minutes(&grid[1..]),
            _ => self.hours(world),
        }
    }

    fn offer(&mut self, world: &mut World) {
        let length = minutes(self.words[1]);
        let mut row = service(self.words[0], length);
        row.buffer_before_minutes = self.option("before").map_or(0, minutes);
        row.buffer_after_minutes = self.option("after").map_or(0, minutes);
        row.capacity = self.option("capacity").map_or(1, |n| n.parse().unwrap());
        if let Some(most) = self.option("up-to") {
            row.overlap_policy = OverlapPolicy::UpTo(most.parse().unwrap());
        }
        if self.flag("warn") {
            row.overlap_policy = OverlapPolicy::Warn;
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
}
