//! The language of the stories. Statements end with `;` or a new line:
//!
//! `/30m` · `zone NAME` · `now DAY TIME` · `service A 30m [before 5m] [after 5m] [capacity 3]
//! [up-to 3] [warn] [approval] [closed]` · `room R1 [x2] [closed]` · `P1 Mon-Fri 9-12 13-17 [in R1]
//! [only A] [week 0/2] [from DATE] [until DATE]` · `away P1 DAY 9-10` · `closed DAY [9-10]` · `extra P1
//! DAY 9-10` · `booked …` (must succeed) · `book [P1] [A] [DAY] 9:30[-10:00] [for ann] [in R1] [as v1]
//! [note …]` · `move v1 [P2] [DAY] 10 [in R1]` · `update v1 [A] [for ann] [say note]` · `cancel v1` ·
//! `series s1 [A] [P1] DAY DAY … 9:30 [for ann] [only-wall]` (its visits are s1a, s1b …) · `approve
//! reject arrive check-in complete no-show undo v1 [saying why]` · `hold h1 [P1] [C] [DAY] 9[-9:30]`
//! · `later 181s` (expired holds are swept) · `may v1` (the legal steps) · `status v1 arrived` ·
//! `instead [P1] [A] [DAY] 9:30 [for ann] [not v1]` · `tell v1` (the row) · `show [P1] [A] [DAY]` (else
//! every practitioner's Monday).
//!
//! Every wish takes `[by rita]` and, where it applies, `[seen 3]`, `[scope all]` and `[over
//! slot_taken,off_grid]` (an override with the reason "because").

mod ask;
mod setup;

use chrono::{Days, NaiveDate};
use frontdesk_domain::*;

use crate::sheet::{sheet, tell_of};
use crate::world::{MONDAY, World, actor, day, id};

/// What the story printed.
pub(crate) fn tell(story: &str) -> String {
    tell_in(&mut World::new(), story)
}

/// What the story printed that goes on in this world.
pub(crate) fn tell_in(world: &mut World, story: &str) -> String {
    let mut said = String::new();
    let mut shown = false;
    for statement in story
        .split([';', '\n'])
        .map(str::trim)
        .filter(|s| !s.is_empty())
    {
        let line = Line::of(statement);
        shown |= line.verb == "show";
        said += &line.tell(world);
    }
    if !shown {
        for practitioner in world.facts.practitioners.keys() {
            said += &sheet(world, *practitioner, day(MONDAY), "S");
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
            "book" => return self.book(world),
            "booked" => {
                let said = self.book(world);
                assert!(!said.contains("refused"), "{said}");
            }
            "move" => return self.reschedule(world),
            "update" => return self.update(world),
            "cancel" => return self.cancel(world),
            "series" => return self.series(world),
            "hold" => return self.hold(world),
            "may" => return self.may(world),
            "instead" => return self.instead(world),
            "show" => return self.show(world),
            "tell" => return tell_of(world, self.words[0]),
            "approve" | "reject" | "arrive" | "check-in" | "complete" | "no-show" | "undo" => {
                return self.step(world);
            }
            _ => self.set_up(world),
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

    fn service(&mut self) -> Option<ServiceId> {
        let is_name = |word: &str| word.len() == 1 && word.starts_with(|c: char| c.is_uppercase());
        self.take(is_name).map(|name| id(b's', name))
    }

    fn service_id(&mut self) -> ServiceId {
        self.service().unwrap_or(id(b's', "S"))
    }

    fn actor(&mut self) -> Actor {
        actor(self.option("by").unwrap_or("rita"))
    }
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
