//! One remote document, kept in memory: one fetch at a time whoever asks, a newer copy behind the back of whoever can do with
//! the old one, and the last good copy when a fetch fails.

#[cfg(test)]
mod tests;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};

use time::{Duration, OffsetDateTime};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{error::UpstreamError, random, to_the_end::to_the_end};

#[derive(Debug)]
pub(crate) struct Cached<T> {
    copy: RwLock<Option<Copy<T>>>,
    /// Held while fetching, and for a look. Keeps the last failure for those who waited for the same fetch.
    fetching: Arc<Mutex<Fetches>>,
    /// How many fetches have come to an end; outside of the lock, so that it can be read before waiting for it.
    ended: AtomicU64,
    rules: Freshness,
}

/// How long a copy is good for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freshness {
    /// After this a use of the copy has it fetched again, in the background.
    pub(crate) refresh_after: Duration,
    /// While that does not succeed, the old copy still serves until this age.
    pub(crate) last_known_good: Duration,
    /// However eagerly somebody asks for a newer copy, as long as there is one that serves, fetches are at least this far
    /// apart. Without one each request tries again, one at a time, unless the authority said that there is no such thing, or
    /// to leave it alone: to wait would only keep people out for longer.
    pub(crate) floor: Duration,
}

impl Freshness {
    /// Up to a tenth sooner, so that replicas that were started together do not all ask at once.
    pub(crate) fn jittered(self) -> Self {
        let share = random::bytes::<1>().map_or(0, |[byte]| i64::from(byte));
        let sooner = Duration::seconds(self.refresh_after.whole_seconds() * share / 2560);
        Self { refresh_after: self.refresh_after - sooner, ..self }
    }
}

#[derive(Debug)]
struct Copy<T> {
    value: Arc<T>,
    fetched_at: OffsetDateTime,
}

#[derive(Debug, Default)]
struct Fetches {
    last_attempt: Option<OffsetDateTime>,
    last_failure: Option<UpstreamError>,
}

impl Fetches {
    /// A clock that was set back is no reason to wait.
    fn attempted_within(&self, span: Duration, now: OffsetDateTime) -> bool {
        self.last_attempt.is_some_and(|last| now - last < span && last <= now)
    }
}

impl<T: Send + Sync + 'static> Cached<T> {
    pub(crate) fn new(rules: Freshness) -> Arc<Self> {
        let (copy, fetching) = (RwLock::new(None), Arc::default());
        Arc::new(Self { copy, fetching, ended: AtomicU64::new(0), rules })
    }

    /// The copy in memory, whatever its age.
    pub(crate) fn peek(&self) -> Option<Arc<T>> {
        self.read().map(|(value, _)| value)
    }

    /// How long ago the copy in memory was fetched.
    pub(crate) fn age(&self, now: OffsetDateTime) -> Option<std::time::Duration> {
        // A clock that was set back makes nothing older.
        self.read().map(|(_, fetched_at)| (now - fetched_at).try_into().unwrap_or_default())
    }

    /// Why the last fetch failed, if it did.
    pub(crate) async fn last_failure(&self) -> Option<UpstreamError> {
        self.fetching.lock().await.last_failure.clone()
    }

    /// The copy there is, if it is any good: nobody waits for a newer one, which is fetched behind the caller. Without one
    /// the caller waits.
    pub(crate) async fn get<F>(
        self: &Arc<Self>,
        now: OffsetDateTime,
        fetch: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Arc<T>, UpstreamError>
    where
        F: Future<Output = Result<T, UpstreamError>> + Send,
    {
        match self.read() {
            Some((value, fetched_at)) if now - fetched_at < self.rules.last_known_good => {
                if now - fetched_at >= self.rules.refresh_after {
                    self.refresh(now, fetch);
                }
                Ok(value)
            }
            _ => self.fetch(now, false, fetch).await,
        }
    }

    /// A newer copy than the caller has just found wanting, unless the last fetch was a moment ago.
    pub(crate) async fn newer<F>(
        self: &Arc<Self>,
        now: OffsetDateTime,
        fetch: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Arc<T>, UpstreamError>
    where
        F: Future<Output = Result<T, UpstreamError>> + Send,
    {
        self.fetch(now, true, fetch).await
    }

    /// Fetches in a task of its own, unless somebody is at it or was a moment ago. A failure is in the log, and the copy goes
    /// on serving.
    fn refresh<F>(self: &Arc<Self>, now: OffsetDateTime, fetch: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = Result<T, UpstreamError>> + Send,
    {
        if let Ok(fetches) = Arc::clone(&self.fetching).try_lock_owned()
            && !self.too_soon(&fetches, now)
        {
            let cached = Arc::clone(self);
            tokio::spawn(async move { drop(cached.attempt(fetches, now, fetch).await) });
        }
    }

    async fn fetch<F>(
        self: &Arc<Self>,
        now: OffsetDateTime,
        eager: bool,
        fetch: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Arc<T>, UpstreamError>
    where
        F: Future<Output = Result<T, UpstreamError>> + Send,
    {
        let ended_before = self.ended.load(Ordering::Acquire);
        let fetches = Arc::clone(&self.fetching).lock_owned().await;

        // Somebody's fetch came to its end while we waited: their result is ours, good or bad. That the lock was taken says
        // nothing, its holder may only have had a look.
        let shared = self.ended.load(Ordering::Acquire) != ended_before;
        if shared && let Some(failure) = fetches.last_failure.clone() {
            return self.last_known_good(now).ok_or(failure);
        }
        if let Some((value, fetched_at)) = self.read()
            && (shared || (!eager && now - fetched_at < self.rules.refresh_after))
        {
            return Ok(value);
        }
        match self.last_known_good(now) {
            Some(value) if self.too_soon(&fetches, now) => return Ok(value),
            None if let Some(failure) = fetches.last_failure.clone()
                && fetches.attempted_within(self.wait(&failure), now) =>
            {
                return Err(failure);
            }
            _ => {}
        }
        // In a task of its own, or whoever leaves would take the fetch along, and strangers who come and go could keep
        // everybody from newer keys.
        let cached = Arc::clone(self);
        to_the_end(async move { cached.attempt(fetches, now, fetch).await }).await
    }

    fn too_soon(&self, fetches: &Fetches, now: OffsetDateTime) -> bool {
        let asked_for = fetches.last_failure.as_ref().map_or(Duration::ZERO, |failure| self.wait(failure));
        fetches.attempted_within(self.rules.floor.max(asked_for), now)
    }

    /// For how long this failure is the answer although there is nothing else to hand out: as long as the authority asks for,
    /// and for the floor where it said no such thing is there. Anybody can name a tenant that does not exist.
    fn wait(&self, failure: &UpstreamError) -> Duration {
        match failure {
            UpstreamError::Throttled { retry_after: Some(seconds), .. }
            | UpstreamError::Status { retry_after: Some(seconds), .. } => Duration::seconds((*seconds).into()),
            UpstreamError::Throttled { .. } | UpstreamError::Status { status: 400..=404, .. } => self.rules.floor,
            UpstreamError::Unreachable { .. }
            | UpstreamError::Status { .. }
            | UpstreamError::Unreadable { .. }
            | UpstreamError::Metadata { .. } => Duration::ZERO,
        }
    }

    /// The one fetch that is under way.
    async fn attempt<F>(
        &self,
        mut fetches: OwnedMutexGuard<Fetches>,
        now: OffsetDateTime,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>, UpstreamError>
    where
        F: Future<Output = Result<T, UpstreamError>>,
    {
        fetches.last_attempt = Some(now);
        let answer = fetch().await;
        // Not before: until then there is no result to share.
        self.ended.fetch_add(1, Ordering::AcqRel);
        match answer {
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
