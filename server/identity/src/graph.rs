//! As much of Microsoft Graph v1.0 as an application needs that knows its people: one's own profile and photo, searching
//! colleagues, and the groups that somebody is in.

mod memberships;
mod people;
mod photo;
mod profile;

use std::fmt;

use http::{HeaderName, HeaderValue, Request, Response};
use serde::de::DeserializeOwned;
use url::Url;

pub(crate) use memberships::{Pages, READ_GROUPS, memberships};
pub use photo::Photo;
pub use profile::Profile;

use crate::{
    downstream::DownstreamError,
    error::UpstreamError,
    identity::Identity,
    session::ActiveSession,
    tokens::{AcquireError, Scopes, ScopesError},
};

const ENDPOINT: &str = "Microsoft Graph";
/// "Advanced query capabilities on Microsoft Entra ID objects".
const EVENTUAL: (HeaderName, HeaderValue) =
    (HeaderName::from_static("consistencylevel"), HeaderValue::from_static("eventual"));

/// Microsoft Graph as one person sees it. Cheap to make; made for each request of theirs.
#[derive(Clone)]
pub struct Graph {
    identity: Identity,
    session: ActiveSession,
    base: Url,
}

impl Identity {
    /// Graph with the tokens of the person of `session`. None where the authority has none: only Entra ID does.
    #[must_use]
    pub fn graph(&self, session: &ActiveSession) -> Option<Graph> {
        let base = self.flow().config().graph_base()?;
        Some(Graph { identity: self.clone(), session: session.clone(), base })
    }
}

impl Graph {
    /// An address below the base, from whole segments.
    fn at(&self, segments: &[&str], query: &[(&str, &str)]) -> Result<Url, DownstreamError> {
        at(&self.base, segments, query)
    }

    async fn send(&self, url: &Url, scope: &str, eventual: bool) -> Result<Response<Vec<u8>>, DownstreamError> {
        let mut request = Request::get(url.as_str());
        if eventual {
            request = request.header(EVENTUAL.0, EVENTUAL.1);
        }
        let request = request.body(Vec::new()).map_err(|_| DownstreamError::NotOfThisApi)?;
        self.identity.authorized(&self.session, &self.base, scopes(scope)?).send(request).await
    }
}

fn at(base: &Url, segments: &[&str], query: &[(&str, &str)]) -> Result<Url, DownstreamError> {
    let mut url = base.clone();
    url.path_segments_mut().map_err(|()| DownstreamError::NotOfThisApi)?.pop_if_empty().extend(segments);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

fn scopes(scope: &str) -> Result<Scopes, DownstreamError> {
    // A constant of ours is a scope, but the parser does not know that.
    Scopes::new([scope]).map_err(|_: ScopesError| DownstreamError::Token(AcquireError::NoAccessToken))
}

fn read<T: DeserializeOwned>(answer: &Response<Vec<u8>>) -> Result<T, DownstreamError> {
    serde_json::from_slice(answer.body()).map_err(|_| unreadable("not the JSON it should be"))
}

fn unreadable(reason: &'static str) -> DownstreamError {
    DownstreamError::Answer(UpstreamError::Unreadable { endpoint: ENDPOINT, reason })
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph").field("base", &self.base.host_str()).finish_non_exhaustive()
    }
}
