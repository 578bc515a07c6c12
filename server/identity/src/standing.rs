//! How a session stands, read without using it: for polls of browsers.

use http::Extensions;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    config::Authority,
    identity::Identity,
    session::{ActiveSession, CurrentSession, SignedOutElsewhere},
    state::StateError,
    tokens::{Interaction, InteractionStep, TokenStanding},
};

/// How the session of a request stands.
#[derive(Clone, Debug)]
pub enum SessionStanding {
    /// There is one.
    Active(Box<ActiveStanding>),
    /// Somebody else has ended it: the person from elsewhere, an administrator, the authority. Asking a second time gives the
    /// same answer as long as every request that asks is a [`crate::PassiveRequest`].
    SignedOutElsewhere,
    /// There is none: it ran out, the person signed out, or they never signed in.
    Ended,
}

/// A session that is alive, and how it stands with the tokens that every sign-in asks for.
#[derive(Clone, Debug)]
pub struct ActiveStanding {
    /// The session, with its idle and its absolute end.
    pub session: ActiveSession,
    /// When the access token ends that lasts longest; none if there is none at the moment. A new one is fetched when it is
    /// needed, so by itself this asks nothing of anybody.
    pub token_expires_at: Option<OffsetDateTime>,
    /// What only the person can do: no token is left and none can be got, or the authority has refused the latest refresh
    /// until they have done something there. Never if the application uses no tokens, because no sign-in asks for a scope of
    /// a resource.
    pub interaction: Option<InteractionStep>,
}

impl Identity {
    /// How the session of the request with these extensions stands. The request has to be inside [`Identity::layer`], which
    /// has read the session; here the account's tokens are looked at, one more round trip to shared state. Nobody asks the
    /// authority, and nothing changes. Whether the session was used is the layer's business: mark polls as
    /// [`crate::PassiveRequest`], and do not mark them as [`crate::PublicRequest`], or shared state that is away would look
    /// like an ended session.
    ///
    /// # Errors
    /// When shared state cannot be read: then it is not known.
    pub async fn session_standing(&self, request: &Extensions) -> Result<SessionStanding, StateError> {
        let Some(session) = request.get::<CurrentSession>().and_then(|current| current.0.clone()) else {
            let elsewhere = request.get::<SignedOutElsewhere>().is_some();
            return Ok(if elsewhere { SessionStanding::SignedOutElsewhere } else { SessionStanding::Ended });
        };
        let TokenStanding { expires_at, interaction } = self.token_standing(&session).await?;
        Ok(SessionStanding::Active(Box::new(ActiveStanding { session, token_expires_at: expires_at, interaction })))
    }

    /// Where the authority is asked for the person of a session: at the tenant in which they are signed in, and that may be one
    /// where they are a guest. None where an authority has no others.
    pub(crate) fn tenant_of(&self, session: &ActiveSession) -> Option<Uuid> {
        matches!(self.flow().config().authority, Authority::Entra(_)).then_some(session.principal.tenant_id)
    }

    /// What the authority has refused the latest refresh for: the next sign-in has to bring it.
    pub(crate) async fn outstanding(&self, session: &ActiveSession) -> Result<Option<Interaction>, StateError> {
        let Some(scopes) = self.flow().scopes_of_resources() else { return Ok(None) };
        let record = self.tokens().record_of(&session.principal).await?;
        let outstanding = record.and_then(|record| record.outstanding(&session.principal.account, &scopes));
        Ok(outstanding.map(|interaction| interaction.at(self.tenant_of(session))))
    }

    async fn token_standing(&self, session: &ActiveSession) -> Result<TokenStanding, StateError> {
        let Some(scopes) = self.flow().scopes_of_resources() else { return Ok(TokenStanding::default()) };
        let record = self.tokens().record_of(&session.principal).await?;
        Ok(TokenStanding::of(record.as_ref(), &scopes, self.flow().now()))
    }
}
