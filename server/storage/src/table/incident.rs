//! Headers of incidents.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "incident")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    pub origin: String,
    pub title: String,
    pub summary: String,
    pub kind: String,
    pub status: String,
    pub active: bool,
    pub phase: i16,
    pub severity: Option<i16>,
    pub rank: i16,
    pub visibility: String,
    pub source: String,
    pub impact_started_at: Option<i64>,
    pub detected_at: Option<i64>,
    pub declared_at: i64,
    pub acknowledged_at: Option<i64>,
    pub mitigated_at: Option<i64>,
    pub resolved_at: Option<i64>,
    pub impact_ended_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub cancelled_at: Option<i64>,
    pub reopen_count: i64,
    pub version: i64,
    pub last_seq: i64,
    pub created_by: Option<Uuid>,
    pub created_by_name: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
