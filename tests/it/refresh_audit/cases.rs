//! One success for every write of the command table.

use chrono::TimeDelta;
use frontdesk_desk::Desk;
use frontdesk_desk::view::{
    BookAppointment, CancelAppointment, CloseBooking, DismissCommand, EditCancel, EditReschedule,
    EditStep, EditUpdate, NoArguments, OpenBooking, Progress, PutPatient, RescheduleAppointment,
    ResendCommand, SeriesBooking, SeriesChoice, SeriesPlanQuery, SeriesScope, SignInRequest,
    SlotOffer, StepAppointment, UnwatchSlot, UpdateAppointment, WatchFor, WatchSlot,
};
use frontdesk_domain::{
    AppointmentId, CancelReason, ClinicZone, CommandId, PatientId, SeriesId, SeriesUnit, Timestamp,
};
use frontdesk_tests::{Clinic, PASSWORD, TestDesk, new_id};
use uuid::Uuid;

use super::stage;

/// Two desks, a free slot, another one, a visit, and whatever a command needs to succeed.
pub(super) struct World {
    pub(super) here: TestDesk,
    pub(super) there: TestDesk,
    pub(super) free: SlotOffer,
    pub(super) later: SlotOffer,
    pub(super) taken: SlotOffer,
    pub(super) visit: AppointmentId,
    pub(super) series: SeriesId,
    pub(super) patient: PatientId,
    draft: AppointmentId,
    watch: Uuid,
    aside: CommandId,
    clinic: Clinic,
}

impl World {
    /// Ready for one success of this command.
    pub(super) async fn for_command(name: &str) -> Self {
        let clinic = stage::clinic_for(name).await;
        let (here, there) = (
            clinic.desk("reception1").await,
            clinic.desk("reception2").await,
        );
        let (slots, patients) = (stage::slots_for(name, &here).await, here.patients().await);
        let (taken, free) = (slots[0].clone(), slots[slots.len() / 2].clone());
        let later = slots.last().unwrap().clone();
        let visit = here.book(&taken, patients[0]).await.unwrap().value;
        let visit = visit.appointment_id;
        there.sees(taken.date, visit).await;
        let mut world = Self {
            watch: here.watch_slot(wish(&later)).await.unwrap().value.watch_id,
            here,
            there,
            free,
            later,
            taken,
            visit,
            series: new_id(),
            patient: patients[2],
            draft: new_id(),
            aside: new_id(),
            clinic,
        };
        world.prepare(name, patients[1]).await;
        world
    }

    async fn prepare(&mut self, name: &str, another: PatientId) {
        match name {
            "sign_in" => {
                self.here.sign_out(NoArguments {}).await.unwrap();
            }
            "close_booking" => {
                let open = self.here.open_booking(opening(&self.free)).await;
                self.draft = open.unwrap().value.appointment_id;
            }
            "mark_notices_seen" => {
                let taker = self.there.book(&self.later, another).await.unwrap().value;
                self.here.sees(self.later.date, taker.appointment_id).await;
            }
            "resend_command" | "dismiss_command" => self.set_aside().await,
            "check_in_appointment" | "undo_status" => self.arrive().await,
            "complete_appointment" => {
                self.arrive().await;
                let edit = self.step();
                self.here.check_in_appointment(edit).await.unwrap();
                stage::same_card(self).await;
            }
            "mark_appointment_no_show" => {
                // From today's first instant, so that it has begun for sure.
                let begun = self.taken.starts_at - self.today().await + TimeDelta::minutes(1);
                self.clinic.advance(begun);
                // The next change tells both desks what time it is.
                let next = self.there.book(&self.later, another).await.unwrap().value;
                self.here.sees(self.later.date, next.appointment_id).await;
            }
            _ => {}
        }
    }

    /// The first instant of today: never later than now.
    async fn today(&self) -> Timestamp {
        let zone = self.here.session(NoArguments {}).await.unwrap().clinic;
        let zone = ClinicZone::named(&zone.unwrap().time_zone).unwrap();
        zone.day(self.here.today().await).starts_at
    }

    async fn arrive(&self) {
        self.here.arrive_appointment(self.step()).await.unwrap();
        stage::same_card(self).await;
    }

    /// The server fails on a cancellation, for as long as the desk tries.
    async fn set_aside(&mut self) {
        self.here.line().fail_on("cancel_appointment");
        let told = self.here.cancel_appointment(self.cancellation()).await;
        assert!(told.is_err() || told.unwrap().value.progress == Progress::Waiting);
        let kept = async |desk: &Desk| desk.set_aside(NoArguments {}).await.unwrap().commands;
        self.here
            .until("the command to be set aside", async |desk: &Desk| {
                !kept(desk).await.is_empty()
            })
            .await;
        self.here.line().mend();
        let kept = kept(&self.here).await;
        self.aside = kept[0].command_id;
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
            "update_appointment" => done!(update_appointment(self.other_notes())),
            "cancel_appointment" => done!(cancel_appointment(self.cancellation())),
            "approve_appointment" => done!(approve_appointment(self.step())),
            "reject_appointment" => done!(reject_appointment(self.step())),
            "arrive_appointment" => done!(arrive_appointment(self.step())),
            "check_in_appointment" => done!(check_in_appointment(self.step())),
            "complete_appointment" => done!(complete_appointment(self.step())),
            "mark_appointment_no_show" => done!(mark_appointment_no_show(self.step())),
            "undo_status" => done!(undo_status(self.step())),
            "book_series" => done!(book_series(self.series_booking().await)),
            "watch_slot" => done!(watch_slot(wish(&self.free))),
            "unwatch_slot" => done!(unwatch_slot(UnwatchSlot {
                watch_id: self.watch
            })),
            "mark_notices_seen" => done!(mark_notices_seen(NoArguments {})),
            "resend_command" => done!(resend_command(ResendCommand {
                command_id: self.aside
            })),
            "dismiss_command" => done!(dismiss_command(DismissCommand {
                command_id: self.aside
            })),
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
            overriding: None,
        }
    }

    fn move_away(&self) -> EditReschedule {
        EditReschedule {
            base_version: None,
            command: RescheduleAppointment {
                appointment_id: self.visit,
                starts_at: self.later.starts_at,
                ends_at: None,
                practitioner_id: Some(self.later.practitioner_id),
                location_id: self.later.location_id,
                overriding: None,
                scope: SeriesScope::This,
            },
        }
    }

    fn other_notes(&self) -> EditUpdate {
        EditUpdate {
            base_version: None,
            command: UpdateAppointment {
                appointment_id: self.visit,
                notes: Some("bring the referral".to_owned()),
                patient_id: None,
                service_id: None,
                scope: SeriesScope::This,
            },
        }
    }

    fn cancellation(&self) -> EditCancel {
        EditCancel {
            base_version: None,
            command: CancelAppointment {
                appointment_id: self.visit,
                reason: CancelReason::Patient,
                note: Some("is ill".to_owned()),
                scope: SeriesScope::This,
            },
        }
    }

    fn step(&self) -> EditStep {
        EditStep {
            base_version: None,
            command: StepAppointment {
                appointment_id: self.visit,
                reason: None,
            },
        }
    }

    /// Three days from the free slot on; what is not free then is left out.
    pub(super) fn plan(&self) -> SeriesPlanQuery {
        SeriesPlanQuery {
            practitioner_id: self.free.practitioner_id,
            service_id: self.free.service_id,
            patient_id: Some(self.patient),
            starts_at: self.free.starts_at,
            unit: SeriesUnit::Day,
            every: 1,
            weekdays: Vec::new(),
            count: 3,
            choices: Vec::new(),
            series_id: None,
        }
    }

    async fn series_booking(&self) -> SeriesBooking {
        let mut plan = self.plan();
        let dates = self.here.series_plan(plan.clone()).await.unwrap().dates;
        let refused = dates.iter().filter(|date| date.refusal.is_some());
        plan.choices = refused
            .map(|date| SeriesChoice {
                date: date.rule_date,
                skip: true,
                starts_at: None,
                practitioner_id: None,
                location_id: None,
            })
            .collect();
        SeriesBooking {
            series_id: self.series,
            plan,
            notes: None,
            overriding: None,
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
        service_id: None,
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
