//! The seeded reference clinic of design §9.

use chrono::{Days, NaiveDate};
use frontdesk_domain::{
    ClinicId, ClinicZone, PatientId, PractitionerId, Row, Service, Timestamp, UserId,
};
use rand::seq::SliceRandom as _;

use super::draw::{self, Booker, Draw, Visit};
use super::{DemoPlan, Plan};

/// Half of the twelve months lies before today.
const HALF: u64 = 183;

const OPENS: u16 = 9 * 60;
const CLOSES: u16 = 17 * 60;
const LENGTH: u16 = 30;

/// One patient for so many visits.
const VISITS_PER_PATIENT: u32 = 10;

pub(super) fn clinic(plan: &DemoPlan, now: Timestamp) -> Plan {
    let mut draw = Draw::of(plan.seed, plan.today);
    let clinic: ClinicId = draw.id();
    let service = draw::service(draw.id(), "Physiotherapy", LENGTH, 0);
    let users: Vec<UserId> = super::SIGN_INS.iter().map(|_| draw.id()).collect();
    let mut rows = vec![
        draw::clinic_row(clinic, "Reference clinic"),
        Row::Service(service.clone()),
    ];
    let practitioners = practitioners(&mut draw, plan, &service, &mut rows);
    let patients = patients(&mut draw, plan, &mut rows);
    let by = Booker {
        user: users.first().copied().unwrap_or(UserId(clinic.0)),
        name: super::SIGN_INS[0].1.to_owned(),
    };
    // A drawn slot per visit, then in the order of time, as a year of booking would leave them.
    let mut slots = slots(plan.today, practitioners.len());
    slots.shuffle(&mut draw.random);
    slots.truncate(usize::try_from(plan.appointments).unwrap_or(usize::MAX));
    slots.sort_unstable();
    if let Ok(zone) = ClinicZone::named(super::ZONE) {
        for ((date, minutes, who), patient) in slots.into_iter().zip(patients.iter().cycle()) {
            let visit = Visit {
                practitioner: practitioners[who],
                patient: *patient,
                service: &service,
                location: None,
                at: draw::wall(date, minutes),
            };
            let visit = draw::appointment(&mut draw, &visit, &by, &zone, now);
            rows.push(Row::Appointment(visit));
        }
    }
    Plan {
        clinic,
        epoch: draw.id(),
        users,
        therapist: practitioners.first().map(|id| (*id, name(0))),
        rows,
    }
}

fn name(index: usize) -> String {
    format!("Practitioner {:02}", index + 1)
}

fn practitioners(
    draw: &mut Draw,
    plan: &DemoPlan,
    service: &Service,
    rows: &mut Vec<Row>,
) -> Vec<PractitionerId> {
    let valid_from = plan.today - Days::new(2 * HALF);
    let ids = (0..usize::from(plan.practitioners)).map(|index| {
        let id = draw.id();
        let offers = vec![service.service_id];
        rows.push(Row::Practitioner(draw::practitioner(
            id,
            &name(index),
            offers,
        )));
        let blocks = (1..=5).map(|weekday| draw::Block {
            weekday,
            from: OPENS,
            until: CLOSES,
            location: None,
            services: None,
        });
        rows.push(Row::Schedule(draw::schedule(draw, id, valid_from, blocks)));
        id
    });
    ids.collect()
}

/// Enough that nobody is in two places at once: visits of one time have patients in a row.
fn patients(draw: &mut Draw, plan: &DemoPlan, rows: &mut Vec<Row>) -> Vec<PatientId> {
    let count = (plan.appointments / VISITS_PER_PATIENT).max(2 * u32::from(plan.practitioners));
    let ids = (0..count.max(1)).map(|_| {
        let patient = draw.patient(plan.today);
        let id = patient.patient_id;
        rows.push(Row::Patient(patient));
        id
    });
    ids.collect()
}

/// Every slot of the year: date, wall minute, practitioner.
fn slots(today: NaiveDate, practitioners: usize) -> Vec<(NaiveDate, u16, usize)> {
    let first = today - Days::new(HALF);
    let days = first
        .iter_days()
        .take(usize::try_from(2 * HALF).unwrap_or(0))
        .filter(|date| draw::weekday(*date) <= 5);
    days.flat_map(|date| {
        let starts = (OPENS..CLOSES).step_by(usize::from(LENGTH));
        starts.flat_map(move |minutes| (0..practitioners).map(move |who| (date, minutes, who)))
    })
    .collect()
}
