//! Bringing the schema up to date: forward only, each step whole or not at all, once even if two replicas start
//! together.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, TransactionTrait};

use crate::failure::{Failure, boxed, outage};
use crate::migration::{MIGRATIONS, latest};
use crate::{Engine, Records};

/// Any number that no other program takes for its advisory lock on the same database.
const LOCK: i64 = 0x4d75_7374_6572;

/// Why the schema is not up to date. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A newer Muster has been here.
    #[error(
        "the records have schema version {found}, this Muster knows up to {known}: start the newer Muster that wrote \
         them, or restore a backup from before the upgrade"
    )]
    Newer {
        /// What the database has.
        found: u32,
        /// What this program has.
        known: u32,
    },
    /// Locked, full, or out of reach: later may be better.
    #[error("the records cannot be reached or written just now: {0}")]
    Unavailable(&'static str),
    /// A statement failed.
    #[error("migration {version} ({name}) failed; nothing of it was kept")]
    Step {
        /// Which.
        version: u32,
        /// What it brings.
        name: &'static str,
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The version could not be read or written.
    #[error("the schema version cannot be read or written; may this database user create tables?")]
    Version(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<DbErr> for MigrateError {
    fn from(error: DbErr) -> Self {
        match outage(&error) {
            Some(why) => Self::Unavailable(why),
            None => Self::Version(boxed(Failure::from(error))),
        }
    }
}

impl Records {
    /// Brings the schema up to date and says which version it had before (0: it was empty).
    ///
    /// # Errors
    /// Newer if the database has a schema this program does not know; a failed step leaves the schema as it was
    /// before that step.
    pub async fn migrate(&self) -> Result<u32, MigrateError> {
        // Where it is up to date nothing is written, so that a database user who owns no table may start the server.
        let before = self.schema_version().await?;
        if before == latest() {
            return Ok(before);
        }
        check_known(before)?;
        for migration in MIGRATIONS {
            let tx = self.exclusive().await?;
            // Another replica may have done it while this one waited.
            if version_in(&tx).await? >= migration.version {
                check_known(version_in(&tx).await?)?;
                continue;
            }
            let failed = |error: DbErr| match outage(&error) {
                Some(why) => MigrateError::Unavailable(why),
                None => MigrateError::Step {
                    version: migration.version,
                    name: migration.name,
                    source: boxed(Failure::from(error)),
                },
            };
            tx.execute_unprepared(&migration.sql(self.engine())).await.map_err(failed)?;
            let values = [i64::from(migration.version).into(), migration.name.into()];
            let sql = "insert into schema_version (version, name) values ($1, $2)";
            tx.execute_raw(Statement::from_sql_and_values(self.engine().backend(), sql, values)).await?;
            tx.commit().await.map_err(failed)?;
        }
        Ok(before)
    }

    /// The version of the schema; 0 for an empty database.
    ///
    /// # Errors
    /// Unavailable if the database cannot be reached.
    pub async fn schema_version(&self) -> Result<u32, MigrateError> {
        let sql = match self.engine() {
            Engine::Sqlite => "select count(*) > 0 from sqlite_master where name = 'schema_version'",
            Engine::Postgres => "select to_regclass('schema_version') is not null",
        };
        let row = self.reader.query_one_raw(Statement::from_string(self.engine().backend(), sql)).await?;
        match row.map(|row| row.try_get_by_index(0)).transpose()? {
            Some(true) => version_in(&self.reader).await,
            _ => Ok(0),
        }
    }

    /// A transaction that no other migration runs beside, with the table of versions in place.
    async fn exclusive(&self) -> Result<DatabaseTransaction, MigrateError> {
        let tx = self.writer.begin_with_options(Records::IMMEDIATE).await?;
        if self.engine() == Engine::Postgres {
            // Waits for the other replica instead of giving up after the time a row may stay locked.
            tx.execute_unprepared("set local lock_timeout = 0; set local statement_timeout = 0").await?;
            tx.execute_unprepared(&format!("select pg_advisory_xact_lock({LOCK})")).await?;
        }
        tx.execute_unprepared(
            "create table if not exists schema_version (version bigint primary key, name text not null)",
        )
        .await?;
        Ok(tx)
    }
}

async fn version_in(db: &impl ConnectionTrait) -> Result<u32, MigrateError> {
    let sql = "select coalesce(max(version), 0) from schema_version";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let version: i64 = match row {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

fn check_known(found: u32) -> Result<(), MigrateError> {
    if found > latest() {
        return Err(MigrateError::Newer { found, known: latest() });
    }
    Ok(())
}
