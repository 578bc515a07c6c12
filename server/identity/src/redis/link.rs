//! Connections to Redis with a time limit on everything that is asked of them.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fred::{
    clients::{Client, Pool, WithOptions},
    error::{Error, ErrorKind},
    interfaces::ClientLike,
    types::{Builder, ClusterHash, CustomCommand, FromValue, InfoKind, Value, config::Options},
    util::redis_keyslot,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    failure::{self, Attempt},
    options::RedisConfigError,
    watch::{self, Health},
};
use crate::state::StateError;

/// Before the next attempt at something that a server on its way in or out of service has refused.
const PAUSE: Duration = Duration::from_millis(20);

/// Whether something may be attempted again although nobody knows whether the first attempt was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Carried out twice it is as if carried out once.
    WhenLost,
    /// Only what has certainly not been carried out.
    Never,
}

/// One or several connections to wherever the data is at the moment.
pub(super) struct Link {
    pool: Pool,
    timeout: Duration,
    health: Arc<Health>,
    /// Somebody has waited for a connection to the end of their time. Until it is back nobody else does.
    given_up: AtomicBool,
}

impl Link {
    pub(super) fn open(
        builder: &Builder,
        size: usize,
        timeout: Duration,
        health: &Arc<Health>,
        stop: &CancellationToken,
    ) -> Result<Self, RedisConfigError> {
        let pool = builder.build_pool(size).map_err(|error| RedisConfigError::from_fred(&error))?;
        for client in pool.clients() {
            watch::keep_connected(client.clone(), Some(Arc::clone(health)), stop.clone());
        }
        Ok(Self { pool, timeout, health: Arc::clone(health), given_up: AtomicBool::new(false) })
    }

    /// Runs a script on one key.
    pub(super) async fn eval(
        &self,
        repeat: Repeat,
        script: &'static str,
        key: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, StateError> {
        self.call(repeat, |client| {
            let arguments = arguments.clone();
            async move { eval(&client, script, key, &arguments).await }
        })
        .await
    }

    pub(super) async fn version(&self) -> Result<String, StateError> {
        let info = |client: WithOptions<Client>| async move { client.info::<String>(Some(InfoKind::Server)).await };
        let info = self.call(Repeat::WhenLost, info).await?;
        let version = info.lines().find_map(|line| line.strip_prefix("redis_version:"));
        Ok(version.unwrap_or("unknown").trim().to_owned())
    }

    /// Asks until there is an answer or the time is up. Whatever happens to the connection meanwhile, a failover included,
    /// is waited for; but once somebody has done so in vain, and it still is not back, the others are told at once.
    pub(super) async fn call<T, F>(
        &self,
        repeat: Repeat,
        ask: impl Fn(WithOptions<Client>) -> F,
    ) -> Result<T, StateError>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let deadline = Instant::now() + self.timeout;
        loop {
            let client = self.pool.next_connected();
            if client.is_connected() {
                self.given_up.store(false, Ordering::Relaxed);
            } else if self.given_up.load(Ordering::Relaxed) {
                return Err(self.unreachable());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let options = Options { timeout: Some(left), ..Options::default() };
            let error = match tokio::time::timeout(left, ask(client.with_options(&options))).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => Error::new(ErrorKind::Timeout, ""),
            };
            let again = match failure::attempt(&error) {
                Attempt::NotMade => true,
                Attempt::Lost => repeat == Repeat::WhenLost,
                Attempt::Answered => false,
            };
            if *error.kind() == ErrorKind::Timeout || again && Instant::now() + PAUSE >= deadline {
                self.given_up.store(true, Ordering::Relaxed);
                return Err(self.unreachable());
            }
            if !again {
                return Err(failure::from_fred(&error));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn unreachable(&self) -> StateError {
        let limit = self.timeout.as_millis();
        let reason = self.health.trouble().map_or_else(
            || format!("Redis gave no answer within {limit} ms"),
            |trouble| format!("Redis is out of reach: {trouble}"),
        );
        StateError::Unavailable { reason }
    }
}

/// Runs a script on one key, with its text every time: there is nothing to load again after a restart or a failover. (The
/// client's own `eval` would lose the options.)
pub(super) async fn eval<T: FromValue>(
    client: &impl ClientLike,
    script: &'static str,
    key: &str,
    arguments: &[Value],
) -> Result<T, Error> {
    let slot = ClusterHash::Custom(redis_keyslot(key.as_bytes()));
    let mut words: Vec<Value> = vec![script.into(), 1.into(), key.into()];
    words.extend_from_slice(arguments);
    client.custom(CustomCommand::new_static("EVAL", slot, false), words).await
}
