//! The Redis adapter on real servers: one, one with TLS and an access-control list, Sentinel, Cluster.

mod contract;
mod failover;
mod secured;
mod trouble;

use std::{sync::Arc, time::Duration};

use identity::{
    Clock,
    redis::{RedisOptions, RedisState},
    testing::ManualClock,
};
use time::OffsetDateTime;

/// Longer than any failover of these tests takes.
pub const LONG: Duration = Duration::from_secs(20);

pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(OffsetDateTime::now_utc()))
}

pub fn options(url: &str) -> RedisOptions {
    let mut options = RedisOptions::new(url.parse().unwrap());
    options.timeout = LONG;
    // How long a replica takes to follow is the machine's business.
    options.replica_timeout = LONG / 2;
    options
}

pub fn open(options: RedisOptions, clock: &Arc<ManualClock>) -> Arc<RedisState> {
    Arc::new(RedisState::open(options, Arc::clone(clock) as Arc<dyn Clock>).unwrap())
}
