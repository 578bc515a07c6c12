//! From a request to its caller.

use std::sync::Arc;

use http::HeaderMap;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{
    Bearer, BearerPrincipal, BearerRefusal, authorization, caller,
    seen::{self, Entry, Print},
};
use crate::{
    config::{FlowKind, Realm},
    error::UpstreamError,
    flow::Vouching,
    metrics,
    validator::{AccessExpectations, IssuerRule, TokenError, verify_access},
};

impl Bearer {
    /// Who sent a request with these headers.
    ///
    /// # Errors
    /// Why nobody is believed to have. The reason is in the log.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Arc<BearerPrincipal>, BearerRefusal> {
        let began = Instant::now();
        let mut seen = false;
        let outcome = match authorization::token(headers) {
            Ok(token) => self.check(token, &mut seen).await,
            Err(refusal) => Err(refusal),
        };
        metrics::validated(seen, outcome.as_deref(), began);
        if let Err(refusal) = &outcome
            && let Some(cause) = refusal.token_error()
        {
            // Anybody can send a token that is none: nothing an operator could do something about.
            tracing::info!(code = refusal.code().as_str(), %cause, "a bearer token was refused");
        }
        outcome
    }

    /// `known` becomes true for a token that was checked before.
    async fn check(&self, token: &str, known: &mut bool) -> Result<Arc<BearerPrincipal>, BearerRefusal> {
        let now = self.inner.identity.flow().now();
        let print = seen::print(token);
        if let Some(seen) = print.as_ref().and_then(|print| self.inner.seen.get(print)) {
            let place = self.place(seen.realm, now).await?;
            if place.is_some_and(|place| seen.counts(&place.keys, now)) {
                *known = true;
                return Ok(Arc::clone(&seen.principal));
            }
        }
        let mut refused = TokenError::KeyUnknown;
        for kind in [FlowKind::SignIn, FlowKind::ResetPassword] {
            let Some(place) = self.place(kind, now).await? else { continue };
            match self.first_sight(token, print, place, now).await? {
                Ok(principal) => return Ok(principal),
                // Each policy has tokens, and may have keys, of its own.
                Err(error @ (TokenError::Policy | TokenError::KeyUnknown)) => refused = error,
                Err(error) => return Err(error.into()),
            }
        }
        Err(refused.into())
    }

    /// Checks everything, and once more with newer keys if its key is not known: keys roll without notice.
    async fn first_sight(
        &self,
        token: &str,
        print: Option<Print>,
        mut place: Vouching,
        now: OffsetDateTime,
    ) -> Result<Result<Arc<BearerPrincipal>, TokenError>, UpstreamError> {
        let mut outcome = self.verify(token, print, &place, now);
        if outcome.as_ref().err() == Some(&TokenError::KeyUnknown) {
            place.keys = self.inner.identity.flow().newer_keys_of(&place, now).await?;
            outcome = self.verify(token, print, &place, now);
        }
        Ok(outcome)
    }

    fn verify(
        &self,
        token: &str,
        print: Option<Print>,
        place: &Vouching,
        now: OffsetDateTime,
    ) -> Result<Arc<BearerPrincipal>, TokenError> {
        let realm = place.realm();
        let issuer = IssuerRule::of(realm, &place.metadata.issuer);
        let (audiences, versions) = (&self.inner.audiences, self.inner.versions);
        let expected = AccessExpectations { audiences, issuer: &issuer, versions, role_claim: role_claim(realm), now };
        let accepted = verify_access(token, &place.keys, expected)?;
        let (times, key) = (accepted.claims.times(), accepted.key);
        let authorization_uri = Arc::from(place.metadata.authorization_endpoint.as_str());
        let principal = Arc::new(caller::from_token(accepted, realm, authorization_uri, token)?);
        let entry = Entry::new(Arc::clone(&principal), place.kind, times, (&place.keys, key), now);
        if let (Some(print), Some(entry)) = (print, entry) {
            self.inner.seen.put(print, entry);
        }
        Ok(principal)
    }

    async fn place(&self, kind: FlowKind, now: OffsetDateTime) -> Result<Option<Vouching>, UpstreamError> {
        self.inner.identity.flow().vouching(kind, now).await
    }
}

fn role_claim(realm: &Realm) -> &str {
    match realm {
        Realm::Entra(_) | Realm::ExternalId(_) => "roles",
        Realm::B2c { authority, .. } => &authority.role_claim,
        Realm::Oidc(oidc) => &oidc.role_claim,
    }
}
