//! Fifty requests of one person on each of three replicas at the moment when their token expires.

use std::{sync::Arc, time::Duration as Span};

use entra_local::{Endpoint, Failure, Times};
use http::StatusCode;
use identity::{
    IdentityConfig,
    testing::redis_servers::{RedisServers, Sentinels},
};
use time::Duration;

use super::{GRAPH, LIFE, ask, entra, refreshes, signed_in};
use crate::{
    redis::{clock, open, options},
    support::{AMARA, Browser, Entra, Site},
};

const REPLICAS: usize = 3;
const EACH: usize = 50;

/// One person's browser in front of three processes with a connection each.
struct Replicas {
    sites: Vec<Site>,
    browsers: Vec<Arc<Browser>>,
}

impl Replicas {
    async fn start(entra: &Entra, config: &IdentityConfig, url: &str) -> Self {
        let clock = clock();
        let first = Site::with_state(config.clone(), open(options(url), &clock), clock, tempfile::tempdir().unwrap());
        let browser = Browser::new(&first);
        signed_in(entra, &browser, AMARA).await;
        let mut sites = vec![first];
        for _ in 1..REPLICAS {
            let state = open(options(url), &sites[0].clock);
            sites.push(sites[0].replica_on(config.clone(), state));
        }
        let browsers = sites.iter().map(|site| Arc::new(browser.at(site))).collect();
        Self { sites, browsers }
    }

    /// So long after the sign-in.
    fn advance(&self, by: Duration) {
        self.sites[0].clock.advance(by);
    }

    /// All of them at once: the words and what came with them.
    async fn storm(&self, replicas: std::ops::Range<usize>) -> Vec<(String, String)> {
        let asking = replicas.flat_map(|replica| {
            (0..EACH).map(move |_| {
                let browser = Arc::clone(&self.browsers[replica]);
                tokio::spawn(async move { ask(&browser, GRAPH).await })
            })
        });
        let answers = futures::future::join_all(asking.collect::<Vec<_>>()).await;
        answers.into_iter().map(Result::unwrap).collect()
    }
}

/// That everybody has the same token, which is returned.
fn one_token(answers: &[(String, String)]) -> String {
    let (_, first) = &answers[0];
    for (word, token) in answers {
        assert!(matches!(word.as_str(), "authority" | "store" | "memory"), "{word} {token}");
        assert_eq!(token, first);
    }
    first.clone()
}

#[tokio::test]
async fn a_healthy_or_a_slow_authority_is_asked_once() {
    let (entra, config) = entra().await;
    let (_folder, server) = RedisServers::single().await;
    let replicas = Replicas::start(&entra, &config, &server.url()).await;
    let before = one_token(&replicas.storm(0..REPLICAS).await);
    assert_eq!(refreshes(&entra), 0);
    for (delay, asked) in [(0, 1), (3, 2)] {
        replicas.advance(Duration::seconds(310));
        entra.control().fail_grant("refresh_token", Failure::late(Span::from_secs(delay)), Times::Next(1));
        let answers = replicas.storm(0..REPLICAS).await;
        assert_eq!(answers.len(), REPLICAS * EACH);
        assert_ne!(one_token(&answers), before);
        assert_eq!((refreshes(&entra), entra.control().highest_in_flight()), (asked, 1));
    }
}

/// The token is used while it lasts; after that everybody hears how long to wait. Nobody is signed out.
#[tokio::test]
async fn an_authority_in_trouble_is_left_alone_and_costs_nobody_anything() {
    let (entra, config) = entra().await;
    let (_folder, server) = RedisServers::single().await;
    let failures = [
        (Failure::sts(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", 90_055).with_retry_after(30), 30),
        (Failure::sts(StatusCode::INTERNAL_SERVER_ERROR, "server_error", 90_024), 2),
        (Failure::hang(), 2),
    ];
    for (failure, longest) in failures {
        let replicas = Replicas::start(&entra, &config, &server.url()).await;
        let before = one_token(&replicas.storm(0..REPLICAS).await);
        entra.control().forget_token_requests();
        entra.control().fail_grant("refresh_token", failure, Times::UntilTakenBack);
        replicas.advance(Duration::seconds(310));
        assert_eq!(one_token(&replicas.storm(0..REPLICAS).await), before);
        assert_eq!(refreshes(&entra), 1);
        replicas.advance(LIFE);
        for (word, seconds) in replicas.storm(0..REPLICAS).await {
            assert_eq!(word, "unavailable", "{seconds}");
            assert!((1..=longest + 1).contains(&seconds.parse::<u32>().unwrap()), "{seconds}");
        }
        assert_eq!(refreshes(&entra), 2, "one for each wait that was over");
        replicas.storm(0..REPLICAS).await;
        assert_eq!(refreshes(&entra), 2);
        entra.control().stop_failing(Endpoint::Token);
        replicas.advance(Duration::seconds(i64::from(longest) + 1));
        assert!(replicas.browsers[1].who_am_i().await.starts_with("Amara"));
        one_token(&replicas.storm(0..REPLICAS).await);
        assert_eq!(refreshes(&entra), 3);
    }
}

/// A process that dies with the lease in its hand: the others go on when the lease is over, with one more request.
#[test]
fn others_go_on_when_the_holder_is_killed() {
    let here = tokio::runtime::Runtime::new().unwrap();
    let victim = tokio::runtime::Runtime::new().unwrap();
    here.block_on(async {
        let (entra, config) = entra().await;
        let (_folder, server) = RedisServers::single().await;
        let mut replicas = Replicas::start(&entra, &config, &server.url()).await;
        // Whatever the first one does, it does on the runtime that is about to go.
        let (url, clock) = (server.url(), Arc::clone(&replicas.sites[0].clock));
        let state = victim.spawn(async move { open(options(&url), &clock) }).await.unwrap();
        let doomed = replicas.sites[0].replica_on(config.clone(), state);
        let browser = replicas.browsers[0].at(&doomed);
        entra.control().fail_grant("refresh_token", Failure::late(Span::from_secs(3)), Times::Next(1));
        replicas.advance(LIFE);
        victim.spawn(async move { ask(&browser, GRAPH).await });
        while refreshes(&entra) == 0 {
            tokio::time::sleep(Span::from_millis(10)).await;
        }
        victim.shutdown_background();
        // Its lease is over when the clock says so; it renews it no more.
        let time = tokio::spawn({
            let clock = Arc::clone(&replicas.sites[0].clock);
            async move {
                loop {
                    tokio::time::sleep(Span::from_millis(500)).await;
                    clock.advance(Duration::milliseconds(500));
                }
            }
        });
        one_token(&replicas.storm(1..REPLICAS).await);
        time.abort();
        assert_eq!(refreshes(&entra), 2, "one more for the one that died");
        replicas.sites.clear();
    });
}

/// The primary dies while one refreshes: at most one more request, and in the end one token for all.
#[tokio::test]
async fn a_failover_of_redis_costs_one_more_request_at_most() {
    let (entra, config) = entra().await;
    let sentinels = Sentinels::start().await;
    let replicas = Replicas::start(&entra, &config, &sentinels.url()).await;
    replicas.advance(LIFE);
    entra.control().fail_grant("refresh_token", Failure::late(Span::from_secs(3)), Times::Next(1));
    let accident = async {
        while refreshes(&entra) == 0 {
            tokio::time::sleep(Span::from_millis(10)).await;
        }
        sentinels.data()[0].kill().await;
    };
    let (answers, ()) = futures::join!(replicas.storm(0..REPLICAS), accident);
    for (word, rest) in &answers {
        assert!(matches!(word.as_str(), "authority" | "store" | "memory" | "unavailable"), "{word} {rest}");
    }
    assert!(refreshes(&entra) <= 2, "{}", refreshes(&entra));
    replicas.advance(Duration::seconds(10));
    one_token(&replicas.storm(0..REPLICAS).await);
    assert!(refreshes(&entra) <= 3, "{}", refreshes(&entra));
    assert!(replicas.browsers[2].who_am_i().await.starts_with("Amara"));
}
