//! An administrator's consent for a whole tenant: what has to be remembered on the way to it and after it.
//!
//! The authority's answer is a query that anybody can write: nothing in it is signed. So it is believed only in the browser
//! that asked, once, and it proves nothing but that this browser came back. What counts is the sign-in at that tenant which
//! follows in the same browser (see `adr/0003-admin-consent-is-followed-by-a-sign-in.md`).

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use time::{Duration, OffsetDateTime};
use url::Url;
use uuid::Uuid;

use crate::{
    config::{Authority, EntraTenant, IdentityConfig},
    digest::hashed,
    error::{CallbackProblem, SignInError},
    key_ring::KeyRing,
    return_to::ReturnTo,
    state::{Expected, PutOutcome, SharedState, StateError},
};

/// How long an administrator may take at the authority, and after that to sign in.
pub(crate) const LIFETIME: Duration = Duration::minutes(15);

/// A request for consent that a browser has open.
#[derive(Serialize, Deserialize)]
pub(crate) struct ConsentRequest {
    /// Where to go once the administrator has signed in.
    pub(crate) return_to: ReturnTo,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) created_at: OffsetDateTime,
}

/// A consent that the authority has reported to a browser.
#[derive(Serialize, Deserialize)]
pub(crate) struct Consented {
    /// The tenant that the report names.
    pub(crate) tenant_id: Uuid,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) created_at: OffsetDateTime,
}

/// A sealed record that is used once, by whoever knows its secrets.
pub(crate) trait OneTime: Serialize + DeserializeOwned {
    /// Names the kind, in the key and to the cipher.
    const PURPOSE: &'static str;

    /// When the record was made.
    fn created_at(&self) -> OffsetDateTime;
}

impl OneTime for ConsentRequest {
    const PURPOSE: &'static str = "consent-request";

    fn created_at(&self) -> OffsetDateTime {
        self.created_at
    }
}

impl OneTime for Consented {
    const PURPOSE: &'static str = "consented";

    fn created_at(&self) -> OffsetDateTime {
        self.created_at
    }
}

/// Writes a record that only these secrets find and open.
pub(crate) async fn store<T: OneTime>(
    state: &dyn SharedState,
    ring: &KeyRing,
    secrets: &[&str],
    record: &T,
) -> Result<(), SignInError> {
    let json = serde_json::to_vec(record)
        .map_err(|_| StateError::Damaged { reason: "a consent could not be written".to_owned() })?;
    let key = key::<T>(secrets);
    let sealed = ring.seal(T::PURPOSE, key.as_bytes(), &json)?;
    match state.put(&key, &sealed, record.created_at() + LIFETIME, Expected::Absent).await? {
        PutOutcome::Stored(_) => Ok(()),
        PutOutcome::Conflict => Err(CallbackProblem::StateUnknown.into()),
    }
}

/// Takes the record of these secrets away, if there is one that is not too old. Of several only one gets it.
pub(crate) async fn take<T: OneTime>(
    state: &dyn SharedState,
    ring: &KeyRing,
    secrets: &[&str],
    now: OffsetDateTime,
) -> Result<Option<T>, StateError> {
    let key = key::<T>(secrets);
    let sealed = state.take(&key).await?;
    let record: Option<T> = sealed
        .and_then(|sealed| ring.open(T::PURPOSE, key.as_bytes(), &sealed))
        .and_then(|json| serde_json::from_slice(&json).ok());
    Ok(record.filter(|record| now < record.created_at() + LIFETIME))
}

fn key<T: OneTime>(secrets: &[&str]) -> String {
    let secrets: Vec<&[u8]> = secrets.iter().map(|secret| secret.as_bytes()).collect();
    format!("{}:{}", T::PURPOSE, hashed(&secrets))
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
