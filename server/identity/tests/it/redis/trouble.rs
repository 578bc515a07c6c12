//! A server that goes away and comes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::StatusCode;
use identity::{
    Clock, SharedState, StateError,
    redis::RedisOptions,
    state::{Expected, PutOutcome, SubscriptionEnd},
    testing::redis_servers::{RedisServers, free_port},
};
use time::Duration as Span;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{clock, open, options};
use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

fn impatient(url: &str) -> RedisOptions {
    RedisOptions { timeout: Duration::from_millis(500), ..options(url) }
}

#[tokio::test]
async fn what_is_on_disk_is_there_after_a_restart_and_scripts_need_no_loading() {
    let servers = RedisServers::new();
    let server = servers.start(free_port(), &["appendonly yes", "appendfsync always"], &[]).await;
    let clock = clock();
    let state = open(options(&server.url()), &clock);
    let later = clock.now() + Span::HOUR;
    let PutOutcome::Stored(version) = state.put("k", b"v", later, Expected::Absent).await.unwrap() else {
        panic!("a conflict in an empty store")
    };
    let lease = state.acquire_lease("l", Span::HOUR).await.unwrap().unwrap();
    let mut news = state.subscribe("news").await.unwrap();
    server.kill().await;
    server.restart().await;
    assert_eq!(state.get("k").await.unwrap().unwrap().version, version);
    assert!(matches!(state.put("k", b"w", later, Expected::Version(version)).await, Ok(PutOutcome::Stored(_))));
    assert_eq!(state.release_lease(&lease).await, Ok(true));
    assert!(state.acquire_lease("l", Span::HOUR).await.unwrap().unwrap().fence > lease.fence);
    // The subscription comes back by itself, when exactly is nobody's business, and says that it was away.
    let told = tokio::time::timeout(super::LONG, news.next()).await.unwrap();
    assert_eq!(told, Err(SubscriptionEnd::Missed));
    let heard = async {
        let publishing = async {
            loop {
                let _ = state.publish("news", b"again").await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let listening = async {
            loop {
                match news.next().await {
                    Err(SubscriptionEnd::Missed) => {}
                    heard => return heard,
                }
            }
        };
        tokio::select! {
            () = publishing => unreachable!(),
            message = listening => message,
        }
    };
    assert_eq!(tokio::time::timeout(super::LONG, heard).await.unwrap(), Ok(b"again".to_vec()));
}

#[tokio::test]
async fn fences_rise_even_if_everything_is_lost() {
    let (_servers, server) = RedisServers::single().await;
    let clock = clock();
    let state = open(options(&server.url()), &clock);
    let before = state.acquire_lease("l", Span::HOUR).await.unwrap().unwrap();
    server.kill().await;
    server.restart().await;
    let after = state.acquire_lease("l", Span::HOUR).await.unwrap().unwrap();
    assert!(after.fence > before.fence);
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_waited_for() {
    let servers = RedisServers::new();
    let port = free_port();
    let clock = clock();
    let state = open(impatient(&format!("redis://127.0.0.1:{port}")), &clock);
    let Err(StateError::Unavailable { reason }) = state.ready().await else { panic!("nobody is there") };
    assert!(reason.contains("refused"), "{reason}");
    let _server = servers.start(port, &[], &[]).await;
    let connected = async {
        while state.ready().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(super::LONG, connected).await.unwrap();
    assert!(state.ready().await.unwrap().contains('.'), "a version");
}

#[tokio::test]
async fn while_it_is_gone_pages_for_everybody_go_on_and_the_rest_is_a_503_until_it_is_back() {
    let servers = RedisServers::new();
    let server = servers.start(free_port(), &["appendonly yes", "appendfsync always"], &[]).await;
    let clock = clock();
    let state = open(impatient(&server.url()), &clock);
    let entra = Entra::start().await;
    let site = Site::with_state(entra.config(LOCAL), state, clock, tempfile::tempdir().unwrap());
    let amara = Browser::new(&site);
    entra.next_person(AMARA);
    assert_eq!(amara.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);

    server.kill().await;
    for _ in 0..3 {
        let reply = amara.get("/whoami").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(reply.headers["retry-after"], "30");
        assert!(reply.set_cookies().is_empty(), "she keeps her cookie");
    }
    let reply = amara.get("/public/page").await;
    assert_eq!((reply.status, reply.body.as_str()), (StatusCode::OK, "a page"));
    assert!(reply.set_cookies().is_empty(), "nor does a page for everybody take it");
    let stranger = Browser::new(&site);
    assert_eq!(stranger.who_am_i().await, "nobody", "who has no cookie needs no store");
    assert_eq!(stranger.get("/auth/sign-in").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(amara.post("/auth/sign-out").await.status, StatusCode::SERVICE_UNAVAILABLE);

    server.restart().await;
    let healed = async {
        while amara.get("/whoami").await.status != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(super::LONG, healed).await.unwrap();
    assert!(amara.who_am_i().await.starts_with("Amara"));
}

#[tokio::test]
async fn who_comes_when_it_is_known_to_be_gone_does_not_wait() {
    let (_servers, server) = RedisServers::single().await;
    let state = open(impatient(&server.url()), &clock());
    assert_eq!(state.get("k").await, Ok(None));
    server.kill().await;
    let first = tokio::time::timeout(super::LONG, state.get("k")).await.expect("it waits without end");
    assert!(matches!(first, Err(StateError::Unavailable { .. })), "{first:?}");
    let all = async {
        for _ in 0..200 {
            assert!(state.get("k").await.is_err());
        }
    };
    // 200 times the limit is 100 seconds.
    tokio::time::timeout(super::LONG, all).await.expect("each of them waited");
}

#[tokio::test]
async fn a_full_server_is_full() {
    let servers = RedisServers::new();
    let server = servers.start(free_port(), &["maxmemory 1", "maxmemory-policy noeviction"], &[]).await;
    let clock = clock();
    let refused = open(options(&server.url()), &clock).put("k", b"v", clock.now() + Span::HOUR, Expected::Any).await;
    assert!(matches!(refused, Err(StateError::Full { .. })), "{refused:?}");
}

#[tokio::test]
async fn keys_carry_the_prefix_and_expire() {
    let (_servers, server) = RedisServers::single().await;
    let clock = clock();
    let state = open(RedisOptions { prefix: "muster:".to_owned(), ..options(&server.url()) }, &clock);
    let later = clock.now() + Span::HOUR;
    let _ = state.put("sess:abc", b"v", later, Expected::Any).await.unwrap();
    state.add_member("sess-tenant:t", "abc", later).await.unwrap();
    state.increment("n", 1, Span::HOUR).await.unwrap();
    state.acquire_lease("l", Span::HOUR).await.unwrap();
    let mut keys: Vec<_> = server.cli(&["keys", "*"]).lines().map(str::to_owned).collect();
    keys.sort();
    assert_eq!(keys, ["muster:count:n", "muster:lease:l", "muster:sess:abc", "muster:set:sess-tenant:t"]);
    for key in keys {
        let left: i64 = server.cli(&["pttl", &key]).parse().unwrap();
        assert!(left > 0, "{key} would stay for ever");
    }
}

/// As during a failover, when the one that answers is a replica still. `take` may not be asked twice, but this was no answer.
#[tokio::test]
async fn who_takes_something_waits_until_it_can_be_written() {
    let (_servers, server) = RedisServers::single().await;
    let clock = clock();
    let state = open(options(&server.url()), &clock);
    assert!(matches!(
        state.put("k", b"v", clock.now() + Span::HOUR, Expected::Absent).await,
        Ok(PutOutcome::Stored(_))
    ));
    // Of somebody who is not there, so it keeps what it has.
    server.cli(&["replicaof", "127.0.0.1", &free_port().to_string()]);
    let promoted = async {
        while !server.cli(&["info", "errorstats"]).contains("errorstat_READONLY") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server.cli(&["replicaof", "no", "one"]);
    };
    let (taken, ()) = futures::join!(state.take("k"), promoted);
    assert_eq!(taken.unwrap().as_deref(), Some(&b"v"[..]));
    assert_eq!(state.take("k").await, Ok(None));
}

/// Stands between us and the server on this port. Once it is told to, it ends a connection in place of the answer to the next
/// script.
async fn go_between(port: u16, cut: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((ours, _)) = listener.accept().await {
            tokio::spawn(pass_on(ours, port, Arc::clone(&cut)));
        }
    });
    own
}

async fn pass_on(mut ours: TcpStream, port: u16, cut: Arc<AtomicBool>) {
    let Ok(mut theirs) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let ((mut asked, mut told), (mut answered, mut ask)) = (ours.split(), theirs.split());
    let last = AtomicBool::new(false);
    let questions = async {
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = asked.read(&mut bytes).await {
            if bytes[..read].windows(4).any(|word| word == b"EVAL") && cut.swap(false, Ordering::SeqCst) {
                last.store(true, Ordering::SeqCst);
            }
            if ask.write_all(&bytes[..read]).await.is_err() {
                return;
            }
        }
    };
    let answers = async {
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = answered.read(&mut bytes).await {
            if last.load(Ordering::SeqCst) || told.write_all(&bytes[..read]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = questions => {}
        () = answers => {}
    }
}

/// The value was in the answer that got lost: a second attempt would find nothing and say that there never was anything.
#[tokio::test]
async fn what_may_have_been_taken_is_not_asked_for_again() {
    let (_servers, server) = RedisServers::single().await;
    let (clock, cut) = (clock(), Arc::new(AtomicBool::new(false)));
    let port = go_between(server.port, Arc::clone(&cut)).await;
    let state = open(options(&format!("redis://127.0.0.1:{port}")), &clock);
    let later = clock.now() + Span::HOUR;
    // What is the same if it is done twice is asked for again.
    cut.store(true, Ordering::SeqCst);
    assert!(matches!(state.put("k", b"v", later, Expected::Absent).await, Ok(PutOutcome::Stored(_))));
    cut.store(true, Ordering::SeqCst);
    assert!(matches!(state.take("k").await, Err(StateError::Unavailable { .. })));
    assert_eq!(state.get("k").await, Ok(None));
    cut.store(true, Ordering::SeqCst);
    assert!(matches!(state.increment("n", 1, Span::HOUR).await, Err(StateError::Unavailable { .. })));
    assert_eq!(state.increment("n", 1, Span::HOUR).await.unwrap().value, 2, "each has counted once");
}
