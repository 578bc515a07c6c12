//! Pages for when Leptos is not asked: whole documents in the same look, without a script.

use app::AppError;
use app::forms::Typed;
use app::routes::ONBOARD;
use app::ssr::{ErrorPage, status_of};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use identity::{ErrorClass, SignInFailurePage, SignOutPage};
use leptos::config::LeptosOptions;
use server_fn::error::FromServerFnError;

use crate::door;
use crate::http::request_log::RequestId;

/// Draws error pages.
#[derive(Clone)]
pub struct Pages {
    options: LeptosOptions,
    development_sign_in: bool,
    onboarding: bool,
}

impl Pages {
    /// With the site's names of files. `onboarding` says that an organisation can set itself up.
    pub fn new(options: LeptosOptions, development_sign_in: bool, onboarding: bool) -> Self {
        Self { options, development_sign_in, onboarding }
    }

    /// A sign-in that failed, or a session that cannot be read.
    pub fn sign_in_failure(&self, page: &SignInFailurePage) -> Response {
        let start_again = page.start_again.clone().map(|href| ("Start again".to_owned(), href));
        let go_on = page.continue_to.clone().map(|href| ("Continue to Muster".to_owned(), href));
        // Not where the operator has decided, or still has to.
        let helps = page.class == ErrorClass::Consent || page.code == door::UNLISTED;
        let set_up = (self.onboarding && helps)
            .then(|| ("For administrators: set up your organisation".to_owned(), ONBOARD.to_owned()));
        let mut ways = [go_on, start_again, set_up].into_iter().flatten();
        self.respond(
            page.status,
            ErrorPage {
                title: page.title.clone(),
                sentence: page.sentence.clone(),
                reference: Some(page.reference.clone()),
                action: ways.next(),
                second: ways.next(),
                third: ways.next(),
                ..ErrorPage::default()
            },
        )
    }

    /// The question whether to sign out.
    pub fn sign_out(&self, page: &SignOutPage) -> Response {
        self.respond(
            StatusCode::OK,
            ErrorPage {
                title: "Sign out?".to_owned(),
                sentence: "You are about to leave Muster in this browser.".to_owned(),
                form: Some(("Sign out".to_owned(), page.form_action.to_owned())),
                second: Some(("Stay signed in".to_owned(), page.go_back.clone())),
                ..ErrorPage::default()
            },
        )
    }

    /// A form that came after the session had ended, with what was typed.
    pub fn session_ended(&self, return_to: &str, typed: Vec<Typed>) -> Response {
        self.respond(StatusCode::UNAUTHORIZED, ErrorPage::session_ended(return_to, typed))
    }

    /// A form that another site sent in somebody's name.
    pub fn foreign_form(&self) -> Response {
        let sentence = "It came from another site, so nothing was done. Go to the page yourself and try again.";
        self.respond(StatusCode::FORBIDDEN, ErrorPage::refused(sentence))
    }

    /// A form that is larger than anything a form of ours sends.
    pub fn too_large(&self, typed: Vec<Typed>) -> Response {
        self.respond(StatusCode::PAYLOAD_TOO_LARGE, ErrorPage::too_large(typed))
    }

    /// Something that is no form of ours, at an address that takes forms.
    pub fn no_form(&self, status: StatusCode) -> Response {
        let sentence = "What was sent is no form of this page, so nothing was done. Open the page and try again.";
        self.respond(status, ErrorPage::refused(sentence))
    }

    /// A request that nobody takes, with one sentence about why.
    pub fn refused(&self, status: StatusCode, sentence: &str) -> Response {
        let page = if status == StatusCode::NOT_FOUND {
            ErrorPage::not_done(&AppError::NotFound, Vec::new())
        } else {
            ErrorPage::refused(sentence)
        };
        self.respond(status, page)
    }

    /// A form of somebody who may not see its page, or not any more, with what was typed.
    pub fn not_done(&self, error: &AppError, typed: Vec<Typed>) -> Response {
        self.respond(status_of(error), ErrorPage::not_done(error, typed))
    }

    /// A request that nothing came of in time.
    pub fn timed_out(&self, again: &str) -> Response {
        self.respond(StatusCode::SERVICE_UNAVAILABLE, ErrorPage::timed_out(again))
    }

    /// A form that came while the records cannot even be read, so that its page cannot be shown again.
    pub fn unavailable(&self, again: &str, typed: Vec<Typed>) -> Response {
        self.respond(StatusCode::SERVICE_UNAVAILABLE, ErrorPage::unavailable(again, typed))
    }

    /// Our own fault.
    pub fn internal(&self, request: Option<&RequestId>) -> Response {
        let reference = request.map(|id| id.0.as_str()).unwrap_or_default();
        self.respond(StatusCode::INTERNAL_SERVER_ERROR, ErrorPage::internal(reference, Vec::new()))
    }

    fn respond(&self, status: StatusCode, page: ErrorPage) -> Response {
        come_back((status, Html(page.render(&self.options, self.development_sign_in))).into_response())
    }
}

/// A 503 says when to come back (RFC 9110 section 15.6.4): what is away is mostly back soon. Who knows better than that says
/// so instead.
fn come_back(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// The id of a request, for a page that comes out of a middleware.
pub fn request_id(request: &Request) -> Option<RequestId> {
    request.extensions().get::<RequestId>().cloned()
}

/// An error as server functions give it, which hydrated pages understand.
pub fn app_error(error: &AppError) -> Response {
    come_back((status_of(error), [(header::CONTENT_TYPE, "application/json")], error.ser()).into_response())
}
