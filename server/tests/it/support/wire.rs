//! A stream of server-sent events, byte by byte as it comes over the wire.

use std::time::Duration;

use domain::live::Changed;
use reqwest::{Method, Response};
use serde_json::Value;

use super::Browser;

/// What is waited for comes within this time, or never.
const PATIENCE: Duration = Duration::from_secs(30);

/// One block of the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub id: Option<u64>,
    pub event: String,
    pub data: String,
}

impl Told {
    pub fn changed(&self) -> Changed {
        assert_eq!(self.event, "changed", "{self:?}");
        serde_json::from_str(&self.data).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// The reader of a stream.
pub struct Wire {
    pub response: Response,
    /// Everything that has come so far.
    pub heard: String,
    read: usize,
    /// The last id, from which a browser would go on.
    pub last_id: Option<u64>,
}

impl Wire {
    /// From now on, read until the stream says that it is open.
    pub async fn open(browser: &Browser) -> Self {
        let mut wire = Self::at(browser, app::routes::LIVE, None).await;
        assert_eq!(wire.next().await.unwrap().event, "opened");
        wire
    }

    /// What comes after a place, as a browser asks for it that comes back.
    pub async fn after(browser: &Browser, place: u64) -> Self {
        Self::at(browser, app::routes::LIVE, Some(&place.to_string())).await
    }

    /// An answer whose head has been read, to a request that went on from a place.
    pub fn of(response: Response, place: u64) -> Self {
        Self { response, heard: String::new(), read: 0, last_id: Some(place) }
    }

    pub async fn at(browser: &Browser, address: &str, last_event_id: Option<&str>) -> Self {
        let request = browser.script(Method::GET, address).header("accept", "text/event-stream");
        let request = last_event_id.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        let response = browser.begin(request).await;
        assert_eq!(response.status(), 200);
        Self { response, heard: String::new(), read: 0, last_id: last_event_id.and_then(|id| id.parse().ok()) }
    }

    /// The next event that has a name; none at the end of the stream.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            let block = self.block().await?;
            if !block.event.is_empty() {
                return Some(block);
            }
        }
    }

    /// The next block, events or not; none at the end of the stream.
    pub async fn block(&mut self) -> Option<Told> {
        loop {
            if let Some(length) = self.heard[self.read..].find("\n\n") {
                let block = self.heard[self.read..self.read + length].to_owned();
                self.read += length + 2;
                let field =
                    |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(|v| v.trim().to_owned());
                let id = field("id:").map(|id| id.parse().unwrap());
                self.last_id = id.or(self.last_id);
                return Some(Told {
                    id,
                    event: field("event:").unwrap_or_default(),
                    data: field("data:").unwrap_or_default(),
                });
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            // A connection that breaks is an end like any other.
            let chunk = chunk.unwrap_or_else(|_| panic!("nothing more comes after {}", self.heard)).ok().flatten()?;
            self.heard.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The rest, to the end.
    pub async fn rest(&mut self) -> Vec<Told> {
        let mut all = Vec::new();
        while let Some(told) = self.next().await {
            all.push(told);
        }
        all
    }
}
