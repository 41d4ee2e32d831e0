//! The invented clinics as the store takes them: its constraints refuse a clinic that cannot be.

use std::collections::BTreeMap;

use frontdesk_domain::{Appointment, AppointmentStatus, Interval, Service, ServiceId};

use super::*;
use crate::{Server, ServerConfig};

struct Clinic {
    services: BTreeMap<ServiceId, Service>,
    visits: Vec<Appointment>,
    now: Timestamp,
    /// Deleted with the clinic.
    _folder: tempfile::TempDir,
}

async fn showcase_of(seed: u64) -> Clinic {
    let folder = tempfile::tempdir().unwrap();
    let config = ServerConfig::in_folder(folder.path());
    let now = config.clock.now();
    let server = Server::open(config).unwrap();
    let clinic = showcase(&server, seed).await.unwrap().clinic;
    let always = Interval::new(
        now - chrono::TimeDelta::days(90),
        now + chrono::TimeDelta::days(90),
    );
    let facts = server
        .shared
        .store
        .read(move |db| store::clinic_facts(db, clinic, always))
        .await
        .unwrap();
    server.close();
    Clinic {
        services: facts.services,
        visits: facts.appointments.into_values().collect(),
        now,
        _folder: folder,
    }
}

#[tokio::test]
async fn a_first_look_has_full_and_half_full_classes() {
    let clinic = showcase_of(1).await;
    let mut classes: BTreeMap<_, u16> = BTreeMap::new();
    for visit in &clinic.visits {
        if clinic.services[&visit.service_id].capacity > 1 {
            *classes
                .entry((visit.starts_at, visit.practitioner_id))
                .or_default() += 1;
        }
    }
    assert!(classes.values().any(|taken| *taken == 8));
    assert!(classes.values().any(|taken| (2..8).contains(taken)));
    assert!(classes.values().all(|taken| *taken <= 8));
}

#[tokio::test]
async fn a_first_look_has_visits_that_wait_for_approval_and_none_that_missed_it() {
    let clinic = showcase_of(2).await;
    let waits = |visit: &&Appointment| visit.status == AppointmentStatus::Pending;
    let pending: Vec<_> = clinic.visits.iter().filter(waits).collect();
    assert!(!pending.is_empty());
    for visit in pending {
        assert!(clinic.services[&visit.service_id].needs_approval);
        assert!(visit.starts_at > clinic.now);
    }
}

#[tokio::test]
async fn every_seed_makes_a_clinic_that_can_be() {
    for seed in 3..8 {
        assert!(showcase_of(seed).await.visits.len() > 500);
    }
}
