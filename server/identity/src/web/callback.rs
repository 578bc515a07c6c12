//! `GET /auth/callback`: back from the authority, with a code or an error.

use axum::{
    extract::{RawQuery, Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use time::OffsetDateTime;
use tower_sessions::Session;

use super::{
    add_cookies,
    leave::leave,
    page::{Failure, report},
    query::{self, Parameters},
    redirect,
    refusal::{WayOn, provider_error, way_on},
    silent,
};
use crate::{
    claims::Principal,
    config::FlowKind,
    error::{CallbackProblem, ProviderError, SignInError},
    events::RequestFacts,
    groups::KnownGroups,
    identity::Identity,
    notice::Notice,
    return_to::ReturnTo,
    session::{ActiveSession, CurrentSession, SessionError},
    tokens::Granted,
    transaction::Transaction,
};

/// Ends the transaction and, if all is well, begins a session or changes it. Without a valid transaction nothing changes: not
/// the session that may be there, not the audit trail.
pub(super) async fn complete(
    State(identity): State<Identity>,
    CurrentSession(current): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(&headers, request.extensions());
    let (parameters, transaction) = match open(&identity, raw.as_deref(), &headers).await {
        Ok(opened) => opened,
        Err(error) => {
            if let Some(response) = silent::lost(&identity, &headers) {
                report(&error, "coming back in a frame");
                return response;
            }
            let signed_in = current.is_some();
            let failure = Failure { error, facts: &facts, return_to: None, ours: false, consenting: false, signed_in };
            return failure.into_page(&identity).await;
        }
    };
    let (return_to, consented) = (transaction.return_to.clone(), transaction.consented);
    let close = identity.cookies().close_transaction(&transaction.state);
    if transaction.silent {
        let mut response = silent::complete(&identity, current.as_ref(), &parameters, &transaction).await;
        add_cookies(&mut response, close);
        return response;
    }
    let callback = Callback {
        identity: &identity,
        current: current.as_ref(),
        session: request.extensions().get::<Session>(),
        headers: &headers,
        facts: &facts,
    };
    let mut response = match callback.finish(&parameters, transaction).await {
        Ok(response) => response,
        Err(error) => {
            let signed_in = current.is_some();
            // What the application has decided does not change by consenting once more.
            let consenting = consented.is_some() && !error.is_decision();
            let failure =
                Failure { error, facts: &facts, return_to: Some(&return_to), ours: true, consenting, signed_in };
            failure.into_page(&identity).await
        }
    };
    add_cookies(&mut response, close);
    response
}

/// The query's parameters and the transaction they belong to, which from here on is used up.
async fn open(
    identity: &Identity,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<(Parameters, Transaction), SignInError> {
    let parameters = query::parse(query).ok_or(CallbackProblem::Malformed)?;
    let state = parameters.get("state").ok_or(CallbackProblem::StateMissing)?;
    let binding = identity.cookies().transaction_binding(headers, state);
    let now = identity.flow().now();
    let transaction = Transaction::take(identity.state(), identity.ring(), state, binding.as_deref(), now).await?;
    Ok((parameters, transaction))
}

/// A callback that belongs to a transaction.
struct Callback<'a> {
    identity: &'a Identity,
    /// Who is signed in already.
    current: Option<&'a ActiveSession>,
    session: Option<&'a Session>,
    headers: &'a HeaderMap,
    facts: &'a RequestFacts,
}

impl Callback<'_> {
    async fn finish(&self, parameters: &Parameters, transaction: Transaction) -> Result<Response, SignInError> {
        let issuer = parameters.get("iss").map(String::as_str);
        let answering = self.identity.flow().answering(&transaction, issuer).await?;
        if let Some(word) = parameters.get("error") {
            return self.refused(provider_error(word, parameters), &transaction).await;
        }
        let session = self.session.ok_or(SessionError::LayerMissing)?;
        let code = parameters.get("code").filter(|code| !code.is_empty()).ok_or(CallbackProblem::CodeMissing)?;
        if let Some(budget) = self.identity.budget() {
            budget.spend_own().await;
        }
        let (mut principal, granted) = match self.identity.flow().complete(&transaction, &answering, code).await {
            Ok(completed) => completed,
            Err(SignInError::Provider(error)) => return self.refused(*error, &transaction).await,
            Err(error) => return Err(error),
        };
        if transaction.kind == FlowKind::EditProfile {
            return self.profile_changed(session, principal, &transaction.return_to).await;
        }
        if self.identity.sessions().is_over(&principal, transaction.created_at).await? {
            return Err(SignInError::AuthoritySessionEnded);
        }
        let groups = self.identity.tokens().with_groups(&mut principal, &granted).await?;
        // Of the tenant and in the browser that the consent came back to: only that makes it count.
        if transaction.consented == Some(principal.tenant_id) {
            self.identity.events().consented(&principal, self.facts).await?;
        }
        self.identity.events().signing_in(&principal, self.facts).await?;
        if self.is_another_tab(&transaction, &principal) {
            self.keep(&principal, &granted, groups.as_ref()).await;
        } else {
            self.begin(session, principal, (&granted, groups.as_ref()), transaction.created_at).await?;
        }
        let mut response = arrived(&transaction.return_to);
        let cookies = self.identity.cookies();
        add_cookies(&mut response, cookies.unmark_signed_out());
        add_cookies(&mut response, cookies.keep_rounds(transaction.rounds.and_one_more(self.identity.flow().now())));
        Ok(response)
    }

    /// Begins a session, and ends it if a logout for it came meanwhile, too early to find it.
    async fn begin(
        &self,
        session: &Session,
        principal: Principal,
        (granted, groups): (&Granted, Option<&KnownGroups>),
        began: OffsetDateTime,
    ) -> Result<(), SignInError> {
        let sessions = self.identity.sessions();
        sessions.begin(session, principal.clone(), self.facts).await?;
        // Not before: tokens are for somebody who has a session, and go with the last one.
        self.keep(&principal, granted, groups).await;
        match sessions.is_over(&principal, began).await {
            Ok(false) => Ok(()),
            over => {
                sessions.end(session, self.facts).await?;
                over?;
                Err(SignInError::AuthoritySessionEnded)
            }
        }
    }

    /// Keeps the tokens. Whoever has a session without them is signed in, and asked again when one is needed.
    async fn keep(&self, principal: &Principal, granted: &Granted, groups: Option<&KnownGroups>) {
        if let Err(error) = self.identity.tokens().keep(principal, granted, groups).await {
            tracing::error!(%error, "the tokens of a sign-in could not be kept");
        }
    }

    /// Whether the session that is here was made by another tab of this browser since this sign-in began, for the same
    /// person in the same session of the authority. To replace it would pull it from under that tab; to keep another would
    /// leave one that the authority cannot end by its `sid`.
    fn is_another_tab(&self, transaction: &Transaction, principal: &Principal) -> bool {
        self.current.is_some_and(|current| {
            let here = &current.principal;
            transaction.session.as_ref() != Some(&current.handle)
                && (&here.account, &here.roles, &here.policy, &here.name)
                    == (&principal.account, &principal.roles, &principal.policy, &principal.name)
                && (&here.sid, &here.login_hint) == (&principal.sid, &principal.login_hint)
        })
    }

    /// The claims that are shown change; who it is, and by which policy they signed in, do not.
    async fn profile_changed(
        &self,
        session: &Session,
        principal: Principal,
        return_to: &ReturnTo,
    ) -> Result<Response, SignInError> {
        let Some(current) = self.current else {
            // The session has ended meanwhile; the next one will show it.
            return Ok(arrived(return_to));
        };
        if current.principal.account != principal.account {
            return Err(SignInError::OtherPerson);
        }
        let shown = |kept: &mut Principal| {
            kept.name.clone_from(&principal.name);
            kept.given_name.clone_from(&principal.given_name);
            kept.username.clone_from(&principal.username);
        };
        if !self.identity.sessions().change(session, shown).await? {
            return Ok(arrived(return_to));
        }
        let mut changed = Principal::clone(&current.principal);
        shown(&mut changed);
        self.identity.events().profile_changed(&changed, self.facts).await;
        Ok(self.with_note(arrived(return_to), Notice::ProfileChanged))
    }

    /// What the authority refused may lead on to another flow, or back to where the person was; else it is a failure.
    async fn refused(&self, error: ProviderError, transaction: &Transaction) -> Result<Response, SignInError> {
        let session = self.current.map(|session| session.handle.clone());
        match way_on(&error, transaction, self.identity.flow().offers(FlowKind::ResetPassword), session) {
            Some(WayOn::To(wanted)) => leave(self.identity, self.headers, *wanted, self.facts.ip).await,
            Some(WayOn::Back(notice)) => {
                // A page that asks for a sign-in would only lead back to what was just cancelled.
                let to = if self.current.is_some() { &transaction.return_to } else { self.identity.home() };
                Ok(self.with_note(arrived(to), notice))
            }
            None => Err(error.into()),
        }
    }

    fn with_note(&self, mut response: Response, notice: Notice) -> Response {
        add_cookies(&mut response, self.identity.cookies().leave_note(notice));
        response
    }
}

/// 303, so that reloading the page repeats neither code nor state.
fn arrived(return_to: &ReturnTo) -> Response {
    redirect(StatusCode::SEE_OTHER, return_to.as_str())
}
