//! The people and services of incidents.

use std::collections::HashMap;

use domain::{Incident, IncidentId, ServiceId, TenantId, UserId};
use sea_orm::prelude::Uuid;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

use crate::failure::Failure;
use crate::stored::ROWS_PER_STATEMENT;
use crate::table::{incident_person, incident_service};

/// Who and what belongs to some incidents, each in order of id.
#[derive(Default)]
pub(super) struct Links {
    people: HashMap<Uuid, Vec<UserId>>,
    services: HashMap<Uuid, Vec<ServiceId>>,
}

impl Links {
    /// Those of one incident; asked for once.
    pub(super) fn take(&mut self, id: Uuid) -> (Vec<UserId>, Vec<ServiceId>) {
        (self.people.remove(&id).unwrap_or_default(), self.services.remove(&id).unwrap_or_default())
    }
}

/// Reads people and services of some incidents: two queries, however many.
pub(super) async fn of(tx: &DatabaseTransaction, tenant: TenantId, incidents: &[Uuid]) -> Result<Links, Failure> {
    let mut links = Links::default();
    let ids = || incidents.iter().copied();
    let people = incident_person::Entity::find()
        .filter(incident_person::Column::Tenant.eq(tenant.0))
        .filter(incident_person::Column::Incident.is_in(ids()))
        .order_by_asc(incident_person::Column::Person);
    for row in people.all(tx).await? {
        let of = links.people.entry(row.incident).or_default();
        of.push(UserId(row.person));
    }
    let services = incident_service::Entity::find()
        .filter(incident_service::Column::Tenant.eq(tenant.0))
        .filter(incident_service::Column::Incident.is_in(ids()))
        .order_by_asc(incident_service::Column::Service);
    for row in services.all(tx).await? {
        let of = links.services.entry(row.incident).or_default();
        of.push(ServiceId(row.service));
    }
    Ok(links)
}

/// Adds people and services of new incidents.
pub(super) async fn add(tx: &DatabaseTransaction, incidents: impl Iterator<Item = &Incident>) -> Result<(), Failure> {
    let (mut people, mut services) = (Vec::new(), Vec::new());
    for incident in incidents {
        people.extend(distinct(&incident.people).into_iter().map(|person| incident_person::ActiveModel {
            tenant: Set(incident.tenant.0),
            incident: Set(incident.id.0),
            person: Set(person.0),
        }));
        services.extend(distinct(&incident.services).into_iter().map(|service| incident_service::ActiveModel {
            tenant: Set(incident.tenant.0),
            incident: Set(incident.id.0),
            service: Set(service.0),
        }));
    }
    for rows in people.chunks(ROWS_PER_STATEMENT) {
        incident_person::Entity::insert_many(rows.to_vec()).exec_without_returning(tx).await?;
    }
    for rows in services.chunks(ROWS_PER_STATEMENT) {
        incident_service::Entity::insert_many(rows.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Makes the stored people and services those of the incident; writes only if they differ. Says who the people were.
pub(super) async fn replace(tx: &DatabaseTransaction, incident: &Incident) -> Result<Vec<UserId>, Failure> {
    let IncidentId(id) = incident.id;
    let stored = of(tx, incident.tenant, &[id]).await?.take(id);
    if stored == (distinct(&incident.people), distinct(&incident.services)) {
        return Ok(stored.0);
    }
    incident_person::Entity::delete_many()
        .filter(incident_person::Column::Tenant.eq(incident.tenant.0))
        .filter(incident_person::Column::Incident.eq(id))
        .exec(tx)
        .await?;
    incident_service::Entity::delete_many()
        .filter(incident_service::Column::Tenant.eq(incident.tenant.0))
        .filter(incident_service::Column::Incident.eq(id))
        .exec(tx)
        .await?;
    add(tx, std::iter::once(incident)).await?;
    Ok(stored.0)
}

fn distinct<T: Ord + Copy>(ids: &[T]) -> Vec<T> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids
}
