//! What is asked, drawn from a seed, and made smaller when it fails.

use frontdesk_domain::command::SeriesScope;
use frontdesk_domain::{AppointmentId, AppointmentStep, Reason, SeriesId};
use frontdesk_tests::new_id;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

/// How many devices take part.
pub(super) const DEVICES: usize = 4;
/// How many slots each of them may keep at once.
pub(super) const HOLDS: usize = 2;

/// One command, in words that mean the same in every clinic: a number stands for whatever slot or
/// patient it falls on.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    Book {
        visit: AppointmentId,
        slot: usize,
        patient: usize,
        over: Vec<Reason>,
    },
    /// Within the visit's service.
    Move {
        visit: AppointmentId,
        slot: usize,
        over: Vec<Reason>,
        seen: bool,
    },
    Note {
        visit: AppointmentId,
        text: u8,
        seen: bool,
    },
    Swap {
        visit: AppointmentId,
        patient: usize,
    },
    Step {
        visit: AppointmentId,
        step: AppointmentStep,
        seen: bool,
    },
    Series {
        series: SeriesId,
        /// Each with its slot among those of the first one's service.
        visits: Vec<(AppointmentId, usize)>,
        patient: usize,
        over: Vec<Reason>,
    },
    /// With those of its series.
    CancelSeries {
        visit: AppointmentId,
        scope: SeriesScope,
        seen: bool,
    },
}

/// What happens at once, or by itself.
#[derive(Debug, Clone)]
pub(super) enum Round {
    /// Each of these devices sends its batch, all at the same time.
    Ask(Vec<(usize, Vec<Wish>)>),
    Hold {
        device: usize,
        hold: usize,
        slot: usize,
    },
    Release {
        device: usize,
        hold: usize,
    },
    /// So much time passes that every hold ends.
    Expire,
}

/// A clinic's day.
#[derive(Debug, Clone)]
pub(super) struct Program(pub(super) Vec<Round>);

impl Program {
    pub(super) fn draw(seed: u64, rounds: usize) -> Self {
        let mut draw = Draw {
            random: StdRng::seed_from_u64(seed),
            visits: Vec::new(),
        };
        Self((0..rounds).map(|_| draw.round()).collect())
    }

    pub(super) fn commands(&self) -> usize {
        let count = |round: &Round| match round {
            Round::Ask(batches) => batches.iter().map(|(_, wishes)| wishes.len()).sum(),
            Round::Hold { .. } | Round::Release { .. } | Round::Expire => 0,
        };
        self.0.iter().map(count).sum()
    }

    /// The smallest program found, by leaving out ever smaller parts, that `fails` still.
    pub(super) async fn shrunk(mut self, fails: impl AsyncFn(&Self) -> bool) -> Self {
        let mut part = self.0.len() / 2;
        while part > 0 {
            let mut at = 0;
            while at < self.0.len() {
                let mut rest = self.clone();
                rest.0.drain(at..(at + part).min(rest.0.len()));
                if fails(&rest).await {
                    self = rest;
                } else {
                    at += part;
                }
            }
            part /= 2;
        }
        self
    }
}

struct Draw {
    random: StdRng,
    visits: Vec<AppointmentId>,
}

impl Draw {
    fn round(&mut self) -> Round {
        let (device, hold) = (
            self.random.random_range(0..DEVICES),
            self.random.random_range(0..HOLDS),
        );
        match self.random.random_range(0..20) {
            0 | 1 => Round::Hold {
                device,
                hold,
                slot: self.any(),
            },
            2 => Round::Release { device, hold },
            3 => Round::Expire,
            _ => Round::Ask(self.batches()),
        }
    }

    fn batches(&mut self) -> Vec<(usize, Vec<Wish>)> {
        let mut batches = Vec::new();
        for device in 0..DEVICES {
            let wishes = self.random.random_range(0..=4);
            batches.push((device, (0..wishes).map(|_| self.wish()).collect()));
        }
        batches
    }

    fn wish(&mut self) -> Wish {
        // Mostly the latest ones, so that commands meet.
        let from = self.visits.len().saturating_sub(16);
        let known = self.visits[from..].choose(&mut self.random).copied();
        let (Some(visit), false) = (known, self.random.random_bool(0.4)) else {
            if self.random.random_bool(0.2) {
                return self.series();
            }
            let visit = new_id();
            self.visits.push(visit);
            return Wish::Book {
                visit,
                slot: self.any(),
                patient: self.any(),
                over: self.over(),
            };
        };
        let seen = self.random.random_bool(0.5);
        match self.random.random_range(0..11) {
            10 => Wish::CancelSeries {
                visit,
                scope: self.scope(),
                seen,
            },
            0..3 => Wish::Move {
                visit,
                slot: self.any(),
                over: self.over(),
                seen,
            },
            3 => Wish::Note {
                visit,
                text: self.random.random_range(0..3),
                seen,
            },
            4 => Wish::Swap {
                visit,
                patient: self.any(),
            },
            _ => Wish::Step {
                visit,
                step: self.step(),
                seen,
            },
        }
    }

    fn series(&mut self) -> Wish {
        let several = self.random.random_range(2..=5);
        let visits: Vec<_> = (0..several).map(|_| (new_id(), self.any())).collect();
        self.visits.extend(visits.iter().map(|(visit, _)| *visit));
        Wish::Series {
            series: new_id(),
            visits,
            patient: self.any(),
            over: self.over(),
        }
    }

    fn scope(&mut self) -> SeriesScope {
        if self.random.random_bool(0.5) {
            SeriesScope::All
        } else {
            SeriesScope::Following
        }
    }

    fn step(&mut self) -> AppointmentStep {
        const STEPS: [AppointmentStep; 8] = [
            AppointmentStep::Approve,
            AppointmentStep::Reject,
            AppointmentStep::Arrive,
            AppointmentStep::CheckIn,
            AppointmentStep::Complete,
            AppointmentStep::MarkNoShow,
            AppointmentStep::Cancel,
            AppointmentStep::Undo,
        ];
        *STEPS.choose(&mut self.random).unwrap()
    }

    fn over(&mut self) -> Vec<Reason> {
        const RULES: [Reason; 4] = [
            Reason::SlotTaken,
            Reason::CapacityFull,
            Reason::LocationBusy,
            Reason::PatientBusy,
        ];
        if self.random.random_bool(0.8) {
            return Vec::new();
        }
        let named = self.random.random_range(1..=RULES.len());
        RULES[..named].to_vec()
    }

    fn any(&mut self) -> usize {
        self.random.random_range(0..10_000)
    }
}
