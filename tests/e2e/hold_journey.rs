//! A time that a colleague is booking right now.

use frontdesk_desk::Desk;
use frontdesk_desk::view::{CloseBooking, OpenBooking, SlotOffer};
use frontdesk_tests::TestDesk;

use crate::stage::Stage;
use crate::window::{ENTER, ESCAPE};

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_is_being_booked_says_by_whom() {
    let stage = Stage::set().await;
    let (window, colleague) =
        tokio::join!(stage.window("reception1"), stage.colleague("reception2"));
    window.next_day().await;
    let cell = window.walk_to_a_free_cell().await;
    let slot = cell.offer(&colleague).await;

    let open = OpenBooking {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        appointment_id: None,
        service_id: None,
    };
    let draft = colleague.open_booking(open).await.unwrap().value;

    let held = cell.held();
    window.read_in(&held, "Held by Ravi Reception").await;
    window.see_no(&cell.free()).await;
    window.photograph("held").await;
    // The keyboard stays where it was: on what has come there.
    window.has_focus(&held).await;
    window.press(ENTER).await;
    window.see("[data-refusal='slot_taken']").await;
    window.read("Somebody is about to book this time.").await;
    let (start, end) = (&slot.wall_start, &slot.wall_end);
    let who = format!("Ravi Reception has a booking open here, {start} to {end}.");
    window.read(&who).await;
    window.photograph("held-refusal").await;

    let close = CloseBooking {
        appointment_id: draft.appointment_id,
    };
    colleague.close_booking(close).await.unwrap();
    window.see_no("[data-refusal]").await;
    window.press_on("#booking-review", ESCAPE).await;
    window.see_no("#booking-review").await;
    window.see_no(&held).await;
    window.see(&cell.free()).await;
    colleague
        .until("the time to be free for everybody", async |_: &Desk| {
            colleague.offers(&slot).await
        })
        .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_loaded_anew_keeps_no_slot() {
    let stage = Stage::set().await;
    let (window, colleague) =
        tokio::join!(stage.window("reception1"), stage.colleague("reception2"));
    window.next_day().await;
    let cell = window.walk_to_a_free_cell().await;
    let slot = cell.offer(&colleague).await;
    window.press(ENTER).await;
    window.see("#booking-review").await;
    is_held(&colleague, &slot, true).await;

    window.load_anew().await;
    window.see("#board [data-cell]").await;
    is_held(&colleague, &slot, false).await;
    assert!(colleague.offers(&slot).await);
    window.close().await;
}

/// Waits until the colleague's board shows the slot held, or not.
async fn is_held(colleague: &TestDesk, slot: &SlotOffer, held: bool) {
    colleague
        .until(
            if held { "the hold" } else { "no hold" },
            async |_: &Desk| {
                let columns = colleague.day(slot.date).await.columns;
                let mut holds = columns.iter().flat_map(|column| &column.holds);
                holds.any(|hold| hold.starts_at == slot.starts_at) == held
            },
        )
        .await;
}
