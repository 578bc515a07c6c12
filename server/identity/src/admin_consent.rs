//! An administrator's consent for a whole tenant: what has to be remembered on the way to it.
//!
//! The authority's answer is a query that anybody can write: nothing in it is signed. So it is believed only in the browser
//! that asked, once, and it proves nothing but that this browser came back. What counts is the sign-in at that tenant which
//! follows in the same browser (see `adr/0003-admin-consent-is-followed-by-a-sign-in.md`).

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use url::Url;

use crate::{
    config::{Authority, EntraTenant, IdentityConfig},
    digest::hashed,
    error::{CallbackProblem, SignInError},
    key_ring::KeyRing,
    return_to::ReturnTo,
    state::{Expected, PutOutcome, SharedState, StateError},
};

/// How long an administrator may take at the authority.
const LIFETIME: Duration = Duration::minutes(15);

const PURPOSE: &str = "consent-request";

/// A request for consent that a browser has open.
#[derive(Serialize, Deserialize)]
pub(crate) struct ConsentRequest {
    /// Where to go once the administrator has signed in.
    pub(crate) return_to: ReturnTo,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) created_at: OffsetDateTime,
}

impl ConsentRequest {
    /// Writes the record: found by both secrets, and sealed for the one that is in the browser's cookie only, so that whoever
    /// holds the store and the keys still cannot open it.
    pub(crate) async fn store(
        &self,
        store: &dyn SharedState,
        ring: &KeyRing,
        state: &str,
        binding: &str,
    ) -> Result<(), SignInError> {
        let json = serde_json::to_vec(self)
            .map_err(|_| StateError::Damaged { reason: "a request for consent could not be written".to_owned() })?;
        let sealed = ring.seal(PURPOSE, binding.as_bytes(), &json)?;
        match store.put(&key(state, binding), &sealed, self.created_at + LIFETIME, Expected::Absent).await? {
            PutOutcome::Stored(_) => Ok(()),
            PutOutcome::Conflict => Err(CallbackProblem::StateUnknown.into()),
        }
    }

    /// Takes the record of these secrets away, if there is one that is not too old. Of several only one gets it.
    pub(crate) async fn take(
        store: &dyn SharedState,
        ring: &KeyRing,
        state: &str,
        binding: &str,
        now: OffsetDateTime,
    ) -> Result<Self, SignInError> {
        let sealed = store.take(&key(state, binding)).await?;
        let record: Option<Self> = sealed
            .and_then(|sealed| ring.open(PURPOSE, binding.as_bytes(), &sealed))
            .and_then(|json| serde_json::from_slice(&json).ok());
        let record = record.filter(|record| now < record.created_at + LIFETIME);
        Ok(record.ok_or(CallbackProblem::StateUnknown)?)
    }
}

fn key(state: &str, binding: &str) -> String {
    format!("{PURPOSE}:{}", hashed(&[state.as_bytes(), binding.as_bytes()]))
}

impl IdentityConfig {
    /// The registered redirect URI for the answer to a request for admin consent.
    #[must_use]
    pub fn admin_consent_redirect_uri(&self) -> String {
        format!("{}/auth/admin-consent/callback", self.public_url.origin().ascii_serialization())
    }

    /// Where an administrator consents for their tenant ("Admin consent on the Microsoft identity platform"). None unless it
    /// is switched on and the authority is one of Entra's.
    pub(crate) fn admin_consent_url(&self, state: &str) -> Option<Url> {
        let Authority::Entra(entra) = &self.authority else {
            return None;
        };
        // `common` is no such place: personal accounts have no administrator.
        let tenant = match entra.tenant {
            EntraTenant::Single(tenant) => tenant.to_string(),
            _ => "organizations".to_owned(),
        };
        let base = entra.base.as_str().trim_end_matches('/');
        let mut url = Url::parse(&format!("{base}/{tenant}/v2.0/adminconsent")).ok().filter(|_| self.admin_consent)?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.admin_consent_redirect_uri())
            .append_pair("state", state)
            .append_pair("scope", &self.scopes.join(" "));
        Some(url)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{state::EmbeddedState, testing::ManualClock};

    #[tokio::test]
    async fn the_store_and_the_keys_together_open_no_request() {
        let folder = tempfile::tempdir().unwrap();
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let store =
            EmbeddedState::open(&folder.path().join("state.db"), Arc::new(ManualClock::new(now))).await.unwrap();
        let ring = KeyRing::parse(&KeyRing::generate().unwrap()).unwrap();
        let request = ConsentRequest { return_to: "/welcome".parse().unwrap(), created_at: now };
        request.store(&store, &ring, "state", "binding").await.unwrap();

        let key = key("state", "binding");
        let sealed = store.get(&key).await.unwrap().unwrap().value;
        for known in [key.as_bytes(), b"state", b""] {
            assert_eq!(ring.open(PURPOSE, known, &sealed), None);
        }
        let taken = ConsentRequest::take(&store, &ring, "state", "binding", now).await.unwrap();
        assert_eq!(taken.return_to.as_str(), "/welcome");
    }

    /// A store may keep a record longer than it was told to.
    #[tokio::test]
    async fn a_record_is_over_by_its_own_time() {
        let (folder, ring) = (tempfile::tempdir().unwrap(), KeyRing::parse(&KeyRing::generate().unwrap()).unwrap());
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let clock = Arc::new(ManualClock::new(now));
        let state = EmbeddedState::open(&folder.path().join("state.db"), clock).await.unwrap();
        for (later, there) in [(LIFETIME - Duration::SECOND, true), (LIFETIME, false)] {
            let request = ConsentRequest { return_to: "/welcome".parse().unwrap(), created_at: now };
            request.store(&state, &ring, "state", "binding").await.unwrap();
            let taken = ConsentRequest::take(&state, &ring, "state", "binding", now + later).await;
            assert_eq!(taken.is_ok(), there, "{later}");
        }
    }
}
