//! What a sign-out request asks for.

use std::sync::Arc;

use url::Url;
use uuid::Uuid;

use crate::{
    authorize::read_login_hint,
    idp::Idp,
    params::Params,
    scenario::{AppRegistration, HomeAccount},
    session::Session,
};

/// Where the browser goes afterwards, and which application sent it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Return {
    /// A redirect URI of the application, with `state`. Nothing if the address asked for is none: Entra then stays.
    pub(crate) next: Option<Url>,
    pub(crate) initiator: Option<Uuid>,
}

/// A page that asks which account to sign out, good for one answer from the browser it was shown to.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) back: Return,
    pub(crate) browser: String,
}

pub(crate) fn read_return(idp: &Idp, params: &Params) -> Return {
    let asked = params.get("post_logout_redirect_uri");
    let registers = |app: &&Arc<AppRegistration>| app.redirect_uris.iter().any(|uri| Some(uri.as_str()) == asked);
    let named = params.get("client_id").and_then(|id| idp.directory.app(id));
    let app = match named {
        Some(app) => Some(app).filter(registers),
        None => idp.directory.apps().iter().find(registers),
    };
    let next = app.and(asked).and_then(|uri| Url::parse(uri).ok()).map(|mut uri| {
        if let Some(state) = params.get("state") {
            uri.query_pairs_mut().append_pair("state", state);
        }
        uri
    });
    Return { next, initiator: named.or(app).map(|app| app.client_id) }
}

/// Whom the request signs out; nothing means that the person has to say.
pub(crate) fn read_accounts(params: &Params, session: &Session) -> Option<Vec<HomeAccount>> {
    match params.get("logout_hint").and_then(read_login_hint) {
        Some(home) => Some(vec![home]),
        None if session.accounts.len() > 1 => None,
        None => Some(session.accounts.iter().map(|entry| entry.account).collect()),
    }
}
