//! Several replicas on one PostgreSQL and one Redis: what happens at one is told at the other, whatever is away meanwhile.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::IncidentNumber;
use identity::testing::redis_servers::{RedisServer, RedisServers, free_port};
use serde_json::json;
use tempfile::TempDir;

use super::note;
use crate::support::{Browser, CONTOSO, Person, Setup, TestApp, Wire, run};
use cluster::{APP, Cluster};
use server::live::Pace;

#[path = "../../../storage/tests/it/postgres/cluster.rs"]
mod cluster;

/// A site on an empty database and a Redis that keeps what it has.
async fn site() -> (TestApp, RedisServer, (RedisServers, TempDir)) {
    let servers = RedisServers::new();
    let redis = servers.start(free_port(), &["appendonly yes", "appendfsync always"], &[]).await;
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let folder = TempDir::new().unwrap();
    let settings =
        vec![("MUSTER_STATE_URL", &*redis.url().leak()), ("MUSTER_DATABASE_URL", &*cluster.url(APP, &database).leak())];
    let pace = Some(Pace { beat: Duration::from_secs(20), look: Duration::from_millis(500) });
    let setup = Setup { settings, pace, authority: crate::support::free_port(), ..Setup::default() };
    let app = TestApp::start(folder.path(), setup).await;
    (app, redis, (servers, folder))
}

/// What a page knows: the last version that it was told, or read, of each incident.
struct Page {
    browser: Browser,
    wire: Option<Wire>,
    place: u64,
    known: BTreeMap<IncidentNumber, u64>,
}

impl Page {
    async fn open(browser: Browser) -> Self {
        let wire = Wire::open(&browser).await;
        let place = wire.last_id.unwrap();
        Self { browser, wire: Some(wire), place, known: BTreeMap::new() }
    }

    /// Reads until it has been told of this place, coming back as often as it has to.
    async fn until(&mut self, head: u64) {
        let began = Instant::now();
        while self.place < head {
            assert!(began.elapsed() < Duration::from_mins(1), "it never hears of {head}, only of {}", self.place);
            let Some(wire) = &mut self.wire else {
                let request = self.browser.script(reqwest::Method::GET, "/live");
                let answer = self.browser.try_begin(request.header("last-event-id", self.place.to_string())).await;
                match answer {
                    Some(response) if response.status() == 200 => {
                        self.wire = Some(Wire::of(response, self.place));
                    }
                    _ => tokio::time::sleep(Duration::from_millis(50)).await,
                }
                continue;
            };
            match wire.next().await {
                Some(told) if told.event == "changed" => {
                    *self.known.entry(told.changed().number).or_default() += 1;
                }
                Some(told) => assert_eq!(told.event, "opened", "{told:?}"),
                None => {
                    self.place = wire.last_id.unwrap();
                    self.wire = None;
                    continue;
                }
            }
            self.place = self.wire.as_ref().and_then(|wire| wire.last_id).unwrap();
        }
    }

    fn moved_to(self, base: &url::Url) -> Self {
        Self { browser: self.browser.moved_to(base), wire: None, ..self }
    }
}

#[test]
fn what_happens_at_one_replica_is_told_at_the_other() {
    run(async {
        let (app, _redis, _kept) = site().await;
        let replica = app.replica().await;
        let viewer = app.signed_in(Person::Viewer).await.moved_to(&replica.base);
        let responder = app.signed_in(Person::Responder).await;
        let mut wire = Wire::open(&viewer).await;
        let number = responder.declare("Across").await;
        assert_eq!(wire.next().await.unwrap().changed().number, number);
        // Revoked here, told there within two seconds.
        let elsewhere = app.signed_in(Person::Viewer).await;
        let began = Instant::now();
        let ended = elsewhere.call("/sfn/sessions/end", &json!({ "form": { "end": "others" } })).await;
        assert_eq!(ended.status, 200, "{}", ended.body);
        let told = wire.next().await.unwrap();
        assert_eq!((told.event.as_str(), told.json()), ("session", json!("signed_out_elsewhere")));
        assert_eq!(wire.next().await, None);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        replica.stop().await;
        app.stop().await;
    });
}

#[test]
fn while_redis_is_away_and_when_it_is_back_no_change_is_lost() {
    run(async {
        let (app, redis, _kept) = site().await;
        let replica = app.replica().await;
        let viewer = app.signed_in(Person::Viewer).await;
        let responder = app.signed_in(Person::Responder).await;
        let number = responder.declare("Through an outage").await;
        let mut near = Page::open(viewer).await;
        let mut far = Page::open(app.signed_in(Person::Auditor).await.moved_to(&replica.base)).await;
        note(&responder, number, "before").await;
        redis.kill().await;
        // A command at the records, as sessions cannot be read.
        super::write(&app, number).await;
        let head = super::head(&app).await;
        for page in [&mut near, &mut far] {
            page.until(head).await;
            assert!(page.wire.is_some(), "the stream went on");
        }
        redis.restart().await;
        let healed = async {
            while responder.get("/incidents").await.status != 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), healed).await.expect("it does not heal");
        note(&responder, number, "after").await;
        let head = super::head(&app).await;
        for page in [&mut near, &mut far] {
            page.until(head).await;
            assert!(page.wire.is_some(), "the stream went on");
        }
        replica.stop().await;
        app.stop().await;
    });
}

#[test]
fn a_replica_that_is_killed_costs_its_browsers_nothing() {
    run(async {
        let (app, _redis, _kept) = site().await;
        let replica = app.replica().await;
        let responder = app.signed_in(Person::Responder).await;
        let numbers = [responder.declare("One").await, responder.declare("Other").await];
        let mut stays = Page::open(app.signed_in(Person::Viewer).await).await;
        let mut moves = Page::open(app.signed_in(Person::Auditor).await.moved_to(&replica.base)).await;
        for (index, number) in numbers.iter().cycle().take(6).enumerate() {
            note(&responder, *number, &format!("before-{index}")).await;
        }
        let half = super::head(&app).await - 3;
        moves.until(half).await;
        replica.kill().await;
        for (index, number) in numbers.iter().cycle().take(6).enumerate() {
            note(&responder, *number, &format!("after-{index}")).await;
        }
        let mut moves = moves.moved_to(&app.base);
        let head = super::head(&app).await;
        stays.until(head).await;
        moves.until(head).await;
        for page in [&stays, &moves] {
            assert_eq!(page.known.keys().copied().collect::<Vec<_>>(), numbers);
            assert_eq!(page.place, head);
        }
        assert_eq!(app.live.streams(CONTOSO), 2);
        app.stop().await;
    });
}
