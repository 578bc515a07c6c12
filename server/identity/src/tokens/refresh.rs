//! One refresh among all replicas: under a lease, after another look, and written only if nobody has overtaken it.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::time::{Duration, Instant, sleep};

use super::{
    Tokens,
    access::{AccessToken, TokenSource},
    cache::Held,
    error::{AcquireError, Away},
    grant::{Grant, GrantError, Granted, TokenAsk},
    lease::HeldLease,
    owner::Source,
    record::{CachedAccess, RefreshToken, TokenRecord},
    want::Want,
};
use crate::{
    error::ErrorClass,
    metrics::{self, LeaseWait},
    state::{Expected, PutOutcome},
};

/// How long a request waits for somebody else's refresh: a crashed holder's lease and one slow answer of the authority.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);
/// Somebody may sign in, or sign out, while a refresh is on its way. That often in a row nobody does.
const ATTEMPTS: usize = 4;

type Outcome = Result<AccessToken, AcquireError>;

/// What became of a turn at refreshing.
enum Turn {
    Done(Box<Outcome>),
    /// Somebody has overtaken it: have another look.
    Overtaken,
}

impl From<Outcome> for Turn {
    fn from(outcome: Outcome) -> Self {
        Self::Done(Box::new(outcome))
    }
}

impl Tokens {
    /// Gets a new token, or takes part in somebody else's.
    pub(super) async fn refresh(self: Arc<Self>, want: Want) -> Outcome {
        let began = Instant::now();
        let outcome = self.refresh_under_lease(&want).await;
        metrics::refreshed(want.ahead, &outcome, began);
        outcome
    }

    async fn refresh_under_lease(&self, want: &Want) -> Outcome {
        let give_up = Instant::now() + PATIENCE;
        let mut waiting = LeaseWait::default();
        loop {
            match HeldLease::take(&self.cache, &want.owner.partition).await? {
                Some(lease) => {
                    waiting.is_over();
                    let turn = self.turn(&lease, want).await;
                    lease.give_back().await;
                    match turn? {
                        Turn::Done(outcome) => return *outcome,
                        Turn::Overtaken => metrics::fenced("overtaken"),
                    }
                }
                None if want.ahead => return Err(AcquireError::unavailable(Away::Busy)),
                None => {
                    waiting.goes_on();
                    sleep(LOOK).await;
                    if let Some(outcome) = self.look(want).await? {
                        return outcome;
                    }
                }
            }
            if Instant::now() >= give_up {
                return Err(AcquireError::unavailable(Away::Busy));
            }
        }
    }

    /// Whether whoever refreshes has come to an end, good or bad.
    async fn look(&self, want: &Want) -> Result<Option<Outcome>, AcquireError> {
        let held = self.cache.read(&want.owner.partition).await?;
        let record = held.as_ref().map(|held| &held.record);
        if let Some(outcome) = record.and_then(|record| want.settled_by(record, self.cache.now())) {
            return Ok(Some(outcome));
        }
        Ok(want.is_hopeless(record).then(|| Err(want.signed_out())))
    }

    /// With the lease in hand.
    async fn turn(&self, lease: &HeldLease, want: &Want) -> Result<Turn, AcquireError> {
        let held = self.cache.read(&want.owner.partition).await?;
        let now = self.cache.now();
        // Whoever held the lease before may have got it.
        if let Some(outcome) = held.as_ref().and_then(|held| want.settled_by(&held.record, now)) {
            return Ok(outcome.into());
        }
        let (mut record, expected) = match held {
            Some(Held { record, version }) => (record, Expected::Version(version)),
            None => (TokenRecord::default(), Expected::Absent),
        };
        let Some(grant) = want.owner.grant(&record, now) else {
            return Ok(Err(want.signed_out()).into());
        };
        if record.fence > lease.fence() {
            return Ok(Turn::Overtaken);
        }
        // From here on an earlier holder that has lost its lease without noticing cannot write any more.
        record.fence = lease.fence();
        let PutOutcome::Stored(version) = self.write(want, &record, expected).await? else {
            return Ok(Turn::Overtaken);
        };
        if !lease.is_live(self.cache.now()) {
            return Ok(Turn::Overtaken);
        }
        let ask = TokenAsk {
            grant: grant.clone(),
            kind: want.owner.kind,
            tenant: want.request.tenant.or(want.owner.tenant),
            scopes: want.request.scopes.clone(),
            claims: want.request.claims.clone(),
        };
        let held = Held { record, version };
        match self.endpoint.grant(&ask).await {
            Ok(granted) => self.succeed(lease.fence(), want, held, &grant, granted).await,
            Err(error) => self.fail(want, held, error).await,
        }
    }

    async fn write(&self, want: &Want, record: &TokenRecord, expected: Expected) -> Result<PutOutcome, AcquireError> {
        let owner = &want.owner.partition;
        match &want.owner.source {
            Source::RefreshToken => Ok(self.cache.write(owner, record, expected).await?),
            // Nothing in it outlives its tokens.
            Source::Credential | Source::Assertion(_) => {
                let soon = self.cache.now() + time::Duration::MINUTE;
                let until = record.access.iter().map(|token| token.expires_at).fold(soon, OffsetDateTime::max);
                Ok(self.cache.write_until(owner, record, until, expected).await?)
            }
        }
    }

    /// Writes what came back, unless the owner has signed out or another holder has taken over meanwhile.
    async fn succeed(
        &self,
        fence: u64,
        want: &Want,
        mut held: Held,
        used: &Grant,
        mut granted: Granted,
    ) -> Result<Turn, AcquireError> {
        if let (Some(principal), Some(account), None) = (&granted.principal, &want.owner.account, want.request.tenant)
            && principal.account != *account
        {
            return Ok(Err(AcquireError::OtherPerson).into());
        }
        let Some(access) = granted.access.clone() else {
            return Ok(Err(AcquireError::NoAccessToken).into());
        };
        let access = CachedAccess { tenant: want.request.tenant, ..access };
        let groups = self.settle_groups(&mut granted, &held.record).await;
        for _ in 0..ATTEMPTS {
            apply(&mut held.record, want, used, &granted, access.clone());
            if granted.principal.is_some() && want.request.tenant.is_none() {
                held.record.groups.clone_from(&groups);
            }
            let outcome = self.write(want, &held.record, Expected::Version(held.version)).await?;
            if let PutOutcome::Stored(_) = outcome {
                if let Some(account) = &want.owner.account {
                    self.outdate_copies(account).await;
                }
                return Ok(Ok(AccessToken::new(access, TokenSource::Authority)).into());
            }
            let found = self.cache.read(&want.owner.partition).await?;
            if want.is_hopeless(found.as_ref().map(|found| &found.record)) {
                // They have signed out: nothing is put back.
                metrics::fenced("signed_out");
                return Ok(Err(want.signed_out()).into());
            }
            match found {
                Some(found) if found.record.fence <= fence => held = found,
                _ => return Ok(Turn::Overtaken),
            }
        }
        Ok(Turn::Overtaken)
    }

    /// Notes what a failure means for the next attempt.
    async fn fail(&self, want: &Want, mut held: Held, error: GrantError) -> Result<Turn, AcquireError> {
        let now = self.cache.now();
        if is_end_of(&error) {
            held.record.refresh = None;
        }
        let mut failure = AcquireError::of(error, &want.request.scopes, want.request.tenant);
        if !want.owner.is_somebody()
            && let AcquireError::InteractionRequired(required) = &failure
            && let Some(error) = &required.error
        {
            // There is nobody to ask.
            failure = AcquireError::Misconfigured(Arc::new(error.clone()));
        }
        match &failure {
            AcquireError::Unavailable { retry_after, .. } => {
                let until = now + time::Duration::seconds((*retry_after).into());
                held.record.note_wait(&want.request.thumbprint(), until, now);
            }
            AcquireError::InteractionRequired(required) if want.owner.account.is_some() => {
                held.record.note_refusal(&want.request, required);
            }
            AcquireError::Misconfigured(error) => {
                tracing::error!(%error, "the authority does not take this application's request; everybody keeps their tokens");
            }
            AcquireError::Credential(error) => {
                tracing::error!(%error, "the application cannot prove itself; everybody keeps their tokens");
            }
            _ => {}
        }
        // If somebody has written meanwhile, they know better.
        let _ = self.write(want, &held.record, Expected::Version(held.version)).await?;
        Ok(Err(failure).into())
    }
}

/// What an answer changes in the record.
fn apply(record: &mut TokenRecord, want: &Want, used: &Grant, granted: &Granted, access: CachedAccess) {
    // Somebody who signed in meanwhile has brought a newer one.
    let ours = match (used, &record.refresh) {
        (Grant::RefreshToken(used), Some(kept)) => super::same_secret(used, &kept.secret),
        _ => false,
    };
    if ours && let Some(refresh) = &granted.refresh {
        record.refresh = Some(RefreshToken { expires_at: refresh.expires_at, secret: refresh.secret.clone() });
    }
    if let (Some(principal), None) = (&granted.principal, want.request.tenant) {
        record.account = Some(principal.clone());
    }
    record.settle(&want.request.thumbprint());
    record.save(access);
}

/// Whether the refresh token is of no use any more, for any resource. A missing factor or consent leaves it good for others.
fn is_end_of(error: &GrantError) -> bool {
    match error {
        GrantError::Provider(error) => {
            error.suberror == Some("bad_token")
                || (error.error == "invalid_grant" && error.class() == ErrorClass::SessionExpired)
        }
        _ => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::tokens::{
        owner::Owner,
        tests::bench::{Bench, authority, person_named, user_read},
    };

    #[tokio::test(start_paused = true)]
    async fn nobody_asks_whose_lease_has_run_out() {
        let bench = Bench::new(1);
        bench.sign_in(0, 1).await;
        let tokens = &bench.replicas[0].tokens;
        let owner = Owner::person(&person_named(1), &authority());
        let lease = HeldLease::take(&tokens.cache, &owner.partition).await.unwrap().unwrap();
        bench.world.lock().unwrap().lose_leases();
        sleep(Duration::from_secs(7)).await;
        let want = Want { owner, request: user_read().force_refresh(), since: bench.clock.now(), ahead: false };
        assert!(matches!(tokens.turn(&lease, &want).await, Ok(Turn::Overtaken)));
    }
}
