//! Codes and refresh tokens come back: to the client and the user flow they were issued for, and nowhere else.

use uuid::Uuid;

use super::{authority::PolicyAuthority, error::B2cError, grant::Grant, scope::Scopes};
use crate::{idp::Idp, params::Params, scenario::AppRegistration, token::verifies};

/// Checks everything about the code and marks it redeemed, in one step, so that of two redemptions one wins.
pub(crate) fn code(
    idp: &Idp,
    authority: &PolicyAuthority,
    app: &AppRegistration,
    form: &Params,
) -> Result<Grant, B2cError> {
    let value = form.get("code").ok_or(B2cError::Missing("code"))?;
    let redirect_uri = form.get("redirect_uri").ok_or(B2cError::Missing("redirect_uri"))?;
    let now = idp.now();
    idp.b2c.codes.with(|codes| {
        let code = codes.get_mut(value, now).ok_or(B2cError::UnknownGrant)?;
        check_origin(&code.grant, authority, app.client_id)?;
        if code.redeemed {
            return Err(B2cError::GrantRevoked);
        }
        if code.expires <= now {
            return Err(B2cError::GrantExpired);
        }
        if code.redirect_uri.as_str() != redirect_uri {
            return Err(B2cError::RedirectUri(redirect_uri.to_owned()));
        }
        if let Some(challenge) = &code.challenge {
            let verifier = form.get("code_verifier").ok_or(B2cError::NoVerifier)?;
            if !verifies(challenge, verifier) {
                return Err(B2cError::Verifier);
            }
        }
        code.redeemed = true;
        Ok(code.grant.clone())
    })
}

pub(crate) fn refresh_token(
    idp: &Idp,
    authority: &PolicyAuthority,
    app: &AppRegistration,
    form: &Params,
) -> Result<Grant, B2cError> {
    let value = form.get("refresh_token").ok_or(B2cError::Missing("refresh_token"))?;
    let now = idp.now();
    let token = idp.b2c.refresh_tokens.with(|tokens| tokens.get_mut(value, now).cloned());
    let token = token.ok_or(B2cError::UnknownGrant)?;
    check_origin(&token.grant, authority, app.client_id)?;
    if token.expires <= now {
        return Err(B2cError::GrantExpired);
    }
    let scopes = match form.get("scope") {
        Some(scope) => Scopes::parse(scope, app, &idp.directory)?,
        None => token.grant.scopes.clone(),
    };
    Ok(Grant { scopes, nonce: None, new_user: false, ..token.grant })
}

fn check_origin(grant: &Grant, authority: &PolicyAuthority, client_id: Uuid) -> Result<(), B2cError> {
    if grant.client_id != client_id || grant.account.tenant != authority.tenant {
        return Err(B2cError::UnknownGrant);
    }
    let here = authority.policy();
    if grant.policy == here { Ok(()) } else { Err(B2cError::OtherPolicy { issued: grant.policy.clone(), here }) }
}
