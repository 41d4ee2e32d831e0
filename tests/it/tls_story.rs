//! A server with a certificate of the clinic's own authority, and desks that trust it, or do not.

use std::path::{Path, PathBuf};

use frontdesk_desk::view::{ConnectionState, ErrorCode, NoArguments, SignInRequest};
use frontdesk_desk::{Desk, DeskConfig, DeskError, KeySource};
use frontdesk_tests::{Clinic, Engine, PASSWORD, Program, Ran, TestDesk};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

/// An authority that nobody outside the clinic knows, and what it has issued for the server.
struct Authority {
    folder: TempDir,
}

impl Authority {
    /// The certificate is for this machine's address and for no name.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own_key = KeyPair::generate().unwrap();
        let mut own = CertificateParams::default();
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = own.self_signed(&own_key).unwrap();
        let issuer = Issuer::new(own, own_key);
        let key = KeyPair::generate().unwrap();
        let of_server = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let of_server = of_server.signed_by(&key, &issuer).unwrap();
        let files = [
            ("authority.pem", certificate.pem()),
            ("server.pem", of_server.pem()),
            ("server-key.pem", key.serialize_pem()),
        ];
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn itself(&self) -> PathBuf {
        self.file("authority.pem")
    }

    /// The demo clinic, served with the certificate.
    async fn clinic(&self) -> Clinic {
        let (cert, key) = (self.file("server.pem"), self.file("server-key.pem"));
        Clinic::started_by(Engine::Sqlite, |data, _| {
            let mut args = vec!["serve", "--demo", "--listen", "127.0.0.1:0", "--data"];
            args.push(text(data));
            args.extend(["--tls-cert", text(&cert), "--tls-key", text(&key)]);
            Program::start("frontdesk-server", &args, &[])
        })
        .await
    }
}

/// A desk for that address, and the folder that it needs as long as it is open.
async fn desk_at(server: &str, authority: Option<PathBuf>) -> Result<(Desk, TempDir), DeskError> {
    let folder = tempfile::tempdir().unwrap();
    let config = DeskConfig {
        server: server.to_owned(),
        server_ca: authority,
        data_dir: folder.path().to_owned(),
        key: KeySource::Unencrypted,
        profile: "default".to_owned(),
        device_name: "test".to_owned(),
        demo: false,
    };
    Ok((Desk::open(config).await?, folder))
}

/// Why nobody can sign in there.
async fn refused(server: &str, authority: Option<PathBuf>) -> DeskError {
    let (desk, _folder) = desk_at(server, authority).await.unwrap();
    let request = SignInRequest {
        user: "reception1".to_owned(),
        password: PASSWORD.to_owned(),
    };
    let error = desk.sign_in(request).await.unwrap_err();
    let session = desk.session(NoArguments {}).await.unwrap();
    assert_eq!(session.user, None, "nothing was sent, and nobody came in");
    error
}

/// The same at the terminal.
async fn refused_terminal(args: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let own = ["--data", text(folder.path()), "--unencrypted"];
    let args = [&own[..], args, &["login", "reception1"]].concat();
    Program::ran("frontdesk", &args, &[], PASSWORD).await
}

fn encrypted(clinic: &Clinic) -> String {
    clinic.url().replacen("http", "https", 1)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn desks_that_trust_the_clinics_authority_sync_book_and_come_back() {
    let authority = Authority::new();
    let clinic = authority.clinic().await;
    let here = TestDesk::trusting(clinic.line().await, &authority.itself()).await;
    here.sign_in_as("reception1").await;
    let there = TestDesk::trusting(clinic.line().await, &authority.itself()).await;
    there.sign_in_as("reception2").await;
    let (slots, patients) = (here.free().await, here.patients().await);
    let visit = here.book(&slots[0], patients[0]).await.unwrap().value;
    there.sees(slots[0].date, visit.appointment_id).await;

    here.line().cut();
    here.in_state(ConnectionState::Offline).await;
    there.cancel(visit.appointment_id).await;
    here.line().mend();
    here.no_longer_sees(slots[0].date, visit.appointment_id)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_was_not_told_of_the_authority_sends_nothing_and_says_what_to_do() {
    let (authority, strangers) = (Authority::new(), Authority::new());
    let clinic = authority.clinic().await;
    let server = encrypted(&clinic);
    for trusted in [None, Some(strangers.itself())] {
        let error = refused(&server, trusted).await;
        assert_eq!(error.code(), ErrorCode::Untrusted);
        let sentence = error.to_string();
        assert!(
            sentence.contains("is not trusted (") && sentence.contains("nothing was sent"),
            "{sentence}"
        );
        assert!(sentence.contains("--server-ca"), "{sentence}");
    }
    let ran = refused_terminal(&["--server", &server]).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(6), ""));
    assert!(ran.err.contains("error[untrusted]"), "{}", ran.err);
    let authority = authority.itself();
    let told = ["--server", &server, "--server-ca", text(&authority)];
    let ran = refused_terminal(&told).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_name_is_refused_and_the_names_are_said() {
    let authority = Authority::new();
    let clinic = authority.clinic().await;
    let server = encrypted(&clinic).replace("127.0.0.1", "localhost");
    let error = refused(&server, Some(authority.itself())).await;
    assert_eq!(error.code(), ErrorCode::Untrusted);
    let sentence = error.to_string();
    assert!(sentence.contains("localhost"), "{sentence}");
    assert!(
        sentence.ends_with("use the name that the certificate was issued for"),
        "{sentence}"
    );
    assert!(!sentence.contains("--server-ca"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clear_text_leaves_this_machine_neither_from_a_desk_nor_from_a_terminal() {
    let server = "http://clinic.example:8080";
    let error = desk_at(server, None).await.err().unwrap();
    assert_eq!(error.code(), ErrorCode::Invalid);
    assert!(error.to_string().contains("use https://"), "{error}");
    let ran = refused_terminal(&["--server", server]).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(4), ""));
    assert!(ran.err.contains("use https://"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_in_desk_whose_server_changes_to_a_strangers_certificate_says_so_and_books_nothing()
 {
    let (authority, strangers) = (Authority::new(), Authority::new());
    let mut clinic = authority.clinic().await;
    let desk = TestDesk::trusting(clinic.line().await, &authority.itself()).await;
    desk.sign_in_as("reception1").await;
    let (slots, patients) = (desk.free().await, desk.patients().await);
    let booking = desk.booking(&slots[0], patients[0]).await;
    clinic.stop().await;
    desk.in_state(ConnectionState::Offline).await;
    let (cert, key) = (
        strangers.file("server.pem"),
        strangers.file("server-key.pem"),
    );
    clinic
        .restart_by(|data, _| {
            let mut args = vec!["serve", "--listen", "127.0.0.1:0", "--data", text(data)];
            args.extend(["--tls-cert", text(&cert), "--tls-key", text(&key)]);
            Program::start("frontdesk-server", &args, &[])
        })
        .await;
    let refused = desk.book_appointment(booking).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Untrusted, "{refused}");
    assert_eq!(desk.connection(NoArguments {}).await.unwrap().waiting, 0);
}
