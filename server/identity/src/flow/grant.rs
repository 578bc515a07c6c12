//! Requests to the token endpoint without a browser: refreshing, the application's own tokens, and those on behalf of a
//! caller. Why they are not the protocol crate's is in `adr/0010-one-writer-of-token-requests.md`.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, header};
use openidconnect::{AuthType, HttpRequest};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;
use uuid::Uuid;

use super::{Flow, Known, claims_parameter, client};
use crate::{
    claims::Principal,
    credential::Proof,
    discovery::ProviderMetadata,
    error::{ProviderError, UpstreamError},
    groups::{GroupClaim, GroupSource},
    outgoing, principal, random,
    token_reply::{ErrorReply, TokenReply},
    tokens::{Grant, GrantError, Granted, TokenAsk, TokenEndpoint},
    validator::{self, IssuerRule, TokenError},
};

/// The grant of RFC 7523 section 2.1, which Entra uses for on-behalf-of.
const ON_BEHALF_OF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[async_trait]
impl TokenEndpoint for Flow {
    /// One request, and another one if the authority blames a proof that has been replaced meanwhile.
    async fn grant(&self, ask: &TokenAsk) -> Result<Granted, GrantError> {
        let known = self.realms.get(ask.kind, ask.tenant).ok_or(GrantError::TenantNotAdmitted)?;
        let metadata = known.metadata(self.now()).await?;
        let endpoint = metadata.token_endpoint.as_str();
        let proof = self.authentication.prove(endpoint, self.now()).await?;
        let asked_at = self.now();
        let reply = match self.ask(&proof, &known, &metadata, ask).await {
            Err(GrantError::Provider(refused)) => {
                match self.authentication.after_refusal(&refused, &proof, endpoint, self.now()).await? {
                    Some(proof) => self.ask(&proof, &known, &metadata, ask).await?,
                    None => return Err(GrantError::Provider(refused)),
                }
            }
            done => done?,
        };
        let (principal, groups) = match &reply.raw_id_token {
            Some(token) => {
                self.refreshed(&known, &metadata, token, &reply).await.map(|(who, groups)| (Some(who), Some(groups)))?
            }
            None => (None, None),
        };
        let granted = Granted::read(&reply, &ask.scopes, ask.claims.as_ref(), asked_at, principal);
        Ok(Granted { groups, ..granted })
    }
}

impl Flow {
    /// Who the ID token of a refresh is about (OpenID Connect Core 1.0 section 12.2), and what it says about their groups.
    async fn refreshed(
        &self,
        known: &Arc<Known>,
        metadata: &Arc<ProviderMetadata>,
        token: &str,
        reply: &TokenReply,
    ) -> Result<(Principal, GroupClaim), GrantError> {
        let issuer = IssuerRule::of(known.realm(), &metadata.issuer);
        let now = self.now();
        let verify = |keys: &_| validator::verify_refreshed(token, keys, &self.config.client_id, &issuer, now);
        let keys = known.keys(metadata, now).await?;
        let verified = match verify(&keys) {
            Err(TokenError::KeyUnknown) => verify(&*known.newer_keys(metadata, now).await?),
            done => done,
        }?;
        let groups = GroupClaim::read(&verified.claims.other);
        Ok((principal::from_token(verified, known.realm(), reply.client_info.as_deref(), now)?, groups))
    }

    async fn ask(
        &self,
        proof: &Proof,
        known: &Known,
        metadata: &ProviderMetadata,
        ask: &TokenAsk,
    ) -> Result<TokenReply, GrantError> {
        let request = self.request(proof, known, metadata, ask)?;
        let answer = outgoing::send(&self.http, "token", request).await?;
        // The answer itself is left out of every error: it can hold a token.
        let unreadable = |reason| GrantError::Upstream(UpstreamError::Unreadable { endpoint: "token", reason });
        if answer.status().is_success() {
            return serde_json::from_slice(answer.body()).map_err(|_| unreadable("not a token response"));
        }
        match serde_json::from_slice::<ErrorReply>(answer.body()) {
            Ok(error) => Err(GrantError::Provider(Box::new(ProviderError::from(error)))),
            Err(_) => Err(unreadable("not an OAuth error")),
        }
    }

    fn request(
        &self,
        proof: &Proof,
        known: &Known,
        metadata: &ProviderMetadata,
        ask: &TokenAsk,
    ) -> Result<HttpRequest, GrantError> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &self.config.client_id);
        match &ask.grant {
            Grant::RefreshToken(token) => {
                form.append_pair("grant_type", "refresh_token");
                form.append_pair("refresh_token", token.expose_secret());
                // As MSAL does: without `offline_access` there would be no new refresh token, without `openid` no news of the
                // account. A plain provider may not be asked for more than it has granted (RFC 6749 section 6).
                let kept = self.scopes_of_sign_in().filter(|_| known.realm().is_microsoft());
                // The answer says who somebody is, and so which groups they are in.
                let groups = self.config.groups.is_some() && ask.scopes.are_of_graph();
                let kept = kept.chain(groups.then(GroupSource::scope));
                form.append_pair("scope", &ask.scopes.and(kept).join(" "));
            }
            Grant::ClientCredentials => {
                form.append_pair("grant_type", "client_credentials");
                form.append_pair("scope", &ask.scopes.to_string());
            }
            Grant::OnBehalfOf(assertion) => {
                form.append_pair("grant_type", ON_BEHALF_OF);
                form.append_pair("requested_token_use", "on_behalf_of");
                form.append_pair("assertion", assertion.expose_secret());
                form.append_pair("scope", &ask.scopes.to_string());
            }
        }
        if known.realm().is_microsoft() {
            form.append_pair("client_info", "1");
        }
        if let Some(claims) = claims_parameter(known.realm(), ask.claims.as_ref()) {
            form.append_pair("claims", &claims);
        }
        form.extend_pairs(proof.parameters());
        let mut request = http::Request::post(metadata.token_endpoint.as_str())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        if let Proof::Secret(secret) = proof {
            if matches!(client::client_authentication(&self.config, metadata), AuthType::BasicAuth) {
                request = request.header(header::AUTHORIZATION, basic(&self.config.client_id, secret)?);
            } else {
                form.append_pair("client_secret", secret.expose_secret());
            }
        }
        if known.realm().is_microsoft() {
            // With the first, support finds the request; the second lets the service answer with Retry-After.
            let id = random::bytes().map(|bytes| Uuid::from_bytes(bytes).to_string()).unwrap_or_default();
            request = request.header("client-request-id", id).header("x-ms-lib-capability", "retry-after, h429");
        }
        request
            .body(form.finish().into_bytes())
            .map_err(|_| GrantError::Upstream(UpstreamError::Metadata { reason: "the token endpoint is not a URL" }))
    }
}

/// The client's name and secret, each in the encoding of a form (RFC 6749 section 2.3.1).
fn basic(client_id: &str, secret: &SecretString) -> Result<HeaderValue, GrantError> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(client_id), encoded(secret.expose_secret()));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| UpstreamError::Metadata { reason: "the client secret cannot be sent" })?;
    value.set_sensitive(true);
    Ok(value)
}
