//! After a commit everybody who listens to the clinic is woken. A listener only ever keeps the
//! latest pulse, so a slow one costs no memory: it is told where the feed stands and pulls.
//!
//! With one instance that is all. With several over one PostgreSQL, [`postgres`] tells the others
//! and hears them; what comes from elsewhere says where a feed stands and nothing more.

mod endings;
pub(crate) mod postgres;
pub(crate) mod presence;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use frontdesk_domain::{ClinicId, DeviceId, Epoch};
use frontdesk_protocol::{Removed, Upsert};
use tokio::sync::{Notify, watch};
use tokio::time::{Interval, MissedTickBehavior};

use endings::Followed;
pub(crate) use endings::{Ending, look_for_ended_sessions};

use crate::store::session::TokenHash;

/// Where a feed stands after a commit, and what the commit did if that is little.
#[derive(Debug, Clone)]
pub(crate) struct Pulse {
    pub(crate) epoch: Epoch,
    pub(crate) from: u64,
    pub(crate) seq: u64,
    /// The net effect of `(from, seq]`, if it is small.
    pub(crate) net: Option<Arc<Net>>,
}

/// Rows that are new or different, and rows that are gone.
#[derive(Debug, Default)]
pub(crate) struct Net {
    pub(crate) upserts: Vec<Upsert>,
    pub(crate) removed: Vec<Removed>,
}

/// At once, and then so often; a look that took long moves the next ones.
pub(crate) fn every(period: Duration) -> Interval {
    let mut tick = tokio::time::interval(period);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick
}

/// Where a clinic's feed stands.
pub(crate) type Head = (ClinicId, Epoch, u64);

/// The listeners of this process, and what the other instances have not been told.
#[derive(Clone, Default)]
pub(crate) struct Fanout(Arc<Shared>);

#[derive(Default)]
struct Shared {
    clinics: Mutex<HashMap<ClinicId, watch::Sender<Option<Pulse>>>>,
    acks: Mutex<HashMap<(ClinicId, DeviceId), Ack>>,
    sessions: Mutex<HashMap<TokenHash, Followed>>,
    untold: Option<Untold>,
}

/// What was committed here since the other instances were last told.
#[derive(Default)]
struct Untold {
    heads: Mutex<HashMap<ClinicId, (Epoch, u64)>>,
    sessions: Mutex<HashSet<TokenHash>>,
    something: Notify,
}

#[derive(Default)]
struct Ack {
    last_no: u64,
    listeners: usize,
}

impl Fanout {
    /// `Local`: nobody else writes.
    pub(crate) fn local() -> Self {
        Self::default()
    }

    /// `Postgres`: other instances write too; [`postgres::run`] talks to them.
    pub(crate) fn of_several() -> Self {
        Self(Arc::new(Shared {
            untold: Some(Untold::default()),
            ..Shared::default()
        }))
    }

    /// Tells every listener of the clinic; called after the commit only (invariant I31).
    pub(crate) fn publish(&self, clinic: ClinicId, pulse: Pulse) {
        if let Some(untold) = &self.0.untold {
            let mut heads = untold.heads.lock().unwrap_or_else(PoisonError::into_inner);
            heads.insert(clinic, (pulse.epoch, pulse.seq));
            untold.something.notify_one();
        }
        self.tell(clinic, pulse);
    }

    /// What another instance committed, or what the database says. Its rows are pulled.
    pub(crate) fn heard(&self, (clinic, epoch, seq): Head) {
        let pulse = Pulse {
            epoch,
            from: seq,
            seq,
            net: None,
        };
        self.tell(clinic, pulse);
    }

    /// Listeners never hear of a state that is older than what they heard of.
    fn tell(&self, clinic: ClinicId, pulse: Pulse) {
        let clinics = self.clinics();
        let Some(sender) = clinics.get(&clinic) else {
            return;
        };
        sender.send_if_modified(|told| {
            let newer = told.as_ref().is_none_or(|told| {
                let more = pulse.seq > told.seq;
                let same_with_rows = pulse.seq == told.seq && pulse.net.is_some();
                told.epoch != pulse.epoch || more || same_with_rows
            });
            if newer {
                *told = Some(pulse);
            }
            newer
        });
    }

    /// The most that listeners of any clinic are behind its feed.
    pub(crate) fn lag(&self, heads: &[Head]) -> u64 {
        let clinics = self.clinics();
        let behind = |(clinic, epoch, seq): &Head| {
            let told = clinics.get(clinic)?.borrow();
            let told = told.as_ref().filter(|told| told.epoch == *epoch)?;
            Some(seq.saturating_sub(told.seq))
        };
        heads.iter().filter_map(behind).max().unwrap_or(0)
    }

    /// True when somebody would be woken.
    pub(crate) fn has_listeners(&self, clinic: ClinicId) -> bool {
        self.clinics()
            .get(&clinic)
            .is_some_and(|sender| sender.receiver_count() > 0)
    }

    /// Pulses from now on.
    pub(crate) fn subscribe(&self, clinic: ClinicId) -> watch::Receiver<Option<Pulse>> {
        let mut clinics = self.clinics();
        clinics
            .entry(clinic)
            .or_insert_with(|| watch::Sender::new(None))
            .subscribe()
    }

    /// Notes the last decided numbers of the devices that listen, and publishes what was decided with
    /// them before anybody can read these numbers.
    pub(crate) fn acknowledge(
        &self,
        decided: Vec<(ClinicId, DeviceId, u64)>,
        publish: impl FnOnce(),
    ) {
        let mut acks = self.acks();
        for (clinic, device, no) in decided {
            if let Some(ack) = acks.get_mut(&(clinic, device)) {
                ack.last_no = ack.last_no.max(no);
            }
        }
        publish();
    }

    /// Follows the last decided number of a device while the guard lives.
    pub(crate) fn follow(&self, clinic: ClinicId, device: DeviceId) -> Acks {
        self.acks().entry((clinic, device)).or_default().listeners += 1;
        Acks {
            fanout: self.clone(),
            key: (clinic, device),
        }
    }

    fn clinics(&self) -> MutexGuard<'_, HashMap<ClinicId, watch::Sender<Option<Pulse>>>> {
        let locked = self.0.clinics.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }

    fn acks(&self) -> MutexGuard<'_, HashMap<(ClinicId, DeviceId), Ack>> {
        let locked = self.0.acks.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last decided number of one device, for as long as one of its streams lives.
pub(crate) struct Acks {
    fanout: Fanout,
    key: (ClinicId, DeviceId),
}

impl Acks {
    /// The last decided number, at least `known`, and what is heard at the moment when it is.
    pub(crate) fn at_least<T>(&self, known: u64, heard: impl FnOnce() -> T) -> (u64, T) {
        let mut acks = self.fanout.acks();
        let ack = acks.entry(self.key).or_default();
        ack.last_no = ack.last_no.max(known);
        (ack.last_no, heard())
    }
}

impl Drop for Acks {
    fn drop(&mut self) {
        let mut acks = self.fanout.acks();
        if let Some(ack) = acks.get_mut(&self.key) {
            ack.listeners = ack.listeners.saturating_sub(1);
            if ack.listeners == 0 {
                acks.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
