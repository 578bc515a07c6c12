//! A page that waits for a person: which request it belongs to, which step, and at which browser.

use std::sync::Arc;

use super::request::AuthorizeRequest;
use crate::{
    control::{Answer, SignUp},
    params::Params,
    scenario::{Account, Secret},
    session::Proof,
};

/// Where a sign-in stands.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Pick(Vec<Arc<Account>>),
    Password(Arc<Account>),
    /// A second factor is due.
    SecondFactor(Arc<Account>),
    Consent {
        account: Arc<Account>,
        proof: Proof,
    },
    /// An administrator decides for the tenant.
    AdminConsent(Arc<Account>),
    /// Somebody who is no administrator came to the page where one decides.
    NotAdministrator(Arc<Account>),
    /// A customer makes an account.
    SignUp,
}

/// One page shown, good for one answer from the browser it was shown to.
#[derive(Debug, Clone)]
pub(crate) struct Interaction {
    pub(crate) request: AuthorizeRequest,
    pub(crate) step: Step,
    pub(crate) browser: String,
}

/// What a person did on a page.
#[derive(Debug, Clone)]
pub(crate) enum Submission {
    /// Chose the entry with this key.
    Entry(String),
    Username(String),
    Password(Secret),
    Accept,
    /// Uses the second factor.
    Approve,
    /// Wants to be somebody else.
    OtherAccount,
    /// "Create one": leads to the form.
    WantsToSignUp,
    SignUp(SignUp),
    Cancel,
}

impl Submission {
    pub(crate) fn read(form: &Params) -> Option<Self> {
        match (form.get("action"), form.get("account"), form.get("username"), form.get("password")) {
            (Some("cancel"), ..) => Some(Self::Cancel),
            (Some("accept"), ..) => Some(Self::Accept),
            (Some("approve"), ..) => Some(Self::Approve),
            (Some("other"), ..) => Some(Self::OtherAccount),
            (Some("sign-up"), ..) => Some(Self::WantsToSignUp),
            (Some("create"), ..) => Some(Self::SignUp(SignUp::read(form))),
            (_, Some(key), ..) => Some(Self::Entry(key.to_owned())),
            (_, _, Some(username), _) => Some(Self::Username(username.trim().to_owned())),
            (_, _, _, Some(password)) => Some(Self::Password(Secret::new(password))),
            _ => None,
        }
    }
}

impl Step {
    /// What an answer given in advance means on this page, if it is one to it.
    pub(crate) fn reads(&self, answer: &Answer) -> Option<Submission> {
        match (self, answer) {
            (_, Answer::Cancel) => Some(Submission::Cancel),
            (Self::Pick(_), Answer::SignInAs(username)) => Some(Submission::Username(username.clone())),
            (Self::Password(_), Answer::Password(password)) => Some(Submission::Password(password.clone())),
            (Self::Consent { .. } | Self::AdminConsent(_), Answer::Accept) => Some(Submission::Accept),
            (Self::SecondFactor(_), Answer::Approve) => Some(Submission::Approve),
            (Self::SignUp | Self::Pick(_), Answer::SignUp(sign_up)) => Some(Submission::SignUp(sign_up.clone())),
            _ => None,
        }
    }
}
