//! The use cases about sessions: who sees and ends whose, and what is written down about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::view::Page;
use domain::{DomainError, Role, TenantId, Timestamp, UserId};
use serde_json::json;
use services::audit::{AuditRecord, AuditResult, Caller, RequestFacts};
use services::ports::{AuditStore, Person, StoreError};
use services::sessions::{LiveSession, Revoked, SessionInventory, SessionService};
use services::testing::MemorySessions;
use services::{Clock, DirectoryService, IdSource, ServiceError, SignIn};
use storage::Records;
use tempfile::TempDir;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::fixture::{OTHER, TENANT, at, id};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        at(500)
    }
}

struct Ids;

impl IdSource for Ids {
    fn next(&self) -> Uuid {
        id()
    }
}

struct App {
    sessions: SessionService,
    directory: DirectoryService,
    inventory: Arc<MemorySessions>,
    records: Records,
    _folder: TempDir,
}

impl App {
    async fn new() -> Self {
        let (records, folder) = crate::sqlite::fresh().await;
        let store = Arc::new(records.clone());
        let inventory = Arc::new(MemorySessions::default());
        Self {
            sessions: SessionService::new(
                inventory.clone(),
                store.clone(),
                store.clone(),
                Arc::new(Noon),
                Arc::new(Ids),
            ),
            directory: DirectoryService::new(store.clone(), store, Arc::new(Noon), Arc::new(Ids)),
            inventory,
            records,
            _folder: folder,
        }
    }

    /// Signs a person in, in a browser whose session has their name.
    async fn person(&self, tenant: TenantId, name: &str, role: Role) -> Caller {
        let sign_in = SignIn {
            tenant,
            tenant_name: None,
            home_account: None,
            subject: format!("oid-{name}"),
            name: name.to_owned(),
            roles: [role].into_iter().collect(),
        };
        let actor = self.directory.signed_in(&sign_in, &RequestFacts::default()).await.unwrap();
        self.begin(tenant, actor.id, name, 0);
        Caller { actor, request: RequestFacts { session: Some(name.to_owned()), ..RequestFacts::default() } }
    }

    /// A session of this handle, last used at this second.
    fn begin(&self, tenant: TenantId, user: UserId, handle: &str, seen: i64) {
        self.inventory.add(LiveSession {
            handle: handle.to_owned(),
            tenant,
            user,
            name: "Name".to_owned(),
            signed_in_at: at(0),
            seen_at: at(seen),
            ends_at: at(9_000),
            user_agent: None,
            ip: None,
        });
    }

    /// The lines about sessions being listed and ended, newest first.
    async fn lines(&self, tenant: TenantId) -> Vec<(String, String, serde_json::Value, AuditResult)> {
        let about = |line: &AuditRecord| ["session.list", "session.revoke"].contains(&line.action.as_str());
        let lines = self.records.recent(tenant, 100).await.unwrap();
        lines.into_iter().filter(about).map(|line| (line.action, line.target, line.detail, line.result)).collect()
    }
}

fn forbidden<T: std::fmt::Debug>(refused: &Result<T, ServiceError>) {
    assert!(matches!(refused, Err(ServiceError::Domain(DomainError::Forbidden))), "{refused:?}");
}

#[tokio::test]
async fn everybody_sees_their_own_sessions_the_browser_that_asks_first() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Viewer).await;
    app.person(TENANT, "bo", Role::Viewer).await;
    app.begin(TENANT, ada.actor.id, "ada-old", 10);
    app.begin(TENANT, ada.actor.id, "ada-new", 20);
    let own = app.sessions.own(&ada).await.unwrap();
    assert_eq!((own.person.id, own.person.name.as_str()), (ada.actor.id, "ada"));
    let seen: Vec<_> = own.sessions.iter().map(|one| (one.handle.as_str(), one.current)).collect();
    assert_eq!(seen, [("ada", true), ("ada-new", false), ("ada-old", false)]);
    assert_eq!(app.lines(TENANT).await, [], "looking at one's own is nothing to note");
}

#[tokio::test]
async fn more_sessions_than_are_read_at_once_are_all_listed_counted_and_ended() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Admin).await;
    for n in 0..250 {
        app.begin(TENANT, ada.actor.id, &format!("s-{n}"), n);
    }
    assert_eq!(app.sessions.own(&ada).await.unwrap().sessions.len(), 251);
    assert_eq!(app.sessions.count(&ada).await.unwrap(), 251);
    let (mut seen, mut after) = (Vec::new(), None);
    for _ in 0..3 {
        let page = app.sessions.of_tenant(&ada, after.as_deref()).await.unwrap();
        assert!(page.items.is_sorted_by_key(|one| std::cmp::Reverse(one.seen_at)));
        seen.extend(page.items.into_iter().map(|one| one.handle));
        after = page.next;
    }
    assert_eq!(after, None);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 251);
    assert_eq!(app.sessions.end_others(&ada).await.unwrap(), Revoked { count: 250, here: false });
    assert_eq!(app.inventory.handles(), ["ada"]);
}

#[tokio::test]
async fn ending_ones_own_leaves_a_line_each() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Viewer).await;
    app.person(TENANT, "bo", Role::Viewer).await;
    for handle in ["0123456789abcdef", "two", "three"] {
        app.begin(TENANT, ada.actor.id, handle, 0);
    }
    assert_eq!(app.sessions.end(&ada, "0123456789abcdef").await.unwrap(), Revoked { count: 1, here: false });
    assert_eq!(app.sessions.end(&ada, "0123456789abcdef").await.unwrap(), Revoked::default(), "it is over");
    assert_eq!(app.sessions.end_others(&ada).await.unwrap().count, 2);
    assert_eq!(app.inventory.handles(), ["ada", "bo"]);
    assert_eq!(app.sessions.end(&ada, "ada").await.unwrap(), Revoked { count: 1, here: true });
    let (user, revoke) = (format!("user:{}", ada.actor.id), "session.revoke".to_owned());
    let lines = app.lines(TENANT).await;
    assert_eq!(lines[0].1, "session:ada");
    assert_eq!(lines[1], (revoke.clone(), user, json!({ "count": 2, "kept": "this session" }), AuditResult::Allow));
    let detail = json!({ "count": 1, "user": ada.actor.id });
    assert_eq!(lines[2], (revoke, "session:0123456789ab".to_owned(), detail, AuditResult::Allow));
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn nobody_but_an_admin_reaches_a_colleagues_sessions_and_each_refusal_is_noted() {
    let app = App::new().await;
    let bo = app.person(TENANT, "bo", Role::Viewer).await;
    for role in [Role::IncidentManager, Role::Responder, Role::Viewer, Role::Auditor] {
        let before = app.lines(TENANT).await.len();
        let eve = app.person(TENANT, role.as_str(), role).await;
        forbidden(&app.sessions.of_tenant(&eve, None).await);
        forbidden(&app.sessions.count(&eve).await);
        forbidden(&app.sessions.of_person(&eve, bo.actor.id).await);
        forbidden(&app.sessions.end(&eve, "bo").await);
        forbidden(&app.sessions.end_person(&eve, bo.actor.id).await);
        forbidden(&app.sessions.end_tenant(&eve).await);
        let lines = app.lines(TENANT).await;
        assert_eq!(lines.len() - before, 6, "{role}");
        assert!(lines.iter().all(|line| line.3 == AuditResult::Deny), "{lines:?}");
    }
    assert!(app.inventory.handles().contains(&"bo".to_owned()));
}

#[tokio::test]
async fn an_admin_signs_out_one_a_person_and_everybody() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Admin).await;
    let bo = app.person(TENANT, "bo", Role::Viewer).await;
    for handle in ["bo-1", "bo-2"] {
        app.begin(TENANT, bo.actor.id, handle, 0);
    }
    assert_eq!(app.sessions.of_person(&ada, bo.actor.id).await.unwrap().sessions.len(), 3);
    assert_eq!(app.sessions.end(&ada, "bo-1").await.unwrap(), Revoked { count: 1, here: false });
    assert_eq!(app.sessions.end_person(&ada, bo.actor.id).await.unwrap(), Revoked { count: 2, here: false });
    assert_eq!(app.inventory.handles(), ["ada"]);
    app.person(TENANT, "cleo", Role::Viewer).await;
    assert_eq!(app.sessions.end_tenant(&ada).await.unwrap(), Revoked { count: 2, here: true });
    assert_eq!(app.inventory.handles(), [""; 0]);
    let line = app.lines(TENANT).await.remove(0);
    assert_eq!((line.1, line.2), (format!("tenant:{TENANT}"), json!({ "count": 2 })));
}

#[tokio::test]
async fn an_admin_who_looks_at_others_leaves_a_line_for_each_list() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Admin).await;
    let bo = app.person(TENANT, "bo", Role::Viewer).await;
    for n in 0..150 {
        app.begin(TENANT, bo.actor.id, &format!("s-{n}"), n);
    }
    app.sessions.of_person(&ada, ada.actor.id).await.unwrap();
    assert_eq!(app.lines(TENANT).await, [], "looking at one's own is nothing to note");
    app.sessions.of_person(&ada, bo.actor.id).await.unwrap();
    let next = app.sessions.of_tenant(&ada, None).await.unwrap().next;
    app.sessions.of_tenant(&ada, Some(&next.unwrap())).await.unwrap();
    let line = |target| ("session.list".to_owned(), target, serde_json::Value::Null, AuditResult::Allow);
    let expected = [line(format!("tenant:{TENANT}")), line(format!("user:{}", bo.actor.id))];
    assert_eq!(app.lines(TENANT).await, expected, "the second page belongs to the same look");
}

#[tokio::test]
async fn another_tenants_sessions_are_none_even_by_their_handle() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Admin).await;
    let far = app.person(OTHER, "far", Role::Viewer).await;
    assert_eq!(app.sessions.end(&ada, "far").await.unwrap(), Revoked::default());
    for refused in [
        app.sessions.of_person(&ada, far.actor.id).await.map(drop),
        app.sessions.end_person(&ada, far.actor.id).await.map(drop),
    ] {
        assert!(matches!(refused, Err(ServiceError::Domain(DomainError::NotFound))), "{refused:?}");
    }
    assert_eq!(app.sessions.of_tenant(&ada, None).await.unwrap().items.len(), 1);
    assert_eq!(app.sessions.end_tenant(&ada).await.unwrap().count, 1);
    assert_eq!(app.inventory.handles(), ["far"]);
    assert_eq!(app.lines(OTHER).await, []);
}

#[tokio::test]
async fn a_cursor_out_of_nowhere_is_refused_by_name() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Admin).await;
    let refused = app.sessions.of_tenant(&ada, Some("nonsense")).await;
    let Err(ServiceError::Domain(DomainError::Invalid(faults))) = refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].field, "after");
}

#[tokio::test]
async fn whoever_has_the_shell_ends_everything() {
    let app = App::new().await;
    app.person(TENANT, "ada", Role::Viewer).await;
    app.person(OTHER, "far", Role::Viewer).await;
    assert_eq!(app.sessions.find("far").await.unwrap().map(|one| one.tenant), Some(OTHER));
    assert_eq!(app.sessions.end_all("muster sessions revoke").await.unwrap(), 2);
    assert_eq!(app.inventory.handles(), [""; 0]);
    let line = app.records.recent(TenantId(Uuid::nil()), 1).await.unwrap().remove(0);
    assert_eq!((line.action.as_str(), line.detail["count"].as_u64()), ("session.revoke", Some(2)));
    assert_eq!(line.actor_name, "muster sessions revoke (command line)");
}

/// Fails on the way through a tenant, and waits in the middle of everybody.
#[derive(Default)]
struct Breaks {
    half_way: Notify,
    go_on: Notify,
}

type Found = Result<Option<Page<LiveSession>>, StoreError>;

#[async_trait]
impl SessionInventory for Breaks {
    async fn of_person(&self, _: &Person, _: Option<&str>, _: u32) -> Found {
        Ok(None)
    }

    async fn of_tenant(&self, _: TenantId, _: Option<&str>, _: u32) -> Found {
        Ok(None)
    }

    async fn find(&self, _: &str) -> Result<Option<LiveSession>, StoreError> {
        Ok(None)
    }

    async fn end(&self, _: &str) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn end_person(&self, _: &Person, _: Option<&str>) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn end_tenant(&self, _: TenantId) -> Result<u64, StoreError> {
        Err(StoreError::Unavailable("half way".to_owned()))
    }

    async fn end_all(&self) -> Result<u64, StoreError> {
        self.half_way.notify_one();
        self.go_on.notified().await;
        Ok(3)
    }
}

#[tokio::test]
async fn what_stops_half_way_leaves_a_line_all_the_same() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Admin).await;
    let (inventory, store) = (Arc::new(Breaks::default()), Arc::new(app.records.clone()));
    let sessions = SessionService::new(inventory.clone(), store.clone(), store, Arc::new(Noon), Arc::new(Ids));
    assert!(matches!(sessions.end_tenant(&ada).await, Err(ServiceError::Unavailable(_))));
    let lines = app.records.recent(TENANT, 2).await.unwrap();
    let said: Vec<_> = lines.iter().map(|line| (line.action.as_str(), &line.detail["complete"])).collect();
    assert_eq!(said, [("session.revoke", &json!(false)), ("session.revoke_request", &json!(null))]);
    assert_eq!(lines[0].target, lines[1].target);

    // Whoever asked goes away in the middle of it.
    tokio::select! {
        ended = sessions.end_all("muster sessions revoke") => panic!("{ended:?}"),
        () = inventory.half_way.notified() => {}
    }
    let last = async || app.records.recent(TenantId(Uuid::nil()), 1).await.unwrap().remove(0);
    assert_eq!(last().await.action, "session.revoke_request");

    // It comes to its end without them, and says so.
    inventory.go_on.notify_one();
    let said = async {
        loop {
            let line = last().await;
            if line.action == "session.revoke" {
                return line.detail;
            }
            tokio::task::yield_now().await;
        }
    };
    let said = tokio::time::timeout(Duration::from_secs(30), said).await.expect("nothing says what came of it");
    assert_eq!(said, json!({ "count": 3 }));
}

/// Takes some lines and then no more.
struct Full {
    records: Records,
    room: AtomicU32,
}

#[async_trait]
impl AuditStore for Full {
    async fn append(&self, record: &AuditRecord) -> Result<(), StoreError> {
        let room = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(1));
        if room.is_err() {
            return Err(StoreError::Unavailable("full".to_owned()));
        }
        self.records.append(record).await
    }

    async fn recent(&self, tenant: TenantId, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        self.records.recent(tenant, limit).await
    }
}

#[tokio::test]
async fn nothing_ends_that_cannot_be_written_down_first() {
    let app = App::new().await;
    let ada = app.person(TENANT, "ada", Role::Admin).await;
    let bo = app.person(TENANT, "bo", Role::Viewer).await;
    let audit = Arc::new(Full { records: app.records.clone(), room: AtomicU32::new(0) });
    let directory = Arc::new(app.records.clone());
    let sessions = SessionService::new(app.inventory.clone(), directory, audit.clone(), Arc::new(Noon), Arc::new(Ids));
    for refused in [
        sessions.end(&ada, "bo").await.map(drop),
        sessions.end_others(&bo).await.map(drop),
        sessions.end_person(&ada, bo.actor.id).await.map(drop),
        sessions.end_tenant(&ada).await.map(drop),
        sessions.end_all("muster sessions revoke").await.map(drop),
    ] {
        assert!(matches!(refused, Err(ServiceError::Unavailable(_))), "{refused:?}");
    }
    assert_eq!(app.inventory.handles(), ["ada", "bo"]);
    // What has ended is no failure, although the line about it is missing.
    audit.room.store(1, Ordering::Relaxed);
    assert_eq!(sessions.end(&ada, "bo").await.unwrap(), Revoked { count: 1, here: false });
    assert_eq!(app.inventory.handles(), ["ada"]);
}

#[tokio::test]
async fn a_changed_profile_changes_the_name_and_the_log_does_not_say_to_what() {
    let app = App::new().await;
    let mut ada = app.person(TENANT, "ada", Role::Viewer).await;
    ada.actor.name = "Ada Lovelace".to_owned();
    app.directory.profile_changed(&ada).await.unwrap();
    assert_eq!(app.sessions.own(&ada).await.unwrap().person.name, "Ada Lovelace");
    let line = app.records.recent(TENANT, 1).await.unwrap().remove(0);
    assert_eq!((line.action.as_str(), line.target), ("profile.change", format!("user:{}", ada.actor.id)));
    assert_eq!(line.detail, serde_json::Value::Null);
}
