//! Booking dialogs: what they watch and hold while they are open.

use std::sync::Arc;

use frontdesk_domain::{AppointmentId, HoldId, Interval, PractitionerId};

use super::Desk;
use super::watching::watchable;
use crate::Topic;
use crate::cache::{self, StoredWatch};
use crate::error::DeskError;
use crate::sync::machine::{Event, HoldWish};
use crate::view::{BookingDraft, CloseBooking, NoArguments, OpenBooking, WatchFor, Written};

impl Desk {
    /// A booking dialog opens: draws the ids that make every retry the same booking, watches
    /// the slot, and asks the server to hold it: the dialog does not wait for that, and a slot that
    /// cannot be held shows why in its form.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be written.
    pub async fn open_booking(
        &self,
        request: OpenBooking,
    ) -> Result<Written<BookingDraft>, DeskError> {
        let during = watchable(request.starts_at, request.ends_at)?;
        let _turn = self.0.dialogs.lock().await;
        let appointment_id = match request.appointment_id {
            Some(id) => id,
            None => self.draft_for(request.practitioner_id, during).await?,
        };
        let clock = &self.core().clock;
        let draft = BookingDraft {
            appointment_id,
            new_patient_id: clock.id().into(),
            series_id: clock.id().into(),
        };
        let watch = StoredWatch {
            watch_id: clock.id(),
            practitioner_id: request.practitioner_id,
            during,
            wants: WatchFor::Taken,
            draft: Some(appointment_id),
        };
        self.look(|_| Ok(())).await?;
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.put_watch(&watch))
            .await?;
        self.core().tell(Event::HoldWanted(HoldWish {
            hold_id: hold_of(appointment_id),
            practitioner_id: request.practitioner_id,
            during,
            service_id: request.service_id,
        }));
        Ok(self.written(draft, Topic::Watch))
    }

    /// The dialog closes: the slot is no longer watched and held for it.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn close_booking(
        &self,
        request: CloseBooking,
    ) -> Result<Written<NoArguments>, DeskError> {
        let _turn = self.0.dialogs.lock().await;
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.end_dialog(request.appointment_id))
            .await?;
        self.let_go(request.appointment_id);
        Ok(self.written(NoArguments {}, Topic::Watch))
    }

    /// The window that showed the dialogs is gone or begins anew: none of them is open any more.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn close_all_bookings(&self) -> Result<(), DeskError> {
        let _turn = self.0.dialogs.lock().await;
        self.core().tell(Event::HoldsDropped);
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.end_all_dialogs())
            .await?;
        self.core().announcer.now([Topic::Watch]);
        Ok(())
    }

    /// The draft whose dialog was open here when this desk was last killed: its hold is taken over,
    /// so that nobody is between. Otherwise a new one.
    async fn draft_for(
        &self,
        practitioner_id: PractitionerId,
        during: Interval,
    ) -> Result<AppointmentId, DeskError> {
        let left = self.look(move |look| {
            let left = cache::left_behind(look.tx, practitioner_id, during, look.now)?;
            Ok(left.map(|hold_id| AppointmentId(hold_id.0)))
        });
        let left = left.await?;
        Ok(left.unwrap_or_else(|| self.core().clock.id().into()))
    }

    /// The slot of this draft is no longer needed, or is taken by its own booking.
    pub(super) fn let_go(&self, draft: AppointmentId) {
        self.core().tell(Event::HoldDropped(hold_of(draft)));
    }
}

/// A dialog holds one slot at a time, under an id that every retry finds again.
fn hold_of(draft: AppointmentId) -> HoldId {
    HoldId(draft.0)
}
