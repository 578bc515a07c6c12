//! Error pages of the sign-in: the cause goes to the log under a reference, the person gets the reference.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, header};

use crate::{
    error::SignInError,
    events::{Refusal, RequestFacts, SignInEvents, SignInFailurePage, SignOutPage},
    identity::Identity,
    random,
    return_to::ReturnTo,
    web::{no_store, program},
};

/// Logs the cause under a fresh reference.
pub(crate) fn report(error: &SignInError, doing: &'static str) -> String {
    let reference = random::reference().unwrap_or_else(|_| "NOREFERENCE".to_owned());
    let (class, code) = (error.class(), error.code());
    if class.concerns_operator() {
        tracing::error!(reference, class = class.as_str(), code, cause = %error, "{doing} failed");
    } else {
        tracing::warn!(reference, class = class.as_str(), code, cause = %error, "{doing} failed");
    }
    reference
}

/// Lets the application draw the answer. Status and headers are the same whatever it draws.
pub(crate) fn answer(
    events: &dyn SignInEvents,
    error: &SignInError,
    page: SignInFailurePage,
    facts: &RequestFacts,
) -> Response {
    let status = page.status;
    let mut response = events.page(page, facts);
    *response.status_mut() = status;
    add_retry_after(&mut response, error);
    no_store(response)
}

/// When another attempt makes sense, for failures that pass by themselves.
pub(super) fn add_retry_after(response: &mut Response, error: &SignInError) {
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// What is known about a failed sign-in.
pub(super) struct Failure<'a> {
    pub(super) error: SignInError,
    pub(super) facts: &'a RequestFacts,
    /// Where the person wanted to go, if a transaction says so.
    pub(super) return_to: Option<&'a ReturnTo>,
    /// Whether the browser came back to a sign-in that this site began for it; only then is it the audit trail's business.
    pub(super) ours: bool,
    /// Whether it was on the way of an administrator's consent, which has not been told to the application yet.
    pub(super) consenting: bool,
    /// Whether the browser has a session, which a failed sign-in leaves alone.
    pub(super) signed_in: bool,
}

impl Failure<'_> {
    /// Logs, tells the application, and renders.
    pub(super) async fn into_page(self, identity: &Identity) -> Response {
        let reference = report(&self.error, "signing in");
        let class = self.error.class();
        if self.ours {
            let (code, tenant) = (self.error.code(), self.error.tenant());
            let refusal = Refusal { reference: reference.clone(), class, code, tenant };
            identity.events().refused(&refusal, self.facts).await;
        }
        let default = identity.default_return_to();
        let start_again = identity.start_again_url(self.return_to.unwrap_or(default), class, self.consenting);
        if !self.facts.navigation {
            return program::answer(&self.error, &reference, &start_again);
        }
        let (status, title, sentence) = self.error.wording();
        let page = SignInFailurePage {
            reference,
            class,
            code: self.error.code(),
            status,
            title,
            sentence,
            start_again: Some(start_again),
            continue_to: self.signed_in.then(|| default.as_str().to_owned()),
        };
        answer(identity.events(), &self.error, page, self.facts)
    }
}

/// The page for applications that bring none of their own, and two lines of text for a program.
pub(crate) fn plain_page(page: &SignInFailurePage, facts: &RequestFacts) -> Response {
    if !facts.navigation {
        return (page.status, format!("{}\nReference: {}\n", page.sentence, page.reference)).into_response();
    }
    let link = |href: &Option<String>, text: &str| {
        href.as_ref().map(|href| format!("<p><a href=\"{}\">{text}</a></p>", escape(href))).unwrap_or_default()
    };
    let body = format!(
        "<p>{sentence}</p>{continue_to}{start_again}<p>Reference: <code>{reference}</code></p>",
        sentence = escape(&page.sentence),
        continue_to = link(&page.continue_to, "Continue"),
        start_again = link(&page.start_again, "Start again"),
        reference = escape(&page.reference),
    );
    (page.status, document(&page.title, &body)).into_response()
}

/// The question for applications that bring no page of their own.
pub(crate) fn plain_sign_out_page(page: &SignOutPage) -> Response {
    let body = format!(
        "<form method=\"post\" action=\"{action}\"><button>Sign out</button></form>\
         <p><a href=\"{go_back}\">Stay signed in</a></p>",
        action = escape(page.form_action),
        go_back = escape(&page.go_back),
    );
    document("Sign out?", &body).into_response()
}

fn document(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>",
        title = escape(title),
    ))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
