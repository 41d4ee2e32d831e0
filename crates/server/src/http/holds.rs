//! `PUT /v1/holds/{hold_id}` keeps a slot while a booking dialog is open, `DELETE` lets it go.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use frontdesk_domain::decide::{HOLD_SECONDS, HOLDS_OF_A_DESK};
use frontdesk_domain::{Hold, HoldId, Reason, Refusal};
use frontdesk_protocol::{Code, PutHold};

use super::App;
use super::extract::{Json, Path, Signed};
use crate::problem::Failure;
use crate::store::session::Session;
use crate::store::{HoldAsk, HoldWish, NotHeld};

/// The hold as it is kept now.
pub(super) async fn put(
    State(app): State<App>,
    Signed(session): Signed,
    Path(hold_id): Path<HoldId>,
    Json(wish): Json<PutHold>,
) -> Result<Answer<Hold>, Failure> {
    let wish = HoldWish::Put(wished(hold_id, &wish, &session), wish.service_id);
    let kept = app.store.hold(asked(session, wish)).await?;
    let hold = kept.map_err(not_held)?.ok_or_else(Failure::internal)?;
    Ok(Answer(hold))
}

/// Nothing to tell: it is gone, whether it was there or not.
pub(super) async fn delete(
    State(app): State<App>,
    Signed(session): Signed,
    Path(hold_id): Path<HoldId>,
) -> Result<StatusCode, Failure> {
    let wish = HoldWish::Remove(hold_id);
    let gone = app.store.hold(asked(session, wish)).await?;
    gone.map_err(not_held)?;
    Ok(StatusCode::NO_CONTENT)
}

fn asked(session: Session, wish: HoldWish) -> HoldAsk {
    HoldAsk {
        clinic: session.clinic,
        by: session.actor,
        session: Some(session.token_hash),
        wish,
    }
}

/// How long it lasts is for the clinic to decide.
fn wished(hold_id: HoldId, wish: &PutHold, session: &Session) -> Hold {
    Hold {
        hold_id,
        practitioner_id: wish.practitioner_id,
        starts_at: wish.starts_at,
        ends_at: wish.ends_at,
        user_id: session.actor.user_id,
        user_name: session.actor.name.clone(),
        device_id: session.device,
        expires_at: wish.starts_at,
        version: 0,
    }
}

fn not_held(why: NotHeld) -> Failure {
    match why {
        NotHeld::SignedOut => Failure::unauthorized(),
        NotHeld::Refused(refusal) => refused(*refusal),
    }
}

fn refused(refusal: Refusal) -> Failure {
    match (refusal.reason, refusal.field.as_deref()) {
        (Reason::SlotTaken, _) => Failure::slot_taken(refusal.conflict),
        (Reason::CapacityFull, _) => Failure::too_many(
            format!(
                "This desk keeps {HOLDS_OF_A_DESK} slots already: close a dialog, or let one end."
            ),
            HOLD_SECONDS.unsigned_abs(),
        ),
        (Reason::Forbidden, Some("hold_id")) => Failure::new(
            Code::DeviceMismatch,
            "This hold is another desk's: only that desk may keep it or let it go.",
        ),
        (Reason::Forbidden, _) => Failure::new(
            Code::Forbidden,
            "You may not keep time for this practitioner: ask a receptionist.",
        ),
        (Reason::UnknownId, Some("service_id")) => {
            Failure::not_found("There is no such service in this clinic: check `service_id`.")
        }
        (Reason::UnknownId, _) => Failure::not_found(
            "There is no such practitioner in this clinic: check `practitioner_id`.",
        ),
        (_, Some("service_id" | "practitioner_id")) => Failure::new(
            Code::InvalidEnvelope,
            "This practitioner or service can no longer be booked: choose another.",
        ),
        (_, field) => {
            let field = field.unwrap_or("starts_at");
            let detail =
                format!("`{field}` makes no sense: a hold lasts up to 24 hours and is not over.");
            Failure::new(Code::InvalidEnvelope, detail)
        }
    }
}
