//! What can go wrong at a desk, each with one sentence for a person.

use std::path::PathBuf;

use crate::view::{ErrorCode, ErrorView, RefusalView};

/// A failed command, or a desk that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The rules or the server refused.
    #[error("{}", refusal_sentence(.0))]
    Refused(Box<RefusalView>),
    /// An argument is wrong.
    #[error("{field}: {detail}")]
    Invalid {
        /// Which one.
        field: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// What was named does not exist (any more).
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The user's role does not allow it.
    #[error("your role does not allow this")]
    Forbidden,
    /// Nobody is signed in, or the session has ended.
    #[error("nobody is signed in at this desk: sign in first")]
    SignedOut,
    /// User or password is wrong.
    #[error("user or password is wrong")]
    WrongPassword,
    /// Too many wrong passwords.
    #[error("too many tries: wait {seconds} seconds")]
    TooManyTries {
        /// How long.
        seconds: u32,
    },
    /// The server cannot be reached.
    #[error("the server cannot be reached: nothing was sent and nothing was booked")]
    Offline,
    /// The command is saved, but it is not known yet what became of it.
    #[error("the server has not answered yet: the request is saved and goes on; ask again shortly")]
    NoAnswer,
    /// The server answered with an error of its own.
    #[error("the server had a problem: {detail}")]
    Server {
        /// The server's sentence.
        detail: String,
        /// Quote it when you ask for help.
        request_id: Option<String>,
    },
    /// Desk and server do not understand each other.
    #[error("desk and server do not understand each other ({0}): update the older one")]
    Outdated(String),
    /// The desk's own data cannot be read or written.
    #[error("this desk's data cannot be read or written: {0}")]
    Storage(StorageError),
    /// A mistake in this program; the log says where.
    #[error(
        "this desk made a mistake: see whether it was done before you try again, and report it if it comes back"
    )]
    Unexpected,
    /// The cache cannot be opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Another desk runs in the same folder.
    #[error("another desk is running in {}: close it, or give this one a folder of its own", .0.display())]
    FolderInUse(PathBuf),
    /// The folder cannot be written.
    #[error("the data folder {} cannot be used: {reason}", folder.display())]
    Folder {
        /// Which one.
        folder: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// Not the address of a server.
    #[error("'{0}' is not the address of a server: it looks like https://clinic.example")]
    Address(String),
    /// A clear-text connection that would leave this machine.
    #[error(
        "'{0}' would send patients' data unencrypted over the network: use https:// (http:// only on this machine)"
    )]
    Insecure(String),
    /// The file of a private authority cannot be used.
    #[error("the certificates in '{}' cannot be used: {reason}", file.display())]
    Authority {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The server's certificate is not one that this desk trusts.
    #[error("the server's certificate is not trusted ({why}): nothing was sent; {advice}")]
    Untrusted {
        /// What is wrong with it.
        why: String,
        /// What helps.
        advice: &'static str,
    },
}

/// Where JSON does not fit, without what stands there: that may be a patient's name, and this goes
/// into logs (I30).
pub(crate) fn place(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("{:?} at line {line} column {column}", error.classify())
}

/// SQLite, or what is stored in it.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite said no.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The tables could not be brought up to date.
    #[error("{0}")]
    Migration(#[from] Box<refinery::Error>),
    /// A stored row cannot be read back.
    #[error("a stored row cannot be read: {}", place(.0))]
    Row(#[from] serde_json::Error),
    /// A stored row makes no sense.
    #[error("a stored row makes no sense: {0}")]
    Meaningless(String),
    /// A page does not continue what is here.
    #[error("changes {from}.. do not continue cursor {cursor}")]
    Gap {
        /// The page's start.
        from: u64,
        /// Where this desk is.
        cursor: u64,
    },
    /// The library has no cipher.
    #[error("this build of SQLite cannot encrypt; it must not be used")]
    NoCipher,
    /// A snapshot of another clinic.
    #[error(
        "this folder keeps the data of another clinic than the server sends: sign in again, or use another data folder"
    )]
    OtherClinic,
    /// A background thread was ended.
    #[error("the desk is closing")]
    Closing,
    /// A mistake in this program; the log says where.
    #[error("a step failed unexpectedly: try again, and report it if it comes back")]
    Panicked,
}

impl From<tokio::task::JoinError> for StorageError {
    fn from(error: tokio::task::JoinError) -> Self {
        if error.is_panic() {
            tracing::error!(%error, "a step of the desk has panicked");
            return Self::Panicked;
        }
        Self::Closing
    }
}

/// The cache's key is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is encrypted with another key.
    #[error(
        "the key does not fit this desk's data: use the passphrase (or the keyring) it was made with, or another data folder"
    )]
    Wrong,
    /// An encrypted file and `--unencrypted`.
    #[error(
        "this desk's data is encrypted: open it without --unencrypted, or use another data folder"
    )]
    NotPlain,
    /// A plain file and a key.
    #[error(
        "this desk's data lies unencrypted: open it with --unencrypted, or use another data folder"
    )]
    NotEncrypted,
    /// The data was made with another kind of key.
    #[error(
        "this desk's data is locked by {made_with}, not by {asked}: open it that way, or use another data folder"
    )]
    OtherSource {
        /// What the folder says.
        made_with: &'static str,
        /// What was asked for.
        asked: &'static str,
    },
    /// No keyring.
    #[error(
        "this system has no keyring to keep the key in ({0}): set FRONTDESK_PASSPHRASE, or say --unencrypted"
    )]
    NoKeyring(String),
    /// A keyring that does not answer.
    #[error(
        "the system's keyring does not answer (is it locked?): unlock it, set FRONTDESK_PASSPHRASE, or say --unencrypted"
    )]
    KeyringLocked,
    /// The keyring has lost the key.
    #[error(
        "the system's keyring no longer holds this desk's key: its data cannot be read; use another data folder and sign in again"
    )]
    KeyLost,
    /// An empty passphrase.
    #[error("the passphrase is empty: set FRONTDESK_PASSPHRASE to at least one character")]
    EmptyPassphrase,
    /// The note beside the database is broken.
    #[error("{} is damaged: {reason}", path.display())]
    Note {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl From<StorageError> for DeskError {
    fn from(error: StorageError) -> Self {
        match error {
            // No disk is to blame.
            StorageError::Panicked => Self::Unexpected,
            StorageError::Sqlite(_)
            | StorageError::Migration(_)
            | StorageError::Row(_)
            | StorageError::Meaningless(_)
            | StorageError::Gap { .. }
            | StorageError::NoCipher
            | StorageError::OtherClinic
            | StorageError::Closing => Self::Storage(error),
        }
    }
}

impl From<rusqlite::Error> for DeskError {
    fn from(error: rusqlite::Error) -> Self {
        StorageError::from(error).into()
    }
}

impl DeskError {
    /// A wrong argument.
    pub(crate) fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::Invalid { field, detail }
    }

    /// The code that a window or a script acts on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(_) => ErrorCode::Refused,
            Self::Invalid { .. }
            | Self::Address(_)
            | Self::Insecure(_)
            | Self::Authority { .. } => ErrorCode::Invalid,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Forbidden => ErrorCode::Forbidden,
            Self::SignedOut => ErrorCode::SignedOut,
            Self::WrongPassword => ErrorCode::WrongPassword,
            Self::TooManyTries { .. } => ErrorCode::TooManyTries,
            Self::Offline => ErrorCode::Offline,
            Self::Untrusted { .. } => ErrorCode::Untrusted,
            Self::NoAnswer | Self::Server { .. } => ErrorCode::ServerError,
            Self::Storage(_) | Self::Key(_) | Self::FolderInUse(_) | Self::Folder { .. } => {
                ErrorCode::Storage
            }
            Self::Outdated(_) => ErrorCode::Outdated,
            Self::Unexpected => ErrorCode::Unexpected,
        }
    }

    /// What a window is told: codes, never a text that it would have to parse.
    #[must_use]
    pub fn view(&self) -> ErrorView {
        let mut view = ErrorView {
            code: self.code(),
            refusal: None,
            field: None,
            retry_after_seconds: None,
            request_id: None,
        };
        if let Self::Refused(refusal) = self {
            view.refusal = Some((**refusal).clone());
        }
        if let Self::Invalid { field, .. } = self {
            view.field = Some((*field).to_owned());
        }
        if let Self::TooManyTries { seconds } = self {
            view.retry_after_seconds = Some(*seconds);
        }
        if let Self::Server { request_id, .. } = self {
            view.request_id.clone_from(request_id);
        }
        view
    }
}

/// One English sentence, for terminals and logs; the window has its own by `reason`.
fn refusal_sentence(refusal: &RefusalView) -> String {
    let mut text = format!("refused: {}", reason_words(refusal));
    if let Some(conflict) = &refusal.conflict {
        text += &format!(
            " ({} {}–{}",
            conflict.date, conflict.wall_start, conflict.wall_end
        );
        if let Some(name) = &conflict.by_name {
            text += &format!(", by {name}");
        }
        if let Some(at) = &conflict.at {
            text += &format!(" at {} {}", at.date, at.time);
        }
        text.push(')');
    }
    text
}

fn reason_words(refusal: &RefusalView) -> String {
    use frontdesk_domain::Reason;
    let field = refusal.field.as_deref().unwrap_or("an argument");
    match refusal.reason {
        Reason::SlotTaken => "the practitioner has another visit then".to_owned(),
        Reason::CapacityFull => "the class is full".to_owned(),
        Reason::PatientBusy => "the patient has another visit then".to_owned(),
        Reason::LocationBusy => "the room or equipment is taken then".to_owned(),
        Reason::OutsideSchedule => "this is outside the working hours".to_owned(),
        Reason::InPast => "the start has passed".to_owned(),
        Reason::DstGap => "the clocks jump over this time".to_owned(),
        Reason::DstFold => "the clocks show this time twice".to_owned(),
        Reason::OffGrid => "the start is not on the clinic's grid".to_owned(),
        Reason::IllegalStatus => "the visit's status does not allow it".to_owned(),
        Reason::StaleVersion => "somebody else has changed it since".to_owned(),
        Reason::Dependency => "an earlier request was refused".to_owned(),
        Reason::UnknownId => format!("{field} does not exist"),
        Reason::Invalid => format!("{field} is not valid"),
        Reason::Forbidden => "your role does not allow this".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_has_a_code_of_its_own_and_blames_no_disk() {
        let panicked = tokio::task::spawn_blocking(|| panic!("as a test wishes"));
        let error = StorageError::from(panicked.await.unwrap_err());
        let error = DeskError::from(error);
        assert_eq!(error.code(), ErrorCode::Unexpected);
        assert!(!error.to_string().contains("data"), "{error}");

        let ended = tokio::spawn(std::future::pending::<()>());
        ended.abort();
        let error = StorageError::from(ended.await.unwrap_err());
        assert_eq!(DeskError::from(error).code(), ErrorCode::Storage);
    }

    #[test]
    fn what_cannot_be_read_is_not_repeated_in_the_error_i30() {
        let error = serde_json::from_str::<u64>("\"Anna Lee\"").unwrap_err();
        assert!(error.to_string().contains("Anna"));
        let told = StorageError::from(error).to_string();
        assert_eq!(
            told,
            "a stored row cannot be read: Data at line 1 column 10"
        );
    }
}
