//! A page left open while somebody else signs in in the same browser.

use super::words;
use crate::support::{Person, TestApp, hidden, run, text_area};

#[test]
fn never_writes_in_the_name_of_whoever_is_signed_in_now() {
    run(async {
        let app = TestApp::shared().await;
        let (first, second) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Responder).await);
        let number = first.declare("Left open").await;
        let address = app::routes::incident(number);
        let page = first.get(&address).await.body;
        let (shown_to, version) = (hidden(&page, "shown_to"), hidden(&page, "version"));

        let note = [("form", "note"), ("body", "Meant by somebody else"), ("key", "k-2"), ("shown_to", &shown_to)];
        let reply = second.post(&address, &note).await;
        assert_eq!(reply.status, 409, "{}", reply.body);
        assert!(words(&reply).contains("this form was opened by somebody else"), "{}", words(&reply));
        assert_eq!(text_area(&reply.body, "body"), "Meant by somebody else", "the text is given back");
        assert_eq!(app.notes(number).await.len(), 0);

        let step = [("form", "act"), ("action", "identify"), ("version", &version), ("shown_to", &shown_to)];
        assert_eq!(second.post(&address, &step).await.status, 409);
        let edit = [("title", "Renamed"), ("severity", "SEV2"), ("version", &version), ("shown_to", &shown_to)];
        assert_eq!(second.post(&app::routes::edit(number), &edit).await.status, 409);
        let declare = [("title", "By whom"), ("severity", "SEV2"), ("key", "k-3"), ("shown_to", &shown_to)];
        assert_eq!(second.post(app::routes::DECLARE, &declare).await.status, 409);
        assert_eq!((app.titled("Renamed").await, app.titled("By whom").await), (0, 0));

        // The same forms do their work for the person they were shown to.
        assert_eq!(first.post(&address, &note).await.status, 303);
        assert_eq!(first.post(&address, &step).await.status, 303);
    });
}
