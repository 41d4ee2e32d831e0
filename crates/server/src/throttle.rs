//! A growing delay for wrong passwords, per account and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Wrong passwords of one account before it has to wait.
const FREE_FOR_ACCOUNT: u32 = 3;

/// The same for an address: a whole clinic may stand behind one.
const FREE_FOR_ADDRESS: u32 = 12;

const LONGEST: Duration = Duration::from_secs(60);

/// After this long without a wrong password everything is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(15 * 60);

/// Accounts and addresses remembered; the longest unseen give way.
const REMEMBERED: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Account(String),
    Address(IpAddr),
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
    pub(crate) fn wait(
        &self,
        account: &str,
        address: Option<IpAddr>,
        now: Instant,
    ) -> Option<Duration> {
        let tries = self.tries();
        let left = |who| {
            let tries = tries.get(&who)?;
            tries
                .until
                .checked_duration_since(now)
                .filter(|left| !left.is_zero())
        };
        parties(account, address).filter_map(left).max()
    }

    /// Counts a wrong password.
    pub(crate) fn wrong(&self, account: &str, address: Option<IpAddr>, now: Instant) {
        let mut tries = self.tries();
        if tries.len() >= REMEMBERED {
            make_room(&mut tries, now);
        }
        for who in parties(account, address) {
            let free = match who {
                Who::Account(_) => FREE_FOR_ACCOUNT,
                Who::Address(_) => FREE_FOR_ADDRESS,
            };
            let known = tries.get(&who).filter(|tries| now - tries.last < FORGOTTEN);
            let wrong = known.map_or(0, |tries| tries.wrong).saturating_add(1);
            let until = now + delay(wrong, free);
            let last = now;
            tries.insert(who, Tries { wrong, last, until });
        }
    }

    /// Forgets the account; the address keeps its count, or one good password would free a guesser.
    pub(crate) fn right(&self, account: &str) {
        self.tries().remove(&Who::Account(account.to_owned()));
    }

    fn tries(&self) -> MutexGuard<'_, HashMap<Who, Tries>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parties(account: &str, address: Option<IpAddr>) -> impl Iterator<Item = Who> {
    let account = Who::Account(account.to_owned());
    std::iter::once(account).chain(address.map(Who::Address))
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
        let mut waits = Vec::new();
        for _ in 0..10 {
            throttle.wrong("anna", None, now);
            let wait = throttle.wait("anna", None, now);
            waits.push(wait.map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(throttle.wait("berta", None, now), None);
        throttle.right("anna");
        assert_eq!(throttle.wait("anna", None, now), None);
    }

    #[test]
    fn an_address_that_tries_many_accounts_has_to_wait() {
        let (throttle, now) = (Throttle::default(), crate::clock::instant());
        let address = Some(IpAddr::from([192, 0, 2, 1]));
        for account in 0..12 {
            throttle.wrong(&account.to_string(), address, now);
        }
        let wait = throttle.wait("somebody else", address, now);
        assert_eq!(wait, Some(Duration::from_secs(1)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (throttle, now) = (Throttle::default(), crate::clock::instant());
        for account in 0..REMEMBERED as u64 + 5_000 {
            let at = now + Duration::from_micros(account);
            throttle.wrong(&account.to_string(), None, at);
        }
        assert!(throttle.tries().len() <= REMEMBERED);
    }
}
