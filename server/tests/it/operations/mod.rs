//! What whoever runs it does, and what a machine in trouble does.

mod backup;
mod migrate;
mod shared_state;
mod unavailable;

use std::path::Path;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// SQL past the store.
async fn beside(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("records.db"));
    SqliteConnection::connect_with(&options).await.unwrap()
}
