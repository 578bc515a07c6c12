//! The ids that Entra puts on each answer so that support can find the request again.

use std::{convert::Infallible, sync::Arc};

use axum::extract::FromRequestParts;
use http::request::Parts;
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use uuid::Uuid;

use crate::{idp::Idp, params::Params, random};

const TIMESTAMP: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");

const ISO: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// Identifies one request. The correlation id is the caller's `client-request-id` when that is a GUID.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trace {
    /// The `trace_id` of error bodies.
    pub(crate) id: Uuid,
    pub(crate) correlation_id: Uuid,
    at: OffsetDateTime,
}

impl Trace {
    /// `YYYY-MM-DD HH:MM:SSZ`.
    pub(crate) fn timestamp(&self) -> String {
        self.at.format(TIMESTAMP).unwrap_or_default()
    }

    /// `YYYY-MM-DDTHH:MM:SS`, as Graph has it.
    pub(crate) fn iso_date(&self) -> String {
        self.at.format(ISO).unwrap_or_default()
    }

    /// Lets a `client-request-id` in the body decide, where the URL and the headers had none.
    pub(crate) fn or_from(self, params: &Params) -> Self {
        let sent = params.get("client-request-id").and_then(|id| Uuid::parse_str(id).ok());
        Self { correlation_id: sent.unwrap_or(self.correlation_id), ..self }
    }
}

impl FromRequestParts<Arc<Idp>> for Trace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, idp: &Arc<Idp>) -> Result<Self, Self::Rejection> {
        let query = Params::parse(parts.uri.query().unwrap_or_default());
        let header = parts.headers.get("client-request-id").and_then(|value| value.to_str().ok());
        let sent = query.get("client-request-id").or(header).and_then(|id| Uuid::parse_str(id).ok());
        Ok(Self { id: random::guid(), correlation_id: sent.unwrap_or_else(random::guid), at: idp.clock.now() })
    }
}
