//! Failures ordered by a test.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

use crate::{error::StsError, trace::Trace};

/// How an endpoint fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    body: Body,
    retry_after: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    Sts(StsError),
    Raw { status: StatusCode, content_type: &'static str, text: String },
}

impl Failure {
    /// An error in Entra's shape: HTTP status, OAuth error code, AADSTS number.
    pub fn sts(status: StatusCode, error: &str, code: u32) -> Self {
        let message = "This failure was ordered by a test.".to_owned();
        let sts = StsError::new(status, error, code, message);
        Self { body: Body::Sts(sts), retry_after: None }
    }

    /// An answer that is not in Entra's shape, as a proxy in between might give it.
    pub fn raw(status: StatusCode, content_type: &'static str, text: &str) -> Self {
        Self { body: Body::Raw { status, content_type, text: text.to_owned() }, retry_after: None }
    }

    /// Adds the `suberror` member. It has no effect on a raw answer.
    #[must_use]
    pub fn with_suberror(mut self, suberror: &str) -> Self {
        if let Body::Sts(sts) = &mut self.body {
            sts.suberror = Some(suberror.to_owned());
        }
        self
    }

    /// Adds a `Retry-After` header, in seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(crate) fn respond(&self, trace: &Trace, base: &str) -> Response {
        let mut response = match &self.body {
            Body::Sts(sts) => sts.json(trace, base),
            Body::Raw { status, content_type, text } => {
                (*status, [(header::CONTENT_TYPE, *content_type)], text.clone()).into_response()
            }
        };
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
