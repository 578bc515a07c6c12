//! What every adapter does, on every way of running Redis.

use identity::testing::{
    redis_servers::{Cluster, RedisServers, Sentinels},
    shared_state_contract,
};

use super::{clock, open, options};

async fn keeps_the_contract(url: &str) {
    let clock = clock();
    shared_state_contract::run(open(options(url), &clock), &clock).await;
}

#[tokio::test]
async fn single() {
    let (_servers, server) = RedisServers::single().await;
    keeps_the_contract(&server.url()).await;
}

#[tokio::test]
async fn sentinel() {
    keeps_the_contract(&Sentinels::start().await.url()).await;
}

#[tokio::test]
async fn cluster() {
    keeps_the_contract(&Cluster::start().await.url()).await;
}
