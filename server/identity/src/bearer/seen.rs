//! Tokens that have been seen and found good, so that the next request with one costs no signature check.

use std::{
    ptr,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::digest::{SHA256, digest};
use moka::{Expiry, sync::Cache};
use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::BearerPrincipal;
use crate::{
    config::FlowKind,
    keys::{KeySet, SigningKey},
    validator::Times,
};

/// As much as so many bytes of tokens: some thousands of Entra's.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The SHA-256 of a token. Entries are no use to whoever reads the names only.
pub(super) type Print = [u8; 32];

/// Good tokens, a bounded number of them.
pub(super) struct Seen(Cache<Print, Arc<Entry>>);

/// What was found.
pub(super) struct Entry {
    pub(super) principal: Arc<BearerPrincipal>,
    /// In which realm its keys are looked up.
    pub(super) realm: FlowKind,
    times: Times,
    keys: Arc<KeySet>,
    /// Which of them signed.
    key: usize,
    /// How long it is kept; a matter of memory only, whether it counts is asked of the clock each time.
    kept_for: Duration,
    weight: u32,
}

impl Seen {
    pub(super) fn new() -> Self {
        let cache = Cache::builder()
            .max_capacity(MOST_BYTES)
            .weigher(|_, entry: &Arc<Entry>| entry.weight)
            .expire_after(UntilUseless)
            .build();
        Self(cache)
    }

    pub(super) fn get(&self, print: &Print) -> Option<Arc<Entry>> {
        self.0.get(print)
    }

    pub(super) fn put(&self, print: Print, entry: Entry) {
        self.0.insert(print, Arc::new(entry));
    }
}

impl Entry {
    pub(super) fn new(
        principal: Arc<BearerPrincipal>,
        realm: FlowKind,
        times: Times,
        (keys, key): (&Arc<KeySet>, &SigningKey),
        now: OffsetDateTime,
    ) -> Option<Self> {
        let key = keys.keys.iter().position(|one| ptr::eq(one, key))?;
        let kept_for = times.useless_from().ok().and_then(|end| (end - now).try_into().ok())?;
        let weight = weight_of(&principal);
        Some(Self { principal, realm, times, keys: Arc::clone(keys), key, kept_for, weight })
    }

    /// Whether it counts at this moment, with these keys: its times are looked at anew, and its key has to be published still.
    pub(super) fn counts(&self, keys: &Arc<KeySet>, now: OffsetDateTime) -> bool {
        let published = Arc::ptr_eq(keys, &self.keys)
            || self.keys.keys.get(self.key).is_some_and(|key| keys.for_rs256().any(|other| other.is_same(key)));
        published && self.times.check(now).is_ok()
    }
}

fn weight_of(principal: &BearerPrincipal) -> u32 {
    // The rest of an entry is about as large as what of the token it was made of.
    u32::try_from(2 * principal.assertion.expose_secret().len()).unwrap_or(u32::MAX)
}

struct UntilUseless;

impl Expiry<Print, Arc<Entry>> for UntilUseless {
    fn expire_after_create(&self, _: &Print, entry: &Arc<Entry>, _: Instant) -> Option<Duration> {
        Some(entry.kept_for)
    }
}

pub(super) fn print(token: &str) -> Option<Print> {
    digest(&SHA256, token.as_bytes()).as_ref().try_into().ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::bearer::requirement::tests::person;

    fn keys(change: &Value) -> Arc<KeySet> {
        let mut key =
            json!({ "kty": "RSA", "kid": "one", "n": "AQAB", "e": "AQAB", "issuer": "https://login.example" });
        key.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let other = json!({ "kty": "RSA", "kid": "two", "n": "AQAC", "e": "AQAB" });
        Arc::new(serde_json::from_value(json!({ "keys": [other, key] })).unwrap())
    }

    #[test]
    fn an_entry_counts_as_long_as_its_very_key_is_published() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let claims: crate::validator::Claims =
            serde_json::from_value(json!({ "iat": 1_800_000_000, "exp": 1_800_003_600 })).unwrap();
        let set = keys(&json!({}));
        let entry = |of: &SigningKey| Entry::new(Arc::new(person()), FlowKind::SignIn, claims.times(), (&set, of), now);
        let kept = entry(&set.keys[1]).unwrap();
        assert!(kept.counts(&set, now) && kept.counts(&keys(&json!({})), now), "a newer copy with the same key");
        for change in [
            json!({ "kid": "three" }),
            json!({ "n": "AQAD" }),
            json!({ "e": "Aw" }),
            json!({ "issuer": "https://elsewhere.example" }),
            json!({ "use": "enc" }),
            json!({ "cloud_instance_name": "microsoftonline.us" }),
        ] {
            assert!(!kept.counts(&keys(&change), now), "{change}");
        }
        assert!(!kept.counts(&Arc::default(), now));
        assert!(!kept.counts(&set, now + Duration::from_mins(61)));
        assert!(entry(&SigningKey::default()).is_none(), "a key that is not of the set");
    }

    #[test]
    fn however_many_come_what_is_kept_is_bounded() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let claims: crate::validator::Claims =
            serde_json::from_value(json!({ "iat": 1_800_000_000, "exp": 1_800_003_600 })).unwrap();
        let (seen, set) = (Seen::new(), keys(&json!({})));
        for n in 0..3000_u32 {
            let long = secrecy::SecretString::from("x".repeat(16 * 1024));
            let caller = Arc::new(BearerPrincipal { assertion: long, ..person() });
            let entry = Entry::new(caller, FlowKind::SignIn, claims.times(), (&set, &set.keys[0]), now).unwrap();
            seen.put(print(&n.to_string()).unwrap(), entry);
        }
        seen.0.run_pending_tasks();
        assert!(seen.0.weighted_size() <= MOST_BYTES && seen.0.entry_count() > 0, "{}", seen.0.weighted_size());
    }
}
