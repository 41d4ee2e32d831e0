//! The server's HTTP API as a desk uses it. A token never gets into a log or an URL.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use frontdesk_domain::HoldId;
use frontdesk_protocol::{
    ChangePage, CommandBatch, Cursor, GoneReason, OutcomePage, Problem, PutHold, SessionOpened,
    SignIn, path,
};
use reqwest::{Certificate, Client, RequestBuilder, Response, StatusCode, Url, header};
use rustls::CertificateError;
use serde::de::DeserializeOwned;

use super::machine::{Failure, HoldWish};
use crate::error::{DeskError, place};

/// A handle on one server; cheap to clone.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    base: Url,
    session: Arc<Mutex<Session>>,
}

#[derive(Default)]
struct Session {
    number: u64,
    token: Option<String>,
}

/// Why a request has no answer that could be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No connection: nothing was sent.
    #[error("no connection to the server")]
    NotSent,
    /// The server could not prove who it is: nothing was sent.
    #[error("the server's certificate is not trusted: {why}")]
    Untrusted {
        /// What is wrong with it.
        why: String,
        /// What helps.
        advice: &'static str,
    },
    /// The connection broke or the time was up: the server may have acted.
    #[error("no answer from the server")]
    NoAnswer,
    /// The session has ended, or there is none.
    #[error("signed out")]
    SignedOut,
    /// 410.
    #[error("the cursor cannot be continued")]
    Gone,
    /// Any other problem.
    #[error("{}", .problem.detail)]
    Problem {
        problem: Box<Problem>,
        retry_after: Option<Duration>,
    },
    /// Not the answer of a server that this desk knows.
    #[error("an answer that makes no sense: {0}")]
    Nonsense(String),
}

const CONNECT: Duration = Duration::from_secs(2);
const ANSWER: Duration = Duration::from_secs(15);
/// For answers that may be long: no byte for so long, not the whole.
const STALLED: Duration = Duration::from_secs(60);

/// The address, if patients' data may be sent there.
pub(crate) fn check_address(server: &str) -> Result<Url, DeskError> {
    let wrong = || DeskError::Address(server.to_owned());
    let mut url = Url::parse(server).map_err(|_| wrong())?;
    let loopback = match url.host_str() {
        Some(host) => is_loopback(host),
        None => return Err(wrong()),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return Err(DeskError::Insecure(server.to_owned())),
        _ => return Err(wrong()),
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// The certificates of a private authority.
fn certificates(file: &Path) -> Result<Vec<Certificate>, DeskError> {
    let unusable = |reason: String| DeskError::Authority {
        file: file.to_owned(),
        reason,
    };
    let text = std::fs::read(file).map_err(|error| unusable(error.to_string()))?;
    let found = Certificate::from_pem_bundle(&text).map_err(|error| unusable(error.to_string()))?;
    if found.is_empty() {
        return Err(unusable("there is no certificate in it".to_owned()));
    }
    Ok(found)
}

impl Api {
    /// A handle on the server there, which may prove itself by a certificate of the authority in
    /// this file, besides those that the system trusts.
    pub(crate) fn new(base: Url, authority: Option<&Path>) -> Result<Self, DeskError> {
        // An error only says that another part of the process has installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(STALLED)
            .user_agent(concat!("frontdesk/", env!("CARGO_PKG_VERSION")));
        // A proxy of the environment is for the world outside, not for this machine.
        let on_this_machine = base.host_str().is_some_and(is_loopback);
        let client = if on_this_machine {
            client.no_proxy()
        } else {
            client
        };
        let client = match authority {
            Some(file) => client.tls_certs_merge(certificates(file)?),
            None => client,
        };
        let client = client
            .build()
            .map_err(|error| DeskError::Address(error.to_string()))?;
        Ok(Self {
            client,
            base,
            session: Arc::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins another session, or none.
    pub(crate) fn set_token(&self, token: Option<String>) {
        let mut session = self.lock();
        session.number += 1;
        session.token = token;
    }

    pub(crate) fn has_token(&self) -> bool {
        self.lock().token.is_some()
    }

    /// The number of the session that a request made now belongs to.
    pub(crate) fn session(&self) -> u64 {
        self.lock().number
    }

    /// The token of that session, while it is the current one.
    pub(crate) fn token_of(&self, number: u64) -> Option<String> {
        let session = self.lock();
        session.token.clone().filter(|_| session.number == number)
    }

    /// Ends that session; false when it is not the current one any more.
    pub(crate) fn end(&self, number: u64) -> bool {
        let mut session = self.lock();
        session.number == number && session.token.take().is_some()
    }

    pub(crate) async fn sign_in(&self, body: &SignIn) -> Result<SessionOpened, ApiError> {
        let request = self
            .client
            .post(self.url(path::SESSION))
            .timeout(ANSWER)
            .json(body);
        json(send(request).await?).await
    }

    /// Tells the server that this token is no longer used.
    pub(crate) async fn sign_out(&self, token: &str) -> Result<(), ApiError> {
        let request = self.client.delete(self.url(path::SESSION)).timeout(ANSWER);
        send(request.bearer_auth(token)).await.map(drop)
    }

    pub(crate) async fn changes(&self, since: Cursor, limit: u32) -> Result<ChangePage, ApiError> {
        let query = [
            ("epoch", since.epoch.to_string()),
            ("since", since.seq.to_string()),
            ("limit", limit.to_string()),
            ("wait", "0".to_owned()),
        ];
        json(send(self.signed(self.client.get(self.url_with(path::CHANGES, &query)))).await?).await
    }

    /// Sends commands with the token of the session in which they were read.
    pub(crate) async fn commands(
        &self,
        token: &str,
        batch: &CommandBatch,
    ) -> Result<OutcomePage, ApiError> {
        let request = self
            .client
            .post(self.url(path::COMMANDS))
            .timeout(ANSWER)
            .bearer_auth(token)
            .json(batch);
        json(send(request).await?).await
    }

    /// Holds a slot, or goes on holding it.
    pub(crate) async fn put_hold(&self, wish: &HoldWish) -> Result<(), ApiError> {
        let body = PutHold {
            practitioner_id: wish.practitioner_id,
            starts_at: wish.during.starts_at,
            ends_at: wish.during.ends_at,
            service_id: wish.service_id,
        };
        let request = self.client.put(self.hold_url(wish.hold_id)).json(&body);
        send(self.signed(request)).await.map(drop)
    }

    /// Holds it no longer.
    pub(crate) async fn drop_hold(&self, hold_id: HoldId) -> Result<(), ApiError> {
        let request = self.client.delete(self.hold_url(hold_id));
        send(self.signed(request)).await.map(drop)
    }

    fn hold_url(&self, hold_id: HoldId) -> Url {
        self.url(&format!("{}/{hold_id}", path::HOLDS))
    }

    /// Whether the server answers at all, soon.
    pub(crate) async fn reach(&self) -> Result<(), ApiError> {
        let request = self.client.get(self.url(path::HEALTHZ)).timeout(CONNECT);
        send(request).await.map(drop)
    }

    pub(crate) async fn snapshot(&self) -> Result<Response, ApiError> {
        send(self.signed(self.client.get(self.url(path::SNAPSHOT)))).await
    }

    pub(crate) async fn events(&self) -> Result<Response, ApiError> {
        let request = self.client.get(self.url(path::EVENTS));
        let request = request.header(header::ACCEPT, "text/event-stream");
        send(self.signed(request)).await
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let token = self.lock().token.clone();
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!(
            "{}{}",
            self.base.path().trim_end_matches('/'),
            path
        ));
        url
    }

    fn url_with(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url = self.url(path);
        url.query_pairs_mut().extend_pairs(query);
        url
    }
}

async fn send(request: RequestBuilder) -> Result<Response, ApiError> {
    let response = request.send().await.map_err(|error| ApiError::of(&error))?;
    if response.status().is_success() {
        return Ok(response);
    }
    Err(refused(response).await)
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, ApiError> {
    let bytes = response
        .bytes()
        .await
        .map_err(|error| ApiError::of(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| ApiError::Nonsense(place(&error)))
}

async fn refused(response: Response) -> ApiError {
    let status = response.status();
    let retry_after = retry_after(&response);
    let body = response.bytes().await.unwrap_or_default();
    let problem: Option<Problem> = serde_json::from_slice(&body).ok();
    match (status, problem) {
        (StatusCode::GONE, _) => ApiError::Gone,
        (StatusCode::UNAUTHORIZED, Some(problem))
            if problem.code == frontdesk_protocol::Code::WrongPassword =>
        {
            ApiError::Problem {
                problem: Box::new(problem),
                retry_after,
            }
        }
        (StatusCode::UNAUTHORIZED, _) => ApiError::SignedOut,
        (_, Some(problem)) => ApiError::Problem {
            problem: Box::new(problem),
            retry_after,
        },
        (status, None) => ApiError::Nonsense(format!("HTTP status {status}")),
    }
}

/// What rustls says about the server's certificate, if that is what went wrong.
fn untrusted(error: &reqwest::Error) -> Option<ApiError> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(rustls::Error::InvalidCertificate(why)) = cause.downcast_ref() {
            return Some(ApiError::Untrusted {
                why: why.to_string(),
                advice: advice(why),
            });
        }
        next = match cause.downcast_ref::<std::io::Error>() {
            // What an I/O error wraps is not its source, but its source's place in the chain.
            Some(wrapping) => wrapping
                .get_ref()
                .map(|inner| inner as &(dyn std::error::Error + 'static)),
            None => cause.source(),
        };
    }
    None
}

/// The platform's own verifiers have causes of their own, hence the last line.
fn advice(why: &CertificateError) -> &'static str {
    use CertificateError as Why;
    let name = matches!(
        why,
        Why::NotValidForName | Why::NotValidForNameContext { .. }
    );
    let time = matches!(
        why,
        Why::Expired
            | Why::ExpiredContext { .. }
            | Why::NotValidYet
            | Why::NotValidYetContext { .. }
    );
    if name {
        "use the name that the certificate was issued for"
    } else if time {
        "renew it at the server, or correct this machine's clock"
    } else {
        "name the clinic's own authority with --server-ca"
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.parse().ok()?))
}

impl ApiError {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if let Some(untrusted) = untrusted(error) {
            untrusted
        } else if error.is_connect() {
            Self::NotSent
        } else {
            Self::NoAnswer
        }
    }

    /// How the machine should take it; none when the session or the cursor is gone.
    pub(crate) fn failure(&self) -> Option<Failure> {
        match self {
            Self::NotSent | Self::Untrusted { .. } | Self::NoAnswer => Some(Failure::Unreachable),
            Self::SignedOut | Self::Gone => None,
            Self::Problem {
                retry_after: Some(after),
                ..
            } => Some(Failure::Later(*after)),
            Self::Problem { .. } | Self::Nonsense(_) => Some(Failure::Server),
        }
    }

    /// True when the server knows this device's id with another secret.
    pub(crate) fn is_of_another_desk(&self) -> bool {
        use frontdesk_protocol::Code;
        matches!(self, Self::Problem { problem, .. } if problem.code == Code::DeviceMismatch)
    }

    /// How a person is told.
    pub(crate) fn into_desk_error(self) -> DeskError {
        use frontdesk_protocol::Code;
        match self {
            Self::NotSent | Self::NoAnswer => DeskError::Offline,
            Self::Untrusted { why, advice } => DeskError::Untrusted { why, advice },
            Self::SignedOut => DeskError::SignedOut,
            Self::Gone => DeskError::Outdated(format!("{:?}", GoneReason::Schema)),
            Self::Nonsense(what) => DeskError::Outdated(what),
            Self::Problem {
                problem,
                retry_after,
            } => match problem.code {
                Code::WrongPassword => DeskError::WrongPassword,
                Code::TooManyRequests => DeskError::TooManyTries {
                    seconds: retry_after.map_or(1, |after| {
                        u32::try_from(after.as_secs()).unwrap_or(u32::MAX)
                    }),
                },
                Code::Unauthorized => DeskError::SignedOut,
                Code::Forbidden => DeskError::Forbidden,
                Code::BadRequest
                | Code::DeviceMismatch
                | Code::NotFound
                | Code::MethodNotAllowed
                | Code::CommandGap
                | Code::CommandReused
                | Code::SlotTaken
                | Code::Gone
                | Code::TooLarge
                | Code::InvalidEnvelope
                | Code::Internal
                | Code::Unavailable => DeskError::Server {
                    detail: problem.detail,
                    request_id: problem.request_id,
                },
            },
        }
    }
}

#[cfg(test)]
mod tests;
