//! The list: one query for the rows, one for the names of their services.

use std::collections::HashMap;

use domain::view::IncidentSummary;
use domain::{IncidentNumber, IncidentQuery};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DerivePartialModel};
use services::ports::{Position, Scope};

use super::page::page;
use crate::Records;
use crate::failure::Failure;
use crate::stored::{count, instant, instant_if, read, severity, sort_name};
use crate::table::{incident_service, service};

/// What a row of the list needs of the header; summaries are long and stay where they are.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "crate::table::incident::Entity")]
struct Row {
    id: Uuid,
    number: i64,
    title: String,
    status: String,
    severity: Option<i16>,
    kind: String,
    visibility: String,
    declared_at: i64,
    impact_started_at: Option<i64>,
    updated_at: i64,
    version: i64,
}

impl Records {
    pub(super) async fn list_incidents(
        &self,
        scope: &Scope,
        query: &IncidentQuery,
        after: Option<&Position>,
        limit: u32,
    ) -> Result<Vec<IncidentSummary>, Failure> {
        let tx = self.read(scope.tenant).await?;
        let rows: Vec<Row> = page(scope, *query, after, limit).into_partial_model().all(&tx).await?;
        let mut names = service_names(&tx, scope, &rows).await?;
        rows.into_iter()
            .map(|row| {
                let services = names.remove(&row.id).unwrap_or_default();
                summary(row, services)
            })
            .collect()
    }
}

/// Names of the services of these rows, by incident.
async fn service_names(
    tx: &DatabaseTransaction,
    scope: &Scope,
    rows: &[Row],
) -> Result<HashMap<Uuid, Vec<String>>, Failure> {
    let mut names: HashMap<Uuid, Vec<String>> = HashMap::new();
    if rows.is_empty() {
        return Ok(names);
    }
    let link = |column| Expr::col((incident_service::Entity, column));
    let of = |column| Expr::col((service::Entity, column));
    let select = Query::select()
        .column((incident_service::Entity, incident_service::Column::Incident))
        .column((service::Entity, service::Column::Name))
        .from(incident_service::Entity)
        .inner_join(
            service::Entity,
            of(service::Column::Tenant)
                .eq(link(incident_service::Column::Tenant))
                .and(of(service::Column::Id).eq(link(incident_service::Column::Service))),
        )
        .and_where(link(incident_service::Column::Tenant).eq(scope.tenant.0))
        .and_where(link(incident_service::Column::Incident).is_in(rows.iter().map(|row| row.id)))
        .to_owned();
    for row in tx.query_all(&select).await? {
        let of = names.entry(row.try_get_by_index(0)?).or_default();
        of.push(row.try_get_by_index(1)?);
    }
    for of in names.values_mut() {
        of.sort_by_cached_key(|name| sort_name(name));
    }
    Ok(names)
}

fn summary(row: Row, services: Vec<String>) -> Result<IncidentSummary, Failure> {
    Ok(IncidentSummary {
        number: IncidentNumber(count("incident.number", row.number)?),
        title: row.title,
        status: read("incident.status", &row.status)?,
        severity: row.severity.map(severity).transpose()?,
        kind: read("incident.kind", &row.kind)?,
        visibility: read("incident.visibility", &row.visibility)?,
        services,
        declared_at: instant(row.declared_at)?,
        impact_started_at: instant_if(row.impact_started_at)?,
        updated_at: instant(row.updated_at)?,
        version: count("incident.version", row.version)?,
    })
}
