//! Where the database is, and how its connections are encrypted.
//!
//! What leaves this machine is encrypted unless the URL says `sslmode=disable`; a certificate is
//! always checked, against the authorities of `sslrootcert` or else of the system.

use std::error::Error;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime,
};
use percent_encoding::percent_decode_str;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StartError;

/// A database that does not answer by then is told about.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was answered is on the disk, also where the database is set to answer before that.
const DURABLE: &str = "-c synchronous_commit=on";

/// A connection, to be polled.
pub(crate) type Wire = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// A database of PostgreSQL; clones share what they trust.
#[derive(Clone)]
pub(crate) struct Address {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Address {
    /// What the URL says.
    ///
    /// # Errors
    /// [`StartError::DatabaseUrl`] when it cannot be read, [`StartError::DatabaseTrust`] when the
    /// authorities that it names cannot be.
    pub(crate) fn of(url: &str) -> Result<Self, StartError> {
        if !is_understood(url) {
            let why = "only postgres://… and postgresql://… are understood".to_owned();
            return Err(StartError::DatabaseUrl(why));
        }
        let (url, authorities) = without_what_only_libpq_knows(url);
        let mut config: Config = url
            .parse()
            .map_err(|error| StartError::DatabaseUrl(deepest(&error)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StartError::DatabaseUrl("it names no host".to_owned()));
        }
        if config.get_ssl_mode() == SslMode::Prefer {
            let here = stays_here(&config);
            config.ssl_mode(if here {
                SslMode::Disable
            } else {
                SslMode::Require
            });
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("frontdesk-server");
        }
        let options = config.get_options().unwrap_or_default();
        let options = format!("{options} {DURABLE}");
        config.options(options.trim_start());
        let encrypts = config.get_ssl_mode() == SslMode::Require;
        let trusted = match authorities {
            Some(file) => of_file(&file)?,
            None if encrypts => of_the_system()?,
            None => nobody()?,
        };
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(trusted),
        })
    }

    pub(crate) async fn connect(&self) -> Result<(Client, Wire), tokio_postgres::Error> {
        self.config.connect(self.tls.clone()).await
    }

    /// At most so many connections, made when they are needed; each begins with these words.
    pub(crate) fn pool(&self, size: usize, begin: &'static str) -> Result<Pool, StartError> {
        let introduce = Hook::async_fn(move |client: &mut ClientWrapper, _| {
            Box::pin(async move {
                client
                    .batch_execute(begin)
                    .await
                    .map_err(HookError::Backend)
            })
        });
        let recycling_method = RecyclingMethod::Fast;
        let manager = Manager::from_config(
            self.config.clone(),
            self.tls.clone(),
            ManagerConfig { recycling_method },
        );
        Pool::builder(manager)
            .max_size(size)
            .post_create(introduce)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| StartError::DatabaseUnusable(error.to_string()))
    }
}

/// A URL of PostgreSQL, or its words as `host=… dbname=…`.
fn is_understood(url: &str) -> bool {
    match url.split_once("://") {
        Some((scheme, _)) if !scheme.contains('=') => ["postgres", "postgresql"].contains(&scheme),
        _ => url.contains('='),
    }
}

/// `sslrootcert` apart, and the modes that check a certificate as the one that does so here.
fn without_what_only_libpq_knows(url: &str) -> (String, Option<String>) {
    let Some((place, query)) = url.split_once('?') else {
        return (url.to_owned(), None);
    };
    let (mut kept, mut authorities) = (Vec::new(), None);
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslrootcert", file)) => {
                authorities = Some(percent_decode_str(file).decode_utf8_lossy().into_owned());
            }
            Some(("sslmode", "verify-ca" | "verify-full")) => kept.push("sslmode=require"),
            _ => kept.push(pair),
        }
    }
    (format!("{place}?{}", kept.join("&")), authorities)
}

/// A socket or the loopback address: nobody listens there.
fn stays_here(config: &Config) -> bool {
    let loopback = |name: &str| name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => name == "localhost" || loopback(name),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

fn of_file(file: &str) -> Result<ClientConfig, StartError> {
    let unusable = |why: String| StartError::DatabaseTrust(file.to_owned(), why);
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(Path::new(file));
    for certificate in found.map_err(|error| unusable(error.to_string()))? {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        let added = roots.add(certificate);
        added.map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unusable("it holds no certificate".to_owned()));
    }
    Ok(builder()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn of_the_system() -> Result<ClientConfig, StartError> {
    let verified = builder()?
        .with_platform_verifier()
        .map_err(|error| cannot(&error))?;
    Ok(verified.with_no_client_auth())
}

/// For connections that do not encrypt.
fn nobody() -> Result<ClientConfig, StartError> {
    let nobody = RootCertStore::empty();
    Ok(builder()?
        .with_root_certificates(nobody)
        .with_no_client_auth())
}

fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, StartError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    builder
        .with_safe_default_protocol_versions()
        .map_err(|error| cannot(&error))
}

fn cannot(error: &rustls::Error) -> StartError {
    StartError::DatabaseUnusable(error.to_string())
}

/// Why no connection was made.
pub(super) fn refused(error: &tokio_postgres::Error) -> StartError {
    if is_about_a_certificate(error) {
        return StartError::DatabaseCertificate(deepest(error));
    }
    StartError::DatabaseUnusable(in_words(error))
}

fn is_about_a_certificate(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let inside = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if inside.is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>) {
            return true;
        }
        next = error.source();
    }
    false
}

/// The sentence of the database, or of the network below it.
pub(super) fn in_words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => said.message().to_owned(),
        None => deepest(error),
    }
}

/// What lies at the bottom says most.
pub(super) fn deepest(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), deepest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> SslMode {
        Address::of(url).unwrap().config.get_ssl_mode()
    }

    #[test]
    fn another_kind_of_database_is_named_as_what_is_wrong() {
        for (url, why) in [
            ("mysql://a@b/c", "only postgres://"),
            ("sqlite:///tmp/c", "only postgres://"),
            ("clinic.sqlite", "only postgres://"),
            ("", "only postgres://"),
            ("postgres://", "names no host"),
            ("postgres://h:door/c", "`port`"),
        ] {
            let refused = Address::of(url).err().unwrap();
            assert!(matches!(refused, StartError::DatabaseUrl(_)), "{refused}");
            assert!(refused.to_string().contains(why), "{url}: {refused}");
        }
        assert!(Address::of("host=/run/postgresql dbname=c").is_ok());
        assert!(Address::of("postgresql://a@b/c?sslmode=disable").is_ok());
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted_unless_the_url_says_no() {
        for here in [
            "postgres://a@%2Frun%2Fpostgresql/c",
            "postgres://a@localhost/c",
            "postgres://a@127.0.0.1/c?sslmode=prefer",
            "postgres://a@[::1]:5433/c",
            "postgres://a@db.example/c?hostaddr=127.0.0.1",
            "postgres://a@db.example/c?sslmode=disable",
        ] {
            assert_eq!(mode(here), SslMode::Disable, "{here}");
        }
        for elsewhere in [
            "postgres://a@db.example/c",
            "postgres://a@10.0.0.7/c?sslmode=prefer",
            "postgres://a@localhost,db.example/c",
            "postgres://a@localhost/c?hostaddr=10.0.0.7",
            "postgres://a@localhost/c?sslmode=require",
            "postgres://a@localhost/c?sslmode=verify-full&connect_timeout=3",
        ] {
            assert_eq!(mode(elsewhere), SslMode::Require, "{elsewhere}");
        }
    }
}
