//! One person on the way through a user flow.

use std::sync::Arc;

use axum::response::Response;
use time::Duration;

use super::{
    error::B2cError,
    grant::{Code, Grant},
    interaction::{Interaction, Step, Submission},
    request::Request,
};
use crate::{
    control::{Names, SignUp},
    idp::Idp,
    pages::{self, B2cNotice},
    quota, random,
    redirect::with_cookie,
    scenario::{Account, PasswordReset, Secret, UserFlowKind},
    session::{Proof, Visitor},
    token::client_info_of_policy,
    trace::Trace,
};

const CODE_LIFE: Duration = Duration::minutes(5);

/// What every step needs to know about the request it runs in.
pub(crate) struct Flow<'a> {
    pub(crate) idp: &'a Idp,
    pub(crate) visitor: &'a Visitor,
    pub(crate) trace: &'a Trace,
}

/// How a person got through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passage {
    /// By the session of an earlier sign-in.
    Session,
    /// By a page.
    Page,
    /// By making an account.
    SignUp,
}

impl Passage {
    fn proof(self) -> Proof {
        match self {
            Self::Session => Proof::Session,
            Self::Page | Self::SignUp => Proof::Page,
        }
    }
}

impl Flow<'_> {
    pub(crate) fn begin(&self, request: Request) -> Response {
        let known = if request.fresh { None } else { self.signed_in(&request) };
        match (request.authority.flow.kind, known) {
            (UserFlowKind::SignUpSignIn | UserFlowKind::SignIn, Some(account)) => {
                self.finish(&request, &account, Passage::Session)
            }
            _ if request.silent => self.refuse(&request, &B2cError::NoSession),
            (UserFlowKind::EditProfile, Some(account)) => self.ask(request, Step::EditProfile(account), None),
            (UserFlowKind::ResetPassword, _) => self.ask(request, Step::ResetPassword, None),
            (_, None) => self.ask(request, Step::SignIn, None),
        }
    }

    /// Takes a person's answer to a page.
    pub(crate) fn submit(&self, request: Request, step: Step, submission: Submission) -> Response {
        match (step, submission) {
            (_, Submission::Cancel) => self.refuse(&request, &B2cError::Cancelled),
            (Step::SignIn, Submission::ForgotPassword) => match request.authority.flow.password_reset {
                PasswordReset::Linked => self.refuse(&request, &B2cError::ForgotPassword),
                PasswordReset::Embedded => self.ask(request, Step::ResetPassword, None),
            },
            (Step::SignIn, Submission::WantsToSignUp) if may_sign_up(&request) => self.ask(request, Step::SignUp, None),
            (Step::SignIn | Step::SignUp, Submission::SignUp(sign_up)) if may_sign_up(&request) => {
                self.sign_up(request, sign_up)
            }
            (Step::SignIn, Submission::Entry(key)) => self.identify(request, |account| account.key() == key),
            (Step::SignIn, Submission::Username(username)) => {
                self.identify(request, |account| account.username.eq_ignore_ascii_case(&username))
            }
            (Step::Password(account), Submission::Password(password)) => {
                if account.password.as_ref().is_none_or(|known| known.matches(password.expose())) {
                    self.authenticated(request, account)
                } else {
                    self.ask(request, Step::Password(account), Some(B2cNotice::WrongPassword))
                }
            }
            (Step::EditProfile(account), Submission::EditProfile(names)) => self.edit(request, &account, names),
            (Step::ResetPassword, Submission::ResetPassword { email, password }) => {
                self.reset(request, &email, password)
            }
            (step, _) => self.ask(request, step, None),
        }
    }

    fn identify(&self, request: Request, wanted: impl Fn(&Account) -> bool) -> Response {
        let people = self.idp.directory.people_of(request.authority.tenant);
        match people.into_iter().find(|account| wanted(account)) {
            Some(account) if account.password.is_some() => self.ask(request, Step::Password(account), None),
            Some(account) => self.authenticated(request, account),
            None => self.ask(request, Step::SignIn, Some(B2cNotice::UnknownAccount)),
        }
    }

    fn authenticated(&self, request: Request, account: Arc<Account>) -> Response {
        match request.authority.flow.kind {
            UserFlowKind::EditProfile => self.ask(request, Step::EditProfile(account), None),
            _ => self.finish(&request, &account, Passage::Page),
        }
    }

    fn sign_up(&self, request: Request, sign_up: SignUp) -> Response {
        if !sign_up.is_complete() {
            return self.ask(request, Step::SignUp, Some(B2cNotice::Incomplete));
        }
        match self.idp.directory.add(sign_up.account(request.authority.tenant, random::guid())) {
            Some(account) => {
                self.idp.control.spend_quota(account.tenant, quota::SIGN_UP_EXTRA);
                self.finish(&request, &account, Passage::SignUp)
            }
            None => self.ask(request, Step::SignUp, Some(B2cNotice::AlreadyThere)),
        }
    }

    fn edit(&self, request: Request, account: &Arc<Account>, names: Names) -> Response {
        if !names.is_complete() {
            return self.ask(request, Step::EditProfile(Arc::clone(account)), Some(B2cNotice::Incomplete));
        }
        let account = self.idp.directory.replace(names.given_to(Account::clone(account)));
        self.finish(&request, &account, Passage::Page)
    }

    fn reset(&self, request: Request, email: &str, password: Secret) -> Response {
        let people = self.idp.directory.people_of(request.authority.tenant);
        match people.into_iter().find(|account| account.username.eq_ignore_ascii_case(email)) {
            Some(account) => {
                let changed = Account { password: Some(password), ..Account::clone(&account) };
                let account = self.idp.directory.replace(changed);
                self.finish(&request, &account, Passage::Page)
            }
            None => self.ask(request, Step::ResetPassword, Some(B2cNotice::UnknownAccount)),
        }
    }

    fn finish(&self, request: &Request, account: &Account, passage: Passage) -> Response {
        let (idp, authority) = (self.idp, &request.authority);
        let app = (request.app.client_id, authority.issuer(idp));
        let (signed_in, cookie) = self.visitor.sign_in(idp, account.home(), Some(app), passage.proof());
        let now = idp.now();
        let grant = Grant {
            client_id: request.app.client_id,
            account: account.home(),
            policy: authority.policy(),
            scopes: request.scopes.clone(),
            nonce: request.nonce.clone(),
            sid: signed_in.sid,
            signed_in_at: signed_in.at,
            new_user: passage == Passage::SignUp,
        };
        let mut fields = Vec::new();
        if request.client_info {
            fields.push(("client_info", client_info_of_policy(account.home(), &grant.policy)));
        }
        let code = Code {
            grant,
            redirect_uri: request.reply.redirect_uri.clone(),
            challenge: request.code_challenge.clone(),
            expires: now + CODE_LIFE,
            redeemed: false,
        };
        let value = random::opaque();
        idp.b2c.codes.with(|codes| codes.insert(value.clone(), code, now));
        fields.push(("code", value));
        with_cookie(request.reply.send(fields), cookie)
    }

    fn refuse(&self, request: &Request, error: &B2cError) -> Response {
        request.reply.send(error.fields(self.trace))
    }

    /// Shows a page, unless a test has answered it in advance.
    fn ask(&self, request: Request, step: Step, notice: Option<B2cNotice>) -> Response {
        if let Some(submission) = self.idp.control.answer_to(|answer| step.reads(answer)) {
            return self.submit(request, step, submission);
        }
        let id = random::opaque();
        let people = self.idp.directory.people_of(request.authority.tenant);
        let response = pages::user_flow(&id, &request, &step, &people, notice);
        let interaction = Interaction { request, step, browser: self.visitor.browser.clone() };
        self.idp.b2c.interactions.with(|pending| pending.insert(id, interaction, self.idp.now()));
        with_cookie(response, self.visitor.browser_cookie(self.idp))
    }

    /// The one person signed in at this browser.
    fn signed_in(&self, request: &Request) -> Option<Arc<Account>> {
        let last = self.visitor.session.accounts.last()?;
        let account = self.idp.directory.member(last.account)?;
        let hinted = request.login_hint.as_ref().is_none_or(|hint| hint.eq_ignore_ascii_case(&account.username));
        hinted.then_some(account)
    }
}

fn may_sign_up(request: &Request) -> bool {
    request.authority.flow.kind == UserFlowKind::SignUpSignIn
}
