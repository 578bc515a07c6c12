//! The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636, OpenID Connect Core 1.0 section 3.1), without
//! any of the web around it.

mod capabilities;
pub(crate) mod client;
mod complete;
mod grant;
mod hint;
mod logout_token;
mod prompt;
mod realms;
mod sign_out;
mod vouching;
mod wanted;

use std::sync::Arc;

use openidconnect::{
    AuthenticationFlow, CsrfToken, LoginHint, Nonce, PkceCodeChallenge, Scope, core::CoreResponseType,
};
use time::OffsetDateTime;
use url::Url;

pub(crate) use hint::Hints;
pub(crate) use prompt::Prompt;
pub(crate) use vouching::Vouching;
pub(crate) use wanted::Wanted;

use crate::{
    clock::Clock,
    config::{FlowKind, IdentityConfig, Realm},
    credential::ClientAuthentication,
    discovery::ProviderMetadata,
    error::{SignInError, UpstreamError},
    groups::GroupSource,
    keys::KeySet,
    metrics::DocumentAges,
    tokens::Scopes,
    transaction::Transaction,
};

use capabilities::claims_parameter;
use realms::{Known, Realms};

/// One authority, with what is known of it.
#[derive(Debug)]
pub(crate) struct Flow {
    config: IdentityConfig,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    realms: Realms,
    authentication: ClientAuthentication,
}

impl Flow {
    pub(crate) fn new(config: IdentityConfig, http: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        let app_id = config.custom_signing_keys.then(|| config.client_id.clone());
        let realms = Realms::new(config.authority.clone(), http.clone(), app_id);
        let authentication = ClientAuthentication::new(config.client_id.clone(), config.credential.clone());
        Self { config, http, clock, realms, authentication }
    }

    /// The metadata for signing in, fetched if need be.
    pub(crate) async fn metadata(&self) -> Result<Arc<ProviderMetadata>, UpstreamError> {
        self.realms.main().metadata(self.now()).await
    }

    /// The metadata if it has been fetched already.
    pub(crate) fn known_metadata(&self) -> Option<Arc<ProviderMetadata>> {
        self.realms.main().known_metadata()
    }

    /// How old metadata and keys for signing in are.
    pub(crate) fn document_ages(&self) -> DocumentAges {
        self.realms.main().ages(self.now())
    }

    /// The signing keys for signing in, fetched if need be.
    pub(crate) async fn keys(&self, metadata: &Arc<ProviderMetadata>) -> Result<Arc<KeySet>, UpstreamError> {
        self.realms.main().keys(metadata, self.now()).await
    }

    /// Whether the authority has such a flow.
    pub(crate) fn offers(&self, kind: FlowKind) -> bool {
        self.config.authority.realm(kind, None).is_some()
    }

    /// Makes a transaction and the URL to send the browser to.
    pub(crate) async fn begin(&self, wanted: Wanted) -> Result<(Url, Transaction), SignInError> {
        let known = self.realms.get(wanted.kind, wanted.tenant).ok_or(SignInError::TenantNotAdmitted)?;
        let metadata = self.metadata_of(&known, &wanted).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let transaction = Transaction::begin(&wanted, known.realm().metadata_url(), verifier, self.now())?;

        let client = client::build(&self.config, &metadata, None)?;
        let (state, nonce) = (transaction.state.clone(), transaction.nonce.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(challenge)
            .add_extra_param("response_mode", "query");
        let more = wanted.scopes.as_ref().into_iter().flat_map(Scopes::iter);
        // Who somebody is takes no more than these; with more there could be a consent missing.
        let needed = |scope: &&str| !wanted.silent || *scope == "profile";
        for scope in self.scopes_for(known.realm()).filter(needed).chain(more) {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        if let Some(prompt) = wanted.prompt.and_then(|prompt| prompt.understood_by(known.realm(), &metadata)) {
            request = request.add_prompt(prompt.into());
        }
        if let Some(hint) = &wanted.hints.login {
            request = request.set_login_hint(LoginHint::new(hint.clone()));
        }
        if let Some(sid) = &wanted.hints.sid {
            request = request.add_extra_param("sid", sid.clone());
        }
        if known.realm().is_microsoft() {
            request = request.add_extra_param("client_info", "1");
            if let Some(domain) = &wanted.hints.domain {
                request = request.add_extra_param("domain_hint", domain.clone());
            }
        }
        if let Some(claims) = claims_parameter(known.realm(), wanted.claims.as_ref()) {
            request = request.add_extra_param("claims", claims);
        }
        let (url, _, _) = request.url();
        Ok((url, transaction))
    }

    /// Of a tenant that somebody named, the authority says by a status that it does not exist: no fault of the settings.
    async fn metadata_of(&self, known: &Arc<Known>, wanted: &Wanted) -> Result<Arc<ProviderMetadata>, SignInError> {
        match known.metadata(self.now()).await {
            Err(UpstreamError::Status { status: 400..=404, .. }) if wanted.tenant.is_some() => {
                Err(SignInError::TenantNotAdmitted)
            }
            done => Ok(done?),
        }
    }

    /// The scopes to ask for. The protocol crate adds `openid` by itself. Azure AD B2C knows no `email` and refuses a request
    /// with a scope that it does not know (AADB2C90117); what a policy says about addresses, it says anyway.
    fn scopes_for(&self, realm: &Realm) -> impl Iterator<Item = &str> {
        let policy = matches!(realm, Realm::B2c { .. });
        let groups = self.config.groups.is_some().then(GroupSource::scope);
        let scopes = self.config.scopes.iter().map(String::as_str).chain(groups);
        scopes.filter(move |scope| *scope != "openid" && !(policy && *scope == "email"))
    }

    /// The scopes of every sign-in that belong to no resource.
    pub(super) fn scopes_of_sign_in(&self) -> impl Iterator<Item = &str> {
        let scopes = self.config.scopes.iter().map(String::as_str);
        scopes.filter(|scope| Scopes::are_of_openid_connect(scope))
    }

    /// The scopes of every sign-in that belong to a resource. None if there are no such: the application then uses no tokens,
    /// and nothing is amiss without them, as with a plain provider that is asked who somebody is and nothing more.
    pub(crate) fn scopes_of_resources(&self) -> Option<Scopes> {
        let scopes = self.config.scopes.iter().map(String::as_str);
        let scopes = scopes.filter(|scope| !Scopes::are_of_openid_connect(scope));
        let groups = self.config.groups.is_some().then(GroupSource::scope);
        Scopes::of_any_resource(scopes.chain(groups)).ok()
    }

    /// What the access token of a sign-in was asked for.
    fn asked_by(&self, realm: &Realm, transaction: &Transaction) -> Scopes {
        let asked = match &transaction.scopes {
            Some(scopes) => Scopes::of_any_resource(scopes.and(self.scopes_of_sign_in())),
            None => Scopes::of_any_resource(["openid"].into_iter().chain(self.scopes_for(realm))),
        };
        asked.unwrap_or_else(|_| Scopes::openid())
    }

    pub(crate) fn config(&self) -> &IdentityConfig {
        &self.config
    }

    /// The client that follows no redirect.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }
}
