//! What a desk is opened with.

use std::path::PathBuf;

use zeroize::Zeroizing;

/// Everything a desk needs to know before it starts.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// Address of the clinic's server; `http://` only on the loopback.
    pub server: String,
    /// PEM file with the certificates of a private authority, trusted besides the system's.
    pub server_ca: Option<PathBuf>,
    /// Folder of this desk's own data; one running desk per folder.
    pub data_dir: PathBuf,
    /// Where the cache's key comes from.
    pub key: KeySource,
    /// Name of this desk on this machine, `default` if there is only one.
    pub profile: String,
    /// Shown to a manager in the list of desks.
    pub device_name: String,
    /// True for the embedded demo clinic.
    pub demo: bool,
}

/// Where the key of the encrypted cache comes from. There is no way to put it into a file.
#[derive(Clone)]
pub enum KeySource {
    /// Drawn once and kept by the system's keyring.
    Keyring,
    /// Derived from what a person types (or `FRONTDESK_PASSPHRASE`).
    Passphrase(Zeroizing<String>),
    /// No encryption: only when a person said so, and shown at all times.
    Unencrypted,
}

impl KeySource {
    /// A passphrase.
    #[must_use]
    pub fn passphrase(text: &str) -> Self {
        Self::Passphrase(Zeroizing::new(text.to_owned()))
    }
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keyring => "Keyring",
            Self::Passphrase(_) => "Passphrase",
            Self::Unencrypted => "Unencrypted",
        })
    }
}
