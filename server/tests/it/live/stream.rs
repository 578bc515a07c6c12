//! The stream itself: what it says, where it goes on, and that it costs a session nothing.

use std::time::Duration;

use domain::live::Changed;
use reqwest::Method;
use server::live::{Pace, Ring};
use services::ports::IncidentStore;

use super::{head, note};
use crate::support::{Browser, CONTOSO, Person, Setup, TestApp, Told, Wire, run};
use tempfile::TempDir;

async fn paced(beat: Duration) -> (TestApp, TempDir) {
    let folder = TempDir::new().unwrap();
    let pace = Some(Pace { beat, look: Duration::from_secs(5) });
    (TestApp::start(folder.path(), Setup { pace, ..Setup::default() }).await, folder)
}

#[test]
fn a_change_reaches_another_persons_stream_with_its_place() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        let mut stream = Wire::open(&viewer).await;
        let number = responder.declare("Heard of").await;
        let told = stream.next().await.unwrap();
        assert_eq!(told.changed(), Changed { number, version: 1 });
        assert_eq!(told.id, Some(head(&app).await));
        note(&responder, number, "a").await;
        let told = stream.next().await.unwrap();
        assert_eq!((told.changed().version, told.id), (1, Some(head(&app).await)), "a note has no version of its own");
        app.stop().await;
        assert_eq!(stream.rest().await, [], "it ends with the server, which does not wait for it");
    });
}

#[test]
fn it_is_neither_kept_nor_gathered_nor_squeezed() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let browser = app.signed_in(Person::Viewer).await;
        let request = browser.script(Method::GET, "/live").header("accept-encoding", "gzip, br");
        let response = browser.begin(request).await;
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some("text/event-stream"));
        assert_eq!(header("cache-control"), Some("no-store"));
        assert_eq!(header("x-accel-buffering"), Some("no"));
        assert_eq!(header("content-encoding"), None);
        let mut wire = Wire::at(&browser, "/live", None).await;
        wire.next().await.unwrap();
        let retry: u64 =
            wire.heard.lines().find_map(|line| line.strip_prefix("retry:")).unwrap().trim().parse().unwrap();
        assert!((1_000..=3_000).contains(&retry), "{retry}");
        app.stop().await;
    });
}

#[test]
fn a_stranger_is_told_nothing() {
    run(async {
        let app = TestApp::shared().await;
        let stranger = app.browser();
        let reply = stranger.send(stranger.script(Method::GET, "/live").header("accept", "text/event-stream")).await;
        assert_eq!(reply.status, 401, "{}", reply.body);
        assert_eq!(stranger.get("/live").await.status, 302, "a person is taken to the sign-in");
    });
}

#[test]
fn a_browser_that_comes_back_hears_what_it_missed() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        let place = head(&app).await;
        let [one, other] = [responder.declare("One").await, responder.declare("Other").await];
        note(&responder, one, "a").await;
        note(&responder, one, "b").await;
        let expected = [(other, Some(place + 2)), (one, Some(place + 4))];
        let told = |all: &[Told]| all.iter().map(|told| (told.changed().number, told.id)).collect::<Vec<_>>();
        let mut by_header = Wire::after(&viewer, place).await;
        let heard = [by_header.next().await.unwrap(), by_header.next().await.unwrap()];
        assert_eq!(told(&heard), expected, "several changes of one incident are one");
        let opened = by_header.next().await.unwrap();
        assert_eq!((opened.event.as_str(), opened.id), ("opened", Some(place + 4)));
        let mut by_address = Wire::at(&viewer, &format!("/live?after={place}"), None).await;
        let heard = [by_address.next().await.unwrap(), by_address.next().await.unwrap()];
        assert_eq!(told(&heard), expected);
        // The address stays what it was when a browser comes back by itself: the header is newer.
        let mut both = Wire::at(&viewer, &format!("/live?after={place}"), Some(&(place + 2).to_string())).await;
        assert_eq!(told(&[both.next().await.unwrap()]), expected[1..]);
        app.stop().await;
    });
}

#[test]
fn a_place_that_cannot_be_told_from_starts_anew() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        responder.declare("There before").await;
        let place = head(&app).await;
        for id in ["nonsense", "-1", "99999999999999999999", &(place + 1).to_string()] {
            let mut wire = Wire::at(&viewer, "/live", Some(id)).await;
            let told = wire.next().await.unwrap();
            assert_eq!((told.event.as_str(), told.id), ("reset", Some(place)), "{id}");
        }
        // More than is told one by one, while the stream is open and when it comes back.
        let mut open = Wire::open(&viewer).await;
        let exported = app.records.export(CONTOSO, None, 1).await.unwrap().remove(0);
        let batch: Vec<_> = (0..501)
            .map(|n| {
                let mut one = exported.clone();
                one.origin = format!("file:{n}");
                one.incident.id = domain::IncidentId(uuid::Uuid::from_u128(0x1_0000 + n));
                one.entries.clear();
                one
            })
            .collect();
        let mut line = app.audit_log(CONTOSO).await.remove(0);
        line.id = uuid::Uuid::from_u128(0xffff);
        app.records.import(CONTOSO, &[], &batch, &line).await.unwrap();
        app.live.ring(Ring::Changed(CONTOSO));
        for wire in [&mut open, &mut Wire::after(&viewer, place).await] {
            let told = wire.next().await.unwrap();
            assert_eq!((told.event.as_str(), told.id), ("reset", Some(place + 501)));
        }
        app.stop().await;
    });
}

#[test]
fn a_change_that_nobody_rang_for_is_found_by_looking() {
    run(async {
        let folder = TempDir::new().unwrap();
        let pace = Some(Pace { beat: Duration::from_secs(20), look: Duration::from_millis(50) });
        let app = TestApp::start(folder.path(), Setup { pace, ..Setup::default() }).await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        let number = responder.declare("Looked for").await;
        let mut stream = Wire::open(&viewer).await;
        super::write(&app, number).await;
        assert_eq!(stream.next().await.unwrap().changed(), Changed { number, version: 1 });
        app.stop().await;
    });
}

#[test]
fn a_stream_with_nothing_to_say_says_so_and_where_it_goes_on() {
    run(async {
        let (app, _folder) = paced(Duration::from_millis(50)).await;
        let (viewer, manager) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Manager).await);
        let number = manager.declare("To be hidden").await;
        super::sight::restrict(&manager, number, 1, &[]).await;
        let place = head(&app).await;
        let mut stream = Wire::open(&viewer).await;
        assert_eq!(stream.last_id, Some(place));
        let beat = stream.block().await.unwrap();
        assert_eq!((beat.id, beat.event.as_str(), beat.data.as_str()), (None, "", ""));
        assert!(stream.heard.ends_with(":\n\n") || stream.heard.ends_with(": \n\n"), "{:?}", stream.heard);
        note(&manager, number, "a").await;
        // Nothing that this person may hear of; but the next time they come back, it need not be looked at again.
        while stream.last_id == Some(place) {
            assert_eq!(stream.block().await.unwrap().event, "");
        }
        assert_eq!(stream.last_id, Some(place + 1));
        app.stop().await;
    });
}

#[test]
fn listening_keeps_no_session_alive() {
    run(async {
        let (app, _folder) = paced(Duration::from_millis(20)).await;
        let viewer = app.signed_in(Person::Viewer).await;
        let seen = async |browser: &Browser| {
            let list = browser.call("/sfn/sessions/own", &serde_json::json!({})).await;
            list.json().to_string()
        };
        let before = seen(&viewer).await;
        let mut stream = Wire::open(&viewer).await;
        for _ in 0..5 {
            stream.block().await.unwrap();
        }
        assert_eq!(seen(&viewer).await, before);
        app.stop().await;
    });
}
