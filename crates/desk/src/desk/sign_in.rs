//! Signing in and out.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_protocol::{SessionDevice, SessionOpened, SignIn};

use super::Desk;
use crate::Topic;
use crate::error::DeskError;
use crate::sync::ApiError;
use crate::sync::machine::Event;
use crate::view::{NoArguments, SessionStatus, SignInRequest, StartFailure, Written};

/// How long a person waits for the holds of their dialogs to be let go.
const PATIENCE: Duration = Duration::from_secs(2);

impl Desk {
    /// Sign in at the server. The cache of another clinic is emptied first.
    ///
    /// # Errors
    /// `wrong_password`, `too_many_tries`, `offline`, or the cache cannot be written.
    pub async fn sign_in(
        &self,
        request: SignInRequest,
    ) -> Result<Written<SessionStatus>, DeskError> {
        self.forget_start_failure();
        let user = request.user.clone();
        let mut opened = self.ask_to_sign_in(&request).await?;
        if opened.as_ref().is_err_and(ApiError::is_of_another_desk) {
            // This folder is older than the secret that its id has shown.
            let cache = Arc::clone(&self.core().cache);
            let drawn = self.core().blocking(move || cache.become_another_device());
            drawn.await?;
            opened = self.ask_to_sign_in(&request).await?;
        }
        let opened = opened.map_err(ApiError::into_desk_error)?;
        self.signed_in(user, opened).await?;
        self.session_written().await
    }

    async fn ask_to_sign_in(
        &self,
        request: &SignInRequest,
    ) -> Result<Result<SessionOpened, ApiError>, DeskError> {
        let core = self.core();
        let cache = Arc::clone(&core.cache);
        let (id, secret) = core.blocking(move || cache.device()).await?;
        let device = SessionDevice {
            id,
            name: self.0.config.device_name.clone(),
            secret: Some(secret),
        };
        let SignInRequest { user, password } = request.clone();
        let body = SignIn {
            user,
            password,
            device,
        };
        Ok(core.api.sign_in(&body).await)
    }

    /// Sign in as the start of the program asks for. What goes wrong is kept in the session's view
    /// until somebody tries again, and returned for whoever reads logs.
    pub async fn sign_in_at_start(
        &self,
        user: String,
        password: Option<String>,
    ) -> Option<StartFailure> {
        let signed_in = match password {
            Some(password) => {
                let user = user.clone();
                self.sign_in(SignInRequest { user, password }).await
            }
            None => Err(DeskError::invalid("password", "was not given")),
        };
        let why = signed_in.err()?.view();
        let failure = StartFailure { user, why };
        *self.0.lock_start() = Some(failure.clone());
        self.core().announcer.now([Topic::Session]);
        Some(failure)
    }

    pub(super) fn start_failure(&self) -> Option<StartFailure> {
        self.0.lock_start().clone()
    }

    fn forget_start_failure(&self) {
        let failure = self.0.lock_start().take();
        if failure.is_some() {
            self.core().announcer.now([Topic::Session]);
        }
    }

    async fn signed_in(&self, user: String, opened: SessionOpened) -> Result<(), DeskError> {
        let core = self.core();
        // The old session's tasks must not write into another clinic's cache, and what they read
        // there must not be sent with the new token.
        core.tell(Event::SignedOut);
        core.api.set_token(None);
        let token = opened.token.clone();
        let cache = Arc::clone(&core.cache);
        let (before, state) = core
            .blocking(move || {
                let before = cache.state()?.clinic_id;
                cache.belong_to(opened.clinic.id)?;
                cache.sign_in(&user, &opened)?;
                Ok((before, cache.state()?))
            })
            .await?;
        if before.is_some_and(|before| Some(before) != state.clinic_id) {
            // Another clinic numbers its commands for itself.
            self.0.outbox.everybody_leaves();
        }
        core.api.set_token(Some(token));
        core.status
            .send_modify(|status| status.cursor = state.cursor);
        core.tell(Event::SignedIn(state.cursor));
        self.0.outbox.hurry();
        Ok(())
    }

    /// Sign out: from this moment nobody can read the cache through this desk until the next
    /// sign-in; then the server is told, which may take a while.
    ///
    /// # Errors
    /// When the cache cannot be written. A server that cannot be reached is no error.
    pub async fn sign_out(&self, _: NoArguments) -> Result<Written<SessionStatus>, DeskError> {
        let core = self.core();
        let session = core.api.session();
        let cache = Arc::clone(&core.cache);
        {
            // A dialog that is just opening is among those that end.
            let _turn = self.0.dialogs.lock().await;
            core.blocking(move || cache.sign_out()).await?;
        }
        let written = self.session_written().await?;
        core.let_go_of_holds(PATIENCE).await;
        // Somebody may have signed in meanwhile: that session is not this one's to end.
        let Some(token) = core.api.token_of(session) else {
            return Ok(written);
        };
        core.tell(Event::SignedOut);
        core.api.end(session);
        if let Err(error) = core.api.sign_out(&token).await {
            tracing::info!(%error, "the server was not told of the sign-out; the session expires there");
        }
        Ok(written)
    }

    async fn session_written(&self) -> Result<Written<SessionStatus>, DeskError> {
        let value = self.session(NoArguments {}).await?;
        // Who may read has changed, and with it every view.
        let generation = self.core().announcer.now(Topic::ALL);
        Ok(Written { value, generation })
    }
}
