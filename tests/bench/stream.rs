//! Many open event streams, and when the last of them has heard.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::mpsc;

use crate::http::Http;

/// Open streams; each tells when it heard an event that holds `mark`.
pub(crate) struct Streams {
    count: usize,
    heard: mpsc::UnboundedReceiver<u64>,
}

impl Streams {
    /// Opens them, a few sessions' tokens in turn, and waits until each has heard its first event.
    pub(crate) async fn open(
        address: SocketAddr,
        path: &'static str,
        tokens: &[Option<String>],
        count: usize,
        number: fn(&str) -> Option<u64>,
    ) -> Result<Self> {
        let (tell, heard) = mpsc::unbounded_channel();
        for n in 0..count {
            let mut http = Http::to(address).await?;
            http.token = tokens.get(n % tokens.len().max(1)).cloned().flatten();
            let answer = http.begin("GET", path, Vec::new()).await?;
            if !answer.status().is_success() {
                bail!("a stream was refused: {}", answer.status());
            }
            let mut body = answer.into_body();
            frame(&mut body).await.context("the first event")?;
            tokio::spawn(listen(http, body, tell.clone(), number));
        }
        Ok(Self { count, heard })
    }

    /// Waits until every stream has heard of this number.
    pub(crate) async fn all_heard(&mut self, number: u64) -> Result<()> {
        let mut left = self.count;
        while left > 0 {
            let heard = self.heard.recv().await.context("all streams ended")?;
            left -= usize::from(heard == number);
        }
        Ok(())
    }
}

/// The connection lives as long as somebody listens on it.
async fn listen(
    _http: Http,
    mut body: Incoming,
    tell: mpsc::UnboundedSender<u64>,
    number: fn(&str) -> Option<u64>,
) {
    let mut text = String::new();
    while let Some(more) = frame(&mut body).await {
        text.push_str(&more);
        // An event ends with an empty line, wherever the network cut it.
        while let Some((event, rest)) = text.split_once("\n\n") {
            let heard = number(event);
            text = rest.to_owned();
            if let Some(number) = heard
                && tell.send(number).is_err()
            {
                return;
            }
        }
    }
}

async fn frame(body: &mut Incoming) -> Option<String> {
    loop {
        let frame = body.frame().await?.ok()?;
        if let Ok(data) = frame.into_data() {
            return Some(String::from_utf8_lossy(&data).into_owned());
        }
    }
}
