//! Invariant I32: two clinics in one database, whose rows have the very same ids, know nothing of
//! each other, whichever door is tried.

use frontdesk_domain::command::RescheduleAppointment;
use frontdesk_domain::{
    AppointmentStatus, AppointmentStep, Command, HoldId, PatientId, Reason, Row,
};
use frontdesk_protocol::{Code, OutcomeKind, SnapshotHeader, path};
use frontdesk_tests::{Clinic, Device, Engine, SOUTH, envelope, new_id, wish};
use reqwest::Method;

frontdesk_tests::both_engines! {
    no_answer_holds_a_row_of_another_clinic_i32,
    no_stream_tells_of_another_clinic_i32,
    a_booking_neither_takes_nor_changes_what_another_clinic_has_i32,
    what_only_another_clinic_has_does_not_exist_i32,
    a_hold_keeps_nothing_in_another_clinic_i32,
    what_opens_one_clinic_opens_no_other_i32,
}

/// One device, as it were: it has the same id in both.
struct Tenants {
    clinic: Clinic,
    north: Device,
    south: Device,
}

impl Tenants {
    async fn on(engine: Engine) -> Self {
        let clinic = Clinic::tenants(engine).await;
        let id = new_id();
        let north = clinic.device_named(id, "reception1").await;
        let south = clinic.device_named(id, "south.reception1").await;
        Self {
            clinic,
            north,
            south,
        }
    }
}

/// What a person would read of a row, if it has a name.
fn name(row: &Row) -> Option<&str> {
    match row {
        Row::Clinic(row) => Some(&row.name),
        Row::Location(row) => Some(&row.name),
        Row::Practitioner(row) => Some(&row.name),
        Row::Service(row) => Some(&row.name),
        Row::Patient(row) => Some(&row.name),
        Row::Schedule(_) | Row::Exception(_) | Row::Appointment(_) | Row::Hold(_) => None,
    }
}

async fn no_answer_holds_a_row_of_another_clinic_i32(engine: Engine) {
    let Tenants {
        clinic,
        north,
        south,
    } = Tenants::on(engine).await;
    let (here, there) = (north.rows().await, south.rows().await);
    assert_eq!(here.len(), there.len());
    let (mut of_north, mut of_south) =
        (here.iter().filter_map(name), there.iter().filter_map(name));
    assert!(of_north.all(|name| !name.starts_with(SOUTH)));
    assert!(of_south.all(|name| name.starts_with(SOUTH)));

    let before = south.feed().await;
    let slot = north.free_slots().await.remove(0);
    let patient = wish::patient("Nora North");
    let (patient_id, wish) = (patient.patient_id, wish::booking(&slot, patient.patient_id));
    north.must(&Command::PutPatient(patient)).await;
    let visit = wish.appointment_id;
    north.must(&Command::BookAppointment(wish)).await;

    assert_eq!(south.feed().await.seq, before.seq);
    assert_eq!(south.feed().await.clinic, before.clinic);
    let page = south.changes(before.seq).await;
    assert!(page.upserts.is_empty() && page.removed.is_empty());
    assert_eq!(south.rows().await, there);
    assert!(south.free_slots().await.contains(&slot), "still offered");
    let manager = clinic.device("south.manager").await;
    let counted = manager.get(path::METRICS).await.body;
    assert!(counted.contains("frontdesk_outcomes_total"));
    let theirs = [
        north.session.clinic.id.to_string(),
        north.session.clinic.name.clone(),
        visit.to_string(),
        patient_id.to_string(),
        "Nora".to_owned(),
    ];
    assert!(theirs.iter().all(|word| !counted.contains(word)));
}

/// What came in the other clinic would have come before what came here.
async fn no_stream_tells_of_another_clinic_i32(engine: Engine) {
    let Tenants {
        clinic: _clinic,
        north,
        south,
    } = Tenants::on(engine).await;
    let mut stream = south.events().await;
    let first = south.feed().await.seq;
    let theirs = north.new_patient().await.to_string();
    let own = south.new_patient().await.to_string();
    let heard = stream.until(&own).await;
    assert!(!heard.contains(&theirs), "{heard}");
    assert!(heard.contains(&format!(r#""from":{first}"#)), "{heard}");
}

async fn a_booking_neither_takes_nor_changes_what_another_clinic_has_i32(engine: Engine) {
    let Tenants {
        clinic,
        north,
        south,
    } = Tenants::on(engine).await;
    let slot = north.free_slots().await.remove(0);
    let wish = wish::booking(&slot, north.patients().await[0]);
    let visit = wish.appointment_id;
    let booking = envelope(north.number(), &Command::BookAppointment(wish.clone()));
    let here = north.send(std::slice::from_ref(&booking)).await;
    assert_eq!(here.outcomes[0].outcome, OutcomeKind::Applied);
    let row = north.appointment(visit).await;

    // The same number of the same device, and even the same bytes.
    assert_eq!(south.number(), booking.no);
    let there = south.send(&[booking]).await;
    assert_eq!(there.outcomes[0].outcome, OutcomeKind::Applied);
    let seq = there.outcomes[0].seq;
    assert_eq!(south.appointment(visit).await.version, seq);
    let cancel = Command::CancelAppointment(wish::cancelling(visit));
    south.must(&cancel).await;

    let cancelled = south.appointment(visit).await.status;
    assert_eq!(cancelled, AppointmentStatus::Cancelled);
    assert_eq!(north.appointment(visit).await, row);
    assert!(!north.free_slots().await.contains(&slot));
    assert!(south.free_slots().await.contains(&slot));
    clinic.holds_true();
    clinic.verify().await;
}

async fn what_only_another_clinic_has_does_not_exist_i32(engine: Engine) {
    let Tenants {
        clinic: _clinic,
        north,
        south,
    } = Tenants::on(engine).await;
    let slots = north.free_slots().await;
    let patient = north.new_patient().await;
    let wish = wish::booking(&slots[0], patient);
    let visit = wish.appointment_id;
    north.must(&Command::BookAppointment(wish)).await;
    let (row, seq) = (north.appointment(visit).await, south.feed().await.seq);

    let elsewhere = slots.last().unwrap();
    let moving = RescheduleAppointment {
        practitioner_id: None,
        location_id: None,
        ..wish::moving(visit, elsewhere)
    };
    let of_a_stranger = wish::booking(elsewhere, patient);
    for command in [
        Command::BookAppointment(of_a_stranger),
        Command::RescheduleAppointment(moving),
        Command::UpdateAppointment(wish::noting(visit, "theirs")),
        Command::CancelAppointment(wish::cancelling(visit)),
        wish::step(AppointmentStep::Arrive, visit),
        wish::step(AppointmentStep::Undo, visit),
        Command::BookSeries(wish::series(&slots[1..3], patient)),
    ] {
        south.must_not(&command, Reason::UnknownId).await;
    }
    let mut as_another = envelope(south.number(), &Command::PutPatient(wish::patient("X")));
    as_another.user_id = Some(north.session.user.id);
    let refused = south.send(&[as_another]).await.outcomes.remove(0);
    assert_eq!(refused.reason, Some(Reason::Forbidden));

    assert_eq!(south.feed().await.seq, seq);
    assert_eq!(north.appointment(visit).await, row);
}

async fn a_hold_keeps_nothing_in_another_clinic_i32(engine: Engine) {
    let Tenants {
        clinic: _clinic,
        north,
        south,
    } = Tenants::on(engine).await;
    let slot = north.free_slots().await.remove(0);
    let id: HoldId = new_id();
    assert_eq!(north.hold(id, &slot).await.status, 200);
    let held = north.holds().await;
    assert_eq!(held.len(), 1);

    assert!(south.holds().await.is_empty());
    assert!(south.release(id).await.status.is_success(), "of nothing");
    assert_eq!(north.holds().await, held);
    assert_eq!(south.hold(id, &slot).await.status, 200);
    let booked = wish::booking(&slot, patient(&south).await);
    south.must(&Command::BookAppointment(booked)).await;
    assert!(south.holds().await.is_empty(), "released with the booking");
    assert_eq!(north.holds().await, held);
}

async fn what_opens_one_clinic_opens_no_other_i32(engine: Engine) {
    let Tenants {
        clinic,
        north,
        south,
    } = Tenants::on(engine).await;
    let header = north.get(path::SNAPSHOT).await.body;
    let header: SnapshotHeader = serde_json::from_str(header.lines().next().unwrap()).unwrap();
    let resumed = format!("{}?id={}&from_row=0", path::SNAPSHOT, header.id);
    assert!(north.get(&resumed).await.status.is_success());
    south.get(&resumed).await.expect_problem(410, Code::Gone);
    let (theirs, own) = (north.feed().await, south.feed().await);
    assert_ne!(theirs.epoch, own.epoch);
    let foreign = format!("{}?epoch={}&since=0", path::CHANGES, theirs.epoch);
    south.get(&foreign).await.expect_problem(410, Code::Gone);

    let third = clinic.device("south.reception2").await;
    let body = serde_json::json!({ "device": third.id(), "commands": [] });
    let misused = north.post(path::COMMANDS, body.to_string()).await;
    misused.expect_problem(403, Code::DeviceMismatch);
    let out = north.request(Method::DELETE, path::SESSION).send().await;
    assert!(out.unwrap().status().is_success());
    north
        .get(path::FEED)
        .await
        .expect_problem(401, Code::Unauthorized);
    assert_eq!(south.feed().await.seq, own.seq, "still signed in");
}

async fn patient(device: &Device) -> PatientId {
    device.patients().await[0]
}
