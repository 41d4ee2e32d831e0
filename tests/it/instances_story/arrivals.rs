//! How long a change takes from its answer to the screen of each desk.

use std::time::Duration;

use frontdesk_desk::view::{AppointmentCardQuery, ConnectionState, NoArguments};
use frontdesk_desk::{Desk, DeskError};
use frontdesk_domain::AppointmentId;
use frontdesk_tests::{Lag, TestDesk, soon};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// What a lost notification may cost: the second until the next look (design §5.4), and the way from
/// there to the screen.
const BOUND: Duration = Duration::from_millis(2_500);

/// Which visits were answered, and when.
pub(super) struct Arrivals {
    lag: Lag,
    answered: watch::Sender<Answered>,
}

#[derive(Default)]
struct Answered {
    visits: Vec<(AppointmentId, Duration)>,
    are_all: bool,
}

/// Since when a desk has been in touch with its server.
struct Contact {
    since: Duration,
    is_live: bool,
}

impl Arrivals {
    pub(super) fn awaited() -> Self {
        Self {
            lag: Lag::measured(),
            answered: watch::Sender::default(),
        }
    }

    /// This visit is booked as of now.
    pub(super) fn answered(&self, visit: AppointmentId) {
        let now = self.lag.elapsed();
        self.answered.send_modify(|it| it.visits.push((visit, now)));
    }

    /// There will be no more.
    pub(super) fn are_all_answered(&self) {
        self.answered.send_modify(|it| it.are_all = true);
    }

    /// Follows a desk until it shows every visit that was answered, each in time; how many. Of a desk
    /// whose server dies the time counts from when it is in touch again.
    pub(super) async fn reach(&self, desk: &TestDesk, dies: bool) -> usize {
        let (mut events, mut answered) = (desk.events(), self.answered.subscribe());
        let mut contact = Contact {
            since: Duration::ZERO,
            is_live: true,
        };
        let (mut heard, mut missing) = (0, Vec::new());
        loop {
            let are_all = {
                let answered = answered.borrow_and_update();
                missing.extend_from_slice(&answered.visits[heard..]);
                heard = answered.visits.len();
                answered.are_all
            };
            if dies {
                contact.look(desk, self.lag.elapsed()).await;
            }
            let mut still = Vec::new();
            for (visit, at) in missing {
                if shows(desk, visit).await {
                    self.is_in_time(visit, at.max(contact.since));
                } else {
                    still.push((visit, at));
                }
            }
            missing = still;
            if are_all && missing.is_empty() {
                return heard;
            }
            let more = async {
                tokio::select! {
                    event = events.recv() => assert!(!matches!(event, Err(RecvError::Closed))),
                    changed = answered.changed() => changed.unwrap(),
                }
            };
            soon("a change on a desk", more).await;
        }
    }

    fn is_in_time(&self, visit: AppointmentId, from: Duration) {
        let now = self.lag.elapsed();
        let (took, late) = (now.saturating_sub(from), self.lag.between(from, now));
        assert!(
            took <= BOUND + late,
            "{visit:?} took {took:?}, and the machine was only {late:?} late"
        );
    }
}

impl Contact {
    async fn look(&mut self, desk: &TestDesk, now: Duration) {
        let state = desk.connection(NoArguments {}).await.unwrap().state;
        let is_live = state == ConnectionState::Live;
        if !(self.is_live && is_live) {
            self.since = now;
        }
        self.is_live = is_live;
    }
}

/// True when that desk knows that visit.
pub(super) async fn shows(desk: &Desk, appointment_id: AppointmentId) -> bool {
    let query = AppointmentCardQuery { appointment_id };
    match desk.appointment_card(query).await {
        Ok(_) => true,
        Err(DeskError::NotFound(_)) => false,
        Err(error) => panic!("{error}"),
    }
}
