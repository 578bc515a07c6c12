//! Who is told of what: nothing that a person could not see.

use domain::live::Changed;
use domain::{IncidentNumber, SessionState};
use serde_json::json;
use tempfile::TempDir;

use super::{head, note};
use crate::support::{Browser, FABRIKAM, Person, SEVERITY, TestApp, Wire, run};

/// Restricts an incident to these people, or opens it to the tenant if there are none but `version` says so.
pub async fn restrict(browser: &Browser, number: IncidentNumber, version: u32, people: &[Person]) {
    let people: Vec<_> = people.iter().map(|person| person.id().to_string()).collect();
    let form = json!({
        "version": version.to_string(), "title": "Restricted", "summary": "", "severity": SEVERITY, "services": [],
        "visibility": "restricted", "people": people,
    });
    let reply = browser.call("/sfn/incidents/edit", &json!({ "number": number, "form": form })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

#[test]
fn an_event_of_a_restricted_incident_reaches_only_those_who_may_see_it() {
    run(async {
        let (app, _folder): (TestApp, TempDir) = TestApp::alone().await;
        let manager = app.signed_in(Person::Manager).await;
        let hidden = manager.declare("Hidden").await;
        restrict(&manager, hidden, 1, &[Person::Manager, Person::Responder]).await;
        let place = head(&app).await;
        let mut streams = Vec::new();
        for person in
            [Person::Responder, Person::Auditor, Person::Admin, Person::Viewer, Person::Nobody, Person::Stranger]
        {
            let browser = app.signed_in(person).await;
            streams.push((person, Wire::open(&browser).await, browser));
        }
        note(&manager, hidden, "a").await;
        let open = manager.declare("Open").await;
        note(&manager, hidden, "b").await;
        let last = manager.declare("Last").await;
        let foreign = streams.last().unwrap().2.declare("Elsewhere").await;
        for (person, wire, browser) in &mut streams {
            let mut numbers = Vec::new();
            let until = if *person == Person::Stranger { foreign } else { last };
            // Who has no role is told of nothing but their session.
            while *person != Person::Nobody && numbers.last() != Some(&until) {
                numbers.push(wire.next().await.unwrap().changed().number);
            }
            let sees = matches!(person, Person::Responder | Person::Auditor | Person::Admin);
            match person {
                Person::Stranger => assert_eq!(numbers, [foreign]),
                Person::Nobody => {}
                _ if sees => assert!(numbers.contains(&hidden) && numbers.contains(&open), "{person:?} {numbers:?}"),
                _ => assert_eq!(numbers, [open, last], "{person:?}"),
            }
            // What it missed is told by the same rule.
            if *person == Person::Viewer {
                let mut again = Wire::after(browser, place).await;
                let told = [again.next().await.unwrap(), again.next().await.unwrap(), again.next().await.unwrap()];
                assert_eq!([told[0].changed().number, told[1].changed().number], [open, last]);
                assert_eq!(told[2].event, "opened");
                assert!(!again.heard.contains(&format!("\"number\":{},", hidden.0)), "{}", again.heard);
            }
        }
        assert_eq!(app.incidents(FABRIKAM).await.len(), 1);
        app.stop().await;
        for (person, wire, _) in &mut streams {
            if *person == Person::Nobody {
                assert!(wire.rest().await.is_empty(), "{}", wire.heard);
            }
        }
    });
}

#[test]
fn whoever_loses_sight_hears_of_it_once() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (manager, viewer) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Viewer).await);
        let number = manager.declare("Soon hidden").await;
        let mut stream = Wire::open(&viewer).await;
        restrict(&manager, number, 1, &[Person::Manager]).await;
        assert_eq!(stream.next().await.unwrap().changed(), Changed { number, version: 2 });
        restrict(&manager, number, 2, &[Person::Manager]).await;
        note(&manager, number, "a").await;
        let after = manager.declare("After it").await;
        assert_eq!(stream.next().await.unwrap().changed().number, after, "of what came later, nothing");
        app.stop().await;
    });
}

#[test]
fn the_word_for_the_end_of_a_session_is_that_of_the_poll() {
    let word = serde_json::to_value(SessionState::SignedOutElsewhere).unwrap();
    assert_eq!(word, json!("signed_out_elsewhere"));
}
