//! What each command does.

use std::collections::HashSet;
use std::io::{IsTerminal as _, Read as _};
use std::process::ExitCode;
use std::time::Duration;

use chrono::TimeDelta;
use frontdesk_desk::clock::DeskClock;
use frontdesk_desk::view::{
    BookAppointment, CancelAppointment, ConnectionState, DaySheetQuery, EditCancel, EditReschedule,
    FreeSlotsQuery, NoArguments, OpenBooking, PatientQuery, Progress, PutPatient,
    RescheduleAppointment, SeriesScope, SignInRequest, WatchFor, WatchSlot,
};
use frontdesk_desk::{Desk, DeskConfig, DeskError, DeskEvent, KeySource};
use frontdesk_domain::{CancelReason, Timestamp};
use tokio::sync::broadcast::error::RecvError;

use crate::args::{Args, Book, Command, Edge, PatientCommand, Reason, Reschedule, Watch};
use crate::failure::{Failure, offer};
use crate::{names, output, time};

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
    let key = match &args.passphrase {
        _ if args.unencrypted => KeySource::Unencrypted,
        Some(text) => KeySource::passphrase(text),
        None => KeySource::Keyring,
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
                output::json(&sheet)?;
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
        Command::Book(book) => self::book(desk, book).await,
        Command::Reschedule(reschedule) => self::reschedule(desk, reschedule).await,
        Command::Cancel {
            appointment,
            reason,
            note,
            json,
        } => {
            let reason = cancel_reason(reason);
            let command = CancelAppointment {
                appointment_id: appointment,
                reason,
                note,
                scope: SeriesScope::This,
            };
            cancel(desk, command, json).await
        }
        Command::Watch(watch) => self::watch(desk, watch).await,
        Command::Events { count, json } => events(desk, count, json).await,
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
        ConnectionState::Offline => return Err(DeskError::Offline.into()),
        ConnectionState::Connecting => return Err(DeskError::NoAnswer.into()),
        ConnectionState::Live => {}
    }
    let rows = desk.row_count().await?;
    let seq = reached.cursor.map_or(0, |cursor| cursor.seq);
    let seconds = clock.elapsed().as_secs_f64();
    output::line(format!("{rows} rows, at change {seq}, in {seconds:.2} s"))?;
    Ok(ExitCode::SUCCESS)
}

/// Catches up before a read; says so when the view is older.
async fn current(desk: &Desk) -> Result<(), Failure> {
    let filled = desk.row_count().await? > 0;
    let reached = desk.catch_up(if filled { CATCH_UP } else { FILL }).await;
    if reached.state == ConnectionState::SignedOut {
        return Err(DeskError::SignedOut.into());
    }
    if !filled && reached.state == ConnectionState::Offline {
        return Err(DeskError::Offline.into());
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

async fn book(desk: &Desk, book: Book) -> Result<ExitCode, Failure> {
    current(desk).await?;
    let starts_at = time::instant(desk, book.at.at, book.at.fold).await?;
    let date = Some(book.at.at.0.date());
    let practitioner_id = names::practitioner(desk, &book.practitioner, date).await?;
    let service_id = names::service(desk, &book.service).await?;
    let patient_id = names::patient(desk, &book.patient).await?;
    let ends_at = starts_at + TimeDelta::minutes(1);
    let open = OpenBooking {
        practitioner_id,
        starts_at,
        ends_at,
        appointment_id: None,
    };
    let draft = desk.open_booking(open).await?.value;
    let command = BookAppointment {
        appointment_id: draft.appointment_id,
        patient_id,
        practitioner_id,
        service_id,
        location_id: None,
        starts_at,
        ends_at: None,
        notes: book.note,
        overriding: None,
    };
    let placed = desk.book_appointment(command).await?.value;
    if book.json {
        output::json(&placed)?;
    } else {
        output::placed("booked", &placed)?;
    }
    Ok(told(placed.progress))
}

async fn reschedule(desk: &Desk, wish: Reschedule) -> Result<ExitCode, Failure> {
    current(desk).await?;
    let starts_at = time::instant(desk, wish.at.at, wish.at.fold).await?;
    let practitioner_id = match &wish.practitioner {
        Some(text) => Some(names::practitioner(desk, text, Some(wish.at.at.0.date())).await?),
        None => None,
    };
    let command = RescheduleAppointment {
        appointment_id: wish.appointment,
        starts_at,
        ends_at: None,
        practitioner_id,
        location_id: None,
        overriding: None,
        scope: SeriesScope::This,
    };
    let edit = EditReschedule {
        base_version: None,
        command,
    };
    let placed = desk.reschedule_appointment(edit).await?.value;
    if wish.json {
        output::json(&placed)?;
    } else {
        output::placed("moved to", &placed)?;
    }
    Ok(told(placed.progress))
}

async fn cancel(desk: &Desk, command: CancelAppointment, json: bool) -> Result<ExitCode, Failure> {
    current(desk).await?;
    let edit = EditCancel {
        base_version: None,
        command,
    };
    let gone = desk.cancel_appointment(edit).await?.value;
    if json {
        output::json(&gone)?;
    } else {
        let word = match gone.progress {
            Progress::Confirmed => "cancelled",
            Progress::Waiting => "saved, waiting for the server: cancel",
        };
        output::line(format!(
            "{word} {} {} {}",
            gone.date, gone.wall_start, gone.practitioner_name
        ))?;
    }
    Ok(told(gone.progress))
}

fn cancel_reason(reason: Reason) -> CancelReason {
    match reason {
        Reason::Patient => CancelReason::Patient,
        Reason::Clinic => CancelReason::Clinic,
        Reason::Revoked => CancelReason::Revoked,
    }
}

fn told(progress: Progress) -> ExitCode {
    match progress {
        Progress::Confirmed => ExitCode::SUCCESS,
        Progress::Waiting => ExitCode::from(WAITING),
    }
}

async fn watch(desk: &Desk, wish: Watch) -> Result<ExitCode, Failure> {
    current(desk).await?;
    let mut heard = desk.events();
    let mut known: HashSet<_> = desk
        .notices(NoArguments {})
        .await?
        .notices
        .iter()
        .map(|notice| notice.notice_id)
        .collect();
    if let (Some(practitioner), Some(at)) = (&wish.practitioner, wish.at) {
        let starts_at = time::instant(desk, at, wish.fold).await?;
        let practitioner_id = names::practitioner(desk, practitioner, Some(at.0.date())).await?;
        watch_slot(desk, &wish, practitioner_id, starts_at).await?;
    }
    let mut left = wish.count.unwrap_or(u64::MAX);
    while left > 0 {
        tokio::select! {
            event = heard.recv() => match event {
                Ok(DeskEvent::Changed(_)) | Err(RecvError::Lagged(_)) => {}
                Ok(DeskEvent::Raised(_)) => continue,
                Err(RecvError::Closed) => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
        let mut notices = desk.notices(NoArguments {}).await?.notices;
        notices.retain(|notice| known.insert(notice.notice_id));
        for notice in notices.iter().rev() {
            if wish.json {
                output::json(notice)?;
            } else {
                output::notice(notice)?;
            }
            left = left.saturating_sub(1);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn watch_slot(
    desk: &Desk,
    wish: &Watch,
    practitioner_id: frontdesk_domain::PractitionerId,
    starts_at: Timestamp,
) -> Result<(), Failure> {
    let request = WatchSlot {
        practitioner_id,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(wish.minutes.into()),
        on: match wish.on {
            Edge::Taken => WatchFor::Taken,
            Edge::Freed => WatchFor::Freed,
        },
    };
    let watch = desk.watch_slot(request).await?.value;
    let state = if watch.free { "free" } else { "taken" };
    let (date, from, until) = (watch.date, &watch.wall_start, &watch.wall_end);
    eprintln!(
        "watching {date} {from}–{until} {}, now {state}",
        watch.practitioner_name
    );
    Ok(())
}

async fn events(desk: &Desk, count: Option<u64>, json: bool) -> Result<ExitCode, Failure> {
    let mut changes = desk.changes();
    current(desk).await?;
    let mut left = count.unwrap_or(u64::MAX);
    while left > 0 {
        tokio::select! {
            change = changes.recv() => match change {
                Ok(change) => {
                    output::change(&change, json)?;
                    left -= 1;
                }
                Err(RecvError::Lagged(missed)) => eprintln!("{missed} lines were too fast to print"),
                Err(RecvError::Closed) => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    Ok(ExitCode::SUCCESS)
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
