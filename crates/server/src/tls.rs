//! The server's certificate: read from PEM files, looked at closely before it is used, and read
//! again on request without ending a connection.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use frontdesk_domain::Timestamp;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or is not what its flag asks for.
    #[error("{what} {} cannot be used ({why}): give a PEM file that this user may read.", .file.display())]
    File {
        /// `The certificate` or `The key`.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The key belongs to another certificate.
    #[error("The key {} does not belong to the certificate {}: give the pair that was issued together.", .key.display(), .cert.display())]
    Unmatched {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The certificate's time is over, or has not come.
    #[error("The certificate {} is valid from {from} until {until} only: renew it, or correct this machine's clock.", .cert.display())]
    NotNow {
        /// The certificate's file.
        cert: PathBuf,
        /// First instant of its validity.
        from: String,
        /// Last instant.
        until: String,
    },
}

/// A certificate that is served; clones share it.
#[derive(Debug, Clone)]
pub struct Tls {
    cert: PathBuf,
    key: PathBuf,
    current: Arc<Current>,
}

#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(current.clone())
    }
}

impl Tls {
    /// Reads a certificate chain and its key, both PEM.
    ///
    /// # Errors
    /// [`TlsError`] when they cannot be read, do not belong together, or are not valid at `now`.
    pub fn from_files(cert: &Path, key: &Path, now: Timestamp) -> Result<Self, TlsError> {
        let pair = read(cert, key, now)?;
        Ok(Self {
            cert: cert.to_owned(),
            key: key.to_owned(),
            current: Arc::new(Current(RwLock::new(Arc::new(pair)))),
        })
    }

    /// Reads the files again, for connections from now on.
    ///
    /// # Errors
    /// [`TlsError`]; the former certificate is served on then.
    pub fn reload(&self, now: Timestamp) -> Result<(), TlsError> {
        let pair = Arc::new(read(&self.cert, &self.key, now)?);
        let mut current = self
            .current
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = pair;
        Ok(())
    }

    /// What shakes hands: TLS 1.2 and 1.3, HTTP/2 first.
    ///
    /// # Errors
    /// When the build's cryptography offers neither version.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, rustls::Error> {
        let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn provider() -> rustls::crypto::CryptoProvider {
    ring::default_provider()
}

fn read(cert: &Path, key: &Path, now: Timestamp) -> Result<CertifiedKey, TlsError> {
    let chain = chain(cert)?;
    check_validity(cert, &chain[0], now)?;
    let unusable = |why: String| TlsError::File {
        what: "The key",
        file: key.to_owned(),
        why,
    };
    let der = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(error.to_string()))?;
    CertifiedKey::from_der(chain, der, &provider()).map_err(|error| {
        if matches!(error, rustls::Error::InconsistentKeys(_)) {
            TlsError::Unmatched {
                cert: cert.to_owned(),
                key: key.to_owned(),
            }
        } else {
            unusable(error.to_string())
        }
    })
}

/// At least one certificate, the server's own first.
fn chain(cert: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unusable = |why: String| TlsError::File {
        what: "The certificate",
        file: cert.to_owned(),
        why,
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(cert)
        .map_err(|error| unusable(error.to_string()))?
        .collect();
    let chain = chain.map_err(|error| unusable(error.to_string()))?;
    if chain.is_empty() {
        return Err(unusable("it holds no certificate".to_owned()));
    }
    Ok(chain)
}

fn check_validity(cert: &Path, der: &CertificateDer<'_>, now: Timestamp) -> Result<(), TlsError> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|error| TlsError::File {
        what: "The certificate",
        file: cert.to_owned(),
        why: error.to_string(),
    })?;
    let validity = parsed.validity();
    let (from, until) = (validity.not_before, validity.not_after);
    if (from.timestamp()..=until.timestamp()).contains(&now.timestamp()) {
        return Ok(());
    }
    Err(TlsError::NotNow {
        cert: cert.to_owned(),
        from: from.to_string(),
        until: until.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Files {
        dir: tempfile::TempDir,
        cert: PathBuf,
        key: PathBuf,
    }

    /// A certificate for 2020 to 2030 and its key.
    fn issued() -> Files {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        let cert = params.self_signed(&key).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let files = Files {
            cert: dir.path().join("cert.pem"),
            key: dir.path().join("key.pem"),
            dir,
        };
        std::fs::write(&files.cert, cert.pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
        files
    }

    fn at(instant: &str) -> Timestamp {
        instant.parse().unwrap()
    }

    fn refused(cert: &Path, key: &Path, now: &str) -> String {
        Tls::from_files(cert, key, at(now)).unwrap_err().to_string()
    }

    const NOW: &str = "2026-03-02T07:00:00Z";

    #[test]
    fn a_pair_is_served_in_its_time_and_only_then() {
        let files = issued();
        assert!(Tls::from_files(&files.cert, &files.key, at(NOW)).is_ok());
        for then in ["2019-12-31T23:59:59Z", "2030-01-02T00:00:00Z"] {
            let why = refused(&files.cert, &files.key, then);
            assert!(why.contains("valid from") && why.contains("2030"), "{why}");
        }
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let (one, other) = (issued(), issued());
        let why = refused(&one.cert, &other.key, NOW);
        assert!(why.contains("does not belong"), "{why}");
    }

    #[test]
    fn each_file_that_cannot_be_used_is_named() {
        let files = issued();
        let (missing, letter) = (
            files.dir.path().join("none"),
            files.dir.path().join("letter"),
        );
        std::fs::write(&letter, "Dear Sir or Madam").unwrap();
        for (cert, key, named) in [
            (&missing, &files.key, "The certificate"),
            (&letter, &files.key, "holds no certificate"),
            (&files.key, &files.key, "holds no certificate"),
            (&files.cert, &missing, "The key"),
            (&files.cert, &letter, "The key"),
        ] {
            let why = refused(cert, key, NOW);
            assert!(why.contains(named) && why.ends_with('.'), "{why}");
        }
    }

    #[test]
    fn a_renewed_pair_is_taken_up_and_a_broken_one_is_not() {
        let (files, renewed) = (issued(), issued());
        let tls = Tls::from_files(&files.cert, &files.key, at(NOW)).unwrap();
        let served = || {
            tls.current
                .0
                .read()
                .unwrap()
                .end_entity_cert()
                .unwrap()
                .to_vec()
        };
        let first = served();
        std::fs::copy(&renewed.cert, &files.cert).unwrap();
        assert!(tls.reload(at(NOW)).is_err(), "the key is still the old one");
        assert_eq!(served(), first);
        std::fs::copy(&renewed.key, &files.key).unwrap();
        tls.reload(at(NOW)).unwrap();
        assert_ne!(served(), first);
    }
}
