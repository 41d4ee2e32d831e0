//! A desk with a folder and a cable of its own, and the verbs of a receptionist.

use std::collections::BTreeSet;
use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chrono::{Days, NaiveDate};
use frontdesk_desk::view::{
    BookAppointment, CancelAppointment, CloseBooking, ConnectionState, DaySheet, DaySheetQuery,
    EditCancel, EditReschedule, FreeCell, FreeSlotsQuery, NoArguments, OpenBooking, PatientQuery,
    RescheduleAppointment, SeriesScope, SignInRequest, SlotOffer, VisitPlaced, VisitTile, Written,
};
use frontdesk_desk::{Desk, DeskConfig, DeskError, DeskEvent, KeySource};
use frontdesk_domain::{AppointmentId, CancelReason, PatientId, ServiceId};
use tokio::sync::broadcast::error::RecvError;

use crate::{Line, PASSWORD, PATIENCE, soon, within};

/// The folder of a desk; one of its own is gone with the last who knows it.
pub type Home = Arc<dyn AsRef<Path> + Send + Sync>;

fn at(home: &Home) -> &Path {
    (**home).as_ref()
}

/// A desk. Dropping it is pulling its plug: nothing is tidied up.
pub struct TestDesk {
    desk: Desk,
    line: Arc<Line>,
    data: Home,
    key: KeySource,
    /// With one, the line carries TLS.
    authority: Option<PathBuf>,
}

impl Deref for TestDesk {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl TestDesk {
    pub(crate) async fn new(line: Line) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        Self::open(Arc::new(line), data, KeySource::Unencrypted, None).await
    }

    /// A new desk that trusts the certificates of this authority, and speaks nothing but TLS.
    pub async fn trusting(line: Line, authority: &Path) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        let authority = Some(authority.to_owned());
        Self::open(Arc::new(line), data, KeySource::Unencrypted, authority).await
    }

    /// A desk in a folder that outlives it, at a server that somebody else looks after.
    ///
    /// # Panics
    /// When the address is none, or the desk does not open.
    pub async fn in_folder(server: &str, folder: &Path) -> Self {
        let address = server
            .strip_prefix("http://")
            .expect("a server without TLS");
        let line = Line::to(Arc::new(Mutex::new(address.parse().unwrap()))).await;
        let data = Arc::new(folder.to_owned());
        Self::open(Arc::new(line), data, KeySource::Unencrypted, None).await
    }

    async fn open(line: Arc<Line>, data: Home, key: KeySource, authority: Option<PathBuf>) -> Self {
        let scheme = if authority.is_some() { "https" } else { "http" };
        let config = DeskConfig {
            server: line.url().replacen("http", scheme, 1),
            server_ca: authority.clone(),
            data_dir: at(&data).to_owned(),
            key: key.clone(),
            profile: "default".to_owned(),
            device_name: "test".to_owned(),
            demo: false,
        };
        let desk = Desk::open(config).await.unwrap();
        Self {
            desk,
            line,
            data,
            key,
            authority,
        }
    }

    /// The same desk after its machine was restarted: the process is gone, the folder is not.
    pub async fn restarted(self) -> Self {
        let Self {
            desk,
            line,
            data,
            key,
            authority,
        } = self;
        close(desk, at(&data)).await;
        Self::open(line, data, key, authority).await
    }

    /// The same desk after its process was killed: nothing was tidied up.
    pub async fn killed(self) -> Self {
        let Self {
            desk,
            line,
            data,
            key,
            authority,
        } = self;
        drop(desk);
        let file = File::open(at(&data).join("desk.lock")).unwrap();
        soon("the end of the desk's tasks", async {
            while file.try_lock().is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        drop(file);
        Self::open(line, data, key, authority).await
    }

    /// Closes the desk; its folder, to be opened by somebody else.
    pub async fn put_away(self) -> Home {
        close(self.desk, at(&self.data)).await;
        self.data
    }

    /// A new desk whose cache is locked by this passphrase.
    pub async fn locked_by(line: Line, passphrase: &str) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        Self::open(
            Arc::new(line),
            data,
            KeySource::passphrase(passphrase),
            None,
        )
        .await
    }

    /// Where its data lies.
    #[must_use]
    pub fn data(&self) -> &std::path::Path {
        at(&self.data)
    }

    /// The cable.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Signs in with the demo password and waits for the head of the feed.
    ///
    /// # Panics
    /// When the server says no.
    pub async fn sign_in_as(&self, user: &str) {
        let request = SignInRequest {
            user: user.to_owned(),
            password: PASSWORD.to_owned(),
        };
        self.desk.sign_in(request).await.unwrap();
        self.live().await;
    }

    /// Waits until the view is live.
    pub async fn live(&self) {
        self.in_state(ConnectionState::Live).await;
    }

    /// Waits for a state of the connection.
    pub async fn in_state(&self, state: ConnectionState) {
        // Between two tries of a desk that has tried for long lies as much as anybody waits here.
        let patience = 3 * PATIENCE;
        let so = async |desk: &Desk| desk.connection(NoArguments {}).await.unwrap().state == state;
        within(patience, &format!("{state:?}"), self.comes(so)).await;
    }

    /// Waits on the desk's own events until this is so.
    ///
    /// # Panics
    /// When it does not become so.
    pub async fn until(&self, what: &str, so: impl AsyncFn(&Desk) -> bool) {
        soon(what, self.comes(so)).await;
    }

    async fn comes(&self, so: impl AsyncFn(&Desk) -> bool) {
        let mut events = self.desk.events();
        while !so(&self.desk).await {
            next(&mut events).await;
        }
    }

    /// Today, on the clinic's wall.
    ///
    /// # Panics
    /// When the desk cannot say.
    pub async fn today(&self) -> NaiveDate {
        self.desk
            .day_sheet(DaySheetQuery::default())
            .await
            .unwrap()
            .today
    }

    /// A day of the board.
    ///
    /// # Panics
    /// When the desk cannot show it.
    pub async fn day(&self, date: NaiveDate) -> DaySheet {
        self.desk
            .day_sheet(DaySheetQuery { date: Some(date) })
            .await
            .unwrap()
    }

    /// A visit of that day, if the board shows it.
    pub async fn visit(&self, date: NaiveDate, id: AppointmentId) -> Option<VisitTile> {
        visit(&self.day(date).await, id)
    }

    /// The shortest service that one practitioner gives to one patient at a time.
    ///
    /// # Panics
    /// When there is none.
    pub async fn service(&self) -> ServiceId {
        self.shortest(|capacity| capacity == 1).await
    }

    /// The shortest service that one practitioner gives to several patients at once.
    ///
    /// # Panics
    /// When there is none.
    pub async fn class(&self) -> ServiceId {
        self.shortest(|capacity| capacity > 1).await
    }

    async fn shortest(&self, of: impl Fn(u16) -> bool) -> ServiceId {
        let services = self.desk.services(NoArguments {}).await.unwrap().services;
        let such = services.iter().filter(|service| of(service.capacity));
        let shortest = such.min_by_key(|service| service.duration_minutes);
        shortest.expect("such a service").service_id
    }

    /// Free slots of [`Self::service`] from tomorrow on, for two weeks.
    ///
    /// # Panics
    /// When there are none.
    pub async fn free(&self) -> Vec<SlotOffer> {
        self.free_for(self.service().await).await
    }

    /// The same of any service.
    ///
    /// # Panics
    /// When there are none.
    pub async fn free_for(&self, service_id: ServiceId) -> Vec<SlotOffer> {
        let today = self.today().await;
        let query = FreeSlotsQuery {
            service_id,
            practitioner_id: None,
            from: today + Days::new(1),
            to: today + Days::new(14),
            moving: None,
        };
        let slots = self.desk.free_slots(query).await.unwrap().slots;
        assert!(
            !slots.is_empty(),
            "the demo clinic has free time within two weeks"
        );
        slots
    }

    /// Patients of the clinic, the same at every run.
    ///
    /// # Panics
    /// When there are only a few.
    pub async fn patients(&self) -> Vec<PatientId> {
        let mut found = BTreeSet::new();
        for text in ["a", "b", "e", "k", "m", "s"] {
            let query = PatientQuery {
                text: text.to_owned(),
            };
            let matches = self.desk.search_patients(query).await.unwrap().patients;
            found.extend(matches.iter().map(|patient| patient.patient_id));
        }
        assert!(found.len() > 3, "the clinic has patients: {found:?}");
        found.into_iter().collect()
    }

    /// Opens the dialog on a slot, chooses a patient, confirms, closes.
    ///
    /// # Errors
    /// As [`Desk::book_appointment`].
    ///
    /// # Panics
    /// When the dialog does not open.
    pub async fn book(
        &self,
        slot: &SlotOffer,
        patient_id: PatientId,
    ) -> Result<Written<VisitPlaced>, DeskError> {
        let command = self.booking(slot, patient_id).await;
        let close = CloseBooking {
            appointment_id: command.appointment_id,
        };
        let booked = self.desk.book_appointment(command).await;
        self.desk.close_booking(close).await.unwrap();
        booked
    }

    /// What confirming the dialog on this slot would send.
    ///
    /// # Panics
    /// When the dialog does not open.
    pub async fn booking(&self, slot: &SlotOffer, patient_id: PatientId) -> BookAppointment {
        let open = OpenBooking {
            practitioner_id: slot.practitioner_id,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            appointment_id: None,
            service_id: None,
        };
        let draft = self.desk.open_booking(open).await.unwrap().value;
        BookAppointment {
            appointment_id: draft.appointment_id,
            patient_id,
            practitioner_id: slot.practitioner_id,
            service_id: slot.service_id,
            location_id: slot.location_id,
            starts_at: slot.starts_at,
            ends_at: None,
            notes: None,
            overriding: None,
        }
    }

    /// The same, once the server keeps the slot for it: then nothing of the dialog is under way.
    ///
    /// # Panics
    /// When the dialog does not open, or the slot is not kept.
    pub async fn kept_booking(&self, slot: &SlotOffer, patient_id: PatientId) -> BookAppointment {
        let command = self.booking(slot, patient_id).await;
        self.until("the hold of the dialog", async |_: &Desk| {
            let sheet = self.day(slot.date).await;
            let columns = sheet.columns.iter();
            let of_slot = columns.filter(|one| one.practitioner_id == slot.practitioner_id);
            let mut holds = of_slot.flat_map(|one| &one.holds);
            holds.any(|hold| hold.mine && hold.starts_at == slot.starts_at)
        })
        .await;
        command
    }

    /// Moves a visit.
    ///
    /// # Errors
    /// As [`Desk::reschedule_appointment`].
    pub async fn reschedule(
        &self,
        appointment_id: AppointmentId,
        to: &SlotOffer,
    ) -> Result<Written<VisitPlaced>, DeskError> {
        let command = RescheduleAppointment {
            appointment_id,
            starts_at: to.starts_at,
            ends_at: None,
            practitioner_id: Some(to.practitioner_id),
            location_id: to.location_id,
            overriding: None,
            scope: SeriesScope::This,
        };
        let base_version = None;
        let edit = EditReschedule {
            base_version,
            command,
        };
        self.desk.reschedule_appointment(edit).await
    }

    /// Gives a visit up.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn cancel(&self, appointment_id: AppointmentId) {
        let command = CancelAppointment {
            appointment_id,
            reason: CancelReason::Patient,
            note: None,
            scope: SeriesScope::This,
        };
        let base_version = None;
        let edit = EditCancel {
            base_version,
            command,
        };
        self.desk.cancel_appointment(edit).await.unwrap();
    }

    /// Waits until the board shows that visit on that day.
    pub async fn sees(&self, date: NaiveDate, id: AppointmentId) {
        self.until("the visit on the board", async |desk: &Desk| {
            shows(desk, date, id).await
        })
        .await;
    }

    /// Waits until the board no longer shows that visit on that day.
    pub async fn no_longer_sees(&self, date: NaiveDate, id: AppointmentId) {
        self.until("the visit to leave the board", async |desk: &Desk| {
            !shows(desk, date, id).await
        })
        .await;
    }

    /// True when the board offers that slot.
    pub async fn offers(&self, slot: &SlotOffer) -> bool {
        offers(&self.day(slot.date).await, slot)
    }
}

/// Returns when the folder can be opened again.
async fn close(desk: Desk, folder: &Path) {
    soon("the desk to close", desk.close()).await;
    let lock = File::open(folder.join("desk.lock")).unwrap();
    lock.try_lock()
        .expect("the folder is free once the desk is closed");
}

/// True when that sheet offers the slot's first cell.
#[must_use]
pub fn offers(sheet: &DaySheet, slot: &SlotOffer) -> bool {
    let column = sheet
        .columns
        .iter()
        .find(|one| one.practitioner_id == slot.practitioner_id);
    let begins = |cell: &FreeCell| sheet.instant(cell.from) == slot.starts_at;
    column.is_some_and(|one| one.free.iter().any(begins))
}

async fn shows(desk: &Desk, date: NaiveDate, id: AppointmentId) -> bool {
    let sheet = desk
        .day_sheet(DaySheetQuery { date: Some(date) })
        .await
        .unwrap();
    visit(&sheet, id).is_some()
}

fn visit(sheet: &DaySheet, id: AppointmentId) -> Option<VisitTile> {
    let mut visits = sheet.columns.iter().flat_map(|column| &column.visits);
    visits.find(|visit| visit.appointment_id == id).cloned()
}

async fn next(events: &mut tokio::sync::broadcast::Receiver<DeskEvent>) {
    match events.recv().await {
        // Missed events are events: look again.
        Ok(_) | Err(RecvError::Lagged(_)) => {}
        Err(RecvError::Closed) => panic!("the desk has ended"),
    }
}
