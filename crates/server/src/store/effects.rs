//! What a group of commands did, told after its commit.

use std::collections::HashSet;
use std::sync::Arc;

use frontdesk_domain::{ClinicId, Command, DeviceId, Reason};
use frontdesk_protocol::{Outcome, Upsert};

use super::audit::{Act, Head};
use super::write::Written;
use crate::fanout::{Fanout, Net, Pulse};
use crate::metrics::Metrics;

/// Above this a stream is told only where the feed stands.
const SMALL: usize = 64;

/// See the module.
#[derive(Default)]
pub(crate) struct Effects {
    /// Without rows when nobody listened while one of the commands was decided.
    clinics: Vec<(ClinicId, Pulse, Option<Net>)>,
    acks: Vec<(ClinicId, DeviceId, u64)>,
    outcomes: Vec<(&'static str, Option<Reason>)>,
}

impl Effects {
    /// The feed went from `before` to the act's seq.
    pub(super) fn applied(&mut self, clinic: ClinicId, before: &Head, net: Option<Net>) {
        let seq = before.seq + 1;
        let known = self.clinics.iter_mut().find(|(id, ..)| *id == clinic);
        if let Some((_, pulse, all)) = known {
            pulse.seq = seq;
            *all = all.take().zip(net).map(|(old, new)| joined(old, new));
        } else {
            let pulse = Pulse {
                epoch: before.epoch,
                from: before.seq,
                seq,
                net: None,
            };
            self.clinics.push((clinic, pulse, net));
        }
    }

    pub(super) fn decided(&mut self, clinic: ClinicId, device: DeviceId, no: u64) {
        self.acks.push((clinic, device, no));
    }

    /// For the metrics: the kind and, of a refusal, the reason. Anybody can make a kind up.
    pub(super) fn counted(&mut self, kind: &str, outcome: &Outcome) {
        let known = Command::KINDS.into_iter().find(|known| *known == kind);
        self.outcomes
            .push((known.unwrap_or("unknown"), outcome.reason));
    }

    pub(crate) fn publish(self, fanout: &Fanout, metrics: &Metrics) {
        for (kind, reason) in self.outcomes {
            metrics.decided(kind, reason);
        }
        let small = |net: &Net| net.upserts.len() + net.removed.len() <= SMALL;
        let pulses = self.clinics;
        fanout.acknowledge(self.acks, || {
            for (clinic, mut pulse, net) in pulses {
                pulse.net = net.filter(small).map(Arc::new);
                fanout.publish(clinic, pulse);
            }
        });
    }
}

/// What was written, as a page of changes tells it.
pub(super) fn net(act: &Act<'_>, written: Written) -> Net {
    let upsert = |row: frontdesk_domain::Row| Upsert {
        id: row.id(),
        actor: act.actor.into(),
        device: act.device.into(),
        at: act.at,
        seq: row.version(),
        row,
    };
    Net {
        upserts: written.rows.into_iter().map(upsert).collect(),
        removed: written.removed,
    }
}

/// The later version of a row takes the place of the earlier one, or of its removal. A hold may have the
/// id of the visit that it is for: only kind and id say which row it is.
fn joined(mut old: Net, new: Net) -> Net {
    let upserts = new
        .upserts
        .iter()
        .map(|upsert| (upsert.row.kind(), upsert.id));
    let removed = new.removed.iter().map(|gone| (gone.kind, gone.id));
    let touched: HashSet<_> = upserts.chain(removed).collect();
    old.upserts
        .retain(|upsert| !touched.contains(&(upsert.row.kind(), upsert.id)));
    old.removed
        .retain(|gone| !touched.contains(&(gone.kind, gone.id)));
    old.upserts.extend(new.upserts);
    old.removed.extend(new.removed);
    old
}
