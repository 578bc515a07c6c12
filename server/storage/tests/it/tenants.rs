//! The list of tenants as the use cases have it: who is let in, what a process remembers, who may come in by themselves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

use async_trait::async_trait;
use domain::view::OrganisationView;
use domain::{Actor, Name, Roles, TenantId, Text, Timestamp, UserId};
use services::audit::{AuditRecord, Caller, RequestFacts};
use services::ports::{Admission, AdmissionStore, AuditStore, StoreError};
use services::{Clock, DirectoryService, Door, IdSource, Onboarding, SignIn, TenantPolicy, TenantService};
use storage::Records;
use tempfile::TempDir;
use uuid::{Uuid, uuid};

use crate::fixture::{OTHER, TENANT, USER, at, id, make_tenant};

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::Relaxed))
    }
}

struct Ids;

impl IdSource for Ids {
    fn next(&self) -> Uuid {
        id()
    }
}

/// The real list, which counts how often it is asked for a line and can be out of reach.
struct Watched {
    records: Records,
    asked: AtomicU32,
    away: AtomicBool,
}

#[async_trait]
impl AdmissionStore for Watched {
    async fn admission(&self, tenant: TenantId) -> Result<Option<Admission>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.away.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable("away".to_owned()));
        }
        self.records.admission(tenant).await
    }

    async fn admissions(&self, after: Option<TenantId>, limit: u32) -> Result<Vec<Admission>, StoreError> {
        self.records.admissions(after, limit).await
    }

    async fn decide(&self, admission: &Admission, audit: &AuditRecord) -> Result<(), StoreError> {
        self.records.decide(admission, audit).await
    }

    async fn apply(&self, admission: &Admission, audit: &AuditRecord) -> Result<bool, StoreError> {
        self.records.apply(admission, audit).await
    }

    async fn organisations_of(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<OrganisationView>, StoreError> {
        self.records.organisations_of(tenant, user, limit).await
    }
}

struct Bench {
    store: Arc<Watched>,
    clock: Arc<Hand>,
    _folder: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let (records, folder) = crate::sqlite::fresh().await;
        let store = Watched { records, asked: AtomicU32::new(0), away: AtomicBool::new(false) };
        Self { store: Arc::new(store), clock: Arc::new(Hand(AtomicI64::new(1_000))), _folder: folder }
    }

    /// A process of its own.
    fn process(&self, policy: TenantPolicy) -> TenantService {
        TenantService::new(self.store.clone(), policy, self.clock.clone(), Arc::new(Ids))
    }

    fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn asked(&self) -> u32 {
        self.store.asked.load(Ordering::Relaxed)
    }

    fn away(&self, away: bool) {
        self.store.away.store(away, Ordering::Relaxed);
    }
}

fn listed() -> TenantPolicy {
    TenantPolicy { listed: true, within: None, onboarding: Onboarding::Off }
}

fn onboarding(onboarding: Onboarding) -> TenantPolicy {
    TenantPolicy { onboarding, ..listed() }
}

fn caller(tenant: TenantId) -> Caller {
    let actor = Actor { id: USER, tenant, name: "Ada".to_owned(), roles: Roles::default() };
    Caller { actor, request: RequestFacts::default() }
}

async fn door(service: &TenantService, tenant: TenantId) -> Door {
    service.door(tenant).await.unwrap().0
}

#[tokio::test]
async fn the_door_is_what_list_and_settings_say() {
    let bench = Bench::new().await;
    let open = bench.process(TenantPolicy { listed: false, ..listed() });
    let strict = bench.process(listed());
    let bound = bench.process(TenantPolicy { within: Some(BTreeSet::from([OTHER.0])), listed: false, ..listed() });
    let doors = async || [door(&strict, TENANT).await, door(&open, TENANT).await, door(&bound, TENANT).await];
    assert_eq!(doors().await, [Door::Unlisted, Door::Open, Door::Unlisted]);
    strict.allow(TENANT, Some(Name::read("Acme").unwrap()), "test").await.unwrap();
    assert_eq!(doors().await, [Door::Open, Door::Open, Door::Unlisted], "no list goes beyond the bound");
    assert_eq!(strict.door(TENANT).await.unwrap().1, Some(Name::read("Acme").unwrap()));
    strict.block(TENANT, "because".to_owned(), "test").await.unwrap();
    assert_eq!(doors().await, [Door::Blocked, Door::Blocked, Door::Unlisted]);
}

#[tokio::test]
async fn a_request_asks_a_copy_that_is_at_most_two_seconds_old() {
    let bench = Bench::new().await;
    let (one, other) = (bench.process(listed()), bench.process(listed()));
    one.allow(TENANT, None, "test").await.unwrap();
    let holds = async |service: &TenantService| service.holds(TENANT, at(1_000)).await.unwrap();
    for _ in 0..10 {
        assert!(holds(&one).await && holds(&other).await);
    }
    assert_eq!(bench.asked(), 2, "once for each process");
    bench.wait(1);
    one.block(TENANT, String::new(), "test").await.unwrap();
    assert!(!holds(&one).await, "whoever decides knows at once");
    assert!(holds(&other).await);
    bench.wait(1);
    assert!(!holds(&other).await);
    // A clock that was set back makes no copy last.
    bench.wait(-3_600);
    let before = bench.asked();
    holds(&other).await;
    assert_eq!(bench.asked(), before + 1);
}

#[tokio::test]
async fn sessions_from_before_a_block_stay_over() {
    let bench = Bench::new().await;
    let service = bench.process(listed());
    service.allow(TENANT, None, "test").await.unwrap();
    bench.wait(10);
    service.block(TENANT, String::new(), "test").await.unwrap();
    bench.wait(10);
    service.allow(TENANT, None, "test").await.unwrap();
    let began = async |seconds| service.holds(TENANT, at(seconds)).await.unwrap();
    assert_eq!([began(1_009).await, began(1_010).await, began(1_020).await], [false, true, true]);
}

#[tokio::test]
async fn while_the_records_are_away_the_last_copy_counts_and_without_one_nothing_is_known() {
    let bench = Bench::new().await;
    let (seen, new) = (bench.process(listed()), bench.process(listed()));
    seen.allow(TENANT, None, "test").await.unwrap();
    assert!(seen.holds(TENANT, at(1_000)).await.unwrap());
    bench.away(true);
    bench.wait(10);
    assert!(seen.holds(TENANT, at(1_000)).await.unwrap());
    new.holds(TENANT, at(1_000)).await.unwrap_err();
    seen.door(TENANT).await.unwrap_err();
    // Not asked again with every request meanwhile.
    let before = bench.asked();
    assert!(seen.holds(TENANT, at(1_000)).await.unwrap());
    assert_eq!(bench.asked(), before);
    bench.away(false);
    new.block(TENANT, String::new(), "test").await.unwrap();
    bench.wait(2);
    assert!(!seen.holds(TENANT, at(1_000)).await.unwrap());
}

#[tokio::test]
async fn an_organisation_comes_in_by_itself_only_as_the_setting_says() {
    for (setting, expected) in
        [(Onboarding::Off, Door::Unlisted), (Onboarding::Consent, Door::Open), (Onboarding::Approval, Door::Waiting)]
    {
        let bench = Bench::new().await;
        let service = bench.process(onboarding(setting));
        assert_eq!(service.onboard(&caller(TENANT), false).await.unwrap(), expected);
        let lines = bench.store.records.recent(TENANT, 10).await.unwrap();
        assert_eq!(lines.len(), usize::from(setting != Onboarding::Off), "{setting:?}");
        if let [line] = lines.as_slice() {
            assert_eq!((line.action.as_str(), line.actor), ("tenant.onboard", Some(USER)));
        }
        service.onboard(&caller(TENANT), false).await.unwrap();
        assert_eq!(bench.store.records.recent(TENANT, 10).await.unwrap().len(), lines.len(), "once");
    }
}

#[tokio::test]
async fn nobody_brings_in_what_is_not_theirs_to_bring() {
    let bench = Bench::new().await;
    let service = bench.process(onboarding(Onboarding::Consent));
    let personal = TenantId(uuid!("9188040d-6c67-4c5b-b112-36a304b66dad"));
    assert_eq!(service.onboard(&caller(TENANT), true).await.unwrap(), Door::Unlisted, "a guest");
    assert_eq!(service.onboard(&caller(personal), false).await.unwrap(), Door::Unlisted, "a private person");
    let nobodys = TenantId(Uuid::nil());
    assert_eq!(service.onboard(&caller(nobodys), false).await.unwrap(), Door::Unlisted, "no organisation");
    service.block(OTHER, String::new(), "test").await.unwrap();
    assert_eq!(service.onboard(&caller(OTHER), false).await.unwrap(), Door::Blocked, "one that was taken off");
    let bound =
        bench.process(TenantPolicy { within: Some(BTreeSet::from([OTHER.0])), ..onboarding(Onboarding::Consent) });
    assert_eq!(bound.onboard(&caller(TENANT), false).await.unwrap(), Door::Unlisted, "one beyond the bound");
    assert_eq!(bench.store.records.admission(TENANT).await.unwrap(), None);
    assert_eq!(bench.store.records.admission(personal).await.unwrap(), None);
}

#[tokio::test]
async fn an_organisation_beyond_the_bound_is_not_offered() {
    let bench = Bench::new().await;
    let store = Arc::new(bench.store.records.clone());
    let directory = DirectoryService::new(store.clone(), store, bench.clock.clone(), Arc::new(Ids));
    let mut seen = Vec::new();
    for tenant in [TENANT, OTHER] {
        let sign_in = SignIn {
            tenant,
            tenant_name: None,
            subject: "oid-ada".to_owned(),
            home_account: Some("ada.home".to_owned()),
            name: "Ada".to_owned(),
            roles: Roles::default(),
        };
        seen.push(directory.signed_in(&sign_in, &RequestFacts::default()).await.unwrap());
    }
    let caller = Caller { actor: seen.remove(0), request: RequestFacts::default() };
    let offered = async |within: Option<BTreeSet<Uuid>>| {
        let service = bench.process(TenantPolicy { within, ..listed() });
        let mut all: Vec<_> = service.organisations_of(&caller).await.unwrap().into_iter().map(|one| one.id).collect();
        all.sort();
        all
    };
    let mut both = vec![TENANT, OTHER];
    both.sort();
    assert_eq!(offered(None).await, both);
    assert_eq!(offered(Some(BTreeSet::from([TENANT.0]))).await, [TENANT]);
}

#[tokio::test]
async fn the_whole_list_is_read_however_long_it_is() {
    let bench = Bench::new().await;
    let service = bench.process(listed());
    make_tenant(&bench.store.records, TENANT).await;
    for n in 0..501 {
        service.allow(TenantId(Uuid::from_u128(0x100 + n)), None, "test").await.unwrap();
    }
    let list = service.list().await.unwrap();
    assert_eq!(list.len(), 502);
    assert!(list.is_sorted_by(|one, next| one.tenant < next.tenant));
}
