//! Every verb of the terminal on a visit: what it prints, in words and as JSON, and how it ends.

use frontdesk_desk::view::{
    AppointmentCardQuery, Asked, CommandResent, Progress, SetAsideCommand, SetAsideList, SlotOffer,
    VisitPlaced, VisitStepped,
};
use frontdesk_desk::{Desk, DeskError};
use frontdesk_domain::AppointmentStatus;
use frontdesk_tests::{Clinic, TestDesk, soon};
use serde_json::Value;

use super::cli_story::{Terminal, assert_fails};

/// A terminal, a window beside it, and a visit that the terminal has booked.
struct Booked {
    terminal: Terminal,
    window: TestDesk,
    slots: Vec<SlotOffer>,
    visit: VisitPlaced,
    id: String,
    _clinic: Clinic,
}

impl Booked {
    async fn new() -> Self {
        let clinic = Clinic::small().await;
        let (terminal, window) = (Terminal::at(&clinic).await, clinic.desk("reception2").await);
        let slots = window.free().await;
        let booked = terminal.book(&window, &slots[0], 0).await;
        assert_eq!(booked.code, Some(0), "{booked:?}");
        let visit: VisitPlaced = serde_json::from_str(&booked.out).unwrap();
        window.sees(slots[0].date, visit.appointment_id).await;
        Self {
            id: visit.appointment_id.to_string(),
            terminal,
            window,
            slots,
            visit,
            _clinic: clinic,
        }
    }

    async fn version(&self) -> String {
        let query = AppointmentCardQuery {
            appointment_id: self.visit.appointment_id,
        };
        let card = self.window.appointment_card(query).await.unwrap();
        card.version.to_string()
    }

    /// The visit's cancellation, after the server has failed on it until it was set aside.
    async fn cancellation_set_aside(&self) -> SetAsideCommand {
        self.terminal.line.fail_on("cancel_appointment");
        let cancelled = self.terminal.run(&["cancel", &self.id]).await;
        // Told at once or, on a slow machine, that it goes on.
        assert!(matches!(cancelled.code, Some(7 | 9)), "{cancelled:?}");
        let kept = async {
            loop {
                if let Some(kept) = self.set_aside().await.pop() {
                    return kept;
                }
            }
        };
        soon("the list to show it", kept).await
    }

    async fn set_aside(&self) -> Vec<SetAsideCommand> {
        let listed = self.terminal.run(&["set-aside", "--json"]).await;
        assert_eq!(listed.code, Some(0), "{listed:?}");
        let list: SetAsideList = serde_json::from_str(&listed.out).unwrap();
        list.commands
    }

    /// The window comes to show that status.
    async fn shows(&self, status: AppointmentStatus) {
        let appointment_id = self.visit.appointment_id;
        self.window
            .until("the step in the window", async |desk: &Desk| {
                let query = AppointmentCardQuery { appointment_id };
                desk.appointment_card(query).await.unwrap().status == status
            })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_goes_its_way_from_the_terminal_step_by_step_and_back() {
    let it = Booked::new().await;
    let way = [
        ("arrive", AppointmentStatus::Arrived),
        ("check-in", AppointmentStatus::CheckedIn),
        ("complete", AppointmentStatus::Fulfilled),
        ("undo", AppointmentStatus::CheckedIn),
    ];
    for (verb, status) in way {
        let ran = it.terminal.run(&[verb, &it.id, "--json"]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let stepped: VisitStepped = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(stepped.appointment_id, it.visit.appointment_id);
        assert_eq!((verb, stepped.status), (verb, status));
        it.shows(status).await;
    }
    let undone = it.terminal.run(&["undo", &it.id]).await;
    assert_eq!((undone.code, undone.out.lines().count()), (Some(0), 1));
    it.shows(AppointmentStatus::Arrived).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_not_legal_is_refused_with_the_verbs_that_are() {
    let it = Booked::new().await;
    for verb in ["complete", "approve", "reject", "no-show"] {
        let refused = it.terminal.run(&[verb, &it.id]).await;
        assert_fails(&refused, 3, "error[illegal_status]");
        assert!(
            refused.err.contains("possible now: arrive"),
            "{}",
            refused.err
        );
    }
    let unknown = it.terminal.run(&["arrive", "not-an-id"]).await;
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    let nobodys = uuid::Uuid::nil().to_string();
    assert_fails(&it.terminal.run(&["arrive", &nobodys]).await, 3, "error[");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_what_was_seen_before_somebody_elses_is_refused_with_the_fields() {
    let it = Booked::new().await;
    let seen = it.version().await;
    let update = |note: &'static str| ["update", &it.id, "--note", note, "--seen", &seen];
    let first = it.terminal.run(&update("bring the referral")).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.starts_with("changed "), "{}", first.out);
    let second = it.terminal.run(&update("bring nothing")).await;
    assert_fails(&second, 3, "error[stale_version]");
    assert!(
        second.err.contains("changed since: notes"),
        "{}",
        second.err
    );
    let nothing = it.terminal.run(&["update", &it.id]).await;
    assert_eq!((nothing.code, nothing.out.as_str()), (Some(2), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_broken_only_with_a_reason_and_only_the_named_one() {
    let it = Booked::new().await;
    let date = it.slots[0].date;
    let late = format!("{date}T20:00");
    let outside = it
        .terminal
        .run(&["reschedule", &it.id, "--at", &late])
        .await;
    assert_fails(&outside, 3, "error[outside_schedule]");
    assert!(outside.err.contains("--override REASON"), "{}", outside.err);
    let with = |rule: &'static str| {
        let move_to = ["reschedule", &it.id, "--at", &late, "--json"];
        [&move_to[..], &["--override", "agreed", "--rule", rule]].concat()
    };
    let other = it.terminal.run(&with("off_grid")).await;
    assert_fails(&other, 3, "error[outside_schedule]");
    let moved = it.terminal.run(&with("outside_schedule")).await;
    assert_eq!(moved.code, Some(0), "{moved:?}");
    let moved: VisitPlaced = serde_json::from_str(&moved.out).unwrap();
    assert_eq!((moved.date, moved.wall_start.as_str()), (date, "20:00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_planned_booked_and_read_back_as_one() {
    let it = Booked::new().await;
    let slot = it.slots.last().unwrap();
    let at = format!("{}T{}", slot.date, slot.wall_start);
    let patient = it.window.patients().await[1].to_string();
    let (service, whose) = (
        slot.service_id.to_string(),
        slot.practitioner_id.to_string(),
    );
    let args = [
        "book-series",
        "--service",
        &service,
        "--practitioner",
        &whose,
        "--patient",
        &patient,
        "--at",
        &at,
        "--count",
        "2",
    ];
    let plan = it.terminal.run(&[&args[..], &["--plan"]].concat()).await;
    assert_eq!(plan.code, Some(0), "{plan:?}");
    let lines: Vec<_> = plan.out.lines().collect();
    assert_eq!(lines.len(), 3, "a line a date, and a sum: {lines:?}");
    assert!(lines[0].starts_with(&slot.date.to_string()), "{lines:?}");
    assert_eq!(lines[2], "2 to book, 0 to decide");
    let booked = it.terminal.run(&[&args[..], &["--json"]].concat()).await;
    assert_eq!(booked.code, Some(0), "{booked:?}");
    let booked: Value = serde_json::from_str(&booked.out).unwrap();
    let series_id = booked["series_id"].as_str().unwrap().parse().unwrap();
    it.window
        .until("the series in the window", async |desk: &Desk| {
            let query = frontdesk_desk::view::SeriesCardQuery { series_id };
            match desk.series_card(query).await {
                Ok(card) => card.visits.len() == 2,
                Err(DeskError::NotFound(_)) => false,
                Err(error) => panic!("{error}"),
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_of_approvals_is_no_error() {
    let it = Booked::new().await;
    let words = it.terminal.run(&["approvals"]).await;
    assert_eq!((words.code, words.out.as_str()), (Some(0), ""));
    let json = it.terminal.run(&["approvals", "--json"]).await;
    let list: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(list["visits"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_aside_is_listed_with_the_reason_and_sent_again() {
    let it = Booked::new().await;
    let kept = it.cancellation_set_aside().await;
    assert_eq!(kept.asked, Asked::CancelAppointment);
    let id = kept.command_id.to_string();
    let listed = it.terminal.run(&["set-aside"]).await;
    let line = listed.out.trim_end();
    assert!(line.starts_with("cancellation "), "{line}");
    assert!(line.ends_with(&id), "{line}");
    for word in [&it.visit.wall_start, "server_error, request r-1"] {
        assert!(line.contains(word), "{word} in {line}");
    }

    it.terminal.line.mend();
    let resent = it.terminal.run(&["resend", &id, "--json"]).await;
    assert_eq!(resent.code, Some(0), "{resent:?}");
    let resent: CommandResent = serde_json::from_str(&resent.out).unwrap();
    assert_eq!(resent.progress, Progress::Confirmed);
    it.shows(AppointmentStatus::Cancelled).await;
    assert_eq!(it.set_aside().await, []);
    let gone = it.terminal.run(&["resend", &id]).await;
    assert_fails(&gone, 4, "error[not_found]: nothing is set aside under");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dismissed_is_not_done_and_a_wrong_id_dismisses_nothing() {
    let it = Booked::new().await;
    let id = it.cancellation_set_aside().await.command_id.to_string();
    it.terminal.line.mend();
    let wrong = it.terminal.run(&["dismiss", &it.id]).await;
    assert_fails(&wrong, 4, "error[not_found]");
    assert!(wrong.err.contains("frontdesk set-aside"), "{}", wrong.err);
    assert_eq!(it.set_aside().await.len(), 1);

    let dismissed = it.terminal.run(&["dismiss", &id]).await;
    assert_eq!(dismissed.code, Some(0), "{dismissed:?}");
    assert!(
        dismissed
            .out
            .starts_with("dismissed, will not be done: cancellation "),
        "{}",
        dismissed.out
    );
    assert_eq!(it.set_aside().await, []);
    let arrived = it.terminal.run(&["arrive", &it.id]).await;
    assert_eq!(arrived.code, Some(0), "the visit stays: {arrived:?}");
}
