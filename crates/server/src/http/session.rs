//! `POST /v1/session` signs in, `DELETE` signs out. No hashing happens inside a transaction.

use axum::Json as Answer;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use frontdesk_domain::Timestamp;
use frontdesk_protocol::{Code, DeviceState, SessionDevice, SessionOpened, SessionUser, SignIn};

use super::App;
use super::extract::{Address, Json, Signed};
use crate::clock;
use crate::problem::Failure;
use crate::store::session::{self, Credentials, NotOpened, Opened, Opening, SecretHash, TokenHash};
use crate::store::sql::Db;
use crate::throttle::Origin;

/// Longer ones are refused before anything is computed.
const LONGEST: usize = 1024;

/// Signs in and binds the session to the desk that asks.
pub(super) async fn open(
    State(app): State<App>,
    address: Address,
    request: Request,
) -> Result<Answer<SessionOpened>, Failure> {
    let mut sign_in = arrived(&app, request).await?;
    let _place = app.room.sign_ins.enter().ok_or_else(|| crowded(&app))?;
    sign_in.user = sign_in.user.trim().to_lowercase();
    check_parts(&sign_in)?;
    let origin = origin(&app, &sign_in, &address).await?;
    wait_if_throttled(&app, &sign_in.user, origin)?;
    let turn = app.gate.enter().await.ok_or_else(|| {
        Failure::unavailable("Too many people are signing in: try again in a second.")
    })?;
    // Others may have failed for this account while this request waited for its turn.
    wait_if_throttled(&app, &sign_in.user, origin)?;
    let credentials = verified(&app, turn, &sign_in).await?;
    let Some(credentials) = credentials else {
        app.throttle.wrong(&sign_in.user, origin, clock::instant());
        return Err(Failure::new(
            Code::WrongPassword,
            "User or password is wrong: check both and try again.",
        ));
    };
    app.throttle.right(&sign_in.user, origin);
    start(&app, credentials, sign_in).await.map(Answer)
}

/// Anybody may send the head of a sign-in and take their time with the rest.
async fn arrived(app: &App, request: Request) -> Result<SignIn, Failure> {
    let body = Json::from_request(request, app);
    let arrived = app.room.arriving.enter().unless_sent_away(body).await;
    arrived.ok_or_else(|| crowded(app))?.map(|Json(body)| body)
}

fn crowded(app: &App) -> Failure {
    app.metrics.refused("sign_ins");
    Failure::overloaded()
}

async fn verified(
    app: &App,
    turn: crate::password::Turn,
    sign_in: &SignIn,
) -> Result<Option<Credentials>, Failure> {
    let login = sign_in.user.clone();
    let credentials = app
        .store
        .read(move |db| session::credentials(db, &login))
        .await?;
    let stored = credentials
        .as_ref()
        .map(|known| known.password_hash.clone());
    let right = turn.verify(sign_in.password.clone(), stored).await;
    Ok(credentials.filter(|_| right))
}

async fn start(
    app: &App,
    credentials: Credentials,
    sign_in: SignIn,
) -> Result<SessionOpened, Failure> {
    let token = clock::new_token();
    let at = app.config.clock.now();
    let expires_at = at + app.config.session_lifetime;
    let opening = Opening {
        clinic: credentials.clinic,
        user: credentials.user,
        password_hash: credentials.password_hash,
        device: sign_in.device.clone(),
        token_hash: TokenHash::of(&token),
        at,
        expires_at,
    };
    let opened = app
        .store
        .transact(move |db| session::open(db, &opening))
        .await?;
    let opened = opened.map_err(|why| match why {
        NotOpened::User => Failure::new(
            Code::Forbidden,
            "This user may no longer sign in, or the password has just been changed: try again, or ask \
             a manager.",
        ),
        NotOpened::Device => Failure::new(
            Code::DeviceMismatch,
            "This device id is another desk's, or has been shut out: show its secret, or draw a new id.",
        ),
    })?;
    app.fanout.sessions_ended(&opened.ended);
    Ok(answer(token, expires_at, &sign_in, opened))
}

fn answer(token: String, expires_at: Timestamp, sign_in: &SignIn, opened: Opened) -> SessionOpened {
    SessionOpened {
        token,
        expires_at,
        user: SessionUser {
            id: opened.actor.user_id,
            name: opened.actor.name,
            role: opened.actor.role,
            practitioner_id: opened.actor.practitioner_id,
        },
        clinic: opened.clinic,
        device: DeviceState {
            id: sign_in.device.id,
            expected_no: opened.last_no + 1,
        },
    }
}

fn check_parts(sign_in: &SignIn) -> Result<(), Failure> {
    let SessionDevice { name, secret, .. } = &sign_in.device;
    let mut parts = [&sign_in.user, &sign_in.password, name]
        .into_iter()
        .chain(secret);
    if parts.clone().any(|part| part.len() > LONGEST) {
        return Err(Failure::new(
            Code::InvalidEnvelope,
            "User, password, device name and secret have at most 1,024 bytes each: shorten them.",
        ));
    }
    if parts.any(|part| part.contains('\0')) {
        return Err(Failure::new(
            Code::InvalidEnvelope,
            "User, password and device name hold no U+0000: leave it out.",
        ));
    }
    Ok(())
}

/// Where an account has signed in with a desk's secret before, it is no stranger, wherever it is.
async fn origin(app: &App, sign_in: &SignIn, address: &Address) -> Result<Origin, Failure> {
    let (id, login) = (sign_in.device.id, sign_in.user.clone());
    let secret = sign_in.device.secret.as_deref().map(SecretHash::of);
    let known = match secret {
        Some(secret) => {
            let known = move |db: &dyn Db| session::is_known(db, &login, id, secret);
            app.store.read(known).await?
        }
        None => false,
    };
    Ok(if known {
        Origin::Desk(id)
    } else {
        Origin::Address(address.0)
    })
}

fn wait_if_throttled(app: &App, account: &str, origin: Origin) -> Result<(), Failure> {
    match app.throttle.wait(account, origin, clock::instant()) {
        None => Ok(()),
        Some(left) => {
            let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let detail = format!("Too many wrong passwords: try again in {seconds} s.");
            Err(Failure::too_many(detail, seconds))
        }
    }
}

/// Signs out: the token is worthless from now on, and streams that use it end.
pub(super) async fn close(
    State(app): State<App>,
    Signed(session): Signed,
) -> Result<StatusCode, Failure> {
    let at = app.config.clock.now();
    let token = session.token_hash;
    app.store
        .transact(move |db| session::close(db, &session, at))
        .await?;
    app.fanout.sessions_ended(&[token]);
    Ok(StatusCode::NO_CONTENT)
}
