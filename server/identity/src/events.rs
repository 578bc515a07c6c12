//! What the application has a say in: whom it admits, what it writes down, how its error pages look.

use std::net::IpAddr;

use async_trait::async_trait;
use axum::response::Response;
use http::{Extensions, HeaderMap, StatusCode};
use uuid::Uuid;

use crate::{
    claims::Principal,
    error::{ErrorClass, SignInRefused},
    session::{ClientIp, EndedSession},
    web,
};

/// The application's side of signing in and out.
#[async_trait]
pub trait SignInEvents: Send + Sync + 'static {
    /// Somebody has proved who they are and is about to get a session. Here is the place to make an account for them and to
    /// write an audit entry; the session is made only after this has returned.
    ///
    /// # Errors
    /// A refusal with words for the person; there will be no session.
    async fn signing_in(&self, principal: &Principal, request: &RequestFacts) -> Result<(), SignInRefused>;

    /// Before [`signing_in`](Self::signing_in), for somebody in whose browser the authority has just reported that an
    /// administrator of this tenant approved the application for all of it. The report itself is unsigned; that the person
    /// is one of this tenant is certain, that they are its administrator is not.
    ///
    /// # Errors
    /// A refusal with words for the person; there will be no session.
    async fn consented(&self, _principal: &Principal, _request: &RequestFacts) -> Result<(), SignInRefused> {
        Ok(())
    }

    /// Somebody has changed their profile at the authority; their session shows it from now on.
    async fn profile_changed(&self, _principal: &Principal, _request: &RequestFacts) {}

    /// Somebody's session has ended because they signed out.
    async fn signed_out(&self, _principal: &Principal, _request: &RequestFacts) {}

    /// A session has ended before its time, for whatever reason: after [`SignInEvents::signed_out`] as much as when an
    /// authority or somebody else ended it. `request` is the one that ended it, and says nothing for
    /// [`EndReason::Revoked`](crate::EndReason::Revoked), which has its own caller to write it down.
    async fn session_ended(&self, _ended: &EndedSession, _request: &RequestFacts) {}

    /// A browser came back to a sign-in that this site had begun for it, and the sign-in failed. Sign-ins that cannot even
    /// begin, and callbacks that belong to none, are logged only: they cost nothing and would fill the audit trail. What is
    /// left costs whoever does it a sign-in begun for each entry; how many those may be is up to the application's rate
    /// limit.
    async fn refused(&self, _refusal: &Refusal, _request: &RequestFacts) {}

    /// The error page in the application's own look, or whatever a program understands if `request` is no
    /// [`navigation`](RequestFacts::navigation). The page holds no text from outside. Its status stays whatever comes back.
    fn page(&self, page: SignInFailurePage, request: &RequestFacts) -> Response {
        web::plain_page(&page, request)
    }

    /// The page in the application's own look that asks whether to sign out: a form that posts nothing to
    /// [`form_action`](SignOutPage::form_action), and a way back.
    fn sign_out_page(&self, page: SignOutPage, _request: &RequestFacts) -> Response {
        web::plain_sign_out_page(&page)
    }
}

/// Admits everybody whom the authority vouches for, and writes nothing down.
#[derive(Clone, Copy, Debug)]
pub struct Everybody;

#[async_trait]
impl SignInEvents for Everybody {
    async fn signing_in(&self, _: &Principal, _: &RequestFacts) -> Result<(), SignInRefused> {
        Ok(())
    }
}

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFacts {
    /// The browser's address, if a [`ClientIp`] says so.
    pub ip: Option<IpAddr>,
    /// `User-Agent`, cut off at 256 characters.
    pub user_agent: Option<String>,
    /// `X-Request-Id`, cut off at 64 characters.
    pub request_id: Option<String>,
    /// Whether a browser is about to show the answer as a page, as opposed to a script or a program.
    pub navigation: bool,
}

/// A failed sign-in as the audit trail should have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the error page showed.
    pub reference: String,
    /// What kind of failure.
    pub class: ErrorClass,
    /// Which failure exactly: `AADSTS50105`, `Nonce`, the application's own word.
    pub code: String,
    /// The tenant, where it is that which is not let in.
    pub tenant: Option<Uuid>,
}

/// What an error page has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInFailurePage {
    /// Finds the cause in the log; means nothing otherwise.
    pub reference: String,
    /// What kind of failure.
    pub class: ErrorClass,
    /// Which failure exactly, as in [`Refusal::code`].
    pub code: String,
    /// The response's status.
    pub status: StatusCode,
    /// Heading.
    pub title: String,
    /// What happened and what to do.
    pub sentence: String,
    /// Address of a "Start again" that works.
    pub start_again: Option<String>,
    /// Address to go on to for somebody who is signed in anyway.
    pub continue_to: Option<String>,
}

/// What the page has to have that asks whether to sign out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOutPage {
    /// Where the form posts to.
    pub form_action: &'static str,
    /// Address of a place to go on to for somebody who would rather stay.
    pub go_back: String,
}

impl RequestFacts {
    /// Collects the facts.
    #[must_use]
    pub fn of(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let text = |name: &str, longest: usize| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.chars().take(longest).collect::<String>())
        };
        Self {
            ip: extensions.get::<ClientIp>().map(|ip| ip.0),
            user_agent: text("user-agent", 256),
            request_id: text("x-request-id", 64),
            navigation: web::is_navigation(headers),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn facts_are_cut_to_size_and_the_address_is_taken_from_whom_it_may() {
        let mut headers = HeaderMap::new();
        let mut extensions = Extensions::new();
        assert_eq!(RequestFacts::of(&headers, &extensions), RequestFacts::default());
        headers.insert("user-agent", HeaderValue::try_from("x".repeat(1000)).unwrap());
        headers.insert("x-request-id", HeaderValue::try_from("y".repeat(1000)).unwrap());
        headers.insert("x-forwarded-for", HeaderValue::from_static("10.0.0.1"));
        extensions.insert(ClientIp([127, 0, 0, 9].into()));
        let facts = RequestFacts::of(&headers, &extensions);
        assert_eq!(facts.user_agent.unwrap().len(), 256);
        assert_eq!(facts.request_id.unwrap().len(), 64);
        assert_eq!(facts.ip, Some([127, 0, 0, 9].into()), "a header that anybody can send is not believed");
    }

    #[test]
    fn a_navigation_is_what_fetch_metadata_or_else_accept_says() {
        let navigation = |headers: &[(&'static str, &'static str)]| {
            let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
            RequestFacts::of(&headers.collect(), &Extensions::new()).navigation
        };
        assert!(navigation(&[("sec-fetch-mode", "navigate"), ("accept", "*/*")]));
        assert!(!navigation(&[("sec-fetch-mode", "cors"), ("accept", "text/html")]));
        assert!(navigation(&[("accept", "text/html,*/*;q=0.8")]));
        assert!(!navigation(&[("accept", "application/json")]));
        assert!(!navigation(&[]));
    }
}
