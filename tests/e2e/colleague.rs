//! What a colleague does at a desk without a window.

use chrono::NaiveDate;
use frontdesk_desk::Desk;
use frontdesk_desk::view::PutPatient;
use frontdesk_domain::{AppointmentId, AppointmentStatus, PatientId};
use frontdesk_tests::{TestDesk, new_id};

/// A patient without visits, whom no other visit can stand in the way of.
pub(crate) async fn new_patient(desk: &TestDesk, name: &str) -> PatientId {
    let put = PutPatient {
        patient_id: new_id(),
        name: name.to_owned(),
        phone: None,
        birth_date: None,
        notes: None,
    };
    desk.put_patient(put).await.unwrap().value.patient_id
}

/// Waits until a visit of that day stands there on this desk's board.
pub(crate) async fn sees(
    desk: &TestDesk,
    date: NaiveDate,
    visit: AppointmentId,
    status: AppointmentStatus,
) {
    desk.until(&format!("the visit to be {status:?}"), async |_: &Desk| {
        let tile = desk.visit(date, visit).await;
        tile.is_some_and(|tile| tile.status == status)
    })
    .await;
}
