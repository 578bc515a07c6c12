//! What happened to an incident, a page at a time.

use axum::Json;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::Invalid;
use services::TimelineOrder;
use services::audit::Caller;

use super::body;
use super::error::{Refused, failed, invalid, refuse};
use super::list::pairs;
use super::parameters::OneIncident;
use super::refusals::{Always, ForOne};
use super::views::TimelinePage;
use crate::state::AppState;

/// Read a timeline.
///
/// Oldest first, 50 entries at a time. Follow `next`, or the `Link` header (RFC 8288), until there is none.
#[utoipa::path(
    get,
    path = "/api/incidents/{number}/timeline",
    tag = "Timeline",
    operation_id = "readTimeline",
    params(
        OneIncident,
        ("after" = Option<String>, Query, description = "The `next` of the page before.", pattern = "^[0-9]{1,9}$"),
    ),
    responses(
        (status = 200, description = "One page.", body = TimelinePage, headers(
            ("Link" = String, description = "The next page as `<...>; rel=\"next\"`; missing on the last one."),
        )),
        Always, ForOne,
    ),
    security(("token" = ["Incidents.Read"]))
)]
pub async fn read(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
    RawQuery(text): RawQuery,
) -> Result<Response, Refused> {
    let number = body::number(&number)?;
    let after = pairs(text.as_deref().unwrap_or_default(), &["after"])?.pop().map(|(_, after)| after);
    if after.as_deref().is_some_and(|after| after.is_empty() || !after.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(refuse(invalid(vec![Invalid::new("after", "must be the number of a timeline entry")])));
    }
    let incidents = &state.services.incidents;
    let page = incidents.timeline(&caller, number, TimelineOrder::Oldest, after.as_deref()).await;
    let page = page.map_err(|why| failed(why, &caller))?;
    let link = page.next.as_ref().map(|next| format!("</api/incidents/{number}/timeline?after={next}>; rel=\"next\""));
    let items = page.items.into_iter().map(Into::into).collect();
    let mut response = Json(TimelinePage { items, next: page.next }).into_response();
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
