//! A connection that asks one thing after the other: as light as can be, because it shares the
//! machine with what is measured.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;

/// One keep-alive connection, with a token once signed in.
pub(crate) struct Http {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    pub(crate) token: Option<String>,
}

impl Http {
    pub(crate) async fn to(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Ends with the connection; whoever asks on it learns of an error there.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self {
            sender,
            host: address.to_string(),
            token: None,
        })
    }

    /// The answer's head; the body is still under way.
    pub(crate) async fn begin(
        &mut self,
        method: &str,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Incoming>> {
        let mut request = Request::builder().method(method).uri(path);
        request = request
            .header("host", &self.host)
            .header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::new(Bytes::from(body)))?;
        self.sender.ready().await?;
        Ok(self.sender.send_request(request).await?)
    }

    /// Status and body.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes)> {
        let answer = self.begin(method, path, body).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }

    /// The body of a `GET` that succeeds.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Bytes> {
        let (status, body) = self.ask("GET", path, Vec::new()).await?;
        if !status.is_success() {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }

    /// What a `POST` that succeeds answers.
    pub(crate) async fn post<T: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let (status, body) = self.ask("POST", path, serde_json::to_vec(body)?).await?;
        if !status.is_success() {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&body));
        }
        Ok(serde_json::from_slice(&body)?)
    }
}
