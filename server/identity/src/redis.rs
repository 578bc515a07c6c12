//! Shared state in Redis (feature `redis`): one server, with TLS and an access-control list, behind Sentinel, or a Cluster.
//!
//! ```no_run
//! # async fn open() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use identity::{SystemClock, redis::{RedisOptions, RedisState}};
//!
//! let options = RedisOptions::new("rediss://app@redis.example:6380".parse()?);
//! let state = RedisState::open(options, Arc::new(SystemClock))?;
//! state.ready().await?;
//! # Ok(()) }
//! ```
//!
//! Each change is one script on one key, so that it is one step everywhere, also in a Cluster. Expiry is decided by the
//! application's clock, as in every adapter; Redis' own expiry only clears away. What a failover can lose, and what is done
//! about it, is in `adr/0007-redis-replicas-confirm-writes.md`.

mod bus;
mod confirm;
mod counters;
mod failure;
mod leases;
mod link;
mod members;
mod options;
mod tls;
mod url;
mod values;
mod watch;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use fred::types::Value;
use time::{Duration, OffsetDateTime};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    clock::Clock,
    state::{
        Count, Expected, Lease, Member, PutOutcome, SharedState, StateError, Subscription, Versioned,
        millis::{from_ms, to_ms},
    },
};
use link::{Link, Repeat};

pub use options::{RedisConfigError, RedisOptions};
pub use url::{RedisUrl, RedisUrlError};

/// The Redis adapter of [`SharedState`].
pub struct RedisState {
    /// Reads and messages, which never wait behind a write that waits for a replica.
    reader: Link,
    writer: Link,
    confirm: Option<confirm::Confirm>,
    bus: bus::Bus,
    clock: Arc<dyn Clock>,
    prefix: String,
    /// Ends the connections when the last handle goes.
    _connections: DropGuard,
}

impl RedisState {
    /// Begins to connect and goes on trying for as long as the value lives; [`RedisState::ready`] says how that stands. Has
    /// to be called inside a tokio runtime.
    ///
    /// # Errors
    /// When the options do not go together. That a server is out of reach is no error here.
    pub fn open(options: RedisOptions, clock: Arc<dyn Clock>) -> Result<Self, RedisConfigError> {
        let builder = options.builder()?;
        let stop = CancellationToken::new();
        let health = Arc::new(watch::Health::default());
        let reader = Link::open(&builder, 1, options.timeout, &health, &stop)?;
        let writer = Link::open(&builder, options.writers.max(1), options.timeout, &health, &stop)?;
        let bus = bus::Bus::open(&builder, options.timeout, &stop)?;
        let confirm = options.url.has_replicas().then(|| confirm::Confirm::new(options.replica_timeout));
        let prefix = options.prefix;
        Ok(Self { reader, writer, confirm, bus, clock, prefix, _connections: stop.drop_guard() })
    }

    /// Whether the server answers, and which version of Redis it is, such as `7.0.15`.
    ///
    /// # Errors
    /// [`StateError::Unavailable`] with the reason why the last attempt to connect failed.
    pub async fn ready(&self) -> Result<String, StateError> {
        self.reader.version().await
    }

    fn now_ms(&self) -> i64 {
        to_ms(self.clock.now())
    }

    /// The name in Redis of a value, or with a kind of something else.
    fn name(&self, kind: &str, name: &str) -> String {
        format!("{}{kind}{name}", self.prefix)
    }

    /// Runs a script that changes one key, and waits for a replica where there are any.
    async fn write(
        &self,
        repeat: Repeat,
        script: &'static str,
        key: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, StateError> {
        match &self.confirm {
            Some(confirm) => confirm.write(&self.writer, repeat, script, key, &arguments).await,
            None => self.writer.eval(repeat, script, key, arguments).await,
        }
    }
}

impl fmt::Debug for RedisState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisState").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

#[async_trait]
impl SharedState for RedisState {
    async fn get(&self, key: &str) -> Result<Option<Versioned>, StateError> {
        values::get(self, key).await
    }

    async fn put(
        &self,
        key: &str,
        value: &[u8],
        expires_at: OffsetDateTime,
        expected: Expected,
    ) -> Result<PutOutcome, StateError> {
        values::put(self, key, value, expires_at, expected).await
    }

    async fn delete(&self, key: &str) -> Result<bool, StateError> {
        values::take(self, key, Repeat::WhenLost).await.map(|taken| taken.is_some())
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        values::take(self, key, Repeat::Never).await
    }

    async fn add_member(&self, set: &str, member: &str, expires_at: OffsetDateTime) -> Result<(), StateError> {
        members::add(self, set, member, expires_at).await
    }

    async fn remove_member(&self, set: &str, member: &str) -> Result<bool, StateError> {
        members::remove(self, set, member).await
    }

    async fn members(&self, set: &str, after: Option<&Member>, limit: u32) -> Result<Vec<Member>, StateError> {
        members::list(self, set, after, limit).await
    }

    async fn acquire_lease(&self, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError> {
        leases::acquire(self, name, ttl).await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError> {
        leases::renew(self, lease, ttl).await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<bool, StateError> {
        leases::release(self, lease).await
    }

    async fn increment(&self, counter: &str, by: u32, window: Duration) -> Result<Count, StateError> {
        counters::increment(self, counter, by, window).await
    }

    async fn publish(&self, topic: &str, message: &[u8]) -> Result<(), StateError> {
        self.bus.publish(&self.reader, self.name("topic:", topic), message).await
    }

    async fn subscribe(&self, topic: &str) -> Result<Subscription, StateError> {
        self.bus.subscribe(self.name("topic:", topic)).await
    }

    async fn describe(&self) -> Result<String, StateError> {
        self.ready().await.map(|version| format!("Redis {version}"))
    }
}
