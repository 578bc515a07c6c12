//! Rings after every change, so that no use case can forget to.

use std::sync::Arc;

use async_trait::async_trait;
use domain::view::IncidentSummary;
use domain::{Entry, Incident, IncidentId, IncidentNumber, IncidentQuery, TenantId, Timestamp};

use crate::audit::AuditRecord;
use crate::ports::{
    Bell, IdempotencyKey, ImportCount, IncidentStore, NewService, Once, Portable, Position, Record, Scope, StoreError,
    Written,
};

/// A store of incidents that rings a bell once something is committed.
pub struct RingingStore {
    store: Arc<dyn IncidentStore>,
    bell: Arc<dyn Bell>,
}

impl RingingStore {
    /// Around this store.
    pub fn new(store: Arc<dyn IncidentStore>, bell: Arc<dyn Bell>) -> Self {
        Self { store, bell }
    }
}

#[async_trait]
impl IncidentStore for RingingStore {
    async fn create(
        &self,
        incident: &Incident,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Once<IncidentNumber>, StoreError> {
        let done = self.store.create(incident, record, key).await?;
        if matches!(done, Once::Done(_)) {
            self.bell.changed(incident.tenant);
        }
        Ok(done)
    }

    async fn find(&self, scope: &Scope, number: IncidentNumber) -> Result<Option<Incident>, StoreError> {
        self.store.find(scope, number).await
    }

    async fn list(
        &self,
        scope: &Scope,
        query: &IncidentQuery,
        after: Option<&Position>,
        limit: u32,
    ) -> Result<Vec<IncidentSummary>, StoreError> {
        self.store.list(scope, query, after, limit).await
    }

    async fn update(&self, scope: &Scope, incident: &Incident, record: &Record) -> Result<Written, StoreError> {
        let written = self.store.update(scope, incident, record).await?;
        if written == Written::Committed {
            self.bell.changed(scope.tenant);
        }
        Ok(written)
    }

    async fn delete(
        &self,
        scope: &Scope,
        incident: IncidentId,
        version: Option<u32>,
        audit: &AuditRecord,
    ) -> Result<Written, StoreError> {
        let written = self.store.delete(scope, incident, version, audit).await?;
        if written == Written::Committed {
            self.bell.changed(scope.tenant);
        }
        Ok(written)
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
        let written = self.store.append(scope, incident, updated_at, taken_up, record, key).await?;
        if written == Once::Done(Written::Committed) {
            self.bell.changed(scope.tenant);
        }
        Ok(written)
    }

    async fn timeline(
        &self,
        scope: &Scope,
        incident: IncidentId,
        newest_first: bool,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<(u32, Entry)>, StoreError> {
        self.store.timeline(scope, incident, newest_first, before, limit).await
    }

    async fn changes_since(&self, scope: &Scope, incident: IncidentId, version: u32) -> Result<Vec<Entry>, StoreError> {
        self.store.changes_since(scope, incident, version).await
    }

    async fn import(
        &self,
        tenant: TenantId,
        services: &[NewService],
        batch: &[Portable],
        audit: &AuditRecord,
    ) -> Result<ImportCount, StoreError> {
        let count = self.store.import(tenant, services, batch, audit).await?;
        if count.created > 0 {
            self.bell.changed(tenant);
        }
        Ok(count)
    }

    async fn export(
        &self,
        tenant: TenantId,
        after: Option<IncidentNumber>,
        limit: u32,
    ) -> Result<Vec<Portable>, StoreError> {
        self.store.export(tenant, after, limit).await
    }
}
