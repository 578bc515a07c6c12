//! The sessions of the identity layer as the product's use cases ask for them.

use async_trait::async_trait;
use domain::view::Page;
use domain::{TenantId, Timestamp, TimestampError};
use identity::{AccountId, Identity, SessionCursor, SessionError, SessionInfo, StateError};
use services::ports::{Person, StoreError};
use services::sessions::{LiveSession, SessionInventory};
use services::user_id;

use super::subject_of;

/// The port over the one [`Identity`] of the site.
pub struct IdentitySessions(pub Identity);

#[async_trait]
impl SessionInventory for IdentitySessions {
    async fn of_person(
        &self,
        person: &Person,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError> {
        let Ok(after) = after.map(str::parse::<SessionCursor>).transpose() else {
            return Ok(None);
        };
        let page = self.0.sessions_of_account(&account(person), after.as_ref(), limit).await.map_err(failed)?;
        Ok(Some(live(page)?))
    }

    async fn of_tenant(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError> {
        let Ok(after) = after.map(str::parse::<SessionCursor>).transpose() else {
            return Ok(None);
        };
        let page = self.0.sessions_of_tenant(tenant.0, after.as_ref(), limit).await.map_err(failed)?;
        Ok(Some(live(page)?))
    }

    async fn find(&self, handle: &str) -> Result<Option<LiveSession>, StoreError> {
        let found = self.0.session_info(handle).await.map_err(failed)?;
        found.map(one).transpose()
    }

    async fn end(&self, handle: &str) -> Result<bool, StoreError> {
        self.0.revoke_session(handle).await.map_err(failed)
    }

    async fn end_person(&self, person: &Person, except: Option<&str>) -> Result<u64, StoreError> {
        self.0.revoke_account(&account(person), except).await.map_err(failed)
    }

    async fn end_tenant(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.0.revoke_tenant(tenant.0).await.map_err(failed)
    }

    async fn end_all(&self) -> Result<u64, StoreError> {
        self.0.revoke_all().await.map_err(failed)
    }
}

/// The account of a person: the way back from [`subject_of`]. Only an account of a plain provider has a `#` in its
/// subject, between the issuer, which has no fragment, and its `sub`; an object id of Entra never has.
fn account(person: &Person) -> AccountId {
    if person.subject.contains('#') {
        AccountId { home: person.subject.clone() }
    } else {
        AccountId::entra(&person.subject, person.tenant.0)
    }
}

fn live(page: identity::Page<SessionInfo>) -> Result<Page<LiveSession>, StoreError> {
    let items = page.items.into_iter().map(one).collect::<Result<_, _>>()?;
    Ok(Page { items, next: page.next.map(|cursor| cursor.to_string()) })
}

fn one(info: SessionInfo) -> Result<LiveSession, StoreError> {
    let tenant = TenantId(info.tenant_id);
    let at = |at| Timestamp::try_from(at).map_err(|error: TimestampError| StoreError::Internal(Box::new(error)));
    Ok(LiveSession {
        user: user_id(tenant, subject_of(&info.account, &info.subject, info.tenant_id)),
        tenant,
        name: info.name,
        signed_in_at: at(info.created_at)?,
        seen_at: at(info.seen_at)?,
        ends_at: at(info.expires_at)?,
        user_agent: info.user_agent,
        ip: info.ip,
        handle: info.handle,
    })
}

fn failed(error: SessionError) -> StoreError {
    match error {
        SessionError::State(StateError::Unavailable { .. } | StateError::Full { .. }) => {
            StoreError::Unavailable(error.to_string())
        }
        error => StoreError::Internal(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const TENANT: Uuid = Uuid::from_u128(7);

    fn info(account: AccountId, subject: &str) -> SessionInfo {
        let at = time::OffsetDateTime::UNIX_EPOCH;
        SessionInfo {
            handle: "handle".to_owned(),
            account,
            tenant_id: TENANT,
            subject: subject.to_owned(),
            name: "Amara".to_owned(),
            created_at: at,
            seen_at: at,
            expires_at: at,
            user_agent: None,
            ip: None,
        }
    }

    #[test]
    fn the_account_of_a_person_is_the_one_they_signed_in_with() {
        let oid = "0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821";
        let cases = [
            (AccountId::entra(oid, TENANT), oid),
            (AccountId::subject("https://op.example", "amara"), "amara"),
            (AccountId::subject("https://op.example", "a#b.c"), "a#b.c"),
            (AccountId::subject("https://op.example", oid), oid),
        ];
        for (home, sub) in cases {
            let subject = subject_of(&home, sub, TENANT).to_owned();
            let tenant = TenantId(TENANT);
            let person =
                Person { id: user_id(tenant, &subject), tenant, subject, name: String::new(), home_account: None };
            assert_eq!(account(&person), home);
            assert_eq!(one(info(home, sub)).map(|live| live.user).ok(), Some(person.id));
        }
    }
}
