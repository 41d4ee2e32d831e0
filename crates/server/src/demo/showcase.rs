//! A small clinic for a first look, alive around today: it is open every day, everybody has two
//! days off a week but never today's weekday, and today one of them leaves early. Two of them give a
//! class at the end of their day; some visits wait for approval.

use chrono::{Days, NaiveDate};
use frontdesk_domain::{
    ClinicId, ClinicZone, Exception, ExceptionKind, Location, LocationId, LocationKind,
    OverlapPolicy, PatientId, Practitioner, PractitionerId, Row, Service, ServiceId, Timestamp,
    UserId, WallDateTime,
};
use rand::RngExt as _;

use super::draw::{self, Block, Booker, Draw, Visit};
use super::{Plan, names};

const PATIENTS: usize = 240;
const DAYS_BEFORE: u64 = 21;
const DAYS_AHEAD: u64 = 42;

/// Morning and afternoon in wall minutes; between them is the break. By turns, so that the board
/// shows different days.
const HOURS: [[(u16, u16); 2]; 4] = [
    [(8 * 60, 12 * 60), (13 * 60, 17 * 60)],
    [(9 * 60, 12 * 60 + 30), (13 * 60 + 30, 18 * 60)],
    [(7 * 60 + 30, 11 * 60 + 30), (12 * 60, 15 * 60 + 30)],
    [(10 * 60, 14 * 60), (15 * 60, 19 * 60)],
];

/// The last hour of the one who leaves early today.
const LEAVES: u16 = 15 * 60;

/// Who gives the class: in the last hour of their day, in the gym.
const TRAINERS: [usize; 2] = [0, 3];
const CLASS_MINUTES: u16 = 60;
const CLASS_SEATS: u16 = 8;

pub(super) fn clinic(seed: u64, now: Timestamp) -> Plan {
    let zone = ClinicZone::named(super::ZONE);
    let today = zone
        .as_ref()
        .map_or(now.date_naive(), |zone| zone.date(now));
    let mut draw = Draw::of(seed, today);
    let clinic: ClinicId = draw.id();
    let users: Vec<UserId> = super::SIGN_INS.iter().map(|_| draw.id()).collect();
    let services = services(&mut draw);
    let mut rows = vec![draw::clinic_row(clinic, "Praxis am Lindenplatz")];
    rows.extend(services.all().cloned().map(Row::Service));
    let gym = draw::room(draw.id(), "Gym", 2 * CLASS_SEATS);
    let gym_id = gym.location_id;
    rows.push(Row::Location(gym));
    let people = people(&mut draw, &services, gym_id, today, &mut rows);
    let exceptions = exceptions(&mut draw, &people, today);
    rows.extend(exceptions.iter().cloned().map(Row::Exception));
    let patients = patients(&mut draw, today, &mut rows);
    if let Ok(zone) = zone {
        let mut booking = Booking {
            draw: &mut draw,
            services: &services,
            gym: gym_id,
            people: &people,
            exceptions: &exceptions,
            patients: &patients,
            next_patient: 0,
            zone: &zone,
            now,
            by: (0..2)
                .map(|index| Booker {
                    user: users[index],
                    name: super::SIGN_INS[index].1.to_owned(),
                })
                .collect(),
        };
        booking.book_all(today, &mut rows);
    }
    two_at_a_time(&mut draw, &people, &mut rows);
    let therapist = people.first().map(|person| &person.row);
    Plan {
        clinic,
        epoch: draw.id(),
        users,
        therapist: therapist.map(|row| (row.practitioner_id, row.name.clone())),
        rows,
    }
}

struct Services {
    /// What takes its therapist alone.
    single: Vec<Service>,
    /// Shared by those who come.
    class: Service,
}

impl Services {
    fn all(&self) -> impl Iterator<Item = &Service> {
        self.single.iter().chain([&self.class])
    }
}

fn services(draw: &mut Draw) -> Services {
    let approved = Service {
        needs_approval: true,
        ..draw::service(draw.id(), "Shock wave therapy", 30, 0)
    };
    let walk_in = Service {
        overlap_policy: OverlapPolicy::Warn,
        ..draw::service(draw.id(), "Walk-in", 30, 0)
    };
    let class = Service {
        capacity: CLASS_SEATS,
        ..draw::service(draw.id(), "Back class", CLASS_MINUTES, 0)
    };
    let single = vec![
        draw::service(draw.id(), "Physiotherapy", 30, 0),
        draw::service(draw.id(), "Manual therapy", 60, 0),
        draw::service(draw.id(), "Massage", 30, 0),
        draw::service(draw.id(), "First assessment", 60, 30),
        draw::service(draw.id(), "Lymph drainage", 90, 0),
        approved,
        walk_in,
    ];
    Services { single, class }
}

/// What two patients may have at once with one therapist, each from a time of their own; and a device
/// that one of them may need.
fn two_at_a_time(draw: &mut Draw, people: &[Person], rows: &mut Vec<Row>) {
    let inhalation = Service {
        overlap_policy: OverlapPolicy::UpTo(2),
        ..draw::service(draw.id(), "Vapour inhalation", 30, 0)
    };
    let service_id = inhalation.service_id;
    rows.push(Row::Location(Location {
        kind: LocationKind::Equipment,
        ..draw::room(draw.id(), "Inhaler", 1)
    }));
    let rooms: Vec<_> = people.iter().take(2).map(|it| it.room).collect();
    let who: Vec<_> = people
        .iter()
        .take(2)
        .map(|it| it.row.practitioner_id)
        .collect();
    for row in rows.iter_mut() {
        match row {
            Row::Practitioner(one) if who.contains(&one.practitioner_id) => {
                one.service_ids.push(service_id);
            }
            Row::Schedule(plan) if who.contains(&plan.practitioner_id) => {
                let lists = plan.blocks.iter_mut().map(|block| &mut block.service_ids);
                // A block of the class is for the class alone.
                let treats = lists.flatten().filter(|ids| ids.len() > 1);
                treats.for_each(|ids| ids.push(service_id));
            }
            Row::Location(room) if rooms.contains(&room.location_id) => room.capacity = 2,
            Row::Clinic(_)
            | Row::Location(_)
            | Row::Practitioner(_)
            | Row::Service(_)
            | Row::Patient(_)
            | Row::Schedule(_)
            | Row::Exception(_)
            | Row::Appointment(_)
            | Row::Hold(_) => {}
        }
    }
    rows.push(Row::Service(inhalation));
}

struct Person {
    row: Practitioner,
    room: LocationId,
    /// Without the class.
    hours: [(u16, u16); 2],
    /// When the class is given.
    class: Option<(u16, u16)>,
    days_off: [u8; 2],
}

impl Person {
    fn at(index: usize, row: Practitioner, room: LocationId, days_off: [u8; 2]) -> Self {
        let [morning, (from, until)] = HOURS[index % HOURS.len()];
        let trains = TRAINERS.contains(&index);
        let ends = until - if trains { CLASS_MINUTES } else { 0 };
        Self {
            row,
            room,
            hours: [morning, (from, ends)],
            class: trains.then_some((ends, until)),
            days_off,
        }
    }

    /// Their week: the room is theirs, the gym is the class's.
    fn blocks(&self, gym: LocationId, class: ServiceId) -> Vec<Block> {
        let single = |id: &&ServiceId| **id != class;
        let others: Vec<ServiceId> = self
            .row
            .service_ids
            .iter()
            .filter(single)
            .copied()
            .collect();
        let worked = (1..=7_u8).filter(|weekday| !self.days_off.contains(weekday));
        let of_day = |weekday: u8| {
            let treats = self.hours.map(|(from, until)| Block {
                weekday,
                from,
                until,
                location: Some(self.room),
                services: Some(others.clone()),
            });
            let trains = self.class.map(|(from, until)| Block {
                weekday,
                from,
                until,
                location: Some(gym),
                services: Some(vec![class]),
            });
            treats.into_iter().chain(trains).collect::<Vec<_>>()
        };
        worked.flat_map(of_day).collect()
    }
}

fn people(
    draw: &mut Draw,
    services: &Services,
    gym: LocationId,
    today: NaiveDate,
    rows: &mut Vec<Row>,
) -> Vec<Person> {
    let mut people = Vec::new();
    for (index, name) in names::PRACTITIONERS.into_iter().enumerate() {
        let row = draw::practitioner(draw.id(), name, offered(services, index));
        let room = draw::room(draw.id(), &format!("Room {}", index + 1), 1);
        let days_off = days_off(u8::try_from(index).unwrap_or(0), today);
        let person = Person::at(index, row, room.location_id, days_off);
        let id = person.row.practitioner_id;
        let valid_from = today - Days::new(400);
        let blocks = person.blocks(gym, services.class.service_id);
        rows.push(Row::Location(room));
        rows.push(Row::Practitioner(person.row.clone()));
        rows.push(Row::Schedule(draw::schedule(draw, id, valid_from, blocks)));
        people.push(person);
    }
    people
}

/// Everybody offers the first service and all but one of the others; trainers the class too.
fn offered(services: &Services, index: usize) -> Vec<ServiceId> {
    let left_out = index % (services.single.len() - 1) + 1;
    let single = services.single.iter().enumerate();
    let mut ids: Vec<ServiceId> = single
        .filter(|(at, _)| *at != left_out)
        .map(|(_, service)| service.service_id)
        .collect();
    if TRAINERS.contains(&index) {
        ids.push(services.class.service_id);
    }
    ids
}

/// Two days in a row, one to six days after today's weekday.
fn days_off(index: u8, today: NaiveDate) -> [u8; 2] {
    let after = |days: u8| (draw::weekday(today) - 1 + days) % 7 + 1;
    let first = 1 + index % 5;
    [after(first), after(first + 1)]
}

fn exceptions(draw: &mut Draw, people: &[Person], today: NaiveDate) -> Vec<Exception> {
    use ExceptionKind::{Closure, ExtraHours, TimeOff};
    const MIDNIGHT: u16 = 24 * 60;
    let after = |days: u64| today + Days::new(days);
    let extra = next_day_off(people.get(1), today);
    let table = [
        (
            Some(4),
            TimeOff,
            today,
            (LEAVES, MIDNIGHT),
            "Training course",
        ),
        (Some(2), TimeOff, after(1), (0, MIDNIGHT), "Holiday"),
        (None, Closure, after(9), (0, MIDNIGHT), "Team day"),
        (
            Some(1),
            ExtraHours,
            extra,
            (9 * 60, 12 * 60),
            "Extra morning",
        ),
        (
            Some(5),
            ExtraHours,
            today,
            (19 * 60, 20 * 60),
            "Late visits",
        ),
    ];
    let whose = |index: usize| people.get(index).map(|person| person.row.practitioner_id);
    let rows = table.map(|(index, kind, date, (from, until), reason)| Exception {
        exception_id: draw.id(),
        practitioner_id: index.and_then(whose),
        kind,
        from: draw::wall(date, from),
        until: draw::wall(date, until),
        reason: reason.to_owned(),
        version: 0,
    });
    rows.into()
}

fn next_day_off(person: Option<&Person>, today: NaiveDate) -> NaiveDate {
    let off = person.map_or([0; 2], |person| person.days_off);
    let mut coming = today.iter_days().skip(1).take(7);
    coming
        .find(|date| off.contains(&draw::weekday(*date)))
        .unwrap_or(today)
}

fn patients(draw: &mut Draw, today: NaiveDate, rows: &mut Vec<Row>) -> Vec<PatientId> {
    let ids = (0..PATIENTS).map(|_| {
        let patient = draw.patient(today);
        let id = patient.patient_id;
        rows.push(Row::Patient(patient));
        id
    });
    ids.collect()
}

struct Booking<'a> {
    draw: &'a mut Draw,
    services: &'a Services,
    gym: LocationId,
    people: &'a [Person],
    exceptions: &'a [Exception],
    patients: &'a [PatientId],
    next_patient: usize,
    zone: &'a ClinicZone,
    now: Timestamp,
    by: Vec<Booker>,
}

impl<'a> Booking<'a> {
    /// Full days in the past and soon, emptier ones later.
    fn book_all(&mut self, today: NaiveDate, rows: &mut Vec<Row>) {
        let first = today - Days::new(DAYS_BEFORE);
        let days = usize::try_from(DAYS_BEFORE + DAYS_AHEAD).unwrap_or(0);
        for date in first.iter_days().take(days) {
            let ahead = u32::try_from((date - today).num_days().max(0)).unwrap_or(0);
            let percent = 72_u32.saturating_sub(ahead * 3 / 2).max(15);
            for person in self.people {
                if person.days_off.contains(&draw::weekday(date)) {
                    continue;
                }
                for (from, until) in person.hours {
                    self.book_block(person, date, from, until, percent, rows);
                }
                if let Some((from, until)) = person.class {
                    self.book_class(person, date, from, until, date == today, rows);
                }
            }
        }
    }

    fn book_block(
        &mut self,
        person: &Person,
        date: NaiveDate,
        from: u16,
        until: u16,
        percent: u32,
        rows: &mut Vec<Row>,
    ) {
        let mut at = from;
        while at < until {
            let service = self.draw_service(person, until - at);
            let (Some(service), true) = (service, self.draw.chance(percent)) else {
                at += 30;
                continue;
            };
            let ends = at + service.duration_minutes;
            if !self.is_off(person.row.practitioner_id, date, at, ends) {
                let at = draw::wall(date, at);
                let visit = self.visit(person, service, person.room, at);
                rows.push(Row::Appointment(visit));
            }
            at = ends + service.buffer_after_minutes;
        }
    }

    /// Today there is one seat left, on other days there are more or none.
    fn book_class(
        &mut self,
        person: &Person,
        date: NaiveDate,
        from: u16,
        until: u16,
        is_today: bool,
        rows: &mut Vec<Row>,
    ) {
        if self.is_off(person.row.practitioner_id, date, from, until) {
            return;
        }
        let members = if is_today {
            CLASS_SEATS - 1
        } else {
            self.draw.random.random_range(2..=CLASS_SEATS)
        };
        let class = &self.services.class;
        for _ in 0..members {
            let visit = self.visit(person, class, self.gym, draw::wall(date, from));
            rows.push(Row::Appointment(visit));
        }
    }

    fn visit(
        &mut self,
        person: &Person,
        service: &Service,
        location: LocationId,
        at: WallDateTime,
    ) -> frontdesk_domain::Appointment {
        // In a row, so that nobody is in two places at once.
        self.next_patient = (self.next_patient + 1) % self.patients.len();
        let visit = Visit {
            practitioner: person.row.practitioner_id,
            patient: self.patients[self.next_patient],
            service,
            location: Some(location),
            at,
        };
        let by = &self.by[self.draw.random.random_range(0..self.by.len())];
        draw::appointment(self.draw, &visit, by, self.zone, self.now)
    }

    /// One that the person offers and that still fits.
    fn draw_service(&mut self, person: &Person, minutes_left: u16) -> Option<&'a Service> {
        let services = &self.services.single;
        let fits: Vec<&Service> = services
            .iter()
            .filter(|service| person.row.service_ids.contains(&service.service_id))
            .filter(|service| {
                service.duration_minutes + service.buffer_after_minutes <= minutes_left
            })
            .collect();
        // The first service twice as often as the others.
        let drawn = self.draw.random.random_range(0..=fits.len());
        fits.get(drawn.saturating_sub(1)).copied()
    }

    fn is_off(&self, who: PractitionerId, date: NaiveDate, from: u16, until: u16) -> bool {
        let (from, until) = (draw::wall(date, from), draw::wall(date, until));
        self.exceptions.iter().any(|exception| {
            exception.kind != ExceptionKind::ExtraHours
                && exception.practitioner_id.is_none_or(|id| id == who)
                && exception.from < until
                && from < exception.until
        })
    }
}
