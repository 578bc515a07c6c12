//! From what a token says about groups to the roles of a person: at the sign-in, and again with each token that comes
//! later.

use std::{collections::BTreeSet, time::Duration as Limit};

use async_trait::async_trait;
use http::{Request, Response, header};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use url::Url;
use uuid::Uuid;

use super::{GroupClaim, GroupRoles};
use crate::{
    claims::Principal,
    config::IdentityConfig,
    downstream::DownstreamError,
    graph::{Pages, READ_GROUPS, memberships},
    outgoing,
    tokens::AccessToken,
};

/// All pages together; a sign-in waits for them.
const LIMIT: Limit = Limit::from_secs(5);
/// While Graph cannot be asked, what it said last counts for so long.
const LONGEST: Duration = Duration::hours(24);

/// The groups of one person that stand for a role, as they were read last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownGroups {
    ids: BTreeSet<Uuid>,
    #[serde(with = "time::serde::timestamp")]
    as_of: OffsetDateTime,
    /// Whether they could not be read anew when they should have been.
    stale: bool,
    /// The roles that the person has without them.
    own: Vec<String>,
}

impl KnownGroups {
    /// The roles that are left when they count no longer; none while they do.
    pub(crate) fn outlived(&self, now: OffsetDateTime) -> Option<&[String]> {
        (self.stale && !self.counts(now)).then_some(&self.own)
    }

    fn counts(&self, now: OffsetDateTime) -> bool {
        now - self.as_of < LONGEST
    }
}

/// Where groups and their roles come from.
#[derive(Clone, Debug)]
pub(crate) struct GroupSource {
    roles: GroupRoles,
    graph: Option<Url>,
    http: reqwest::Client,
}

impl GroupSource {
    /// None where no group stands for a role.
    pub(crate) fn of(config: &IdentityConfig, http: &reqwest::Client) -> Option<Self> {
        let roles = config.groups.clone()?;
        Some(Self { roles, graph: config.graph_base(), http: http.clone() })
    }

    /// Adds to `principal` the roles of their groups. `token` is one of theirs for Graph, `known` what was known of their
    /// groups before. What is known afterwards comes back; nothing if nothing is.
    pub(crate) async fn settle(
        &self,
        principal: &mut Principal,
        claim: &GroupClaim,
        token: Option<&AccessToken>,
        known: Option<&KnownGroups>,
        now: OffsetDateTime,
    ) -> Option<KnownGroups> {
        let read = match claim {
            GroupClaim::Listed(groups) => Ok(groups.clone()),
            GroupClaim::Overage => self.ask(token).await,
        };
        let own = principal.roles.clone();
        let known = match read {
            Ok(groups) => KnownGroups { ids: self.roles.among(&groups), as_of: now, stale: false, own },
            Err(error) => {
                let Some(known) = known.filter(|known| known.counts(now)) else {
                    tracing::error!(%error, "groups cannot be read and none are known; only app roles count");
                    return None;
                };
                let hours = (now - known.as_of).whole_hours();
                tracing::warn!(%error, hours, "groups cannot be read; those from before count for up to a day");
                KnownGroups { stale: true, own, ..known.clone() }
            }
        };
        principal.roles = self.roles.added_to(&principal.roles, &known.ids);
        Some(known)
    }

    async fn ask(&self, token: Option<&AccessToken>) -> Result<BTreeSet<Uuid>, DownstreamError> {
        let (Some(base), Some(token)) = (&self.graph, token) else {
            return Err(DownstreamError::TokenRefused);
        };
        let asking = Asking { http: &self.http, token };
        let all = memberships(base, &asking);
        tokio::time::timeout(LIMIT, all).await.unwrap_or(Err(DownstreamError::Unavailable { retry_after: 1 }))
    }

    /// The scope without which Graph says nothing about groups.
    pub(crate) fn scope() -> &'static str {
        READ_GROUPS
    }
}

/// Somebody who has no session yet, or whose tokens are just being changed.
struct Asking<'a> {
    http: &'a reqwest::Client,
    token: &'a AccessToken,
}

#[async_trait]
impl Pages for Asking<'_> {
    async fn page(&self, url: &Url) -> Result<Response<Vec<u8>>, DownstreamError> {
        let authorization = self.token.authorization().map_err(|_| DownstreamError::TokenRefused)?;
        let request = Request::get(url.as_str()).header(header::AUTHORIZATION, authorization).body(Vec::new());
        let request = request.map_err(|_| DownstreamError::NotOfThisApi)?;
        let answer = outgoing::send(self.http, "Microsoft Graph", request).await?;
        let status = answer.status();
        if status.is_success() { Ok(answer) } else { Err(DownstreamError::Refused { status }) }
    }
}
