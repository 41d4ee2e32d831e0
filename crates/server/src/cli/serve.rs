//! `frontdesk-server serve`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::TimeDelta;
use clap::builder::FalseyValueParser;
use frontdesk_server::{Clock, Door, Limits, Server, ServerConfig, Tls, demo};
use tokio::net::TcpListener;

use super::Failure;
use super::data::Data;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: Data,
    /// Address and port; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        env = "FRONTDESK_LISTEN",
        default_value = "127.0.0.1:7070"
    )]
    listen: String,
    /// The certificate and those that vouch for it, as a PEM file. With it desks connect by
    /// `https://`; without it they may only do so on this machine. SIGHUP reads it again.
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_TLS_CERT",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, as a PEM file.
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_TLS_KEY",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,
    /// Show `/metrics` also on this address, unencrypted and to everybody who can reach it.
    #[arg(long, value_name = "ADDR", env = "FRONTDESK_METRICS_LISTEN")]
    metrics_listen: Option<String>,
    /// Fill an empty folder with a demo clinic; one that is there is kept.
    #[arg(long, env = "FRONTDESK_DEMO", value_parser = FalseyValueParser::new())]
    demo: bool,
    /// How long a sign-in lasts, in hours.
    #[arg(long, value_name = "HOURS", env = "FRONTDESK_SESSION_HOURS", default_value_t = 168,
          value_parser = clap::value_parser!(u32).range(1..=8760))]
    session_hours: u32,
    #[command(flatten)]
    limits: LimitArgs,
}

/// What is more gets 503 or 429 and may come back after `Retry-After`; 0 switches a limit off.
#[derive(clap::Args)]
struct LimitArgs {
    /// Requests of one signed-in desk a second; five seconds' worth of them at once.
    #[arg(
        long,
        value_name = "N",
        env = "FRONTDESK_SESSION_RATE",
        default_value_t = 200
    )]
    session_rate: u32,
    /// Requests answered at once that only read.
    #[arg(
        long,
        value_name = "N",
        env = "FRONTDESK_MAX_IN_FLIGHT",
        default_value_t = 1024
    )]
    max_in_flight: usize,
    /// Sign-ins at once: on their way, and as many that are checked.
    #[arg(
        long,
        value_name = "N",
        env = "FRONTDESK_MAX_SIGN_INS",
        default_value_t = 256
    )]
    max_sign_ins: usize,
    /// Requests at once that write.
    #[arg(
        long,
        value_name = "N",
        env = "FRONTDESK_MAX_WRITES",
        default_value_t = 256
    )]
    max_writes: usize,
    /// Desks that listen at once.
    #[arg(
        long,
        value_name = "N",
        env = "FRONTDESK_MAX_STREAMS",
        default_value_t = 4096
    )]
    max_streams: usize,
}

impl LimitArgs {
    fn limits(&self) -> Limits {
        let some = |limit: usize| (limit > 0).then_some(limit);
        Limits {
            in_flight: some(self.max_in_flight),
            sign_ins: some(self.max_sign_ins),
            writes: some(self.max_writes),
            streams: some(self.max_streams),
            session_rate: (self.session_rate > 0).then_some(self.session_rate),
        }
    }
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    super::runtime()?.block_on(serve(args))
}

async fn serve(args: Args) -> Result<(), Failure> {
    let tls = certificate(&args)?;
    let place = args.data.place()?;
    let config = ServerConfig {
        session_lifetime: TimeDelta::hours(args.session_hours.into()),
        limits: args.limits.limits(),
        ..place.config.clone()
    };
    let server = Server::open(config)?;
    let listener = listen(&args.listen).await?;
    let address = listener.local_addr()?;
    let metrics = match &args.metrics_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    if args.demo {
        make_demo(&server).await?;
    }
    let asked_to_stop = asked_to_stop()?;
    if let Some(tls) = &tls {
        reload_on_request(tls.clone())?;
    }
    tell(address, tls.is_some())?;
    let door = match tls {
        Some(tls) => Door::encrypted(listener, tls),
        None => Door::open(listener),
    };
    let doors = std::iter::once(door).chain(metrics.map(Door::metrics));
    server.serve_on(doors.collect(), asked_to_stop).await?;
    Ok(())
}

/// Looked at first: with a wrong certificate nothing is opened.
fn certificate(args: &Args) -> Result<Option<Tls>, Failure> {
    let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) else {
        return Ok(None);
    };
    Ok(Some(Tls::from_files(cert, key, Clock::system().now())?))
}

/// One line on stdout for whoever started this; a warning on stderr where others could listen in.
fn tell(address: SocketAddr, encrypted: bool) -> std::io::Result<()> {
    let scheme = if encrypted { "https" } else { "http" };
    println!("listening on {scheme}://{address}");
    std::io::stdout().flush()?;
    if !encrypted && !address.ip().is_loopback() {
        eprintln!(
            "warning: {address} is not encrypted and desks on other machines refuse it: give \
             --tls-cert and --tls-key, unless something in front of this server encrypts."
        );
    }
    Ok(())
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Failure::Listen(address.to_owned(), error))
}

async fn make_demo(server: &Server) -> Result<(), Failure> {
    if !demo::has_clinic(server).await? {
        demo::showcase(server, 1).await?;
    }
    super::demo::tell_sign_ins();
    Ok(())
}

/// SIGHUP: a renewed certificate is taken up, for connections from then on.
#[cfg(unix)]
fn reload_on_request(tls: Tls) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut requests = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while requests.recv().await.is_some() {
            match tls.reload(Clock::system().now()) {
                Ok(()) => eprintln!("the certificate was read again"),
                Err(error) => eprintln!("the former certificate is served on: {error}"),
            }
        }
    });
    Ok(())
}

/// Windows has no such signal: a renewed certificate needs a restart.
#[cfg(windows)]
fn reload_on_request(_: Tls) -> std::io::Result<()> {
    Ok(())
}

/// SIGTERM or Ctrl-C, heard from the call on: whoever reads that the server listens may stop it at
/// once.
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let (mut terminate, mut interrupt) = {
        use tokio::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        )
    };
    #[cfg(windows)]
    let (mut terminate, mut interrupt) = (
        tokio::signal::windows::ctrl_close()?,
        tokio::signal::windows::ctrl_c()?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
