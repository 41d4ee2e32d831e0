//! The way of a command: pre-checked here, stored, sent, and told when the calendar shows it.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_domain::{Command, Reason, Refusal};
use frontdesk_protocol::{Outcome, OutcomeKind};

use super::Desk;
use crate::Topic;
use crate::cache::{Cache, OutboxSlot};
use crate::error::{DeskError, StorageError};
use crate::sync::machine::Event;
use crate::sync::{Answer, ApiError};
use crate::view::{ConnectionState, Progress};

/// How long a person waits for an answer before they are told that it will come later.
const PATIENCE: Duration = Duration::from_secs(5);

/// What became of a command while the person waited.
pub(super) struct Submitted {
    pub(super) progress: Progress,
    pub(super) generation: u64,
}

impl Desk {
    /// Sends a command and waits for its outcome.
    pub(super) async fn submit(
        &self,
        command: Command,
        base_version: Option<u64>,
        slot: Option<OutboxSlot>,
    ) -> Result<Submitted, DeskError> {
        self.pre_check(&command, base_version).await?;
        let wish = command.clone();
        self.send(command, move |cache| {
            Ok(Some(cache.store_command(&wish, base_version, slot)?))
        })
        .await
    }

    /// The same, asked of the server alone, for a command that `store` gives its number if it is still
    /// there to be sent.
    pub(super) async fn send(
        &self,
        command: Command,
        store: impl FnOnce(&Cache) -> Result<Option<u64>, StorageError> + Send + 'static,
    ) -> Result<Submitted, DeskError> {
        self.reachable().await?;
        let (outbox, core) = (&self.0.outbox, self.core());
        let stored = outbox.submit(core, store).await?;
        let (no, mut answer) = stored.ok_or(DeskError::NotFound("command"))?;
        core.announcer.soon([Topic::Connection]);
        let answered = match tokio::time::timeout(PATIENCE, &mut answer).await {
            Ok(answered) => answered.ok(),
            Err(_) if outbox.leave(no) => None,
            // It was on its way at that very moment.
            Err(_) => answer.await.ok(),
        };
        core.announcer.soon([Topic::Connection]);
        match answered {
            Some(Answer::Decided(outcome, generation)) => {
                self.decided(*outcome, command, generation).await
            }
            Some(Answer::NotSent(why)) => Err(why),
            None => Ok(Submitted {
                progress: Progress::Waiting,
                // From now on it keeps its time on the board.
                generation: core.announcer.now([Topic::Connection, Topic::Outbox]),
            }),
        }
    }

    /// The same rules as the server's, on what this desk knows. Only a live desk refuses on its own:
    /// another one may know less than the server.
    async fn pre_check(
        &self,
        command: &Command,
        base_version: Option<u64>,
    ) -> Result<(), DeskError> {
        let live = self.core().status.borrow().state == ConnectionState::Live;
        let command = command.clone();
        self.look(move |look| {
            let Err(refusal) = look.preview(&command, base_version)?.outcome else {
                return Ok(());
            };
            if refusal.reason == Reason::StaleVersion {
                // Only the server knows which fields have changed.
                return Ok(());
            }
            if refusal.reason == Reason::Forbidden {
                return Err(DeskError::Forbidden);
            }
            if live {
                let view = look.refusal_of(&refusal, &command)?;
                return Err(DeskError::Refused(Box::new(view)));
            }
            Ok(())
        })
        .await
    }

    /// A server that is known to be away is asked once more, shortly, before anything is stored.
    async fn reachable(&self) -> Result<(), DeskError> {
        let core = self.core();
        let state = core.status.borrow().state;
        match state {
            ConnectionState::SignedOut if !core.api.has_token() => Err(DeskError::SignedOut),
            ConnectionState::Offline => self.reach().await,
            ConnectionState::Live | ConnectionState::Connecting | ConnectionState::SignedOut => {
                Ok(())
            }
        }
    }

    /// Asks the server for a sign of life, and goes on catching up at once when there is one.
    ///
    /// # Errors
    /// `offline`, or `untrusted` when it cannot prove who it is.
    pub async fn reach(&self) -> Result<(), DeskError> {
        match self.core().api.reach().await {
            Ok(()) => {
                self.core().tell(Event::Hurry);
                Ok(())
            }
            Err(error @ ApiError::Untrusted { .. }) => Err(error.into_desk_error()),
            Err(_) => Err(DeskError::Offline),
        }
    }

    async fn decided(
        &self,
        outcome: Outcome,
        command: Command,
        generation: u64,
    ) -> Result<Submitted, DeskError> {
        match outcome.outcome {
            OutcomeKind::Applied => Ok(Submitted {
                progress: Progress::Confirmed,
                generation,
            }),
            OutcomeKind::Rejected => Err(self.refused(outcome, command).await?),
        }
    }

    async fn refused(&self, outcome: Outcome, command: Command) -> Result<DeskError, DeskError> {
        let refusal = Refusal {
            reason: outcome.reason.unwrap_or(Reason::Invalid),
            field: outcome.field,
            conflict: outcome.conflict,
            alternatives: outcome.alternatives.unwrap_or_default(),
            steps: outcome.steps.unwrap_or_default(),
            changed: outcome.changed.unwrap_or_default(),
            fates: outcome.fates.unwrap_or_default(),
        };
        if refusal.reason == Reason::Forbidden {
            return Ok(DeskError::Forbidden);
        }
        let view = self
            .look(move |look| look.refusal_of(&refusal, &command))
            .await?;
        Ok(DeskError::Refused(Box::new(view)))
    }

    pub(super) async fn slot_of(
        &self,
        id: frontdesk_domain::AppointmentId,
    ) -> Result<Option<OutboxSlot>, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        Ok(self.core().blocking(move || cache.slot_of(id)).await?)
    }
}
