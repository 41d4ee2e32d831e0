//! A growing delay for wrong passwords, per account and per address. An account at a desk where it has
//! signed in with the desk's secret counts for itself: what strangers try keeps nobody out who works
//! here. At any other desk it is as strange as anybody.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use frontdesk_domain::DeviceId;

/// Wrong passwords of one account before it has to wait.
const FREE_FOR_ACCOUNT: u32 = 3;

/// The same for an address: a whole clinic may stand behind one.
const FREE_FOR_ADDRESS: u32 = 12;

const LONGEST: Duration = Duration::from_secs(60);

/// After this long without a wrong password everything is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(15 * 60);

/// Accounts and addresses remembered; the longest unseen give way.
const REMEMBERED: usize = 10_000;

/// Where a sign-in comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Anywhere; unknown in a test without a socket.
    Address(Option<IpAddr>),
    /// A desk that has shown its secret, where this account has signed in so before.
    Desk(DeviceId),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Account(String),
    Address(IpAddr),
    AccountAtDesk(String, DeviceId),
    Desk(DeviceId),
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    wrong: u32,
    last: Instant,
    until: Instant,
}

/// Wrong passwords of late.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Who, Tries>>);

impl Throttle {
    /// How long this sign-in has to wait, if it has to.
    pub(crate) fn wait(&self, account: &str, origin: Origin, now: Instant) -> Option<Duration> {
        let tries = self.tries();
        let left = |who| {
            let tries = tries.get(&who)?;
            tries
                .until
                .checked_duration_since(now)
                .filter(|left| !left.is_zero())
        };
        let (account, from) = parties(account, origin);
        std::iter::once(account).chain(from).filter_map(left).max()
    }

    /// Counts a wrong password.
    pub(crate) fn wrong(&self, account: &str, origin: Origin, now: Instant) {
        let mut tries = self.tries();
        if tries.len() >= REMEMBERED {
            make_room(&mut tries, now);
        }
        let (account, from) = parties(account, origin);
        for who in std::iter::once(account).chain(from) {
            let free = match who {
                Who::Account(_) | Who::AccountAtDesk(..) => FREE_FOR_ACCOUNT,
                Who::Address(_) | Who::Desk(_) => FREE_FOR_ADDRESS,
            };
            let known = tries.get(&who).filter(|tries| now - tries.last < FORGOTTEN);
            let wrong = known.map_or(0, |tries| tries.wrong).saturating_add(1);
            let until = now + delay(wrong, free);
            let last = now;
            tries.insert(who, Tries { wrong, last, until });
        }
    }

    /// Forgets the account; address and desk keep their count, or one good password would free a
    /// guesser.
    pub(crate) fn right(&self, account: &str, origin: Origin) {
        let (account, _) = parties(account, origin);
        self.tries().remove(&account);
    }

    fn tries(&self) -> MutexGuard<'_, HashMap<Who, Tries>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The account and where it is tried from.
fn parties(account: &str, origin: Origin) -> (Who, Option<Who>) {
    let account = account.to_owned();
    match origin {
        Origin::Address(address) => (Who::Account(account), address.map(Who::Address)),
        Origin::Desk(desk) => (Who::AccountAtDesk(account, desk), Some(Who::Desk(desk))),
    }
}

/// None for the first few, then 1, 2, 4 … seconds.
fn delay(wrong: u32, free: u32) -> Duration {
    match wrong.checked_sub(free) {
        None => Duration::ZERO,
        Some(over) => Duration::from_secs(1 << over.min(6)).min(LONGEST),
    }
}

fn make_room(tries: &mut HashMap<Who, Tries>, now: Instant) {
    tries.retain(|_, tries| now - tries.last < FORGOTTEN);
    if tries.len() >= REMEMBERED {
        let mut seen: Vec<Instant> = tries.values().map(|tries| tries.last).collect();
        seen.sort_unstable();
        let cut = seen[seen.len() / 2];
        tries.retain(|_, tries| tries.last > cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_with_each_wrong_password_and_ends_with_a_right_one() {
        let (throttle, now) = (Throttle::default(), crate::clock::instant());
        let nowhere = Origin::Address(None);
        let mut waits = Vec::new();
        for _ in 0..10 {
            throttle.wrong("anna", nowhere, now);
            let wait = throttle.wait("anna", nowhere, now);
            waits.push(wait.map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(throttle.wait("berta", nowhere, now), None);
        throttle.right("anna", nowhere);
        assert_eq!(throttle.wait("anna", nowhere, now), None);
    }

    #[test]
    fn an_address_that_tries_many_accounts_has_to_wait() {
        let (throttle, now) = (Throttle::default(), crate::clock::instant());
        let address = Origin::Address(Some(IpAddr::from([192, 0, 2, 1])));
        for account in 0..12 {
            throttle.wrong(&account.to_string(), address, now);
        }
        let wait = throttle.wait("somebody else", address, now);
        assert_eq!(wait, Some(Duration::from_secs(1)));
    }

    #[test]
    fn what_strangers_try_keeps_no_desk_out_and_a_desk_may_not_guess_for_ever() {
        let (throttle, now) = (Throttle::default(), crate::clock::instant());
        let stranger = Origin::Address(Some(IpAddr::from([192, 0, 2, 1])));
        let desk = Origin::Desk(DeviceId(uuid::Uuid::from_u128(1)));
        for _ in 0..50 {
            throttle.wrong("anna", stranger, now);
        }
        assert!(throttle.wait("anna", stranger, now).is_some());
        assert_eq!(throttle.wait("anna", desk, now), None);
        for _ in 0..5 {
            throttle.wrong("anna", desk, now);
        }
        let wait = throttle.wait("anna", desk, now);
        assert_eq!(wait, Some(Duration::from_secs(4)));
        throttle.right("anna", desk);
        assert_eq!(throttle.wait("anna", desk, now), None);
        assert!(throttle.wait("anna", stranger, now).is_some());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (throttle, now) = (Throttle::default(), crate::clock::instant());
        for account in 0..REMEMBERED as u64 + 5_000 {
            let at = now + Duration::from_micros(account);
            throttle.wrong(&account.to_string(), Origin::Address(None), at);
        }
        assert!(throttle.tries().len() <= REMEMBERED);
    }
}
