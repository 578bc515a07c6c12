//! What an application calls.

use secrecy::SecretString;
use uuid::Uuid;

use super::{
    access::AccessToken,
    error::{AcquireError, InteractionRequired},
    interaction::Interaction,
    local::Holder,
    owner::Owner,
    partition::Partition,
    request::TokenRequest,
    scopes::Scopes,
};
use crate::{
    claims::Principal, error::SignInError, identity::Identity, return_to::ReturnTo, session::ActiveSession,
    state::StateError,
};

impl Identity {
    /// A token for the person of `session`, without them noticing: from this process's memory, from shared state, or with
    /// their refresh token from the authority (RFC 6749 section 6; `acquireTokenSilent` of the MSAL libraries).
    ///
    /// # Errors
    /// [`AcquireError::InteractionRequired`] if only the person can help, [`AcquireError::Unavailable`] if it is worth another
    /// try, and what an operator has to look at.
    pub async fn acquire_token_silent(
        &self,
        session: &ActiveSession,
        request: &TokenRequest,
    ) -> Result<AccessToken, AcquireError> {
        let holder = Holder { name: session.handle.clone(), epoch: session.epoch };
        let owner = Owner::person(&session.principal, &self.flow().config().authority);
        self.tokens().silent(owner, Some(holder), request).await
    }

    /// A token for a person without a request of theirs at hand, for work in the background. Whoever has signed out
    /// everywhere has none any more.
    ///
    /// # Errors
    /// As [`Identity::acquire_token_silent`].
    pub async fn acquire_token_in_background(
        &self,
        principal: &Principal,
        request: &TokenRequest,
    ) -> Result<AccessToken, AcquireError> {
        let owner = Owner::person(principal, &self.flow().config().authority);
        self.tokens().silent(owner, None, request).await
    }

    /// A token for the application itself in `tenant` (client-credentials grant, RFC 6749 section 4.4). The one scope is the
    /// resource's own with `/.default` behind it ("Microsoft identity platform and the OAuth 2.0 client credentials flow").
    ///
    /// # Errors
    /// [`AcquireError::NotDefaultScope`], and as [`Identity::acquire_token_silent`], but that nobody can be asked.
    pub async fn acquire_token_for_client(&self, tenant: Uuid, scopes: Scopes) -> Result<AccessToken, AcquireError> {
        let config = self.flow().config();
        if config.authority.is_microsoft() && !scopes.is_default_of_a_resource() {
            return Err(AcquireError::NotDefaultScope);
        }
        let owner = Owner::application(&config.client_id, tenant, &config.authority);
        let holder = Holder { name: owner.partition.key.clone(), epoch: 0 };
        self.tokens().silent(owner, Some(holder), &TokenRequest::new(scopes)).await
    }

    /// A token for another API on behalf of a caller of ours ("Microsoft identity platform and OAuth 2.0 On-Behalf-Of flow").
    /// `assertion` is the access token the caller came with; it has to be one that was checked, and `tenant` that of its
    /// `tid`. Tokens are kept under the assertion's hash, for as long as they last.
    ///
    /// # Errors
    /// As [`Identity::acquire_token_silent`]. Of [`AcquireError::InteractionRequired`] the caller has to be told, with the
    /// claims it holds: only they can ask the person.
    pub async fn acquire_token_on_behalf_of(
        &self,
        assertion: &SecretString,
        tenant: Uuid,
        request: &TokenRequest,
    ) -> Result<AccessToken, AcquireError> {
        let owner = Owner::caller(assertion, tenant, &self.flow().config().authority);
        self.tokens().silent(owner, None, request).await
    }

    /// The address that leads the person of `session` through what `required` says and back to `return_to`: a sign-in that
    /// asks for its scopes and claims. It can be used for a quarter of an hour, by whoever has that session's account.
    ///
    /// # Errors
    /// When shared state cannot be written.
    pub async fn interaction_url(
        &self,
        session: &ActiveSession,
        required: &InteractionRequired,
        return_to: &ReturnTo,
    ) -> Result<String, SignInError> {
        let interaction = Interaction::of(&session.principal.account, required).at(self.tenant_of(session));
        let id = interaction.store(self.state(), self.ring(), self.flow().now()).await?;
        Ok(format!("{}&interaction={id}", self.sign_in_url(return_to)))
    }

    /// The account of `principal` as the authority described it last, at the sign-in or with a refresh since; nothing if their
    /// tokens are gone.
    ///
    /// # Errors
    /// When shared state cannot be read.
    pub async fn account_as_last_seen(&self, principal: &Principal) -> Result<Option<Principal>, StateError> {
        let held = self.tokens().cache.read(&Partition::of(principal)).await?;
        Ok(held.and_then(|held| held.record.account))
    }
}
