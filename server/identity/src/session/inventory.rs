//! The inventory: which sessions there are, and ending them from elsewhere. Costs grow with the page or with what is ended,
//! never with the number of sessions there are.

use futures::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

use super::{
    SessionError, Sessions,
    ending::EndReason,
    index,
    info::{Page, SessionCursor, SessionInfo, is_handle},
    metadata::Found,
};
use crate::{claims::AccountId, events::RequestFacts, identity::Identity, state::Member, to_the_end::to_the_end};

/// More than this at once is nobody's page.
const LONGEST_PAGE: u32 = 200;
/// How many members of a set are ended between two looks at the set.
const BATCH: u32 = 100;
/// How many members are looked up for one page. After the removal of a key, say, many may be nothing to show; a page then ends
/// early and the next one goes on.
const MOST_LOOKED_UP: usize = 1000;
/// How many sessions are looked up, or ended, at the same time.
pub(super) const AT_ONCE: usize = 16;

impl Identity {
    /// The live sessions of one person, oldest sign-in first, at most `limit` (1 to 200) of those after `after`.
    ///
    /// # Errors
    /// When shared state cannot be read.
    pub async fn sessions_of_account(
        &self,
        account: &AccountId,
        after: Option<&SessionCursor>,
        limit: u32,
    ) -> Result<Page<SessionInfo>, SessionError> {
        self.sessions().page(&index::of_account(account), after, limit).await
    }

    /// The live sessions in one tenant, oldest sign-in first, at most `limit` (1 to 200) of those after `after`.
    ///
    /// # Errors
    /// When shared state cannot be read.
    pub async fn sessions_of_tenant(
        &self,
        tenant_id: Uuid,
        after: Option<&SessionCursor>,
        limit: u32,
    ) -> Result<Page<SessionInfo>, SessionError> {
        self.sessions().page(&index::of_tenant(tenant_id), after, limit).await
    }

    /// The live session behind `handle`: whose it is, before somebody ends it.
    ///
    /// # Errors
    /// When shared state cannot be read.
    pub async fn session_info(&self, handle: &str) -> Result<Option<SessionInfo>, SessionError> {
        if !is_handle(handle) {
            return Ok(None);
        }
        Ok(match self.sessions().store.look_up(handle).await? {
            Found::Live(info) => Some(*info),
            Found::Ended | Found::Dormant => None,
        })
    }

    /// Ends the session behind `handle`: its browser is nobody from its next request on, on every replica. Says whether
    /// there was one to end. Whether the caller may do this is the caller's business.
    ///
    /// # Errors
    /// When shared state cannot be written. The session may have ended all the same; asking again is safe.
    pub async fn revoke_session(&self, handle: &str) -> Result<bool, SessionError> {
        if !is_handle(handle) {
            return Ok(false);
        }
        let (sessions, handle) = (self.sessions().clone(), handle.to_owned());
        to_the_end(async move { sessions.close(&handle, EndReason::Revoked, &RequestFacts::default()).await }).await
    }

    /// Ends all sessions of a person, except the one with the handle `except`. Says how many ended. It goes on to its end
    /// even if nobody waits for it any more.
    ///
    /// # Errors
    /// When shared state fails on the way. Those that have ended stay so; asking again ends the rest.
    pub async fn revoke_account(&self, account: &AccountId, except: Option<&str>) -> Result<u64, SessionError> {
        let (sessions, account, except) = (self.sessions().clone(), account.clone(), except.map(str::to_owned));
        to_the_end(async move {
            let facts = RequestFacts::default();
            sessions.close_account(&account, except.as_deref(), EndReason::Revoked, &facts).await
        })
        .await
    }

    /// Ends all sessions in a tenant. Says how many ended. It goes on to its end as [`Identity::revoke_account`] does.
    ///
    /// # Errors
    /// As [`Identity::revoke_account`].
    pub async fn revoke_tenant(&self, tenant_id: Uuid) -> Result<u64, SessionError> {
        let sessions = self.sessions().clone();
        to_the_end(async move { sessions.close_tenant(tenant_id).await }).await
    }

    /// Ends every session there is. Says how many ended. It goes on to its end as [`Identity::revoke_account`] does.
    ///
    /// # Errors
    /// As [`Identity::revoke_account`].
    pub async fn revoke_all(&self) -> Result<u64, SessionError> {
        let sessions = self.sessions().clone();
        to_the_end(async move { sessions.close_everything().await }).await
    }
}

impl Sessions {
    /// The live sessions of a set. What has ended is passed over, and its entry removed.
    pub(super) async fn page(
        &self,
        set: &str,
        after: Option<&SessionCursor>,
        limit: u32,
    ) -> Result<Page<SessionInfo>, SessionError> {
        self.page_within(set, after, limit, MOST_LOOKED_UP).await
    }

    pub(super) async fn page_within(
        &self,
        set: &str,
        after: Option<&SessionCursor>,
        limit: u32,
        most_looked_up: usize,
    ) -> Result<Page<SessionInfo>, SessionError> {
        let limit = limit.clamp(1, LONGEST_PAGE);
        let mut found: Vec<(Member, SessionInfo)> = Vec::new();
        let mut after = after.map(|cursor| cursor.0.clone());
        let (mut looked, mut exhausted) = (0, false);
        // One more than asked for tells whether there is a next page.
        while found.len() <= limit as usize && looked < most_looked_up {
            let members = self.store.state.members(set, after.as_ref(), limit + 1).await?;
            let Some(last) = members.last() else {
                exhausted = true;
                break;
            };
            after = Some(last.clone());
            looked += members.len();
            let looked_up = stream::iter(members)
                .map(async |member: Member| Ok::<_, SessionError>((self.store.look_up(&member.name).await?, member)))
                .buffered(AT_ONCE)
                .try_collect::<Vec<_>>()
                .await?;
            for (session, member) in looked_up {
                match session {
                    Found::Live(info) => found.push((member, *info)),
                    Found::Dormant => {}
                    Found::Ended => self.tidy(set, &member.name).await?,
                }
            }
        }
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let shown = found.last().map(|(member, _)| member.clone());
        let next = if more { shown } else { after.filter(|_| !exhausted) }.map(SessionCursor);
        Ok(Page { items: found.into_iter().map(|(_, info)| info).collect(), next })
    }

    /// Removes what is left of an ended session.
    async fn tidy(&self, set: &str, handle: &str) -> Result<(), SessionError> {
        self.store.end(handle).await?;
        self.store.state.remove_member(set, handle).await?;
        Ok(())
    }

    /// Ends all sessions of a person but one.
    pub(crate) async fn close_account(
        &self,
        account: &AccountId,
        except: Option<&str>,
        reason: EndReason,
        facts: &RequestFacts,
    ) -> Result<u64, SessionError> {
        self.close_all(&index::of_account(account), except, reason, facts).await
    }

    async fn close_tenant(&self, tenant_id: Uuid) -> Result<u64, SessionError> {
        self.close_all(&index::of_tenant(tenant_id), None, EndReason::Revoked, &RequestFacts::default()).await
    }

    async fn close_everything(&self) -> Result<u64, SessionError> {
        let mut ended = 0;
        loop {
            let before = ended;
            let mut after: Option<Member> = None;
            loop {
                let tenants = self.store.state.members(index::TENANTS, after.as_ref(), BATCH).await?;
                let Some(last) = tenants.last() else { break };
                for tenant_id in tenants.iter().filter_map(|tenant| Uuid::try_parse(&tenant.name).ok()) {
                    ended += self.close_tenant(tenant_id).await?;
                }
                after = Some(last.clone());
            }
            // Another pass, for a tenant that moved to a place already passed by signing somebody in.
            if ended == before {
                return Ok(ended);
            }
        }
    }

    /// Ends all sessions that began in the session `sid` of the authority `issuer`.
    pub(crate) async fn close_sid(
        &self,
        issuer: &str,
        sid: &str,
        reason: EndReason,
        facts: &RequestFacts,
    ) -> Result<u64, SessionError> {
        self.close_all(&index::of_sid(issuer, sid), None, reason, facts).await
    }

    /// Ends all sessions of a set but one, those included that are being made meanwhile and are in the set already.
    async fn close_all(
        &self,
        set: &str,
        except: Option<&str>,
        reason: EndReason,
        facts: &RequestFacts,
    ) -> Result<u64, SessionError> {
        let mut ended = 0;
        loop {
            let mut any = false;
            let mut after: Option<Member> = None;
            loop {
                let members = self.store.state.members(set, after.as_ref(), BATCH).await?;
                let Some(last) = members.last() else { break };
                after = Some(last.clone());
                let closed = stream::iter(members.into_iter().filter(|member| except != Some(member.name.as_str())))
                    .map(async |member: Member| self.close_member(set, &member.name, reason, facts).await)
                    .buffer_unordered(AT_ONCE)
                    // All of them, failures too: to stop at the first would leave the others half done.
                    .collect::<Vec<_>>()
                    .await;
                any |= !closed.is_empty();
                for closed in closed {
                    ended += u64::from(closed?);
                }
            }
            if !any {
                return Ok(ended);
            }
        }
    }

    /// Ends the session of a member of a set. An end takes its index entries along; one of a session that was over already
    /// goes here, or it would be found for ever.
    async fn close_member(
        &self,
        set: &str,
        handle: &str,
        reason: EndReason,
        facts: &RequestFacts,
    ) -> Result<bool, SessionError> {
        let closed = self.close(handle, reason, facts).await?;
        if !closed {
            self.store.state.remove_member(set, handle).await?;
        }
        Ok(closed)
    }
}
