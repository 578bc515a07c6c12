//! Failures ordered by a test.

use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::known;
use crate::{
    b2c::describe,
    error::{StsError, uncached_json},
    graph,
    trace::Trace,
};

/// How an endpoint fails, or only how late it is.
///
/// At the authorization endpoint a failure of status 400 goes back to the application, as Entra's do, if the request was
/// in order; any other status is the endpoint's own answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    body: Option<Body>,
    retry_after: Option<u32>,
    delay: Duration,
    hangs: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    Sts(StsError),
    B2c { error: String, code: u32 },
    Graph { status: StatusCode, code: String },
    Raw { status: StatusCode, content_type: String, text: String },
}

/// Why the failure is there.
const ORDERED: &str = "This failure was ordered by a test.";

impl Failure {
    /// An error in Entra's shape: HTTP status, OAuth error code, AADSTS number.
    pub fn sts(status: StatusCode, error: &str, code: u32) -> Self {
        Self::of(Body::Sts(StsError::new(status, error, code, ORDERED.to_owned())))
    }

    /// An AADSTS number with the OAuth error, the status and the `suberror` that Entra sends with it.
    pub fn aadsts(code: u32) -> Self {
        let class = known::class_of(code);
        let sts = StsError::new(class.status, class.error, code, ORDERED.to_owned());
        Self::of(Body::Sts(StsError { suberror: class.suberror.map(str::to_owned), ..sts }))
    }

    /// An error in B2C's shape.
    pub fn b2c(error: &str, code: u32) -> Self {
        Self::of(Body::B2c { error: error.to_owned(), code })
    }

    /// An error in Microsoft Graph's shape: HTTP status and code.
    pub fn graph(status: StatusCode, code: &str) -> Self {
        Self::of(Body::Graph { status, code: code.to_owned() })
    }

    /// An answer that is not in Entra's shape, as a proxy in between might give it.
    pub fn raw(status: StatusCode, content_type: &str, text: &str) -> Self {
        Self::of(Body::Raw { status, content_type: content_type.to_owned(), text: text.to_owned() })
    }

    /// The honest answer, but this much later.
    pub fn late(delay: Duration) -> Self {
        Self { body: None, retry_after: None, delay, hangs: false }
    }

    /// No answer at all, until [`super::Control::reset`] or [`super::Control::stop_failing`]; then the honest one.
    pub fn hang() -> Self {
        Self { hangs: true, ..Self::late(Duration::ZERO) }
    }

    fn of(body: Body) -> Self {
        Self { body: Some(body), retry_after: None, delay: Duration::ZERO, hangs: false }
    }

    /// Adds the `suberror` member. It has no effect but on an answer in Entra's shape.
    #[must_use]
    pub fn with_suberror(mut self, suberror: &str) -> Self {
        if let Some(Body::Sts(sts)) = &mut self.body {
            sts.suberror = Some(suberror.to_owned());
        }
        self
    }

    /// Adds a claims challenge. It has no effect but on an answer in Entra's shape.
    #[must_use]
    pub fn with_claims(mut self, claims: &str) -> Self {
        if let Some(Body::Sts(sts)) = &mut self.body {
            sts.claims = Some(claims.to_owned());
        }
        self
    }

    /// Adds a `Retry-After` header, in seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Lets the caller wait first.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(super) fn hangs(&self) -> bool {
        self.hangs
    }

    pub(super) fn delay(&self) -> Duration {
        self.delay
    }

    /// The members of an answer that goes back to the application through the browser; none for an answer of another kind.
    pub(crate) fn fields(&self, trace: &Trace, base: &str) -> Option<Vec<(&'static str, String)>> {
        match &self.body {
            Some(Body::Sts(sts)) if sts.status == StatusCode::BAD_REQUEST => Some(sts.fields(trace, base)),
            Some(Body::B2c { error, code }) => {
                Some(vec![("error", error.clone()), ("error_description", describe(*code, ORDERED, trace))])
            }
            Some(Body::Sts(_) | Body::Graph { .. } | Body::Raw { .. }) | None => None,
        }
    }

    /// The endpoint's own answer. Nothing if the failure is but a delay.
    pub(super) fn respond(&self, trace: &Trace, base: &str) -> Option<Response> {
        let mut response = match self.body.as_ref()? {
            Body::Sts(sts) => sts.json(trace, base),
            Body::B2c { error, code } => {
                let body = json!({ "error": error, "error_description": describe(*code, ORDERED, trace) });
                uncached_json(StatusCode::BAD_REQUEST, trace, body)
            }
            Body::Graph { status, code } => (*status, Json(graph::body(code, ORDERED, trace))).into_response(),
            Body::Raw { status, content_type, text } => {
                (*status, [(header::CONTENT_TYPE, content_type.clone())], text.clone()).into_response()
            }
        };
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Some(response)
    }
}
