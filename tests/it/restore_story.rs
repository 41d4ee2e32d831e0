//! A clinic goes back to its backup under desks that know more (I7, I9, I10, I16): they forget what no
//! longer is, and what was asked and not answered is decided once in the clinic's new past.

use frontdesk_desk::view::{ConnectionState, NoArguments, NoticeKind, Progress, SlotOffer};
use frontdesk_desk::{Desk, DeskError};
use frontdesk_domain::command::BookAppointment;
use frontdesk_domain::{AppointmentId, PatientId};
use frontdesk_protocol::Feed;
use frontdesk_tests::{Clinic, Engine, TestDesk};

frontdesk_tests::both_engines! {
    a_command_whose_answer_was_lost_after_the_backup_is_decided_once_after_the_restore,
    a_command_whose_answer_the_backup_holds_gets_that_answer_after_the_restore,
    a_command_that_never_arrived_is_decided_once_after_the_restore,
}

/// What became of the command that waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    DecidedBeforeTheBackup,
    DecidedAfterTheBackup,
    OnItsWay,
}

async fn a_command_whose_answer_was_lost_after_the_backup_is_decided_once_after_the_restore(
    engine: Engine,
) {
    told(engine, Waits::DecidedAfterTheBackup).await;
}

async fn a_command_whose_answer_the_backup_holds_gets_that_answer_after_the_restore(
    engine: Engine,
) {
    told(engine, Waits::DecidedBeforeTheBackup).await;
}

async fn a_command_that_never_arrived_is_decided_once_after_the_restore(engine: Engine) {
    told(engine, Waits::OnItsWay).await;
}

async fn told(engine: Engine, waits: Waits) {
    let mut it = Restored::new(engine).await;
    let (kept, moved) = (it.booked(0).await, it.booked(1).await);
    let mut waiting = None;
    if waits == Waits::DecidedBeforeTheBackup {
        waiting = Some(it.loses_the_answer_of_a_booking(2).await);
    }
    let (decided, before) = it.back_up().await;

    if waits != Waits::DecidedBeforeTheBackup {
        it.here.cancel(moved).await;
    }
    let gone = [it.booked_there(3).await, it.booked_there(4).await];
    let late = it.clinic.desk("manager").await;
    it.book_at(&late, 8).await;
    if waits == Waits::DecidedAfterTheBackup {
        // More numbers that the restored server has never seen.
        it.booked(5).await;
        waiting = Some(it.loses_the_answer_of_a_booking(2).await);
    } else if waits == Waits::OnItsWay {
        waiting = Some(it.asks_in_vain_for_a_booking(2).await);
    }
    it.restore().await;

    assert_ne!(it.feed().await.epoch, before.epoch);
    it.everybody_signs_in_again().await;
    let waiting = waiting.unwrap();
    it.was_told_once(NoticeKind::Confirmed).await;
    let now = usize::from(waits != Waits::DecidedBeforeTheBackup);
    assert_eq!(it.clinic.decided("book_appointment"), decided + now, "I9");
    for desk in [&it.here, &it.there] {
        assert!(it.shows(desk, 0, kept).await && it.shows(desk, 1, moved).await);
        assert!(it.shows(desk, 2, waiting).await);
        assert!(!it.shows(desk, 3, gone[0]).await && !it.shows(desk, 4, gone[1]).await);
    }
    it.everybody_sees_what_the_server_has().await;
    it.everybody_books_on().await;
    it.a_desk_that_the_backup_does_not_know_books_its_visit_again(&late)
        .await;
    it.clinic.holds_true();
    it.clinic.verify().await;
}

/// A clinic whose server is a program, its two desks, and a slot a day.
struct Restored {
    clinic: Clinic,
    here: TestDesk,
    there: TestDesk,
    slots: Vec<SlotOffer>,
    patients: Vec<PatientId>,
}

impl Restored {
    async fn new(engine: Engine) -> Self {
        let clinic = Clinic::program_on(engine).await;
        let (here, there) = (
            clinic.desk("reception1").await,
            clinic.desk("reception2").await,
        );
        let mut slots = here.free().await;
        slots.dedup_by_key(|slot| slot.date);
        assert!(slots.len() > 8, "a slot for each booking: {slots:?}");
        Self {
            patients: here.patients().await,
            clinic,
            here,
            there,
            slots,
        }
    }

    async fn feed(&self) -> Feed {
        self.clinic.device("manager").await.feed().await
    }

    async fn booked(&self, at: usize) -> AppointmentId {
        self.book_at(&self.here, at).await
    }

    async fn booked_there(&self, at: usize) -> AppointmentId {
        self.book_at(&self.there, at).await
    }

    async fn book_at(&self, desk: &TestDesk, at: usize) -> AppointmentId {
        let booked = desk.book(&self.slots[at], self.patients[0]).await.unwrap();
        assert_eq!(booked.value.progress, Progress::Confirmed);
        let id = booked.value.appointment_id;
        let reachable = self.here.connection(NoArguments {}).await.unwrap().state;
        if reachable == ConnectionState::Live {
            self.here.sees(self.slots[at].date, id).await;
        }
        id
    }

    async fn loses_the_answer_of_a_booking(&self, at: usize) -> AppointmentId {
        let booking = self.dialog(at).await;
        self.here.line().lose_answers();
        let id = self.waits_for(booking).await;
        self.there.sees(self.slots[at].date, id).await;
        id
    }

    async fn asks_in_vain_for_a_booking(&self, at: usize) -> AppointmentId {
        let booking = self.dialog(at).await;
        self.here.line().stall();
        let id = self.waits_for(booking).await;
        let there = self.there.visit(self.slots[at].date, id).await;
        assert_eq!(there, None, "it has not arrived");
        id
    }

    async fn dialog(&self, at: usize) -> BookAppointment {
        let slot = &self.slots[at];
        self.here.kept_booking(slot, self.patients[0]).await
    }

    async fn waits_for(&self, booking: BookAppointment) -> AppointmentId {
        let booked = self.here.book_appointment(booking).await;
        let booked = booked.unwrap().value;
        assert_eq!(booked.progress, Progress::Waiting);
        self.here.line().cut();
        self.here.in_state(ConnectionState::Offline).await;
        booked.appointment_id
    }

    /// How many bookings the backup knows of, and where its feed stands.
    async fn back_up(&self) -> (usize, Feed) {
        let file = self.file();
        let before = (self.clinic.decided("book_appointment"), self.feed().await);
        self.clinic.operate(&["backup", &file], "").await;
        before
    }

    async fn restore(&mut self) {
        self.clinic.stop().await;
        let file = self.file();
        let restore = ["restore", &file, "--replace"];
        self.clinic.operate(&restore, "").await;
        self.clinic.restart().await;
        self.here.line().mend();
    }

    fn file(&self) -> String {
        let file = self.clinic.data().join("monday.backup");
        file.to_str().unwrap().to_owned()
    }

    async fn everybody_signs_in_again(&self) {
        for (desk, user) in [(&self.here, "reception1"), (&self.there, "reception2")] {
            desk.in_state(ConnectionState::SignedOut).await;
            desk.sign_in_as(user).await;
            desk.until("every command to be answered", async |desk: &Desk| {
                desk.connection(NoArguments {}).await.unwrap().waiting == 0
            })
            .await;
        }
    }

    async fn was_told_once(&self, kind: NoticeKind) {
        let notices = self.here.notices(NoArguments {}).await.unwrap().notices;
        let kinds: Vec<_> = notices.iter().map(|notice| notice.kind).collect();
        assert_eq!(kinds, [kind]);
    }

    async fn shows(&self, desk: &TestDesk, at: usize, id: AppointmentId) -> bool {
        desk.visit(self.slots[at].date, id).await.is_some()
    }

    /// As a desk does that never knew anything else.
    async fn everybody_sees_what_the_server_has(&self) {
        let witness = self.clinic.desk("manager").await;
        for date in witness.today().await.iter_days().take(30) {
            let sheet = witness.day(date).await;
            for desk in [&self.here, &self.there] {
                desk.until("the days of the server", async |_: &Desk| {
                    desk.day(date).await == sheet
                })
                .await;
            }
        }
    }

    async fn a_desk_that_the_backup_does_not_know_books_its_visit_again(&self, late: &TestDesk) {
        late.in_state(ConnectionState::SignedOut).await;
        late.sign_in_as("manager").await;
        self.book_at(late, 8).await;
    }

    async fn everybody_books_on(&self) {
        self.booked_there(6).await;
        self.booked(7).await;
        let taken = self.here.book(&self.slots[6], self.patients[1]).await;
        assert!(matches!(taken, Err(DeskError::Refused(_))), "{taken:?}");
    }
}
