//! A page of a user flow that waits for a person.

use std::sync::Arc;

use super::request::Request;
use crate::{
    control::{Answer, Names, SignUp},
    params::Params,
    scenario::{Account, Secret},
};

/// Where a user flow stands.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    SignIn,
    Password(Arc<Account>),
    SignUp,
    EditProfile(Arc<Account>),
    ResetPassword,
}

/// One page shown, good for one answer from the browser it was shown to.
#[derive(Debug, Clone)]
pub(crate) struct Interaction {
    pub(crate) request: Request,
    pub(crate) step: Step,
    pub(crate) browser: String,
}

/// What a person did on a page.
#[derive(Debug, Clone)]
pub(crate) enum Submission {
    Cancel,
    ForgotPassword,
    /// "Sign up now": leads to the form.
    WantsToSignUp,
    /// Chose the entry with this key.
    Entry(String),
    Username(String),
    Password(Secret),
    SignUp(SignUp),
    EditProfile(Names),
    ResetPassword {
        email: String,
        password: Secret,
    },
}

impl Submission {
    pub(crate) fn read(form: &Params) -> Option<Self> {
        let secret = |name: &str| form.get(name).map(Secret::new);
        match form.get("action") {
            Some("cancel") => Some(Self::Cancel),
            Some("forgot") => Some(Self::ForgotPassword),
            Some("sign-up") => Some(Self::WantsToSignUp),
            Some("create") => Some(Self::SignUp(SignUp::read(form))),
            Some("save") => Some(Self::EditProfile(Names::read(form))),
            Some("reset") => Some(Self::ResetPassword { email: form.text("email"), password: secret("new_password")? }),
            Some(_) => None,
            None => match (form.get("account"), form.get("username"), secret("password")) {
                (Some(key), ..) => Some(Self::Entry(key.to_owned())),
                (_, Some(username), _) => Some(Self::Username(username.trim().to_owned())),
                (.., Some(password)) => Some(Self::Password(password)),
                _ => None,
            },
        }
    }
}

impl Step {
    /// What an answer given in advance means on this page, if it is one to it.
    pub(crate) fn reads(&self, answer: &Answer) -> Option<Submission> {
        match (self, answer) {
            (_, Answer::Cancel) => Some(Submission::Cancel),
            (Self::SignIn, Answer::SignInAs(username)) => Some(Submission::Username(username.clone())),
            (Self::SignIn, Answer::ForgotPassword) => Some(Submission::ForgotPassword),
            (Self::Password(_), Answer::Password(password)) => Some(Submission::Password(password.clone())),
            (Self::SignIn | Self::SignUp, Answer::SignUp(sign_up)) => Some(Submission::SignUp(sign_up.clone())),
            (Self::EditProfile(_), Answer::EditProfile(names)) => Some(Submission::EditProfile(names.clone())),
            (Self::ResetPassword, Answer::ResetPassword { email, password }) => {
                Some(Submission::ResetPassword { email: email.clone(), password: password.clone() })
            }
            _ => None,
        }
    }
}
