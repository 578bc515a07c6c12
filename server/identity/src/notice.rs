//! A quiet word after a redirect: the page that comes next may show it, once. It travels in a cookie as one of a few fixed
//! words, so nothing of it is in an address and nothing from outside can get into it.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{Method, header};

use crate::{session::CookieNames, web::is_navigation};

/// What has just happened at the authority, or was left by [`crate::Identity::leave_notice`]. In the extensions of the navigation that follows, inside
/// [`crate::Identity::layer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The person thought better of signing in.
    SignInCancelled,
    /// The person thought better of changing their profile.
    ProfileUnchanged,
    /// The person thought better of choosing a new password.
    PasswordUnchanged,
    /// The profile was changed, and with it what the session shows.
    ProfileChanged,
    /// The person ended sessions, their own in other browsers or somebody else's.
    SessionsEnded,
    /// The person wanted to end sessions that were over.
    NoSessionEnded,
}

impl Notice {
    const ALL: [Self; 6] = [
        Self::SignInCancelled,
        Self::ProfileUnchanged,
        Self::PasswordUnchanged,
        Self::ProfileChanged,
        Self::SessionsEnded,
        Self::NoSessionEnded,
    ];

    /// Its word in the cookie.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignInCancelled => "sign_in_cancelled",
            Self::ProfileUnchanged => "profile_unchanged",
            Self::PasswordUnchanged => "password_unchanged",
            Self::ProfileChanged => "profile_changed",
            Self::SessionsEnded => "sessions_ended",
            Self::NoSessionEnded => "no_session_ended",
        }
    }

    /// A sentence for the page.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::SignInCancelled => "You cancelled the sign-in. Nothing has changed.",
            Self::ProfileUnchanged => "You cancelled. Your profile is as it was.",
            Self::PasswordUnchanged => "You cancelled. Your password is as it was.",
            Self::ProfileChanged => "Your profile has been changed.",
            Self::SessionsEnded => "Done. They are signed out.",
            Self::NoSessionEnded => "Nothing to do: it was over already.",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == word)
    }
}

/// The middleware: hands a notice to the page that a browser is about to show, and takes it out of the browser with that
/// page. A redirect on the way leaves it for the page behind it.
pub(crate) async fn hand_over(State(names): State<CookieNames>, mut request: Request, next: Next) -> Response {
    let notice = names.note(request.headers()).filter(|_| request.method() == Method::GET);
    let Some(word) = notice.filter(|_| is_navigation(request.headers())) else {
        return next.run(request).await;
    };
    if let Some(notice) = Notice::read(&word) {
        request.extensions_mut().insert(notice);
    }
    let mut response = next.run(request).await;
    if !response.status().is_redirection()
        && let Some(removal) = names.clear_note()
    {
        response.headers_mut().append(header::SET_COOKIE, removal);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_others_are_none() {
        for notice in Notice::ALL {
            assert_eq!(Notice::read(notice.as_str()), Some(notice));
        }
        assert_eq!(Notice::read("<b>hello</b>"), None);
    }
}
