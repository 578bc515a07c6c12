//! The store by itself: what it writes, what it refuses to write, what it takes for absent.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod races;
mod unlisted;

use std::{collections::HashMap, path::PathBuf};

use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use time::Duration;
use uuid::Uuid;

use super::*;
use crate::{
    claims::{AccountId, Principal},
    config::OidcAuthority,
    state::EmbeddedState,
    testing::ManualClock,
};

struct Bench {
    state: Arc<dyn SharedState>,
    file: PathBuf,
    clock: Arc<ManualClock>,
    ring: String,
    _folder: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)));
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let file = folder.path().join("state.db");
        let state = Arc::new(EmbeddedState::open(&file, shared).await.unwrap());
        Self { state, file, clock, ring: KeyRing::generate().unwrap(), _folder: folder }
    }

    fn store_with(&self, ring: &str) -> Store {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let ring = KeyRing::parse(ring).unwrap();
        Store::new(Arc::clone(&self.state), ring, clock, SessionPolicy::default(), authority(Uuid::nil()))
    }

    fn store(&self) -> Store {
        self.store_with(&self.ring)
    }

    fn session(&self) -> SessionRecord {
        let principal = Principal {
            account: AccountId { home: "o.t".to_owned() },
            home_account: None,
            tenant_id: Uuid::nil(),
            subject: "o".to_owned(),
            issuer: "https://login.example".to_owned(),
            name: "Amara".to_owned(),
            given_name: None,
            policy: None,
            username: None,
            roles: vec!["Admin".to_owned()],
            sid: Some("sid".to_owned()),
            login_hint: None,
            signed_in_at: self.clock.now(),
        };
        SessionRecord::new(principal, self.clock.now(), SessionPolicy::default())
    }

    async fn created(&self) -> Record {
        let value = serde_json::to_value(self.session()).unwrap();
        let data: HashMap<String, Value> = [(SESSION.to_owned(), value)].into();
        let mut record = Record { id: Id(7), data, expiry_date: self.clock.now() };
        self.store().create(&mut record).await.unwrap();
        record
    }

    /// How many records there are, whoever knows of them.
    async fn live_records(&self) -> i64 {
        let mut raw = SqliteConnectOptions::new().filename(&self.file).connect().await.unwrap();
        let query = "SELECT count(*) FROM entry WHERE key LIKE 'sess:%'";
        sqlx::query_scalar(query).fetch_one(&mut raw).await.unwrap()
    }

    async fn index_sizes(&self) -> [usize; 3] {
        let principal = self.session().principal;
        let sets = [
            format!("sess-account:{}", hashed(&[principal.account.home.as_bytes()])),
            format!("sess-tenant:{}", principal.tenant_id),
            format!("sess-sid:{}", hashed(&[b"https://login.example", b"sid"])),
        ];
        let mut sizes = [0; 3];
        for (size, set) in sizes.iter_mut().zip(&sets) {
            *size = self.state.members(set, None, 100).await.unwrap().len();
        }
        sizes
    }
}

fn authority(tenant_id: Uuid) -> Authority {
    Authority::Oidc(OidcAuthority {
        issuer: "https://login.example".parse().unwrap(),
        tenant_id,
        tenant_name: "Example".to_owned(),
        role_claim: "roles".to_owned(),
    })
}

/// The record with a changed name in it.
fn renamed(record: &Record, name: &str) -> Record {
    let mut record = record.clone();
    record.data.get_mut(SESSION).unwrap()["principal"]["name"] = name.into();
    record
}

async fn name_of(store: &Store, id: &Id) -> Option<Value> {
    store.load(id).await.unwrap().map(|record| record.data[SESSION]["principal"]["name"].clone())
}

#[tokio::test]
async fn a_session_gets_a_new_id_whatever_id_was_asked_for() {
    let bench = Bench::new().await;
    let (one, two) = (bench.created().await, bench.created().await);
    assert_ne!(one.id, Id(7));
    assert_ne!(one.id, two.id);
    assert_eq!(name_of(&bench.store(), &Id(7)).await, None);
    assert_eq!(name_of(&bench.store(), &one.id).await, Some("Amara".into()));
}

#[tokio::test]
async fn the_key_is_a_hash_of_the_id() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    assert_eq!(bench.state.get(&format!("sess:{id}")).await, Ok(None));
    let handle = handle(&id);
    assert!(bench.state.get(&format!("sess:{handle}")).await.unwrap().is_some());
    assert!(!handle.contains(&id.to_string()));
}

#[tokio::test]
async fn a_late_save_does_not_bring_a_deleted_session_back() {
    let bench = Bench::new().await;
    let store = bench.store();
    let id = bench.created().await.id;
    let loaded = store.load(&id).await.unwrap().unwrap();
    store.delete(&id).await.unwrap();
    store.save(&renamed(&loaded, "Zombie")).await.unwrap();
    assert_eq!(name_of(&store, &id).await, None);
    store.touch(&id, &RequestFacts::default()).await.unwrap();
    assert_eq!(name_of(&store, &id).await, None);
}

#[tokio::test]
async fn of_two_changes_to_the_same_version_one_is_refused() {
    let bench = Bench::new().await;
    let store = bench.store();
    let id = bench.created().await.id;
    let (one, two) = (store.load(&id).await.unwrap().unwrap(), store.load(&id).await.unwrap().unwrap());
    store.save(&renamed(&one, "First")).await.unwrap();
    assert!(store.save(&renamed(&two, "Second")).await.is_err());
    assert_eq!(name_of(&store, &id).await, Some("First".into()));
}

#[tokio::test]
async fn many_touches_at_once_are_no_failure() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    bench.clock.advance(Duration::HOUR);
    let touches = (0..20).map(|_| {
        let store = bench.store();
        tokio::spawn(async move { store.touch(&id, &RequestFacts::default()).await })
    });
    for touched in futures::future::join_all(touches).await {
        assert_eq!(touched.unwrap(), Ok(()));
    }
    let record = bench.store().load(&id).await.unwrap().unwrap();
    assert_eq!(record.expiry_date, bench.clock.now() + SessionPolicy::default().idle);
}

#[tokio::test]
async fn a_use_that_has_been_noted_is_not_written_again() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    let writes = async || match bench.state.put("count", b"", bench.clock.now() + Duration::HOUR, Expected::Any).await {
        Ok(PutOutcome::Stored(version)) => version,
        other => panic!("{other:?}"),
    };
    bench.clock.advance(Duration::HOUR);
    let before = writes().await;
    for _ in 0..5 {
        bench.store().touch(&id, &RequestFacts::default()).await.unwrap();
    }
    assert_eq!(writes().await - before - 1, 2, "the record and its metadata, once");
}

#[tokio::test]
async fn a_more_generous_policy_makes_no_session_that_nobody_can_find() {
    let bench = Bench::new().await;
    let begun = bench.created().await.id;
    let mut generous = bench.store();
    generous.policy.absolute *= 2;
    let usual = SessionPolicy::default();
    let mut listed = true;
    for _ in 0..usual.absolute.whole_hours() {
        bench.clock.advance(Duration::HOUR);
        generous.touch(&begun, &RequestFacts::default()).await.unwrap();
        listed &= bench.index_sizes().await == [1, 1, 1];
        assert!(listed || generous.load(&begun).await.unwrap().is_none(), "alive and in no index");
    }
    assert!(!listed, "it has an end");
}

#[tokio::test]
async fn after_a_rotation_old_sessions_open_until_their_key_goes() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    let newer = KeyRing::generate().unwrap();
    let both = bench.store_with(&format!("{newer},{}", bench.ring));
    assert_eq!(name_of(&both, &id).await, Some("Amara".into()));
    let without = bench.store_with(&newer);
    assert_eq!(name_of(&without, &id).await, None, "a key that is gone makes it absent, not an error");
    bench.clock.advance(SessionPolicy::default().touch_after);
    both.touch(&id, &RequestFacts::default()).await.unwrap();
    assert_eq!(name_of(&without, &id).await, Some("Amara".into()), "a write seals with the newest key");
}

#[tokio::test]
async fn idle_and_absolute_ends_are_kept_even_if_the_store_forgets_to_expire() {
    let bench = Bench::new().await;
    let store = bench.store();
    let record = bench.created().await;
    let held = bench.state.get(&key(&handle(&record.id))).await.unwrap().unwrap();
    bench.clock.advance(Duration::hours(24));
    // The same bytes with a later expiry, as a restored backup might have them.
    let later = bench.clock.now() + Duration::days(7);
    let _ = bench.state.put(&key(&handle(&record.id)), &held.value, later, Expected::Any).await.unwrap();
    assert_eq!(name_of(&store, &record.id).await, None);
}

#[tokio::test]
async fn indexes_follow_the_session() {
    let bench = Bench::new().await;
    assert_eq!(bench.index_sizes().await, [0, 0, 0]);
    let (one, _two) = (bench.created().await, bench.created().await);
    assert_eq!(bench.index_sizes().await, [2, 2, 2]);
    bench.store().delete(&one.id).await.unwrap();
    assert_eq!(bench.index_sizes().await, [1, 1, 1]);
    bench.clock.advance(Duration::days(7));
    assert_eq!(bench.index_sizes().await, [0, 0, 0], "nothing outlives the absolute end");
}

#[tokio::test]
async fn a_record_with_nobody_in_it_is_not_stored() {
    let bench = Bench::new().await;
    let mut empty = Record { id: Id(7), data: HashMap::new(), expiry_date: bench.clock.now() };
    assert!(bench.store().create(&mut empty).await.is_err());
}
