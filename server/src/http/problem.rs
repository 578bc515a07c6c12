//! The one shape in which programs are told what is wrong (RFC 9457). The functions of pages have their own, which pages
//! understand.

use app::AppError;
use app::ssr::status_of;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Invalid;
use serde_json::{Map, Value, json};

use super::request_log::RequestId;

const KIND: &str = "application/problem+json";

/// What is wrong. Its type is the blank one: the status says it all (RFC 9457 section 4.2.1), and `code` says it to programs.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<Invalid>,
    more: Map<String, Value>,
}

impl Problem {
    /// With a word from a fixed vocabulary, and a sentence that repeats nothing secret.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), more: Map::new() }
    }

    /// There is nothing at the address, or nothing for this caller.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address, or it is not open to you.")
    }

    /// The same with the fields that are wrong.
    #[must_use]
    pub fn with_errors(self, errors: Vec<Invalid>) -> Self {
        Self { errors, ..self }
    }

    /// The same with a member of its own (RFC 9457 section 3.2).
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    fn body(&self, request_id: Option<&str>) -> String {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "code": self.code,
        });
        if let Some(id) = request_id {
            body["request_id"] = json!(id);
        }
        if !self.errors.is_empty() {
            let errors = self.errors.iter().map(|one| json!({ "field": one.field, "detail": one.why }));
            body["errors"] = errors.collect();
        }
        for (name, value) in &self.more {
            body[name] = value.clone();
        }
        body.to_string()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(header::CONTENT_TYPE, KIND)], self.body(None)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            // What is away is mostly back soon (RFC 9110 section 15.6.4).
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The middleware outside of all that refuses: writes the id of the request into the problem.
pub async fn name_request(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let (Some(problem), Some(RequestId(id))) = (response.extensions().get::<Problem>(), id) else {
        return response;
    };
    let body = problem.body(Some(&id));
    let mut parts = response.into_parts().0;
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, body.into())
}

impl From<&AppError> for Problem {
    /// What pages are told, for programs that ask at an address of pages.
    fn from(error: &AppError) -> Self {
        let code = match error {
            AppError::Unauthenticated => "unauthorized",
            AppError::Forbidden => "forbidden",
            AppError::NotFound => "not_found",
            AppError::Invalid(_) => "invalid",
            AppError::Refused(_) => "refused",
            AppError::KeyReused => "idempotency_key_reused",
            AppError::OtherPerson(_) => "other_person",
            AppError::Stale(_) => "stale",
            AppError::Unavailable => "unavailable",
            AppError::Internal { .. } | AppError::Unreachable => "internal",
            AppError::TooLarge => "too_large",
            AppError::TimedOut => "timed_out",
            AppError::Malformed => "malformed",
        };
        Self::new(status_of(error), code, error.to_string()).with_errors(error.faults().to_vec())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::http::request_log;

    async fn refuse() -> Problem {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Some fields need another look.");
        problem.with_errors(vec![Invalid::new("title", "must not be empty")]).with("current_version", json!(3))
    }

    #[tokio::test]
    async fn it_has_the_id_under_which_the_log_has_it() {
        let router: Router =
            Router::new().route("/", get(refuse)).layer(from_fn(name_request)).layer(from_fn(request_log::log));
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(response.headers()[header::CONTENT_TYPE], KIND);
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            json!({
                "type": "about:blank",
                "title": "Unprocessable Entity",
                "status": 422,
                "detail": "Some fields need another look.",
                "code": "invalid",
                "request_id": id,
                "errors": [{ "field": "title", "detail": "must not be empty" }],
                "current_version": 3,
            })
        );
    }
}
