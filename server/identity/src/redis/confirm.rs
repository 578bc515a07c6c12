//! Writes that a failover must not lose: answered only when a replica has them too.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use fred::{
    clients::{Client, WithOptions},
    error::Error,
    interfaces::{ClientLike, ClusterInterface, ServerInterface},
    types::{ClusterHash, CustomCommand, Value},
    util::redis_keyslot,
};

use super::{
    failure::once_written,
    link::{Link, Repeat, eval},
};
use crate::state::StateError;

/// Long enough for the answer of a replica that is near, too short to hold anybody up for one that is not there.
const GLANCE: Duration = Duration::from_millis(1);

/// Waiting for replicas.
pub(super) struct Confirm {
    limit: Duration,
    /// Primaries that had no replica when we last looked, by address: that is said once.
    alone: Mutex<HashSet<String>>,
}

/// What came of a write and of the wait for it.
struct Written {
    answer: Value,
    confirmed: bool,
    primary: String,
    /// How many replicas the primary has a connection to.
    replicas: usize,
}

impl Confirm {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, alone: Mutex::default() }
    }

    /// Runs a script on one key and waits until a replica has what it did.
    ///
    /// # Errors
    /// [`StateError::Unavailable`] when there are replicas and none has it in time; whether it will be there after a failover
    /// is then open.
    pub(super) async fn write(
        &self,
        link: &Link,
        repeat: Repeat,
        script: &'static str,
        key: &str,
        arguments: &[Value],
    ) -> Result<Value, StateError> {
        let attempt = |client| self.attempt(client, script, key, arguments);
        let written = link.call(repeat, attempt).await?;
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        if written.confirmed {
            alone.remove(&written.primary);
        } else if written.replicas > 0 {
            alone.remove(&written.primary);
            return Err(StateError::Unavailable { reason: "no replica has confirmed the write".to_owned() });
        } else if alone.insert(written.primary) {
            tracing::warn!("a Redis primary has no replica: what is written now would not survive its loss");
        }
        Ok(written.answer)
    }

    async fn attempt(
        &self,
        client: WithOptions<Client>,
        script: &'static str,
        key: &str,
        arguments: &[Value],
    ) -> Result<Written, Error> {
        let slot = redis_keyslot(key.as_bytes());
        let primary = primary_of(&client, slot);
        let mut options = client.options().clone();
        // All three go to the server of the key.
        options.cluster_hash = Some(ClusterHash::Custom(slot));
        // In one go over one connection: WAIT is about what its own connection has written.
        let pipeline = client.pipeline().with_options(&options);
        let () = eval(&pipeline, script, key, arguments).await?;
        let () = pipeline.wait(1, millis(GLANCE.min(self.limit))).await?;
        let role = CustomCommand::new_static("ROLE", ClusterHash::Custom(slot), false);
        let () = pipeline.custom(role, Vec::<Value>::new()).await?;
        let mut answers = pipeline.try_all::<Value>().await.into_iter();
        let mut next = || answers.next().unwrap_or(Ok(Value::Null));
        let answer = next()?;
        let confirmed = next().map_err(once_written)?.as_i64().unwrap_or(0);
        let role = next().map_err(once_written)?;
        let mut written = Written { answer, confirmed: confirmed > 0, primary, replicas: replicas_in(&role) };
        if !written.confirmed && written.replicas > 0 {
            // It gets its time. Not sooner: after a failover there may be none, and whoever is in line on this connection would
            // wait for each of those before.
            let client = client.with_options(&options);
            written.confirmed = client.wait::<i64>(1, millis(self.limit)).await.map_err(once_written)? > 0;
        }
        Ok(written)
    }
}

/// The address of the server of a slot, empty where there is only one.
fn primary_of(client: &WithOptions<Client>, slot: u16) -> String {
    let routing = client.cached_cluster_state();
    routing.and_then(|routing| routing.get_server(slot).map(ToString::to_string)).unwrap_or_default()
}

/// `ROLE` of a primary: its name, its offset, a list of replicas.
/// <https://redis.io/docs/latest/commands/role/>
fn replicas_in(role: &Value) -> usize {
    match role {
        Value::Array(fields) => match fields.get(2) {
            Some(Value::Array(replicas)) => replicas.len(),
            _ => 0,
        },
        _ => 0,
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
