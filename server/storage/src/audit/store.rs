//! The port of the audit log.

use async_trait::async_trait;
use domain::{TenantId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use services::audit::{AuditRecord, AuditResult, RequestFacts};
use services::ports::{AuditStore, StoreError};

use crate::Records;
use crate::change::seal;
use crate::failure::Failure;
use crate::stored::instant;
use crate::table::audit_log;

#[async_trait]
impl AuditStore for Records {
    async fn append(&self, record: &AuditRecord) -> Result<(), StoreError> {
        let tx = self.write(record.tenant).await?;
        seal(&tx, record.tenant, &[], &[record]).await?;
        Ok(tx.commit().await.map_err(Failure::from)?)
    }

    async fn recent(&self, tenant: TenantId, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let tx = self.read(tenant).await?;
        let rows = audit_log::Entity::find()
            .filter(audit_log::Column::Tenant.eq(tenant.0))
            .order_by_desc(audit_log::Column::Seq)
            .limit(u64::from(limit))
            .all(&tx)
            .await
            .map_err(Failure::from)?;
        Ok(rows.into_iter().map(record).collect::<Result<_, _>>()?)
    }
}

fn record(row: audit_log::Model) -> Result<AuditRecord, Failure> {
    Ok(AuditRecord {
        id: row.id,
        tenant: TenantId(row.tenant),
        at: instant(row.at)?,
        actor: row.actor.map(UserId),
        actor_name: row.actor_name,
        request: RequestFacts {
            request_id: row.request_id,
            ip: row.ip,
            user_agent: row.user_agent,
            ..RequestFacts::default()
        },
        action: row.action,
        target: row.target,
        detail: serde_json::from_str(&row.detail).map_err(|why| Failure::damaged("audit_log.detail", why))?,
        result: result(&row.result)?,
    })
}

fn result(word: &str) -> Result<AuditResult, Failure> {
    [AuditResult::Allow, AuditResult::Deny]
        .into_iter()
        .find(|result| result.as_str() == word)
        .ok_or_else(|| Failure::damaged("audit_log.result", word))
}
