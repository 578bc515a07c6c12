//! Services.

use std::collections::HashMap;

use domain::{Service, ServiceId, TenantId};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use services::ports::NewService;

use crate::Records;
use crate::failure::Failure;
use crate::stored::{ROWS_PER_STATEMENT, read, sort_name};
use crate::table::service::{ActiveModel, Column, Entity, Model};

impl Records {
    pub(super) async fn services_of(&self, tenant: TenantId) -> Result<Vec<Service>, Failure> {
        let tx = self.read(tenant).await?;
        let rows = Entity::find().filter(Column::Tenant.eq(tenant.0)).order_by_asc(Column::SortName).all(&tx).await?;
        rows.iter().map(from_row).collect()
    }

    pub(super) async fn services_named(&self, tenant: TenantId, ids: &[ServiceId]) -> Result<Vec<Service>, Failure> {
        let tx = self.read(tenant).await?;
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .order_by_asc(Column::SortName)
            .all(&tx)
            .await?;
        rows.iter().map(from_row).collect()
    }
}

/// What became of the services that an import needs.
pub(crate) struct Ensured<'a> {
    /// The ids they have here, by those that the import calls them.
    pub ids: HashMap<ServiceId, ServiceId>,
    /// Those that were made.
    pub made: Vec<&'a NewService>,
}

/// Finds services by name and makes those that are missing. The caller holds a lock that keeps others from making some
/// meanwhile.
pub(crate) async fn ensure<'a>(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    wanted: &'a [NewService],
) -> Result<Ensured<'a>, Failure> {
    let mut known: HashMap<String, ServiceId> = HashMap::new();
    let (mut ids, mut made) = (HashMap::new(), Vec::new());
    let folded = |new: &NewService| sort_name(new.service.name.as_str());
    for chunk in wanted.chunks(ROWS_PER_STATEMENT) {
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::SortName.is_in(chunk.iter().map(folded)))
            .all(tx)
            .await?;
        known.extend(rows.into_iter().map(|row| (row.sort_name, ServiceId(row.id))));
        let before = made.len();
        for new in chunk {
            let id = *known.entry(folded(new)).or_insert_with(|| {
                made.push(new);
                new.service.id
            });
            ids.insert(new.service.id, id);
        }
        if made.len() > before {
            let rows = made[before..].iter().map(|new| service_row(tenant, &new.service));
            Entity::insert_many(rows).exec_without_returning(tx).await?;
        }
    }
    Ok(Ensured { ids, made })
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
