//! Commands that the server fails on again and again: nothing waits for them, nothing of them is lost.

use frontdesk_desk::view::{
    Asked, ConnectionState, DismissCommand, EditCancel, ErrorCode, NoArguments, NoticeKind,
    Progress, ResendCommand, SetAsideCommand, SlotOffer, VisitCancelled, Written,
};
use frontdesk_desk::{Desk, DeskError};
use frontdesk_domain::command::{CancelAppointment, SeriesScope};
use frontdesk_domain::{AppointmentId, CancelReason, Reason};
use frontdesk_tests::{Clinic, Engine, TestDesk};

frontdesk_tests::both_engines! {
    a_row_that_the_server_cannot_read_keeps_nothing_else_waiting,
}

/// A visit on two desks, and its cancellation set aside on the first.
struct Told {
    here: TestDesk,
    there: TestDesk,
    slots: Vec<SlotOffer>,
    visit: AppointmentId,
    _clinic: Clinic,
}

impl Told {
    async fn new() -> Self {
        let clinic = Clinic::small().await;
        let here = clinic.desk("reception1").await;
        let there = clinic.desk("reception2").await;
        let (slots, patients) = (here.free().await, here.patients().await);
        let visit = here.book(&slots[0], patients[0]).await.unwrap().value;
        let visit = visit.appointment_id;
        there.sees(slots[0].date, visit).await;
        let version = here.visit(slots[0].date, visit).await.unwrap().version;
        here.line().fail_on("cancel_appointment");
        // Told at once or, on a slow machine, by the notice alone.
        let failed = here.cancel_appointment(cancellation(visit, version)).await;
        let waits = |told: &Written<VisitCancelled>| told.value.progress == Progress::Waiting;
        assert!(match &failed {
            Ok(told) => waits(told),
            Err(error) => matches!(error, DeskError::Server { .. }),
        });
        here.until("the list to show it", async |desk: &Desk| {
            !kept(desk).await.is_empty()
        })
        .await;
        Self {
            here,
            there,
            slots,
            visit,
            _clinic: clinic,
        }
    }

    async fn resend(&self, kept: &SetAsideCommand) -> Result<Progress, DeskError> {
        let command_id = kept.command_id;
        let resent = self.here.resend_command(ResendCommand { command_id }).await;
        resent.map(|written| written.value.progress)
    }
}

async fn kept(desk: &Desk) -> Vec<SetAsideCommand> {
    desk.set_aside(NoArguments {}).await.unwrap().commands
}

fn cancellation(appointment_id: AppointmentId, version: u64) -> EditCancel {
    EditCancel {
        base_version: Some(version),
        command: CancelAppointment {
            appointment_id,
            reason: CancelReason::Patient,
            note: None,
            scope: SeriesScope::This,
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_fails_on_is_listed_also_after_a_restart_and_everything_else_goes_on() {
    let Told {
        here,
        slots,
        _clinic,
        ..
    } = Told::new().await;
    let patients = here.patients().await;
    here.book(slots.last().unwrap(), patients[1]).await.unwrap();
    let before = kept(&here).await;
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].asked, Asked::CancelAppointment);
    assert_eq!(before[0].why.code, ErrorCode::ServerError);
    assert_eq!(before[0].why.request_id.as_deref(), Some("r-1"));
    let slot = before[0].slot.as_ref().unwrap();
    assert_eq!(slot.starts_at, slots[0].starts_at);
    let told = here.notices(NoArguments {}).await.unwrap().notices;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].kind, NoticeKind::SetAside);
    assert_eq!(told[0].asked, Some(Asked::CancelAppointment));

    let here = here.restarted().await;
    assert_eq!(kept(&here).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_is_decided_and_gone_from_the_list_and_every_desk_sees_it() {
    let told = Told::new().await;
    let command = kept(&told.here).await.remove(0);
    told.here.line().mend();
    assert_eq!(told.resend(&command).await.unwrap(), Progress::Confirmed);
    assert!(kept(&told.here).await.is_empty());
    told.there
        .no_longer_sees(told.slots[0].date, told.visit)
        .await;
    assert!(matches!(
        told.resend(&command).await,
        Err(DeskError::NotFound("command"))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_again_stays_in_the_list() {
    let told = Told::new().await;
    let command = kept(&told.here).await.remove(0);
    assert!(matches!(
        told.resend(&command).await,
        Err(DeskError::Server { .. }) | Ok(Progress::Waiting)
    ));
    told.here
        .until("the list to show it again", async |desk: &Desk| {
            !kept(desk).await.is_empty()
        })
        .await;
    let again = kept(&told.here).await;
    assert_eq!(again.len(), 1);
    assert_ne!(again[0].command_id, command.command_id);

    told.here.line().cut();
    told.here.in_state(ConnectionState::Offline).await;
    let offline = told.resend(&again[0]).await;
    assert!(matches!(offline, Err(DeskError::Offline)), "{offline:?}");
    assert_eq!(kept(&told.here).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_somebody_else_changed_the_visit_is_refused_and_never_merged() {
    let told = Told::new().await;
    let command = kept(&told.here).await.remove(0);
    let later = told.slots.last().unwrap();
    told.there.reschedule(told.visit, later).await.unwrap();
    told.here.sees(later.date, told.visit).await;
    told.here.line().mend();
    let Err(DeskError::Refused(refusal)) = told.resend(&command).await else {
        panic!("the visit has moved since");
    };
    assert_eq!(refusal.reason, Reason::StaleVersion);
    assert!(refusal.changed.contains(&"starts_at".to_owned()));
    assert!(kept(&told.here).await.is_empty(), "it was decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dismissed_is_gone_and_the_visit_stays() {
    let told = Told::new().await;
    told.here.line().mend();
    let command_id = kept(&told.here).await[0].command_id;
    for _ in 0..2 {
        let dismissed = told.here.dismiss_command(DismissCommand { command_id });
        dismissed.await.unwrap();
        assert!(kept(&told.here).await.is_empty());
    }
    let patients = told.here.patients().await;
    let next = told.slots.last().unwrap();
    told.here.book(next, patients[1]).await.unwrap();
    told.there.sees(told.slots[0].date, told.visit).await;
}

/// The server itself says that it fails each time; without that its desk would wait for ever.
async fn a_row_that_the_server_cannot_read_keeps_nothing_else_waiting(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let here = clinic.desk("reception1").await;
    let (slots, patients) = (here.free().await, here.patients().await);
    let visit = here.book(&slots[0], patients[0]).await.unwrap().value;
    let visit = visit.appointment_id;
    let version = here.visit(slots[0].date, visit).await.unwrap().version;
    clinic.tamper(
        "update appointment set status_path = 'no JSON'
         where version = (select max(version) from appointment)",
    );

    let asked = here.cancel_appointment(cancellation(visit, version)).await;
    assert!(!matches!(&asked, Ok(told) if told.value.progress == Progress::Confirmed));
    here.until("the list to show it", async |desk: &Desk| {
        !kept(desk).await.is_empty()
    })
    .await;
    let command = kept(&here).await.remove(0);
    assert_eq!(command.why.code, ErrorCode::ServerError);
    let other = slots.last().unwrap();
    let booked = here.book(other, patients[1]).await.unwrap();
    assert_eq!(booked.value.progress, Progress::Confirmed);

    clinic.tamper("update appointment set status_path = '[]' where status_path = 'no JSON'");
    let command_id = command.command_id;
    let resent = here.resend_command(ResendCommand { command_id }).await;
    assert_eq!(resent.unwrap().value.progress, Progress::Confirmed);
    here.no_longer_sees(slots[0].date, visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_is_sent_again_in_vain_is_decided_and_can_not_be_sent_once_more() {
    let clinic = Clinic::small().await;
    let here = clinic.desk("reception1").await;
    // Whose booking takes the place of the hold of an open dialog.
    let there = clinic.desk("manager").await;
    let (slot, patients) = (here.free().await.remove(0), here.patients().await);
    here.line().fail_on("book_appointment");
    let failed = here.book(&slot, patients[0]).await;
    assert!(!matches!(failed, Ok(told) if told.value.progress == Progress::Confirmed));
    here.until("the list to show it", async |desk: &Desk| {
        !kept(desk).await.is_empty()
    })
    .await;
    let rival = there.book(&slot, patients[1]).await.unwrap().value;
    here.sees(slot.date, rival.appointment_id).await;

    here.line().mend();
    let command_id = kept(&here).await[0].command_id;
    let again = || here.resend_command(ResendCommand { command_id });
    let Err(DeskError::Refused(refusal)) = again().await else {
        panic!("the time is taken");
    };
    assert_eq!(refusal.reason, Reason::SlotTaken);
    assert!(!refusal.alternatives.is_empty());
    assert!(
        kept(&here).await.is_empty(),
        "another one is booked in its place"
    );
    assert!(matches!(again().await, Err(DeskError::NotFound("command"))));
}
