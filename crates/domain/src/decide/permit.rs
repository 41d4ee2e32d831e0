//! Rules that may be broken, and those that were.

use std::collections::BTreeSet;

use super::rivals::Obstacle;
use super::{check, rights};
use crate::{Actor, AppointmentId, Override, Reason, Refusal, Service};

const LONGEST_REASON: usize = 500;

/// A visit that stands in the way, with the rule that is broken.
pub(super) type Known = (Reason, AppointmentId);

/// Who asks, and which rules they may break.
#[derive(Clone, Copy)]
pub(super) struct Permit<'a> {
    pub(super) by: &'a Actor,
    service: &'a Service,
    source: Source<'a>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    /// Said with the command: breaking what the user may not break is refused as such.
    Given(&'a [Reason]),
    /// On the visit, which takes its place anew: only for who could allow it again.
    Recorded(&'a [Reason]),
    /// On the visit, which stays where it is: allowed already over those that stood in its way, and
    /// over others only for who could allow it again.
    Kept(&'a [Reason], &'a BTreeSet<Known>),
}

impl<'a> Permit<'a> {
    pub(super) fn given(
        overriding: Option<&'a Override>,
        service: &'a Service,
        by: &'a Actor,
    ) -> Self {
        let source = Source::Given(rules(overriding));
        Self {
            by,
            service,
            source,
        }
    }

    pub(super) fn recorded(
        overridden: Option<&'a Override>,
        service: &'a Service,
        by: &'a Actor,
    ) -> Self {
        let source = Source::Recorded(rules(overridden));
        Self {
            by,
            service,
            source,
        }
    }

    pub(super) fn kept(
        overridden: Option<&'a Override>,
        known: &'a BTreeSet<Known>,
        service: &'a Service,
        by: &'a Actor,
    ) -> Self {
        let source = Source::Kept(rules(overridden), known);
        Self {
            by,
            service,
            source,
        }
    }

    /// Notes the rule that visits in the way break, if it may be broken.
    ///
    /// # Errors
    /// As [`Permit::forgive`].
    pub(super) fn pass(
        &self,
        obstacle: Option<Obstacle<'_>>,
        broken: &mut Broken,
    ) -> Result<(), Refusal> {
        let Some(mut obstacle) = obstacle else {
            return Ok(());
        };
        let rule = obstacle.reason;
        if let Source::Kept(rules, known) = self.source
            && rules.contains(&rule)
        {
            obstacle
                .visits
                .retain(|visit| !known.contains(&(rule, visit.appointment_id)));
            if obstacle.visits.is_empty() {
                broken.add(rule);
                return Ok(());
            }
        }
        self.forgive(obstacle.refusal(self.by), broken)
    }

    /// Notes a broken rule that may be broken.
    ///
    /// # Errors
    /// The refusal of a rule that is not named; `forbidden` for one that the user may not break.
    pub(super) fn forgive(&self, refusal: Refusal, broken: &mut Broken) -> Result<(), Refusal> {
        let rule = refusal.reason;
        let may = || rights::may_override(rule, self.service, self.by);
        match self.source {
            Source::Given(rules) if rules.contains(&rule) => {
                if !may() {
                    return Err(Refusal {
                        reason: Reason::Forbidden,
                        field: Some("override".to_owned()),
                        ..refusal
                    });
                }
            }
            Source::Recorded(rules) | Source::Kept(rules, _) if rules.contains(&rule) && may() => {}
            Source::Given(_) | Source::Recorded(_) | Source::Kept(..) => return Err(refusal),
        }
        broken.add(rule);
        Ok(())
    }
}

fn rules(overriding: Option<&Override>) -> &[Reason] {
    overriding.map_or(&[], |overriding| &overriding.rules)
}

/// The rules that a place really breaks, in the order in which they are checked.
#[derive(Debug, Clone, Default)]
pub(super) struct Broken(Vec<Reason>);

impl Broken {
    fn add(&mut self, rule: Reason) {
        if !self.0.contains(&rule) {
            self.0.push(rule);
        }
    }

    pub(super) fn has(&self, rule: Reason) -> bool {
        self.0.contains(&rule)
    }

    /// What the visit's row keeps of an override.
    pub(super) fn recorded(&self, overriding: Option<&Override>) -> Option<Override> {
        let overriding = overriding.filter(|_| !self.0.is_empty())?;
        Some(Override {
            reason: overriding.reason.clone(),
            rules: self.0.clone(),
        })
    }
}

/// A reason of 1 to 500 characters, and only rules that can be broken at all.
pub(super) fn checked(overriding: Option<&Override>) -> Result<Option<Override>, Refusal> {
    let Some(overriding) = overriding else {
        return Ok(None);
    };
    let reason = check::text(Some(&overriding.reason), LONGEST_REASON, "override")?
        .ok_or_else(|| check::invalid("override"))?;
    if !overriding.rules.iter().copied().all(can_be_broken) {
        return Err(check::invalid("override"));
    }
    Ok(Some(Override {
        reason,
        rules: overriding.rules.clone(),
    }))
}

fn can_be_broken(rule: Reason) -> bool {
    match rule {
        Reason::SlotTaken
        | Reason::CapacityFull
        | Reason::PatientBusy
        | Reason::LocationBusy
        | Reason::OutsideSchedule
        | Reason::OffGrid => true,
        Reason::InPast
        | Reason::DstGap
        | Reason::DstFold
        | Reason::IllegalStatus
        | Reason::StaleVersion
        | Reason::Dependency
        | Reason::UnknownId
        | Reason::Invalid
        | Reason::Forbidden => false,
    }
}
