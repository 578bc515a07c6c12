//! Somebody of the organisation who has no role.

use app::routes::PAGES;

use super::{address, arguments, forms, functions, incident_functions, is_about_oneself};
use crate::support::{Person, TestApp, run};

const TITLE: &str = "The vault door does not close";

#[test]
fn sees_nothing_and_changes_nothing() {
    run(async {
        let app = TestApp::shared().await;
        let number = app.signed_in(Person::Responder).await.declare(TITLE).await;
        let before = app.incident(number).await;
        let nobody = app.signed_in(Person::Nobody).await;
        for page in PAGES.iter().filter(|page| !page.is_public() && !is_about_oneself(page.pattern)) {
            let address = address(page, number);
            let reply = nobody.get(&address).await;
            assert_eq!(reply.status, 403, "{address}: {}", reply.body);
            assert!(!reply.body.contains(TITLE), "{address}: {}", reply.body);
            assert!(reply.body.contains("Not allowed"), "{address}: {}", reply.body);
        }
        for (address, fields) in forms(number).into_iter().filter(|(address, _)| !is_about_oneself(address)) {
            let reply = nobody.post(&address, &fields).await;
            assert_eq!(reply.status, 403, "{address}: {}", reply.body);
            assert!(!reply.body.contains(TITLE), "{address}: {}", reply.body);
        }
        let about_oneself = [
            "/sfn/frame",
            "/sfn/session/stay",
            "/sfn/sessions/own",
            "/sfn/organisations/list",
            "/sfn/onboarding",
            "/sfn/people/me",
        ];
        assert!(incident_functions().len() >= 8);
        for path in functions().into_iter().filter(|path| !about_oneself.contains(path)) {
            let reply = nobody.call(path, &arguments(path, number)).await;
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (403, "\"Forbidden\""), "{path}");
        }
        assert_eq!(app.incident(number).await, before);
        assert_eq!(app.titled("Walked in").await, 0);
    });
}

#[test]
fn is_told_whom_to_ask() {
    run(async {
        let app = TestApp::shared().await;
        let nobody = app.signed_in(Person::Nobody).await;
        let start = nobody.get("/").await;
        assert_eq!(start.status, 200);
        assert!(start.body.contains("You have no role in Muster yet"), "{}", start.body);
        let frame = nobody.call("/sfn/frame", &arguments("/sfn/frame", domain::IncidentNumber(1))).await.json();
        assert_eq!(frame["viewer"]["may_read"], false, "{frame}");
        let missing = nobody.get("/nothing").await;
        assert_eq!(missing.status, 404);
    });
}
