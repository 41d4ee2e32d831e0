//! What a script is told when something fails: a code, a sentence, an exit code.

use frontdesk_desk::DeskError;
use frontdesk_desk::view::{ConflictView, ErrorCode, FateView, RefusalView, SlotOffer};
use frontdesk_domain::{AppointmentStep, Reason};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The desk says why.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A value that names nothing, or too much.
    #[error("{sentence}")]
    Value {
        code: &'static str,
        sentence: String,
        hints: Vec<String>,
    },
    /// An option is missing.
    #[error("{0} is not given: use the option or its FRONTDESK_ variable, see --help")]
    Missing(&'static str),
    /// Terminal or pipe.
    #[error("input or output failed: {0}")]
    Io(#[from] std::io::Error),
    /// JSON.
    #[error("the answer could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Failure {
    pub(crate) fn value(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::Value {
            code,
            sentence: sentence.into(),
            hints: Vec::new(),
        }
    }

    /// What a script matches.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Desk(error) => code_of(error),
            Self::Value { code, .. } => (*code).to_owned(),
            Self::Missing(_) => "usage".to_owned(),
            Self::Io(_) => "io".to_owned(),
            Self::Json(_) => "json".to_owned(),
        }
    }

    /// What helps.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Desk(DeskError::Refused(refusal)) => refusal_hints(refusal),
            Self::Value { hints, .. } => hints.clone(),
            Self::Desk(_) | Self::Missing(_) | Self::Io(_) | Self::Json(_) => Vec::new(),
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Desk(error) => exit_code(error.code()),
            Self::Value { .. } => 4,
            Self::Missing(_) => 2,
            Self::Io(_) | Self::Json(_) => 1,
        }
    }

    /// The reader of our output has gone: not worth a word.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

fn refusal_hints(refusal: &RefusalView) -> Vec<String> {
    let mut hints = Vec::new();
    let steps = refusal.steps.iter().map(|step| verb(*step));
    let steps: Vec<&str> = steps.collect();
    if !steps.is_empty() {
        hints.push(format!("possible now: {}", steps.join(", ")));
    }
    if !refusal.changed.is_empty() {
        hints.push(format!("changed since: {}", refusal.changed.join(", ")));
    }
    hints.extend(refusal.fates.iter().map(fate));
    let free = refusal.alternatives.iter().map(offer);
    hints.extend(free.map(|slot| format!("free instead: {slot}")));
    if refusal.overridable {
        hints.push("you may break this rule: --override REASON".to_owned());
    }
    hints
}

fn fate(fate: &FateView) -> String {
    let when = format!("{} {}", fate.date, fate.wall_start);
    let Some(reason) = fate.reason else {
        return format!("{when}  free");
    };
    let free: Vec<String> = fate.alternatives.iter().map(offer).collect();
    let instead = if free.is_empty() {
        String::new()
    } else {
        format!("; free instead: {}", free.join(", "))
    };
    format!(
        "{when}  {}{instead}",
        refused(reason, fate.conflict.as_ref())
    )
}

/// A rule's code, and what stands in the way.
pub(crate) fn refused(reason: Reason, conflict: Option<&ConflictView>) -> String {
    let code = code_text(reason);
    let Some(conflict) = conflict else {
        return code;
    };
    let by = conflict.by_name.as_deref();
    let by = by.map(|name| format!(", by {name}")).unwrap_or_default();
    format!("{code} ({}–{}{by})", conflict.wall_start, conflict.wall_end)
}

/// The command of this program that takes a step.
fn verb(step: AppointmentStep) -> &'static str {
    match step {
        AppointmentStep::Approve => "approve",
        AppointmentStep::Reject => "reject",
        AppointmentStep::Arrive => "arrive",
        AppointmentStep::CheckIn => "check-in",
        AppointmentStep::Complete => "complete",
        AppointmentStep::MarkNoShow => "no-show",
        AppointmentStep::Cancel => "cancel",
        AppointmentStep::Undo => "undo",
    }
}

fn exit_code(code: ErrorCode) -> u8 {
    match code {
        ErrorCode::Unexpected => 1,
        ErrorCode::Refused => 3,
        ErrorCode::Invalid | ErrorCode::NotFound => 4,
        ErrorCode::SignedOut
        | ErrorCode::WrongPassword
        | ErrorCode::TooManyTries
        | ErrorCode::Forbidden => 5,
        ErrorCode::Offline | ErrorCode::Untrusted => 6,
        ErrorCode::ServerError | ErrorCode::Outdated => 7,
        ErrorCode::Storage => 8,
    }
}

/// The reason of a refusal, else the error's own code.
fn code_of(error: &DeskError) -> String {
    if let DeskError::Refused(refusal) = error {
        return code_text(refusal.reason);
    }
    code_text(error.code())
}

/// A code as it is written in JSON.
pub(crate) fn code_text(code: impl serde::Serialize) -> String {
    let code = serde_json::to_value(code).ok();
    let text = code.as_ref().and_then(serde_json::Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// A slot in one line.
pub(crate) fn offer(slot: &SlotOffer) -> String {
    let SlotOffer {
        date,
        wall_start,
        wall_end,
        practitioner_name,
        ..
    } = slot;
    format!("{date} {wall_start}–{wall_end} {practitioner_name}")
}
