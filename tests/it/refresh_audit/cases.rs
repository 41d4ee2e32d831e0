//! One success for every write of the command table.

use frontdesk_desk::view::{
    BookAppointment, CancelAppointment, CloseBooking, NoArguments, OpenBooking, PutPatient,
    RescheduleAppointment, SignInRequest, SlotOffer, UnwatchSlot, WatchFor, WatchSlot,
};
use frontdesk_domain::{AppointmentId, CancelReason, PatientId};
use frontdesk_tests::{Clinic, PASSWORD, TestDesk, new_id};
use uuid::Uuid;

/// Two desks, a free slot, another one, a visit, and whatever a command needs to succeed.
pub(super) struct World {
    pub(super) here: TestDesk,
    pub(super) there: TestDesk,
    pub(super) free: SlotOffer,
    pub(super) later: SlotOffer,
    pub(super) taken: SlotOffer,
    pub(super) visit: AppointmentId,
    pub(super) patient: PatientId,
    draft: AppointmentId,
    watch: Uuid,
    _clinic: Clinic,
}

impl World {
    /// Ready for one success of this command.
    pub(super) async fn for_command(name: &str) -> Self {
        let clinic = Clinic::small().await;
        let (here, there) = (
            clinic.desk("reception1").await,
            clinic.desk("reception2").await,
        );
        let (slots, patients) = (here.free().await, here.patients().await);
        let (taken, free) = (slots[0].clone(), slots[slots.len() / 2].clone());
        let later = slots.last().unwrap().clone();
        let visit = here
            .book(&taken, patients[0])
            .await
            .unwrap()
            .value
            .appointment_id;
        there.sees(taken.date, visit).await;
        let draft = here
            .open_booking(opening(&free))
            .await
            .unwrap()
            .value
            .appointment_id;
        let watch = here.watch_slot(wish(&later)).await.unwrap().value.watch_id;
        if name == "sign_in" {
            here.sign_out(NoArguments {}).await.unwrap();
        }
        if name == "mark_notices_seen" {
            let taker = there
                .book(&later, patients[1])
                .await
                .unwrap()
                .value
                .appointment_id;
            here.sees(later.date, taker).await;
        }
        let patient = patients[2];
        Self {
            here,
            there,
            free,
            later,
            taken,
            visit,
            patient,
            draft,
            watch,
            _clinic: clinic,
        }
    }

    /// Lets the command succeed on the first desk; the generation that shows it.
    pub(super) async fn succeed(&self, name: &str) -> u64 {
        let desk = &self.here;
        macro_rules! done {
            ($method:ident($request:expr)) => {
                desk.$method($request).await.unwrap().generation
            };
        }
        match name {
            "sign_in" => done!(sign_in(credentials())),
            "sign_out" => done!(sign_out(NoArguments {})),
            "open_booking" => done!(open_booking(opening(&self.taken))),
            "close_booking" => done!(close_booking(CloseBooking {
                appointment_id: self.draft
            })),
            "put_patient" => done!(put_patient(renamed(self.patient))),
            "book_appointment" => done!(book_appointment(self.booking())),
            "reschedule_appointment" => done!(reschedule_appointment(self.move_away())),
            "cancel_appointment" => done!(cancel_appointment(self.cancellation())),
            "watch_slot" => done!(watch_slot(wish(&self.free))),
            "unwatch_slot" => done!(unwatch_slot(UnwatchSlot {
                watch_id: self.watch
            })),
            "mark_notices_seen" => done!(mark_notices_seen(NoArguments {})),
            other => panic!("{other} is a new write: give it a case in the refresh audit"),
        }
    }

    fn booking(&self) -> BookAppointment {
        BookAppointment {
            appointment_id: self.draft,
            patient_id: self.patient,
            practitioner_id: self.free.practitioner_id,
            service_id: self.free.service_id,
            location_id: self.free.location_id,
            starts_at: self.free.starts_at,
            ends_at: None,
            notes: None,
        }
    }

    fn move_away(&self) -> RescheduleAppointment {
        RescheduleAppointment {
            appointment_id: self.visit,
            starts_at: self.later.starts_at,
            ends_at: None,
            practitioner_id: Some(self.later.practitioner_id),
            location_id: self.later.location_id,
        }
    }

    fn cancellation(&self) -> CancelAppointment {
        let note = Some("is ill".to_owned());
        CancelAppointment {
            appointment_id: self.visit,
            reason: CancelReason::Patient,
            note,
        }
    }
}

fn credentials() -> SignInRequest {
    SignInRequest {
        user: "reception1".to_owned(),
        password: PASSWORD.to_owned(),
    }
}

fn opening(slot: &SlotOffer) -> OpenBooking {
    OpenBooking {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        appointment_id: None,
    }
}

fn wish(slot: &SlotOffer) -> WatchSlot {
    WatchSlot {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        on: WatchFor::Taken,
    }
}

/// An existing patient, or a new one, under a name that nobody else has.
fn renamed(patient_id: PatientId) -> PutPatient {
    let _: Uuid = new_id();
    PutPatient {
        patient_id,
        name: "Audrey Zzyzx".to_owned(),
        phone: None,
        birth_date: None,
        notes: None,
    }
}
