//! Booking by hand at one desk, and what the other desk shows without being touched.

use frontdesk_desk::Desk;
use frontdesk_desk::view::{AppointmentCardQuery, FreeSlotsQuery, NoArguments, SlotOffer};
use frontdesk_domain::{AppointmentId, AppointmentStatus};
use frontdesk_tests::TestDesk;
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::window::{DOWN, ENTER, SHIFT_TAB, Window};

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_booked_by_keyboard_appears_on_the_other_desk() {
    let stage = Stage::set().await;
    let (here, there) = tokio::join!(stage.window("reception1"), stage.window("reception2"));
    here.photograph("board-light").await;
    for window in [&here, &there] {
        window.next_day().await;
    }
    let cell = here.walk_to_a_free_cell().await;

    here.press(ENTER).await;
    here.press_on(".mantine-Modal-close", SHIFT_TAB).await;
    here.has_focus("#booking-review").await;
    here.fill_in("Physiotherapy", "a", "Prefers the window")
        .await;
    here.photograph("booking-dialog").await;
    here.press_on("#booking-review", ENTER).await;
    here.see("#booking-confirm").await;
    here.photograph("booking-review").await;
    let visit = cell.visit();
    here.watch_for("Booked · ", &visit).await;
    here.press_on("#booking-confirm", ENTER).await;

    here.read("Booked · ").await;
    let shown = here.script("return window.shown", Value::Null).await;
    assert_eq!(
        shown,
        json!(true),
        "the calendar shows it when 'Booked' is said"
    );
    let label = there.see(&visit).await.attr("aria-label").await.unwrap();
    let label = label.expect("a label for whoever cannot see it");
    assert!(
        label.contains(&cell.start) && label.contains("Physiotherapy"),
        "{label}"
    );
    there.see_no(&cell.free()).await;
    there.photograph("board-other-desk").await;
    here.close().await;
    there.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_is_taken_while_the_dialog_is_filled_is_said_and_the_next_one_is_one_key_away()
{
    let stage = Stage::set().await;
    let (window, manager) = tokio::join!(stage.window("reception1"), stage.colleague("manager"));
    window.next_day().await;
    let cell = window.walk_to_a_free_cell().await;
    let slot = cell.offer(&manager).await;
    window.press(ENTER).await;
    window
        .fill_in("Physiotherapy", "a", "Has a key to the side door")
        .await;

    // The open dialog keeps the time from everybody but a manager.
    let patient = manager.patients().await[0];
    manager.book(&slot, patient).await.unwrap();

    window.see("[data-refusal='slot_taken']").await;
    window.read("Mona Manager").await;
    window.see("[data-alternative='3']").await;
    window.photograph("refusal").await;
    let offered = window
        .see("[data-alternative='1'] b")
        .await
        .text()
        .await
        .unwrap();
    window.press_on("#booking-review", "1").await;
    window.see(&format!("[data-slot='{offered}']")).await;
    window.see_no("[data-refusal]").await;
    assert_eq!(
        window.value("#booking-note").await,
        "Has a key to the side door"
    );
    window.see("[data-patient]").await;

    window.press_on("#booking-review", ENTER).await;
    window.press_on("#booking-confirm", ENTER).await;
    window.read("Booked").await;
    window.read(&offered).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_cancelled_or_moved_by_hand_is_gone_from_its_old_place_on_the_other_desk() {
    let stage = Stage::set().await;
    let (window, colleague) =
        tokio::join!(stage.window("reception1"), stage.colleague("reception2"));
    window.next_day().await;
    let cell = window.walk_to_a_free_cell().await;
    let (slot, patient) = (cell.offer(&colleague).await, colleague.patients().await[0]);
    let visit = colleague
        .book(&slot, patient)
        .await
        .unwrap()
        .value
        .appointment_id;
    let tile = format!("[data-appointment='{visit}']");

    window.click(&tile).await;
    window.click("#visit-reschedule").await;
    // The last time of the day is far from the old one, which is then free as a whole.
    window.click("#visit li:last-child > [data-free]").await;
    window.photograph("reschedule").await;
    window.click("#visit-reschedule-confirm").await;
    window.read("Moved").await;
    colleague
        .until("the visit to leave its old slot", async |_: &Desk| {
            colleague.offers(&slot).await
        })
        .await;

    window.see_no("#visit").await;
    show_day_of(&window, &colleague, visit).await;
    window.click(&tile).await;
    window.photograph("visit-card").await;
    window.click("#visit-cancel").await;
    window.click("#cancel-reason-patient").await;
    window.click("#visit-cancel-confirm").await;
    window.see_no(&tile).await;
    let query = AppointmentCardQuery {
        appointment_id: visit,
    };
    colleague
        .until("the cancelled visit", async |desk: &Desk| {
            let card = desk.appointment_card(query).await.unwrap();
            card.status == AppointmentStatus::Cancelled
        })
        .await;
    window.close().await;
}

/// Walks with the keyboard to the day on which the visit is now.
pub(crate) async fn show_day_of(window: &Window, colleague: &TestDesk, visit: AppointmentId) {
    let query = AppointmentCardQuery {
        appointment_id: visit,
    };
    let card = colleague.appointment_card(query).await.unwrap();
    while window.date().await != card.date.to_string() {
        window.next_day().await;
    }
}

/// A free cell on the board.
pub(crate) struct Cell {
    pub(crate) practitioner: String,
    pub(crate) start: String,
    pub(crate) date: String,
}

impl Cell {
    /// Where this slot begins.
    pub(crate) fn of(slot: &SlotOffer) -> Self {
        Self {
            practitioner: slot.practitioner_id.to_string(),
            start: slot.wall_start.clone(),
            date: slot.date.to_string(),
        }
    }

    pub(crate) fn free(&self) -> String {
        self.showing("book")
    }

    pub(crate) fn visit(&self) -> String {
        self.showing("visit")
    }

    /// Another desk has a booking open here.
    pub(crate) fn held(&self) -> String {
        self.showing("held")
    }

    fn showing(&self, act: &str) -> String {
        let Self {
            practitioner,
            start,
            ..
        } = self;
        format!("[data-act='{act}'][data-practitioner='{practitioner}'][data-start='{start}']")
    }

    /// The same slot as another desk offers it, for the first service that fits.
    pub(crate) async fn offer(&self, desk: &TestDesk) -> SlotOffer {
        let date = self.date.parse().unwrap();
        for service in desk.services(NoArguments {}).await.unwrap().services {
            let query = FreeSlotsQuery {
                service_id: service.service_id,
                practitioner_id: Some(self.practitioner.parse().unwrap()),
                from: date,
                to: date,
                moving: None,
            };
            let slots = desk.free_slots(query).await.unwrap().slots;
            if let Some(slot) = slots.into_iter().find(|slot| slot.wall_start == self.start) {
                return slot;
            }
        }
        panic!("the other desk does not offer {} {}", self.date, self.start)
    }
}

impl Window {
    /// Notes whether an element is on the page at the very moment at which a text first appears.
    async fn watch_for(&self, text: &str, css: &str) {
        let script = "const { text, css } = arguments[0];
            new MutationObserver(() => {
                if (window.shown !== undefined || !document.body.textContent.includes(text)) return;
                window.shown = Boolean(document.querySelector(css));
            }).observe(document.body, { childList: true, subtree: true, characterData: true })";
        self.script(script, json!({ "text": text, "css": css }))
            .await;
    }

    /// The shown date.
    pub(crate) async fn date(&self) -> String {
        let date = self.see("#board").await.attr("data-date").await.unwrap();
        date.unwrap_or_default()
    }

    /// One day on, by its key.
    pub(crate) async fn next_day(&self) {
        let before = self.date().await;
        self.script("document.activeElement?.blur()", Value::Null)
            .await;
        self.press("]").await;
        let script = "return document.querySelector('#board').dataset.date !== arguments[0]";
        self.until("the next day", script, json!(before)).await;
        self.see("#board [data-cell]").await;
    }

    /// Into the board and down to a start that can be booked, by keyboard.
    pub(crate) async fn walk_to_a_free_cell(&self) -> Cell {
        self.press("b").await;
        let on_the_board = "return Boolean(document.activeElement.dataset.cell)";
        self.until("the focus on the board", on_the_board, Value::Null)
            .await;
        for _ in 0..60 {
            if self.focused("act").await == "book" {
                return Cell {
                    practitioner: self.focused("practitioner").await,
                    start: self.focused("start").await,
                    date: self.date().await,
                };
            }
            self.press(DOWN).await;
        }
        panic!("no free cell below the first one\n{}", self.shown().await);
    }

    async fn focused(&self, data: &str) -> String {
        let script = "return document.activeElement.dataset[arguments[0]] ?? ''";
        let value = self.script(script, json!(data)).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Fills the dialog in: a service, the first patient found, a note.
    pub(crate) async fn fill_in(&self, service: &str, patient: &str, note: &str) {
        self.choose("#booking-service", service).await;
        self.type_into("#booking-patient", patient).await;
        self.see("[role='option'][data-combobox-selected]").await;
        self.press(ENTER).await;
        self.see("[data-patient]").await;
        self.type_into("#booking-note", note).await;
        assert_eq!(self.value("#booking-note").await, note);
    }

    /// Chooses in a list, by arrow keys.
    async fn choose(&self, list: &str, wanted: &str) {
        self.focus(list).await;
        self.press(DOWN).await;
        self.see("[role='option']").await;
        let selected = "return document.querySelector('[data-combobox-selected]')?.innerText ?? ''";
        for _ in 0..12 {
            let text = self.script(selected, Value::Null).await;
            if text.as_str().unwrap_or_default().starts_with(wanted) {
                self.press(ENTER).await;
                self.see_no("[role='option'][data-combobox-selected]").await;
                return;
            }
            self.press(DOWN).await;
        }
        panic!("{wanted} cannot be chosen\n{}", self.shown().await);
    }
}
