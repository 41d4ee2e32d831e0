//! What a device is told without asking.

use frontdesk_protocol::path;
use reqwest::{Method, Response};

use super::Device;
use crate::soon;

/// `GET /v1/events`, as it comes.
#[derive(Debug)]
pub struct Stream {
    response: Response,
    said: Vec<u8>,
}

impl Device {
    /// Listens from now on.
    ///
    /// # Panics
    /// When it is not told where the feed stands.
    pub async fn events(&self) -> Stream {
        let response = self.request(Method::GET, path::EVENTS).send().await;
        let mut stream = Stream {
            response: response.unwrap(),
            said: Vec::new(),
        };
        stream.until("event: head").await;
        stream
    }
}

impl Stream {
    /// Listens until these words were said; everything that was.
    ///
    /// # Panics
    /// When they are not.
    pub async fn until(&mut self, words: &str) -> String {
        loop {
            let said = String::from_utf8_lossy(&self.said);
            if said.contains(words) {
                return said.into_owned();
            }
            assert!(
                self.more().await,
                "it ended: {}",
                String::from_utf8_lossy(&self.said)
            );
        }
    }

    /// Listens until it ends; everything that was said.
    ///
    /// # Panics
    /// When it goes on.
    pub async fn to_the_end(mut self) -> String {
        while self.more().await {}
        String::from_utf8_lossy(&self.said).into_owned()
    }

    /// False when it has ended.
    async fn more(&mut self) -> bool {
        let chunk = soon("an event or the end", self.response.chunk()).await;
        let chunk = chunk.unwrap();
        self.said.extend(chunk.iter().flatten());
        chunk.is_some()
    }
}
