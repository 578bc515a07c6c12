//! The tables, as `SeaORM` sees them. Where a column's type says less than its meaning, [`crate::stored`] turns one into
//! the other.

pub(crate) mod admission;
pub(crate) mod app_user;
pub(crate) mod audit_log;
pub(crate) mod change;
pub(crate) mod idempotency_key;
pub(crate) mod incident;
pub(crate) mod incident_person;
pub(crate) mod incident_service;
pub(crate) mod service;
pub(crate) mod severity;
pub(crate) mod tenant;
pub(crate) mod tenant_head;
pub(crate) mod timeline_entry;
