//! What a person reads when a sign-in fails: one heading and one sentence per class, nothing that came from outside.

use http::StatusCode;

use super::{class::ErrorClass, sign_in::SignInError};

impl SignInError {
    /// Status, heading and sentence of the page.
    pub(crate) fn wording(&self) -> (StatusCode, String, String) {
        if let Self::Refused(refused) = self {
            let passing = refused.class == ErrorClass::Transient;
            let status = if passing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::FORBIDDEN };
            return (status, refused.title.clone(), refused.sentence.clone());
        }
        let (status, title, sentence) = match self {
            Self::OtherPerson => (
                StatusCode::BAD_REQUEST,
                "That was another account",
                "The profile you changed belongs to another account than the one you are signed in with here.",
            ),
            Self::Provider(error) if error.needs_administrator() => (
                StatusCode::FORBIDDEN,
                "An administrator has to approve",
                "Your organisation lets its people use this application only after an administrator has approved it. Ask \
                 one to, then start again.",
            ),
            _ => of_class(self.class()),
        };
        (status, title.to_owned(), sentence.to_owned())
    }

    /// Status and error word for a program that cannot show a page. What a person can mend by signing in is a 401, what only
    /// an operator can mend a 500 that says no more.
    pub(crate) fn for_program(&self) -> (StatusCode, &'static str) {
        let class = self.class();
        match class {
            ErrorClass::InteractionRequired | ErrorClass::Consent => (StatusCode::UNAUTHORIZED, "interaction_required"),
            ErrorClass::SessionExpired => (StatusCode::UNAUTHORIZED, "session_expired"),
            ErrorClass::Configuration => (StatusCode::INTERNAL_SERVER_ERROR, "configuration_error"),
            ErrorClass::InvalidToken | ErrorClass::Loop => (StatusCode::INTERNAL_SERVER_ERROR, "authentication_error"),
            ErrorClass::UserCancelled => (StatusCode::UNAUTHORIZED, class.as_str()),
            ErrorClass::PolicyBlock | ErrorClass::TenantNotAllowed | ErrorClass::Refused => {
                (StatusCode::FORBIDDEN, class.as_str())
            }
            ErrorClass::Throttled | ErrorClass::Transient => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
            ErrorClass::InvalidCallback => (StatusCode::BAD_REQUEST, class.as_str()),
        }
    }
}

fn of_class(class: ErrorClass) -> (StatusCode, &'static str, &'static str) {
    match class {
        ErrorClass::InteractionRequired => (
            StatusCode::FORBIDDEN,
            "One more step is needed",
            "Your organisation asks for another step before it lets you in. Start again and follow what it shows you.",
        ),
        ErrorClass::Consent => (
            StatusCode::FORBIDDEN,
            "Approval is needed",
            "This application has not been approved for your account yet. Approve it when asked, or ask your \
             administrator to.",
        ),
        ErrorClass::SessionExpired => (
            StatusCode::BAD_REQUEST,
            "That took too long",
            "This sign-in is no longer valid. Start again, it takes a moment only.",
        ),
        ErrorClass::UserCancelled => {
            (StatusCode::OK, "Sign-in cancelled", "You cancelled the sign-in. Nothing has changed.")
        }
        ErrorClass::PolicyBlock => (
            StatusCode::FORBIDDEN,
            "Your organisation does not allow this sign-in",
            "A rule of your organisation stands against it. Your administrator can tell you more.",
        ),
        ErrorClass::TenantNotAllowed => (
            StatusCode::FORBIDDEN,
            "Your organisation is not set up here",
            "This account belongs to an organisation that does not use this site. Start again with another account.",
        ),
        ErrorClass::Configuration => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Sign-in is not set up correctly",
            "This is not your fault. Please tell the people who run this site and give them the reference.",
        ),
        ErrorClass::Throttled => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The sign-in service is busy",
            "Too many people are signing in at once. Wait a minute, then start again.",
        ),
        ErrorClass::Transient => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Sign-in is not available right now",
            "Something is down for the moment. Wait a minute, then start again.",
        ),
        ErrorClass::InvalidCallback => (
            StatusCode::BAD_REQUEST,
            "This sign-in cannot be continued",
            "It was begun in another browser, has been used already, or is older than 15 minutes. Start again.",
        ),
        ErrorClass::InvalidToken => (
            StatusCode::BAD_REQUEST,
            "The sign-in could not be verified",
            "The answer of your sign-in service did not pass our checks, so you are not signed in. Start again.",
        ),
        ErrorClass::Loop => (
            StatusCode::BAD_REQUEST,
            "Signing in keeps starting over",
            "You have just signed in several times in a row and this site still does not know you. Check that your \
             browser accepts cookies from this site, then sign in.",
        ),
        ErrorClass::Refused => (
            StatusCode::FORBIDDEN,
            "You cannot sign in here",
            "This site does not admit your account. Your administrator can tell you more.",
        ),
    }
}
