//! Which check a token failed.

use uuid::Uuid;

/// Why a token was not accepted. Holds nothing of the token but the tenant, where it is
/// that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not three parts of base64url with JSON in the first two, or claims of the wrong type.
    #[error("the token is malformed")]
    Malformed,
    /// `alg` is not RS256; `none` and HS256 are the known attacks.
    #[error("the token's algorithm is not allowed")]
    AlgorithmNotAllowed,
    /// `crit` names extensions (RFC 7515 section 4.1.11); none is understood here.
    #[error("the token has critical header extensions")]
    CriticalHeader,
    /// A token within the token (RFC 7519 section 5.2).
    #[error("the token has another one in it")]
    Nested,
    /// Longer than any authority's.
    #[error("the token is too long")]
    TooLong,
    /// No `kid` although there are several keys.
    #[error("the token names no key")]
    KeyIdMissing,
    /// A `kid` that the authority does not publish.
    #[error("the token names an unknown key")]
    KeyUnknown,
    /// No candidate key made this signature.
    #[error("the token's signature is wrong")]
    Signature,
    /// The key is published for another issuer.
    #[error("the token is signed with a key of another issuer")]
    KeyIssuer,
    /// `iss` is missing or is not the expected one.
    #[error("the token's issuer is not the expected one")]
    Issuer,
    /// No `tid`.
    #[error("the token has no tenant")]
    TenantMissing,
    /// `tid` is not a GUID, or there are several that differ in the case of their name.
    #[error("the token's tenant is not a single GUID")]
    TenantMalformed,
    /// A tenant that may not sign in here.
    #[error("the token's tenant is not allowed")]
    TenantNotAllowed(Uuid),
    /// Neither `tfp` nor `acr`, although policies have tokens of their own there.
    #[error("the token names no policy")]
    PolicyMissing,
    /// Issued by another policy than the one that was asked.
    #[error("the token's policy is not the expected one")]
    Policy,
    /// `aud` is missing or does not name us.
    #[error("the token is for another audience")]
    Audience,
    /// `azp` names somebody else, or is missing although `aud` names several.
    #[error("the token was issued to another party")]
    AuthorizedParty,
    /// No `exp`.
    #[error("the token has no expiry")]
    ExpiryMissing,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is still to come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` is missing or still to come.
    #[error("the token's time of issue is missing or in the future")]
    IssuedAt,
    /// No `nonce`.
    #[error("the token has no nonce")]
    NonceMissing,
    /// A nonce of another sign-in.
    #[error("the token's nonce is not that of this sign-in")]
    Nonce,
    /// `at_hash` is there and is not that of the access token (OpenID Connect Core 1.0 section 3.1.3.8).
    #[error("the token was issued with another access token")]
    AccessTokenHash,
    /// `c_hash` is there and is not that of the code (section 3.3.2.11).
    #[error("the token was issued for another code")]
    CodeHash,
    /// `s_hash` is there and is not that of the state (Financial-grade API 1.0 part 2, section 5.1).
    #[error("the token was issued for another state")]
    StateHash,
    /// Of a type that is not that of a logout token.
    #[error("the token is of another type")]
    Type,
    /// No back-channel logout among its `events`.
    #[error("the token tells of no sign-out")]
    Event,
    /// A `nonce` where none may be: an ID token in disguise.
    #[error("the token has a nonce")]
    NonceUnexpected,
    /// No `jti`.
    #[error("the token has no id")]
    TokenIdMissing,
    /// No `sub`.
    #[error("the token has no subject")]
    SubjectMissing,
    /// No `oid`, on which Entra accounts rest.
    #[error("the token has no object id")]
    ObjectIdMissing,
    /// `ver` does not go with the issuer, or is a version that is not accepted.
    #[error("the token's version is not that of its issuer, or is not accepted here")]
    Version,
    /// A token for Microsoft Graph, which only Microsoft Graph can check.
    #[error("the token is for Microsoft Graph and not for this API")]
    ForGraph,
    /// An ID token where an access token has to be.
    #[error("the token is an ID token and no access token")]
    IdToken,
    /// Neither `azp` nor `appid` nor `client_id`.
    #[error("the token names no client")]
    ClientMissing,
    /// Neither scopes nor roles.
    #[error("the token grants nothing")]
    PermissionsMissing,
    /// What says that it is a person's contradicts what says that it is an application's own.
    #[error("the token is neither a person's nor an application's own")]
    Kind,
}
