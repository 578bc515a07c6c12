//! `GET /live`: a stream of server-sent events (WHATWG HTML, section 9.2) about whatever the person may see.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use app::AppError;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, StreamExt};
use services::audit::Caller;

use super::listener::{Listener, Who};
use crate::actor::StreamSession;
use crate::http::kind::Kind;
use crate::http::refusal;
use crate::state::AppState;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The handler, behind the gate.
pub async fn listen(State(state): State<AppState>, request: Request) -> Response {
    let extensions = request.extensions();
    let kind = Kind::of(&request);
    let caller = extensions.get::<Caller>().cloned();
    let (Some(caller), Some(session)) = (caller, StreamSession::of(&state, extensions)) else {
        return refusal::error(kind, &AppError::Unauthenticated);
    };
    let after = place(request.headers(), request.uri());
    let who =
        Who { session: caller.request.session.unwrap_or_default(), actor: caller.actor, watched: Arc::new(session) };
    match Listener::begin(&state.live, who, state.pace, after).await {
        Ok(listener) => respond(listener),
        Err(error) => {
            tracing::error!(%error, "what is new cannot be read for a page that listens");
            refusal::error(kind, &AppError::Unavailable)
        }
    }
}

/// Where a browser was. The header is what it says when it comes back by itself, and newer than the address, in which a page
/// may say it. What is no place is none of this feed: the stream starts anew.
fn place(headers: &HeaderMap, uri: &Uri) -> Option<u64> {
    let header = headers.get(LAST_EVENT_ID).map(|id| id.to_str().unwrap_or_default());
    let query = || uri.query()?.split('&').find_map(|pair| pair.strip_prefix("after="));
    let place = header.filter(|id| !id.is_empty()).or_else(query)?;
    Some(place.parse().unwrap_or(u64::MAX))
}

fn respond(listener: Listener) -> Response {
    let first = Event::default().retry(come_back_after());
    let rest = stream::unfold(listener, async |mut listener| Some((listener.next().await?, listener)));
    let events = stream::once(async { first }).chain(rest).map(Ok::<_, Infallible>);
    let mut response = Sse::new(events).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx gathers an answer before it passes it on, unless it is told not to.
    headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// Between one and three seconds, so that not all browsers come back at once when a replica ends.
#[expect(clippy::disallowed_methods, reason = "spreads browsers out and decides nothing else")]
fn come_back_after() -> Duration {
    Duration::from_millis(rand::random_range(1_000..=3_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_counts_before_the_address_and_what_is_no_place_starts_anew() {
        let cases = [
            ("", "/live", None),
            ("", "/live?after=", Some(u64::MAX)),
            ("", "/live?after=7", Some(7)),
            ("", "/live?x=1&after=7", Some(7)),
            ("9", "/live?after=7", Some(9)),
            ("9", "/live", Some(9)),
            ("-1", "/live", Some(u64::MAX)),
            ("a", "/live?after=7", Some(u64::MAX)),
        ];
        for (header, uri, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(LAST_EVENT_ID, HeaderValue::from_static(header));
            assert_eq!(place(&headers, &uri.parse().unwrap_or_default()), expected, "{header} {uri}");
        }
        assert_eq!(place(&HeaderMap::new(), &Uri::default()), None);
    }

    #[test]
    fn browsers_come_back_after_a_while_of_their_own() {
        let waits: std::collections::BTreeSet<_> = (0..50).map(|_| come_back_after()).collect();
        assert!(waits.len() > 10, "{waits:?}");
        assert!(waits.iter().all(|wait| (1..=3).contains(&wait.as_secs())), "{waits:?}");
    }
}
