//! The authorization request to a user flow, checked. Until the redirect URI is known to be registered a refusal is a
//! page; after that it goes back to the application.

use std::sync::Arc;

use url::Url;

use super::{authority::PolicyAuthority, error::B2cError, scope::Scopes};
use crate::{
    authority::audience_admits,
    authorize::{ReplyTo, ResponseMode},
    idp::Idp,
    params::Params,
    scenario::AppRegistration,
};

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) authority: PolicyAuthority,
    pub(crate) app: Arc<AppRegistration>,
    pub(crate) reply: ReplyTo,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    /// S256. B2C asks for PKCE of browser applications only.
    pub(crate) code_challenge: Option<String>,
    pub(crate) silent: bool,
    pub(crate) fresh: bool,
    pub(crate) login_hint: Option<String>,
    pub(crate) client_info: bool,
}

/// A refusal and how it reaches whom.
pub(crate) enum Refusal {
    /// The redirect URI is not to be trusted: show a page.
    Page(B2cError),
    /// Send it back to the application.
    Reply(Box<ReplyTo>, B2cError),
}

impl Request {
    pub(crate) fn read(idp: &Idp, authority: PolicyAuthority, params: &Params) -> Result<Self, Refusal> {
        let (app, redirect_uri) = read_client(idp, &authority, params).map_err(Refusal::Page)?;
        let asked_mode = params.get("response_mode").unwrap_or("query");
        let mode = if asked_mode == "form_post" { ResponseMode::FormPost } else { ResponseMode::Query };
        let reply = ReplyTo { redirect_uri, mode, state: params.get("state").map(str::to_owned) };
        let refuse = |error| Refusal::Reply(Box::new(reply.clone()), error);
        if !["query", "form_post"].contains(&asked_mode) {
            return Err(refuse(B2cError::ResponseMode(asked_mode.to_owned())));
        }
        match params.get("response_type") {
            Some("code") => {}
            Some(other) => return Err(refuse(B2cError::ResponseType(other.to_owned()))),
            None => return Err(refuse(B2cError::Missing("response_type"))),
        }
        let scope = params.get("scope").ok_or_else(|| refuse(B2cError::Missing("scope")))?;
        let scopes = Scopes::parse(scope, &app, &idp.directory).map_err(refuse)?;
        let code_challenge = params.get("code_challenge").map(str::to_owned);
        if code_challenge.is_some() && params.get("code_challenge_method") != Some("S256") {
            return Err(refuse(B2cError::Unusable("code_challenge_method")));
        }
        let prompt = params.get("prompt");
        Ok(Self {
            scopes,
            nonce: params.get("nonce").map(str::to_owned),
            code_challenge,
            silent: prompt == Some("none"),
            fresh: matches!(prompt, Some("login" | "select_account")),
            login_hint: params.get("login_hint").map(str::to_owned),
            client_info: params.get("client_info") == Some("1"),
            authority,
            app,
            reply,
        })
    }
}

fn read_client(
    idp: &Idp,
    authority: &PolicyAuthority,
    params: &Params,
) -> Result<(Arc<AppRegistration>, Url), B2cError> {
    let client_id = params.get("client_id").ok_or(B2cError::NoClientId)?;
    let app = idp.directory.app(client_id).filter(|app| audience_admits(app, authority.tenant));
    let app = app.ok_or(B2cError::UnknownClient)?;
    let asked = params.get("redirect_uri").ok_or(B2cError::Missing("redirect_uri"))?;
    let registered = app.redirect_uris.iter().find(|uri| uri.as_str() == asked);
    let redirect_uri = registered.ok_or_else(|| B2cError::RedirectUri(asked.to_owned()))?;
    Ok((Arc::clone(app), redirect_uri.clone()))
}
