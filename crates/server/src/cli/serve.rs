//! `frontdesk-server serve`.

use std::io::Write as _;

use chrono::TimeDelta;
use clap::builder::FalseyValueParser;
use frontdesk_server::{Server, ServerConfig, demo};
use tokio::net::TcpListener;

use super::{Data, Failure};

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
    /// Fill an empty folder with a demo clinic; one that is there is kept.
    #[arg(long, env = "FRONTDESK_DEMO", value_parser = FalseyValueParser::new())]
    demo: bool,
    /// How long a sign-in lasts, in hours.
    #[arg(long, value_name = "HOURS", env = "FRONTDESK_SESSION_HOURS", default_value_t = 168,
          value_parser = clap::value_parser!(u32).range(1..=8760))]
    session_hours: u32,
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    super::runtime()?.block_on(serve(args))
}

async fn serve(args: Args) -> Result<(), Failure> {
    let config = ServerConfig {
        session_lifetime: TimeDelta::hours(args.session_hours.into()),
        ..ServerConfig::in_folder(&args.data.data)
    };
    let server = Server::open(config)?;
    let listener = listen(&args.listen).await?;
    if args.demo {
        make_demo(&server).await?;
    }
    let address = listener.local_addr()?;
    let asked_to_stop = asked_to_stop()?;
    println!("listening on http://{address}");
    std::io::stdout().flush()?;
    server.serve(listener, asked_to_stop).await?;
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
