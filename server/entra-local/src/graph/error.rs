//! Graph's shape of an error (Microsoft Learn, "Microsoft Graph error responses and resource types").

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::{scope::GRAPH, trace::Trace};

/// What Graph refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GraphError {
    #[error("Access token is empty.")]
    NoToken,
    #[error("Invalid JWT access token.")]
    Malformed,
    #[error("Access token validation failure. Invalid audience.")]
    Audience,
    #[error("Lifetime validation failed, the token is expired.")]
    Expired,
    #[error(
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: \
         TokenIssuedBeforeRevocationTimestamp"
    )]
    Challenge {
        /// The second from which a token must be.
        not_before: i64,
    },
    #[error("Insufficient privileges to complete the operation.")]
    Denied,
    #[error("/me request is only valid with delegated authentication flow.")]
    NotDelegated,
    #[error("Resource '{0}' does not exist or one of its queried reference-property objects are not present.")]
    NoUser(String),
    #[error("The photo wasn't found.")]
    NoPhoto,
    #[error("Could not find a property named '{0}' on the type.")]
    Property(String),
    #[error("The query option {0} is not supported here.")]
    Option(String),
    #[error("The query option {0} cannot be read.")]
    Syntax(&'static str),
    #[error("Invalid page size specified: '{0}'. Must be between 1 and 999 inclusive.")]
    PageSize(String),
    #[error(
        "Request with $search query parameter only works through MSGraph with a special request header: \
         'ConsistencyLevel: eventual'"
    )]
    Consistency,
    #[error("Unable to read JSON request payload.")]
    Body,
}

impl GraphError {
    fn class(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoToken | Self::Malformed | Self::Audience | Self::Expired | Self::Challenge { .. } => {
                (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken")
            }
            Self::Denied => (StatusCode::FORBIDDEN, "Authorization_RequestDenied"),
            Self::NotDelegated | Self::Property(_) | Self::Body => (StatusCode::BAD_REQUEST, "BadRequest"),
            Self::NoUser(_) => (StatusCode::NOT_FOUND, "Request_ResourceNotFound"),
            Self::NoPhoto => (StatusCode::NOT_FOUND, "ImageNotFound"),
            Self::Option(_) | Self::Syntax(_) | Self::PageSize(_) | Self::Consistency => {
                (StatusCode::BAD_REQUEST, "Request_UnsupportedQuery")
            }
        }
    }

    pub(crate) fn response(&self, trace: &Trace, base: &str) -> Response {
        let (status, code) = self.class();
        let mut response = (status, Json(body(code, &self.to_string(), trace))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let mut challenge =
                format!(r#"Bearer realm="", authorization_uri="{base}/common/oauth2/authorize", client_id="{GRAPH}""#);
            if let Self::Challenge { not_before } = self {
                let claims =
                    json!({ "access_token": { "nbf": { "essential": true, "value": not_before.to_string() } } });
                let claims = STANDARD.encode(claims.to_string());
                challenge = format!(r#"{challenge}, error="insufficient_claims", claims="{claims}""#);
            }
            if let Ok(value) = HeaderValue::from_str(&challenge) {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
            }
        }
        response
    }
}

/// The members of an error.
pub(crate) fn body(code: &str, message: &str, trace: &Trace) -> Value {
    json!({ "error": {
        "code": code,
        "message": message,
        "innerError": {
            "date": trace.iso_date(),
            "request-id": trace.id,
            "client-request-id": trace.correlation_id,
        },
    } })
}
