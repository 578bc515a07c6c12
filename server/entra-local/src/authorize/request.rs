//! The authorization request, checked. Until the redirect URI is known to be registered a refusal is a page; after that
//! it goes back to the application.

use std::sync::Arc;

use url::Url;

use super::{
    error::AuthorizeError,
    reply::{ReplyTo, ResponseMode},
};
use crate::{
    authority::{Authority, Fit, fit},
    claims::{AuthenticationContext, ClaimsRequest},
    idp::Idp,
    params::Params,
    scenario::AppRegistration,
    scope::Scopes,
};

/// Length of an S256 challenge: 32 bytes in base64url without padding (RFC 7636 section 4.2).
const CHALLENGE_LENGTH: usize = 43;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prompt {
    None,
    Login,
    SelectAccount,
    Consent,
}

#[derive(Debug, Clone)]
pub(crate) struct AuthorizeRequest {
    pub(crate) app: Arc<AppRegistration>,
    pub(crate) authority: Authority,
    pub(crate) reply: ReplyTo,
    pub(crate) scopes: Scopes,
    pub(crate) purpose: Purpose,
    pub(crate) prompt: Option<Prompt>,
    pub(crate) login_hint: Option<String>,
    pub(crate) domain_hint: Option<String>,
    pub(crate) sid: Option<String>,
}

/// What the person at the end of the request is to do.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    SignIn(CodeRequest),
    /// Consent for the whole tenant.
    AdminConsent,
}

/// What is asked of the code.
#[derive(Debug, Clone)]
pub(crate) struct CodeRequest {
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: String,
    pub(crate) client_info: bool,
    pub(crate) claims: ClaimsRequest,
}

/// A refusal and how it reaches whom.
pub(crate) enum Refusal {
    /// The redirect URI is not to be trusted: show a page.
    Page(AuthorizeError),
    /// Send it back to the application.
    Reply(Box<ReplyTo>, AuthorizeError),
}

impl AuthorizeRequest {
    pub(crate) fn read(segment: &str, params: &Params, idp: &Idp) -> Result<Self, Refusal> {
        let (app, authority, redirect_uri) = read_client(segment, params, idp).map_err(Refusal::Page)?;
        let asked_mode = params.get("response_mode").unwrap_or("query");
        let mode = match asked_mode {
            "form_post" => ResponseMode::FormPost,
            _ => ResponseMode::Query,
        };
        let reply = ReplyTo { redirect_uri, mode, state: params.get("state").map(str::to_owned) };
        let refuse = |error| Refusal::Reply(Box::new(reply.clone()), error);
        if !["query", "form_post"].contains(&asked_mode) {
            return Err(refuse(AuthorizeError::ResponseMode(asked_mode.to_owned())));
        }
        check_response_type(params).map_err(refuse)?;
        let scope = params.get("scope").ok_or_else(|| refuse(AuthorizeError::Missing("scope")))?;
        let scopes =
            Scopes::parse_openid(scope, &idp.directory).map_err(|error| refuse(AuthorizeError::Scope(error)))?;
        let code_challenge = read_challenge(params).map_err(refuse)?;
        let prompt = read_prompt(params).map_err(refuse)?;
        let text = |name: &str| params.get(name).map(str::to_owned);
        let client_info = params.get("client_info") == Some("1");
        let claims = ClaimsRequest::parse(params.get("claims"));
        let claims = claims.map_err(|malformed| refuse(AuthorizeError::Claims(malformed)))?;
        Ok(Self {
            scopes,
            purpose: Purpose::SignIn(CodeRequest { nonce: text("nonce"), code_challenge, client_info, claims }),
            prompt,
            login_hint: text("login_hint"),
            domain_hint: text("domain_hint"),
            sid: text("sid"),
            app,
            authority,
            reply,
        })
    }

    /// The authentication context without which there must be no code.
    pub(crate) fn context(&self) -> Option<AuthenticationContext> {
        match &self.purpose {
            Purpose::SignIn(asked) => asked.claims.required(),
            Purpose::AdminConsent => None,
        }
    }

    /// A request to the admin consent endpoint (Microsoft Learn, "Admin consent on the Microsoft identity platform").
    pub(crate) fn read_admin_consent(segment: &str, params: &Params, idp: &Idp) -> Result<Self, Refusal> {
        let (app, authority, redirect_uri) = read_client(segment, params, idp).map_err(Refusal::Page)?;
        let reply = ReplyTo { redirect_uri, mode: ResponseMode::Query, state: params.get("state").map(str::to_owned) };
        let scope = params.get("scope").unwrap_or("openid profile email");
        let scopes = Scopes::parse(scope, &idp.directory)
            .map_err(|error| Refusal::Reply(Box::new(reply.clone()), AuthorizeError::Scope(error)))?;
        Ok(Self {
            scopes,
            purpose: Purpose::AdminConsent,
            prompt: None,
            login_hint: None,
            domain_hint: None,
            sid: None,
            app,
            authority,
            reply,
        })
    }
}

fn read_client(
    segment: &str,
    params: &Params,
    idp: &Idp,
) -> Result<(Arc<AppRegistration>, Authority, Url), AuthorizeError> {
    if let Some(name) = params.repeated() {
        return Err(AuthorizeError::Repeated(name.to_owned()));
    }
    let authority = Authority::parse(segment, &idp.directory).ok_or(AuthorizeError::UnknownTenant)?;
    let client_id = params.get("client_id").ok_or(AuthorizeError::Missing("client_id"))?;
    let app = idp.directory.app(client_id).ok_or(AuthorizeError::UnknownClient)?;
    match fit(app, authority) {
        Fit::Fits => {}
        Fit::NotMultiTenant => return Err(AuthorizeError::NotMultiTenant(app.client_id)),
        Fit::NotThere => return Err(AuthorizeError::UnknownClient),
    }
    let asked = params.get("redirect_uri").ok_or(AuthorizeError::Missing("redirect_uri"))?;
    let registered = app.redirect_uris.iter().find(|uri| uri.as_str() == asked);
    let redirect_uri = registered.ok_or_else(|| AuthorizeError::RedirectUri(asked.to_owned()))?;
    Ok((Arc::clone(app), authority, redirect_uri.clone()))
}

fn check_response_type(params: &Params) -> Result<(), AuthorizeError> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        Some(other) => Err(AuthorizeError::ResponseType(other.to_owned())),
        None => Err(AuthorizeError::Missing("response_type")),
    }
}

fn read_challenge(params: &Params) -> Result<String, AuthorizeError> {
    let challenge = params.get("code_challenge").ok_or(AuthorizeError::NoChallenge)?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err(AuthorizeError::ChallengeMethod);
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if challenge.len() == CHALLENGE_LENGTH && challenge.bytes().all(base64url) {
        Ok(challenge.to_owned())
    } else {
        Err(AuthorizeError::ChallengeSize)
    }
}

fn read_prompt(params: &Params) -> Result<Option<Prompt>, AuthorizeError> {
    match params.get("prompt") {
        None => Ok(None),
        Some("none") => Ok(Some(Prompt::None)),
        Some("login") => Ok(Some(Prompt::Login)),
        Some("select_account") => Ok(Some(Prompt::SelectAccount)),
        Some("consent") => Ok(Some(Prompt::Consent)),
        Some(other) => Err(AuthorizeError::Prompt(other.to_owned())),
    }
}
