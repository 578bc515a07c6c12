//! Whose account a token request is about, for the record of them.

use serde::Deserialize;
use uuid::Uuid;

use crate::{idp::Idp, jwt, params::Params, scenario::HomeAccount};

#[derive(Deserialize)]
struct Bearer {
    oid: Option<Uuid>,
    tid: Uuid,
}

/// The home account behind a code, a refresh token or an assertion; nobody's if it is unknown or the application's own.
pub(crate) fn whose(idp: &Idp, form: &Params) -> Option<HomeAccount> {
    let now = idp.now();
    if let Some(token) = form.get("refresh_token") {
        let home = idp.refresh_tokens.with(|tokens| tokens.get_mut(token, now).map(|grant| grant.home));
        return home.or_else(|| idp.b2c.refreshed_by(token, now));
    }
    if let Some(code) = form.get("code") {
        let home = idp.codes.with(|codes| codes.get_mut(code, now).map(|grant| grant.account.home()));
        return home.or_else(|| idp.b2c.signed_in_by(code, now));
    }
    let bearer: Bearer = jwt::claims(form.get("assertion")?)?;
    Some(idp.directory.person(bearer.tid, bearer.oid?)?.home())
}
