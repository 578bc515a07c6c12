//! The HTTP side of user flows.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::HeaderMap;

use super::{
    authority::PolicyAuthority,
    flow::Flow,
    interaction::Submission,
    request::{Refusal, Request},
};
use crate::{authorize::AuthorizeError, cookies, idp::Idp, pages, params::Params, session::Visitor, trace::Trace};

pub(crate) async fn by_get(
    State(idp): State<Arc<Idp>>,
    authority: PolicyAuthority,
    trace: Trace,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    begin(&idp, authority, &trace, &headers, &Params::parse(&query.unwrap_or_default()))
}

pub(crate) async fn by_post(
    State(idp): State<Arc<Idp>>,
    authority: PolicyAuthority,
    trace: Trace,
    headers: HeaderMap,
    body: String,
) -> Response {
    let params = Params::parse(&body);
    begin(&idp, authority, &trace.or_from(&params), &headers, &params)
}

fn begin(idp: &Idp, authority: PolicyAuthority, trace: &Trace, headers: &HeaderMap, params: &Params) -> Response {
    idp.control.record_authorize(params);
    let visitor = Visitor::read(headers, idp, authority.cookie());
    match Request::read(idp, authority, params) {
        Ok(request) if let Some(fields) = idp.control.take_reply(trace, &idp.base) => request.reply.send(fields),
        Ok(request) => Flow { idp, visitor: &visitor, trace }.begin(request),
        Err(Refusal::Page(error)) => pages::refused_by_b2c(&error, trace),
        Err(Refusal::Reply(reply, error)) => reply.send(error.fields(trace)),
    }
}

/// Takes the form of a page. The interaction id is good once and only at the browser that was shown the page.
pub(crate) async fn continue_flow(
    State(idp): State<Arc<Idp>>,
    trace: Trace,
    headers: HeaderMap,
    body: String,
) -> Response {
    let form = Params::parse(&body);
    let now = idp.now();
    let pending = form.get("interaction").and_then(|id| idp.b2c.interactions.with(|pending| pending.take(id, now)));
    let browser = cookies::read(&headers, cookies::BROWSER);
    let pending = pending.filter(|pending| Some(&pending.browser) == browser.as_ref());
    match (pending, Submission::read(&form)) {
        (Some(pending), Some(submission)) => {
            let visitor = Visitor::read(&headers, &idp, pending.request.authority.cookie());
            let flow = Flow { idp: &idp, visitor: &visitor, trace: &trace };
            flow.submit(pending.request, pending.step, submission)
        }
        _ => pages::refused(&AuthorizeError::InteractionGone.sts(), &trace),
    }
}
