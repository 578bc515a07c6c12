//! The list of migrations, oldest first. A migration that has been released is never changed: what it did wrong, the
//! next one puts right.

use crate::Engine;

/// One step of the schema. `common` is run on both engines, with the types of each put in for its `{tokens}`; then the
/// statements that only one of them has.
pub(crate) struct Migration {
    /// Counts up from 1 without gaps.
    pub version: u32,
    /// What it brings.
    pub name: &'static str,
    common: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// All of them.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "records",
        common: include_str!("migration/0001_records.sql"),
        sqlite: include_str!("migration/0001_records.sqlite.sql"),
        postgres: include_str!("migration/0001_records.postgres.sql"),
    },
    Migration {
        version: 2,
        name: "tenants",
        common: include_str!("migration/0002_tenants.sql"),
        sqlite: include_str!("migration/0002_tenants.sqlite.sql"),
        postgres: include_str!("migration/0002_tenants.postgres.sql"),
    },
    Migration {
        version: 3,
        name: "deletion",
        common: include_str!("migration/0003_deletion.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 4,
        name: "feed",
        common: include_str!("migration/0004_feed.sql"),
        sqlite: "",
        postgres: include_str!("migration/0004_feed.postgres.sql"),
    },
];

/// The version this program works with.
pub(crate) fn latest() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// Token, type of SQLite, type of PostgreSQL. Tables of SQLite are strict: a value of another type is refused.
const TYPES: [(&str, &str, &str); 8] = [
    ("{uuid}", "blob", "uuid"),
    ("{bytes}", "blob", "bytea"),
    ("{int}", "integer", "bigint"),
    ("{small}", "integer", "smallint"),
    ("{bool}", "integer", "boolean"),
    ("{text}", "text", "text"),
    // Sorted by bytes on both, whatever the locale of the database.
    ("{sorted}", "text", "text collate \"C\""),
    ("{table}", " strict", ""),
];

impl Migration {
    /// The statements for an engine.
    pub(crate) fn sql(&self, engine: Engine) -> String {
        let own = match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        };
        let common = TYPES.iter().fold(self.common.to_owned(), |sql, (token, sqlite, postgres)| match engine {
            Engine::Sqlite => sql.replace(token, sqlite),
            Engine::Postgres => sql.replace(token, postgres),
        });
        format!("{common}\n{own}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_up_without_gaps() {
        let versions: Vec<u32> = MIGRATIONS.iter().map(|m| m.version).collect();
        let expected: Vec<u32> = (1..=latest()).collect();
        assert_eq!(versions, expected);
    }

    #[test]
    fn no_token_is_left_over() {
        for migration in MIGRATIONS {
            for engine in [Engine::Sqlite, Engine::Postgres] {
                assert!(!migration.sql(engine).contains('{'), "{}", migration.name);
            }
        }
    }
}
