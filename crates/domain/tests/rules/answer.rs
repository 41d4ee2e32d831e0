//! How the model answers what is asked of it.

use frontdesk_domain::command::SeriesScope;
use frontdesk_domain::*;

use crate::model::{Leave, Model, Visit, Who};
use crate::wish::{Place, Wish, rules, series_name, visit_name};
use crate::world::id;

use AppointmentStatus as Is;

/// Every step that there is.
const STEPS: [(AppointmentStep, Is, Is); 8] = [
    (AppointmentStep::Approve, Is::Pending, Is::Booked),
    (AppointmentStep::Reject, Is::Pending, Is::Cancelled),
    (AppointmentStep::Arrive, Is::Booked, Is::Arrived),
    (AppointmentStep::CheckIn, Is::Arrived, Is::CheckedIn),
    (AppointmentStep::Complete, Is::CheckedIn, Is::Fulfilled),
    (AppointmentStep::MarkNoShow, Is::Booked, Is::NoShow),
    (AppointmentStep::Cancel, Is::Booked, Is::Cancelled),
    (AppointmentStep::Cancel, Is::Arrived, Is::Cancelled),
];

/// Nothing or all: the reasons of the visits that cannot be.
type Answer = Result<(), Vec<Reason>>;

impl Model {
    pub(crate) fn ask(&mut self, wish: &Wish, index: usize, names: &[String]) -> Answer {
        let named = |number: usize| visit_name(number, names);
        match wish {
            Wish::Book(by, place) => {
                let visit = self.wanted(place, &format!("v{index}"));
                Self::may(*by, &visit).map_err(|r| vec![r])?;
                self.take(visit, *by, Leave::Asked(&rules(place.over)))
                    .map_err(|r| vec![r])
            }
            Wish::Series(by, place, count, apart) => {
                self.series(*by, place, (*count, *apart), index)
            }
            Wish::Move(by, number, to, scope) => self.moves(*by, &named(*number), to, *scope),
            Wish::Update(by, number, patient, service, scope) => {
                self.updates(*by, &named(*number), (*patient, *service), *scope)
            }
            Wish::Cancel(by, number, scope) => self.cancels(*by, &named(*number), *scope),
            Wish::Step(by, number, step) => {
                let stepped = self.steps(*by, &named(*number), *step);
                stepped.map_err(|reason| vec![reason])
            }
            Wish::Hold(..) | Wish::Pass(_) => panic!("{wish:?} is no command"),
        }
    }

    fn wanted(&self, place: &Place, name: &str) -> Visit {
        let (minutes, before, after, _, _, approval) = self.services[place.service];
        Visit {
            name: name.to_owned(),
            with: place.with,
            patient: place.patient,
            service: place.service,
            room: place.room,
            from: place.from * 15,
            until: place.from * 15 + place.length.map_or(minutes, |quarters| quarters * 15),
            before,
            after,
            path: Vec::new(),
            status: if approval { Is::Pending } else { Is::Booked },
            series: None,
            broken: Vec::new(),
        }
    }

    /// A new place.
    fn take(&mut self, visit: Visit, by: Who, leave: Leave<'_>) -> Result<(), Reason> {
        if self.has_passed(visit.from) {
            return Err(Reason::InPast);
        }
        self.take_anyway(visit, by, leave)
    }

    fn take_anyway(&mut self, mut visit: Visit, by: Who, leave: Leave<'_>) -> Result<(), Reason> {
        let (broken, removed) = self.place(&visit, by, leave)?;
        visit.broken = broken;
        self.seat(visit, by, &removed);
        Ok(())
    }

    fn series(
        &mut self,
        by: Who,
        place: &Place,
        (count, apart): (u8, i32),
        index: usize,
    ) -> Answer {
        Self::may_with(by, place.with).map_err(|r| vec![r])?;
        let visits = (0..count).map(|number| {
            let mut visit = self.wanted(place, &series_name(index, number));
            visit.from += i32::from(number) * apart;
            visit.until += i32::from(number) * apart;
            visit.series = Some(format!("s{index}"));
            visit
        });
        let visits: Vec<_> = visits.collect();
        let named = rules(place.over);
        self.all(visits, |model, visit| {
            model.take(visit, by, Leave::Asked(&named))
        })
    }

    /// All of them, or none with the reasons.
    fn all(
        &mut self,
        visits: Vec<Visit>,
        each: impl Fn(&mut Self, Visit) -> Result<(), Reason>,
    ) -> Answer {
        let mut tried = self.clone();
        let refused: Vec<_> = visits
            .into_iter()
            .filter_map(|visit| each(&mut tried, visit).err())
            .collect();
        if !refused.is_empty() {
            return Err(refused);
        }
        *self = tried;
        Ok(())
    }

    fn named(&self, name: &str) -> Result<Visit, Vec<Reason>> {
        let visit = self.visits.iter().find(|visit| visit.name == name);
        visit.cloned().ok_or_else(|| vec![Reason::UnknownId])
    }

    /// The visits that an edit is for, once the user may act on all of them.
    fn concerned(
        &self,
        by: Who,
        name: &str,
        scope: SeriesScope,
        allows: &[Is],
    ) -> Result<Vec<Visit>, Vec<Reason>> {
        let named = self.named(name)?;
        Self::may(by, &named).map_err(|r| vec![r])?;
        if scope == SeriesScope::This {
            return Ok(vec![named]);
        }
        if named.series.is_none() {
            return Err(vec![Reason::Invalid]);
        }
        let mut visits = self.visits.clone();
        visits.retain(|visit| {
            let mine = visit.series == named.series
                && (scope == SeriesScope::All || visit.from >= named.from)
                && !self.has_passed(visit.from)
                && allows.contains(&visit.status);
            mine || visit.name == named.name
        });
        visits.sort_by_key(|visit| (visit.from, id::<AppointmentId>(b'v', &visit.name)));
        for visit in &visits {
            Self::may(by, visit).map_err(|r| vec![r])?;
        }
        Ok(visits)
    }

    fn moves(&mut self, by: Who, name: &str, to: &Place, scope: SeriesScope) -> Answer {
        let with = (to.service > 2).then_some(to.with);
        if let Some(with) = with {
            Self::may_with(by, with).map_err(|r| vec![r])?;
        }
        let allows = [Is::Pending, Is::Booked];
        let visits = self.concerned(by, name, scope, &allows)?;
        let named = self.named(name)?;
        if !allows.contains(&named.status) {
            return Err(vec![Reason::IllegalStatus]);
        }
        let shift = to.from * 15 - named.from;
        let moved = visits.into_iter().map(|mut visit| {
            let was = visit.clone();
            visit.with = with.unwrap_or(visit.with);
            visit.room = to.room.or(visit.room);
            visit.from += shift;
            visit.until += shift;
            (visit != was, visit)
        });
        let mut moved: Vec<_> = moved.filter(|(moves, _)| *moves).map(|(_, v)| v).collect();
        for visit in &mut moved {
            (_, visit.before, visit.after, ..) = self.services[visit.service];
        }
        let leaving: Vec<_> = moved.iter().map(|visit| visit.name.clone()).collect();
        let mut rest = self.clone();
        rest.visits.retain(|visit| !leaving.contains(&visit.name));
        let named = rules(to.over);
        rest.all(moved, |model, visit| {
            model.take(visit, by, Leave::Asked(&named))
        })?;
        *self = rest;
        Ok(())
    }

    fn updates(
        &mut self,
        by: Who,
        name: &str,
        (patient, service): (Option<usize>, Option<usize>),
        scope: SeriesScope,
    ) -> Answer {
        let mut allows = vec![Is::Pending, Is::Booked, Is::Arrived];
        if patient.is_none() && service.is_none() {
            allows.extend([Is::CheckedIn, Is::Fulfilled, Is::NoShow]);
        }
        let visits = self.concerned(by, name, scope, &allows)?;
        if !allows.contains(&self.named(name)?.status) {
            return Err(vec![Reason::IllegalStatus]);
        }
        let edited = visits.into_iter().map(|was| {
            let mut visit = was.clone();
            visit.patient = patient.unwrap_or(was.patient);
            visit.service = service.unwrap_or(was.service);
            if visit.service != was.service {
                let (_, before, after, _, _, approval) = self.services[visit.service];
                (visit.before, visit.after) = (before, after);
                match (approval, visit.status == Is::Pending) {
                    (true, false) => {
                        visit.path.push(was.status);
                        visit.status = Is::Pending;
                    }
                    (false, true) => visit.status = visit.path.pop().unwrap_or(Is::Booked),
                    (true, true) | (false, false) => {}
                }
            }
            if visit.patient != was.patient {
                visit.broken.retain(|rule| *rule != Reason::PatientBusy);
            }
            (was, visit)
        });
        let edited: Vec<_> = edited.filter(|(was, visit)| was != visit).collect();
        let replaced = |was: &Visit, visit: &Visit| was.service != visit.service;
        let leaving = edited.iter().filter(|(was, visit)| replaced(was, visit));
        let leaving: Vec<_> = leaving.map(|(was, _)| was.name.clone()).collect();
        let mut rest = self.clone();
        rest.visits.retain(|visit| !leaving.contains(&visit.name));
        let visits = edited.into_iter().map(|(_, visit)| visit).collect();
        rest.all(visits, |model, visit| {
            if leaving.contains(&visit.name) {
                let recorded = visit.broken.clone();
                let was = self.visits.iter().find(|was| was.name == visit.name);
                let known = was.map_or_else(Vec::new, |was| self.in_the_way(was));
                return model.take_anyway(visit, by, Leave::Kept(&recorded, &known));
            }
            model.only_patient(&visit)?;
            model.write(visit);
            Ok(())
        })?;
        *self = rest;
        Ok(())
    }

    fn cancels(&mut self, by: Who, name: &str, scope: SeriesScope) -> Answer {
        let allows = [Is::Pending, Is::Booked, Is::Arrived];
        let mut visits = self.concerned(by, name, scope, &allows)?;
        visits.retain(|visit| visit.status != Is::Cancelled);
        if !visits.is_empty()
            && ![&allows[..], &[Is::Cancelled]]
                .concat()
                .contains(&self.named(name)?.status)
        {
            return Err(vec![Reason::IllegalStatus]);
        }
        for mut visit in visits {
            visit.path.push(visit.status);
            visit.status = Is::Cancelled;
            self.write(visit);
        }
        Ok(())
    }

    fn steps(&mut self, by: Who, name: &str, step: AppointmentStep) -> Result<(), Reason> {
        let mut visit = self.named(name).map_err(|reasons| reasons[0])?;
        Self::may(by, &visit)?;
        if step == AppointmentStep::Undo {
            let was = visit.status;
            if was == Is::Pending {
                return Err(Reason::IllegalStatus);
            }
            visit.status = visit.path.pop().ok_or(Reason::IllegalStatus)?;
            if was == Is::Cancelled {
                let recorded = visit.broken.clone();
                return self.take_anyway(visit, by, Leave::Recorded(&recorded));
            }
            self.write(visit);
            return Ok(());
        }
        let (_, from, mut to) = STEPS.into_iter().find(|(of, ..)| *of == step).unwrap();
        let known = visit.path.last() == Some(&from);
        if step == AppointmentStep::Approve {
            // What was booked or had come already is that again.
            let before = visit
                .path
                .len()
                .saturating_sub(usize::from(visit.status != from));
            to = visit.path[..before].last().copied().unwrap_or(to);
        }
        if visit.status == to && known {
            return Ok(());
        }
        let waits = step == AppointmentStep::MarkNoShow && i64::from(visit.from) * 60 > self.now;
        if visit.status != from || waits {
            return Err(Reason::IllegalStatus);
        }
        visit.path.push(from);
        visit.status = to;
        self.write(visit);
        Ok(())
    }
}
