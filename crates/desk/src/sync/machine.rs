//! What a desk does to stay current, as a pure state machine: an event and the time in, actions out.
//!
//! Never contains a socket, a timer, a file or a clock, so that a seeded simulator can run it.
//! Losing, doubling or reordering what the stream says can delay a change and never lose one (I27).

mod holds;

use std::time::Duration;

use frontdesk_domain::{Epoch, HoldId};
use frontdesk_protocol::Cursor;

use holds::Holds;
pub use holds::{HoldWish, RENEWAL};

use super::retry;
use crate::view::ConnectionState;

/// Time since the desk was started; only differences matter.
pub type Moment = Duration;

/// Without a byte for so long the stream is dead, whatever the system says: a heartbeat comes every
/// 15 seconds at the latest.
pub const SILENCE: Duration = Duration::from_secs(20);
/// So often a live desk asks anyway, in case a hint was lost.
pub const SAFETY_PULL: Duration = Duration::from_secs(30);
/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A session is there; with the stored cursor, if the replica was ever filled.
    SignedIn(Option<Cursor>),
    /// The session is gone: signed out, expired or revoked.
    SignedOut,
    /// The stream is open.
    StreamOpened,
    /// A byte came, maybe only a heartbeat.
    StreamAlive,
    /// The stream says where the feed stands.
    Head(Cursor),
    /// Somebody else knows that the feed has come this far.
    Hint(Cursor),
    /// The stream ended or could not be opened.
    StreamEnded(Failure),
    /// The server says goodbye and asks to come back after this time.
    Bye(Duration),
    /// The replica is now here: by a pull, by a page of the stream or by an own command.
    Moved {
        /// Where the replica stands.
        cursor: Cursor,
        /// Where the feed stands, as far as the page said.
        head: u64,
    },
    /// A pull has ended: everything up to its head is applied.
    Pulled,
    /// A pull failed.
    PullFailed(Failure),
    /// The cursor cannot be continued.
    Gone,
    /// A snapshot is in place.
    Filled(Cursor),
    /// A snapshot could not be taken.
    FillFailed(Failure),
    /// The time of [`Machine::alarm`] has come.
    Alarm,
    /// Somebody needs the server now (or it was just seen alive): do not wait for the next retry.
    Hurry,
    /// The machine has slept: nothing that was open before is alive.
    Woke,
    /// A dialog wants its slot held.
    HoldWanted(HoldWish),
    /// A dialog has closed, or its slot is booked.
    HoldDropped(HoldId),
    /// All dialogs are over.
    HoldsDropped,
}

/// Why something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No answer.
    Unreachable,
    /// The server asks to come back later.
    Later(Duration),
    /// An answer that says "not now" or makes no sense.
    Server,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Open the stream.
    OpenStream,
    /// Close the stream, if it is open or being opened.
    CloseStream,
    /// Ask for changes until none is left.
    Pull,
    /// Take a snapshot.
    Fill,
    /// Forget pulls and snapshots under way.
    Stop,
    /// The connection is now this.
    Show(ConnectionState),
    /// The replica is known to be at the server's head at this moment.
    AtHead,
    /// Ask the server to hold a slot, or to go on holding it.
    PutHold(HoldWish),
    /// Tell the server that a slot is no longer held.
    DropHold(HoldId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Down,
    Opening,
    Up,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Idle,
    Pulling,
    Filling,
}

/// The state of one desk's connection.
#[derive(Debug, Clone)]
pub struct Machine {
    signed_in: bool,
    cursor: Option<Cursor>,
    head: Option<Cursor>,
    stream: Stream,
    work: Work,
    gone: bool,
    pull_again: bool,
    failures: u32,
    failing: bool,
    retry_at: Option<Moment>,
    silent_at: Option<Moment>,
    safety_at: Option<Moment>,
    shown: ConnectionState,
    holds: Holds,
    dice: u64,
}

impl Machine {
    /// A machine before the first sign-in; the seed only spreads retries.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            signed_in: false,
            cursor: None,
            head: None,
            stream: Stream::Down,
            work: Work::Idle,
            gone: false,
            pull_again: false,
            failures: 0,
            failing: false,
            retry_at: None,
            silent_at: None,
            safety_at: None,
            shown: ConnectionState::SignedOut,
            holds: Holds::default(),
            dice: seed,
        }
    }

    /// When [`Event::Alarm`] is due, if at all.
    #[must_use]
    pub fn alarm(&self) -> Option<Moment> {
        let renewal = self.holds.alarm().filter(|_| self.can_hold());
        [self.retry_at, self.silent_at, self.safety_at, renewal]
            .into_iter()
            .flatten()
            .min()
    }

    /// What the user is shown.
    #[must_use]
    pub fn shown(&self) -> ConnectionState {
        self.shown
    }

    /// Takes an event in and says what to do now.
    pub fn step(&mut self, now: Moment, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        // What tasks of an ended session still report means nothing to the next one.
        if self.signed_in || matches!(event, Event::SignedIn(_)) {
            self.take(now, event, &mut actions);
        }
        if self.signed_in {
            self.work_on(&mut actions);
        }
        self.show(&mut actions);
        if self.can_hold() {
            self.holds.ask(now, &mut actions);
        }
        actions
    }

    /// A desk that is offline holds nothing, and does not save it up; once it is back, what is
    /// still open is held.
    fn can_hold(&self) -> bool {
        match self.shown {
            ConnectionState::Live | ConnectionState::Connecting => true,
            ConnectionState::Offline | ConnectionState::SignedOut => false,
        }
    }

    fn take(&mut self, now: Moment, event: Event, actions: &mut Vec<Action>) {
        match event {
            Event::SignedIn(cursor) => self.sign_in(cursor, actions),
            Event::SignedOut => self.sign_out(actions),
            Event::StreamOpened => {
                self.stream = Stream::Up;
                self.alive(now);
                // What happened before the stream was open is not in it.
                self.pull_again = true;
            }
            Event::StreamAlive => self.heartbeat(now, actions),
            Event::Head(head) => {
                self.hint(head);
                self.heartbeat(now, actions);
            }
            Event::Hint(head) => self.hint(head),
            Event::StreamEnded(failure) => {
                self.drop_stream();
                self.fail(now, failure);
            }
            Event::Bye(after) => {
                self.drop_stream();
                actions.push(Action::CloseStream);
                self.fail(now, Failure::Later(after));
            }
            Event::Moved { cursor, head } => {
                self.move_to(cursor);
                self.hint(Cursor {
                    seq: head,
                    ..cursor
                });
            }
            Event::Pulled => self.pulled(now, actions),
            Event::PullFailed(failure) | Event::FillFailed(failure) => {
                self.work = Work::Idle;
                self.pull_again = true;
                self.fail(now, failure);
            }
            Event::Gone => {
                self.work = Work::Idle;
                self.gone = true;
            }
            Event::Filled(cursor) => self.filled(cursor),
            Event::Alarm => self.alarm_rings(now, actions),
            Event::Hurry => {
                self.retry_at = None;
                self.pull_again |= self.failing;
            }
            Event::Woke => {
                self.lose_stream(actions);
                self.retry_at = None;
                self.failures = 0;
            }
            Event::HoldWanted(wish) => self.holds.want(now, wish),
            Event::HoldDropped(hold_id) => actions.extend(self.holds.drop(hold_id)),
            Event::HoldsDropped => actions.extend(self.holds.drop_all()),
        }
    }

    /// The feed may have gone back, and a head of before would be chased for ever; where it stands
    /// is what the next pull says.
    fn filled(&mut self, cursor: Cursor) {
        self.work = Work::Idle;
        self.gone = false;
        self.cursor = Some(cursor);
        self.head = None;
        self.pull_again = true;
    }

    fn sign_in(&mut self, cursor: Option<Cursor>, actions: &mut Vec<Action>) {
        if self.signed_in {
            self.sign_out(actions);
        }
        self.signed_in = true;
        self.cursor = cursor;
        self.pull_again = true;
    }

    fn sign_out(&mut self, actions: &mut Vec<Action>) {
        actions.extend([Action::CloseStream, Action::Stop]);
        let dice = self.dice;
        let shown = self.shown;
        *self = Self {
            shown,
            ..Self::new(dice)
        };
    }

    fn alive(&mut self, now: Moment) {
        self.silent_at = Some(now + SILENCE);
        self.failures = 0;
        self.failing = false;
    }

    fn heartbeat(&mut self, now: Moment, actions: &mut Vec<Action>) {
        if self.stream != Stream::Up {
            return;
        }
        self.alive(now);
        if self.caught_up() {
            actions.push(Action::AtHead);
        }
    }

    /// Within an epoch only forward (I5): two tasks may report in either order.
    fn move_to(&mut self, to: Cursor) {
        let known = self.cursor.filter(|here| here.epoch == to.epoch);
        let seq = known.map_or(to.seq, |here| here.seq.max(to.seq));
        self.cursor = Some(Cursor { seq, ..to });
    }

    /// A later head of the same feed, or the head of another one.
    fn hint(&mut self, head: Cursor) {
        match self.head {
            Some(known) if known.epoch == head.epoch => {
                self.head = Some(Cursor {
                    seq: known.seq.max(head.seq),
                    ..known
                });
            }
            Some(_) | None => self.head = Some(head),
        }
    }

    fn pulled(&mut self, now: Moment, actions: &mut Vec<Action>) {
        self.work = Work::Idle;
        self.safety_at = Some(now + SAFETY_PULL);
        self.failing = false;
        // A head of a feed that is no more would be chased for ever.
        if self.epoch_of_head() != self.cursor.map(|cursor| cursor.epoch) {
            self.head = self.cursor;
        }
        if self.at_head() {
            actions.push(Action::AtHead);
        }
    }

    fn epoch_of_head(&self) -> Option<Epoch> {
        self.head.map(|head| head.epoch)
    }

    fn alarm_rings(&mut self, now: Moment, actions: &mut Vec<Action>) {
        if self.silent_at.is_some_and(|at| at <= now) {
            self.lose_stream(actions);
            self.fail(now, Failure::Unreachable);
        }
        if self.retry_at.is_some_and(|at| at <= now) {
            self.retry_at = None;
        }
        if self.safety_at.is_some_and(|at| at <= now) {
            self.safety_at = None;
            self.pull_again = true;
        }
    }

    fn drop_stream(&mut self) {
        self.stream = Stream::Down;
        self.silent_at = None;
    }

    /// The line is dead, and with it the pull on it: its answer would be waited for long after the
    /// server is back. A snapshot that is coming in says itself when it stalls.
    fn lose_stream(&mut self, actions: &mut Vec<Action>) {
        self.drop_stream();
        actions.push(Action::CloseStream);
        self.pull_again = true;
        if self.work == Work::Pulling {
            self.work = Work::Idle;
            actions.push(Action::Stop);
        }
    }

    fn fail(&mut self, now: Moment, failure: Failure) {
        if let Failure::Later(after) = failure {
            // A server that asks for time is there; it is not "offline".
            self.retry_at = Some(now + retry::asked_for(after));
            return;
        }
        // A stream that has just gone says little; a second failure says enough.
        self.failing = self.failures > 0 || self.shown != ConnectionState::Live;
        if self.retry_at.is_none() {
            let delay = retry::backoff(self.failures, self.roll());
            self.failures = self.failures.saturating_add(1);
            self.retry_at = Some(now + delay);
        }
    }

    /// A number in [0, 1) by splitmix64.
    fn roll(&mut self) -> f64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        f64::from(u32::try_from(z >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
    }

    /// Starts what can be started; while a retry is waited for, nothing is.
    fn work_on(&mut self, actions: &mut Vec<Action>) {
        if self.retry_at.is_some() {
            return;
        }
        if self.stream == Stream::Down {
            self.stream = Stream::Opening;
            actions.push(Action::OpenStream);
        }
        if self.work != Work::Idle {
            return;
        }
        if self.cursor.is_none() || self.gone {
            self.work = Work::Filling;
            self.pull_again = false;
            actions.push(Action::Fill);
        } else if self.pull_again || !self.at_head() {
            self.work = Work::Pulling;
            self.pull_again = false;
            actions.push(Action::Pull);
        }
    }

    fn at_head(&self) -> bool {
        match (self.cursor, self.head) {
            (Some(cursor), Some(head)) => cursor.epoch == head.epoch && cursor.seq >= head.seq,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    fn show(&mut self, actions: &mut Vec<Action>) {
        let state = if !self.signed_in {
            ConnectionState::SignedOut
        } else if self.failing {
            ConnectionState::Offline
        } else if self.is_live() {
            ConnectionState::Live
        } else {
            ConnectionState::Connecting
        };
        if state != self.shown {
            self.shown = state;
            actions.push(Action::Show(state));
        }
    }

    /// A desk that is catching up by a page or two stays live: only the first pull after the stream
    /// was opened decides.
    fn is_live(&self) -> bool {
        let was_live = self.shown == ConnectionState::Live && self.work != Work::Filling;
        self.stream == Stream::Up && (self.caught_up() || was_live)
    }

    fn caught_up(&self) -> bool {
        self.at_head() && self.work == Work::Idle && !self.pull_again
    }
}

#[cfg(test)]
mod tests;
