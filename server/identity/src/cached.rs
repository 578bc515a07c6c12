//! One remote document, kept in memory: one fetch at a time whoever asks, and the last good copy when a fetch fails.

#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

use crate::error::UpstreamError;

#[derive(Debug)]
pub(crate) struct Cached<T> {
    copy: RwLock<Option<Copy<T>>>,
    /// Held while fetching. Counts the fetches, and keeps the last failure for those who waited for the same fetch.
    fetching: Mutex<Fetches>,
    rules: Freshness,
}

/// How long a copy is good for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freshness {
    /// After this it is fetched again at the next use.
    pub(crate) refresh_after: Duration,
    /// If that fails, the old copy still serves until this age.
    pub(crate) last_known_good: Duration,
    /// However eagerly somebody asks for a newer copy, fetches are at least this far apart.
    pub(crate) floor: Duration,
}

#[derive(Debug)]
struct Copy<T> {
    value: Arc<T>,
    fetched_at: OffsetDateTime,
}

#[derive(Debug, Default)]
struct Fetches {
    count: u64,
    last_attempt: Option<OffsetDateTime>,
    last_failure: Option<UpstreamError>,
}

impl<T> Cached<T> {
    pub(crate) fn new(rules: Freshness) -> Self {
        Self { copy: RwLock::new(None), fetching: Mutex::new(Fetches::default()), rules }
    }

    /// The copy in memory, whatever its age.
    pub(crate) fn peek(&self) -> Option<Arc<T>> {
        self.read().map(|(value, _)| value)
    }

    /// A copy that is fresh, or the best there is.
    pub(crate) async fn get<F>(&self, now: OffsetDateTime, fetch: impl FnOnce() -> F) -> Result<Arc<T>, UpstreamError>
    where
        F: Future<Output = Result<T, UpstreamError>>,
    {
        match self.read() {
            Some((value, fetched_at)) if now - fetched_at < self.rules.refresh_after => Ok(value),
            _ => self.fetch(now, false, fetch).await,
        }
    }

    /// A newer copy than the caller has just found wanting, unless the last fetch was a moment ago.
    pub(crate) async fn newer<F>(&self, now: OffsetDateTime, fetch: impl FnOnce() -> F) -> Result<Arc<T>, UpstreamError>
    where
        F: Future<Output = Result<T, UpstreamError>>,
    {
        self.fetch(now, true, fetch).await
    }

    async fn fetch<F>(
        &self,
        now: OffsetDateTime,
        eager: bool,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>, UpstreamError>
    where
        F: Future<Output = Result<T, UpstreamError>>,
    {
        let seen = self.read().map(|(_, fetched_at)| fetched_at);
        let attempts_seen = self.fetching.try_lock().ok().map(|fetches| fetches.count);
        let mut fetches = self.fetching.lock().await;

        // Somebody else fetched while we waited: their result is ours, good or bad.
        let waited = attempts_seen != Some(fetches.count);
        let held = self.read();
        if waited && let Some(failure) = fetches.last_failure.clone() {
            return self.last_known_good(now).ok_or(failure);
        }
        if let Some((value, fetched_at)) = held
            && (Some(fetched_at) != seen || (!eager && now - fetched_at < self.rules.refresh_after))
        {
            return Ok(value);
        }
        let too_soon = fetches.last_attempt.is_some_and(|last| now - last < self.rules.floor && last <= now);
        if too_soon && let Some(value) = self.last_known_good(now) {
            return Ok(value);
        }

        fetches.count += 1;
        fetches.last_attempt = Some(now);
        match fetch().await {
            Ok(value) => {
                fetches.last_failure = None;
                let value = Arc::new(value);
                let copy = Copy { value: Arc::clone(&value), fetched_at: now };
                *self.copy.write().unwrap_or_else(PoisonError::into_inner) = Some(copy);
                Ok(value)
            }
            Err(error) => {
                tracing::warn!(%error, "fetching from the authority failed");
                fetches.last_failure = Some(error.clone());
                self.last_known_good(now).ok_or(error)
            }
        }
    }

    fn read(&self) -> Option<(Arc<T>, OffsetDateTime)> {
        let copy = self.copy.read().unwrap_or_else(PoisonError::into_inner);
        copy.as_ref().map(|copy| (Arc::clone(&copy.value), copy.fetched_at))
    }

    fn last_known_good(&self, now: OffsetDateTime) -> Option<Arc<T>> {
        self.read().filter(|(_, at)| now - *at < self.rules.last_known_good).map(|(value, _)| value)
    }
}
