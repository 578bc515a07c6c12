//! One incident by its number.

use domain::{Incident, IncidentNumber};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use services::ports::Scope;

use super::{links, row, sight};
use crate::Records;
use crate::failure::Failure;
use crate::table::incident;

impl Records {
    pub(super) async fn find_incident(
        &self,
        scope: &Scope,
        number: IncidentNumber,
    ) -> Result<Option<Incident>, Failure> {
        let tx = self.read(scope.tenant).await?;
        let found = incident::Entity::find()
            .filter(sight::in_sight(scope))
            .filter(incident::Column::Number.eq(i64::from(number.0)))
            .one(&tx)
            .await?;
        let Some(found) = found else { return Ok(None) };
        let (people, services) = links::of(&tx, scope.tenant, &[found.id]).await?.take(found.id);
        Ok(Some(row::incident(&found, people, services)?))
    }
}
