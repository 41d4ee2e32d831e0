//! What stands behind the window: the hosted clinic, if any, and the desk.

use std::{path::Path, time::Duration};

use frontdesk_desk::{Desk, DeskConfig, view::NoArguments};
use tokio::sync::Mutex;

use crate::{
    args::{Args, Secrets},
    failure::Failure,
    host::Host,
};

/// How long the window waits for a sign-in at start, so that it does not flash the sign-in page.
const SIGN_IN_PATIENCE: Duration = Duration::from_secs(2);

/// How long closing may take in all.
const CLOSE_PATIENCE: Duration = Duration::from_secs(5);

/// An open desk and the clinic it hosts.
pub(crate) struct Running {
    /// The desk.
    pub(crate) desk: Desk,
    host: Mutex<Option<Host>>,
}

impl Running {
    /// Opens the desk, after the clinic if it hosts one, and signs in if that was asked for.
    pub(crate) async fn open(
        args: &Args,
        secrets: &Secrets,
        folder: &Path,
    ) -> Result<Self, Failure> {
        make(folder)?;
        let host = match &args.connect {
            Some(_) => None,
            None => Some(
                Host::start(&folder.join("clinic"), args.demo)
                    .await
                    .map_err(Failure::Host)?,
            ),
        };
        let server = args
            .connect
            .clone()
            .or_else(|| Some(host.as_ref()?.address.clone()));
        let desk = Desk::open(DeskConfig {
            server: server.unwrap_or_default(),
            server_ca: args.server_ca.clone(),
            data_dir: folder.join("desk"),
            key: args.key(secrets),
            profile: args.profile().to_owned(),
            device_name: device_name(args.profile()),
            demo: args.demo,
        })
        .await?;
        sign_in(&desk, args, secrets).await;
        Ok(Self {
            desk,
            host: Mutex::new(host),
        })
    }

    /// Closes the desk, then the clinic, so that nothing is cut off half-way.
    pub(crate) async fn close(&self) {
        if tokio::time::timeout(CLOSE_PATIENCE, self.desk.close())
            .await
            .is_err()
        {
            tracing::warn!("the desk did not close in time");
        }
        if let Some(host) = self.host.lock().await.take() {
            host.stop().await;
        }
    }
}

fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|cause| Failure::DataFolder {
        path: folder.to_owned(),
        cause,
    })
}

/// Signs in unless that user still is. A failure is not fatal: the window says why, and asks.
async fn sign_in(desk: &Desk, args: &Args, secrets: &Secrets) {
    let Some((user, password)) = args.credentials(secrets) else {
        return;
    };
    if is_signed_in(desk, &user).await {
        return;
    }
    let desk = desk.clone();
    let signing_in = tokio::spawn(async move {
        if let Some(failure) = desk.sign_in_at_start(user, password).await {
            tracing::warn!(code = ?failure.why.code, "sign-in at start failed");
        }
    });
    let _ = tokio::time::timeout(SIGN_IN_PATIENCE, signing_in).await;
}

async fn is_signed_in(desk: &Desk, user: &str) -> bool {
    let session = desk.session(NoArguments {}).await;
    session.is_ok_and(|it| it.user.is_some() && it.last_user.as_deref() == Some(user))
}

/// What other users read when this desk is named.
fn device_name(profile: &str) -> String {
    let machine = gethostname::gethostname().to_string_lossy().into_owned();
    match profile {
        "default" => machine,
        other => format!("{machine} ({other})"),
    }
}
