//! The session of a stream, looked at while the stream goes on.

use async_trait::async_trait;
use axum::http::Extensions;
use domain::{Actor, SessionState, TenantId};
use identity::{ActiveSession, Followed, FollowedSession, Identity};
use services::TenantService;

use super::{actor, begun};
use crate::live::{Look, Watched};
use crate::state::AppState;

/// Whose stream, and in which session.
pub struct StreamSession {
    identity: Identity,
    followed: FollowedSession,
    tenants: TenantService,
    actor: Actor,
}

impl StreamSession {
    /// The session of a request; none for somebody who is not signed in.
    pub fn of(state: &AppState, request: &Extensions) -> Option<Self> {
        let actor = actor(request.get::<identity::Principal>()?);
        let (identity, tenants) = (state.identity.clone(), state.services.tenants.clone());
        Some(Self { followed: identity.follow(request)?, identity, tenants, actor })
    }

    /// Whether the organisation is still let in, by the list itself if a copy of it says no.
    async fn is_let_in(&self, tenant: TenantId, session: &ActiveSession) -> Option<bool> {
        let since = begun(&session.principal);
        if self.tenants.holds(tenant, since).await.ok()? {
            return Some(true);
        }
        // Asking for the door forgets the copy.
        self.tenants.door(tenant).await.ok()?;
        self.tenants.holds(tenant, since).await.ok()
    }
}

#[async_trait]
impl Watched for StreamSession {
    async fn look(&self) -> Look {
        let session = match self.followed.look().await {
            Ok(Followed::Active(session)) => session,
            Ok(Followed::Ended) => return Look::Over(SessionState::Ended),
            Ok(Followed::SignedOutElsewhere) => return Look::Over(SessionState::SignedOutElsewhere),
            Err(error) => {
                tracing::debug!(%error, "the session of a stream cannot be read just now");
                return Look::Unknown;
            }
        };
        let now = actor(&session.principal);
        if now.id != self.actor.id || now.tenant != self.actor.tenant {
            return Look::Over(SessionState::Ended);
        }
        if now.roles != self.actor.roles {
            // The person stays, what they may hear does not: the browser comes back, and the new stream is by the new roles.
            return Look::Over(SessionState::Active);
        }
        match self.is_let_in(now.tenant, &session).await {
            Some(true) => {
                let rest = session.expires_at() - self.identity.now();
                Look::GoesOn(rest.try_into().unwrap_or_default())
            }
            Some(false) => Look::Over(SessionState::Ended),
            None => Look::Unknown,
        }
    }
}
