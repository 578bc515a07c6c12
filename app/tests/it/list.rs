//! The list of incidents.

use domain::{Role, Status, Visibility};

use crate::support::{Records, caller, draw, incident, service};

fn records() -> Records {
    let mut hostile = incident(9, "<img src=x onerror=alert(1)>", Status::Investigating);
    hostile.visibility = Visibility::Restricted;
    let services: Vec<_> = (1..5).map(|id| service(id, &format!("Service {id}"))).collect();
    hostile.services = services.iter().map(|service| service.id).collect();
    Records {
        incidents: vec![
            (hostile, vec![]),
            (incident(8, "Second", Status::Monitoring), vec![]),
            (incident(7, "Closed one", Status::Closed), vec![]),
        ],
        services,
        ..Records::default()
    }
}

#[tokio::test]
async fn rows_are_in_the_order_of_the_store() {
    let page = draw(records(), Some(caller(&[Role::Viewer])), "/incidents").await;
    assert_eq!(page.status, 200);
    let markup = page.markup();
    let numbers: Vec<_> = markup.split("href=\"/incidents/INC-").skip(1).map(|rest| &rest[..1]).collect();
    assert_eq!(numbers, ["9", "8"]);
    assert_eq!(markup.matches("<h1").count(), 1);
    assert_eq!(markup.matches("<tbody").count(), 1);
}

#[tokio::test]
async fn a_title_is_text_and_a_row_says_everything() {
    let page = draw(records(), Some(caller(&[Role::Viewer])), "/incidents").await;
    assert!(!page.html.contains("<img"), "{}", page.html);
    let row = page.between("<tr role=\"row\" class=\"sev2\">", "</tr>");
    for part in [
        "&lt;img src=x onerror=alert(1)&gt;",
        "SEV2",
        "Investigating",
        "aria-label=\"Restricted\"",
        "Service 1",
        "Service 2",
        "datetime=\"2026-08-19T11:30:00Z\"",
        "2026-08-19 11:30 UTC",
        "2026-08-19 10:00 UTC",
    ] {
        assert!(row.contains(part), "{part} is missing in {row}");
    }
    assert!(!row.contains("Service 3"), "{row}");
}

#[tokio::test]
async fn an_address_that_means_nothing_is_refused_by_name() {
    let page = draw(records(), Some(caller(&[Role::Viewer])), "/incidents?tab=foo&sort=bar").await;
    assert_eq!(page.status, 422);
    assert!(page.markup().contains("must be one of active, triage, resolved, done, all"), "{}", page.html);
    assert_eq!(page.markup().matches("<h1").count(), 1);
}

#[tokio::test]
async fn nothing_is_explained() {
    let viewer = || Some(caller(&[Role::Viewer]));
    let quiet = draw(Records::default(), viewer(), "/incidents").await;
    assert!(quiet.markup().contains("All quiet"));
    let none = draw(Records::default(), viewer(), "/incidents?tab=all").await;
    assert!(none.markup().contains("No incidents yet") && !none.markup().contains("Declare the first"));
    let declare = draw(Records::default(), Some(caller(&[Role::Responder])), "/incidents?tab=all").await;
    assert!(declare.markup().contains("Declare the first incident"));
    let filtered = draw(Records::default(), viewer(), "/incidents?severity=SEV1").await;
    assert!(filtered.markup().contains("Clear the severity filter"));
}
