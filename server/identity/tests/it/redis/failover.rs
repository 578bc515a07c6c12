//! A primary dies under load: requests wait for the next one, everybody gets their own page, nobody is signed out.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{Method, StatusCode};
use identity::{
    Clock, SharedState, StateError,
    redis::RedisOptions,
    state::{Expected, PutOutcome},
    testing::redis_servers::{Cluster, RedisServer, Sentinels},
};
use time::Duration as Span;

use super::{LONG, clock, open, options};
use crate::support::{AMARA, Browser, DARIO, Entra, LOCAL, NURI, Site};

const PEOPLE: [(&str, &str); 3] = [(AMARA, "Amara"), (NURI, "Nuri"), (DARIO, "Dario")];
const SESSIONS: usize = 18;

/// Browsers with a session each, and one that has signed out with the cookie it had.
struct Crowd {
    site: Site,
    signed_in: Vec<(Browser, &'static str)>,
    signed_out: Browser,
}

impl Crowd {
    async fn gather(options: RedisOptions) -> Self {
        let clock = clock();
        let state = open(options, &clock);
        let entra = Entra::start().await;
        let site = Site::with_state(entra.config(LOCAL), state, clock, tempfile::tempdir().unwrap());
        let sign_in = async |person: &str| {
            let browser = Browser::new(&site);
            entra.next_person(person);
            assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
            browser
        };
        let signed_out = sign_in(AMARA).await;
        let mut signed_in = Vec::new();
        for (person, name) in PEOPLE.into_iter().cycle().take(SESSIONS) {
            signed_in.push((sign_in(person).await, name));
        }
        // The last thing that happens before the primary dies.
        let cookie = signed_out.cookies()["session"].clone();
        assert_eq!(signed_out.post("/auth/sign-out").await.status, StatusCode::SEE_OTHER);
        signed_out.set_cookie("session", &cookie);
        Self { site, signed_in, signed_out }
    }

    /// Keeps all of them busy while `accident` happens, until each has had answers for a while after it. Requests wait for the
    /// failover, for which they have time, so not one of them fails.
    async fn live_through(&self, accident: impl Future<Output = ()>) {
        let (over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
        let person = async |browser: &Browser, name: &str| {
            let mut afterwards = 0;
            while afterwards < 10 {
                afterwards += usize::from(over.load(Ordering::Relaxed));
                // A navigation is noted as use now and then, which is a write.
                let reply = browser.send(Method::GET, "/whoami", &[("sec-fetch-mode", "navigate")]).await;
                assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
                assert!(reply.body.starts_with(name), "{name} was answered as {}", reply.body);
                asked.fetch_add(1, Ordering::Relaxed);
            }
        };
        let everybody = futures::future::join_all(self.signed_in.iter().map(|(browser, name)| person(browser, name)));
        let accident = async {
            while asked.load(Ordering::Relaxed) < 5 * SESSIONS {
                tokio::task::yield_now().await;
            }
            self.site.clock.advance(Span::minutes(10));
            accident.await;
            // Answered by the next primary, for every slot of a Cluster that a session may be in.
            for (browser, name) in &self.signed_in {
                assert!(browser.who_am_i().await.starts_with(name));
            }
            self.site.clock.advance(Span::minutes(10));
            over.store(true, Ordering::Relaxed);
        };
        futures::join!(everybody, accident);
        assert_eq!(self.signed_out.who_am_i().await, "nobody", "who has signed out stays so");
        for (browser, _) in &self.signed_in {
            assert_eq!(browser.post("/auth/sign-out").await.status, StatusCode::SEE_OTHER, "writing goes on");
        }
    }
}

#[tokio::test]
async fn the_sentinel_primary_dies() {
    let sentinels = Sentinels::start().await;
    let crowd = Crowd::gather(options(&sentinels.url())).await;
    let first = sentinels.primary().port;
    crowd.live_through(sentinels.data()[0].kill()).await;
    assert_ne!(sentinels.primary().port, first);
}

#[tokio::test]
async fn a_cluster_primary_dies() {
    let cluster = Cluster::start().await;
    let crowd = Crowd::gather(options(&cluster.url())).await;
    let victim = cluster.primaries()[0].clone();
    crowd.live_through(victim.kill()).await;
    assert!(cluster.primaries().iter().all(|primary| primary.port != victim.port));
}

/// A primary that stops answering, with its connections open, as one does whose network is gone.
#[tokio::test]
async fn a_silent_primary_is_left_for_the_next_one() {
    let sentinels = Sentinels::start().await;
    let clock = clock();
    let options = RedisOptions { timeout: Duration::from_secs(2), ..options(&sentinels.url()) };
    let state = open(options, &clock);
    let later = clock.now() + Span::HOUR;
    assert!(matches!(state.put("k", b"v", later, Expected::Absent).await, Ok(PutOutcome::Stored(_))));
    sentinels.data()[0].suspend();
    let mut refused = 0;
    let answered = async {
        while let Err(error) = state.get("k").await {
            assert!(matches!(error, StateError::Unavailable { .. }), "{error}");
            refused += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, answered).await.expect("it is never left");
    assert_eq!(state.get("k").await.unwrap().unwrap().value, b"v");
    assert!(refused < 2_000, "refused at once, not one after the other");
    sentinels.data()[0].resume();
}

/// What a failover would lose is not said to be done.
#[tokio::test]
async fn a_write_that_no_replica_has_is_not_confirmed() {
    let sentinels = Sentinels::start().await;
    let clock = clock();
    let options = RedisOptions { replica_timeout: Duration::from_millis(500), ..options(&sentinels.url()) };
    let state = open(options, &clock);
    let later = clock.now() + Span::HOUR;
    let replicas: Vec<&RedisServer> = sentinels.data()[1..].iter().collect();
    for replica in &replicas {
        replica.suspend();
    }
    let unconfirmed = StateError::Unavailable { reason: "no replica has confirmed the write".to_owned() };
    assert_eq!(state.put("k", b"v", later, Expected::Absent).await, Err(unconfirmed.clone()));
    assert_eq!(state.delete("k").await, Err(unconfirmed.clone()));
    assert_eq!(state.add_member("s", "m", later).await, Err(unconfirmed));
    assert_eq!(state.get("k").await, Ok(None), "reading does not wait for replicas");
    for replica in &replicas {
        replica.resume();
    }
    assert!(matches!(state.put("k", b"v", later, Expected::Absent).await, Ok(PutOutcome::Stored(_))));
}

/// Without any replica there is nothing that could take over and forget: writing goes on, and does not wait.
#[tokio::test]
async fn a_primary_without_replicas_goes_on_alone() {
    let sentinels = Sentinels::start().await;
    let clock = clock();
    // Longer than anybody is waited for: whoever waits for a replica here fails.
    let options = RedisOptions { replica_timeout: Duration::from_hours(1), ..options(&sentinels.url()) };
    let state: Arc<dyn SharedState> = open(options, &clock);
    for replica in &sentinels.data()[1..] {
        replica.kill().await;
    }
    let later = clock.now() + Span::HOUR;
    for number in 0..50 {
        let put = state.put(&format!("k{number}"), b"v", later, Expected::Absent).await;
        assert!(matches!(put, Ok(PutOutcome::Stored(_))), "{put:?}");
    }
    sentinels.data()[1].restart().await;
    assert!(matches!(state.put("k", b"v", later, Expected::Any).await, Ok(PutOutcome::Stored(_))));
}
