//! Sessions in Redis, and what becomes of the site while it is away.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use identity::testing::redis_servers::{RedisServer, RedisServers, free_port};
use server::assembly::until_it_answers;
use server::commands::CommandError;
use server::config::{Environment, Settings};
use tempfile::TempDir;

use crate::support::{AwayState, Browser, Muster, Person, Serving, Setup, TestApp, run, site_root};

/// One that keeps what it has when it is killed.
async fn redis() -> (RedisServers, RedisServer) {
    let servers = RedisServers::new();
    let server = servers.start(free_port(), &["appendonly yes", "appendfsync always"], &[]).await;
    (servers, server)
}

fn settings(server: &RedisServer) -> Vec<(&'static str, &'static str)> {
    vec![("MUSTER_STATE_URL", server.url().leak())]
}

async fn site(folder: &Path, server: &RedisServer) -> TestApp {
    TestApp::start(folder, Setup { settings: settings(server), ..Setup::default() }).await
}

#[test]
fn while_redis_is_away_pages_for_everybody_go_on_and_it_heals_by_itself() {
    run(async {
        let (_servers, server) = redis().await;
        let folder = TempDir::new().unwrap();
        let app = site(folder.path(), &server).await;
        let browser = app.signed_in(Person::Manager).await;
        assert!(!folder.path().join("state.db").exists());
        assert!(server.cli(&["keys", "*"]).contains("muster:sess:"));

        server.kill().await;
        let stranger = app.browser();
        for anybody in [&browser, &stranger] {
            for path in ["/", "/signed-out", "/healthz", "/favicon.svg"] {
                assert_eq!(anybody.get(path).await.status, 200, "{path}");
            }
        }
        assert_eq!(stranger.get("/incidents").await.status, 302, "to the sign-in, as ever");
        is_unavailable(&browser, "/incidents").await;
        is_unavailable(&stranger, "/auth/sign-in").await;
        // Told that they are signed out already, nobody would sign out.
        is_unavailable(&browser, "/auth/sign-out").await;
        // Nor is what may change something done as if a stranger had asked.
        assert_eq!(browser.post("/", &[]).await.status, 503);
        assert_eq!(stranger.get("/readyz").await.status, 503);

        server.restart().await;
        let healed = async {
            while browser.get("/incidents").await.status != 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), healed).await.expect("it does not heal");
        app.signed_in(Person::Manager).await;
    });
}

async fn is_unavailable(browser: &Browser, path: &str) {
    let reply = browser.get(path).await;
    assert_eq!(reply.status, 503, "{path}: {}", reply.body);
    assert_eq!(reply.header("retry-after"), "30", "{path}");
    assert!(!reply.body.contains("Redis") && !reply.body.contains("127.0.0.1"), "the cause stays here: {}", reply.body);
}

#[test]
fn two_sites_share_their_sessions_and_a_restart_signs_nobody_out() {
    run(async {
        let (_servers, server) = redis().await;
        let folder = TempDir::new().unwrap();
        let authority = crate::support::free_port();
        let setup = || Setup { settings: settings(&server), authority, ..Setup::default() };
        let before = TestApp::start(folder.path(), setup()).await;
        let browser = before.signed_in(Person::Manager).await;
        before.stop().await;
        let after = TestApp::start(folder.path(), setup()).await;
        assert_eq!(browser.moved_to(&after.base).get("/incidents").await.status, 200);
    });
}

#[test]
fn a_start_without_redis_waits_and_says_for_what() {
    run(async {
        let servers = RedisServers::new();
        let port = free_port();
        let folder = TempDir::new().unwrap();
        let [listen, authority] = [(), ()].map(|()| format!("127.0.0.1:{}", crate::support::free_port()));
        let mut starting = Muster::on(folder.path(), &["serve"])
            .set("MUSTER_SITE_ROOT", &site_root().display().to_string())
            .set("MUSTER_LISTEN", &listen)
            .set("MUSTER_ENTRA_LOCAL_LISTEN", &authority)
            .set("MUSTER_STATE_URL", &format!("redis://127.0.0.1:{port}"))
            .spawn();
        let mut log = BufReader::new(starting.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("(MUSTER_STATE_URL)") {
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "it ended: {:?} {said}", starting.wait());
        }
        assert!(said.contains(&format!("for Redis at redis://127.0.0.1:{port}")), "{said}");
        let _server = servers.start(port, &[], &[]).await;
        let serving = tokio::task::spawn_blocking(move || Serving::of(starting));
        assert_eq!(serving.await.unwrap().terminate(), Some(0));
    });
}

#[test]
fn a_start_gives_up_redis_in_the_end_and_says_which_setting_names_it() {
    run(async {
        let set = [
            ("MUSTER_STATE_URL", "redis://:hunter2@redis.example"),
            ("MUSTER_SITE_ROOT", site_root().to_str().unwrap()),
        ];
        let set: Environment = set.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let settings = Settings::read(&set).unwrap();
        let gave_up = until_it_answers(&settings, &AwayState, Duration::ZERO).await;
        let Err(CommandError::Failed(gave_up)) = gave_up else { panic!("{gave_up:?}") };
        for words in ["Redis at redis://redis.example does not answer", "it is away", "correct MUSTER_STATE_URL"] {
            assert!(gave_up.contains(words), "{words}: {gave_up}");
        }
        assert!(!gave_up.contains("hunter2"), "{gave_up}");
    });
}
