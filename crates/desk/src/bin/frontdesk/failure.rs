//! What a script is told when something fails: a code, a sentence, an exit code.

use frontdesk_desk::DeskError;
use frontdesk_desk::view::{ErrorCode, SlotOffer};

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
            Self::Desk(DeskError::Refused(refusal)) => {
                let free = refusal.alternatives.iter().map(offer);
                free.map(|slot| format!("free instead: {slot}")).collect()
            }
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

fn exit_code(code: ErrorCode) -> u8 {
    match code {
        ErrorCode::Refused => 3,
        ErrorCode::Invalid | ErrorCode::NotFound => 4,
        ErrorCode::SignedOut
        | ErrorCode::WrongPassword
        | ErrorCode::TooManyTries
        | ErrorCode::Forbidden => 5,
        ErrorCode::Offline => 6,
        ErrorCode::ServerError | ErrorCode::Outdated => 7,
        ErrorCode::Storage => 8,
    }
}

/// The reason of a refusal, else the error's own code.
fn code_of(error: &DeskError) -> String {
    let code = if let DeskError::Refused(refusal) = error {
        serde_json::to_value(refusal.reason)
    } else {
        serde_json::to_value(error.code())
    };
    code.ok()
        .and_then(|code| code.as_str().map(str::to_owned))
        .unwrap_or_default()
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
