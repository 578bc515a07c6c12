//! What tests ask of the records: recomputing the chain of the audit log.

use async_trait::async_trait;
use domain::TenantId;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use services::ports::StoreError;
use services::testing::AuditChain;

use crate::Records;
use crate::audit::chain::{FIRST_HASH, hash};
use crate::failure::Failure;
use crate::table::{audit_log, tenant_head};

const LINES_AT_A_TIME: u64 = 1_000;

#[async_trait]
impl AuditChain for Records {
    async fn verify(&self, tenant: TenantId) -> Result<Option<Uuid>, StoreError> {
        Ok(self.first_broken_line(tenant).await?)
    }
}

impl Records {
    /// The id of the first line that does not fit; the last line's if lines after it are gone, nil if all are.
    async fn first_broken_line(&self, tenant: TenantId) -> Result<Option<Uuid>, Failure> {
        let tx = self.read(tenant).await?;
        let head = tenant_head::Entity::find_by_id(tenant.0).one(&tx).await?;
        let (mut seq, mut before, mut last) = (0, FIRST_HASH.to_vec(), Uuid::nil());
        loop {
            let lines = lines_after(&tx, tenant, seq).await?;
            if lines.is_empty() {
                break;
            }
            for line in lines {
                if line.seq != seq + 1 || line.prev_hash != before || line.hash != hash(&line) {
                    return Ok(Some(line.id));
                }
                (seq, before, last) = (line.seq, line.hash, line.id);
            }
        }
        let (lines, end) = head.map_or((0, FIRST_HASH.to_vec()), |h| (h.audit_lines, h.audit_hash));
        Ok((seq != lines || before != end).then_some(last))
    }
}

async fn lines_after(tx: &DatabaseTransaction, tenant: TenantId, seq: i64) -> Result<Vec<audit_log::Model>, Failure> {
    Ok(audit_log::Entity::find()
        .filter(audit_log::Column::Tenant.eq(tenant.0))
        .filter(audit_log::Column::Seq.gt(seq))
        .order_by_asc(audit_log::Column::Seq)
        .limit(LINES_AT_A_TIME)
        .all(tx)
        .await?)
}
