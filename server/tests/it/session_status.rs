//! What a browser's poll is told of its session.

use std::sync::Arc;

use domain::{SessionState, SessionStatus};
use reqwest::Method;
use services::{Clock, SystemClock};
use time::Duration;

use crate::support::{AwayState, Browser, CONTOSO, Person, Reply, Setup, TestApp, Unserved, run};
use crate::tenants::World;

fn read(reply: &Reply) -> SessionStatus {
    assert_eq!((reply.status.as_u16(), reply.header("cache-control")), (200, "no-store"), "{}", reply.body);
    assert_eq!(reply.header("set-cookie"), "", "a poll leaves the browser as it is");
    serde_json::from_str(&reply.body).unwrap()
}

async fn poll(browser: &Browser) -> SessionStatus {
    read(&browser.send(browser.script(Method::GET, "/session-status")).await)
}

#[test]
fn somebody_who_is_signed_in_hears_until_when_and_a_stranger_that_nobody_is() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Manager).await;
        let status = poll(&browser).await;
        assert_eq!((status.state, status.ask_in), (SessionState::Active, 60), "{status:?}");
        assert_eq!(status.person, Some(Person::Manager.id()));
        let ends = status.ends.unwrap();
        let left = |end: domain::Timestamp| end.seconds_since(status.now);
        assert!((86_390..=86_400).contains(&left(ends.idle)), "{status:?}");
        assert!((604_790..=604_800).contains(&left(ends.absolute)), "{status:?}");
        assert!(left(ends.token.unwrap()) > 60, "{status:?}");
        assert!(!status.silent_check, "it is off");

        let stranger = poll(&app.browser()).await;
        assert_eq!((stranger.state, stranger.ask_in), (SessionState::Ended, 300));
        assert_eq!((stranger.person, stranger.ends, stranger.silent_check), (None, None, false));
        let page = app.browser().get("/session-status").await;
        assert_eq!(read(&page).state, SessionState::Ended, "and goes nowhere");
    });
}

#[test]
fn a_poll_prolongs_nothing_even_if_it_looks_like_a_person() {
    run(async {
        let world = World::new(&[]).await;
        world.tenants(&["allow", &CONTOSO.to_string()]).await;
        let browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        let idle = poll(&browser).await.ends.unwrap().idle;
        let browser = browser.moved_to(&world.replica_ahead_by(Duration::minutes(20)).await);
        assert_eq!(poll(&browser).await.ends.unwrap().idle, idle);
        let page = browser.get("/session-status").await;
        assert_eq!(read(&page).ends.unwrap().idle, idle);
        assert_eq!(poll(&browser).await.ends.unwrap().idle, idle);
        assert_eq!(browser.get("/incidents").await.status, 200);
        let moved = poll(&browser).await.ends.unwrap().idle.seconds_since(idle);
        assert!((1_190..=1_260).contains(&moved), "a person does: {moved}");
    });
}

#[test]
fn near_its_end_a_session_is_asked_for_more_often() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let settings = vec![("MUSTER_SESSION_IDLE", "100s")];
        let app = TestApp::start(folder.path(), Setup { settings, ..Setup::default() }).await;
        let status = poll(&app.signed_in(Person::Viewer).await).await;
        assert_eq!((status.state, status.ask_in), (SessionState::Active, 15), "{status:?}");
        app.stop().await;
    });
}

#[test]
fn whoever_was_signed_out_elsewhere_hears_so_as_often_as_they_ask() {
    run(async {
        let app = TestApp::shared().await;
        let (here, there) = (app.signed_in(Person::Auditor).await, app.signed_in(Person::Auditor).await);
        assert_eq!(here.post("/sessions", &[("end", "others")]).await.status, 303);
        for _ in 0..3 {
            let status = poll(&there).await;
            assert_eq!((status.state, status.ask_in), (SessionState::SignedOutElsewhere, 300));
            assert_eq!((status.person, status.ends), (None, None));
        }
        let gated = there.get("/incidents").await;
        assert_eq!(gated.location(), app::routes::sign_in("/incidents"));
        assert_eq!(poll(&there).await.state, SessionState::Ended, "the browser has let go of it");
        assert_eq!(poll(&here).await.state, SessionState::Active);
    });
}

#[test]
fn a_session_of_an_organisation_that_is_not_let_in_is_over() {
    run(async {
        let world = World::new(&[]).await;
        let id = CONTOSO.to_string();
        world.tenants(&["allow", &id]).await;
        let browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        assert_eq!(poll(&browser).await.state, SessionState::Active);
        world.tenants(&["block", &id]).await;
        let browser = browser.moved_to(&world.replica().await);
        let status = poll(&browser).await;
        assert_eq!((status.state, status.person, status.ends), (SessionState::Ended, None, None));
    });
}

#[test]
fn what_is_not_known_is_not_called_an_end() {
    run(async {
        let world = World::new(&[]).await;
        world.tenants(&["allow", &CONTOSO.to_string()]).await;
        let browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        let browser = browser.moved_to(&world.replica_through(|_| Arc::new(AwayState)).await);
        let reply = browser.send(browser.script(Method::GET, "/session-status")).await;
        assert_eq!(reply.status, 503, "{}", reply.body);
        let site = Unserved::public(|_| ()).await;
        assert_eq!(site.ask("/session-status").await.status, 200, "a stranger's is known");
        site.stop().await;
    });
}

#[test]
fn its_own_time_is_told() {
    run(async {
        let before = SystemClock.now();
        let now = poll(&TestApp::shared().await.browser()).await.now;
        assert!((0..=5).contains(&now.seconds_since(before)));
    });
}
