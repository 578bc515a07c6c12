//! People.

use domain::view::PersonView;
use domain::{TenantId, Timestamp, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use services::audit::AuditRecord;
use services::ports::Person;

use crate::Records;
use crate::change::seal;
use crate::failure::Failure;
use crate::stored::sort_name;
use crate::table::app_user::{ActiveModel, Column, Entity, Model};

impl Records {
    pub(super) async fn note_sign_in(
        &self,
        person: &Person,
        now: Timestamp,
        line: &AuditRecord,
    ) -> Result<(), Failure> {
        let tx = self.write(person.tenant).await?;
        let row = ActiveModel {
            tenant: Set(person.tenant.0),
            id: Set(person.id.0),
            subject: Set(person.subject.clone()),
            name: Set(person.name.clone()),
            sort_name: Set(sort_name(&person.name)),
            created_at: Set(now.micros()),
            last_seen_at: Set(now.micros()),
            home_account: Set(person.home_account.clone()),
        };
        Entity::insert(row)
            .on_conflict(
                OnConflict::columns([Column::Tenant, Column::Subject])
                    .update_columns([Column::Name, Column::SortName, Column::LastSeenAt, Column::HomeAccount])
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await?;
        seal(&tx, person.tenant, &[], &[line]).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn find_person(&self, tenant: TenantId, id: UserId) -> Result<Option<Person>, Failure> {
        let tx = self.read(tenant).await?;
        let row = Entity::find_by_id((tenant.0, id.0)).one(&tx).await?;
        Ok(row.map(|row| Person { id, tenant, subject: row.subject, name: row.name, home_account: row.home_account }))
    }

    pub(super) async fn people_of(&self, tenant: TenantId, limit: u32) -> Result<Vec<PersonView>, Failure> {
        let tx = self.read(tenant).await?;
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .order_by_asc(Column::SortName)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(&tx)
            .await?;
        Ok(rows.into_iter().map(view).collect())
    }

    pub(super) async fn people_named(&self, tenant: TenantId, ids: &[UserId]) -> Result<Vec<PersonView>, Failure> {
        let tx = self.read(tenant).await?;
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .order_by_asc(Column::SortName)
            .order_by_asc(Column::Id)
            .all(&tx)
            .await?;
        Ok(rows.into_iter().map(view).collect())
    }
}

impl Records {
    pub(super) async fn people_by_name(&self, tenant: TenantId, names: &[String]) -> Result<Vec<PersonView>, Failure> {
        let tx = self.read(tenant).await?;
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::SortName.is_in(names.iter().map(|name| sort_name(name))))
            .order_by_asc(Column::SortName)
            .order_by_asc(Column::Id)
            .all(&tx)
            .await?;
        Ok(rows.into_iter().map(view).collect())
    }
}

fn view(row: Model) -> PersonView {
    PersonView { id: UserId(row.id), name: row.name }
}
