//! Which versions of what are at work, for an operator.

use sea_orm::{ConnectionTrait, DbErr, Statement};
use services::ports::StoreError;

use crate::failure::Failure;
use crate::migration::latest;
use crate::{Engine, Records};

impl Records {
    /// The engine with its version, such as `SQLite 3.50.2` or `PostgreSQL 17.5`.
    ///
    /// # Errors
    /// Unavailable if the database cannot be reached.
    pub async fn engine_version(&self) -> Result<String, StoreError> {
        let sql = match self.engine() {
            Engine::Sqlite => "select sqlite_version()",
            Engine::Postgres => "select current_setting('server_version')",
        };
        let row = self.reader.query_one_raw(Statement::from_string(self.engine().backend(), sql)).await;
        let version = row.and_then(|row| row.map(|row| row.try_get_by_index::<String>(0)).transpose());
        let version = version.map_err(|error: DbErr| StoreError::from(Failure::from(error)))?.unwrap_or_default();
        Ok(format!("{} {version}", self.engine()))
    }

    /// Whether the role that Muster connects as passes the fence between tenants: row-level security binds neither a
    /// superuser nor a role with `BYPASSRLS` (PostgreSQL, "Row Security Policies"). `SQLite` has no such fence.
    ///
    /// # Errors
    /// Unavailable if the database cannot be reached.
    pub async fn passes_the_fence(&self) -> Result<bool, StoreError> {
        if self.engine() == Engine::Sqlite {
            return Ok(false);
        }
        let sql = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user";
        let row = self.reader.query_one_raw(Statement::from_string(self.engine().backend(), sql)).await;
        let passes = row.and_then(|row| row.map(|row| row.try_get_by_index::<bool>(0)).transpose());
        Ok(passes.map_err(|error: DbErr| StoreError::from(Failure::from(error)))?.unwrap_or_default())
    }

    /// The version of the schema that this program works with.
    #[must_use]
    pub fn known_schema_version() -> u32 {
        latest()
    }
}
