//! Pages for refusals that must not, or cannot, go back to an application.

use axum::{extract::RawQuery, response::Response};
use http::StatusCode;

use super::{html::escape, layout::Page};
use crate::{b2c::B2cError, error::StsError, params::Params, trace::Trace};

pub(crate) fn refused(sts: &StsError, trace: &Trace) -> Response {
    page(&format!("AADSTS{}", sts.code), &sts.message, sts.status, trace)
}

pub(crate) fn refused_by_b2c(error: &B2cError, trace: &Trace) -> Response {
    page(&format!("AADB2C{}", error.codes().1), &error.to_string(), StatusCode::BAD_REQUEST, trace)
}

fn page(number: &str, message: &str, status: StatusCode, trace: &Trace) -> Response {
    let body = format!(
        r#"<p role="alert"><strong>{number}</strong>: {message}</p>
<p>Nobody was signed in. Go back to the application and start again.</p>
<dl>
<dt>Request id</dt><dd>{request}</dd>
<dt>Correlation id</dt><dd>{correlation}</dd>
<dt>Time</dt><dd>{time}</dd>
</dl>"#,
        message = escape(message),
        request = trace.id,
        correlation = trace.correlation_id,
        time = trace.timestamp(),
    );
    Page { title: "Sign-in is not possible", body, ..Page::default() }.respond(status)
}

/// Where `error_uri` leads.
pub(crate) async fn explain(RawQuery(query): RawQuery) -> Response {
    let query = Params::parse(&query.unwrap_or_default());
    let body = match query.get("code").and_then(|code| code.parse::<u32>().ok()) {
        Some(code) => format!(
            "<p>The answer carried the number <strong>AADSTS{code}</strong>. The sentence beside it says what was \
             refused; Microsoft's reference of AADSTS numbers says what it means at the real Entra ID.</p>"
        ),
        None => "<p>The address names no error.</p>".to_owned(),
    };
    Page { title: "About an error", body, ..Page::default() }.respond(StatusCode::OK)
}
