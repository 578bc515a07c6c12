//! The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636, OpenID Connect Core 1.0 section 3.1), without
//! any of the web around it.

mod client;
mod prompt;

use std::sync::Arc;

use openidconnect::{
    AuthenticationFlow, AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RequestTokenError,
    Scope, core::CoreResponseType,
};
use time::OffsetDateTime;
use url::Url;

pub(crate) use prompt::Prompt;

use crate::{
    cached::Cached,
    claims::Principal,
    clock::Clock,
    config::{Authority, IdentityConfig},
    discovery::{self, ProviderMetadata},
    error::{CallbackProblem, ProviderError, SignInError, UpstreamError},
    keys::{self, KeySet},
    outgoing, principal,
    return_to::ReturnTo,
    token_reply::TokenReply,
    transaction::Transaction,
    validator::{self, Companions, Expectations, IssuerRule, TokenError, Verified},
};

/// One authority, with what is known of it.
#[derive(Debug)]
pub(crate) struct Flow {
    config: IdentityConfig,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    metadata: Cached<ProviderMetadata>,
    keys: Cached<KeySet>,
}

impl Flow {
    pub(crate) fn new(config: IdentityConfig, http: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        let (metadata, keys) = (Cached::new(discovery::FRESHNESS), Cached::new(keys::FRESHNESS));
        Self { config, http, clock, metadata, keys }
    }

    /// The metadata, fetched if need be.
    pub(crate) async fn metadata(&self) -> Result<Arc<ProviderMetadata>, UpstreamError> {
        let fetch = || ProviderMetadata::fetch(&self.http, &self.config.authority);
        self.metadata.get(self.clock.now(), fetch).await
    }

    /// The metadata if it has been fetched already.
    pub(crate) fn known_metadata(&self) -> Option<Arc<ProviderMetadata>> {
        self.metadata.peek()
    }

    /// The signing keys, fetched if need be.
    pub(crate) async fn keys(&self, metadata: &ProviderMetadata) -> Result<Arc<KeySet>, UpstreamError> {
        self.keys.get(self.clock.now(), || KeySet::fetch(&self.http, metadata.jwks_uri.as_str())).await
    }

    /// Makes a transaction and the URL to send the browser to.
    pub(crate) async fn begin(
        &self,
        return_to: ReturnTo,
        prompt: Option<Prompt>,
    ) -> Result<(Url, Transaction), SignInError> {
        let metadata = self.metadata().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let transaction = Transaction::begin(return_to, self.authority_name(), verifier, self.clock.now())?;

        let client = client::build(&self.config, &metadata)?;
        let (state, nonce) = (transaction.state.clone(), transaction.nonce.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(challenge)
            .add_extra_param("response_mode", "query");
        // The protocol crate adds `openid` by itself.
        for scope in self.config.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if let Some(prompt) = prompt {
            request = request.add_prompt(prompt.understood_by(&self.config.authority, &metadata).into());
        }
        if matches!(self.config.authority, Authority::Entra(_)) {
            request = request.add_extra_param("client_info", "1");
        }
        let (url, _, _) = request.url();
        Ok((url, transaction))
    }

    /// Redeems the code that came back for `transaction` and says who signed in.
    ///
    /// `response_issuer` is the `iss` of the authorization response (RFC 9207).
    pub(crate) async fn complete(
        &self,
        transaction: Transaction,
        code: String,
        response_issuer: Option<&str>,
    ) -> Result<Principal, SignInError> {
        let metadata = self.metadata().await?;
        let issuer = IssuerRule::of(&self.config.authority, &metadata.issuer);
        let issuer_fits = match response_issuer {
            Some(named) => issuer.matches_response(named),
            None => !metadata.authorization_response_iss_parameter_supported,
        };
        if !issuer_fits || transaction.authority != self.authority_name() {
            return Err(CallbackProblem::Issuer.into());
        }

        let Transaction { nonce, verifier, state, .. } = transaction;
        let reply = self.redeem(&metadata, code.clone(), verifier).await?;
        let raw = reply
            .raw_id_token
            .as_deref()
            .ok_or(UpstreamError::Unreadable { endpoint: "token", reason: "no ID token" })?;
        let now = self.clock.now();
        let expected = Expectations { audience: &self.config.client_id, issuer: &issuer, nonce: &nonce, now };
        let verified = self.verify(&metadata, raw, expected).await?;
        let companions = Companions { access_token: reply.access_token().secret(), code: &code, state: &state };
        companions.check(&verified.claims)?;
        Ok(principal::from_token(verified, &self.config.authority, reply.client_info.as_deref(), now)?)
    }

    async fn redeem(
        &self,
        metadata: &ProviderMetadata,
        code: String,
        verifier: openidconnect::PkceCodeVerifier,
    ) -> Result<TokenReply, SignInError> {
        let client = client::build(&self.config, metadata)?;
        let mut request = client.exchange_code(AuthorizationCode::new(code)).set_pkce_verifier(verifier);
        if matches!(self.config.authority, Authority::Entra(_)) {
            request = request.add_extra_param("client_info", "1");
        }
        let send = |request| {
            let http = self.http.clone();
            async move { outgoing::send(&http, "token", request).await }
        };
        // Never repeated: the authority takes a second redemption for a theft of the code.
        request.request_async(&send).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(reply) => ProviderError::from(reply).into(),
            RequestTokenError::Request(error) => error.into(),
            // The cause is left out on purpose, it can quote the answer and with it a token.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                UpstreamError::Unreadable { endpoint: "token", reason: "not a token response" }.into()
            }
        })
    }

    /// Checks the ID token, once more with newer keys if its key is not known: keys roll without notice.
    async fn verify(
        &self,
        metadata: &ProviderMetadata,
        token: &str,
        expected: Expectations<'_>,
    ) -> Result<Verified, SignInError> {
        let keys = self.keys(metadata).await?;
        match validator::verify(token, &keys, expected) {
            Err(TokenError::KeyUnknown) => {}
            done => return Ok(done?),
        }
        let fetch = || KeySet::fetch(&self.http, metadata.jwks_uri.as_str());
        let keys = self.keys.newer(expected.now, fetch).await?;
        Ok(validator::verify(token, &keys, expected)?)
    }

    /// The URL that ends the authority's own session as well (OpenID Connect RP-Initiated Logout 1.0), if it has one.
    pub(crate) async fn end_session_url(&self, principal: &Principal) -> Option<Url> {
        let metadata = match self.metadata().await {
            Ok(metadata) => metadata,
            Err(error) => {
                tracing::warn!(%error, "signed out here only, the authority cannot be reached");
                return None;
            }
        };
        let mut url = metadata.end_session_endpoint.clone()?;
        if matches!(self.config.authority, Authority::Entra(_)) {
            use_tenant(&mut url, &principal.tenant_id.to_string());
        }
        let mut query = url.query_pairs_mut();
        query.append_pair("post_logout_redirect_uri", &self.config.post_logout_redirect_uri());
        query.append_pair("client_id", &self.config.client_id);
        if let Some(hint) = &principal.login_hint {
            query.append_pair("logout_hint", hint);
        }
        drop(query);
        Some(url)
    }

    fn authority_name(&self) -> String {
        self.config.authority.metadata_url()
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }
}

/// Entra ends sessions per tenant: its multi-tenant paths are replaced by the person's own.
fn use_tenant(url: &mut Url, tenant: &str) {
    let path = url.path().to_owned();
    for shared in ["organizations", "common"] {
        if let Some(rest) = path.strip_prefix('/').and_then(|path| path.strip_prefix(shared))
            && rest.starts_with('/')
        {
            url.set_path(&format!("/{tenant}{rest}"));
        }
    }
}
