//! The slots that this desk's open dialogs hold, and when each is to be renewed.

use std::time::Duration;

use frontdesk_domain::{HoldId, Interval, PractitionerId, ServiceId};

use super::{Action, Moment};

/// A hold lasts three minutes at the server: two renewals may be lost.
pub const RENEWAL: Duration = Duration::from_secs(60);

/// A slot that a dialog wants to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldWish {
    /// The same id moves or renews the hold.
    pub hold_id: HoldId,
    /// Whose time.
    pub practitioner_id: PractitionerId,
    /// What time.
    pub during: Interval,
    /// What for, where that is known.
    pub service_id: Option<ServiceId>,
}

/// What is held; a few at most.
#[derive(Debug, Clone, Default)]
pub(super) struct Holds(Vec<Held>);

#[derive(Debug, Clone, Copy)]
struct Held {
    wish: HoldWish,
    /// When the server is to be asked (again).
    due: Moment,
}

impl Holds {
    /// A dialog opens or moves to another slot.
    pub(super) fn want(&mut self, now: Moment, wish: HoldWish) {
        self.0.retain(|held| held.wish.hold_id != wish.hold_id);
        self.0.push(Held { wish, due: now });
    }

    /// A dialog has closed; none when nothing was held for it.
    pub(super) fn drop(&mut self, hold_id: HoldId) -> Option<Action> {
        let at = self
            .0
            .iter()
            .position(|held| held.wish.hold_id == hold_id)?;
        self.0.swap_remove(at);
        Some(Action::DropHold(hold_id))
    }

    /// All dialogs are over.
    pub(super) fn drop_all(&mut self) -> impl Iterator<Item = Action> + use<> {
        let held = std::mem::take(&mut self.0);
        held.into_iter()
            .map(|held| Action::DropHold(held.wish.hold_id))
    }

    /// When the next one is due.
    pub(super) fn alarm(&self) -> Option<Moment> {
        self.0.iter().map(|held| held.due).min()
    }

    /// Asks for what is due.
    pub(super) fn ask(&mut self, now: Moment, actions: &mut Vec<Action>) {
        for held in self.0.iter_mut().filter(|held| held.due <= now) {
            held.due = now + RENEWAL;
            actions.push(Action::PutHold(held.wish));
        }
    }
}
