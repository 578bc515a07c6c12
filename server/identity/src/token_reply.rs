//! What the token endpoint answers.

use std::{fmt, time::Duration};

use openidconnect::{
    AccessToken, EmptyAdditionalClaims, ErrorResponse, OAuth2TokenResponse, RefreshToken, Scope, TokenResponse,
    core::{CoreGenderClaim, CoreIdToken, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreTokenType},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::error::{ClaimsChallenge, Described, ProviderError, timestamp};

/// A successful answer (RFC 6749 section 5.1, OpenID Connect Core 1.0 section 3.1.3.3) with Entra's additions. The ID
/// token stays text: the protocol crate's type for it would reject unusual tokens while parsing, before our validator
/// could say what is wrong with them. Times are read leniently, so that a provider that writes them in its own way
/// (`"expires_in": "3600"`) still signs people in.
#[derive(Deserialize, Serialize)]
pub(crate) struct TokenReply {
    /// Azure AD B2C sends none unless a scope of an API was asked for.
    #[serde(default = "none")]
    access_token: AccessToken,
    /// Compared without regard to case in the protocol, and there is only one.
    #[serde(skip, default = "bearer")]
    token_type: CoreTokenType,
    #[serde(rename = "id_token")]
    pub(crate) raw_id_token: Option<String>,
    #[serde(default)]
    pub(crate) client_info: Option<String>,
    #[serde(default, skip_serializing)]
    refresh_token: Value,
    #[serde(default, skip_serializing)]
    expires_in: Value,
    #[serde(default, skip_serializing)]
    refresh_in: Value,
    #[serde(default, skip_serializing)]
    refresh_token_expires_in: Value,
    #[serde(default, skip_serializing)]
    scope: Value,
}

impl TokenReply {
    /// The access token, if there is one.
    pub(crate) fn access(&self) -> Option<&str> {
        Some(self.access_token.secret().as_str()).filter(|token| !token.is_empty())
    }

    /// The refresh token, if there is one.
    pub(crate) fn refresh(&self) -> Option<&str> {
        self.refresh_token.as_str().filter(|token| !token.is_empty())
    }

    /// How long the access token lasts (RFC 6749 section 5.1).
    pub(crate) fn life(&self) -> Option<time::Duration> {
        seconds(&self.expires_in)
    }

    /// After how long another access token had better be fetched (Entra).
    pub(crate) fn refresh_after(&self) -> Option<time::Duration> {
        seconds(&self.refresh_in)
    }

    /// How long the refresh token lasts, where the authority says so.
    pub(crate) fn refresh_life(&self) -> Option<time::Duration> {
        seconds(&self.refresh_token_expires_in)
    }

    /// The scopes of the access token; as asked for if nothing is said (RFC 6749 section 5.1).
    pub(crate) fn granted(&self) -> Option<&str> {
        self.scope.as_str().filter(|scope| !scope.trim().is_empty())
    }
}

/// A number, or a numeral in quotation marks, of seconds.
fn seconds(value: &Value) -> Option<time::Duration> {
    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
    // Longer than any token lives, and short enough to be added to any date.
    (0..=100 * 365 * 86_400).contains(&number).then(|| time::Duration::seconds(number))
}

fn none() -> AccessToken {
    AccessToken::new(String::new())
}

fn bearer() -> CoreTokenType {
    CoreTokenType::Bearer
}

impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenReply").finish_non_exhaustive()
    }
}

impl OAuth2TokenResponse for TokenReply {
    type TokenType = CoreTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &CoreTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        None
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl TokenResponse<EmptyAdditionalClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>
    for TokenReply
{
    /// Never parsed here, see the type.
    fn id_token(&self) -> Option<&CoreIdToken> {
        None
    }
}

/// An OAuth error in the token endpoint's JSON, with Entra's additions, which other providers may write in another way: what
/// is not as Entra has it is left out, and the error is still that error.
#[derive(Deserialize, Serialize)]
pub(crate) struct ErrorReply {
    error: String,
    #[serde(default)]
    suberror: Value,
    #[serde(default)]
    error_codes: Value,
    #[serde(default)]
    correlation_id: Value,
    #[serde(default)]
    trace_id: Value,
    #[serde(default)]
    timestamp: Value,
    /// Read for Azure AD B2C's number, which is nowhere else.
    #[serde(default, skip_serializing)]
    error_description: Value,
    #[serde(default, skip_serializing)]
    claims: Value,
}

impl fmt::Debug for ErrorReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorReply").finish_non_exhaustive()
    }
}

impl fmt::Display for ErrorReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ProviderError::known_error(&self.error))
    }
}

impl ErrorResponse for ErrorReply {}

impl From<ErrorReply> for ProviderError {
    fn from(reply: ErrorReply) -> Self {
        let uuid = |value: &Value| value.as_str().and_then(|text| Uuid::try_parse(text).ok());
        let described = reply.error_description.as_str().map(Described::read).unwrap_or_default();
        let codes = reply.error_codes.as_array().into_iter().flatten();
        Self {
            error: Self::known_error(&reply.error),
            suberror: reply.suberror.as_str().and_then(Self::known_suberror),
            codes: codes.filter_map(|code| u32::try_from(code.as_u64()?).ok()).collect(),
            b2c_code: described.b2c,
            claims: reply.claims.as_str().and_then(ClaimsChallenge::read),
            correlation_id: uuid(&reply.correlation_id).or(described.correlation_id),
            trace_id: uuid(&reply.trace_id),
            timestamp: reply.timestamp.as_str().and_then(timestamp).or(described.timestamp),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_used_may_be_written_in_any_way() {
        let odd = json!({ "access_token": "a", "token_type": 7, "expires_in": "3600", "refresh_token": {}, "scope": [],
            "id_token": "t" });
        let reply: TokenReply = serde_json::from_value(odd).unwrap();
        assert_eq!(reply.raw_id_token.as_deref(), Some("t"));
        assert_eq!((reply.refresh(), reply.granted()), (None, None));
        assert_eq!(reply.life(), Some(time::Duration::HOUR), "as Azure AD B2C writes it");
        let only: TokenReply = serde_json::from_value(json!({ "id_token": "t" })).unwrap();
        assert_eq!(only.raw_id_token.as_deref(), Some("t"), "as Azure AD B2C answers without a scope of an API");
    }

    #[test]
    fn times_are_seconds_and_anything_else_is_no_time() {
        let of = |value: Value| {
            serde_json::from_value::<TokenReply>(json!({ "expires_in": value, "refresh_in": value })).unwrap()
        };
        for good in [json!(90), json!("90"), json!(" 90 ")] {
            assert_eq!(of(good.clone()).life(), Some(time::Duration::seconds(90)), "{good}");
            assert_eq!(of(good).refresh_after(), Some(time::Duration::seconds(90)));
        }
        for odd in [json!(-1), json!("soon"), json!(null), json!(1.5), json!(i64::MAX), json!("9".repeat(40))] {
            assert_eq!(of(odd.clone()).life(), None, "{odd}");
        }
    }

    #[test]
    fn an_error_whose_extras_are_not_entras_is_still_that_error() {
        let odd = json!({ "error": "invalid_client", "suberror": 1, "error_codes": null, "correlation_id": 7,
            "trace_id": {}, "timestamp": 1_772_368_496, "error_description": ["x"], "claims": {} });
        let odd = ProviderError::from(serde_json::from_value::<ErrorReply>(odd).unwrap());
        assert_eq!(odd, ProviderError { error: "invalid_client", ..ProviderError::default() });
        let mixed = json!({ "error": "invalid_grant", "error_codes": [70_008, "70009", -1] });
        let mixed = ProviderError::from(serde_json::from_value::<ErrorReply>(mixed).unwrap());
        assert_eq!(mixed.codes, [70_008]);
    }

    #[test]
    fn of_an_error_numbers_ids_and_the_challenge_are_kept() {
        let id = Uuid::from_u128(4);
        let entra = json!({ "error": "interaction_required", "error_codes": [50_076], "suberror": "basic_action",
            "error_description": "AADSTS50076: adele@contoso.example must use a second factor.",
            "timestamp": "2026-03-01 12:34:56Z", "trace_id": id, "correlation_id": id, "claims": "{\"a\":1}" });
        let entra = ProviderError::from(serde_json::from_value::<ErrorReply>(entra).unwrap());
        assert_eq!((entra.codes.as_slice(), entra.suberror), (&[50_076][..], Some("basic_action")));
        assert_eq!((entra.trace_id, entra.correlation_id), (Some(id), Some(id)));
        assert_eq!(entra.timestamp.unwrap().unix_timestamp(), 1_772_368_496);
        assert_eq!(entra.claims.as_ref().unwrap().as_str(), "{\"a\":1}");
        assert!(!format!("{entra} {entra:?}").contains("adele"));

        let b2c = json!({ "error": "invalid_grant", "error_description":
            format!("AADB2C90080: The provided grant has expired.\r\nCorrelation ID: {id}\r\nTimestamp: x") });
        let b2c = ProviderError::from(serde_json::from_value::<ErrorReply>(b2c).unwrap());
        assert_eq!((b2c.b2c_code, b2c.correlation_id), (Some(90_080), Some(id)));
    }
}
