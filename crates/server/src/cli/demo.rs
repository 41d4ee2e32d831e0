//! `frontdesk-server demo`.

use chrono::NaiveDate;
use frontdesk_domain::ClinicZone;
use frontdesk_server::demo::{self, DemoPlan};
use frontdesk_server::{Clock, Server};

use super::Failure;
use super::data::Data;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: Data,
    /// How many practitioners.
    #[arg(long, env = "FRONTDESK_PRACTITIONERS", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    practitioners: u16,
    /// How many visits; fewer when the clinic is full before.
    #[arg(long, env = "FRONTDESK_APPOINTMENTS", default_value_t = 200_000,
          value_parser = clap::value_parser!(u32).range(0..=5_000_000))]
    appointments: u32,
    /// The same seed and day give the same clinic.
    #[arg(long, env = "FRONTDESK_SEED", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    super::runtime()?.block_on(async {
        let place = args.data.place()?;
        let server = Server::open(place.config.clone())?;
        let plan = DemoPlan {
            practitioners: args.practitioners,
            appointments: args.appointments,
            seed: args.seed,
            today: today(),
        };
        let filled = demo::fill(&server, &plan).await;
        server.close();
        let filled = filled?;
        println!(
            "{} practitioners, {} patients, {} appointments",
            filled.practitioners, filled.patients, filled.appointments
        );
        tell_sign_ins();
        Ok(())
    })
}

/// On stderr: what a script reads from stdout stays as it is.
pub(super) fn tell_sign_ins() {
    let names: Vec<_> = demo::SIGN_INS.iter().map(|(login, ..)| *login).collect();
    let names = names.join(", ");
    eprintln!("demo sign-ins: {names}; password {}", demo::PASSWORD);
}

/// Today on the wall of the demo clinics.
fn today() -> NaiveDate {
    let now = Clock::system().now();
    ClinicZone::named(demo::ZONE).map_or(now.date_naive(), |zone| zone.date(now))
}
