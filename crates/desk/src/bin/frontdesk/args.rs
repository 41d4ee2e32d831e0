//! The command line. Every option that is the same for many calls has an environment variable.

mod visit;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Parser, Subcommand, ValueEnum};
use frontdesk_domain::{CommandId, WallDateTime};

pub(crate) use visit::{Book, BookSeries, Cancel, Edited, Reschedule, Step, Update, VisitCommand};

const AFTER: &str = "\
Exit codes:
  0  done                       5  sign in first, wrong password, or not allowed
  1  something unexpected       6  the server is away or not trusted: nothing was sent
  2  wrong command line         7  the server had a problem, or is of another version
  3  refused (stderr says why)  8  the data folder or its key
  4  a wrong or unknown value   9  saved and sent, but not decided yet

The data folder is encrypted. Its key comes from FRONTDESK_PASSPHRASE if that is set, otherwise
from the system's keyring; --unencrypted does without.

Examples:
  export FRONTDESK_SERVER=http://127.0.0.1:7070 FRONTDESK_DATA=./desk FRONTDESK_PASSPHRASE=…
  frontdesk login reception1
  frontdesk day 2026-11-23
  frontdesk free --service Massage --from 2026-11-23 --to 2026-11-27
  frontdesk book --service Massage --practitioner \"Anna Berg\" --patient \"lee 1980-02-01\" --at 2026-11-23T09:30
  frontdesk book-series --service Massage --practitioner \"Anna Berg\" --patient \"lee 1980-02-01\" \\
      --at 2026-11-23T09:30 --count 6 --plan
  frontdesk reschedule ID --at 2026-11-23T18:00 --override \"agreed with Anna\" --rule outside_schedule
  frontdesk watch --practitioner \"Anna Berg\" --at 2026-11-23T09:30";

/// The front desk of a clinic, for the terminal and for scripts.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, after_help = AFTER)]
pub(crate) struct Args {
    /// Address of the clinic's server (http:// only on this machine).
    #[arg(long, env = "FRONTDESK_SERVER", value_name = "URL", global = true)]
    pub(crate) server: Option<String>,
    /// PEM file with the certificates of the clinic's own authority, trusted besides the system's.
    #[arg(long, env = "FRONTDESK_SERVER_CA", value_name = "FILE", global = true)]
    pub(crate) server_ca: Option<PathBuf>,
    /// Folder of this desk's own data; one running desk per folder.
    #[arg(long, env = "FRONTDESK_DATA", value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Keep the data unencrypted on the disk, unless FRONTDESK_PASSPHRASE is set.
    #[arg(
        long,
        env = "FRONTDESK_UNENCRYPTED",
        global = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub(crate) unencrypted: bool,
    /// Name of this desk in the clinic's list of desks.
    #[arg(
        long,
        env = "FRONTDESK_DEVICE_NAME",
        default_value = "terminal",
        global = true
    )]
    pub(crate) device_name: String,
    /// What to log to stderr, e.g. `info`.
    #[arg(long, env = "FRONTDESK_LOG", default_value = "warn", global = true)]
    pub(crate) log: String,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in; the password comes from FRONTDESK_PASSWORD or from stdin.
    Login {
        /// Sign-in name.
        user: String,
    },
    /// Sign out at the server and lock the data.
    Logout,
    /// Catch up with the server; prints rows and seconds.
    Sync,
    /// Print a day of the board.
    Day {
        /// Civil date of the clinic, e.g. 2026-11-23; today when absent.
        date: Option<NaiveDate>,
        /// As JSON, every visit with all its fields; `from` and `until` are minutes since the day began.
        #[arg(long)]
        json: bool,
    },
    /// List free slots.
    Free {
        /// Service, by name or id.
        #[arg(long)]
        service: String,
        /// Practitioner, by name or id; anybody when absent.
        #[arg(long)]
        practitioner: Option<String>,
        /// First civil date.
        #[arg(long)]
        from: NaiveDate,
        /// Last civil date, included.
        #[arg(long)]
        to: NaiveDate,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    #[command(flatten)]
    Visit(VisitCommand),
    #[command(flatten)]
    SetAside(SetAsideVerb),
    /// Watch a slot (or, without one, what is watched already) and print a line per notice.
    Watch(Watch),
    /// Print a line per change that this desk takes in.
    Events {
        /// End after so many lines.
        #[arg(long)]
        count: Option<u64>,
        /// As JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// Find or add patients.
    #[command(subcommand)]
    Patient(PatientCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SetAsideVerb {
    /// List what the server failed on again and again.
    SetAside {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Send again what was set aside.
    Resend(Kept),
    /// Give up what was set aside: it will not be done.
    Dismiss(Kept),
}

/// One of what was set aside.
#[derive(Debug, clap::Args)]
pub(crate) struct Kept {
    /// Its id, as `set-aside` prints it; another one after it was sent again in vain.
    pub(crate) command: CommandId,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct At {
    /// Wall time of the clinic, e.g. 2026-11-23T09:30.
    #[arg(long, value_name = "WALL_TIME")]
    pub(crate) at: WallDateTime,
    /// Which of the two, where the clocks show a time twice.
    #[arg(long, value_enum)]
    pub(crate) fold: Option<Fold>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fold {
    First,
    Second,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Watch {
    /// Practitioner, by name or id.
    #[arg(long, requires = "at")]
    pub(crate) practitioner: Option<String>,
    /// Wall time of the clinic, e.g. 2026-11-23T09:30.
    #[arg(long, value_name = "WALL_TIME", requires = "practitioner")]
    pub(crate) at: Option<WallDateTime>,
    /// Which of the two, where the clocks show a time twice.
    #[arg(long, value_enum)]
    pub(crate) fold: Option<Fold>,
    /// Length of the slot.
    #[arg(long, default_value = "30", value_parser = clap::value_parser!(u16).range(1..=1440))]
    pub(crate) minutes: u16,
    /// Which edge.
    #[arg(long, value_enum, default_value = "taken")]
    pub(crate) on: Edge,
    /// End after so many notices.
    #[arg(long)]
    pub(crate) count: Option<u64>,
    /// As JSON, one object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Edge {
    Taken,
    Freed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PatientCommand {
    /// By bits of name, digits of phone, date of birth.
    Search {
        /// What to look for.
        #[arg(required = true)]
        text: Vec<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Add a patient; prints the id.
    Add {
        /// Full name.
        #[arg(long)]
        name: String,
        /// Phone number as written.
        #[arg(long)]
        phone: Option<String>,
        /// Date of birth, e.g. 1980-02-01.
        #[arg(long)]
        born: Option<NaiveDate>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}
