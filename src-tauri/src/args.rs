//! What the user says when starting the app; each flag has its `FRONTDESK_*` variable.

use std::path::PathBuf;

use clap::{Parser, builder::FalseyValueParser};
use frontdesk_desk::KeySource;
use frontdesk_server::demo;

use crate::platform;

const EXAMPLES: &str = "\
Examples:
  frontdesk-app --demo                                 a demo clinic on this machine
  frontdesk-app --connect https://clinic.example:8443  a desk of that clinic
  frontdesk-app --connect http://127.0.0.1:7070 --profile second
                                                       a second desk on the same machine

Exit codes: 0 closed by the user, 1 failed, 2 wrong arguments or no key for the cache, 3 no display.
FRONTDESK_PASSPHRASE encrypts the cache where there is no keyring, FRONTDESK_PASSWORD goes with
--sign-in, FRONTDESK_LOG=debug says more on stderr.";

/// Frontdesk: booking for clinics. Opens the window of one desk.
#[derive(Debug, Parser)]
#[command(name = "frontdesk-app", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Address of the clinic's server; without it this desk hosts its own clinic in its data folder.
    #[arg(long, value_name = "URL", env = "FRONTDESK_CONNECT")]
    pub(crate) connect: Option<String>,

    /// PEM file with the certificates of the clinic's own authority, trusted besides the system's.
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_SERVER_CA",
        requires = "connect"
    )]
    pub(crate) server_ca: Option<PathBuf>,

    /// Another desk on this machine, with its own data folder and window [default: default, or demo].
    #[arg(long, value_name = "NAME", env = "FRONTDESK_PROFILE", value_parser = profile_name)]
    profile: Option<String>,

    /// Data folder [default: one per profile, where the platform keeps application data].
    #[arg(long, value_name = "DIR", env = "FRONTDESK_DATA")]
    data: Option<PathBuf>,

    /// A made-up clinic, filled at the first start. Its cache is not encrypted, and says so.
    #[arg(long, env = "FRONTDESK_DEMO", value_parser = FalseyValueParser::new())]
    pub(crate) demo: bool,

    /// Keep the cache unencrypted: everybody who gets this disk reads it. The window shows it.
    #[arg(long, env = "FRONTDESK_UNENCRYPTED", value_parser = FalseyValueParser::new())]
    unencrypted: bool,

    /// Sign in at start, with the password in FRONTDESK_PASSWORD (a demo clinic needs none).
    #[arg(long, value_name = "USER", env = "FRONTDESK_SIGN_IN")]
    pub(crate) sign_in: Option<String>,
}

impl Args {
    /// Which desk of this machine: part of the identifier, so that a profile has one window.
    pub(crate) fn profile(&self) -> &str {
        // A demo must never be filled into the folder of a real clinic.
        let default = if self.demo { "demo" } else { "default" };
        self.profile.as_deref().unwrap_or(default)
    }

    /// Where this desk keeps its data, as an absolute path; none if the platform names no such place.
    pub(crate) fn data_folder(&self) -> Option<PathBuf> {
        let of_profile = || {
            Some(
                dirs::data_local_dir()?
                    .join("frontdesk")
                    .join(self.profile()),
            )
        };
        let folder = self.data.clone().or_else(of_profile)?;
        std::path::absolute(folder).ok()
    }

    /// How the cache is encrypted: a passphrase that was given, else what was said, else the keyring.
    pub(crate) fn key(&self, secrets: &Secrets) -> KeySource {
        match &secrets.passphrase {
            Some(passphrase) => KeySource::passphrase(passphrase),
            None if self.unencrypted || self.hosts_demo() => KeySource::Unencrypted,
            None => KeySource::Keyring,
        }
    }

    /// True when everything on this desk is made up, by this desk.
    fn hosts_demo(&self) -> bool {
        self.demo && self.connect.is_none()
    }

    /// Who signs in at start, and the password, if it is known.
    pub(crate) fn credentials(&self, secrets: &Secrets) -> Option<(String, Option<String>)> {
        let made_up = || self.demo.then(|| demo::PASSWORD.to_owned());
        Some((
            self.sign_in.clone()?,
            secrets.password.clone().or_else(made_up),
        ))
    }
}

/// What no flag may carry, since flags are visible to every user of the machine.
#[derive(Default)]
pub(crate) struct Secrets {
    passphrase: Option<String>,
    password: Option<String>,
}

impl Secrets {
    /// Takes them out, so that no child process (the web view has three) inherits them.
    pub(crate) fn take_from_environment() -> Self {
        Self {
            passphrase: platform::take_variable("FRONTDESK_PASSPHRASE"),
            password: platform::take_variable("FRONTDESK_PASSWORD"),
        }
    }
}

/// A name that fits into a folder, a D-Bus name and a window class alike.
fn profile_name(name: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    if starts_well && name.len() <= 32 && name.chars().all(fits) {
        return Ok(name.to_owned());
    }
    Err("use at most 32 of a-z, 0-9, - and _, beginning with a letter".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(std::iter::once("frontdesk-app").chain(line.iter().copied()))
    }

    #[test]
    fn every_profile_has_its_own_folder() {
        let [first, second] = ["one", "two"].map(|name| args(&["--profile", name]).unwrap());
        assert_ne!(first.data_folder(), second.data_folder());
    }

    #[test]
    fn a_relative_folder_means_the_place_where_the_app_was_started() {
        let folder = args(&["--data", "here"]).unwrap().data_folder().unwrap();
        assert_eq!(folder, std::env::current_dir().unwrap().join("here"));
    }

    #[test]
    fn the_demo_stays_out_of_the_real_clinics_folder() {
        let (real, made_up) = (args(&[]).unwrap(), args(&["--demo"]).unwrap());
        assert_eq!((real.profile(), made_up.profile()), ("default", "demo"));
        assert_ne!(real.data_folder(), made_up.data_folder());
    }

    #[test]
    fn a_profile_that_would_leave_its_folder_is_refused_with_a_rule() {
        for name in ["../other", "a/b", "Über", "1st", "", "Desk"] {
            let refused = args(&["--profile", name]).unwrap_err().to_string();
            assert!(refused.contains("use at most 32 of a-z"), "{refused}");
        }
    }

    #[test]
    fn the_cache_is_encrypted_unless_somebody_said_otherwise() {
        let none = Secrets::default();
        let given = Secrets {
            passphrase: Some("long and secret".into()),
            password: None,
        };
        assert!(matches!(args(&[]).unwrap().key(&none), KeySource::Keyring));
        assert!(matches!(
            args(&["--unencrypted"]).unwrap().key(&none),
            KeySource::Unencrypted
        ));
        assert!(matches!(
            args(&["--demo"]).unwrap().key(&none),
            KeySource::Unencrypted
        ));
        let elsewhere = args(&["--demo", "--connect", "https://clinic.example"]).unwrap();
        assert!(matches!(elsewhere.key(&none), KeySource::Keyring));
        assert!(matches!(
            args(&["--demo"]).unwrap().key(&given),
            KeySource::Passphrase(_)
        ));
    }

    #[test]
    fn only_a_demo_knows_the_password_by_itself() {
        let none = Secrets::default();
        let real = args(&["--sign-in", "reception1"]).unwrap();
        let made_up = args(&["--demo", "--sign-in", "reception1"]).unwrap();
        let password = |args: &Args| args.credentials(&none).unwrap().1;
        assert_eq!(password(&real), None);
        assert_eq!(password(&made_up).as_deref(), Some(demo::PASSWORD));
    }
}
