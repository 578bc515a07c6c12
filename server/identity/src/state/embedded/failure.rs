//! What `SQLite` says, in the words of the port. <https://www.sqlite.org/rescode.html>

use crate::state::error::StateError;

/// Maps a failure by its primary result code.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` asks for")]
pub(super) fn from_sqlx(error: sqlx::Error) -> StateError {
    let reason = error.to_string();
    let code = match &error {
        sqlx::Error::Database(database) => database.code().and_then(|code| code.parse::<u32>().ok()),
        _ => None,
    };
    // The low byte is the primary code; the rest only refines it.
    match code.map(|code| code & 0xff) {
        Some(13) => StateError::Full { reason },
        Some(1 | 11 | 19 | 20 | 26) => StateError::Damaged { reason },
        Some(_) => StateError::Unavailable { reason },
        None => match error {
            sqlx::Error::Decode(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::RowNotFound => StateError::Damaged { reason },
            _ => StateError::Unavailable { reason },
        },
    }
}
