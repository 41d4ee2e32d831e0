//! One chain of acts (I35): whoever changes the file by hand is found out, whatever they change.

use frontdesk_domain::Command;
use frontdesk_tests::{Clinic, Engine, wish};

frontdesk_tests::both_engines! {
    whatever_is_changed_in_the_chain_of_acts_is_found,
}

/// What somebody changes, and what undoes it.
const CHANGES: [(&str, &str); 4] = [
    ("at = at + 1", "at = at - 1"),
    ("seq = seq + 1", "seq = seq - 1"),
    (
        "action = action || 'x'",
        "action = substr(action, 1, length(action) - 1)",
    ),
    (
        "actor = device, device = actor",
        "actor = device, device = actor",
    ),
];

async fn whatever_is_changed_in_the_chain_of_acts_is_found(engine: Engine) {
    let clinic = Clinic::program_on(engine).await;
    let device = clinic.device("reception1").await;
    let slots = device.free_slots().await;
    let patient = device.new_patient().await;
    for slot in slots.iter().step_by(11).take(4) {
        let booking = wish::booking(slot, patient);
        device.ask(&Command::BookAppointment(booking)).await;
    }
    clinic.verify().await;
    for (change, undo) in CHANGES {
        clinic.tamper(&format!("update audit set {change} where n = 2"));
        found_out(&clinic, change).await;
        clinic.tamper(&format!("update audit set {undo} where n = 2"));
        clinic.verify().await;
    }
    clinic.tamper("update audit set payload_hash = prev_hash where n = 2");
    found_out(&clinic, "a digest").await;
    clinic.tamper("delete from audit where n = 2");
    found_out(&clinic, "an act is gone").await;
}

async fn found_out(clinic: &Clinic, what: &str) {
    let ran = clinic.verified().await;
    assert_eq!(ran.code, Some(1), "{what}: {}{}", ran.out, ran.err);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains("audit"), "{what}: {said}");
}
