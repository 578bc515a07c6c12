//! One sign-in on its way from request to reply.

use std::sync::Arc;

use axum::response::Response;

use super::{
    code,
    decide::{Decision, decide},
    error::AuthorizeError,
    interaction::{Interaction, Step, Submission},
    request::{AuthorizeRequest, Prompt},
};
use crate::{
    idp::Idp,
    pages, random,
    redirect::with_cookie,
    scenario::{Account, Consent},
    session::Visitor,
    trace::Trace,
};

/// What every step needs to know about the request it runs in.
pub(crate) struct Flow<'a> {
    pub(crate) idp: &'a Idp,
    pub(crate) visitor: &'a Visitor,
    pub(crate) trace: &'a Trace,
}

impl Flow<'_> {
    pub(crate) fn begin(&self, request: AuthorizeRequest) -> Response {
        let candidates = self.candidates(&request);
        match decide(&request, &candidates, &self.visitor.session) {
            Decision::Proceed(account) => self.proceed(request, account, false),
            Decision::Pick(accounts) => self.ask(request, Step::Pick(accounts), None),
            Decision::Refuse(error) => request.reply.refuse(&error, self.idp, self.trace),
        }
    }

    /// Takes a person's answer to a page.
    pub(crate) fn submit(&self, request: AuthorizeRequest, step: Step, submission: Submission) -> Response {
        match (step, submission) {
            (_, Submission::Cancel) => request.reply.refuse(&AuthorizeError::Declined, self.idp, self.trace),
            (Step::Pick(listed), Submission::Entry(key)) => {
                let candidates = self.candidates(&request);
                match candidates.iter().find(|account| account.key() == key) {
                    Some(account) => self.authenticate(request, Arc::clone(account)),
                    None => self.ask(request, Step::Pick(listed), Some(&pages::Notice::UnknownEntry)),
                }
            }
            (Step::Pick(listed), Submission::Username(username)) => {
                let candidates = self.candidates(&request);
                match candidates.iter().find(|account| account.username.eq_ignore_ascii_case(&username)) {
                    Some(account) => self.authenticate(request, Arc::clone(account)),
                    None if self.idp.directory.knows_username(&username) => {
                        pages::refused(&AuthorizeError::ForeignAccount.sts(), self.trace)
                    }
                    None => {
                        let notice = pages::Notice::UnknownUsername(username);
                        self.ask(request, Step::Pick(listed), Some(&notice))
                    }
                }
            }
            (Step::Password(account), Submission::Password(password)) => {
                let right = account.password.as_ref().is_none_or(|known| known.matches(password.expose()));
                if right {
                    self.proceed(request, account, true)
                } else {
                    self.ask(request, Step::Password(account), Some(&pages::Notice::WrongPassword))
                }
            }
            (Step::Consent { account, interacted }, Submission::Accept) => {
                self.idp.consents.with(|consents| consents.insert((request.app.client_id, account.home())));
                self.finish(&request, &account, interacted)
            }
            (step, _) => self.ask(request, step, None),
        }
    }

    /// The account is chosen: asks for its password if the scenario gives it one.
    fn authenticate(&self, request: AuthorizeRequest, account: Arc<Account>) -> Response {
        if account.password.is_some() {
            self.ask(request, Step::Password(account), None)
        } else {
            self.proceed(request, account, true)
        }
    }

    /// The person is authenticated: asks for consent if that is due.
    fn proceed(&self, request: AuthorizeRequest, account: Arc<Account>, interacted: bool) -> Response {
        let missing = request.app.consent == Consent::AskOnce
            && !self.idp.consents.with(|consents| consents.contains(&(request.app.client_id, account.home())));
        if missing && request.prompt == Some(Prompt::None) {
            request.reply.refuse(&AuthorizeError::ConsentRequired, self.idp, self.trace)
        } else if missing || request.prompt == Some(Prompt::Consent) {
            self.ask(request, Step::Consent { account, interacted }, None)
        } else {
            self.finish(&request, &account, interacted)
        }
    }

    fn finish(&self, request: &AuthorizeRequest, account: &Arc<Account>, interacted: bool) -> Response {
        let app = (request.app.client_id, self.idp.issuer(&account.tenant.to_string()));
        let (signed_in, cookie) = self.visitor.sign_in(self.idp, account.home(), app, interacted);
        let fields = code::issue(self.idp, request, account, &signed_in);
        with_cookie(request.reply.send(fields), cookie)
    }

    /// Shows a page, unless a test has answered it in advance.
    fn ask(&self, request: AuthorizeRequest, step: Step, notice: Option<&pages::Notice>) -> Response {
        if let Some(submission) = self.idp.control.answer_to(|answer| step.reads(answer)) {
            return self.submit(request, step, submission);
        }
        let id = random::opaque();
        let signed_in: Vec<_> = self.visitor.session.accounts.iter().map(|entry| entry.account).collect();
        let response = pages::sign_in(self.idp, &id, &request, &step, &signed_in, notice);
        let interaction = Interaction { request, step, browser: self.visitor.browser.clone() };
        self.idp.interactions.with(|pending| pending.insert(id, interaction, self.idp.now()));
        with_cookie(response, self.visitor.browser_cookie(self.idp))
    }

    fn candidates(&self, request: &AuthorizeRequest) -> Vec<Arc<Account>> {
        let candidates = self.idp.directory.candidates(&request.app, request.authority);
        let hinted = request.domain_hint.as_deref().and_then(|domain| self.idp.directory.tenant_named(domain));
        match hinted {
            Some(tenant) => candidates.into_iter().filter(|account| account.tenant == tenant.id).collect(),
            None => candidates,
        }
    }
}
