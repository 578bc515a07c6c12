//! What goes to the token endpoint and what comes back, without the HTTP between.

use std::fmt::Debug;

use async_trait::async_trait;
use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    record::{CachedAccess, RefreshToken},
    scopes::Scopes,
};
use crate::{
    claims::Principal,
    config::FlowKind,
    credential::CredentialError,
    digest::hashed,
    error::{ClaimsChallenge, ProviderError, UpstreamError},
    groups::GroupClaim,
    token_reply::TokenReply,
    validator::TokenError,
};

/// For how long a token counts whose life is not told (`expires_in` is only recommended, RFC 6749 section 5.1).
const UNTOLD_LIFE: Duration = Duration::minutes(10);

/// What the application has to offer.
#[derive(Clone, Debug)]
pub(crate) enum Grant {
    /// RFC 6749 section 6.
    RefreshToken(SecretString),
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// A caller's access token ("Microsoft identity platform and OAuth 2.0 On-Behalf-Of flow").
    OnBehalfOf(SecretString),
}

/// One request to a token endpoint.
#[derive(Clone, Debug)]
pub(crate) struct TokenAsk {
    pub(crate) grant: Grant,
    /// Which of the authority's flows the grant belongs to.
    pub(crate) kind: FlowKind,
    /// At which tenant's endpoint; the authority's own if there is none.
    pub(crate) tenant: Option<Uuid>,
    pub(crate) scopes: Scopes,
    pub(crate) claims: Option<ClaimsChallenge>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    pub(crate) access: Option<CachedAccess>,
    pub(crate) refresh: Option<RefreshToken>,
    /// The account as it is now, if the answer says so.
    pub(crate) principal: Option<Principal>,
    /// What the answer says about their groups.
    pub(crate) groups: Option<GroupClaim>,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GrantError {
    #[error(transparent)]
    Provider(Box<ProviderError>),
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    #[error(transparent)]
    Credential(#[from] CredentialError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the tenant is not admitted")]
    TenantNotAdmitted,
}

/// Where tokens come from.
#[async_trait]
pub(crate) trait TokenEndpoint: Debug + Send + Sync + 'static {
    /// One request. It comes to its end within seconds, whatever happens.
    async fn grant(&self, ask: &TokenAsk) -> Result<Granted, GrantError>;
}

impl Granted {
    /// What `reply` brings, measured from the moment before it was asked for.
    pub(crate) fn read(
        reply: &TokenReply,
        asked: &Scopes,
        claims: Option<&ClaimsChallenge>,
        asked_at: OffsetDateTime,
        principal: Option<Principal>,
    ) -> Self {
        let granted = reply.granted().and_then(|text| Scopes::of_any_resource(text.split_ascii_whitespace()).ok());
        let access = reply.access().map(|token| CachedAccess {
            secret: token.to_owned().into(),
            tenant: None,
            asked: asked.clone(),
            granted: granted.unwrap_or_else(|| asked.clone()),
            cached_at: asked_at,
            expires_at: asked_at + reply.life().unwrap_or(UNTOLD_LIFE),
            refresh_on: reply.refresh_after().map(|after| asked_at + after),
            claims: claims.map(|claims| hashed(&[claims.as_str().as_bytes()])),
        });
        let refresh = reply.refresh().map(|token| RefreshToken {
            secret: token.to_owned().into(),
            expires_at: reply.refresh_life().map(|life| asked_at + life),
        });
        Self { access, refresh, principal, groups: None }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn times_count_from_the_question_and_a_life_that_is_not_told_is_short() {
        let asked = "User.Read".parse().unwrap();
        let claims = ClaimsChallenge::read("{\"access_token\":{}}");
        let read = |reply| {
            let reply = serde_json::from_value(reply).unwrap();
            let Granted { access, refresh, .. } = Granted::read(&reply, &asked, claims.as_ref(), NOW, None);
            (access.unwrap(), refresh.unwrap())
        };
        let (access, refresh) = read(json!({ "access_token": "a", "refresh_token": "r", "expires_in": 3600,
            "refresh_in": 1800, "refresh_token_expires_in": 7200 }));
        assert_eq!((access.cached_at, access.expires_at), (NOW, NOW + Duration::HOUR));
        assert_eq!(access.refresh_on, Some(NOW + Duration::minutes(30)));
        assert_eq!(refresh.expires_at, Some(NOW + Duration::hours(2)));
        assert_eq!(access.claims, claims.as_ref().map(|claims| hashed(&[claims.as_str().as_bytes()])));
        let (access, refresh) = read(json!({ "access_token": "a", "refresh_token": "r" }));
        assert_eq!((access.expires_at, access.refresh_on), (NOW + UNTOLD_LIFE, None));
        assert_eq!((access.expires_at - NOW, refresh.expires_at), (Duration::minutes(10), None));
    }
}
