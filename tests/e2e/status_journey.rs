//! A visit's status by one key a step, and the list of those that wait for approval.

use frontdesk_desk::view::{ApprovalItem, NoArguments};
use frontdesk_domain::AppointmentStatus::{Arrived, Booked, CheckedIn, Fulfilled};
use frontdesk_tests::TestDesk;

use crate::book_journey::show_day_of;
use crate::colleague::{new_patient, sees};
use crate::stage::Stage;
use crate::window::{ENTER, ESCAPE};

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_goes_through_the_day_one_key_a_step() {
    let stage = Stage::set().await;
    let (window, colleague) =
        tokio::join!(stage.window("reception1"), stage.colleague("reception2"));
    window.next_day().await;
    let cell = window.walk_to_a_free_cell().await;
    let slot = cell.offer(&colleague).await;
    let patient = new_patient(&colleague, "Xenia Quill").await;
    let visit = colleague.book(&slot, patient).await.unwrap().value;
    let (date, visit) = (visit.date, visit.appointment_id);
    let tile = format!("[data-appointment='{visit}']");
    window.see(&format!("{tile}[data-status='booked']")).await;
    window.see_no(&format!("{tile} [data-mark]")).await;

    // What is pressed, what is said, what the tile shows by shape and word, what everybody holds.
    let day = [
        ("a", "Arrived", "arrived", "Arrived", Arrived),
        ("i", "In the room", "checked-in", "In the room", CheckedIn),
        ("f", "Done", "fulfilled", "Done", Fulfilled),
        (
            "u",
            "Back to “In the room”",
            "checked-in",
            "In the room",
            CheckedIn,
        ),
    ];
    // The keyboard stays where it was: on what has come there.
    window.has_focus(&tile).await;
    for (key, said, mark, word, status) in day {
        window.press(key).await;
        let (time, name) = (&slot.wall_start, &slot.practitioner_name);
        window.read(&format!("{said} · {time} · {name}")).await;
        window.see(&format!("{tile} [data-mark='{mark}']")).await;
        window.read_in(&tile, word).await;
        sees(&colleague, date, visit, status).await;
        if status == Fulfilled {
            window.photograph("visit-done").await;
        }
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_waits_is_approved_from_the_list() {
    let stage = Stage::set().await;
    let (window, colleague) =
        tokio::join!(stage.window("reception1"), stage.colleague("reception2"));
    let waiting = waiting(&colleague).await;
    let [first, second, ..] = &waiting[..] else {
        panic!("two visits of the demo wait: {waiting:?}")
    };
    let counted =
        |count: usize| format!("#approvals[aria-label='Waiting for approval, {count} visits']");
    let approve =
        |item: &ApprovalItem| format!("[data-approval='{}'] [data-approve]", item.appointment_id);
    window.see(&counted(waiting.len())).await;

    window.press("p").await;
    window.has_focus(&approve(first)).await;
    let row = format!("[data-approval='{}']", first.appointment_id);
    window.read_in(&row, "Shock wave therapy").await;
    window.photograph("approvals").await;
    window.press(ENTER).await;

    let (time, name) = (&first.wall_start, &first.practitioner_name);
    window.read(&format!("Approved · {time} · {name}")).await;
    window.see_no(&approve(first)).await;
    window.see(&counted(waiting.len() - 1)).await;
    window.has_focus(&approve(second)).await;
    window.press(ESCAPE).await;
    window.see_no("[data-approval]").await;
    let visit = first.appointment_id;
    show_day_of(&window, &colleague, visit).await;
    let tile = format!("[data-appointment='{visit}'][data-status='booked']");
    window.see(&tile).await;
    window
        .see_no(&format!("{tile} [data-mark='pending']"))
        .await;
    sees(&colleague, first.date, visit, Booked).await;
    assert!(
        !self::waiting(&colleague).await.contains(first),
        "it no longer waits anywhere"
    );
    window.close().await;
}

async fn waiting(desk: &TestDesk) -> Vec<ApprovalItem> {
    desk.approvals(NoArguments {}).await.unwrap().visits
}
