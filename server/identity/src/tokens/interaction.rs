//! What a person is sent to the authority for, kept here meanwhile: claims and scopes are not for the address bar.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{error::InteractionRequired, record::Refusal, scopes::Scopes};
use crate::{
    claims::AccountId,
    digest::hashed,
    error::{ClaimsChallenge, SignInError},
    key_ring::KeyRing,
    random,
    state::{Expected, SharedState, StateError},
};

const PURPOSE: &str = "interaction";
/// As long as a sign-in may take.
const LIFETIME: Duration = Duration::minutes(15);

/// A step that is to be taken at the authority.
#[derive(Serialize, Deserialize)]
pub(crate) struct Interaction {
    account: AccountId,
    pub(crate) scopes: Scopes,
    pub(crate) tenant: Option<Uuid>,
    pub(crate) claims: Option<ClaimsChallenge>,
}

impl Interaction {
    pub(super) fn of(account: &AccountId, required: &InteractionRequired) -> Self {
        Self {
            account: account.clone(),
            scopes: required.scopes.clone(),
            tenant: required.tenant,
            claims: required.claims.clone(),
        }
    }

    /// Of a refresh that was refused.
    pub(super) fn of_refusal(account: &AccountId, refusal: &Refusal) -> Self {
        let (scopes, claims) = (refusal.scopes.clone(), refusal.claims.clone());
        Self { account: account.clone(), scopes, tenant: None, claims }
    }

    /// At this tenant, unless it names one itself: a guest proves something where they are a guest.
    pub(crate) fn at(self, tenant: Option<Uuid>) -> Self {
        Self { tenant: self.tenant.or(tenant), ..self }
    }

    /// Writes it; the name that is returned may stand in an address.
    pub(super) async fn store(
        &self,
        state: &dyn SharedState,
        ring: &KeyRing,
        now: OffsetDateTime,
    ) -> Result<String, SignInError> {
        let id = random::token()?;
        let json = serde_json::to_vec(self)
            .map_err(|_| StateError::Damaged { reason: "an interaction could not be written".to_owned() })?;
        let sealed = ring.seal(PURPOSE, id.as_bytes(), &json)?;
        let _ = state.put(&key(&id), &sealed, now + LIFETIME, Expected::Any).await?;
        Ok(id)
    }

    /// What `id` stands for, if it is `account`'s. It stays: a page that is loaded again leads to the same place.
    pub(crate) async fn find(
        state: &dyn SharedState,
        ring: &KeyRing,
        id: &str,
        account: &AccountId,
    ) -> Result<Option<Self>, StateError> {
        let found = state.get(&key(id)).await?;
        let opened = found.and_then(|found| ring.open(PURPOSE, id.as_bytes(), &found.value));
        let found: Option<Self> = opened.and_then(|json| serde_json::from_slice(&json).ok());
        Ok(found.filter(|found| found.account == *account))
    }
}

fn key(id: &str) -> String {
    format!("interaction:{}", hashed(&[id.as_bytes()]))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::{
        error::ErrorClass,
        tokens::tests::bench::{Bench, person_named},
    };

    fn interaction(tenant: Option<Uuid>) -> Interaction {
        let (scopes, class) = ("User.Read".parse().unwrap(), ErrorClass::InteractionRequired);
        let required = InteractionRequired { scopes, tenant, claims: None, class, error: None };
        Interaction::of(&person_named(1).account, &required)
    }

    #[test]
    fn a_tenant_that_it_names_itself_is_the_one() {
        let (guest, own) = (Some(Uuid::max()), Some(Uuid::nil()));
        assert_eq!(interaction(guest).at(own).tenant, guest);
        assert_eq!(interaction(None).at(own).tenant, own);
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_under_its_own_name_only() {
        let bench = Bench::new(1);
        let (state, now) = (&*bench.replicas[0].cache.state, bench.clock.now());
        let ring = KeyRing::parse(&KeyRing::generate().unwrap()).unwrap();
        let account = &person_named(1).account;
        let id = interaction(None).store(state, &ring, now).await.unwrap();
        let kept = state.get(&key(&id)).await.unwrap().unwrap();
        let _ = state.put(&key("another"), &kept.value, now + LIFETIME, Expected::Any).await.unwrap();
        let found = async |id: &str| Interaction::find(state, &ring, id, account).await.unwrap().is_some();
        assert!(found(&id).await && !found("another").await);
    }
}
