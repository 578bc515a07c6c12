//! Who sees what, with which status.

use domain::{Entry, EntryId, EntryKind, Role, Status, Summary, Text};
use uuid::Uuid;

use crate::support::{Page, Records, caller, draw, incident};

fn records() -> Records {
    let mut one = incident(7, "Checkout is slow", Status::Investigating);
    one.summary = Summary::read("**slow** <script>alert(1)</script>").unwrap();
    let entry = |id: u128, what, body: &str| Entry {
        id: EntryId(Uuid::from_u128(id)),
        what,
        occurred_at: one.updated_at,
        recorded_at: one.updated_at,
        actor: None,
        actor_name: "Amara".to_owned(),
        body: body.to_owned(),
        version: 1,
    };
    let declared = EntryKind::Declared { status: Status::Investigating, severity: one.severity };
    let entries = vec![entry(1, declared, ""), entry(2, EntryKind::Note, "[x](javascript:alert(1)) *hello*")];
    Records { incidents: vec![(one, entries)], ..Records::default() }
}

async fn see(roles: &[Role], path: &str) -> Page {
    draw(records(), Some(caller(roles)), path).await
}

#[tokio::test]
async fn an_incident_is_drawn_with_its_words_made_safe() {
    let page = see(&[Role::Responder], "/incidents/INC-7").await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("<title>INC-7 Checkout is slow · Muster</title>"));
    assert!(page.markup().contains("<strong>slow</strong> &lt;script&gt;"), "{}", page.markup());
    assert!(!page.markup().contains("javascript:"), "{}", page.markup());
    let (note, declared) = (page.markup().find("<em>hello</em>"), page.markup().find("declared it as SEV2 Major"));
    assert!(note.is_some() && note < declared, "newest first while it is live");
    assert!(page.markup().contains("value=\"00000000-0000-0000-0000-000000000063\""), "the note's key");
}

#[tokio::test]
async fn what_hydration_starts_from_has_no_markdown_and_no_ids_of_people() {
    let page = see(&[Role::Responder], "/incidents/INC-7").await;
    let data = page.html.split_once("</main>").unwrap().1;
    assert!(data.contains("Checkout is slow"), "the data is there");
    for secret in ["**slow**", "javascript:", "actor_name", "recorded_at\\\":\\\"2026"] {
        assert!(!data.contains(secret), "{secret} is in {data}");
    }
}

#[tokio::test]
async fn the_order_of_a_timeline_can_be_chosen() {
    let page = see(&[Role::Viewer], "/incidents/7?order=oldest").await;
    let (note, declared) = (page.markup().find("<em>hello</em>"), page.markup().find("declared it as"));
    assert!(declared.is_some() && declared < note);
}

#[tokio::test]
async fn a_viewer_is_offered_nothing_to_do() {
    let page = see(&[Role::Viewer], "/incidents/INC-7").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.markup().matches("<form").count(), 1, "signing out is all");
    let page = see(&[Role::Responder], "/incidents/INC-7").await;
    assert!(page.markup().contains("Cause identified") && page.markup().contains("Add note"));
}

#[tokio::test]
async fn statuses_say_what_happened() {
    let cases: [(&[Role], &str, u16, &str); 8] = [
        (&[Role::Viewer], "/incidents/INC-8", 404, "Nothing here"),
        (&[Role::Viewer], "/incidents/x", 404, "Nothing here"),
        (&[Role::Viewer], "/nowhere", 404, "Nothing here"),
        (&[Role::Viewer], "/incidents/new", 403, "Not allowed"),
        (&[], "/incidents", 403, "Not allowed"),
        (&[], "/incidents/INC-7", 403, "IncidentManager"),
        (&[], "/", 200, "You have no role in Muster yet"),
        (&[Role::Viewer], "/", 200, "Hello, "),
    ];
    for (roles, path, status, words) in cases {
        let page = see(roles, path).await;
        assert_eq!(page.status.as_u16(), status, "{path}");
        assert!(page.markup().contains(words), "{path}: {}", page.markup());
        assert_eq!(page.markup().matches("<h1").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn a_stranger_sees_the_start_page_and_nothing_else() {
    let start = draw(records(), None, "/").await;
    assert_eq!(start.status, 200);
    assert!(start.markup().contains("Sign in"));
    for path in ["/incidents", "/incidents/INC-7", "/incidents/new", "/incidents/INC-7/edit"] {
        let page = draw(records(), None, path).await;
        assert_eq!(page.status, 401, "{path}");
        assert!(!page.html.contains("Checkout is slow"), "{path}");
    }
}

#[tokio::test]
async fn records_out_of_reach_are_a_503_that_tells_nothing() {
    let records = Records { locked: true, ..records() };
    let page = draw(records, Some(caller(&[Role::Viewer])), "/incidents").await;
    assert_eq!(page.status, 503);
    assert!(!page.html.contains("/secret/path"), "{}", page.html);
    assert!(page.markup().contains("Robin") && page.markup().contains("Sign out"));
    let records = Records { locked: true, ..Records::default() };
    let page = draw(records, Some(caller(&[Role::Viewer])), "/incidents?tab=all").await;
    let link = "<a href=\"/incidents?tab=all\" class=\"button\">Try again</a>";
    assert!(page.markup().contains(link), "without a script it is a link to the same page: {}", page.markup());
}
