//! Metadata and keys of each realm of an authority, kept in memory: a bounded number of them, because anybody can name a
//! tenant.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    cached::Cached,
    config::{Authority, FlowKind, Realm},
    discovery::{self, ProviderMetadata},
    error::UpstreamError,
    keys::{self, KeySet},
    metrics::{self, DocumentAges},
};

/// So many tenants with metadata are kept, and as many of those that have none, because they do not exist or have only just
/// been named. Of each the one that was used least recently goes first, so that names which somebody makes up never make
/// room for themselves among the tenants that people sign in at.
const MOST: usize = 64;

/// A realm with its metadata and keys.
#[derive(Debug)]
pub(super) struct Known {
    realm: Realm,
    metadata: Arc<Cached<ProviderMetadata>>,
    keys: Arc<Cached<KeySet>>,
    http: reqwest::Client,
    app_id: Option<String>,
    used: AtomicU64,
}

impl Known {
    fn new(realm: Realm, http: reqwest::Client, app_id: Option<String>) -> Arc<Self> {
        Arc::new(Self {
            realm,
            metadata: Cached::new(discovery::FRESHNESS.jittered()),
            keys: Cached::new(keys::FRESHNESS.jittered()),
            http,
            app_id,
            used: AtomicU64::new(0),
        })
    }

    pub(super) fn realm(&self) -> &Realm {
        &self.realm
    }

    /// The metadata, fetched if need be.
    pub(super) async fn metadata(
        self: &Arc<Self>,
        now: OffsetDateTime,
    ) -> Result<Arc<ProviderMetadata>, UpstreamError> {
        let known = Arc::clone(self);
        let fetch = move || async move {
            let Self { http, realm, app_id, .. } = &*known;
            metrics::fetched("metadata", ProviderMetadata::fetch(http, realm, app_id.as_deref()).await)
        };
        self.metadata.get(now, fetch).await
    }

    /// The metadata if it has been fetched already.
    pub(super) fn known_metadata(&self) -> Option<Arc<ProviderMetadata>> {
        self.metadata.peek()
    }

    /// How old the copies of metadata and keys are.
    pub(super) fn ages(&self, now: OffsetDateTime) -> DocumentAges {
        DocumentAges { metadata: self.metadata.age(now), keys: self.keys.age(now) }
    }

    /// The signing keys, fetched if need be.
    pub(super) async fn keys(
        &self,
        metadata: &Arc<ProviderMetadata>,
        now: OffsetDateTime,
    ) -> Result<Arc<KeySet>, UpstreamError> {
        self.keys.get(now, self.fetch_keys(metadata)).await
    }

    /// Newer keys than those that did not have the one which was looked for: keys roll without notice.
    pub(super) async fn newer_keys(
        &self,
        metadata: &Arc<ProviderMetadata>,
        now: OffsetDateTime,
    ) -> Result<Arc<KeySet>, UpstreamError> {
        self.keys.newer(now, self.fetch_keys(metadata)).await
    }

    /// Why the last attempt to fetch the keys failed, if it did: those at hand may lack the newest.
    pub(super) async fn keys_failure(&self) -> Option<UpstreamError> {
        self.keys.last_failure().await
    }

    fn fetch_keys(
        &self,
        metadata: &Arc<ProviderMetadata>,
    ) -> impl FnOnce() -> futures::future::BoxFuture<'static, Result<KeySet, UpstreamError>> + Send + 'static + use<>
    {
        let (http, metadata) = (self.http.clone(), Arc::clone(metadata));
        move || {
            Box::pin(async move {
                let (url, cloud) = (metadata.jwks_uri.as_str(), metadata.cloud_instance_name.as_deref());
                metrics::fetched("keys", KeySet::fetch(&http, url, cloud).await)
            })
        }
    }
}

/// What tells the realms of one authority apart.
type Key = (FlowKind, Option<Uuid>);

/// All realms of one authority.
#[derive(Debug)]
pub(super) struct Realms {
    authority: Authority,
    http: reqwest::Client,
    app_id: Option<String>,
    main: Arc<Known>,
    others: Mutex<HashMap<Key, Arc<Known>>>,
    uses: AtomicU64,
}

impl Realms {
    pub(super) fn new(authority: Authority, http: reqwest::Client, app_id: Option<String>) -> Self {
        // Every authority signs people in at itself.
        let realm = authority.main_realm();
        let main = Known::new(realm, http.clone(), app_id.clone());
        Self { authority, http, app_id, main, others: Mutex::default(), uses: AtomicU64::new(0) }
    }

    /// The realm for signing in at the authority's own tenant, which is always kept.
    pub(super) fn main(&self) -> &Arc<Known> {
        &self.main
    }

    /// The realm for a flow at a tenant, if the authority has such a flow and admits that tenant.
    pub(super) fn get(&self, kind: FlowKind, tenant: Option<Uuid>) -> Option<Arc<Known>> {
        if kind == FlowKind::SignIn && tenant.is_none() {
            return Some(Arc::clone(&self.main));
        }
        let realm = self.authority.realm(kind, tenant)?;
        if realm == self.main.realm {
            return Some(Arc::clone(&self.main));
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if !others.contains_key(&(kind, tenant)) {
            keep(&mut others, MOST, true);
            keep(&mut others, MOST - 1, false);
        }
        let known =
            others.entry((kind, tenant)).or_insert_with(|| Known::new(realm, self.http.clone(), self.app_id.clone()));
        known.used.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Some(Arc::clone(known))
    }
}

/// Keeps `most` of those that have metadata, or of those that have none.
fn keep(others: &mut HashMap<Key, Arc<Known>>, most: usize, with_metadata: bool) {
    let such = others.iter().filter(|(_, known)| known.known_metadata().is_some() == with_metadata);
    let mut such: Vec<_> = such.map(|(key, known)| (known.used.load(Ordering::Relaxed), *key)).collect();
    if let Some(excess) = such.len().checked_sub(most) {
        such.sort_unstable_by_key(|(used, _)| *used);
        such.iter().take(excess).for_each(|(_, key)| drop(others.remove(key)));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::config::{EntraAuthority, EntraTenant, PUBLIC_CLOUD};

    fn realms(tenant: EntraTenant) -> Realms {
        let base = PUBLIC_CLOUD.parse().unwrap();
        let authority = Authority::Entra(EntraAuthority { base, tenant, allowed_tenants: None });
        Realms::new(authority, crate::outgoing::http_client().unwrap(), None)
    }

    #[test]
    fn tenants_that_anybody_can_name_do_not_pile_up() {
        let realms = realms(EntraTenant::Organizations);
        let first = Uuid::from_u128(0);
        let kept = realms.get(FlowKind::SignIn, Some(first)).unwrap();
        for n in 0..500 {
            let tenant = Uuid::from_u128(n);
            let one = realms.get(FlowKind::SignIn, Some(tenant)).unwrap();
            assert!(Arc::ptr_eq(&one, &realms.get(FlowKind::SignIn, Some(tenant)).unwrap()));
            // One that is in use stays.
            assert!(Arc::ptr_eq(&kept, &realms.get(FlowKind::SignIn, Some(first)).unwrap()));
        }
        let others = realms.others.lock().unwrap();
        assert_eq!(others.len(), MOST);
        assert!(others.contains_key(&(FlowKind::SignIn, Some(first))));
    }

    async fn fetched(known: &Known) {
        let there = serde_json::json!({
            "issuer": "https://login.microsoftonline.com/x/v2.0",
            "authorization_endpoint": "https://login.microsoftonline.com/x/authorize",
            "token_endpoint": "https://login.microsoftonline.com/x/token",
            "jwks_uri": "https://login.microsoftonline.com/x/keys",
        });
        let metadata = serde_json::from_value(there).unwrap();
        known.metadata.get(OffsetDateTime::UNIX_EPOCH, async move || Ok(metadata)).await.unwrap();
    }

    #[tokio::test]
    async fn names_that_somebody_makes_up_push_no_tenant_out() {
        let realms = realms(EntraTenant::Organizations);
        let real = |n: usize| realms.get(FlowKind::SignIn, Some(Uuid::from_u128(n as u128))).unwrap();
        let first = real(0);
        fetched(&first).await;
        for n in 1..500 {
            realms.get(FlowKind::SignIn, Some(Uuid::from_u128(0xbad_0000 + n))).unwrap();
        }
        assert!(Arc::ptr_eq(&first, &real(0)));
        // Tenants that exist are a bounded number as well, and a new one finds room.
        for n in 0..MOST + 10 {
            fetched(&real(n)).await;
        }
        let newest = real(MOST + 9);
        realms.get(FlowKind::SignIn, Some(Uuid::from_u128(0xbad_0000))).unwrap();
        assert!(Arc::ptr_eq(&newest, &real(MOST + 9)));
        let others = realms.others.lock().unwrap();
        assert_eq!(others.values().filter(|known| known.known_metadata().is_some()).count(), MOST);
        assert!(others.len() <= 2 * MOST, "{}", others.len());
    }

    #[test]
    fn only_what_the_authority_offers_has_a_realm() {
        let single = realms(EntraTenant::Single(Uuid::from_u128(1)));
        assert!(single.get(FlowKind::EditProfile, None).is_none());
        assert!(single.get(FlowKind::SignIn, Some(Uuid::from_u128(2))).is_none());
        let own = single.get(FlowKind::SignIn, Some(Uuid::from_u128(1))).unwrap();
        assert!(Arc::ptr_eq(&own, &single.main), "the same endpoints are not kept twice");
    }
}
