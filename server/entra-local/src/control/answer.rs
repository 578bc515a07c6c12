//! What a person would do on a page.

use crate::scenario::Secret;

/// A person's answer to the next page, given in advance.
#[derive(Debug, Clone)]
pub enum Answer {
    /// On the account picker: sign in with this username.
    SignInAs(String),
    /// On the password page: this password.
    Password(Secret),
    /// On the consent page: accept.
    Accept,
    /// On any page: cancel, or decline the consent.
    Cancel,
}
