//! What becomes of open dialogs when their window or their desk ends, and of a sign-in at the start.

use frontdesk_desk::Desk;
use frontdesk_desk::view::{
    BookingDraft, CloseBooking, DaySheet, ErrorCode, HoldTile, NoArguments, OpenBooking, SlotOffer,
};
use frontdesk_tests::{Clinic, PASSWORD, TestDesk};

async fn opened(desk: &Desk, slot: &SlotOffer) -> BookingDraft {
    let open = OpenBooking {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        appointment_id: None,
        service_id: None,
    };
    desk.open_booking(open).await.unwrap().value
}

fn held(sheet: &DaySheet, slot: &SlotOffer) -> Vec<HoldTile> {
    let columns = sheet.columns.iter();
    let of_slot = columns.filter(|column| column.practitioner_id == slot.practitioner_id);
    let holds = of_slot.flat_map(|column| column.holds.clone());
    holds
        .filter(|hold| hold.starts_at == slot.starts_at)
        .collect()
}

/// Waits until the board shows so many holds of the slot; they.
async fn shows(desk: &TestDesk, slot: &SlotOffer, count: usize) -> Vec<HoldTile> {
    desk.until("the hold on the board", async |_: &Desk| {
        held(&desk.day(slot.date).await, slot).len() == count
    })
    .await;
    held(&desk.day(slot.date).await, slot)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_begins_anew_keeps_no_slot() {
    let clinic = Clinic::small().await;
    let (here, there) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let slot = here.free().await.remove(0);
    opened(&here, &slot).await;
    assert!(!shows(&there, &slot, 1).await[0].mine);
    here.close_all_bookings().await.unwrap();
    shows(&there, &slot, 0).await;
    assert!(there.offers(&slot).await);
}

/// The window asks for both without waiting; what it asks last counts. Forty times, so that one overtakes the
/// other if it can.
#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_closes_while_it_opens_keeps_nothing() {
    let clinic = Clinic::small().await;
    let (here, there) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let mut slots = here.free().await;
    let mark = slots.pop().unwrap();
    slots.truncate(40);
    for slot in &slots {
        let appointment_id = frontdesk_tests::new_id();
        let open = OpenBooking {
            practitioner_id: slot.practitioner_id,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            appointment_id: Some(appointment_id),
            service_id: None,
        };
        let close = CloseBooking { appointment_id };
        let (opening, closing) = tokio::join!(here.open_booking(open), here.close_booking(close));
        opening.unwrap();
        closing.unwrap();
    }
    // Holds travel in order: behind this one nothing of the others is under way.
    opened(&here, &mark).await;
    shows(&there, &mark, 1).await;
    for slot in &slots {
        shows(&there, slot, 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_was_killed_takes_its_own_hold_over_when_the_slot_is_opened_again() {
    let clinic = Clinic::small().await;
    let (here, there) = (
        clinic.desk("reception1").await,
        clinic.desk("reception2").await,
    );
    let slots = here.free().await;
    let (slot, other) = (&slots[0], slots.last().unwrap());
    let before = opened(&here, slot).await;
    shows(&there, slot, 1).await;
    shows(&here, slot, 1).await;

    let here = here.killed().await;
    here.live().await;
    assert!(shows(&here, slot, 1).await[0].mine, "its own, and said so");
    let elsewhere = opened(&here, other).await;
    assert_ne!(elsewhere.appointment_id, before.appointment_id);
    let again = opened(&here, slot).await;
    assert_eq!(again.appointment_id, before.appointment_id);
    assert_eq!(shows(&there, slot, 1).await.len(), 1, "one hold, not two");
    let third = opened(&here, slot).await;
    assert_ne!(
        third.appointment_id, again.appointment_id,
        "what a dialog holds is not taken from it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_at_the_start_that_fails_is_told_until_somebody_tries_again() {
    let clinic = Clinic::small().await;
    let desk = clinic.empty_desk().await;
    let start = async || desk.session(NoArguments {}).await.unwrap().start;
    assert_eq!(start().await, None);

    let user = || "reception1".to_owned();
    desk.sign_in_at_start(user(), None).await;
    let missing = start().await.unwrap();
    assert_eq!(missing.user, "reception1");
    assert_eq!(missing.why.code, ErrorCode::Invalid);
    assert_eq!(missing.why.field.as_deref(), Some("password"));

    desk.sign_in_at_start(user(), Some("guess".to_owned()))
        .await;
    assert_eq!(start().await.unwrap().why.code, ErrorCode::WrongPassword);

    desk.line().cut();
    desk.sign_in_at_start(user(), Some(PASSWORD.to_owned()))
        .await;
    assert_eq!(start().await.unwrap().why.code, ErrorCode::Offline);

    desk.line().mend();
    desk.sign_in_as("reception1").await;
    assert_eq!(start().await, None);
}
