//! The refusals, as the document describes them: one shape, and which statuses an operation can answer with.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToResponse, ToSchema};

use super::views::TimelineEntry;

/// What is wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Always `about:blank`: the status says it all.
    r#type: String,
    /// The status in words.
    title: String,
    status: u16,
    /// What to do about it, for a person.
    detail: String,
    /// A word that programs can go by.
    #[schema(example = "invalid")]
    code: String,
    /// Under which the log has it; tell it to whoever runs this Muster.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<String>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// The version that the incident has now (412).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    current_version: Option<u32>,
    /// What others changed since the version that was named (412).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    changes: Vec<TimelineEntry>,
}

/// A field that is wrong.
#[derive(Serialize, ToSchema)]
pub struct FieldError {
    field: String,
    /// What is wrong with it, as the rest of a sentence that begins with the field.
    detail: String,
}

type Responses = BTreeMap<String, RefOr<Response>>;

fn of(all: &[(u16, &str)]) -> Responses {
    all.iter().map(|(status, words)| (status.to_string(), RefOr::T(problem(*status, words)))).collect()
}

fn problem(status: u16, words: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(words).content("application/problem+json", content);
    let text = |words: &str| {
        HeaderBuilder::new().schema(ObjectBuilder::new().schema_type(Type::String)).description(Some(words)).build()
    };
    match status {
        401 => response
            .header("WWW-Authenticate", text("What the token lacks (RFC 6750), or the claims to come back with.")),
        429 | 503 => response.header("Retry-After", text("Seconds.")),
        412 => response.header("ETag", text("The version it has now.")),
        _ => response,
    }
    .build()
}

/// Every operation.
pub struct Always;

impl IntoResponses for Always {
    fn responses() -> Responses {
        of(&[
            (400, "The request is malformed."),
            (401, "There is no token, or none for this API; or a claims challenge: it takes a stronger sign-in."),
            (403, "The token's scopes or the caller's roles do not cover it, or the organisation is not let in."),
            (404, "There is no such thing, or it is not open to the caller."),
            (409, "The records as they are do not allow it."),
            (414, "The address is too long."),
            (422, "Something in the request is wrong in itself; the fields are named."),
            (429, "Too many requests of this caller within a minute."),
            (431, "The headers are too large."),
            (500, "A fault of ours; the request id finds it."),
            (503, "Records or keys cannot be reached just now."),
        ])
    }
}

/// Operations on one incident.
pub struct ForOne;

impl IntoResponses for ForOne {
    fn responses() -> Responses {
        of(&[(404, "There is no such incident, or it is not open to the caller.")])
    }
}

/// Operations with a body.
pub struct ForBody;

impl IntoResponses for ForBody {
    fn responses() -> Responses {
        of(&[
            (400, "The request is malformed: no JSON, or a header that cannot be read."),
            (413, "The body is too large."),
            (415, "The body is not declared as JSON."),
            (422, "Something in the body is wrong in itself; the fields are named."),
        ])
    }
}

/// Operations that are done once under one key.
pub struct ForKey;

impl IntoResponses for ForKey {
    fn responses() -> Responses {
        of(&[
            (400, "The request is malformed, or has no idempotency key."),
            (422, "Something in the body is wrong in itself, or the key was used for another request."),
        ])
    }
}

/// Operations that name a version.
pub struct ForVersion;

impl IntoResponses for ForVersion {
    fn responses() -> Responses {
        of(&[
            (412, "It was changed since that version; the problem says what and by whom."),
            (428, "No version is named (RFC 6585)."),
        ])
    }
}

/// For operations that may name one.
pub struct Stale;

impl<'r> ToResponse<'r> for Stale {
    fn response() -> (&'r str, RefOr<Response>) {
        ("Stale", RefOr::T(problem(412, "It was changed since that version; the problem says what and by whom.")))
    }
}
