//! The records: connections, and the two kinds of transaction that every query runs in.

use domain::TenantId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};

use crate::failure::Failure;
use crate::{Engine, RecordsUrl};

/// Incidents, people, services and the audit log of all tenants, in SQLite or PostgreSQL. Cheap to clone; all clones
/// share their connections.
#[derive(Clone)]
pub struct Records {
    pub(crate) url: RecordsUrl,
    /// SQLite: exactly one connection, so that writers queue here in order instead of at the file's lock.
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
}

impl Records {
    /// SQLite: take the write lock at once. A transaction that begins by reading and is refused the lock when it comes
    /// to write could only fail. PostgreSQL does not look at it.
    pub(crate) const IMMEDIATE: TransactionOptions = TransactionOptions {
        isolation_level: None,
        access_mode: None,
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
    };

    /// Which engine keeps them.
    pub fn engine(&self) -> Engine {
        self.url.engine()
    }

    /// Begins a transaction that writes, for one tenant. Dropping it takes everything back.
    pub(crate) async fn write(&self, tenant: TenantId) -> Result<DatabaseTransaction, Failure> {
        let tx = self.writer.begin_with_options(Self::IMMEDIATE).await?;
        if self.engine() == Engine::Postgres {
            tx.execute_unprepared(&name_tenant(tenant)).await?;
        }
        Ok(tx)
    }

    /// Begins a transaction that reads, for one tenant: all its queries see the same state.
    pub(crate) async fn read(&self, tenant: TenantId) -> Result<DatabaseTransaction, Failure> {
        let tx = self.reader.begin().await?;
        if self.engine() == Engine::Postgres {
            let mode = "set transaction isolation level repeatable read, read only; ";
            tx.execute_unprepared(&(mode.to_owned() + &name_tenant(tenant))).await?;
        }
        Ok(tx)
    }

    /// Begins a transaction that reads the list of tenants and nothing else.
    pub(crate) async fn read_list(&self) -> Result<DatabaseTransaction, Failure> {
        self.read_through("muster.list", "tenants").await
    }

    /// Begins a transaction that reads the users who have this home account, whatever their tenant, and nothing else.
    pub(crate) async fn read_account(&self, home_account: &str) -> Result<DatabaseTransaction, Failure> {
        self.read_through("muster.home_account", home_account).await
    }

    /// The gates in the fence between tenants. No tenant is named, so that all other rows stay out of sight.
    async fn read_through(&self, gate: &'static str, value: &str) -> Result<DatabaseTransaction, Failure> {
        let tx = self.reader.begin().await?;
        if self.engine() == Engine::Postgres {
            tx.execute_unprepared("set transaction isolation level repeatable read, read only").await?;
            let sql = "select set_config($1, $2, true)";
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [gate.into(), value.into()]);
            tx.execute_raw(statement).await?;
        }
        Ok(tx)
    }

    /// Closes all connections once the transactions that run have ended.
    ///
    /// # Errors
    /// Internal if a connection does not close in order; it is closed nevertheless.
    pub async fn close(self) -> Result<(), services::ports::StoreError> {
        self.reader.close_by_ref().await.map_err(Failure::from)?;
        self.writer.close_by_ref().await.map_err(Failure::from)?;
        Ok(())
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Records({})", self.url)
    }
}

/// Tells PostgreSQL's row-level security whose rows the transaction may touch. An id is written with hexadecimal digits
/// and hyphens only, so it can stand in the text.
fn name_tenant(tenant: TenantId) -> String {
    format!("select set_config('muster.tenant', '{tenant}', true)")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::RecordsOptions;

    #[tokio::test]
    async fn a_transaction_that_writes_has_the_lock_of_the_file_before_it_reads() {
        let folder = tempfile::tempdir().unwrap();
        let url = RecordsUrl::file(folder.path().join("records.sqlite"));
        let options = RecordsOptions { busy_timeout: Duration::from_millis(10), ..RecordsOptions::default() };
        let (one, other) = (Records::open(&url, &options).await.unwrap(), Records::open(&url, &options).await.unwrap());
        one.migrate().await.unwrap();
        let tenant = TenantId(sea_orm::prelude::Uuid::nil());
        let held = one.write(tenant).await.unwrap();
        assert!(other.write(tenant).await.is_err());
        assert!(other.read(tenant).await.is_ok());
        held.rollback().await.unwrap();
        assert!(other.write(tenant).await.is_ok());
    }
}
