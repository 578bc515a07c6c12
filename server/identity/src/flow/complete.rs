//! Coming back: the code is redeemed, the ID token checked, and a person comes out.

use std::sync::Arc;

use openidconnect::{AuthorizationCode, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError};

use super::{Flow, Known, claims_parameter, client};
use crate::{
    claims::Principal,
    credential::Proof,
    discovery::ProviderMetadata,
    error::{CallbackProblem, ProviderError, SignInError, UpstreamError},
    groups::GroupClaim,
    outgoing, principal,
    token_reply::TokenReply,
    tokens::Granted,
    transaction::Transaction,
    validator::{self, Companions, Expectations, IssuerRule, TokenError, Verified},
};

/// Where an authorization response comes from: where its transaction began.
pub(crate) struct Answering {
    known: Arc<Known>,
    metadata: Arc<ProviderMetadata>,
    issuer: IssuerRule,
}

impl Flow {
    /// Checks that a response for `transaction`, be it a code or an error, comes from where the transaction began. `named` is
    /// its `iss` (RFC 9207 section 2.4).
    pub(crate) async fn answering(
        &self,
        transaction: &Transaction,
        named: Option<&str>,
    ) -> Result<Answering, SignInError> {
        let known = self.realms.get(transaction.kind, transaction.tenant).ok_or(CallbackProblem::Issuer)?;
        if transaction.authority != known.realm().metadata_url() {
            return Err(CallbackProblem::Issuer.into());
        }
        let metadata = known.metadata(self.now()).await?;
        let issuer = IssuerRule::of(known.realm(), &metadata.issuer);
        let issuer_fits = match named {
            Some(named) => issuer.matches_response(named),
            None => !metadata.authorization_response_iss_parameter_supported,
        };
        if !issuer_fits {
            return Err(CallbackProblem::Issuer.into());
        }
        Ok(Answering { known, metadata, issuer })
    }

    /// Redeems the code that came back for `transaction`, and says who it was.
    pub(crate) async fn complete(
        &self,
        transaction: &Transaction,
        answering: &Answering,
        code: &str,
    ) -> Result<(Principal, Granted), SignInError> {
        let Answering { known, metadata, issuer } = answering;
        let asked_at = self.now();
        let reply = self.redeem(known, metadata, code, transaction).await?;
        let raw = reply.raw_id_token.as_deref();
        let raw = raw.ok_or(UpstreamError::Unreadable { endpoint: "token", reason: "no ID token" })?;
        let now = self.now();
        let expected = Expectations { audience: &self.config.client_id, issuer, nonce: &transaction.nonce, now };
        let token = verify(known, metadata, raw, expected).await?;
        let access_token = reply.access_token().secret();
        let companions = Companions { access_token, code, state: &transaction.state };
        companions.check(&token.claims)?;
        let groups = GroupClaim::read(&token.claims.other);
        let principal = principal::from_token(token, known.realm(), reply.client_info.as_deref(), now)?;
        let asked = self.asked_by(known.realm(), transaction);
        let granted = Granted::read(&reply, &asked, transaction.claims.as_ref(), asked_at, None);
        Ok((principal, Granted { groups: Some(groups), ..granted }))
    }

    /// The code is bound to the policy and the tenant that gave it out, so it goes to their own token endpoint.
    async fn redeem(
        &self,
        known: &Known,
        metadata: &ProviderMetadata,
        code: &str,
        transaction: &Transaction,
    ) -> Result<TokenReply, SignInError> {
        let endpoint = metadata.token_endpoint.as_str();
        let proof = self.authentication.prove(endpoint, self.now()).await?;
        let refused = match self.redeem_with(&proof, known, metadata, code, transaction).await {
            Err(SignInError::Provider(refused)) => refused,
            done => return done,
        };
        // Who the client is comes before its code (RFC 6749 section 3.2.1): the code has not been looked at yet.
        match self.authentication.after_refusal(&refused, &proof, endpoint, self.now()).await? {
            Some(proof) => self.redeem_with(&proof, known, metadata, code, transaction).await,
            None => Err(SignInError::Provider(refused)),
        }
    }

    async fn redeem_with(
        &self,
        proof: &Proof,
        known: &Known,
        metadata: &ProviderMetadata,
        code: &str,
        transaction: &Transaction,
    ) -> Result<TokenReply, SignInError> {
        let client = client::build(&self.config, metadata, Some(proof))?;
        // The type has no clone, on purpose; the transaction is still needed if the authority refuses.
        let verifier = PkceCodeVerifier::new(transaction.verifier.secret().clone());
        let code = AuthorizationCode::new(code.to_owned());
        let mut request = client.exchange_code(code).set_pkce_verifier(verifier);
        for (name, value) in proof.parameters() {
            request = request.add_extra_param(name, value);
        }
        if known.realm().is_microsoft() {
            request = request.add_extra_param("client_info", "1");
        }
        if let Some(claims) = claims_parameter(known.realm(), transaction.claims.as_ref()) {
            request = request.add_extra_param("claims", claims);
        }
        // A code stands for everything that was asked for; a token is for one resource.
        if let Some(scopes) = &transaction.scopes {
            request = request.add_extra_param("scope", scopes.and(self.scopes_of_sign_in()).join(" "));
        }
        let send = |request| {
            let http = self.http.clone();
            async move { outgoing::send(&http, "token", request).await }
        };
        // Never repeated by itself: the authority takes a second redemption for a theft of the code.
        request.request_async(&send).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(reply) => ProviderError::from(reply).into(),
            RequestTokenError::Request(error) => error.into(),
            // The cause is left out on purpose, it can quote the answer and with it a token.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                UpstreamError::Unreadable { endpoint: "token", reason: "not a token response" }.into()
            }
        })
    }
}

/// Checks the ID token, once more with newer keys if its key is not known.
async fn verify(
    known: &Known,
    metadata: &Arc<ProviderMetadata>,
    token: &str,
    expected: Expectations<'_>,
) -> Result<Verified, SignInError> {
    let keys = known.keys(metadata, expected.now).await?;
    match validator::verify(token, &keys, expected) {
        Err(TokenError::KeyUnknown) => {}
        done => return Ok(done?),
    }
    let keys = known.newer_keys(metadata, expected.now).await?;
    Ok(validator::verify(token, &keys, expected)?)
}
