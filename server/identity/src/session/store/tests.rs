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
    session::{EndReason, index, metadata::Found},
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
async fn a_record_under_a_key_that_is_gone_is_not_listed_though_its_metadata_can_be_read() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    let newer = KeyRing::generate().unwrap();
    let both = bench.store_with(&format!("{newer},{}", bench.ring));
    // A use that got no further than the metadata, which come first.
    let found = both.metadata(&handle(&id)).await.unwrap();
    assert!(both.renew_metadata(&handle(&id), found, &bench.session(), &RequestFacts::default()).await.unwrap());
    let without = bench.store_with(&newer);
    assert!(matches!(without.look_up(&handle(&id)).await.unwrap(), Found::Dormant));
    assert!(matches!(both.look_up(&handle(&id)).await.unwrap(), Found::Live(_)));
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
    assert!(matches!(store.look_up(&handle(&record.id)).await.unwrap(), Found::Dormant), "nor is it listed");
}

#[tokio::test]
async fn what_is_listed_is_what_the_settings_of_now_let_in_and_for_as_long() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    let begun = bench.clock.now();
    let days = |n| Duration::days(n);
    for (idle, absolute, end) in
        [(days(30), days(30), days(7)), (days(30), days(3), days(3)), (days(2), days(7), days(2))]
    {
        let mut store = bench.store();
        store.policy = SessionPolicy { idle, absolute, ..store.policy };
        let Found::Live(info) = store.look_up(&handle(&id)).await.unwrap() else { panic!("it is in use") };
        assert_eq!(info.expires_at, begun + end);
        assert_eq!(store.load(&id).await.unwrap().unwrap().expiry_date, begun + end);
    }
    let mut elsewhere = bench.store();
    elsewhere.authority = authority(Uuid::from_u128(1));
    assert!(matches!(elsewhere.look_up(&handle(&id)).await.unwrap(), Found::Dormant));
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

#[tokio::test]
async fn a_page_has_at_least_one_place_and_at_most_two_hundred() {
    let bench = Bench::new().await;
    bench.created().await;
    bench.created().await;
    let sessions = bench.sessions(Arc::clone(&bench.state));
    for (limit, shown) in [(0, 1), (1, 1), (2, 2), (u32::MAX, 2)] {
        let page = sessions.page(&index::of_tenant(Uuid::nil()), None, limit).await.unwrap();
        assert_eq!(page.items.len(), shown, "{limit}");
    }
}

#[tokio::test]
async fn what_is_left_of_a_session_goes_when_a_page_meets_it_but_not_while_it_may_be_in_the_making() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    bench.state.delete(&key(&handle(&id))).await.unwrap();
    let look = async || bench.sessions(Arc::clone(&bench.state)).page(&index::of_tenant(Uuid::nil()), None, 9).await;
    assert_eq!(look().await.unwrap().items, []);
    assert_eq!(bench.index_sizes().await, [1, 1, 1]);
    bench.clock.advance(Duration::MINUTE);
    assert_eq!(look().await.unwrap().items, []);
    assert_eq!(bench.index_sizes().await, [0, 0, 0]);
    assert!(!bench.store().has_metadata(&handle(&id)).await.unwrap());
}

#[tokio::test]
async fn entries_that_lead_nowhere_do_not_keep_the_end_of_all_sessions_going() {
    let bench = Bench::new().await;
    let account = bench.session().principal.account;
    let set = index::of_account(&account);
    bench.state.add_member(&set, &handle(&Id(1)), bench.clock.now() + Duration::DAY).await.unwrap();
    let sessions = bench.sessions(Arc::clone(&bench.state));
    let facts = RequestFacts::default();
    let ending = sessions.close_account(&account, None, EndReason::Revoked, &facts);
    let ended = tokio::time::timeout(std::time::Duration::from_mins(1), ending).await;
    assert_eq!(ended.expect("it goes on without end"), Ok(0));
    assert_eq!(bench.state.members(&set, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_page_that_meets_nothing_to_show_ends_and_says_where_to_go_on() {
    let bench = Bench::new().await;
    let set = index::of_tenant(Uuid::nil());
    for n in 0..5 {
        bench.state.add_member(&set, &handle(&Id(n)), bench.clock.now() + Duration::HOUR).await.unwrap();
    }
    let page = bench.sessions(Arc::clone(&bench.state)).page_within(&set, None, 1, 2).await.unwrap();
    assert_eq!(page.items, []);
    assert!(page.next.is_some());
    assert_eq!(bench.index_sizes().await[1], 3);
}

#[tokio::test]
async fn what_was_put_into_another_ones_place_does_not_open_there() {
    let bench = Bench::new().await;
    let (one, two) = (bench.created().await.id, bench.created().await.id);
    let later = bench.clock.now() + Duration::HOUR;
    for prefix in ["sess", "sess-info"] {
        let [from, to] = [&one, &two].map(|id| format!("{prefix}:{}", handle(id)));
        let held = bench.state.get(&from).await.unwrap().unwrap();
        let _ = bench.state.put(&to, &held.value, later, Expected::Any).await.unwrap();
    }
    assert_eq!(name_of(&bench.store(), &one).await, Some("Amara".into()));
    assert_eq!(name_of(&bench.store(), &two).await, None);
    assert!(matches!(bench.store().look_up(&handle(&two)).await.unwrap(), Found::Dormant));
}

#[tokio::test]
async fn a_session_that_was_over_is_not_ended_once_more() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    bench.clock.advance(SessionPolicy::default().idle);
    assert_eq!(bench.store().end(&handle(&id)).await, Ok(None));
    assert_eq!(bench.index_sizes().await, [0, 0, 0], "what was left of it has gone");
}

#[tokio::test]
async fn a_session_has_ended_even_if_its_metadata_cannot_be_removed() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    let mut raw = SqliteConnectOptions::new().filename(&bench.file).connect().await.unwrap();
    let stuck = "CREATE TRIGGER stuck BEFORE DELETE ON entry WHEN OLD.key LIKE 'sess-info:%' \
                 BEGIN SELECT RAISE(ABORT, 'stuck'); END";
    sqlx::query(stuck).execute(&mut raw).await.unwrap();
    assert!(bench.store().end(&handle(&id)).await.unwrap().is_some());
    assert_eq!(name_of(&bench.store(), &id).await, None);
}

#[tokio::test]
async fn a_change_that_loses_against_a_note_of_use_is_made_on_top_of_it() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    let session = tower_sessions::Session::new(Some(id), Arc::new(bench.store()), None);
    session.load().await.unwrap();
    bench.clock.advance(SessionPolicy::default().touch_after);
    bench.store().touch(&id, &RequestFacts::default()).await.unwrap();
    let sessions = bench.sessions(Arc::clone(&bench.state));
    assert_eq!(sessions.change(&session, |person| "Amara N.".clone_into(&mut person.name)).await, Ok(true));
    let record = bench.store().load(&id).await.unwrap().unwrap();
    let record = session_of(&record).unwrap();
    assert_eq!((record.principal.name.as_str(), record.seen_at), ("Amara N.", bench.clock.now()));
}
