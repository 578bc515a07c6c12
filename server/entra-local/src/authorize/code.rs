//! Authorization codes.

use std::sync::Arc;

use time::Duration;

use super::request::{AuthorizeRequest, CodeRequest};
use crate::{
    idp::Idp,
    random,
    scenario::Account,
    session::SignedIn,
    token::{CodeGrant, client_info},
};

const CODE_LIFE: Duration = Duration::minutes(10);

/// The fields of a successful answer, with a fresh code in it.
pub(crate) fn issue(
    idp: &Idp,
    request: &AuthorizeRequest,
    asked: &CodeRequest,
    account: &Arc<Account>,
    signed_in: &SignedIn,
) -> Vec<(&'static str, String)> {
    let now = idp.now();
    let code = format!("1.{}", random::opaque());
    let grant = CodeGrant {
        client_id: request.app.client_id,
        redirect_uri: request.reply.redirect_uri.clone(),
        account: Arc::clone(account),
        scopes: request.scopes.clone(),
        nonce: asked.nonce.clone(),
        code_challenge: asked.code_challenge.clone(),
        session: signed_in.facts(),
        claims: asked.claims,
        expires: now + CODE_LIFE,
        redeemed: false,
    };
    idp.codes.with(|codes| codes.insert(code.clone(), grant, now));
    let mut fields = vec![("code", code), ("session_state", random::guid().to_string())];
    if asked.client_info {
        fields.push(("client_info", client_info(account.home())));
    }
    fields
}
