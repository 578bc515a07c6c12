//! The on-behalf-of flow: an API exchanges the access token of its caller (RFC 7523 section 2.1, with Entra's
//! `requested_token_use`).

use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{error::TokenError, grant::Subject};
use crate::{
    access::Denial, authority::Authority, claims::ClaimsRequest, idp::Idp, jwt, params::Params,
    scenario::AppRegistration, scope::Scopes, session::SessionFacts,
};

pub(crate) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What is read of an access token of ours.
#[derive(Deserialize)]
struct Assertion {
    aud: String,
    exp: i64,
    tid: Uuid,
    oid: Option<Uuid>,
    sid: Option<Uuid>,
    scp: Option<String>,
    idtyp: Option<String>,
}

pub(crate) fn on_behalf_of(
    idp: &Idp,
    authority: Authority,
    app: &AppRegistration,
    form: &Params,
) -> Result<Subject, TokenError> {
    match form.get("requested_token_use") {
        Some("on_behalf_of") => {}
        Some(other) => return Err(TokenError::TokenUse(other.to_owned())),
        None => return Err(TokenError::Missing("requested_token_use")),
    }
    let scope = form.get("scope").ok_or(TokenError::Missing("scope"))?;
    let text = form.get("assertion").ok_or(TokenError::Missing("assertion"))?;
    let assertion = check(idp, app, text)?;
    let oid = assertion.oid.ok_or(TokenError::UserAssertion)?;
    let caller = idp.directory.person(assertion.tid, oid).ok_or(TokenError::UserAssertion)?;
    let tenant = match authority {
        Authority::Tenant(tenant) => tenant,
        Authority::Organizations | Authority::Common => assertion.tid,
    };
    let account = idp.directory.entry_in(caller.home(), tenant).ok_or(TokenError::ForeignAccount)?;
    let session = assertion.sid.and_then(|sid| idp.facts_of(sid)).ok_or(TokenError::UserAssertion)?;
    if let Some(denial) = Denial::of(app, &account, idp.control.access(&account), session.strong) {
        return Err(TokenError::Denied(denial));
    }
    let scopes = Scopes::parse(scope, &idp.directory).map_err(TokenError::Scope)?;
    let session: SessionFacts = session;
    Ok(Subject { account, scopes, nonce: None, session, claims: ClaimsRequest::default(), refreshed: None })
}

/// Whether it is an access token for this application that a person's sign-in brought about, and is still good.
fn check(idp: &Idp, app: &AppRegistration, text: &str) -> Result<Assertion, TokenError> {
    if !idp.keys.signed(text) {
        return Err(TokenError::UserAssertion);
    }
    let assertion: Assertion = jwt::claims(text).ok_or(TokenError::UserAssertion)?;
    if !app.is_called(&assertion.aud) {
        return Err(TokenError::UserAssertionAudience);
    }
    if assertion.idtyp.as_deref() == Some("app") {
        return Err(TokenError::AppOnlyAssertion);
    }
    // An ID token has no scopes.
    if assertion.scp.is_none() {
        return Err(TokenError::UserAssertion);
    }
    let exp = OffsetDateTime::from_unix_timestamp(assertion.exp).map_err(|_| TokenError::UserAssertion)?;
    if exp <= idp.now() { Err(TokenError::UserAssertionExpired) } else { Ok(assertion) }
}
