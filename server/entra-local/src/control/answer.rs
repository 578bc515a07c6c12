//! What a person would do on a page.

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    params::Params,
    scenario::{Access, Account, Secret},
};

/// A person's answer to the next page, given in advance.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// On the account picker and on a user flow's sign-in page: sign in with this username.
    SignInAs(String),
    /// On the password page: this password.
    Password(Secret),
    /// On the consent page, that of an administrator included: accept.
    Accept,
    /// On the page of multi-factor authentication: approve.
    Approve,
    /// On any page: cancel, or decline the consent.
    Cancel,
    /// On a user flow's sign-in page: "Forgot your password?".
    ForgotPassword,
    /// On a sign-in page where customers may sign up: make this account.
    SignUp(SignUp),
    /// On the page of an edit-profile user flow: these names.
    EditProfile(Names),
    /// On the page of a password reset: this account, this password.
    ResetPassword {
        /// The sign-in name.
        email: String,
        /// The new password.
        password: Secret,
    },
}

/// What a customer types to sign up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// The address, which becomes the sign-in name.
    pub email: String,
    /// The names.
    #[serde(flatten)]
    pub names: Names,
    /// Asked for at later sign-ins if present.
    pub password: Option<Secret>,
}

/// The names in a customer's profile.
#[derive(Debug, Clone, Deserialize)]
pub struct Names {
    /// `given_name`
    pub given_name: String,
    /// `family_name`
    pub family_name: String,
    /// `name`
    pub display_name: String,
}

impl Names {
    pub(crate) fn read(form: &Params) -> Self {
        Self {
            given_name: form.text("given_name"),
            family_name: form.text("family_name"),
            display_name: form.text("display_name"),
        }
    }

    pub(crate) fn is_complete(&self) -> bool {
        [&self.given_name, &self.family_name, &self.display_name].iter().all(|name| !name.is_empty())
    }

    /// The same person with these names.
    pub(crate) fn given_to(self, account: Account) -> Account {
        Account {
            given_name: Some(self.given_name),
            family_name: Some(self.family_name),
            name: self.display_name,
            ..account
        }
    }
}

impl SignUp {
    pub(crate) fn read(form: &Params) -> Self {
        let password = form.get("new_password").map(Secret::new);
        Self { email: form.text("email"), names: Names::read(form), password }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.email.contains('@') && self.names.is_complete()
    }

    /// The new entry of a tenant's directory.
    pub(crate) fn account(self, tenant: Uuid, oid: Uuid) -> Account {
        self.names.given_to(Account {
            tenant,
            oid,
            username: self.email.clone(),
            name: String::new(),
            given_name: None,
            family_name: None,
            email: Some(self.email),
            roles: Vec::new(),
            groups: Vec::new(),
            job_title: None,
            department: None,
            photo: false,
            administrator: false,
            access: Access::Allowed,
            password: self.password,
            guest: None,
        })
    }
}
