//! A server with a certificate.

use std::path::PathBuf;

use reqwest::{Certificate, Client, StatusCode, Version};

use crate::program::{Serving, assert_refused, run, serve};

/// A private authority's certificate and key for this machine, in a folder of their own.
struct Issued {
    dir: tempfile::TempDir,
    cert: PathBuf,
    key: PathBuf,
}

impl Issued {
    fn new() -> Self {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let issued = rcgen::generate_simple_self_signed(names).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
        std::fs::write(&cert, issued.cert.pem()).unwrap();
        std::fs::write(&key, issued.signing_key.serialize_pem()).unwrap();
        Self { dir, cert, key }
    }

    fn serve(&self) -> Serving {
        let data = self.dir.path().join("data");
        serve(&data, &self.flags())
    }

    fn flags(&self) -> [&str; 4] {
        let (cert, key) = (self.cert.to_str().unwrap(), self.key.to_str().unwrap());
        ["--tls-cert", cert, "--tls-key", key]
    }

    /// A client that trusts this authority and no other.
    fn client(&self) -> Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = Certificate::from_pem(&std::fs::read(&self.cert).unwrap()).unwrap();
        let client = Client::builder().tls_certs_only([root]);
        client.build().unwrap()
    }
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_is_served_over_http_2() {
    let issued = Issued::new();
    let mut server = issued.serve();
    let path = format!("{}/healthz", server.url);
    let answer = issued.client().get(&path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.version(), Version::HTTP_2);
    let stranger = Issued::new().client().get(&path).send().await;
    assert!(stranger.is_err(), "another authority is not trusted");
    let plain = path.replace("https", "http");
    assert!(reqwest::get(plain).await.is_err(), "nothing is answered");
    server.child.kill().unwrap();
    server.child.wait().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_renewed_certificate_is_served_after_sighup() {
    use std::io::{BufRead as _, BufReader};

    let (issued, renewed) = (Issued::new(), Issued::new());
    let mut server = issued.serve();
    let mut told = BufReader::new(server.child.stderr.take().unwrap());
    let path = format!("{}/healthz", server.url);
    assert!(renewed.client().get(&path).send().await.is_err());
    std::fs::copy(&renewed.cert, &issued.cert).unwrap();
    std::fs::copy(&renewed.key, &issued.key).unwrap();
    let id = server.child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-HUP", &id])
        .status();
    assert!(sent.unwrap().success());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert_eq!(line, "the certificate was read again\n");
    let answer = renewed.client().get(&path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    server.child.kill().unwrap();
    server.child.wait().unwrap();
}

#[test]
fn a_certificate_that_cannot_be_served_is_refused_before_anything_is_opened() {
    let (issued, other) = (Issued::new(), Issued::new());
    let data = issued.dir.path().join("data");
    let with = |cert: &str, key: &str| {
        let data = data.to_str().unwrap();
        run(&[
            "serve",
            "--data",
            data,
            "--tls-cert",
            cert,
            "--tls-key",
            key,
        ])
    };
    let text = |path: &PathBuf| path.to_str().unwrap().to_owned();
    let unmatched = with(&text(&issued.cert), &text(&other.key));
    assert_refused(&unmatched, 9, "does not belong");
    let missing = with("/nowhere/cert.pem", &text(&issued.key));
    assert_refused(&missing, 9, "/nowhere/cert.pem");
    let swapped = with(&text(&issued.key), &text(&issued.cert));
    assert_refused(&swapped, 9, "holds no certificate");
    assert!(!data.exists());
    let half = run(&["serve", "--data", "x", "--tls-cert", "cert.pem"]);
    assert_eq!(half.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn an_unencrypted_server_that_others_can_reach_is_warned_about() {
    let dir = tempfile::tempdir().unwrap();
    let open = ["--listen", "0.0.0.0:0"];
    let (code, _, err) = crate::program::serve_openly(dir.path(), &open).stop();
    assert_eq!(code, Some(0));
    assert!(
        err.contains("not encrypted") && err.contains("--tls-cert"),
        "{err}"
    );
    let (_, _, err) = serve(dir.path(), &[]).stop();
    assert_eq!(err, "");
}
