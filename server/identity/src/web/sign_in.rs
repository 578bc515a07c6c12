//! `GET /auth/sign-in?return_to=&prompt=&tenant=&login_hint=&domain_hint=&interaction=`: off to the authority.

use std::collections::BTreeMap;

use axum::{
    extract::{RawQuery, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use super::{
    add_cookies,
    leave::{is_from_another_site, is_prefetch, leave, may_leave},
    page::Failure,
    program, query, report,
};
use crate::{
    config::FlowKind,
    error::{ProviderError, SignInError},
    events::RequestFacts,
    flow::{Hints, Prompt, Wanted},
    identity::Identity,
    return_to::ReturnTo,
    rounds::Rounds,
    session::{ActiveSession, CurrentSession},
    tokens::Interaction,
};

/// With one of these the sign-in may be somebody else's than the session, or at another place.
const ELSEWHERE: [&str; 4] = ["prompt", "tenant", "login_hint", "domain_hint"];

/// Begins a sign-in. Only for navigations; a script is told where to send the person.
pub(super) async fn begin(
    State(identity): State<Identity>,
    CurrentSession(session): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    if is_prefetch(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let facts = RequestFacts::of(&headers, request.extensions());
    let parameters = query::parse(raw.as_deref()).unwrap_or_default();
    let return_to = return_to(&identity, &parameters);
    if !may_leave(&headers) {
        return for_script(&identity, &return_to);
    }
    let begun = async {
        let interaction = interaction(&identity, session.as_ref(), &parameters).await?;
        let wanted = wanted(&identity, &headers, session.as_ref(), &parameters, return_to.clone())?;
        leave(&identity, &headers, with(wanted, interaction, session.as_ref()), facts.ip).await
    };
    let begun = begun.await;
    match begun {
        Ok(response) => response,
        Err(error) => {
            let circle = matches!(error, SignInError::Loop);
            let signed_in = session.is_some();
            let failure = Failure {
                error,
                facts: &facts,
                return_to: Some(&return_to),
                ours: false,
                consenting: false,
                signed_in,
            };
            let mut response = failure.into_page(&identity).await;
            // Whoever goes on from the page does so by a click, which is a new beginning.
            add_cookies(&mut response, circle.then(|| identity.cookies().forget_rounds()).flatten());
            response
        }
    }
}

/// Where to go afterwards; what is no place of this site is passed over.
pub(super) fn return_to(identity: &Identity, parameters: &BTreeMap<String, String>) -> ReturnTo {
    let asked = parameters.get("return_to").and_then(|text| text.parse::<ReturnTo>().ok());
    asked.unwrap_or_else(|| identity.default_return_to().clone())
}

/// What the person has to go there for, if a call of theirs has left word about it, or the last refresh was refused.
async fn interaction(
    identity: &Identity,
    session: Option<&ActiveSession>,
    parameters: &BTreeMap<String, String>,
) -> Result<Option<Interaction>, SignInError> {
    match (parameters.get("interaction"), session) {
        (Some(id), Some(session)) => {
            let account = &session.principal.account;
            Ok(Interaction::find(identity.state(), identity.ring(), id, account).await?)
        }
        // Another account, or the same one elsewhere, is asked other things.
        (None, Some(session)) if !ELSEWHERE.iter().any(|name| parameters.contains_key(*name)) => {
            Ok(identity.outstanding(session).await?)
        }
        // Whoever is not signed in signs in first; what is still missing then will be asked for anew.
        _ => Ok(None),
    }
}

/// Together with what an interaction asks for, of the person who is signed in and nobody else.
fn with(wanted: Wanted, interaction: Option<Interaction>, session: Option<&ActiveSession>) -> Wanted {
    let Some(interaction) = interaction else { return wanted };
    let hint =
        session.and_then(|session| session.principal.login_hint.clone().or_else(|| session.principal.username.clone()));
    let hints = Hints::choose(hint.as_deref(), None, None, wanted.prompt);
    let tenant = interaction.tenant.or(wanted.tenant);
    Wanted { tenant, scopes: Some(interaction.scopes), claims: interaction.claims, hints, ..wanted }
}

fn wanted(
    identity: &Identity,
    headers: &HeaderMap,
    session: Option<&ActiveSession>,
    parameters: &BTreeMap<String, String>,
    return_to: ReturnTo,
) -> Result<Wanted, SignInError> {
    let tenant = parameters.get("tenant").map(|text| Uuid::try_parse(text)).transpose();
    let tenant = tenant.map_err(|_| SignInError::TenantNotAdmitted)?;
    let asked = parameters.get("prompt").and_then(|text| Prompt::from_parameter(text));
    let sent_by_another_site = tenant.is_some() && is_from_another_site(headers);
    // Switching the organisation is for the same person, whom the authority recognises by the hint it gave out itself.
    let switching = session.filter(|_| tenant.is_some() && !sent_by_another_site);
    let opaque = switching.and_then(|session| session.principal.login_hint.as_deref());
    let prompt = if sent_by_another_site {
        // Nobody is to end up in an organisation that a link elsewhere chose for them without seeing it.
        Some(Prompt::SelectAccount)
    } else {
        // Whoever is signed in has chosen an account since they signed out.
        let unsure = opaque.is_none() && identity.cookies().is_marked_signed_out(headers);
        asked.or_else(|| unsure.then_some(Prompt::SelectAccount))
    };
    // Whoever is asked something, or names an organisation, is no browser going round by itself.
    let by_itself = prompt.is_none() && tenant.is_none();
    let rounds = if by_itself { identity.cookies().rounds(headers, identity.flow().now()) } else { Rounds::default() };
    if rounds.is_circle() {
        return Err(SignInError::Loop);
    }
    let hints = Hints::choose(opaque, parameters.get("login_hint"), parameters.get("domain_hint"), prompt);
    let session = session.map(|session| session.handle.clone());
    Ok(Wanted { tenant, prompt, hints, session, rounds, ..Wanted::new(FlowKind::SignIn, return_to) })
}

/// A sign-in is nothing that a script can do in a person's place.
pub(super) fn for_script(identity: &Identity, return_to: &ReturnTo) -> Response {
    let error = SignInError::from(ProviderError { error: "interaction_required", ..ProviderError::default() });
    let reference = report(&error, "signing in from a script");
    program::answer(&error, &reference, &identity.sign_in_url(return_to))
}
