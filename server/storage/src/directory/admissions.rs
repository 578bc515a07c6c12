//! The list of tenants, and the one question that goes across them.

use async_trait::async_trait;
use domain::view::OrganisationView;
use domain::{Name, Standing, TenantId, Timestamp, UserId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use services::audit::AuditRecord;
use services::ports::{Admission, AdmissionStore, StoreError};

use crate::Records;
use crate::change::seal;
use crate::failure::Failure;
use crate::stored::{instant, instant_if, micros_if, read, sort_name};
use crate::table::admission::{ActiveModel, Column, Entity, Model};
use crate::table::{app_user, tenant};

#[async_trait]
impl AdmissionStore for Records {
    async fn admission(&self, tenant: TenantId) -> Result<Option<Admission>, StoreError> {
        Ok(self.find_admission(tenant).await?)
    }

    async fn admissions(&self, after: Option<TenantId>, limit: u32) -> Result<Vec<Admission>, StoreError> {
        Ok(self.list_admissions(after, limit).await?)
    }

    async fn decide(&self, admission: &Admission, audit: &AuditRecord) -> Result<(), StoreError> {
        Ok(self.write_admission(admission, audit).await?)
    }

    async fn apply(&self, admission: &Admission, audit: &AuditRecord) -> Result<bool, StoreError> {
        Ok(self.add_admission(admission, audit).await?)
    }

    async fn organisations_of(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<OrganisationView>, StoreError> {
        Ok(self.organisations_of_account(tenant, user, limit).await?)
    }
}

impl Records {
    async fn find_admission(&self, tenant: TenantId) -> Result<Option<Admission>, Failure> {
        let tx = self.read(tenant).await?;
        let row = Entity::find_by_id(tenant.0).one(&tx).await?;
        row.map(from_row).transpose()
    }

    async fn list_admissions(&self, after: Option<TenantId>, limit: u32) -> Result<Vec<Admission>, Failure> {
        let tx = self.read_list().await?;
        let rows = Entity::find()
            .apply_if(after, |query, after| query.filter(Column::Tenant.gt(after.0)))
            .order_by_asc(Column::Tenant)
            .limit(u64::from(limit))
            .all(&tx)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    async fn write_admission(&self, admission: &Admission, line: &AuditRecord) -> Result<(), Failure> {
        let tx = self.write(admission.tenant).await?;
        let mut decided = vec![Column::Standing, Column::Since, Column::DecidedBy, Column::Reason];
        if admission.sessions_from.is_some() {
            decided.push(Column::SessionsFrom);
        }
        if let Some(name) = &admission.name {
            decided.extend([Column::Name, Column::SortName]);
            tenant::Entity::update_many()
                .col_expr(tenant::Column::Name, Expr::value(name.as_str()))
                .filter(tenant::Column::Id.eq(admission.tenant.0))
                .exec(&tx)
                .await?;
        }
        Entity::insert(to_row(admission))
            .on_conflict(OnConflict::column(Column::Tenant).update_columns(decided).to_owned())
            .exec_without_returning(&tx)
            .await?;
        seal(&tx, admission.tenant, &[], &[line]).await?;
        Ok(tx.commit().await?)
    }

    async fn add_admission(&self, admission: &Admission, line: &AuditRecord) -> Result<bool, Failure> {
        let tx = self.write(admission.tenant).await?;
        // A second replica waits here for the first one, and then finds the row.
        let added = Entity::insert(to_row(admission))
            .on_conflict(OnConflict::column(Column::Tenant).do_nothing().to_owned())
            .exec_without_returning(&tx)
            .await?;
        if added == 0 {
            return Ok(false);
        }
        seal(&tx, admission.tenant, &[], &[line]).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn organisations_of_account(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<OrganisationView>, Failure> {
        let tx = self.read(tenant).await?;
        let own = app_user::Entity::find_by_id((tenant.0, user.0)).one(&tx).await?;
        let home_account = own.and_then(|row| row.home_account);
        tx.commit().await?;

        let mut tenants = vec![tenant.0];
        if let Some(home_account) = &home_account {
            let tx = self.read_account(home_account).await?;
            let rows = app_user::Entity::find()
                .filter(app_user::Column::HomeAccount.eq(home_account.as_str()))
                .order_by_desc(app_user::Column::LastSeenAt)
                .limit(u64::from(limit))
                .all(&tx)
                .await?;
            tenants.extend(rows.into_iter().map(|row| row.tenant));
        }
        let tx = self.read_list().await?;
        let rows = Entity::find()
            .filter(Column::Tenant.is_in(tenants))
            .filter(Column::Standing.eq(Standing::Allowed.as_str()))
            .order_by_asc(Column::SortName)
            .order_by_asc(Column::Tenant)
            .limit(u64::from(limit))
            .all(&tx)
            .await?;
        Ok(rows.into_iter().map(|row| organisation(row, tenant)).collect())
    }
}

/// Puts a tenant that comes in by being used on the list, unless it stands there. A name that the list does not have is
/// filled in.
pub(super) async fn note(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    name: &Name,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = to_row(&Admission {
        tenant,
        name: Some(name.clone()),
        standing: Standing::Allowed,
        since: now,
        decided_by: "first sign-in".to_owned(),
        reason: String::new(),
        sessions_from: None,
    });
    Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Tenant).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Entity::update_many()
        .col_expr(Column::SortName, Expr::value(sort_name(name.as_str())))
        .col_expr(Column::Name, Expr::value(name.as_str()))
        .filter(Column::Tenant.eq(tenant.0))
        .filter(Column::Name.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn to_row(admission: &Admission) -> ActiveModel {
    let name = admission.name.as_ref().map(|name| name.as_str().to_owned());
    ActiveModel {
        tenant: Set(admission.tenant.0),
        sort_name: Set(name.as_deref().map(sort_name).unwrap_or_default()),
        name: Set(name),
        standing: Set(admission.standing.as_str().to_owned()),
        since: Set(admission.since.micros()),
        decided_by: Set(admission.decided_by.clone()),
        reason: Set(admission.reason.clone()),
        sessions_from: Set(micros_if(admission.sessions_from)),
    }
}

fn from_row(row: Model) -> Result<Admission, Failure> {
    Ok(Admission {
        tenant: TenantId(row.tenant),
        name: row.name.map(|name| read("admission.name", &name)).transpose()?,
        standing: read("admission.standing", &row.standing)?,
        since: instant(row.since)?,
        decided_by: row.decided_by,
        reason: row.reason,
        sessions_from: instant_if(row.sessions_from)?,
    })
}

fn organisation(row: Model, current: TenantId) -> OrganisationView {
    let id = TenantId(row.tenant);
    OrganisationView { id, name: row.name.unwrap_or_else(|| id.to_string()), current: id == current }
}
