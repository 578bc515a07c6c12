//! The access token of a request to Graph. Only Graph can check its signature, over a header whose nonce is hashed.

use http::{HeaderMap, header};
use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::error::GraphError;
use crate::{idp::Idp, jwt, scope::GRAPH};

/// What a token says, once it is known to be ours, for Graph and in time.
#[derive(Debug, Deserialize)]
pub(super) struct Token {
    aud: String,
    exp: i64,
    pub(super) iat: i64,
    pub(super) tid: Uuid,
    pub(super) oid: Uuid,
    #[serde(default)]
    pub(super) idtyp: String,
    #[serde(default)]
    scp: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    xms_cc: Vec<String>,
}

impl Token {
    pub(super) fn check(idp: &Idp, headers: &HeaderMap) -> Result<Self, GraphError> {
        let text = bearer(headers).ok_or(GraphError::NoToken)?;
        let token: Self = jwt::claims(text).ok_or(GraphError::Malformed)?;
        // First, as Graph does: whose token it is shows before it can be checked.
        if token.aud != GRAPH && token.aud != "https://graph.microsoft.com" {
            return Err(GraphError::Audience);
        }
        let signed = jwt::with_hashed_nonce(text).is_some_and(|input| idp.keys.signed(&input));
        if !signed {
            return Err(GraphError::Malformed);
        }
        let expires = OffsetDateTime::from_unix_timestamp(token.exp).map_err(|_| GraphError::Malformed)?;
        if expires <= idp.now() { Err(GraphError::Expired) } else { Ok(token) }
    }

    pub(super) fn is_app_only(&self) -> bool {
        self.idtyp == "app"
    }

    /// Scopes of a person's token, roles of an application's own.
    pub(super) fn permissions(&self) -> Vec<String> {
        if self.is_app_only() {
            self.roles.clone()
        } else {
            self.scp.split_ascii_whitespace().map(str::to_owned).collect()
        }
    }

    /// Whether its application can answer a claims challenge.
    pub(super) fn takes_challenges(&self) -> bool {
        self.xms_cc.iter().any(|capability| capability.eq_ignore_ascii_case("cp1"))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}
