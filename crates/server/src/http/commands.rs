//! `POST /v1/commands`: ask for decisions.

use axum::Json as Answer;
use axum::extract::State;
use frontdesk_protocol::{ChangePage, Code, CommandBatch, Cursor, MAX_BATCH, OutcomePage};

use super::App;
use super::changes;
use super::extract::{Json, Signed};
use crate::problem::Failure;
use crate::store::session::Session;
use crate::store::{self, Batch, Since, Stop};

/// Decides the batch in order, or so much of it as is decided at once, and answers after the commit.
pub(super) async fn execute(
    State(app): State<App>,
    Signed(session): Signed,
    Json(mut batch): Json<CommandBatch>,
) -> Result<Answer<OutcomePage>, Failure> {
    check(&batch, &session)?;
    batch.commands.truncate(store::at_once(&batch.commands));
    let executed = app
        .store
        .execute(Batch {
            clinic: session.clinic,
            device: session.device,
            user: session.actor.user_id,
            session: Some(session.token_hash),
            commands: batch.commands,
        })
        .await?;
    if executed.outcomes.is_empty()
        && let Some(stop) = executed.stopped
    {
        return Err(match stop {
            Stop::Gap => Failure::command_gap(executed.expected_no),
            Stop::Reused => Failure::new(
                Code::CommandReused,
                "This number belongs to another command of this device: use a new device id.",
            ),
            Stop::SignedOut => Failure::unauthorized(),
            Stop::Broken => Failure::internal(),
            Stop::Failed => Failure::unavailable(
                "The server could not decide this command; nothing was changed. Send the same number again.",
            ),
        });
    }
    Ok(Answer(OutcomePage {
        epoch: executed.epoch,
        outcomes: executed.outcomes,
        expected_no: executed.expected_no,
        changes: changes_since(&app, &session, batch.since).await,
    }))
}

fn check(batch: &CommandBatch, session: &Session) -> Result<(), Failure> {
    if batch.device != session.device {
        return Err(Failure::new(
            Code::DeviceMismatch,
            "These commands are of another device than this session: sign in on that device.",
        ));
    }
    if batch.commands.len() > MAX_BATCH {
        let detail = format!("At most {MAX_BATCH} commands at once: send the rest afterwards.");
        return Err(Failure::new(Code::InvalidEnvelope, detail));
    }
    let numbers: Vec<u64> = batch.commands.iter().map(|command| command.no).collect();
    let in_range = numbers.iter().all(|no| (1..=i64::MAX as u64).contains(no));
    if !in_range || numbers.windows(2).any(|pair| pair[0] + 1 != pair[1]) {
        return Err(Failure::new(
            Code::InvalidEnvelope,
            "Commands are numbered from 1 without a hole and sent in that order: sort the batch.",
        ));
    }
    Ok(())
}

/// What changed since the desk's cursor. The outcomes are told in any case: a cursor that cannot
/// be continued is told by `/v1/changes`.
async fn changes_since(app: &App, session: &Session, since: Option<Cursor>) -> Option<ChangePage> {
    let since = since?;
    let since = Since {
        epoch: since.epoch,
        seq: since.seq,
        limit: changes::LIMIT,
    };
    changes::read(app, session, since).await.ok()
}
