//! The refresh grant (RFC 6749 section 6). As at Entra, each answer brings a new refresh token and the old one stays
//! good unless a test wants it otherwise; a guest's token works at every tenant the person belongs to.

use super::{error::TokenError, grant::Subject};
use crate::{
    access::Denial, authority::Authority, claims::ClaimsRequest, control::Ended, idp::Idp, params::Params,
    scenario::AppRegistration, scope::Scopes,
};

pub(crate) fn refresh(
    idp: &Idp,
    authority: Authority,
    app: &AppRegistration,
    form: &Params,
) -> Result<Subject, TokenError> {
    let token = form.get("refresh_token").ok_or(TokenError::Missing("refresh_token"))?;
    let now = idp.now();
    let grant = idp.refresh_tokens.with(|tokens| tokens.get_mut(token, now).cloned());
    let grant = grant.filter(|grant| grant.client_id == app.client_id).ok_or(TokenError::UnknownRefreshToken)?;
    if grant.spent {
        return Err(TokenError::SpentRefreshToken);
    }
    if grant.expires <= now {
        return Err(TokenError::RefreshTokenExpired);
    }
    let tenant = match authority {
        Authority::Tenant(tenant) => tenant,
        Authority::Organizations | Authority::Common => grant.tenant,
    };
    let account = idp.directory.entry_in(grant.home, tenant).ok_or(TokenError::ForeignAccount)?;
    match idp.control.ended(&account, grant.issued, grant.session.at) {
        Some(Ended::Revoked) => return Err(TokenError::Revoked),
        Some(Ended::Expired) => return Err(TokenError::RefreshTokenExpired),
        Some(Ended::TooOld) => return Err(TokenError::SignInFrequency),
        None => {}
    }
    if let Some(denial) = Denial::of(app, &account, idp.control.access(&account), grant.session.strong) {
        return Err(TokenError::Denied(denial));
    }
    let scopes = match form.get("scope") {
        Some(scope) => Scopes::parse(scope, &idp.directory).map_err(TokenError::Scope)?,
        None => grant.scopes,
    };
    let (claims, refreshed) = (ClaimsRequest::default(), Some(token.to_owned()));
    Ok(Subject { account, scopes, nonce: None, session: grant.session, claims, refreshed })
}

/// Takes a refresh token out of use, in one step, so that of two uses one wins.
pub(crate) fn spend(idp: &Idp, token: &str) -> Result<(), TokenError> {
    let now = idp.now();
    idp.refresh_tokens.with(|tokens| match tokens.get_mut(token, now) {
        Some(grant) if !grant.spent => {
            grant.spent = true;
            Ok(())
        }
        Some(_) | None => Err(TokenError::SpentRefreshToken),
    })
}
