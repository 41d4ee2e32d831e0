//! One visit becomes a series, by keyboard; a date of it is already taken.

use chrono::{Days, NaiveDate};
use frontdesk_desk::Desk;
use frontdesk_desk::view::{FreeSlotsQuery, NoArguments, SlotOffer};
use frontdesk_tests::TestDesk;

use crate::book_journey::Cell;
use crate::colleague::new_patient;
use crate::stage::Stage;
use crate::window::{BACKSPACE, ENTER, Window};

const SERVICE: &str = "Physiotherapy";
/// Nobody else's name in the demo clinic has a word that begins with an X.
const PATIENT: &str = "Xenia Quill";

#[tokio::test(flavor = "multi_thread")]
async fn a_series_skips_the_date_that_clashes() {
    let stage = Stage::set().await;
    let colleague = stage.colleague("reception2").await;
    new_patient(&colleague, PATIENT).await;
    let weeks = free_for_four_weeks(&colleague).await;
    let [first, second, clash, last] = &weeks[..] else {
        panic!("four weeks: {weeks:?}")
    };
    let other = new_patient(&colleague, "Quentin Ash").await;
    colleague.book(clash, other).await.unwrap();
    let window = stage.window("reception1").await;
    while window.date().await != first.date.to_string() {
        window.next_day().await;
    }

    window.press_on(&Cell::of(first).free(), ENTER).await;
    window.fill_in(SERVICE, "x", "Brings the X-rays").await;
    window.press_on("#booking-repeat", ENTER).await;
    let four = [BACKSPACE, BACKSPACE, "4"].concat();
    window.press_on("#series-count", &four).await;
    window.see("[data-dates='4']").await;
    window.read("3 visits · 1 date needs a decision").await;
    let row = |slot: &SlotOffer| format!("[data-dates] li[data-date='{}']", slot.date);
    window
        .see(&format!("{}[data-fate='clash']", row(clash)))
        .await;
    window.photograph("series").await;
    window.press_on("[data-dates] li[tabindex='0']", "j").await;
    window.has_focus(&row(clash)).await;
    window.press("s").await;
    window.read("3 visits · 1 skipped").await;
    let [from, until] = [
        date_in(&window, &row(first)).await,
        date_in(&window, &row(last)).await,
    ];
    window
        .read_in("#series-confirm:not(:disabled)", "Book 3 visits")
        .await;
    window.press_on("#series-confirm", ENTER).await;

    window.read(&format!("Booked · 3 visits · {PATIENT}")).await;
    window.read(&format!("{SERVICE}, {from} to {until}")).await;
    let tile = Cell::of(first).visit();
    window.see(&format!("{tile} [data-mark='series']")).await;
    for booked in [first, second, last] {
        colleague
            .until("a visit of the series", async |_: &Desk| {
                has(&colleague, booked).await
            })
            .await;
    }
    assert!(!has(&colleague, clash).await, "the skipped date has none");
    window.close().await;
}

/// The same time with the same practitioner on four days, a week apart.
async fn free_for_four_weeks(desk: &TestDesk) -> Vec<SlotOffer> {
    let today = desk.today().await;
    for first in today.iter_days().skip(1).take(7) {
        let mut days = Vec::new();
        for week in 0..4 {
            days.push(free_on(desk, first + Days::new(7 * week)).await);
        }
        let on_all = |slot: &SlotOffer| {
            let days = days.iter();
            days.map(|day| day.iter().find(|each| same_time(each, slot)).cloned())
                .collect()
        };
        if let Some(weeks) = days[0].iter().find_map(on_all) {
            return weeks;
        }
    }
    panic!("no time is free for four weeks")
}

async fn free_on(desk: &TestDesk, date: NaiveDate) -> Vec<SlotOffer> {
    let services = desk.services(NoArguments {}).await.unwrap().services;
    let service = services.iter().find(|each| each.name == SERVICE).unwrap();
    let query = FreeSlotsQuery {
        service_id: service.service_id,
        practitioner_id: None,
        from: date,
        to: date,
        moving: None,
    };
    desk.free_slots(query).await.unwrap().slots
}

fn same_time(one: &SlotOffer, other: &SlotOffer) -> bool {
    one.practitioner_id == other.practitioner_id && one.wall_start == other.wall_start
}

/// The date of a row as a sentence writes it: without its weekday.
async fn date_in(window: &Window, row: &str) -> String {
    let text = window.see(row).await.text().await.unwrap();
    let words: Vec<&str> = text.split_whitespace().skip(1).take(3).collect();
    words.join(" ")
}

/// True when the series has its visit there.
async fn has(desk: &TestDesk, slot: &SlotOffer) -> bool {
    let sheet = desk.day(slot.date).await;
    let mut columns = sheet.columns.iter();
    let column = columns.find(|one| one.practitioner_id == slot.practitioner_id);
    column.is_some_and(|one| {
        one.visits.iter().any(|visit| {
            visit.patient_name == PATIENT
                && visit.wall_start() == slot.wall_start
                && visit.in_series
        })
    })
}
