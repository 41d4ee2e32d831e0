//! A clinic in memory with an engine that keeps the constraints of the real ones.

use chrono::{NaiveDate, TimeDelta};
use frontdesk_domain::decide::{self, Decided, Occupancy, Wanted};
use frontdesk_domain::*;
use uuid::Uuid;

/// The Monday that stories take place on.
pub(crate) const MONDAY: &str = "2027-01-04";

/// The facts, and what an engine stores besides.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) facts: ClinicFacts,
    pub(crate) now: Timestamp,
    pub(crate) occupancy: Vec<Occupancy>,
    pub(crate) seq: u64,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("grid_minutes", &self.facts.grid_minutes)
            .field("schedules", &self.facts.schedules)
            .field("exceptions", &self.facts.exceptions)
            .finish_non_exhaustive()
    }
}

/// An id that can be read: the kind and up to 15 letters.
pub(crate) fn id<T: From<Uuid>>(kind: u8, name: &str) -> T {
    let mut bytes = [0; 16];
    bytes[0] = kind;
    bytes[1..=name.len()].copy_from_slice(name.as_bytes());
    Uuid::from_bytes(bytes).into()
}

/// The name in an id.
pub(crate) fn name(id: Uuid) -> String {
    let letters = id.as_bytes()[1..].iter().take_while(|byte| **byte != 0);
    letters.map(|byte| char::from(*byte)).collect()
}

pub(crate) fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn wall(text: &str) -> WallDateTime {
    text.parse().unwrap()
}

pub(crate) fn receptionist(name: &str) -> Actor {
    Actor {
        user_id: id(b'u', name),
        name: name.to_owned(),
        role: Role::Receptionist,
        practitioner_id: None,
        device_id: id(b'd', name),
    }
}

/// Who is called `boss` manages, who is called like a practitioner is that one, all others receive.
pub(crate) fn actor(name: &str) -> Actor {
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

pub(crate) fn service(name: &str, minutes: u16) -> Service {
    Service {
        service_id: id(b's', name),
        name: name.to_owned(),
        duration_minutes: minutes,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        capacity: 1,
        needs_approval: false,
        overlap_policy: OverlapPolicy::Exclusive,
        active: true,
        version: 0,
    }
}

/// Decides in as many rounds as it takes, few; `load` adds what was not seen.
pub(crate) fn decide_seeing(
    wanted: &Wanted<'_, Command>,
    facts: &mut ClinicFacts,
    now: Timestamp,
    load: &mut dyn FnMut(&mut ClinicFacts, &ResourceNeed),
) -> Result<Decided, Refusal> {
    facts.seen.clear();
    for _ in 0..8 {
        let decided = decide::decide(wanted, facts, now)?;
        if decided.unseen.is_empty() {
            facts.seen.clear();
            return Ok(decided);
        }
        for need in &decided.unseen {
            load(facts, need);
        }
        facts.seen.extend(decided.unseen);
    }
    panic!("more is asked for again and again: {:?}", facts.seen);
}

impl World {
    /// A clinic in Berlin with a grid of 30 minutes and the service S of 30 minutes; it is Sunday.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            facts: ClinicFacts::empty(ClinicZone::named("Europe/Berlin").unwrap(), 30),
            now: utc("2027-01-03T12:00:00Z"),
            occupancy: Vec::new(),
            seq: 1,
        };
        world.add_service(service("S", 30));
        world
    }

    pub(crate) fn add_service(&mut self, service: Service) {
        self.facts.services.insert(service.service_id, service);
        let all: Vec<_> = self.facts.services.keys().copied().collect();
        for practitioner in self.facts.practitioners.values_mut() {
            practitioner.service_ids.clone_from(&all);
        }
    }

    /// The practitioner, who offers every service.
    pub(crate) fn practitioner(&mut self, name: &str) -> PractitionerId {
        let practitioner_id = id(b'P', name);
        let service_ids = self.facts.services.keys().copied().collect();
        self.facts
            .practitioners
            .entry(practitioner_id)
            .or_insert_with(|| Practitioner {
                practitioner_id,
                name: name.to_owned(),
                service_ids,
                active: true,
                version: 0,
            });
        practitioner_id
    }

    pub(crate) fn patient(&mut self, name: &str) -> PatientId {
        let patient_id = id(b'p', name);
        self.facts.patients.insert(
            patient_id,
            Patient {
                patient_id,
                name: name.to_owned(),
                phone: None,
                birth_date: None,
                notes: None,
                version: 0,
            },
        );
        patient_id
    }

    pub(crate) fn room(&mut self, name: &str, capacity: u16) -> LocationId {
        let location_id = id(b'R', name);
        self.facts.locations.insert(
            location_id,
            Location {
                location_id,
                name: name.to_owned(),
                kind: LocationKind::Room,
                capacity,
                active: true,
                version: 0,
            },
        );
        location_id
    }

    /// Weekly hours from the beginning of time, unless the schedule says otherwise.
    pub(crate) fn schedule(&mut self, practitioner_id: PractitionerId) -> Schedule {
        let name = format!("{}", self.facts.schedules.len());
        Schedule {
            schedule_id: id(b'h', &name),
            practitioner_id,
            valid_from: day("2020-01-06"),
            valid_until: None,
            cycle_weeks: 1,
            blocks: Vec::new(),
            version: 0,
        }
    }

    /// Decides, and writes what was decided.
    pub(crate) fn run(
        &mut self,
        command: &Command,
        by: &Actor,
        base_version: Option<u64>,
    ) -> Result<Decided, Refusal> {
        let wanted = Wanted {
            command,
            by,
            base_version,
        };
        let decided = decide_seeing(&wanted, &mut self.facts, self.now, &mut |_, _| {})?;
        self.write(&decided);
        Ok(decided)
    }

    /// Time passes, and what has expired is swept.
    pub(crate) fn pass(&mut self, time: TimeDelta) {
        self.now += time;
        let now = self.now;
        self.facts.holds.retain(|hold| hold.expires_at > now);
    }

    /// Keeps a slot, or renews it.
    pub(crate) fn hold(
        &mut self,
        wish: &Hold,
        service: Option<ServiceId>,
        by: &Actor,
    ) -> Result<Decided, Refusal> {
        let decided = decide::hold(wish, service, by, &self.facts, self.now)?;
        self.write(&decided);
        Ok(decided)
    }

    fn write(&mut self, decided: &Decided) {
        if decided.is_empty() {
            return;
        }
        self.seq += 1;
        for row in decided.rows.iter().cloned() {
            let row = row.at_version(self.seq);
            if let Row::Appointment(row) = row {
                self.facts.appointments.insert(row.appointment_id, row);
            } else if let Row::Patient(row) = row {
                self.facts.patients.insert(row.patient_id, row);
            } else if let Row::Hold(row) = row {
                self.facts.holds.retain(|hold| hold.hold_id != row.hold_id);
                self.facts.holds.push(row);
            } else {
                panic!("nobody decides a {}", row.kind().name());
            }
        }
        let kept = |hold: &Hold| !decided.released.contains(&hold.hold_id);
        self.facts.holds.retain(kept);
        let gone = |id: &AppointmentId| decided.reseated.contains(id);
        self.occupancy.retain(|row| !gone(&row.appointment_id));
        self.facts.seats.retain(|(id, _), _| !gone(id));
        for row in &decided.occupancy {
            assert!(
                gone(&row.appointment_id),
                "a seat of a visit that is not reseated"
            );
            let key = (row.appointment_id, row.resource_id);
            self.facts.seats.insert(key, row.seat);
            self.occupancy.push(row.clone());
        }
        self.assert_sound();
    }

    /// `occupancy_no_overlap`, `occupancy_no_mixing`, I21 and I24.
    pub(crate) fn assert_sound(&self) {
        for (index, one) in self.occupancy.iter().enumerate() {
            assert!(
                (1..=self.capacity(one)).contains(&one.seat) || self.is_overflow(one),
                "a seat too many: {one:?}"
            );
            for other in &self.occupancy[index + 1..] {
                if one.resource_id != other.resource_id || !one.during.overlaps(&other.during) {
                    continue;
                }
                assert_ne!(
                    one.seat, other.seat,
                    "occupancy_no_overlap: {one:?} {other:?}"
                );
                let keys = one.share_key.zip(other.share_key);
                assert!(
                    keys.is_none_or(|(one, other)| one == other),
                    "occupancy_no_mixing: {one:?}"
                );
            }
        }
        for visit in self.facts.appointments.values() {
            let of_visit = |row: &&Occupancy| row.appointment_id == visit.appointment_id;
            let rows = self.occupancy.iter().filter(of_visit).count();
            let resources = 2 + usize::from(visit.location_id.is_some());
            let expected = if visit.status.occupies() {
                resources
            } else {
                0
            };
            assert_eq!(rows, expected, "all occupancies or none: {visit:?}");
        }
    }

    /// On an overflow seat, without a share key, as the visit's override says.
    fn is_overflow(&self, row: &Occupancy) -> bool {
        let visit = &self.facts.appointments[&row.appointment_id];
        let rules = visit.overridden.as_ref().map(|broken| &broken.rules);
        row.seat >= 1000 && row.share_key.is_none() && rules.is_some_and(|rules| !rules.is_empty())
    }

    fn capacity(&self, row: &Occupancy) -> u16 {
        let id = row.resource_id.0;
        if let Some(room) = self.facts.locations.get(&LocationId(id)) {
            return room.capacity;
        }
        if !self.facts.practitioners.contains_key(&PractitionerId(id)) {
            return 1;
        }
        let visit = &self.facts.appointments[&row.appointment_id];
        let service = &self.facts.services[&visit.service_id];
        match service.overlap_policy {
            OverlapPolicy::UpTo(most) => most.max(service.capacity),
            OverlapPolicy::Exclusive | OverlapPolicy::Warn => service.capacity,
        }
    }

    /// An instant of a wall time; the first one if there are two.
    pub(crate) fn at(&self, date: NaiveDate, minutes: u32) -> Timestamp {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        let wall = midnight + TimeDelta::minutes(minutes.into());
        resolve(WallDateTime(wall), &self.facts.zone).boundary()
    }
}
