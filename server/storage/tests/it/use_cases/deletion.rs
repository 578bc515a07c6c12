//! Deleting, and applications that act without a person.

use domain::Permission;

use super::*;

impl App {
    /// An application of the tenant, which exists once somebody has signed in.
    fn application(permissions: &[Permission]) -> Caller {
        let id = services::user_id(TENANT, "application backup");
        let roles = permissions.iter().copied().collect();
        let actor = Actor { id, tenant: TENANT, name: "Backup (application)".to_owned(), roles };
        Caller { actor, request: RequestFacts::default() }
    }
}

#[tokio::test]
async fn who_may_delete_does_so_once_and_the_log_says_who() {
    let app = App::new().await;
    let (manager, responder) =
        (app.person(TENANT, "Mo", Role::IncidentManager).await, app.person(TENANT, "Ree", Role::Responder).await);
    let number = app.declare(&responder, "Wrong tenant").await;
    assert!(is(app.incidents.delete(&responder, number, None).await, &DomainError::Forbidden));
    assert_eq!(app.audited(1).await, [("incident.delete".to_owned(), AuditResult::Deny)]);
    let stale = app.incidents.delete(&manager, number, Some(9)).await;
    assert!(matches!(stale, Err(ServiceError::Stale(view)) if view.current == 1));
    app.incidents.delete(&manager, number, Some(1)).await.unwrap();
    let line = app.records.recent(TENANT, 1).await.unwrap().remove(0);
    assert_eq!((line.action.as_str(), line.target.as_str()), ("incident.delete", "incident:INC-1"));
    assert_eq!((line.actor, line.result), (Some(manager.actor.id), AuditResult::Allow));
    assert!(!line.detail.to_string().contains("Wrong tenant"), "what was deleted is not kept in the log: {line:?}");
    for again in [None, Some(1), Some(2)] {
        assert!(is(app.incidents.delete(&manager, number, again).await, &DomainError::NotFound));
    }
    assert!(is(app.incidents.get(&manager, number).await, &DomainError::NotFound));
    assert!(is(app.incidents.act(&manager, number, &step(Action::Resolve, 2)).await, &DomainError::NotFound));
}

#[tokio::test]
async fn a_restricted_incident_is_deleted_by_those_who_see_it() {
    let app = App::new().await;
    let admin = app.person(TENANT, "Ada", Role::Admin).await;
    let manager = app.person(TENANT, "Mo", Role::IncidentManager).await;
    let declare = Declare { restricted: true, ..declaration("Payroll") };
    let number = app.incidents.declare(&admin, &declare).await.unwrap();
    assert!(is(app.incidents.delete(&manager, number, None).await, &DomainError::NotFound));
    let any = App::application(&Permission::ALL);
    assert!(is(app.incidents.delete(&any, number, None).await, &DomainError::NotFound));
    app.incidents.delete(&admin, number, None).await.unwrap();
}

#[tokio::test]
async fn a_fresh_proof_comes_before_deleting_and_reopening_what_was_closed_and_before_nothing_else() {
    let app = App::with_policy(ClosePolicy { summary: false, service: false, ..ClosePolicy::default() }).await;
    let proven = app.person(TENANT, "Mo", Role::IncidentManager).await;
    let mut unproven = proven.clone();
    unproven.request.needs_step_up = true;
    let number = app.incidents.declare(&unproven, &declaration("Down")).await.unwrap();
    let reopen = |version| Act { reason: "not over".to_owned(), ..step(Action::Reopen, version) };
    app.steps(&unproven, number, 1, &[Action::Resolve]).await;
    app.incidents.act(&unproven, number, &reopen(2)).await.unwrap();
    // A severity below major needs no retrospective.
    let edit = Edit { version: 3, title: "Down".to_owned(), severity: Some(SeverityKey::Sev4), ..Edit::default() };
    app.incidents.edit(&unproven, number, &edit).await.unwrap();
    app.steps(&unproven, number, 4, &[Action::Resolve, Action::Close]).await;
    let lines = app.records.recent(TENANT, 1_000).await.unwrap().len();
    assert!(is(app.incidents.act(&unproven, number, &reopen(6)).await, &DomainError::StepUp));
    assert!(is(app.incidents.delete(&unproven, number, None).await, &DomainError::StepUp));
    assert_eq!(app.records.recent(TENANT, 1_000).await.unwrap().len(), lines, "nobody was refused");
    let mut viewer = app.person(TENANT, "Vi", Role::Viewer).await;
    viewer.request.needs_step_up = true;
    assert!(is(app.incidents.delete(&viewer, number, None).await, &DomainError::Forbidden), "the role comes first");
    app.incidents.act(&proven, number, &reopen(6)).await.unwrap();
    app.incidents.delete(&proven, number, None).await.unwrap();
}

#[tokio::test]
async fn an_application_acts_in_its_own_name_within_its_permissions() {
    let app = App::new().await;
    app.person(TENANT, "Ada", Role::Admin).await;
    let (reader, writer, deleter) = (
        App::application(&[Permission::Read]),
        App::application(&[Permission::ReadWrite]),
        App::application(&[Permission::Delete]),
    );
    assert!(is(app.incidents.declare(&reader, &declaration("x")).await, &DomainError::Forbidden));
    assert!(is(
        app.incidents.declare(&writer, &Declare { restricted: true, ..declaration("x") }).await,
        &DomainError::Forbidden
    ));
    let declare = Declare { source: domain::Source::Api, ..declaration("By a program") };
    let number = app.incidents.declare(&writer, &declare).await.unwrap();
    let detail = app.incidents.get(&reader, number).await.unwrap();
    assert_eq!((detail.source, detail.declared_by.as_str()), (domain::Source::Api, "Backup (application)"));
    assert!(is(app.incidents.get(&deleter, number).await, &DomainError::Forbidden));
    let timeline = app.incidents.timeline(&reader, number, TimelineOrder::Oldest, None).await.unwrap();
    assert_eq!(timeline.items[0].entry.actor_name, "Backup (application)");
    let line = app.records.recent(TENANT, 2).await.unwrap().remove(1);
    assert_eq!((line.actor_name.as_str(), line.action.as_str()), ("Backup (application)", "incident.declare"));
    assert!(is(app.incidents.delete(&writer, number, None).await, &DomainError::Forbidden));
    app.incidents.delete(&deleter, number, None).await.unwrap();
}
