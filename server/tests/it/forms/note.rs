//! Writing a note.

use super::words;
use crate::support::{Person, TestApp, hidden, run, text_area};

#[test]
fn stands_on_the_timeline_once() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let number = browser.declare("Notes are wanted").await;
        let address = app::routes::incident(number);
        let key = hidden(&browser.get(&address).await.body, "key");
        let fields = [("form", "note"), ("body", "Rolled back **twice**"), ("key", &key)];
        for _ in 0..2 {
            let reply = browser.post(&address, &fields).await;
            assert_eq!(reply.status, 303, "{}", reply.body);
            assert_eq!(reply.location(), format!("{address}#timeline"));
        }
        assert_eq!(app.notes(number).await, ["Rolled back **twice**"]);
        let page = browser.get(&address).await.body;
        assert!(page.contains("<strong>twice</strong>"), "{page}");
    });
}

#[test]
fn that_is_refused_comes_back_with_the_incident_around_it() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let number = browser.declare("Long notes").await;
        let address = app::routes::incident(number);
        let long = "é".repeat(20_001);
        for (body, why) in [("  ", "Note must not be empty"), (long.as_str(), "at most")] {
            let reply = browser.post(&address, &[("form", "note"), ("body", body), ("key", "k-1")]).await;
            assert_eq!(reply.status, 422, "{}", reply.body);
            let text = words(&reply);
            assert!(text.contains(why), "{text}");
            assert!(text.contains("Long notes"), "{text}");
            assert_eq!(text_area(&reply.body, "body"), body);
        }
        assert_eq!(app.notes(number).await.len(), 0);
    });
}
