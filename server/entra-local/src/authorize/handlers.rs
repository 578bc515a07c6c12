//! The HTTP side of signing in.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};

use super::{
    error::AuthorizeError,
    flow::Flow,
    interaction::Submission,
    request::{AuthorizeRequest, Refusal},
};
use crate::{idp::Idp, pages, params::Params, session::Visitor, trace::Trace};

pub(crate) async fn by_get(
    State(idp): State<Arc<Idp>>,
    Path(segment): Path<String>,
    trace: Trace,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    begin(&idp, &segment, &trace, &visitor, &Params::parse(&query.unwrap_or_default()))
}

/// OpenID Connect Core section 3.1.2.1 asks for POST as well.
pub(crate) async fn by_post(
    State(idp): State<Arc<Idp>>,
    Path(segment): Path<String>,
    trace: Trace,
    visitor: Visitor,
    body: String,
) -> Response {
    let params = Params::parse(&body);
    begin(&idp, &segment, &trace.or_from(&params), &visitor, &params)
}

fn begin(idp: &Idp, segment: &str, trace: &Trace, visitor: &Visitor, params: &Params) -> Response {
    idp.control.record_authorize(params);
    answer(idp, trace, visitor, AuthorizeRequest::read(segment, params, idp))
}

fn answer(idp: &Idp, trace: &Trace, visitor: &Visitor, read: Result<AuthorizeRequest, Refusal>) -> Response {
    match read {
        Ok(request) if let Some(fields) = idp.control.take_reply(trace, &idp.base) => request.reply.send(fields),
        Ok(request) => Flow { idp, visitor, trace }.begin(request),
        Err(Refusal::Page(error)) => pages::refused(&error.sts(), trace),
        Err(Refusal::Reply(reply, error)) => reply.refuse(&error, idp, trace),
    }
}

/// `/{tenant}/v2.0/adminconsent`: an administrator consents for the whole tenant.
pub(crate) async fn admin_consent(
    State(idp): State<Arc<Idp>>,
    Path(segment): Path<String>,
    trace: Trace,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(&query.unwrap_or_default());
    answer(&idp, &trace, &visitor, AuthorizeRequest::read_admin_consent(&segment, &params, &idp))
}

/// Takes the form of a sign-in page. The interaction id is good once and only at the browser that was shown the page,
/// so no other site can make a browser sign in.
pub(crate) async fn continue_sign_in(
    State(idp): State<Arc<Idp>>,
    trace: Trace,
    visitor: Visitor,
    body: String,
) -> Response {
    let form = Params::parse(&body);
    let now = idp.now();
    let pending = form.get("interaction").and_then(|id| idp.interactions.with(|pending| pending.take(id, now)));
    let flow = Flow { idp: &idp, visitor: &visitor, trace: &trace };
    match (pending.filter(|pending| pending.browser == visitor.browser), Submission::read(&form)) {
        (Some(pending), Some(submission)) => flow.submit(pending.request, pending.step, submission),
        _ => pages::refused(&AuthorizeError::InteractionGone.sts(), &trace),
    }
}
