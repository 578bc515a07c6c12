//! `POST /auth/sign-out`: here first, then at the authority (OpenID Connect RP-Initiated Logout 1.0). `GET` asks first.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use tower_sessions::Session;

use super::{add_cookies, answer, redirect, report};
use crate::{
    error::SignInError,
    events::{RequestFacts, SignInFailurePage, SignOutPage},
    identity::Identity,
    session::{CurrentSession, SessionError},
    to_the_end::to_the_end,
};

/// Our own address.
const SIGN_OUT: &str = "/auth/sign-out";
/// The page that an application shows to people who have signed out.
const SIGNED_OUT: &str = "/signed-out";

/// Asks whether to sign out, with a form that does: an address that signs out by itself could be put into any page. Whoever is
/// signed out already is told so.
pub(super) async fn ask(
    State(identity): State<Identity>,
    CurrentSession(current): CurrentSession,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(request.headers(), request.extensions());
    if !facts.navigation {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response();
    }
    if current.is_none() {
        return redirect(StatusCode::SEE_OTHER, SIGNED_OUT);
    }
    let page = SignOutPage { form_action: SIGN_OUT, go_back: identity.default_return_to().as_str().to_owned() };
    identity.events().sign_out_page(page, &facts)
}

/// Ends the session, then sends the browser to the authority to end the session there. The caller's Origin is checked by the
/// application's own layer for all state-changing requests.
pub(super) async fn end(
    State(identity): State<Identity>,
    CurrentSession(current): CurrentSession,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(request.headers(), request.extensions());
    let ended = match request.extensions().get::<Session>().cloned() {
        Some(session) => {
            let (identity, current, facts) = (identity.clone(), current.clone(), facts.clone());
            to_the_end(async move {
                identity.sessions().end(&session, &facts).await?;
                if let Some(session) = current {
                    identity.events().signed_out(&session.principal, &facts).await;
                }
                Ok(())
            })
            .await
        }
        None => Err(SessionError::LayerMissing),
    };
    if let Err(error) = ended {
        return still_signed_in(&identity, error, &facts);
    }
    let mut next = SIGNED_OUT.to_owned();
    if let Some(session) = current
        && let Some(url) = identity.flow().end_session_url(&session.principal).await
    {
        next = url.into();
        if let Some(budget) = identity.budget() {
            budget.spend_request(facts.ip).await;
        }
    }
    let mut response = redirect(StatusCode::SEE_OTHER, &next);
    add_cookies(&mut response, identity.cookies().mark_signed_out());
    response
}

/// Saying "signed out" while the session lives on would be the worst answer.
fn still_signed_in(identity: &Identity, error: SessionError, facts: &RequestFacts) -> Response {
    let error = SignInError::from(error);
    let reference = report(&error, "signing out");
    let (status, _, _) = error.wording();
    let page = SignInFailurePage {
        class: error.class(),
        code: error.code(),
        reference,
        status,
        title: "You are still signed in".to_owned(),
        sentence: "We could not sign you out just now. Go back and try again in a minute.".to_owned(),
        start_again: None,
        continue_to: Some(identity.default_return_to().as_str().to_owned()),
    };
    answer(identity.events(), &error, page, facts)
}
