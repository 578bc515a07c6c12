//! One sign-in on its way from request to reply.

use std::sync::Arc;

use axum::response::Response;

use super::{
    code,
    consent::Due,
    decide::{Decision, decide},
    error::AuthorizeError,
    interaction::{Interaction, Step, Submission},
    request::{AuthorizeRequest, Prompt, Purpose},
};
use uuid::Uuid;

use crate::{
    access::Denial,
    control::SignUp,
    idp::Idp,
    pages, random,
    redirect::with_cookie,
    scenario::Account,
    session::{Proof, Visitor},
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
            Decision::Proceed(account) => self.proceed(request, account, Proof::Session),
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
                    self.proceed(request, account, Proof::Page)
                } else {
                    self.ask(request, Step::Password(account), Some(&pages::Notice::WrongPassword))
                }
            }
            (Step::SecondFactor(account), Submission::Approve) => self.proceed(request, account, Proof::SecondFactor),
            (Step::Consent { account, proof }, Submission::Accept) => {
                self.idp.consents.accept(&self.idp.directory, &request.app, &account, &request.scopes);
                self.finish(&request, &account, proof)
            }
            (Step::AdminConsent(account), Submission::Accept) => {
                self.idp.consents.accept_for_tenant(&request.app, account.tenant, &request.scopes);
                // Whoever consents has signed in, and is not asked again by the sign-in that follows.
                let (_, cookie) = self.visitor.sign_in(self.idp, account.home(), None, Proof::Page);
                let reply = request.reply.send(vec![
                    ("admin_consent", "True".to_owned()),
                    ("tenant", account.tenant.to_string()),
                    ("scope", request.scopes.granted()),
                ]);
                with_cookie(reply, cookie)
            }
            (Step::NotAdministrator(_), Submission::OtherAccount) => {
                let everybody = self.candidates(&request);
                self.ask(request, Step::Pick(everybody), None)
            }
            (Step::Pick(listed), Submission::WantsToSignUp) => match self.idp.directory.customers_at(request.authority)
            {
                Some(_) => self.ask(request, Step::SignUp, None),
                None => self.ask(request, Step::Pick(listed), None),
            },
            (Step::SignUp | Step::Pick(_), Submission::SignUp(sign_up)) => {
                match self.idp.directory.customers_at(request.authority) {
                    Some(tenant) => self.sign_up(request, tenant, sign_up),
                    None => pages::refused(&AuthorizeError::InteractionGone.sts(), self.trace),
                }
            }
            (step, _) => self.ask(request, step, None),
        }
    }

    /// The account is chosen: asks for its password if the scenario gives it one.
    fn authenticate(&self, request: AuthorizeRequest, account: Arc<Account>) -> Response {
        if account.password.is_some() {
            self.ask(request, Step::Password(account), None)
        } else {
            self.proceed(request, account, Proof::Page)
        }
    }

    /// The person is authenticated: is anything else in the way?
    fn proceed(&self, request: AuthorizeRequest, account: Arc<Account>, proof: Proof) -> Response {
        if matches!(request.purpose, Purpose::AdminConsent) {
            let administers = account.administrator && account.guest.is_none();
            let step = if administers { Step::AdminConsent(account) } else { Step::NotAdministrator(account) };
            return self.ask(request, step, None);
        }
        let strong = proof == Proof::SecondFactor || self.visitor.is_strong(account.home());
        let context = request.context().or_else(|| self.idp.control.context(&account));
        let denial = Denial::of(&request.app, &account, self.idp.control.access(&account), strong);
        match denial.or_else(|| Denial::of_context(context, strong)) {
            None => self.ask_consent(request, account, proof),
            Some(denial) if request.prompt == Some(Prompt::None) => {
                request.reply.refuse(&AuthorizeError::Denied(denial), self.idp, self.trace)
            }
            Some(denial) if denial.is_step_up() => self.ask(request, Step::SecondFactor(account), None),
            Some(denial) => pages::refused(&AuthorizeError::Denied(denial).sts(), self.trace),
        }
    }

    /// Asks for consent if that is due.
    fn ask_consent(&self, request: AuthorizeRequest, account: Arc<Account>, proof: Proof) -> Response {
        let refuse = |error| request.reply.refuse(&error, self.idp, self.trace);
        match self.idp.consents.due(&self.idp.directory, &request.app, &account, &request.scopes) {
            Due::Nobodys if request.prompt != Some(Prompt::Consent) => self.finish(&request, &account, proof),
            Due::Persons | Due::Administrators if request.prompt == Some(Prompt::None) => {
                refuse(AuthorizeError::ConsentRequired)
            }
            Due::Administrators if !account.administrator => refuse(AuthorizeError::AdminConsentRequired),
            Due::Nobodys | Due::Persons | Due::Administrators => {
                self.ask(request, Step::Consent { account, proof }, None)
            }
        }
    }

    fn finish(&self, request: &AuthorizeRequest, account: &Arc<Account>, proof: Proof) -> Response {
        let Purpose::SignIn(asked) = &request.purpose else {
            return pages::refused(&AuthorizeError::InteractionGone.sts(), self.trace);
        };
        let app = (request.app.client_id, self.idp.issuer(&account.tenant.to_string()));
        let (signed_in, cookie) = self.visitor.sign_in(self.idp, account.home(), Some(app), proof);
        let fields = code::issue(self.idp, request, asked, account, &signed_in);
        with_cookie(request.reply.send(fields), cookie)
    }

    fn sign_up(&self, request: AuthorizeRequest, tenant: Uuid, sign_up: SignUp) -> Response {
        if !sign_up.is_complete() {
            return self.ask(request, Step::SignUp, Some(&pages::Notice::Incomplete));
        }
        match self.idp.directory.add(sign_up.account(tenant, random::guid())) {
            Some(account) => self.proceed(request, account, Proof::Page),
            None => self.ask(request, Step::SignUp, Some(&pages::Notice::AlreadyThere)),
        }
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
