//! What an access token lets whom do, and whether that is a person through a client or the client itself.

use serde_json::Value;

use crate::validator::{IssuerRule, claims::Claims, error::TokenError};

/// What a token grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The client acts for itself, without any person.
    pub(crate) app_only: bool,
    pub(crate) client_id: String,
    /// Sorted, without repetition, like the roles.
    pub(crate) scopes: Vec<String>,
    pub(crate) roles: Vec<String>,
}

impl Grant {
    pub(super) fn read(claims: &Claims, issuer: &IssuerRule, role_claim: &str) -> Result<Self, TokenError> {
        let scopes = words(claims.other.get(if issuer.is_plain() { "scope" } else { "scp" }))?;
        let roles = names(claims.other.get(role_claim))?;
        let client_id = client_of(claims);
        let app_only = match issuer {
            IssuerRule::Literal(_) => client_id.is_some() && claims.sub.as_deref() == client_id,
            IssuerRule::Policy { .. } => false,
            IssuerRule::Entra(_) | IssuerRule::Tenant { .. } => is_app_only(claims, &scopes)?,
        };
        let granted = match issuer {
            _ if app_only && !issuer.is_plain() => !roles.is_empty(),
            // An ID token of somebody with roles has these as well.
            IssuerRule::Policy { .. } => !scopes.is_empty(),
            _ => !scopes.is_empty() || !roles.is_empty(),
        };
        if !granted {
            return Err(TokenError::PermissionsMissing);
        }
        let client_id = client_id.ok_or(TokenError::ClientMissing)?.to_owned();
        Ok(Self { app_only, client_id, scopes, roles })
    }
}

/// `azp` in tokens of version 2.0, `appid` in those of version 1.0, `client_id` by RFC 9068 section 2.2.
fn client_of(claims: &Claims) -> Option<&str> {
    let named = [claims.azp.as_deref(), claims.text("appid"), claims.text("client_id")];
    named.into_iter().flatten().find(|id| !id.trim().is_empty())
}

/// Entra: an application that acts for itself has no scopes and is its own subject; `idtyp` says so where the registration
/// asks for that claim ("Access token claims reference"). A token of a person without scopes is an ID token, or as good as
/// one.
fn is_app_only(claims: &Claims, scopes: &[String]) -> Result<bool, TokenError> {
    let kind = match claims.other.get("idtyp") {
        None => None,
        Some(kind) => Some(kind.as_str().ok_or(TokenError::Kind)?),
    };
    let own_subject = claims.oid == claims.sub;
    match (kind, scopes.is_empty()) {
        (None | Some("user"), false) => Ok(false),
        (None | Some("app"), true) if own_subject => Ok(true),
        (None, true) => Err(TokenError::IdToken),
        _ => Err(TokenError::Kind),
    }
}

/// A text of words with spaces between them (RFC 6749 section 3.3).
fn words(claim: Option<&Value>) -> Result<Vec<String>, TokenError> {
    match claim {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(sorted(text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned))),
        Some(_) => Err(TokenError::Malformed),
    }
}

/// An array of texts, or one text.
fn names(claim: Option<&Value>) -> Result<Vec<String>, TokenError> {
    match claim {
        None => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(sorted([one.clone()].into_iter())),
        Some(Value::Array(several)) => {
            let named = several.iter().map(|name| name.as_str().map(str::to_owned).ok_or(TokenError::Malformed));
            Ok(sorted(named.collect::<Result<Vec<_>, _>>()?.into_iter()))
        }
        Some(_) => Err(TokenError::Malformed),
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
