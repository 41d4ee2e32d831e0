use std::time::Duration;

use frontdesk_domain::{Epoch, HoldId, Interval, PractitionerId, ServiceId};
use frontdesk_protocol::Cursor;
use uuid::Uuid;

use super::{Action, Event, Failure, HoldWish, Machine, RENEWAL, SAFETY_PULL, SILENCE};
use crate::fixture::at;
use crate::view::ConnectionState::{Connecting, Live, Offline, SignedOut};

fn cursor(seq: u64) -> Cursor {
    Cursor {
        epoch: Epoch(Uuid::from_u128(0xE)),
        seq,
    }
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn moved(seq: u64, head: u64) -> Event {
    Event::Moved {
        cursor: cursor(seq),
        head,
    }
}

/// A machine that is live at seq 10, one second after its start.
fn live() -> Machine {
    let mut machine = Machine::new(7);
    machine.step(s(0), Event::SignedIn(Some(cursor(10))));
    machine.step(s(1), Event::StreamOpened);
    machine.step(s(1), Event::Head(cursor(10)));
    machine.step(s(1), moved(10, 10));
    machine.step(s(1), Event::Pulled);
    // The pull that began before the stream was open does not count.
    machine.step(s(1), Event::Pulled);
    assert_eq!(machine.shown(), Live);
    machine
}

/// Lets alarms ring until something is done; the time, and what.
fn ring(machine: &mut Machine) -> (Duration, Vec<Action>) {
    loop {
        let at = machine.alarm().unwrap();
        let actions = machine.step(at, Event::Alarm);
        if !actions.is_empty() {
            return (at, actions);
        }
    }
}

#[test]
fn an_empty_desk_takes_a_snapshot_and_opens_the_stream_at_once() {
    let mut machine = Machine::new(7);
    let actions = machine.step(s(0), Event::SignedIn(None));
    assert_eq!(
        actions,
        [Action::OpenStream, Action::Fill, Action::Show(Connecting)]
    );
    let actions = machine.step(s(1), Event::Filled(cursor(10)));
    assert_eq!(actions, [Action::Pull]);
}

#[test]
fn a_filled_desk_pulls() {
    let mut machine = Machine::new(7);
    let actions = machine.step(s(0), Event::SignedIn(Some(cursor(3))));
    assert_eq!(
        actions,
        [Action::OpenStream, Action::Pull, Action::Show(Connecting)]
    );
}

#[test]
fn a_later_head_is_pulled_and_the_desk_stays_live() {
    let mut machine = live();
    assert_eq!(machine.step(s(2), Event::Head(cursor(12))), [Action::Pull]);
    machine.step(s(2), moved(12, 12));
    assert_eq!(machine.step(s(2), Event::Pulled), [Action::AtHead]);
    assert_eq!(machine.shown(), Live);
}

#[test]
fn an_old_or_repeated_head_asks_for_nothing_i27() {
    let mut machine = live();
    assert_eq!(
        machine.step(s(2), Event::Head(cursor(10))),
        [Action::AtHead]
    );
    assert_eq!(machine.step(s(2), Event::Head(cursor(4))), [Action::AtHead]);
}

#[test]
fn a_head_during_a_pull_is_pulled_afterwards_i27() {
    let mut machine = live();
    machine.step(s(2), Event::Head(cursor(12)));
    assert_eq!(machine.step(s(2), Event::Head(cursor(13))), []);
    machine.step(s(2), moved(12, 12));
    assert_eq!(machine.step(s(2), Event::Pulled), [Action::Pull]);
}

#[test]
fn a_lost_hint_only_delays_i27() {
    let mut machine = live();
    machine.step(s(20), Event::StreamAlive);
    machine.step(s(31), Event::StreamAlive);
    let (at, actions) = ring(&mut machine);
    assert_eq!(actions, [Action::Pull]);
    assert!(at <= s(1) + SAFETY_PULL);
}

#[test]
fn reports_out_of_order_never_move_the_cursor_back_i5() {
    let mut machine = live();
    machine.step(s(2), moved(15, 15));
    machine.step(s(2), moved(12, 12));
    assert_eq!(
        machine.step(s(2), Event::Head(cursor(15))),
        [Action::AtHead]
    );
}

#[test]
fn a_head_of_another_epoch_is_pulled_and_a_410_takes_a_snapshot() {
    let mut machine = live();
    let other = Cursor {
        epoch: Epoch(Uuid::from_u128(0xEE)),
        seq: 2,
    };
    assert_eq!(machine.step(s(2), Event::Head(other)), [Action::Pull]);
    assert_eq!(
        machine.step(s(2), Event::Gone),
        [Action::Fill, Action::Show(Connecting)]
    );
    assert_eq!(machine.step(s(3), Event::Filled(other)), [Action::Pull]);
    machine.step(
        s(3),
        Event::Moved {
            cursor: other,
            head: 2,
        },
    );
    assert_eq!(
        machine.step(s(3), Event::Pulled),
        [Action::AtHead, Action::Show(Live)]
    );
}

#[test]
fn a_feed_that_has_gone_back_is_not_chased() {
    let mut machine = live();
    machine.step(s(20), Event::StreamAlive);
    machine.step(s(31), Event::StreamAlive);
    machine.step(s(31), Event::Alarm);
    machine.step(s(31), Event::Gone);
    assert_eq!(
        machine.step(s(32), Event::Filled(cursor(5))),
        [Action::Pull]
    );
    machine.step(s(32), moved(5, 5));
    assert_eq!(
        machine.step(s(32), Event::Pulled),
        [Action::AtHead, Action::Show(Live)]
    );
}

#[test]
fn a_pull_on_a_line_that_has_gone_silent_is_given_up_i39() {
    let mut machine = live();
    assert_eq!(machine.step(s(2), Event::Head(cursor(12))), [Action::Pull]);
    let (at, actions) = ring(&mut machine);
    assert_eq!(at, s(2) + SILENCE);
    assert!(actions.contains(&Action::Stop));
    let (retried, actions) = ring(&mut machine);
    assert!(retried <= at + s(1));
    assert!(actions.starts_with(&[Action::OpenStream, Action::Pull]));
}

#[test]
fn a_snapshot_that_is_coming_in_goes_on_when_the_stream_is_silent() {
    let mut machine = Machine::new(7);
    machine.step(s(0), Event::SignedIn(None));
    machine.step(s(1), Event::StreamOpened);
    let (_, actions) = ring(&mut machine);
    assert!(!actions.contains(&Action::Stop));
}

#[test]
fn a_desk_that_wakes_up_connects_anew_at_once() {
    let mut machine = live();
    let actions = machine.step(s(2), Event::Woke);
    let anew = [
        Action::CloseStream,
        Action::OpenStream,
        Action::Pull,
        Action::Show(Connecting),
    ];
    assert_eq!(actions, anew);
}

#[test]
fn a_server_cannot_send_a_desk_away_for_ever() {
    let mut machine = live();
    machine.step(s(2), Event::Bye(Duration::MAX));
    let (at, actions) = ring(&mut machine);
    assert_eq!(at, s(62));
    assert_eq!(actions[0], Action::OpenStream);
}

#[test]
fn a_silent_stream_is_dead() {
    let mut machine = live();
    machine.step(s(10), Event::StreamAlive);
    let actions = machine.step(s(10) + SILENCE, Event::Alarm);
    assert!(actions.contains(&Action::CloseStream));
    assert_eq!(machine.shown(), Connecting);
}

#[test]
fn a_broken_stream_is_reopened_and_what_it_missed_is_pulled() {
    let mut machine = live();
    let actions = machine.step(s(5), Event::StreamEnded(Failure::Unreachable));
    assert_eq!(actions, [Action::Show(Connecting)]);
    let (at, actions) = ring(&mut machine);
    assert_eq!(actions, [Action::OpenStream]);
    assert!(at <= s(5) + Duration::from_millis(500), "{at:?}");
    assert_eq!(machine.step(at, Event::StreamOpened), [Action::Pull]);
    assert_eq!(
        machine.step(at, Event::Pulled),
        [Action::AtHead, Action::Show(Live)]
    );
}

#[test]
fn a_server_that_does_not_come_back_is_offline_and_is_asked_ever_more_seldom() {
    let mut machine = live();
    machine.step(s(5), Event::StreamEnded(Failure::Unreachable));
    let mut last = s(5);
    for _ in 0..50 {
        let (at, actions) = ring(&mut machine);
        assert!(at - last <= s(30) && at - last >= Duration::from_millis(50));
        assert!(actions.contains(&Action::OpenStream), "{actions:?}");
        machine.step(at, Event::StreamEnded(Failure::Unreachable));
        assert_eq!(machine.shown(), Offline);
        machine.step(at, Event::PullFailed(Failure::Unreachable));
        last = at;
    }
}

#[test]
fn somebody_in_a_hurry_does_not_wait_for_the_retry() {
    let mut machine = live();
    machine.step(s(5), Event::StreamEnded(Failure::Unreachable));
    let actions = machine.step(s(5), Event::Hurry);
    assert_eq!(actions, [Action::OpenStream]);
}

#[test]
fn a_server_that_says_goodbye_is_left_alone_for_as_long_as_it_asks() {
    let mut machine = live();
    let actions = machine.step(s(5), Event::Bye(s(3)));
    assert_eq!(actions, [Action::CloseStream, Action::Show(Connecting)]);
    let (at, actions) = ring(&mut machine);
    assert_eq!((at, actions), (s(8), vec![Action::OpenStream]));
}

#[test]
fn an_ended_session_stops_everything() {
    let mut machine = live();
    machine.step(s(5), Event::Head(cursor(12)));
    let actions = machine.step(s(5), Event::SignedOut);
    assert_eq!(
        actions,
        [Action::CloseStream, Action::Stop, Action::Show(SignedOut)]
    );
    assert_eq!(machine.alarm(), None);
    assert_eq!(machine.step(s(6), Event::Head(cursor(13))), []);
}

#[test]
fn the_same_seed_gives_the_same_retries() {
    let run = |seed| {
        let mut machine = Machine::new(seed);
        machine.step(s(0), Event::SignedIn(Some(cursor(1))));
        let fail = Event::StreamEnded(Failure::Unreachable);
        machine.step(s(0), fail);
        machine.alarm()
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

fn wish(id: u128, wall: &str) -> HoldWish {
    HoldWish {
        hold_id: HoldId(Uuid::from_u128(id)),
        practitioner_id: PractitionerId(Uuid::from_u128(0xA1)),
        during: Interval::new(at(wall), at(wall) + chrono::TimeDelta::minutes(30)),
        service_id: None,
    }
}

/// What is asked for holds when the next alarms ring, until `end`.
fn renewals(machine: &mut Machine, end: Duration) -> Vec<(Duration, HoldWish)> {
    let mut asked = Vec::new();
    while let Some(at) = machine.alarm().filter(|at| *at <= end) {
        let mut actions = machine.step(at, Event::StreamAlive);
        actions.extend(machine.step(at, Event::Alarm));
        for action in actions {
            if let Action::PutHold(wish) = action {
                asked.push((at, wish));
            }
            if action == Action::Pull {
                machine.step(at, Event::Pulled);
            }
        }
    }
    asked
}

#[test]
fn an_open_dialog_holds_its_slot_and_renews_it() {
    let mut machine = live();
    let slot = wish(7, "2026-11-23T09:00");
    let actions = machine.step(s(2), Event::HoldWanted(slot));
    assert_eq!(actions, [Action::PutHold(slot)]);
    let asked = renewals(&mut machine, s(2) + 2 * RENEWAL);
    assert_eq!(asked, [(s(2) + RENEWAL, slot), (s(2) + 2 * RENEWAL, slot)]);
}

#[test]
fn a_dialog_that_moves_holds_only_the_new_slot() {
    let mut machine = live();
    let (first, second) = (wish(7, "2026-11-23T09:00"), wish(7, "2026-11-23T10:00"));
    machine.step(s(2), Event::HoldWanted(first));
    let actions = machine.step(s(3), Event::HoldWanted(second));
    assert_eq!(actions, [Action::PutHold(second)]);
    let asked = renewals(&mut machine, s(4) + RENEWAL);
    assert_eq!(asked, [(s(3) + RENEWAL, second)]);
}

#[test]
fn a_dialog_that_asks_for_another_service_holds_the_same_slot_for_that_one() {
    let mut machine = live();
    let slot = wish(7, "2026-11-23T09:00");
    let class = HoldWish {
        service_id: Some(ServiceId(Uuid::from_u128(0x51))),
        ..slot
    };
    machine.step(s(2), Event::HoldWanted(slot));
    let actions = machine.step(s(3), Event::HoldWanted(class));
    assert_eq!(actions, [Action::PutHold(class)]);
    let asked = renewals(&mut machine, s(4) + RENEWAL);
    assert_eq!(asked, [(s(3) + RENEWAL, class)]);
}

#[test]
fn a_closed_dialog_lets_its_slot_go_once() {
    let mut machine = live();
    let slot = wish(7, "2026-11-23T09:00");
    machine.step(s(2), Event::HoldWanted(slot));
    let closed = Event::HoldDropped(slot.hold_id);
    assert_eq!(machine.step(s(3), closed), [Action::DropHold(slot.hold_id)]);
    assert_eq!(machine.step(s(4), closed), []);
    assert_eq!(renewals(&mut machine, s(3) + 2 * RENEWAL), []);
}

#[test]
fn a_desk_that_is_offline_holds_nothing_until_it_is_back() {
    let mut machine = live();
    machine.step(s(2), Event::StreamEnded(Failure::Unreachable));
    let (at, _) = ring(&mut machine);
    machine.step(at, Event::StreamEnded(Failure::Unreachable));
    assert_eq!(machine.shown(), Offline);
    let slot = wish(7, "2026-11-23T09:00");
    assert_eq!(machine.step(at, Event::HoldWanted(slot)), []);
    let actions = machine.step(at, Event::Hurry);
    assert!(!actions.contains(&Action::PutHold(slot)));
    let back = machine.step(at, Event::StreamOpened);
    assert!(back.contains(&Action::PutHold(slot)), "{back:?}");
}

#[test]
fn nothing_is_held_after_a_sign_out() {
    let mut machine = live();
    let slots = [wish(7, "2026-11-23T09:00"), wish(8, "2026-11-23T10:00")];
    for slot in slots {
        machine.step(s(2), Event::HoldWanted(slot));
    }
    let let_go = machine.step(s(3), Event::HoldsDropped);
    assert_eq!(let_go, slots.map(|slot| Action::DropHold(slot.hold_id)));
    machine.step(s(3), Event::SignedOut);
    let actions = machine.step(s(4), Event::SignedIn(Some(cursor(10))));
    let puts = |action: &Action| matches!(action, Action::PutHold(_));
    assert!(!actions.iter().any(puts), "{actions:?}");
}
