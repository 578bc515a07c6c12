//! The port of incidents: each method is a file beside this one.

use async_trait::async_trait;
use domain::view::IncidentSummary;
use domain::{Entry, Incident, IncidentId, IncidentNumber, IncidentQuery, TenantId, Timestamp};
use services::audit::AuditRecord;
use services::ports::{
    IdempotencyKey, ImportCount, IncidentStore, NewService, Once, Portable, Position, Record, Scope, StoreError,
    Written,
};

use crate::Records;

#[async_trait]
impl IncidentStore for Records {
    async fn create(
        &self,
        incident: &Incident,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Once<IncidentNumber>, StoreError> {
        Ok(self.create_incident(incident, record, key).await?)
    }

    async fn find(&self, scope: &Scope, number: IncidentNumber) -> Result<Option<Incident>, StoreError> {
        Ok(self.find_incident(scope, number).await?)
    }

    async fn list(
        &self,
        scope: &Scope,
        query: &IncidentQuery,
        after: Option<&Position>,
        limit: u32,
    ) -> Result<Vec<IncidentSummary>, StoreError> {
        Ok(self.list_incidents(scope, query, after, limit).await?)
    }

    async fn update(&self, scope: &Scope, incident: &Incident, record: &Record) -> Result<Written, StoreError> {
        Ok(self.update_incident(scope, incident, record).await?)
    }

    async fn delete(
        &self,
        scope: &Scope,
        incident: IncidentId,
        version: Option<u32>,
        audit: &AuditRecord,
    ) -> Result<Written, StoreError> {
        Ok(self.delete_incident(scope, incident, version, audit).await?)
    }

    async fn append(
        &self,
        scope: &Scope,
        incident: IncidentId,
        updated_at: Timestamp,
        taken_up: Option<Timestamp>,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Once<Written>, StoreError> {
        let appended = self.append_entries(scope, incident, updated_at, taken_up, record, key);
        Ok(appended.await?)
    }

    async fn timeline(
        &self,
        scope: &Scope,
        incident: IncidentId,
        newest_first: bool,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<(u32, Entry)>, StoreError> {
        let rows = self.timeline_of(scope, incident, newest_first, before, limit);
        Ok(rows.await?)
    }

    async fn changes_since(&self, scope: &Scope, incident: IncidentId, version: u32) -> Result<Vec<Entry>, StoreError> {
        Ok(self.changes_of(scope, incident, version).await?)
    }

    async fn import(
        &self,
        tenant: TenantId,
        services: &[NewService],
        batch: &[Portable],
        audit: &AuditRecord,
    ) -> Result<ImportCount, StoreError> {
        Ok(self.import_incidents(tenant, services, batch, audit).await?)
    }

    async fn export(
        &self,
        tenant: TenantId,
        after: Option<IncidentNumber>,
        limit: u32,
    ) -> Result<Vec<Portable>, StoreError> {
        Ok(self.export_incidents(tenant, after, limit).await?)
    }
}
