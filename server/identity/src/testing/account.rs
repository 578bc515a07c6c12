//! Accounts with tokens in a store, for benchmarks: nobody has to sign in, and there is no authority.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    claims::{AccountId, Principal},
    identity::Identity,
    session::ActiveSession,
    tokens::{
        Granted, Scopes,
        cache::PURPOSE,
        partition::Partition,
        record::{CachedAccess, RefreshToken},
    },
};

/// For what its tokens are: two resources.
const RESOURCES: [&str; 2] = ["User.Read", "api://6731de76-14a6-49ae-97bc-6eba6914391e/Incidents.Read"];
/// As long as Entra's access tokens for Graph are, in characters.
const ACCESS_TOKEN: usize = 2_200;
/// As long as Entra's refresh tokens are.
const REFRESH_TOKEN: usize = 1_500;

/// Somebody who has tokens.
#[derive(Clone, Debug)]
pub struct Account {
    principal: Principal,
    session: ActiveSession,
}

impl Account {
    /// Puts the tokens of the person with this number into the store of `identity`: a refresh token and an access token for
    /// each of two resources, together as long as Entra's.
    ///
    /// # Panics
    /// If the store cannot be written.
    pub async fn with_tokens(identity: &Identity, number: u64) -> Self {
        let now = identity.flow().now();
        let principal = person(number, now);
        for resource in RESOURCES {
            let scopes: Scopes = resource.parse().expect("scopes");
            let access = CachedAccess {
                secret: "e".repeat(ACCESS_TOKEN).into(),
                tenant: None,
                asked: scopes.clone(),
                granted: scopes,
                cached_at: now,
                expires_at: now + Duration::hours(12),
                refresh_on: None,
                claims: None,
            };
            let refresh = RefreshToken { secret: "0".repeat(REFRESH_TOKEN).into(), expires_at: None };
            let granted = Granted { access: Some(access), refresh: Some(refresh), principal: None, groups: None };
            identity.tokens().keep(&principal, &granted, None).await.expect("a store that can be written");
        }
        let session = ActiveSession {
            principal: Arc::new(principal.clone()),
            handle: format!("{number:064}"),
            created_at: now,
            seen_at: now,
            idle_expires_at: now + Duration::hours(12),
            absolute_expires_at: now + Duration::hours(12),
            epoch: number,
        };
        Self { principal, session }
    }

    /// What to ask for.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn scopes() -> Scopes {
        RESOURCES[0].parse().expect("scopes")
    }

    /// Who it is.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// A session of theirs, as it is just after it was read.
    #[must_use]
    pub fn session(&self) -> &ActiveSession {
        &self.session
    }

    /// The name of their record in shared state.
    #[must_use]
    pub fn key(&self) -> String {
        Partition::of(&self.principal).key
    }

    /// Opens a record of theirs and does nothing with it; how long it is.
    #[must_use]
    pub fn open(identity: &Identity, key: &str, sealed: &[u8]) -> Option<usize> {
        identity.ring().open(PURPOSE, key.as_bytes(), sealed).map(|record| record.len())
    }
}

fn person(number: u64, now: OffsetDateTime) -> Principal {
    let tenant_id = Uuid::from_u128(7);
    let subject = Uuid::from_u128(number.into()).to_string();
    Principal {
        account: AccountId::entra(&subject, tenant_id),
        home_account: None,
        tenant_id,
        subject,
        issuer: format!("https://login.microsoftonline.com/{tenant_id}/v2.0"),
        name: "Somebody with a name".to_owned(),
        given_name: Some("Somebody".to_owned()),
        username: Some("somebody@contoso.example".to_owned()),
        roles: vec!["Responder".to_owned()],
        policy: None,
        sid: Some(Uuid::nil().to_string()),
        login_hint: None,
        signed_in_at: now,
    }
}
