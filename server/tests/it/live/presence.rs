//! Who else is at an incident.

use domain::IncidentNumber;
use domain::live::Presence;
use serde_json::json;
use time::Duration;

use super::sight::restrict;
use crate::support::{Browser, Person, Reply, TestApp, Wire, run};

async fn say(browser: &Browser, number: IncidentNumber, editing: bool, leaving: bool) -> Reply {
    let arguments = json!({ "number": number, "editing": editing, "leaving": leaving });
    browser.call("/sfn/presence/present", &arguments).await
}

async fn there(browser: &Browser, number: IncidentNumber) -> Vec<(String, bool)> {
    let reply = say(browser, number, false, false).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let presence: Presence = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(presence.more, 0);
    presence.people.into_iter().map(|one| (one.person.name, one.editing)).collect()
}

#[test]
fn those_at_an_incident_see_one_another_come_edit_and_go() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        let number = responder.declare("A crowd").await;
        let mut stream = Wire::open(&viewer).await;
        assert_eq!(there(&viewer, number).await, []);
        let gathered = json!({ "number": number });
        let mut hears = async || {
            let told = stream.next().await.unwrap();
            assert_eq!((told.event.as_str(), told.json(), told.id), ("gathered", gathered.clone(), None));
        };
        hears().await;
        let name = "Mirela Castellanos".to_owned();
        assert_eq!(there(&responder, number).await.len(), 1);
        hears().await;
        assert_eq!(there(&viewer, number).await, [(name.clone(), false)]);
        say(&responder, number, true, false).await;
        hears().await;
        // The same once more is nothing new: what is heard next is the end of the editing.
        say(&responder, number, true, false).await;
        assert_eq!(there(&viewer, number).await, [(name.clone(), true)]);
        assert_eq!(there(&responder, number).await.len(), 1);
        hears().await;
        assert_eq!(there(&viewer, number).await, [(name, false)]);
        say(&responder, number, false, true).await;
        hears().await;
        assert_eq!(there(&viewer, number).await, []);
        let other = responder.declare("Nobody here").await;
        assert_eq!(stream.next().await.unwrap().changed().number, other, "and nothing was said in between");
        app.stop().await;
    });
}

/// Attendance is kept where sessions are, and ends by the same clock.
#[test]
fn whoever_says_nothing_for_a_minute_is_not_there_any_more() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        let number = responder.declare("A minute apart").await;
        app.control().advance_clock(Duration::hours(2));
        there(&responder, number).await;
        assert_eq!(there(&viewer, number).await.len(), 1);
        app.control().advance_clock(Duration::seconds(61));
        assert_eq!(there(&viewer, number).await, []);
        app.stop().await;
    });
}

#[test]
fn a_restricted_incident_shows_its_visitors_to_those_who_may_see_it() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (manager, viewer) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Viewer).await);
        let number = manager.declare("Behind a door").await;
        restrict(&manager, number, 1, &[Person::Manager]).await;
        let mut stream = Wire::open(&viewer).await;
        assert_eq!(say(&manager, number, true, false).await.status, 200);
        for (editing, leaving) in [(false, false), (true, false), (false, true)] {
            assert_eq!(say(&viewer, number, editing, leaving).await.status, 404);
        }
        assert_eq!(say(&viewer, IncidentNumber(99), false, false).await.status, 404);
        let nobody = app.signed_in(Person::Nobody).await;
        assert_eq!(say(&nobody, number, false, false).await.status, 403);
        assert_eq!(there(&manager, number).await, []);
        let open = manager.declare("Open").await;
        assert_eq!(stream.next().await.unwrap().changed().number, open);
        app.stop().await;
    });
}
