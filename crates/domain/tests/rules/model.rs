//! The rules told a third time, for a small clinic: every five minutes are looked at, one by one, and
//! nothing is shared with the rules themselves but their words.

use frontdesk_domain::*;

/// Minutes of a look, and of everything that is asked.
pub(crate) const LOOK: i32 = 5;
const DAY: i32 = 24 * 60;
const OPENS: i32 = 8 * 60;
const CLOSES: i32 = 20 * 60;
const GRID: i32 = 30;
/// The clinic is open for three days, or for a week without an end.
const DAYS: i32 = 3;
const ALWAYS: i32 = 7;

pub(crate) const CLASS: usize = 2;
/// Length, buffers, how many at once, whether its policy is `warn`, whether it needs approval.
pub(crate) type Offered = (i32, i32, i32, usize, bool, bool);

/// What is offered, by number; the class has room for `capacity`.
pub(crate) fn services(capacity: usize) -> [Offered; 6] {
    [
        (30, 0, 0, 1, false, false),
        (45, 15, 10, 1, false, false),
        (60, 0, 5, capacity, false, false),
        (30, 0, 0, 1, true, false),
        (30, 0, 0, 1, false, true),
        (20, 5, 0, 2, false, false),
    ]
}

/// Who asks: a name, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Rita,
    Otto,
    Boss,
    /// The first practitioner.
    Own,
}

impl Who {
    fn acts_for(self, with: usize) -> bool {
        self != Self::Own || with == 0
    }
}

/// A visit, in minutes from Monday's midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) name: String,
    pub(crate) with: usize,
    pub(crate) patient: usize,
    pub(crate) service: usize,
    pub(crate) room: Option<usize>,
    pub(crate) from: i32,
    pub(crate) until: i32,
    pub(crate) before: i32,
    pub(crate) after: i32,
    pub(crate) path: Vec<AppointmentStatus>,
    pub(crate) status: AppointmentStatus,
    pub(crate) series: Option<String>,
    pub(crate) broken: Vec<Reason>,
}

impl Visit {
    fn is_there(&self) -> bool {
        self.status != AppointmentStatus::Cancelled
    }

    fn looks(&self) -> impl Iterator<Item = i32> + use<> {
        let (first, last) = (self.from - self.before, self.until + self.after);
        (first..last).step_by(usize::try_from(LOOK).unwrap())
    }

    fn takes(&self, at: i32) -> bool {
        self.is_there() && (self.from - self.before..self.until + self.after).contains(&at)
    }

    fn treats(&self, at: i32) -> bool {
        self.is_there() && (self.from..self.until).contains(&at)
    }
}

/// A slot that is kept; expiry in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) with: usize,
    /// Of the wish alone: nobody knows it later.
    pub(crate) service: Option<usize>,
    pub(crate) from: i32,
    pub(crate) until: i32,
    pub(crate) by: Who,
    pub(crate) expires: i64,
}

impl Kept {
    fn keeps(&self, at: i32) -> bool {
        (self.from..self.until).contains(&at)
    }
}

/// A rule, and the visit that it is broken by.
pub(crate) type InTheWay = (Reason, String);

/// A rule that does not hold, and the visits that are in the way of it.
type Found = Option<(Reason, Vec<String>)>;

/// Which rules may be broken.
#[derive(Clone, Copy)]
pub(crate) enum Leave<'a> {
    Asked(&'a [Reason]),
    Recorded(&'a [Reason]),
    /// Besides over those that stood in the way already, each with the rule.
    Kept(&'a [Reason], &'a [InTheWay]),
}

/// A clinic.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) services: [Offered; 6],
    /// Open round the clock.
    pub(crate) always: bool,
    /// Seconds from Monday's midnight.
    pub(crate) now: i64,
    pub(crate) visits: Vec<Visit>,
    pub(crate) kept: Vec<Kept>,
}

impl Model {
    pub(crate) fn has_passed(&self, at: i32) -> bool {
        i64::from(at) * 60 < self.now
    }

    fn works(&self, at: i32) -> bool {
        if self.always {
            return (0..ALWAYS * DAY).contains(&at);
        }
        (0..DAYS * DAY).contains(&at) && (OPENS..CLOSES).contains(&(at % DAY))
    }

    /// The rules that the visit breaks in its place with leave, and the holds that a manager removes.
    pub(crate) fn place(
        &self,
        visit: &Visit,
        by: Who,
        leave: Leave<'_>,
    ) -> Result<(Vec<Reason>, Vec<String>), Reason> {
        let mut broken = Vec::new();
        let alone = |rule: Option<Reason>| rule.map(|rule| (rule, Vec::new()));
        for rule in [
            alone(self.hours(visit)),
            alone(self.grid(visit)),
            self.practitioner(visit),
        ] {
            self.forgive(rule, visit, by, leave, &mut broken)?;
        }
        let foreign: Vec<_> = self.foreign(visit, by).collect();
        let held = self.held(visit, &foreign);
        let mut removed = Vec::new();
        if held.is_some() && by == Who::Boss {
            removed.extend(foreign.iter().map(|kept| kept.name.clone()));
        } else {
            self.forgive(alone(held), visit, by, leave, &mut broken)?;
        }
        for rule in [self.room(visit), self.patient(visit)] {
            self.forgive(rule, visit, by, leave, &mut broken)?;
        }
        Ok((broken, removed))
    }

    fn forgive(
        &self,
        rule: Found,
        visit: &Visit,
        by: Who,
        leave: Leave<'_>,
        broken: &mut Vec<Reason>,
    ) -> Result<(), Reason> {
        let Some((rule, names)) = rule else {
            return Ok(());
        };
        let anybodys = matches!(rule, Reason::OutsideSchedule | Reason::OffGrid);
        let may = anybodys || by == Who::Boss || self.services[visit.service].4;
        let granted = match leave {
            Leave::Asked(rules) if rules.contains(&rule) && !may => return Err(Reason::Forbidden),
            Leave::Asked(rules) => rules.contains(&rule),
            Leave::Recorded(rules) => rules.contains(&rule) && may,
            Leave::Kept(rules, known) => {
                let mut names = names.into_iter();
                let some = names.len() > 0;
                let all_known = some && names.all(|name| known.contains(&(rule, name)));
                rules.contains(&rule) && (may || all_known)
            }
        };
        if !granted {
            return Err(rule);
        }
        if !broken.contains(&rule) {
            broken.push(rule);
        }
        Ok(())
    }

    fn hours(&self, visit: &Visit) -> Option<Reason> {
        let mut looks = (visit.from..visit.until).step_by(5);
        (!looks.all(|at| self.works(at))).then_some(Reason::OutsideSchedule)
    }

    fn grid(&self, visit: &Visit) -> Option<Reason> {
        let off = self.works(visit.from) && (visit.from % DAY - OPENS) % GRID != 0;
        off.then_some(Reason::OffGrid)
    }

    fn others(&self, visit: &Visit) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter(|other| other.name != visit.name)
    }

    /// What was in the way of a visit that is there.
    pub(crate) fn in_the_way(&self, visit: &Visit) -> Vec<InTheWay> {
        let found = [
            self.practitioner(visit),
            self.room(visit),
            self.patient(visit),
        ];
        let named =
            |(rule, names): (Reason, Vec<String>)| names.into_iter().map(move |name| (rule, name));
        found.into_iter().flatten().flat_map(named).collect()
    }

    fn practitioner(&self, visit: &Visit) -> Found {
        let seats = self.services[visit.service].3;
        let there = |at: i32, same: bool| -> Vec<String> {
            let there = self
                .others(visit)
                .filter(|o| o.with == visit.with && o.takes(at));
            let shares = |o: &&Visit| (seats > 1 && o.service == visit.service) == same;
            there.filter(shares).map(|o| o.name.clone()).collect()
        };
        let strangers: Vec<_> = visit.looks().flat_map(|at| there(at, false)).collect();
        if !strangers.is_empty() {
            return Some((Reason::SlotTaken, strangers));
        }
        let fellows = visit.looks().map(|at| there(at, true));
        let full: Vec<_> = fellows
            .filter(|names| names.len() >= seats)
            .flatten()
            .collect();
        (!full.is_empty()).then_some((Reason::CapacityFull, full))
    }

    fn foreign(&self, visit: &Visit, by: Who) -> impl Iterator<Item = &Kept> {
        self.kept.iter().filter(move |kept| {
            kept.with == visit.with && kept.by != by && visit.looks().any(|at| kept.keeps(at))
        })
    }

    fn held(&self, visit: &Visit, foreign: &[&Kept]) -> Option<Reason> {
        let seats = self.services[visit.service].3;
        if seats == 1 {
            return (!foreign.is_empty()).then_some(Reason::SlotTaken);
        }
        let count = |at: i32| {
            let there = self
                .others(visit)
                .filter(|o| o.with == visit.with && o.takes(at));
            there.count() + foreign.iter().filter(|kept| kept.keeps(at)).count()
        };
        let full = !foreign.is_empty() && visit.looks().any(|at| count(at) >= seats);
        full.then_some(Reason::CapacityFull)
    }

    fn room(&self, visit: &Visit) -> Found {
        let room = visit.room?;
        let here = |at: i32| -> Vec<String> {
            let there = self
                .others(visit)
                .filter(|o| o.room == Some(room) && o.takes(at));
            there.map(|o| o.name.clone()).collect()
        };
        // The first room is for one, the second for two.
        let full = visit.looks().map(here).filter(|names| names.len() > room);
        let full: Vec<_> = full.flatten().collect();
        (!full.is_empty()).then_some((Reason::LocationBusy, full))
    }

    fn patient(&self, visit: &Visit) -> Found {
        let busy = visit.looks().filter(|at| visit.treats(*at)).flat_map(|at| {
            let others = self.others(visit);
            let there = others.filter(move |o| o.patient == visit.patient && o.treats(at));
            there.map(|o| o.name.clone())
        });
        let busy: Vec<_> = busy.collect();
        (!busy.is_empty()).then_some((Reason::PatientBusy, busy))
    }

    /// Whether a visit that stays where it is suits its patient, who may be another one.
    pub(crate) fn only_patient(&self, visit: &Visit) -> Result<(), Reason> {
        let was = self.visits.iter().find(|other| other.name == visit.name);
        match self.patient(visit) {
            Some((rule, _)) if was.is_none_or(|was| was.patient != visit.patient) => Err(rule),
            Some(_) | None => Ok(()),
        }
    }

    /// Writes a visit that took its place, and ends the holds that this fulfils.
    pub(crate) fn seat(&mut self, visit: Visit, by: Who, removed: &[String]) {
        self.kept.retain(|kept| {
            let own = kept.by == by && kept.with == visit.with;
            let fulfilled = own && kept.from < visit.until && visit.from < kept.until;
            !fulfilled && !removed.contains(&kept.name)
        });
        self.write(visit);
    }

    pub(crate) fn write(&mut self, visit: Visit) {
        self.visits.retain(|other| other.name != visit.name);
        self.visits.push(visit);
    }

    /// Keeps a slot.
    pub(crate) fn keep(&mut self, wish: Kept) -> Result<(), Reason> {
        if !wish.by.acts_for(wish.with) {
            return Err(Reason::Forbidden);
        }
        let known = self.kept.iter().find(|kept| kept.name == wish.name);
        if known.is_some_and(|kept| kept.by != wish.by) {
            return Err(Reason::Forbidden);
        }
        let looks = || (wish.from..wish.until).step_by(5);
        let visits: Vec<_> = self
            .visits
            .iter()
            .filter(|visit| visit.with == wish.with && looks().any(|at| visit.takes(at)))
            .collect();
        let class = wish.service.or(visits.first().map(|visit| visit.service));
        let one_class = visits.iter().all(|visit| Some(visit.service) == class);
        let seats = class
            .filter(|_| one_class)
            .map_or(1, |s| self.services[s].3);
        let count = |at: i32| {
            let others = self
                .kept
                .iter()
                .filter(|k| k.with == wish.with && k.by != wish.by);
            let held = others.filter(|kept| kept.keeps(at)).count();
            visits.iter().filter(|visit| visit.takes(at)).count() + held
        };
        if looks().any(|at| count(at) >= seats) {
            return Err(Reason::SlotTaken);
        }
        self.kept.retain(|kept| kept.name != wish.name);
        self.kept.push(Kept {
            service: None,
            ..wish
        });
        Ok(())
    }

    /// Rights over one visit.
    pub(crate) fn may(by: Who, visit: &Visit) -> Result<(), Reason> {
        Self::may_with(by, visit.with)
    }

    pub(crate) fn may_with(by: Who, with: usize) -> Result<(), Reason> {
        if by.acts_for(with) {
            return Ok(());
        }
        Err(Reason::Forbidden)
    }
}
