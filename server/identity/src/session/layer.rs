//! The layer around the whole site: reads the session once per request, notes its use now and then, and says who it is.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use http::{HeaderMap, Method, header};
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

use super::{
    SessionError,
    active::{ActiveSession, CurrentSession, PassiveRequest, PublicRequest, SignedOutElsewhere},
    cookie::{CookieNames, drop_unreadable},
    ending::EndReason,
    record::SessionRecord,
    store::{SESSION, Store, VERSION, handle},
};
use crate::{
    claims::Principal,
    error::SignInError,
    events::{RequestFacts, SignInEvents, SignInFailurePage},
    tokens::{CurrentRoles, TokenCache},
    web::{answer, is_navigation, is_prefetch, report},
};

/// What the layer and the sign-in routes share.
#[derive(Clone)]
pub(crate) struct Sessions {
    pub(crate) store: Store,
    pub(crate) names: CookieNames,
    pub(crate) events: Arc<dyn SignInEvents>,
    pub(crate) tokens: TokenCache,
    /// Where groups give roles, those may change within a session.
    pub(crate) roles: Option<CurrentRoles>,
}

/// Puts the layer around `site`.
pub(crate) fn wrap<S: Clone + Send + Sync + 'static>(sessions: &Sessions, site: Router<S>) -> Router<S> {
    // No Max-Age: the cookie goes with the browser, the lifetimes are the store's business.
    let manager = SessionManagerLayer::new(sessions.store.clone())
        .with_name(sessions.names.session().to_owned())
        .with_secure(sessions.names.is_secure())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/");
    site.layer(from_fn_with_state(sessions.clone(), establish))
        .layer(manager)
        .layer(from_fn_with_state(sessions.clone(), repair_cookies))
}

/// Whom a request comes from.
pub(super) enum Seen {
    Nobody,
    /// A browser whose session somebody else has ended. It is told now: its next sign-in asks which account.
    SignedOutElsewhere,
    Somebody(ActiveSession),
}

/// Innermost: from the session's id to who it is.
async fn establish(State(sessions): State<Sessions>, mut request: Request, next: Next) -> Response {
    let passive = request.extensions().get::<PassiveRequest>().is_some();
    let active = !passive && is_activity(request.method(), request.headers());
    let used_by = active.then(|| RequestFacts::of(request.headers(), request.extensions()));
    let session = request.extensions().get::<Session>().cloned();
    match sessions.current(session.as_ref(), used_by.as_ref()).await {
        Ok(Seen::Somebody(session)) => {
            request.extensions_mut().insert(Principal::clone(&session.principal));
            request.extensions_mut().insert(CurrentSession(Some(session)));
            next.run(request).await
        }
        Ok(Seen::Nobody) => {
            request.extensions_mut().insert(CurrentSession(None));
            next.run(request).await
        }
        Ok(Seen::SignedOutElsewhere) => {
            request.extensions_mut().insert(CurrentSession(None));
            request.extensions_mut().insert(SignedOutElsewhere);
            sessions.names.assume_signed_out(request.headers_mut());
            let mut response = next.run(request).await;
            if !passive
                && !sessions.names.decides_signed_out(response.headers())
                && let Some(mark) = sessions.names.mark_signed_out()
            {
                response.headers_mut().append(header::SET_COOKIE, mark);
            }
            response
        }
        Err(error) if request.extensions().get::<PublicRequest>().is_some() => {
            report(&SignInError::from(error), "reading the session for a page that is there for everybody");
            request.extensions_mut().insert(CurrentSession(None));
            next.run(request).await
        }
        Err(error) => {
            let error = SignInError::from(error);
            let reference = report(&error, "reading the session");
            let (status, _, _) = error.wording();
            let page = SignInFailurePage {
                reference,
                class: error.class(),
                code: error.code(),
                status,
                title: "This page is not available right now".to_owned(),
                sentence: "We could not read your session. Wait a minute, then load the page again.".to_owned(),
                start_again: None,
                continue_to: None,
            };
            let facts = RequestFacts::of(request.headers(), request.extensions());
            answer(&*sessions.events, &error, page, &facts)
        }
    }
}

/// Outermost: makes the cookies readable for tower-sessions, and its removals effective. It removes its cookie without
/// `Secure`, which browsers ignore for a `__Host-` cookie.
async fn repair_cookies(State(sessions): State<Sessions>, mut request: Request, next: Next) -> Response {
    drop_unreadable(request.headers_mut());
    let passive = request.extensions().get::<PassiveRequest>().is_some();
    let mut response = next.run(request).await;
    let bare = format!("{}=;", sessions.names.session());
    let is_removal = |value: &http::HeaderValue| value.as_bytes().starts_with(bare.as_bytes());
    if response.headers().get_all(header::SET_COOKIE).iter().any(is_removal) {
        let kept: Vec<_> =
            response.headers().get_all(header::SET_COOKIE).iter().filter(|value| !is_removal(value)).cloned().collect();
        response.headers_mut().remove(header::SET_COOKIE);
        for value in kept.into_iter().chain(sessions.names.remove_session().filter(|_| !passive)) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

impl Sessions {
    /// The session, and its use by a person at work noted.
    pub(super) async fn current(
        &self,
        session: Option<&Session>,
        used_by: Option<&RequestFacts>,
    ) -> Result<Seen, SessionError> {
        let Some(session) = session else {
            return Err(SessionError::LayerMissing);
        };
        let Some(id) = session.id() else {
            return Ok(Seen::Nobody);
        };
        let mut record = session.get::<SessionRecord>(SESSION).await?;
        let Some(found) = &record else {
            let ended = self.store.was_ended(&handle(&id)).await?;
            return Ok(if ended { Seen::SignedOutElsewhere } else { Seen::Nobody });
        };
        if let Some(facts) = used_by
            && found.wants_touch(self.store.policy, self.store.now())
        {
            match self.store.touch(&id, facts).await {
                // Read again, so that tower-sessions knows the version it may overwrite.
                Ok(()) => {
                    session.load().await?;
                    record = session.get(SESSION).await?;
                }
                // Noting the use is a courtesy, the request goes on without.
                Err(error) => tracing::warn!(%error, "the use of a session could not be noted"),
            }
        }
        let epoch = session.get::<u64>(VERSION).await?.unwrap_or_default();
        let Some(mut record) = record else { return Ok(Seen::Nobody) };
        let handle = handle(&id);
        if let Some(roles) = &self.roles
            && let Some(now) = roles.of(&self.tokens, &record.principal, &handle, epoch).await?
        {
            record.principal.roles = now;
        }
        Ok(Seen::Somebody(record.into_active(handle, epoch, self.store.policy)))
    }

    /// Begins a new session with a new id and ends that of this request, if there is one. In this order: if the new one
    /// cannot be stored, people stay who they were.
    pub(crate) async fn begin(
        &self,
        session: &Session,
        principal: Principal,
        facts: &RequestFacts,
    ) -> Result<ActiveSession, SessionError> {
        let record = SessionRecord::new(principal, self.store.now(), self.store.policy);
        let begun = self.store.begin(&record, facts).await?;
        if let Err(error) = self.replace(session, facts).await {
            // No browser knows the new one. Should this fail as well, it ends like any session that nobody uses.
            let _ = self.store.delete(&begun.id).await;
            return Err(error);
        }
        session.insert(SESSION, &record).await?;
        for (name, value) in begun.entries() {
            session.insert_value(name, value).await?;
        }
        session.save().await?;
        let id = session.id().ok_or(SessionError::LayerMissing)?;
        let epoch = session.get::<u64>(VERSION).await?.unwrap_or_default();
        Ok(record.into_active(handle(&id), epoch, self.store.policy))
    }

    /// Ends the session that this request came with, and makes way for a new one.
    async fn replace(&self, session: &Session, facts: &RequestFacts) -> Result<(), SessionError> {
        if let Some(id) = session.id() {
            self.close(&handle(&id), EndReason::Replaced, facts).await?;
            session.cycle_id().await?;
        }
        Ok(())
    }

    /// Ends the session of this request.
    pub(crate) async fn end(&self, session: &Session, facts: &RequestFacts) -> Result<(), SessionError> {
        if let Some(id) = session.id() {
            self.close(&handle(&id), EndReason::SignedOut, facts).await?;
        }
        Ok(session.flush().await?)
    }
}

/// A person at work: a page that was navigated to, or something done. Images, prefetches and background reads are not, and
/// what a page loads into a frame (`Sec-Fetch-Dest`) it loads by itself.
fn is_activity(method: &Method, headers: &HeaderMap) -> bool {
    let framed = headers.get("sec-fetch-dest").is_some_and(|dest| dest == "iframe" || dest == "frame");
    !is_prefetch(headers) && (!method.is_safe() || (is_navigation(headers) && !framed))
}
