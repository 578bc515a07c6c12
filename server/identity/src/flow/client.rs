//! The protocol crate's client, whose long type is spelled out here and nowhere else.

use openidconnect::{
    AuthType, AuthUrl, Client, ClientId, ClientSecret, EmptyAdditionalClaims, EndpointNotSet, EndpointSet, IssuerUrl,
    JsonWebKeySet, RedirectUrl, TokenUrl,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    },
};
use secrecy::ExposeSecret;

use crate::{
    config::{Authority, IdentityConfig},
    credential::Proof,
    discovery::ProviderMetadata,
    error::UpstreamError,
    token_reply::{ErrorReply, TokenReply},
};

/// A client with an authorization and a token endpoint.
pub(crate) type ProtocolClient = Client<
    EmptyAdditionalClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    ErrorReply,
    TokenReply,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// The client of `config` at the endpoints of `metadata`. Without a proof it can make authorization requests only; the
/// parameters of one ([`Proof::parameters`]) have to be added to each request.
pub(crate) fn build(
    config: &IdentityConfig,
    metadata: &ProviderMetadata,
    proof: Option<&Proof>,
) -> Result<ProtocolClient, UpstreamError> {
    let issuer = IssuerUrl::new(metadata.issuer.clone())
        .map_err(|_| UpstreamError::Metadata { reason: "the issuer is not a URL" })?;
    let redirect = RedirectUrl::new(config.redirect_uri())
        .map_err(|_| UpstreamError::Metadata { reason: "the redirect URI is not a URL" })?;
    // Keys and ID tokens are our own validator's business, the set stays empty.
    let client = Client::new(ClientId::new(config.client_id.clone()), issuer, JsonWebKeySet::new(Vec::new()));
    let client = match proof {
        Some(Proof::Secret(secret)) => client
            .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            .set_auth_type(client_authentication(config, metadata)),
        Some(Proof::Assertion(_)) | None => client.set_auth_type(AuthType::RequestBody),
    };
    Ok(client
        .set_auth_uri(AuthUrl::from_url(metadata.authorization_endpoint.clone()))
        .set_token_uri(TokenUrl::from_url(metadata.token_endpoint.clone()))
        .set_redirect_uri(redirect))
}

/// Microsoft's own libraries send the secret in the body; the standard's default is Basic.
pub(super) fn client_authentication(config: &IdentityConfig, metadata: &ProviderMetadata) -> AuthType {
    match config.authority {
        Authority::Oidc(_) if metadata.accepts_basic() => AuthType::BasicAuth,
        Authority::Oidc(_) | Authority::Entra(_) | Authority::ExternalId(_) | Authority::B2c(_) => {
            AuthType::RequestBody
        }
    }
}
