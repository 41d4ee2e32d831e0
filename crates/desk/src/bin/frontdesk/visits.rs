//! Visits: booked, moved, changed, stepped on, given up.

use std::process::ExitCode;

use chrono::TimeDelta;
use frontdesk_desk::view::{
    BookAppointment, CancelAppointment, EditCancel, EditReschedule, EditStep, EditUpdate,
    NoArguments, OpenBooking, Progress, RescheduleAppointment, StepAppointment, UpdateAppointment,
    VisitPlaced, VisitStepped, Written,
};
use frontdesk_desk::{Desk, DeskError};

use crate::args::{Book, Cancel, Edited, Reschedule, Step, Update, VisitCommand};
use crate::failure::Failure;
use crate::run::{current, told};
use crate::{names, output, series, time};

pub(crate) async fn visit(desk: &Desk, command: VisitCommand) -> Result<ExitCode, Failure> {
    current(desk).await?;
    match command {
        VisitCommand::Book(wish) => book(desk, wish).await,
        VisitCommand::BookSeries(wish) => series::book(desk, wish).await,
        VisitCommand::Reschedule(wish) => reschedule(desk, wish).await,
        VisitCommand::Update(wish) => update(desk, wish).await,
        VisitCommand::Cancel(wish) => cancel(desk, wish).await,
        VisitCommand::Approvals { json } => approvals(desk, json).await,
        VisitCommand::Approve(step) => stepped(&step, desk.approve_appointment(edit(&step)).await),
        VisitCommand::Reject(step) => stepped(&step, desk.reject_appointment(edit(&step)).await),
        VisitCommand::Arrive(step) => stepped(&step, desk.arrive_appointment(edit(&step)).await),
        VisitCommand::CheckIn(step) => stepped(&step, desk.check_in_appointment(edit(&step)).await),
        VisitCommand::Complete(step) => {
            stepped(&step, desk.complete_appointment(edit(&step)).await)
        }
        VisitCommand::NoShow(step) => {
            stepped(&step, desk.mark_appointment_no_show(edit(&step)).await)
        }
        VisitCommand::Undo(step) => stepped(&step, desk.undo_status(edit(&step)).await),
    }
}

async fn book(desk: &Desk, book: Book) -> Result<ExitCode, Failure> {
    let wish = book.wish;
    let starts_at = time::instant(desk, wish.at.at, wish.at.fold).await?;
    let date = Some(wish.at.at.0.date());
    let practitioner_id = names::practitioner(desk, &wish.practitioner, date).await?;
    let service_id = names::service(desk, &wish.service).await?;
    let patient_id = names::patient(desk, &wish.patient).await?;
    let open = OpenBooking {
        practitioner_id,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(1),
        appointment_id: None,
        service_id: Some(service_id),
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
        notes: wish.note,
        overriding: book.overriding.given(),
    };
    placed(
        "booked",
        book.json,
        &desk.book_appointment(command).await?.value,
    )
}

async fn reschedule(desk: &Desk, wish: Reschedule) -> Result<ExitCode, Failure> {
    let starts_at = time::instant(desk, wish.at.at, wish.at.fold).await?;
    let date = Some(wish.at.at.0.date());
    let practitioner_id = match &wish.practitioner {
        Some(text) => Some(names::practitioner(desk, text, date).await?),
        None => None,
    };
    let command = RescheduleAppointment {
        appointment_id: wish.edited.appointment,
        starts_at,
        ends_at: None,
        practitioner_id,
        location_id: None,
        overriding: wish.overriding.given(),
        scope: wish.scope.of_series(),
    };
    let edit = EditReschedule {
        base_version: wish.edited.seen,
        command,
    };
    let moved = desk.reschedule_appointment(edit).await?.value;
    placed("moved to", wish.edited.json, &moved)
}

async fn update(desk: &Desk, wish: Update) -> Result<ExitCode, Failure> {
    let command = UpdateAppointment {
        appointment_id: wish.edited.appointment,
        notes: wish.note,
        patient_id: match &wish.patient {
            Some(text) => Some(names::patient(desk, text).await?),
            None => None,
        },
        service_id: match &wish.service {
            Some(text) => Some(names::service(desk, text).await?),
            None => None,
        },
        scope: wish.scope.of_series(),
    };
    let edit = EditUpdate {
        base_version: wish.edited.seen,
        command,
    };
    let updated = desk.update_appointment(edit).await?.value;
    placed("changed", wish.edited.json, &updated)
}

fn placed(verb: &str, json: bool, visit: &VisitPlaced) -> Result<ExitCode, Failure> {
    if json {
        output::json(visit)?;
    } else {
        output::placed(verb, visit)?;
    }
    Ok(told(visit.progress))
}

async fn cancel(desk: &Desk, wish: Cancel) -> Result<ExitCode, Failure> {
    let Edited {
        appointment,
        seen,
        json,
    } = wish.edited;
    let edit = EditCancel {
        base_version: seen,
        command: CancelAppointment {
            appointment_id: appointment,
            reason: wish.reason.reason(),
            note: wish.note,
            scope: wish.scope.of_series(),
        },
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

async fn approvals(desk: &Desk, json: bool) -> Result<ExitCode, Failure> {
    let list = desk.approvals(NoArguments {}).await?;
    if json {
        output::json(&list)?;
        return Ok(ExitCode::SUCCESS);
    }
    for visit in &list.visits {
        output::approval(visit)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn edit(step: &Step) -> EditStep {
    EditStep {
        base_version: step.edited.seen,
        command: StepAppointment {
            appointment_id: step.edited.appointment,
            reason: step.reason.clone(),
        },
    }
}

fn stepped(
    step: &Step,
    done: Result<Written<VisitStepped>, DeskError>,
) -> Result<ExitCode, Failure> {
    let visit = done?.value;
    if step.edited.json {
        output::json(&visit)?;
    } else {
        output::stepped(&visit)?;
    }
    Ok(told(visit.progress))
}
