//! What the server could not take: listed, sent again, dismissed.

use std::process::ExitCode;

use frontdesk_desk::Desk;
use frontdesk_desk::view::{DismissCommand, NoArguments, Progress, ResendCommand, SetAsideCommand};

use crate::args::{Kept, SetAsideVerb};
use crate::failure::{Failure, code_text};
use crate::output;
use crate::run::{current, told};

pub(crate) async fn set_aside(desk: &Desk, verb: SetAsideVerb) -> Result<ExitCode, Failure> {
    current(desk).await?;
    match verb {
        SetAsideVerb::SetAside { json } => list(desk, json).await,
        SetAsideVerb::Resend(wish) => resend(desk, &wish).await,
        SetAsideVerb::Dismiss(wish) => dismiss(desk, &wish).await,
    }
}

async fn list(desk: &Desk, json: bool) -> Result<ExitCode, Failure> {
    let list = desk.set_aside(NoArguments {}).await?;
    if json {
        output::json(&list)?;
        return Ok(ExitCode::SUCCESS);
    }
    for kept in &list.commands {
        output::line(full_line(kept))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn resend(desk: &Desk, wish: &Kept) -> Result<ExitCode, Failure> {
    let kept = named(desk, wish).await?;
    let command_id = kept.command_id;
    let resent = desk.resend_command(ResendCommand { command_id }).await?;
    let progress = resent.value.progress;
    if wish.json {
        output::json(&resent.value)?;
    } else {
        let word = match progress {
            Progress::Confirmed => "confirmed",
            Progress::Waiting => "saved, waiting for the server:",
        };
        output::line(format!("{word} {}", what(&kept)))?;
    }
    Ok(told(progress))
}

async fn dismiss(desk: &Desk, wish: &Kept) -> Result<ExitCode, Failure> {
    let kept = named(desk, wish).await?;
    let command_id = kept.command_id;
    desk.dismiss_command(DismissCommand { command_id }).await?;
    if wish.json {
        output::json(&kept)?;
    } else {
        output::line(format!("dismissed, will not be done: {}", what(&kept)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A mistyped id must not look like something that was dismissed.
async fn named(desk: &Desk, wish: &Kept) -> Result<SetAsideCommand, Failure> {
    let all = desk.set_aside(NoArguments {}).await?.commands;
    let named = all.into_iter().find(|kept| kept.command_id == wish.command);
    named.ok_or_else(|| Failure::Value {
        code: "not_found",
        sentence: format!("nothing is set aside under {}", wish.command),
        hints: vec!["frontdesk set-aside   (lists what is)".to_owned()],
    })
}

fn full_line(kept: &SetAsideCommand) -> String {
    let (at, why) = (&kept.asked_at, code_text(kept.why.code));
    let request = kept.why.request_id.as_deref();
    let request = request
        .map(|id| format!(", request {id}"))
        .unwrap_or_default();
    let (what, id) = (what(kept), kept.command_id);
    format!(
        "{what}, asked for {} {}: {why}{request}  {id}",
        at.date, at.time
    )
}

/// Such as `cancellation 2026-11-24 09:30–10:00 Anna Berg for Kim Lee (Massage)`.
fn what(kept: &SetAsideCommand) -> String {
    let patient = kept.patient_name.as_deref();
    let service = kept.service_name.as_deref();
    let words = [
        Some(kept.asked.noun().to_owned()),
        kept.slot.as_ref().map(output::slot),
        patient.map(|name| format!("for {name}")),
        service.map(|name| format!("({name})")),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    words.join(" ")
}
