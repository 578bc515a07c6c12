//! From the nearest copy to the authority.

use std::sync::Arc;

use tokio::time::Instant;

use super::{
    Tokens,
    access::{AccessToken, TokenSource},
    error::AcquireError,
    flights::Flight,
    local::Holder,
    owner::Owner,
    record::{Age, CachedAccess},
    request::TokenRequest,
    want::Want,
};
use crate::metrics;

impl Tokens {
    /// A token of `owner`. `holder` says whose copy in this process would do, and under which name to leave one.
    pub(crate) async fn silent(
        self: &Arc<Self>,
        owner: Owner,
        holder: Option<Holder>,
        request: &TokenRequest,
    ) -> Result<AccessToken, AcquireError> {
        let began = Instant::now();
        let outcome = self.nearest(owner, holder, request).await;
        metrics::acquired(&outcome, began);
        outcome
    }

    async fn nearest(
        self: &Arc<Self>,
        owner: Owner,
        holder: Option<Holder>,
        request: &TokenRequest,
    ) -> Result<AccessToken, AcquireError> {
        let request = &request.clone().for_owner_at(owner.tenant);
        if let Some(holder) = &holder
            && !request.bypasses_cache()
            && let Some((token, age)) = self.local.get(holder, request, self.cache.now())
        {
            if age == Age::DueForRefresh {
                self.renew_ahead(&owner, request);
            }
            return Ok(token);
        }
        let token = self.from_store(owner, request).await?;
        if let Some(holder) = holder {
            self.local.put(holder, request, token.clone());
        }
        Ok(token)
    }

    async fn from_store(self: &Arc<Self>, owner: Owner, request: &TokenRequest) -> Result<AccessToken, AcquireError> {
        let since = self.cache.now();
        let mut spare = None;
        if !request.bypasses_cache()
            && let Some(held) = self.cache.read(&owner.partition).await?
            && let Some(found) = held.record.find(request.tenant, &request.scopes, since)
        {
            match found.age(since) {
                Age::Fresh => return Ok(stored(found)),
                Age::DueForRefresh => {
                    self.renew_ahead(&owner, request);
                    return Ok(stored(found));
                }
                Age::Expiring => spare = Some(found.clone()),
                Age::Expired => {}
            }
        }
        let want = Want { owner, request: request.clone(), since, ahead: false };
        match self.refreshed(want).await {
            Err(error) if error.spares_the_person() => {
                let spare =
                    spare.filter(|token| token.age(self.cache.now()) != Age::Expired).ok_or_else(|| error.clone())?;
                tracing::warn!(%error, "no new token; the one from before is used while it lasts");
                Ok(stored(&spare))
            }
            done => done,
        }
    }

    async fn refreshed(self: &Arc<Self>, want: Want) -> Result<AccessToken, AcquireError> {
        let flight = Flight {
            owner: want.owner.partition.key.clone(),
            request: want.request.thumbprint(),
            claims: want.request.claims_hash(),
            forced: want.request.force_refresh,
            ahead: want.ahead,
        };
        self.flights.join(flight, Arc::clone(self).refresh(want)).await
    }

    /// Gets the next token while this one is in use. Nobody waits for it, and if it fails nobody notices: the next use, or at
    /// the latest the end of the token, tries again.
    fn renew_ahead(self: &Arc<Self>, owner: &Owner, request: &TokenRequest) {
        if !self.local.may_renew(owner, request, self.cache.now()) {
            return;
        }
        let Ok(place) = Arc::clone(&self.renewals).try_acquire_owned() else {
            return;
        };
        let want = Want { owner: owner.clone(), request: request.clone(), since: self.cache.now(), ahead: true };
        let tokens = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = tokens.refreshed(want).await {
                tracing::info!(%error, "a token could not be renewed ahead of time");
            }
            drop(place);
        });
    }
}

fn stored(token: &CachedAccess) -> AccessToken {
    AccessToken::new(token.clone(), TokenSource::Store)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use time::Duration;

    use super::*;
    use crate::tokens::{
        error::Away,
        lease::HeldLease,
        tests::bench::{Bench, authority, person_named},
    };

    #[tokio::test(start_paused = true)]
    async fn whoever_needs_a_token_waits_though_a_renewal_ahead_does_not() {
        let bench = Bench::new(2);
        bench.sign_in(0, 1).await;
        let owner = Owner::person(&person_named(1), &authority());
        let request = TokenRequest::new("Mail.Read".parse().unwrap());
        let want = |ahead| Want { owner: owner.clone(), request: request.clone(), since: bench.clock.now(), ahead };
        let elsewhere = HeldLease::take(&bench.replicas[1].cache, &owner.partition).await.unwrap().unwrap();
        let tokens = &bench.replicas[0].tokens;
        let given_back = async {
            tokio::time::sleep(Duration::SECOND.unsigned_abs()).await;
            elsewhere.give_back().await;
        };
        let (ahead, needed, ()) = tokio::join!(tokens.refreshed(want(true)), tokens.refreshed(want(false)), given_back);
        assert!(matches!(ahead, Err(AcquireError::Unavailable { away: Away::Busy, .. })), "{ahead:?}");
        assert!(needed.is_ok(), "{needed:?}");
    }
}
