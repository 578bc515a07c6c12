//! Changing some fields and leaving the others.

use domain::{Operation, Visibility};
use services::Patch;
use services::ports::IncidentStore;

use super::*;

async fn stored(app: &App, number: IncidentNumber) -> domain::Incident {
    let all = app.records.export(TENANT, None, 100).await.unwrap();
    all.into_iter().find(|one| one.incident.number == number).unwrap().incident
}

#[tokio::test]
async fn what_is_not_given_stays() {
    let app = App::new().await;
    let manager = app.person(TENANT, "Mo", Role::IncidentManager).await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let choices = app.catalog.choices(&manager).await.unwrap();
    let declare = Declare {
        summary: "What is known".to_owned(),
        services: vec![choices.services[0].id],
        restricted: true,
        people: vec![ada.actor.id],
        ..declaration("Before")
    };
    let number = app.incidents.declare(&manager, &declare).await.unwrap();
    let before = stored(&app, number).await;
    let title = Patch { version: 1, title: Some("After".to_owned()), ..Patch::default() };
    app.incidents.patch(&ada, number, &title).await.unwrap();
    let after = stored(&app, number).await;
    assert_eq!(after.title.as_str(), "After");
    let same = domain::Incident { title: before.title.clone(), version: 1, updated_at: before.updated_at, ..after };
    assert_eq!(same, before, "nothing else changed");
    app.incidents.patch(&ada, number, &Patch { version: 2, ..Patch::default() }).await.unwrap();
    assert_eq!(stored(&app, number).await.version, 2, "nothing given changes nothing");
    let stale = app.incidents.patch(&ada, number, &title).await;
    assert!(matches!(stale, Err(ServiceError::Stale(view)) if view.current == 2));
}

#[tokio::test]
async fn people_are_named_where_only_they_may_see_it() {
    let app = App::new().await;
    let manager = app.person(TENANT, "Mo", Role::IncidentManager).await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let number = app.declare(&manager, "Open to all").await;
    let people = Some(vec![ada.actor.id]);
    let named = |version, restricted| Patch { version, restricted, people: people.clone(), ..Patch::default() };
    let refused = app.incidents.patch(&manager, number, &named(1, None)).await;
    assert!(matches!(refused, Err(ServiceError::Domain(DomainError::Unknown(faults))) if faults[0].field == "people"));
    app.incidents.patch(&manager, number, &named(1, Some(true))).await.unwrap();
    let mut both = vec![ada.actor.id, manager.actor.id];
    both.sort();
    assert_eq!(stored(&app, number).await.people, both);
    let by_name = Patch { version: 2, others: "mo".to_owned(), ..Patch::default() };
    app.incidents.patch(&manager, number, &by_name).await.unwrap();
    assert_eq!(stored(&app, number).await.people, [manager.actor.id], "all of them are given anew");
    assert!(is(app.incidents.version(&ada, number).await, &DomainError::NotFound));
    let open = Patch { version: 3, restricted: Some(false), ..Patch::default() };
    app.incidents.patch(&manager, number, &open).await.unwrap();
    let opened = stored(&app, number).await;
    assert_eq!((opened.visibility, opened.people), (Visibility::Tenant, Vec::new()));
    assert_eq!(app.incidents.version(&ada, number).await.unwrap(), 4);
}

#[tokio::test]
async fn services_are_called_by_id_or_name() {
    let app = App::new().await;
    let manager = app.person(TENANT, "Mo", Role::IncidentManager).await;
    let general = app.catalog.choices(&manager).await.unwrap().services[0].clone();
    for word in [general.id.to_string(), "General".to_owned(), " gENERAL ".to_owned()] {
        assert_eq!(app.incidents.services_called(&manager, Operation::Declare, &[word]).await.unwrap(), [general.id]);
    }
    let words = ["General", "Nothing", "Nobody"].map(str::to_owned);
    let unknown = app.incidents.services_called(&manager, Operation::Edit, &words).await;
    assert!(matches!(unknown, Err(ServiceError::Domain(DomainError::Unknown(faults))) if faults.len() == 2));
    let viewer = app.person(TENANT, "Vi", Role::Viewer).await;
    assert!(is(app.incidents.services_called(&viewer, Operation::Edit, &[]).await, &DomainError::Forbidden));
    assert_eq!(app.audited(1).await, [("incident.edit".to_owned(), AuditResult::Deny)]);
}
