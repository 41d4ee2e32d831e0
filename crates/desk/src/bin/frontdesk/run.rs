//! What each command does.

use std::io::{IsTerminal as _, Read as _};
use std::process::ExitCode;
use std::time::Duration;

use frontdesk_desk::clock::DeskClock;
use frontdesk_desk::view::{
    ConnectionState, DaySheetQuery, FreeSlotsQuery, NoArguments, PatientQuery, Progress,
    PutPatient, SignInRequest,
};
use frontdesk_desk::{Desk, DeskConfig, DeskError, KeySource};

use crate::args::{Args, Command, PatientCommand};
use crate::day::Day;
use crate::failure::{Failure, offer};
use crate::{names, output, set_aside, visits, watching};

/// A first fill of a large clinic takes a while.
const FILL: Duration = Duration::from_secs(600);
/// A desk that was only away for a moment is current sooner.
const CATCH_UP: Duration = Duration::from_secs(10);
/// The outcome of a command is not known yet.
const WAITING: u8 = 9;

/// Opens the desk, does what is asked, closes it.
pub(crate) async fn run(args: Args) -> Result<ExitCode, Failure> {
    let desk = open(&args).await?;
    let done = dispatch(&desk, args.command).await;
    desk.close().await;
    done
}

async fn open(args: &Args) -> Result<Desk, Failure> {
    // Only from the environment: a command line is public. As in the app, a passphrase wins.
    let key = match std::env::var("FRONTDESK_PASSPHRASE") {
        Ok(text) => KeySource::passphrase(&text),
        Err(_) if args.unencrypted => KeySource::Unencrypted,
        Err(_) => KeySource::Keyring,
    };
    let config = DeskConfig {
        server: args.server.clone().ok_or(Failure::Missing("--server"))?,
        server_ca: args.server_ca.clone(),
        data_dir: args.data.clone().ok_or(Failure::Missing("--data"))?,
        key,
        profile: "default".to_owned(),
        device_name: args.device_name.clone(),
        demo: false,
    };
    Ok(Desk::open(config).await?)
}

async fn dispatch(desk: &Desk, command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Login { user } => login(desk, user).await,
        Command::Logout => logout(desk).await,
        Command::Sync => sync(desk).await,
        Command::Day { date, json } => {
            current(desk).await?;
            let sheet = desk.day_sheet(DaySheetQuery { date }).await?;
            if json {
                output::json(&Day::of(&sheet))?;
            } else {
                output::day(&sheet)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Free {
            service,
            practitioner,
            from,
            to,
            json,
        } => {
            current(desk).await?;
            let query = FreeSlotsQuery {
                service_id: names::service(desk, &service).await?,
                practitioner_id: match practitioner {
                    Some(text) => Some(names::practitioner(desk, &text, Some(from)).await?),
                    None => None,
                },
                from,
                to,
                moving: None,
            };
            free(desk, query, json).await
        }
        Command::Visit(command) => visits::visit(desk, command).await,
        Command::SetAside(verb) => set_aside::set_aside(desk, verb).await,
        Command::Watch(watch) => watching::watch(desk, watch).await,
        Command::Events { count, json } => watching::events(desk, count, json).await,
        Command::Patient(command) => patient(desk, command).await,
    }
}

async fn login(desk: &Desk, user: String) -> Result<ExitCode, Failure> {
    let password = password()?;
    let status = desk.sign_in(SignInRequest { user, password }).await?.value;
    let clinic = status.clinic.map(|clinic| clinic.name).unwrap_or_default();
    let name = status.user.map(|user| user.name).unwrap_or_default();
    if !status.encrypted {
        eprintln!("note: this desk's data lies unencrypted on the disk");
    }
    output::line(format!("signed in as {name} at {clinic}"))?;
    Ok(ExitCode::SUCCESS)
}

fn password() -> Result<String, Failure> {
    if let Ok(password) = std::env::var("FRONTDESK_PASSWORD") {
        return Ok(password);
    }
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?);
    }
    let mut text = String::new();
    // Nobody's password is longer; a wrong pipe must not fill the memory.
    std::io::stdin().take(4_096).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

async fn logout(desk: &Desk) -> Result<ExitCode, Failure> {
    desk.sign_out(NoArguments {}).await?;
    output::line("signed out")?;
    Ok(ExitCode::SUCCESS)
}

async fn sync(desk: &Desk) -> Result<ExitCode, Failure> {
    let clock = DeskClock::of_the_machine();
    let reached = desk.catch_up(FILL).await;
    match reached.state {
        ConnectionState::SignedOut => return Err(DeskError::SignedOut.into()),
        ConnectionState::Offline => return Err(away(desk).await),
        ConnectionState::Connecting => return Err(DeskError::NoAnswer.into()),
        ConnectionState::Live => {}
    }
    let rows = desk.row_count().await?;
    let seq = reached.cursor.map_or(0, |cursor| cursor.seq);
    let seconds = clock.elapsed().as_secs_f64();
    output::line(format!("{rows} rows, at change {seq}, in {seconds:.2} s"))?;
    Ok(ExitCode::SUCCESS)
}

/// Why the server does not answer.
async fn away(desk: &Desk) -> Failure {
    let asked = desk.reach().await;
    // It may be back at this very moment, but this call has come too early.
    asked.err().unwrap_or(DeskError::Offline).into()
}

/// Catches up before a read; says so when the view is older.
pub(crate) async fn current(desk: &Desk) -> Result<(), Failure> {
    let filled = desk.row_count().await? > 0;
    let reached = desk.catch_up(if filled { CATCH_UP } else { FILL }).await;
    if reached.state == ConnectionState::SignedOut {
        return Err(DeskError::SignedOut.into());
    }
    if !filled && reached.state == ConnectionState::Offline {
        return Err(away(desk).await);
    }
    output::freshness(&desk.connection(NoArguments {}).await?);
    Ok(())
}

async fn free(desk: &Desk, query: FreeSlotsQuery, json: bool) -> Result<ExitCode, Failure> {
    let found = desk.free_slots(query).await?;
    if json {
        output::json(&found)?;
    } else {
        for slot in &found.slots {
            output::line(offer(slot))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a script learns from an answer.
pub(crate) fn told(progress: Progress) -> ExitCode {
    match progress {
        Progress::Confirmed => ExitCode::SUCCESS,
        Progress::Waiting => ExitCode::from(WAITING),
    }
}

async fn patient(desk: &Desk, command: PatientCommand) -> Result<ExitCode, Failure> {
    current(desk).await?;
    match command {
        PatientCommand::Search { text, json } => {
            let found = desk
                .search_patients(PatientQuery {
                    text: text.join(" "),
                })
                .await?;
            if json {
                output::json(&found)?;
            } else {
                for patient in &found.patients {
                    output::line(output::patient(patient))?;
                }
                if found.more {
                    eprintln!("more are found: type more");
                }
            }
        }
        PatientCommand::Add {
            name,
            phone,
            born,
            json,
        } => {
            let patient_id = DeskClock::of_the_machine().id().into();
            let command = PutPatient {
                patient_id,
                name,
                phone,
                birth_date: born,
                notes: None,
            };
            let patient = desk.put_patient(command).await?.value;
            if json {
                output::json(&patient)?;
            } else {
                output::line(output::patient(&patient))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
