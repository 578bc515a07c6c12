//! The use cases of `services` over a real store.

mod deletion;
mod patch;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::{
    Action, Actor, Cleared, ClosePolicy, DomainError, EntryKind, IncidentNumber, IncidentQuery, Invalid, Name,
    PageSize, Role, Service, ServiceId, SeverityKey, Sort, Status, Tab, Tenant, TenantId, Text, Timestamp,
    TransitionError, UserId,
};
use services::audit::{AuditResult, Caller, RequestFacts};
use services::ports::{AuditStore, DirectoryStore, IncidentStore, Scope};
use services::testing::AuditChain;
use services::{
    Act, AddNote, CatalogService, Clock, CursorKey, Declare, DirectoryService, Edit, IdSource, IncidentService,
    ServiceError, SignIn, TimelineOrder,
};
use storage::Records;
use tempfile::TempDir;
use uuid::Uuid;

use crate::fixture::{OTHER, TENANT, at, id, line};

/// Moves on by a second each time somebody looks.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        at(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

struct Ids;

impl IdSource for Ids {
    fn next(&self) -> Uuid {
        id()
    }
}

struct App {
    clock: Arc<Ticking>,
    catalog: CatalogService,
    incidents: IncidentService,
    directory: DirectoryService,
    records: Records,
    _folder: TempDir,
}

impl App {
    async fn new() -> Self {
        let (records, folder) = crate::sqlite::fresh().await;
        let store = Arc::new(records.clone());
        let (clock, ids) = (Arc::new(Ticking(AtomicI64::new(1_000))), Arc::new(Ids));
        let cursors = CursorKey::new(&[7; 32]);
        Self {
            clock: clock.clone(),
            catalog: CatalogService::new(store.clone()),
            directory: DirectoryService::new(store.clone(), store.clone(), clock.clone(), ids.clone()),
            incidents: IncidentService::new(store.clone(), store.clone(), store, clock, ids, cursors),
            records,
            _folder: folder,
        }
    }

    /// Signs a person in.
    async fn person(&self, tenant: TenantId, name: &str, role: Role) -> Caller {
        let sign_in = SignIn {
            tenant,
            tenant_name: Some("Acme".to_owned()),
            home_account: None,
            subject: format!("oid-{name}"),
            name: name.to_owned(),
            roles: [role].into_iter().collect(),
        };
        let actor: Actor = self.directory.signed_in(&sign_in, &RequestFacts::default()).await.unwrap();
        Caller { actor, request: RequestFacts::default() }
    }

    /// A tenant with rules of its own, before anybody signs in.
    async fn with_policy(close_policy: ClosePolicy) -> Self {
        let app = Self::new().await;
        let name = Name::read("Acme").unwrap();
        let service = Service { id: ServiceId(id()), name: name.clone(), tier: 3 };
        let tenant = Tenant { id: TENANT, name, close_policy };
        assert!(app.records.ensure_tenant(&tenant, &service, at(0), &line(TENANT, 0)).await.unwrap());
        app
    }

    /// Takes steps one after the other, from this version on.
    async fn steps(&self, caller: &Caller, number: IncidentNumber, from: u32, actions: &[Action]) {
        for (version, action) in (from..).zip(actions) {
            self.incidents.act(caller, number, &step(*action, version)).await.unwrap();
        }
    }

    async fn declare(&self, caller: &Caller, title: &str) -> IncidentNumber {
        self.incidents.declare(caller, &declaration(title)).await.unwrap()
    }

    /// Action and result of the newest audit lines, newest first.
    async fn audited(&self, limit: u32) -> Vec<(String, AuditResult)> {
        let lines = self.records.recent(TENANT, limit).await.unwrap();
        lines.into_iter().map(|line| (line.action, line.result)).collect()
    }
}

fn declaration(title: &str) -> Declare {
    Declare { title: title.to_owned(), severity: Some(SeverityKey::Sev2), ..Declare::default() }
}

fn step(action: Action, version: u32) -> Act {
    Act { action, version, reason: String::new(), severity: None }
}

fn is<T>(result: Result<T, ServiceError>, expected: &DomainError) -> bool {
    matches!(result, Err(ServiceError::Domain(error)) if error == *expected)
}

#[tokio::test]
async fn an_incident_lives_from_declaration_to_its_end() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::IncidentManager).await;
    let number = app.declare(&ada, "Checkout is down").await;
    let note = AddNote { body: "Looking at the *cache*.".to_owned(), idempotency_key: None };
    app.incidents.note(&ada, number, &note).await.unwrap();
    for (version, action) in (1..).zip([Action::Identify, Action::Monitor, Action::Resolve, Action::Close]) {
        app.incidents.act(&ada, number, &step(action, version)).await.unwrap();
    }
    let detail = app.incidents.get(&ada, number).await.unwrap();
    assert_eq!((detail.status, detail.version, detail.declared_by.as_str()), (Status::Closed, 5, "Ada"));
    assert!(detail.times.mitigated_at < detail.times.resolved_at);
    assert!(detail.times.resolved_at < detail.times.closed_at);
    let page = app.incidents.timeline(&ada, number, TimelineOrder::Oldest, None).await.unwrap();
    let kinds: Vec<_> = page.items.iter().map(|row| (row.seq, row.entry.what.as_str())).collect();
    let moved = "status_changed";
    assert_eq!(kinds, [(1, "declared"), (2, "note"), (3, moved), (4, moved), (5, moved), (6, moved)]);
    assert_eq!(app.records.verify(TENANT).await.unwrap(), None);
}

#[tokio::test]
async fn refusals_change_nothing_and_are_audited() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let viewer = app.person(TENANT, "Vic", Role::Viewer).await;
    let number = app.declare(&ada, "Checkout is down").await;
    let edit = Edit { version: 1, title: "mine".to_owned(), ..Edit::default() };
    let note = AddNote { body: "mine".to_owned(), idempotency_key: None };
    let forbidden = DomainError::Forbidden;
    assert!(is(app.incidents.declare(&viewer, &declaration("mine")).await, &forbidden));
    assert!(is(app.incidents.edit(&viewer, number, &edit).await, &forbidden));
    assert!(is(app.incidents.note(&viewer, number, &note).await, &forbidden));
    assert!(is(app.incidents.act(&viewer, number, &step(Action::Resolve, 1)).await, &forbidden));
    let restricted = Declare { restricted: true, ..declaration("secret") };
    assert!(is(app.incidents.declare(&ada, &restricted).await, &forbidden));
    let deny = |action: &str| (action.to_owned(), AuditResult::Deny);
    assert_eq!(
        app.audited(6).await,
        [
            deny("incident.restrict"),
            deny("incident.resolve"),
            deny("incident.note"),
            deny("incident.edit"),
            deny("incident.declare"),
            ("incident.declare".to_owned(), AuditResult::Allow),
        ]
    );
    let detail = app.incidents.get(&viewer, number).await.unwrap();
    assert_eq!((detail.title.as_str(), detail.version), ("Checkout is down", 1));
    assert!(detail.actions.is_empty() && !detail.may_edit && !detail.may_note);
    let list = app.incidents.list(&viewer, &IncidentQuery::default(), None).await.unwrap();
    assert_eq!(list.items.len(), 1);
}

#[tokio::test]
async fn a_stale_edit_is_told_what_changed_and_nothing_is_lost() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let bob = app.person(TENANT, "Bob", Role::Responder).await;
    let number = app.declare(&ada, "Checkout is slow").await;
    let edit = |title: &str| Edit {
        version: 1,
        title: title.to_owned(),
        severity: Some(SeverityKey::Sev2),
        ..Edit::default()
    };
    app.incidents.edit(&bob, number, &edit("Checkout is down")).await.unwrap();
    let Err(ServiceError::Stale(conflict)) = app.incidents.edit(&ada, number, &edit("Checkout is gone")).await else {
        panic!("the second edit of one version is stale");
    };
    assert_eq!((conflict.number, conflict.current), (number, 2));
    let [change] = conflict.changes.as_slice() else { panic!("one change: {:?}", conflict.changes) };
    assert_eq!(change.actor_name, "Bob");
    let after = "Checkout is down".to_owned();
    assert!(matches!(&change.what, EntryKind::FieldChanged { after: is, .. } if *is == after), "{change:?}");
    assert_eq!(app.incidents.get(&ada, number).await.unwrap().title, after);
    let stale = app.incidents.act(&ada, number, &step(Action::Resolve, 1)).await;
    assert!(matches!(stale, Err(ServiceError::Stale(_))), "{stale:?}");
}

#[tokio::test]
async fn an_edit_that_says_what_is_there_already_writes_nothing() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let number = app.declare(&ada, "Checkout is slow").await;
    let severity = Some(SeverityKey::Sev2);
    let same = Edit { version: 1, title: " Checkout is slow ".to_owned(), severity, ..Edit::default() };
    app.incidents.edit(&ada, number, &same).await.unwrap();
    assert_eq!(app.incidents.get(&ada, number).await.unwrap().version, 1);
    assert_eq!(app.audited(1).await, [("incident.declare".to_owned(), AuditResult::Allow)]);
}

#[tokio::test]
async fn a_step_taken_twice_is_taken_once() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let number = app.declare(&ada, "Checkout is slow").await;
    let identify = step(Action::Identify, 1);
    app.incidents.act(&ada, number, &identify).await.unwrap();
    app.incidents.act(&ada, number, &identify).await.unwrap();
    let detail = app.incidents.get(&ada, number).await.unwrap();
    assert_eq!((detail.status, detail.version), (Status::Identified, 2));
    let rows = app.incidents.timeline(&ada, number, TimelineOrder::Newest, None).await.unwrap();
    assert_eq!(rows.items.len(), 2);
    let impossible = app.incidents.act(&ada, number, &step(Action::Accept, 2)).await;
    let expected = TransitionError::NotAllowed { from: Status::Identified, action: Action::Accept };
    assert!(is(impossible, &DomainError::Transition(expected)));
}

#[tokio::test]
async fn a_restricted_incident_is_not_there_for_others() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let eve = app.person(TENANT, "Eve", Role::IncidentManager).await;
    let secret = Declare { restricted: true, people: vec![ada.actor.id], ..declaration("Breach") };
    let number = app.incidents.declare(&boss, &secret).await.unwrap();
    let unknown = IncidentNumber(number.0 + 1);
    let not_found = DomainError::NotFound;
    for hidden in [number, unknown] {
        let note = AddNote { body: "hello".to_owned(), idempotency_key: None };
        let edit = Edit { version: 1, title: "x".to_owned(), ..Edit::default() };
        assert!(is(app.incidents.get(&eve, hidden).await, &not_found));
        assert!(is(app.incidents.timeline(&eve, hidden, TimelineOrder::Newest, None).await, &not_found));
        assert!(is(app.incidents.note(&eve, hidden, &note).await, &not_found));
        assert!(is(app.incidents.edit(&eve, hidden, &edit).await, &not_found));
        assert!(is(app.incidents.act(&eve, hidden, &step(Action::Resolve, 1)).await, &not_found));
    }
    let rows =
        async |caller: &Caller| app.incidents.list(caller, &IncidentQuery::default(), None).await.unwrap().items.len();
    assert_eq!((rows(&eve).await, rows(&ada).await, rows(&boss).await), (0, 1, 1));
    let detail = app.incidents.get(&ada, number).await.unwrap();
    let names: Vec<_> = detail.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Boss"]);
    assert_eq!(app.audited(1).await, [("incident.read".to_owned(), AuditResult::Allow)], "reading it is audited");
    let other = app.person(OTHER, "Eve", Role::Admin).await;
    assert!(is(app.incidents.get(&other, number).await, &not_found));
}

#[tokio::test]
async fn a_cursor_belongs_to_its_question_and_tenant() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let other = app.person(OTHER, "Oda", Role::Responder).await;
    for i in 0..60 {
        app.declare(&ada, &format!("Incident {i}")).await;
    }
    let query = IncidentQuery { sort: Sort::Number, ..IncidentQuery::default() };
    let (mut numbers, mut sizes, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = app.incidents.list(&ada, &query, after.as_deref()).await.unwrap();
        sizes.push(page.items.len());
        numbers.extend(page.items.iter().map(|row| row.number.0));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(sizes, [25, 25, 10]);
    assert_eq!(numbers, (1..=60).rev().collect::<Vec<_>>());

    let cursor = after.unwrap();
    let mut forged = cursor.clone().into_bytes();
    forged[3] = if forged[3] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    let refused = async |caller: &Caller, query: IncidentQuery, cursor: &str| {
        let answer = app.incidents.list(caller, &query, Some(cursor)).await;
        matches!(answer, Err(ServiceError::Domain(DomainError::Invalid(faults) | DomainError::Unknown(faults))) if faults[0].field == "after")
    };
    assert!(refused(&other, query, &cursor).await, "another tenant's");
    assert!(refused(&ada, IncidentQuery { sort: Sort::Updated, ..query }, &cursor).await, "another sort's");
    assert!(refused(&ada, IncidentQuery { tab: Tab::All, ..query }, &cursor).await, "another tab's");
    assert!(refused(&ada, IncidentQuery { size: PageSize::Large, ..query }, &cursor).await, "another size's");
    assert!(refused(&ada, query, &forged).await, "changed");
    assert!(refused(&ada, query, "").await, "empty");
}

#[tokio::test]
async fn declaring_twice_under_one_key_makes_one_incident() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let declare = Declare { idempotency_key: Some("form-1".to_owned()), ..declaration("Checkout is slow") };
    let first = app.incidents.declare(&ada, &declare).await.unwrap();
    assert_eq!(app.incidents.declare(&ada, &declare).await.unwrap(), first);
    let other = Declare { title: "Something else".to_owned(), ..declare };
    assert!(is(app.incidents.declare(&ada, &other).await, &DomainError::KeyReused));
    let note = AddNote { body: "once".to_owned(), idempotency_key: Some("note-1".to_owned()) };
    for _ in 0..2 {
        app.incidents.note(&ada, first, &note).await.unwrap();
    }
    let rows = app.incidents.timeline(&ada, first, TimelineOrder::Newest, None).await.unwrap();
    assert_eq!(rows.items.len(), 2);
    assert_eq!(app.declare(&ada, "The next one").await.0, first.0 + 1);
}

#[tokio::test]
async fn a_declaration_names_every_field_that_is_wrong() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let stranger = app.person(OTHER, "Eve", Role::Responder).await;
    let declare = Declare {
        summary: "x".repeat(20_001),
        services: vec![ServiceId(id())],
        restricted: true,
        people: vec![stranger.actor.id],
        ..Declare::default()
    };
    let Err(ServiceError::Domain(DomainError::Invalid(faults) | DomainError::Unknown(faults))) =
        app.incidents.declare(&boss, &declare).await
    else {
        panic!("all of it is wrong");
    };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["title", "summary", "severity", "services", "people"]);
    let list = app.incidents.list(&boss, &IncidentQuery::default(), None).await.unwrap();
    assert_eq!(list.items, []);
}

fn reopen(version: u32) -> Act {
    Act { reason: "it came back".to_owned(), ..step(Action::Reopen, version) }
}

const TO_RESOLVED: [Action; 2] = [Action::Identify, Action::Resolve];
const TO_CLOSED: [Action; 3] = [Action::Identify, Action::Resolve, Action::Close];

#[tokio::test]
async fn closing_asks_for_what_the_tenant_asks_for() {
    let app = App::with_policy(ClosePolicy { summary: true, ..ClosePolicy::default() }).await;
    let ada = app.person(TENANT, "Ada", Role::IncidentManager).await;
    let number = app.declare(&ada, "Checkout is down").await;
    app.steps(&ada, number, 1, &TO_RESOLVED).await;
    let missing = Invalid::new("summary", "must be written before the incident is closed");
    let refused = app.incidents.act(&ada, number, &step(Action::Close, 3)).await;
    assert!(is(refused, &DomainError::Transition(TransitionError::Missing(missing))));
    let title = "Checkout is down".to_owned();
    let severity = Some(SeverityKey::Sev2);
    let edit = Edit { version: 3, title, summary: "It was the cache.".to_owned(), severity, ..Edit::default() };
    app.incidents.edit(&ada, number, &edit).await.unwrap();
    app.steps(&ada, number, 4, &[Action::Close]).await;
}

#[tokio::test]
async fn closing_and_what_comes_after_it_is_for_managers() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let number = app.declare(&ada, "Checkout is down").await;
    app.steps(&ada, number, 1, &TO_RESOLVED).await;
    assert!(is(app.incidents.act(&ada, number, &step(Action::Close, 3)).await, &DomainError::Forbidden));
    app.steps(&boss, number, 3, &[Action::Close]).await;
    assert!(is(app.incidents.act(&ada, number, &reopen(4)).await, &DomainError::Forbidden));
    assert_eq!(app.audited(1).await, [("incident.reopen".to_owned(), AuditResult::Deny)]);
    app.incidents.act(&boss, number, &reopen(4)).await.unwrap();

    let cancel = Act { reason: "a drill".to_owned(), ..step(Action::Cancel, 5) };
    app.incidents.act(&ada, number, &cancel).await.unwrap();
    assert!(is(app.incidents.act(&ada, number, &step(Action::Restore, 6)).await, &DomainError::Forbidden));
    app.steps(&boss, number, 6, &[Action::Restore]).await;
    assert_eq!(app.incidents.get(&ada, number).await.unwrap().status, Status::Investigating);
}

#[tokio::test]
async fn an_incident_stays_closed_after_the_days_of_the_tenant() {
    let app = App::with_policy(ClosePolicy { reopen_within_days: 2, ..ClosePolicy::default() }).await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let number = app.declare(&boss, "Checkout is down").await;
    app.steps(&boss, number, 1, &TO_CLOSED).await;
    let closed_at = app.incidents.get(&boss, number).await.unwrap().times.closed_at.unwrap();
    app.clock.0.fetch_add(2 * 86_400, Ordering::Relaxed);
    let late = TransitionError::TooLate { closed_at, days: 2 };
    assert!(is(app.incidents.act(&boss, number, &reopen(4)).await, &DomainError::Transition(late)));
    assert_eq!(app.incidents.get(&boss, number).await.unwrap().version, 4);
}

#[tokio::test]
async fn reopening_takes_the_end_into_the_timeline() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let number = app.declare(&boss, "Checkout is down").await;
    app.steps(&boss, number, 1, &TO_CLOSED).await;
    let closed = app.incidents.get(&boss, number).await.unwrap().times;
    app.incidents.act(&boss, number, &reopen(4)).await.unwrap();
    let open = app.incidents.get(&boss, number).await.unwrap().times;
    assert_eq!((open.resolved_at, open.closed_at), (None, None));
    let page = app.incidents.timeline(&boss, number, TimelineOrder::Newest, None).await.unwrap();
    let EntryKind::StatusChanged { cleared, .. } = page.items[0].entry.what.clone() else { panic!("a step") };
    let end = Cleared { resolved_at: closed.resolved_at, closed_at: closed.closed_at, cancelled_at: None };
    assert!(end.resolved_at.is_some() && end.closed_at.is_some());
    assert_eq!(cleared, end);
}

/// Somebody who looks at a resolved incident may reopen it; that it was closed meanwhile is news, not a refusal.
#[tokio::test]
async fn a_step_from_an_older_version_is_told_what_changed_before_roles_are_asked() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let viewer = app.person(TENANT, "Vic", Role::Viewer).await;
    let number = app.declare(&ada, "Checkout is down").await;
    app.steps(&boss, number, 1, &TO_CLOSED).await;
    let Err(ServiceError::Stale(conflict)) = app.incidents.act(&ada, number, &reopen(3)).await else {
        panic!("the incident was closed meanwhile");
    };
    assert_eq!((conflict.current, conflict.changes.len()), (4, 1));
    assert_eq!(conflict.changes[0].actor_name, "Boss");
    assert!(is(app.incidents.act(&ada, number, &reopen(4)).await, &DomainError::Forbidden), "now they know");
    assert!(is(app.incidents.act(&viewer, number, &reopen(3)).await, &DomainError::Forbidden), "in no version");
    assert!(is(app.incidents.act(&ada, number, &step(Action::Close, 3)).await, &DomainError::Forbidden), "in no state");
}

#[tokio::test]
async fn the_first_thing_somebody_does_takes_a_report_up() {
    let app = App::new().await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let report = Declare { triage: true, ..declaration("Is the checkout slow?") };
    let acknowledged = async |number| app.incidents.get(&ada, number).await.unwrap().times.acknowledged_at;
    let (noted, edited) =
        (app.incidents.declare(&ada, &report).await.unwrap(), app.incidents.declare(&ada, &report).await.unwrap());
    assert_eq!((acknowledged(noted).await, acknowledged(edited).await), (None, None));
    let note = AddNote { body: "It is.".to_owned(), idempotency_key: None };
    app.incidents.note(&ada, noted, &note).await.unwrap();
    let first = acknowledged(noted).await;
    assert!(first.is_some());
    app.incidents.note(&ada, noted, &note).await.unwrap();
    app.steps(&ada, noted, 1, &[Action::Accept]).await;
    assert_eq!(acknowledged(noted).await, first, "the first of them counts");
    let severity = Some(SeverityKey::Sev2);
    let edit = Edit { version: 1, title: "The checkout is slow".to_owned(), severity, ..Edit::default() };
    app.incidents.edit(&ada, edited, &edit).await.unwrap();
    let after = app.incidents.get(&ada, edited).await.unwrap();
    assert_eq!((after.times.acknowledged_at, after.status), (Some(after.updated_at), Status::Triage));
}

/// More people than a form offers: whoever is named beyond them stays named, and others can be.
#[tokio::test]
async fn people_beyond_those_that_a_form_offers_can_be_named() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    for n in 0..203 {
        app.person(TENANT, &format!("Crowd {n:03}"), Role::Viewer).await;
    }
    let zoe = app.person(TENANT, "Zoë", Role::Responder).await;
    let yan = app.person(TENANT, "Yan", Role::Responder).await;
    let choices = app.catalog.choices(&boss).await.unwrap();
    assert_eq!((choices.people.len(), choices.more_people), (200, true));
    assert!(choices.people.iter().all(|person| person.id != zoe.actor.id));

    let declared = |others: &str| Declare { restricted: true, others: others.to_owned(), ..declaration("Breach") };
    let refused = app.incidents.declare(&boss, &declared("Nobody")).await;
    let Err(ServiceError::Domain(DomainError::Invalid(faults) | DomainError::Unknown(faults))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["others"]);
    // Names that are typed as a file system would spell them are the same names.
    let number = app.incidents.declare(&boss, &declared("Zoe\u{308}")).await.unwrap();
    let named = async || -> Vec<UserId> {
        app.incidents.get(&boss, number).await.unwrap().people.into_iter().map(|person| person.id).collect()
    };
    let edit = |version, people: Vec<UserId>, others: &str| Edit {
        version,
        title: "Breach".to_owned(),
        severity: Some(SeverityKey::Sev2),
        restricted: Some(true),
        people,
        others: others.to_owned(),
        ..Edit::default()
    };
    app.incidents.edit(&boss, number, &edit(1, named().await, "\r\n  YAN \r\n")).await.unwrap();
    assert_eq!(named().await, [boss.actor.id, yan.actor.id, zoe.actor.id]);
    app.incidents.get(&yan, number).await.unwrap();

    app.person(TENANT, "yan", Role::Viewer).await;
    for wrong in ["Nobody", "Yan", &"Yan\n".repeat(51)] {
        let refused = app.incidents.edit(&boss, number, &edit(2, named().await, wrong)).await;
        let Err(ServiceError::Domain(DomainError::Invalid(faults) | DomainError::Unknown(faults))) = refused else {
            panic!("{wrong}: {refused:?}")
        };
        assert!(faults.iter().all(|fault| fault.field == "others"), "{faults:?}");
    }
    let asked = app.incidents.edit(&zoe, number, &edit(2, named().await, "Nobody")).await;
    assert!(is(asked, &DomainError::Forbidden), "who is there is not for everybody to find out");
}

/// Whoever ticks people and leaves the incident open to all has overlooked something.
#[tokio::test]
async fn naming_people_without_restricting_is_refused() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let ada = app.person(TENANT, "Ada", Role::Responder).await;
    let refused = |result: Result<(), ServiceError>| match result {
        Err(ServiceError::Domain(DomainError::Invalid(faults) | DomainError::Unknown(faults))) => {
            faults.into_iter().map(|fault| fault.field).collect()
        }
        other => vec![format!("{other:?}")],
    };
    let open = Declare { people: vec![ada.actor.id], ..declaration("Breach") };
    assert_eq!(refused(app.incidents.declare(&boss, &open).await.map(drop)), ["people"]);
    let open = Declare { others: "Ada".to_owned(), ..declaration("Breach") };
    assert_eq!(refused(app.incidents.declare(&boss, &open).await.map(drop)), ["people"]);

    let number = app.declare(&boss, "Breach").await;
    let edit = |version, restricted, people: Vec<UserId>| Edit {
        version,
        title: "Breach".to_owned(),
        severity: Some(SeverityKey::Sev2),
        restricted: Some(restricted),
        people,
        ..Edit::default()
    };
    assert_eq!(refused(app.incidents.edit(&boss, number, &edit(1, false, vec![ada.actor.id])).await), ["people"]);
    app.incidents.edit(&boss, number, &edit(1, true, vec![ada.actor.id])).await.unwrap();
    // Opening it again with the same people still ticked is plain enough.
    app.incidents.edit(&boss, number, &edit(2, false, vec![ada.actor.id])).await.unwrap();
    assert!(app.incidents.get(&boss, number).await.unwrap().people.is_empty());
}

#[tokio::test]
async fn an_admin_who_edits_a_restricted_incident_is_not_named_by_that() {
    let app = App::new().await;
    let boss = app.person(TENANT, "Boss", Role::IncidentManager).await;
    let admin = app.person(TENANT, "Root", Role::Admin).await;
    let secret = Declare { restricted: true, ..declaration("Breach") };
    let number = app.incidents.declare(&boss, &secret).await.unwrap();
    let edit = |version, title: &str, people: Vec<UserId>| Edit {
        version,
        title: title.to_owned(),
        severity: Some(SeverityKey::Sev2),
        restricted: Some(true),
        people,
        ..Edit::default()
    };
    let names = async || -> Vec<String> {
        app.incidents.get(&admin, number).await.unwrap().people.into_iter().map(|person| person.name).collect()
    };
    app.incidents.edit(&admin, number, &edit(1, "A breach", vec![boss.actor.id])).await.unwrap();
    assert_eq!(names().await, ["Boss"]);
    // Who is among the people does not take themselves out, and who restricts an incident is among them.
    app.incidents.edit(&boss, number, &edit(2, "A breach", vec![])).await.unwrap();
    assert_eq!(names().await, ["Boss"]);
    let open = app.declare(&boss, "Open to all").await;
    app.incidents.edit(&admin, open, &edit(1, "Open to all", vec![])).await.unwrap();
    let people = app.incidents.get(&admin, open).await.unwrap().people;
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Root"]);
}

#[tokio::test]
async fn the_first_sign_in_of_an_organisation_is_audited_as_its_beginning() {
    let app = App::new().await;
    app.person(TENANT, "Ada", Role::Responder).await;
    app.person(TENANT, "Bob", Role::Responder).await;
    let allow = |action: &str| (action.to_owned(), AuditResult::Allow);
    let sign_in = || allow("session.sign_in");
    assert_eq!(app.audited(9).await, [sign_in(), sign_in(), allow("tenant.create")]);
}

/// A provider may send any name; what records keep of it is what an import takes in again.
#[tokio::test]
async fn a_name_that_does_not_fit_is_cut() {
    let app = App::new().await;
    let mut ada = app.person(TENANT, "Ada", Role::Responder).await;
    for (sent, kept) in [
        (format!("A\u{0}{}", "d".repeat(300)), format!("A{}", "d".repeat(99))),
        ("\n".to_owned(), "Unnamed person".to_owned()),
    ] {
        ada.actor.name = sent;
        let number = app.declare(&ada, "Checkout is slow").await;
        let scope = Scope::of(&ada.actor);
        let incident = app.records.find(&scope, number).await.unwrap().unwrap();
        assert_eq!(incident.created_by_name, kept);
        let page = app.incidents.timeline(&ada, number, TimelineOrder::Newest, None).await.unwrap();
        assert_eq!(page.items[0].entry.actor_name, kept);
    }
}
