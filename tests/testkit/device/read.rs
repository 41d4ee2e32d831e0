//! What a device reads.

use chrono::{Days, NaiveDate};
use frontdesk_domain::{
    Appointment, AppointmentId, ClinicZone, Hold, OverlapPolicy, PatientId, Row, Service,
    ServiceId, Slot,
};
use frontdesk_protocol::{Availability, ChangePage, Feed, SnapshotRow, SnapshotTrailer, path};

use super::Device;

impl Device {
    /// Where the feed stands.
    pub async fn feed(&self) -> Feed {
        self.get(path::FEED).await.read()
    }

    /// What changed since, at once.
    ///
    /// # Panics
    /// When the cursor cannot be continued.
    pub async fn changes(&self, since: u64) -> ChangePage {
        let epoch = self.feed().await.epoch;
        let path = format!("{}?epoch={epoch}&since={since}", path::CHANGES);
        self.get(&path).await.read()
    }

    /// Free slots as an integrator sees them; `query` as in `service=…&from=…&to=…`.
    pub async fn availability(&self, query: &str) -> Availability {
        let answer = self.get(&format!("{}?{query}", path::AVAILABILITY)).await;
        assert_eq!(answer.cache_control, "no-store");
        answer.read()
    }

    /// Today, on the clinic's wall.
    ///
    /// # Panics
    /// When the clinic's zone is unknown.
    pub async fn today(&self) -> NaiveDate {
        let zone = ClinicZone::named(&self.session.clinic.time_zone).unwrap();
        zone.date(self.feed().await.server_time)
    }

    /// Free slots of [`Self::service`] in the next two weeks, from tomorrow on.
    pub async fn free_slots(&self) -> Vec<Slot> {
        self.free_slots_within(14).await
    }

    /// Free slots of [`Self::service`] in the next days, from tomorrow on.
    ///
    /// # Panics
    /// When there are none.
    pub async fn free_slots_within(&self, days: u64) -> Vec<Slot> {
        let service = self.service().await;
        self.free_slots_of(service, 1, days).await
    }

    /// Free slots of a service from so many days ahead on, for so many days.
    ///
    /// # Panics
    /// When there are none.
    pub async fn free_slots_of(&self, service: ServiceId, ahead: u64, days: u64) -> Vec<Slot> {
        let slots = self.offered(service, ahead, days).await;
        assert!(!slots.is_empty(), "the clinic has free time");
        slots
    }

    /// The same, where there may be none.
    pub async fn offered(&self, service: ServiceId, ahead: u64, days: u64) -> Vec<Slot> {
        let from = self.today().await + Days::new(ahead);
        let to = from + Days::new(days - 1);
        let query = format!("service={service}&from={from}&to={to}");
        self.availability(&query).await.slots
    }

    /// Every row of the clinic.
    ///
    /// # Panics
    /// When the snapshot is not what its trailer says.
    pub async fn rows(&self) -> Vec<Row> {
        let answer = self.get(path::SNAPSHOT).await;
        let lines: Vec<&str> = answer.body.lines().collect();
        let [_header, rows @ .., trailer] = lines.as_slice() else {
            panic!("no snapshot: {} {}", answer.status, answer.body)
        };
        let trailer: SnapshotTrailer = serde_json::from_str(trailer).unwrap();
        assert_eq!(trailer.rows, rows.len() as u64);
        let row = |line: &&str| serde_json::from_str::<SnapshotRow>(line).unwrap().row;
        rows.iter().map(row).collect()
    }

    /// The shortest service that a practitioner gives to one patient at a time, without asking.
    ///
    /// # Panics
    /// When there is none.
    pub async fn service(&self) -> ServiceId {
        let services = self.services().await;
        let plain = services.iter().filter(|it| {
            !it.needs_approval
                && it.overlap_policy == OverlapPolicy::Exclusive
                && it.class_capacity().is_none()
        });
        let shortest = plain.min_by_key(|it| (it.duration_minutes, &it.name));
        shortest.expect("a service").service_id
    }

    /// The first service that is like this, by name.
    ///
    /// # Panics
    /// When there is none.
    pub async fn service_like(&self, like: impl Fn(&Service) -> bool) -> Service {
        let mut services = self.services().await;
        services.retain(like);
        services.sort_by(|one, other| one.name.cmp(&other.name));
        services.into_iter().next().expect("such a service")
    }

    /// Every service.
    pub async fn services(&self) -> Vec<Service> {
        let rows = self.rows().await;
        let services = rows.into_iter().filter_map(|row| {
            let Row::Service(service) = row else {
                return None;
            };
            Some(service)
        });
        services.collect()
    }

    /// Every hold.
    pub async fn holds(&self) -> Vec<Hold> {
        let rows = self.rows().await;
        let holds = rows.into_iter().filter_map(|row| {
            let Row::Hold(hold) = row else {
                return None;
            };
            Some(hold)
        });
        holds.collect()
    }

    /// One visit.
    ///
    /// # Panics
    /// When there is none with this id.
    pub async fn appointment(&self, id: AppointmentId) -> Appointment {
        let mut visits = self.appointments().await.into_iter();
        visits
            .find(|visit| visit.appointment_id == id)
            .expect("the visit")
    }

    /// Every patient.
    pub async fn patients(&self) -> Vec<PatientId> {
        let rows = self.rows().await;
        let patients = rows.iter().filter_map(|row| {
            let Row::Patient(patient) = row else {
                return None;
            };
            Some(patient.patient_id)
        });
        patients.collect()
    }

    /// Every visit.
    pub async fn appointments(&self) -> Vec<Appointment> {
        let rows = self.rows().await;
        let visits = rows.into_iter().filter_map(|row| {
            let Row::Appointment(visit) = row else {
                return None;
            };
            Some(visit)
        });
        visits.collect()
    }
}
