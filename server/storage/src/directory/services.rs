//! Services.

use std::collections::HashMap;

use domain::{Name, Service, ServiceId, TenantId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::Records;
use crate::failure::Failure;
use crate::stored::{ROWS_PER_STATEMENT, read, sort_name};
use crate::table::service::{ActiveModel, Column, Entity, Model};

/// Of a service that came in by name only.
const USUAL_TIER: u8 = 3;

impl Records {
    pub(super) async fn services_of(&self, tenant: TenantId) -> Result<Vec<Service>, Failure> {
        let tx = self.read(tenant).await?;
        let rows = Entity::find().filter(Column::Tenant.eq(tenant.0)).order_by_asc(Column::SortName).all(&tx).await?;
        rows.iter().map(from_row).collect()
    }

    /// One service per name asked for, in that order.
    pub(super) async fn make_services(
        &self,
        tenant: TenantId,
        names: &[(ServiceId, Name)],
    ) -> Result<Vec<Service>, Failure> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.write(tenant).await?;
        let mut known = HashMap::new();
        for chunk in names.chunks(ROWS_PER_STATEMENT) {
            let rows = chunk.iter().map(|(id, name)| {
                let service = Service { id: *id, name: name.clone(), tier: USUAL_TIER };
                service_row(tenant, &service)
            });
            Entity::insert_many(rows)
                .on_conflict(OnConflict::columns([Column::Tenant, Column::SortName]).do_nothing().to_owned())
                .exec_without_returning(&tx)
                .await?;
            let wanted = chunk.iter().map(|(_, name)| sort_name(name.as_str()));
            let rows = Entity::find()
                .filter(Column::Tenant.eq(tenant.0))
                .filter(Column::SortName.is_in(wanted))
                .all(&tx)
                .await?;
            for row in rows {
                known.insert(row.sort_name.clone(), from_row(&row)?);
            }
        }
        tx.commit().await?;
        names
            .iter()
            .map(|(_, name)| {
                let service = known.get(&sort_name(name.as_str())).cloned();
                service.ok_or(Failure::Broken("a service that was made is not there"))
            })
            .collect()
    }
}

pub(super) fn service_row(tenant: TenantId, service: &Service) -> ActiveModel {
    ActiveModel {
        tenant: Set(tenant.0),
        id: Set(service.id.0),
        name: Set(service.name.as_str().to_owned()),
        sort_name: Set(sort_name(service.name.as_str())),
        tier: Set(service.tier.into()),
    }
}

fn from_row(row: &Model) -> Result<Service, Failure> {
    Ok(Service {
        id: ServiceId(row.id),
        name: read("service.name", &row.name)?,
        tier: u8::try_from(row.tier).map_err(|_| Failure::damaged("service.tier", row.tier))?,
    })
}
