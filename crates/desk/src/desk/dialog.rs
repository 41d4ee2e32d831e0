//! Booking dialogs: what they watch and hold while they are open.

use std::sync::Arc;

use frontdesk_domain::{AppointmentId, HoldId};

use super::Desk;
use super::watching::watchable;
use crate::Topic;
use crate::cache::StoredWatch;
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
        let clock = &self.core().clock;
        let appointment_id = request.appointment_id.unwrap_or(AppointmentId(clock.id()));
        let draft = BookingDraft {
            appointment_id,
            new_patient_id: clock.id().into(),
            series_id: clock.id().into(),
        };
        let during = watchable(request.starts_at, request.ends_at)?;
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
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.end_dialog(request.appointment_id))
            .await?;
        self.let_go(request.appointment_id);
        Ok(self.written(NoArguments {}, Topic::Watch))
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
