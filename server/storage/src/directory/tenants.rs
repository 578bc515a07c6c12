//! Tenants and what they start with.

use domain::{Service, Severity, SeverityKey, Tenant, TenantId, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use services::audit::AuditRecord;

use super::admissions;
use super::services::service_row;
use crate::Records;
use crate::change::seal;
use crate::failure::Failure;
use crate::stored::{self, read};
use crate::table::{service, severity, tenant};

impl Records {
    pub(super) async fn find_tenant(&self, id: TenantId) -> Result<Option<Tenant>, Failure> {
        let tx = self.read(id).await?;
        let row = tenant::Entity::find_by_id(id.0).one(&tx).await?;
        row.as_ref().map(from_row).transpose()
    }

    pub(super) async fn make_tenant(
        &self,
        tenant: &Tenant,
        service: &Service,
        now: Timestamp,
        line: &AuditRecord,
    ) -> Result<bool, Failure> {
        let tx = self.write(tenant.id).await?;
        let row = tenant::ActiveModel {
            id: Set(tenant.id.0),
            name: Set(tenant.name.as_str().to_owned()),
            settings: Set(json!({ "close_policy": tenant.close_policy }).to_string()),
            next_number: Set(1),
            created_at: Set(now.micros()),
        };
        // A second replica waits here for the first one, and then finds the row.
        let made = tenant::Entity::insert(row)
            .on_conflict(OnConflict::column(tenant::Column::Id).do_nothing().to_owned())
            .exec_without_returning(&tx)
            .await?;
        if made == 0 {
            return Ok(false);
        }
        severity::Entity::insert_many(SeverityKey::ALL.map(|key| severity_row(tenant.id, key)))
            .exec_without_returning(&tx)
            .await?;
        service::Entity::insert(service_row(tenant.id, service)).exec_without_returning(&tx).await?;
        admissions::note(&tx, tenant.id, &tenant.name, now).await?;
        seal(&tx, tenant.id, &[], &[line]).await?;
        tx.commit().await?;
        Ok(true)
    }

    pub(super) async fn severities_of(&self, tenant: TenantId) -> Result<Vec<Severity>, Failure> {
        let tx = self.read(tenant).await?;
        let rows = severity::Entity::find()
            .filter(severity::Column::Tenant.eq(tenant.0))
            .order_by_asc(severity::Column::Rank)
            .all(&tx)
            .await?;
        rows.into_iter()
            .map(|row| {
                let seconds = |s| stored::count("severity.update_interval_s", s);
                Ok(Severity {
                    key: stored::severity(row.rank)?,
                    name: row.name,
                    is_major: row.is_major,
                    update_interval_s: row.update_interval_s.map(seconds).transpose()?,
                })
            })
            .collect()
    }
}

fn from_row(row: &tenant::Model) -> Result<Tenant, Failure> {
    let damaged = |why| Failure::damaged("tenant.settings", why);
    let mut settings: serde_json::Value = serde_json::from_str(&row.settings).map_err(damaged)?;
    Ok(Tenant {
        id: TenantId(row.id),
        name: read("tenant.name", &row.name)?,
        // A setting that an older Muster did not know has its default.
        close_policy: match settings["close_policy"].take() {
            serde_json::Value::Null => domain::ClosePolicy::default(),
            policy => serde_json::from_value(policy).map_err(damaged)?,
        },
    })
}

fn severity_row(tenant: TenantId, key: SeverityKey) -> severity::ActiveModel {
    severity::ActiveModel {
        tenant: Set(tenant.0),
        rank: Set(stored::rank(Some(key))),
        name: Set(key.word().to_owned()),
        is_major: Set(key.is_major()),
        update_interval_s: Set(key.update_interval_s().map(i64::from)),
    }
}
