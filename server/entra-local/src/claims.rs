//! The `claims` parameter (OpenID Connect Core section 5.5), as far as Entra lets applications use it: client
//! capabilities, authentication contexts and the answer to a claims challenge.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

/// An authentication context of conditional access, `c1` to `c99` (the `acrs` claim).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct AuthenticationContext(u8);

impl TryFrom<String> for AuthenticationContext {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = text.strip_prefix('c').and_then(|number| number.parse().ok());
        match number.filter(|number| (1..=99).contains(number)) {
            Some(number) => Ok(Self(number)),
            None => Err(format!("authentication context `{text}` is none of `c1` to `c99`")),
        }
    }
}

impl fmt::Display for AuthenticationContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

impl AuthenticationContext {
    /// What a request's `claims` must hold to be answered with this context.
    pub(crate) fn challenge(self) -> String {
        json!({ "access_token": { "acrs": { "essential": true, "value": self.to_string() } } }).to_string()
    }
}

/// What a request's `claims` ask of the access token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ClaimsRequest {
    /// The client capability `cp1`: the application can answer claims challenges.
    pub(crate) cp1: bool,
    pub(crate) context: Option<AuthenticationContext>,
    /// Whether the token must have the context, or only may.
    pub(crate) essential: bool,
    /// The token must not have been valid before this (continuous access evaluation), in seconds.
    pub(crate) not_before: Option<i64>,
}

/// The parameter is not the JSON it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The parameter claims is not valid: it is no JSON, or names an authentication context that does not exist.")]
pub(crate) struct Malformed;

impl ClaimsRequest {
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Malformed> {
        let Some(text) = text else { return Ok(Self::default()) };
        let asked: Value = serde_json::from_str(text).map_err(|_| Malformed)?;
        if !asked.is_object() {
            return Err(Malformed);
        }
        let token = &asked["access_token"];
        let capabilities = token["xms_cc"]["values"].as_array().cloned().unwrap_or_default();
        let acrs = &token["acrs"];
        let context = acrs["value"].as_str().or_else(|| acrs["values"][0].as_str());
        let context = context.map(|text| AuthenticationContext::try_from(text.to_owned()).map_err(|_| Malformed));
        let not_before = &token["nbf"]["value"];
        let seconds = not_before.as_i64().or_else(|| not_before.as_str().and_then(|text| text.parse().ok()));
        Ok(Self {
            cp1: capabilities.iter().filter_map(Value::as_str).any(|name| name.eq_ignore_ascii_case("cp1")),
            context: context.transpose()?,
            essential: acrs["essential"].as_bool().unwrap_or_default(),
            not_before: seconds,
        })
    }

    /// What was asked of the authorization endpoint, and then of the token endpoint.
    pub(crate) fn and(self, later: Self) -> Self {
        let contextual = if later.context.is_some() { later } else { self };
        Self {
            cp1: self.cp1 || later.cp1,
            context: contextual.context,
            essential: contextual.essential,
            not_before: self.not_before.max(later.not_before),
        }
    }

    /// The context without which there must be no token.
    pub(crate) fn required(self) -> Option<AuthenticationContext> {
        self.context.filter(|_| self.essential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_contexts_and_times_are_read() {
        let asked = r#"{"access_token":{"xms_cc":{"values":["CP1"]},"acrs":{"essential":true,"value":"c7"},
            "nbf":{"essential":true,"value":"1604106651"}}}"#;
        let context = Some(AuthenticationContext(7));
        let read = ClaimsRequest { cp1: true, context, essential: true, not_before: Some(1_604_106_651) };
        assert_eq!(ClaimsRequest::parse(Some(asked)), Ok(read));
        assert_eq!(ClaimsRequest::parse(None), Ok(ClaimsRequest::default()));
        assert_eq!(ClaimsRequest::parse(Some("{}")), Ok(ClaimsRequest::default()));
        let voluntary = ClaimsRequest::parse(Some(r#"{"access_token":{"acrs":{"value":"c7"}}}"#));
        assert_eq!(voluntary.map(ClaimsRequest::required), Ok(None));
    }

    #[test]
    fn nonsense_is_refused() {
        for nonsense in ["", "[]", "{", r#"{"access_token":{"acrs":{"value":"c100"}}}"#] {
            assert_eq!(ClaimsRequest::parse(Some(nonsense)), Err(Malformed), "{nonsense}");
        }
    }
}
