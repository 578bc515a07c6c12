//! Whole SQLite files: copied while they are written to, and replaced in content while they are open elsewhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Executor, Row};

/// Writes a consistent, compact copy of the file to `to`, which must be empty or not there. Writers and readers go on.
///
/// # Errors
/// What SQLite says: no room, or a file that is no database.
pub async fn copy(from: &Path, to: &Path) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(from);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let to = to.to_string_lossy().into_owned();
    sqlx::query("vacuum into ?").bind(to).execute(&mut connection).await?;
    connection.close().await
}

/// Why a file was not replaced. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The copy is no whole SQLite database.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// The copy.
        path: PathBuf,
        /// What SQLite found.
        why: String,
    },
    /// The copy has other tables than the file.
    #[error("{0} was written by another version of Muster; bring the file up to date first")]
    OtherTables(PathBuf),
    /// SQLite could not do it: locked for too long, or no room.
    #[error("the content could not be replaced: {0}")]
    Sqlite(#[from] sqlx::Error),
}

/// Gives `live` the content of `copy`, in one transaction: whoever has the file open sees all of it at their next
/// transaction, or nothing. Both must have the same tables.
///
/// # Errors
/// [`ReplaceError`]; then `live` is as it was.
pub async fn replace(live: &Path, copy: &Path) -> Result<(), ReplaceError> {
    check(copy).await?;
    let options = SqliteConnectOptions::new()
        .filename(live)
        // Rows come back table by table; they fit together only at the end.
        .foreign_keys(false)
        .busy_timeout(std::time::Duration::from_secs(30));
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("attach database ? as copy").bind(copy.to_string_lossy().into_owned()).execute(&mut connection).await?;
    let tables = tables(&mut connection, "main").await?;
    if tables != self::tables(&mut connection, "copy").await? {
        return Err(ReplaceError::OtherTables(copy.to_owned()));
    }
    let mut tx = connection.begin_with("begin immediate").await?;
    // Those that keep logs from being rewritten: a restore is the one thing that may.
    let triggers =
        sqlx::query("select name, sql from main.sqlite_schema where type = 'trigger'").fetch_all(&mut *tx).await?;
    for trigger in &triggers {
        execute(&mut tx, format!("drop trigger {}", quoted(trigger.get(0)))).await?;
    }
    for table in tables.keys().map(|name| quoted(name)) {
        execute(&mut tx, format!("delete from main.{table}")).await?;
        execute(&mut tx, format!("insert into main.{table} select * from copy.{table}")).await?;
    }
    for trigger in &triggers {
        execute(&mut tx, trigger.get::<String, _>(1)).await?;
    }
    tx.commit().await?;
    Ok(connection.close().await?)
}

/// Refuses a copy that SQLite finds fault with.
async fn check(copy: &Path) -> Result<(), ReplaceError> {
    let damaged = |why: String| ReplaceError::Damaged { path: copy.to_owned(), why };
    let options = SqliteConnectOptions::new().filename(copy);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(|e| damaged(e.to_string()))?;
    let found: String = sqlx::query_scalar("pragma integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(|e| damaged(e.to_string()))?;
    if found == "ok" { Ok(connection.close().await?) } else { Err(damaged(found)) }
}

/// Tables with the names of their columns.
async fn tables(connection: &mut SqliteConnection, schema: &str) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let query = format!(
        "select name, (select group_concat(c.name) from pragma_table_info(t.name, '{schema}') c) \
         from {schema}.sqlite_schema t where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
    );
    let rows = connection.fetch_all(sqlx::AssertSqlSafe(query)).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn execute(tx: &mut sqlx::Transaction<'_, sqlx::Sqlite>, sql: String) -> Result<(), sqlx::Error> {
    tx.execute(sqlx::AssertSqlSafe(sql)).await.map(|_| ())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    async fn open(path: &Path) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    async fn file(path: &Path, rows: &str) -> SqliteConnection {
        let mut connection = open(path).await;
        let sql = format!(
            "pragma journal_mode = wal; create table log (n integer primary key, word text); insert into log values {rows};
             create trigger log_is_kept before delete on log begin select raise(abort, 'kept'); end;"
        );
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        connection
    }

    async fn words(connection: &mut SqliteConnection) -> Vec<String> {
        sqlx::query_scalar("select word from log order by n").fetch_all(connection).await.unwrap()
    }

    #[tokio::test]
    async fn an_open_connection_sees_the_new_content_and_the_triggers_are_back() {
        let folder = tempfile::tempdir().unwrap();
        let (live, copy) = (folder.path().join("live"), folder.path().join("copy"));
        let mut reader = file(&live, "(1, 'old'), (2, 'gone')").await;
        file(&copy, "(1, 'new')").await.close().await.unwrap();
        assert_eq!(words(&mut reader).await, ["old", "gone"]);
        replace(&live, &copy).await.unwrap();
        assert_eq!(words(&mut reader).await, ["new"]);
        assert!(reader.execute("delete from log").await.is_err(), "the log is kept again");
    }

    #[tokio::test]
    async fn a_damaged_or_foreign_copy_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (live, copy) = (folder.path().join("live"), folder.path().join("copy"));
        let mut reader = file(&live, "(1, 'old')").await;
        std::fs::write(&copy, "no database at all, but long enough to be read as a header of one").unwrap();
        assert!(matches!(replace(&live, &copy).await, Err(ReplaceError::Damaged { .. })));
        std::fs::remove_file(&copy).unwrap();
        open(&copy).await.execute("create table other (n integer)").await.unwrap();
        assert!(matches!(replace(&live, &copy).await, Err(ReplaceError::OtherTables(_))));
        assert_eq!(words(&mut reader).await, ["old"]);
    }
}
