//! What every adapter does, and what a session is on every store, on every way of running Redis.

use identity::{
    redis::RedisOptions,
    testing::{
        redis_servers::{Cluster, RedisServers, Sentinels},
        shared_state_contract,
    },
};

use super::{
    clock, open, options,
    secured::{PASSWORD, Secured, access_rules},
};
use crate::session_contract;

async fn keeps_the_contracts(options: RedisOptions) {
    let manual = clock();
    shared_state_contract::run(open(options.clone(), &manual), &manual).await;

    let options = RedisOptions { prefix: "muster:sessions:".to_owned(), ..options };
    let manual = clock();
    session_contract::run(open(options.clone(), &manual), open(options, &manual), manual).await;
}

#[tokio::test]
async fn single() {
    let (_servers, server) = RedisServers::single().await;
    keeps_the_contracts(options(&server.url())).await;
}

#[tokio::test]
async fn tls_with_an_access_control_list() {
    let secured = Secured::start().await;
    keeps_the_contracts(secured.options()).await;
}

#[tokio::test]
async fn sentinel() {
    let sentinels = Sentinels::start().await;
    keeps_the_contracts(options(&sentinels.url())).await;
}

#[tokio::test]
async fn cluster() {
    let cluster = Cluster::start().await;
    keeps_the_contracts(options(&cluster.url())).await;
}

/// The user that the README makes may do all that a Cluster needs. `ASKING` is for a slot on its way to another node.
#[tokio::test]
async fn cluster_with_an_access_control_list() {
    let cluster = Cluster::start().await;
    let rules = access_rules();
    let rules = rules.strip_prefix("user ").unwrap().split(' ');
    for node in cluster.nodes() {
        let words: Vec<_> = ["acl", "setuser"].into_iter().chain(rules.clone()).collect();
        assert_eq!(node.cli(&words), "OK");
        assert_eq!(node.cli(&["acl", "dryrun", "muster", "asking"]), "OK");
    }
    let mut options = options(&cluster.url().replace("://", "://muster@"));
    options.password = Some(PASSWORD.into());
    keeps_the_contracts(RedisOptions { prefix: "muster:".to_owned(), ..options }).await;
}
