//! What the server could not take: looked at, sent again, dismissed.

use std::sync::Arc;

use super::Desk;
use crate::Topic;
use crate::error::DeskError;
use crate::view::{
    CommandResent, DismissCommand, NoArguments, ResendCommand, SetAsideList, Written,
};

/// More than a person decides about at a time; the others follow.
const MOST: usize = 200;

impl Desk {
    /// What the server could not take.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn set_aside(&self, _: NoArguments) -> Result<SetAsideList, DeskError> {
        self.look(|look| look.set_aside(MOST)).await
    }

    /// Send again what was set aside: as a new command of whoever is signed in now, on the version
    /// that was seen then. While it cannot be sent it stays set aside; once it was decided it is gone.
    ///
    /// # Errors
    /// `not_found` when it is not set aside (any more), and what the first sending could have met.
    pub async fn resend_command(
        &self,
        request: ResendCommand,
    ) -> Result<Written<CommandResent>, DeskError> {
        let id = request.command_id;
        let cache = Arc::clone(&self.core().cache);
        let kept = self.core().blocking(move || cache.kept(id)).await?;
        let kept = kept.ok_or(DeskError::NotFound("command"))?;
        let sent = self
            .send(kept.command, move |cache| cache.store_again(id))
            .await;
        // It has left the list, or come back to it.
        let generation = self.core().announcer.now([Topic::Outbox]);
        sent.map(|submitted| Written {
            value: CommandResent {
                progress: submitted.progress,
            },
            generation: generation.max(submitted.generation),
        })
    }

    /// What was set aside is no longer wanted. What is gone already is no error.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be written.
    pub async fn dismiss_command(
        &self,
        request: DismissCommand,
    ) -> Result<Written<NoArguments>, DeskError> {
        self.look(|_| Ok(())).await?;
        let cache = Arc::clone(&self.core().cache);
        self.core()
            .blocking(move || cache.dismiss(request.command_id))
            .await?;
        self.0.outbox.hurry();
        Ok(self.written(NoArguments {}, Topic::Outbox))
    }
}
