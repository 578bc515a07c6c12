//! The document as it is written: five known members, and whatever else there is.

use serde_json::{Map, Value};

use super::error::MsalImportError;

/// Enough for some ten thousand people. A document is read at once, and reading takes several times its size.
pub(super) const MOST_BYTES: usize = 32 << 20;

pub(super) const ACCOUNT: &str = "Account";
pub(super) const ID_TOKEN: &str = "IdToken";
pub(super) const ACCESS_TOKEN: &str = "AccessToken";
pub(super) const REFRESH_TOKEN: &str = "RefreshToken";
pub(super) const APP_METADATA: &str = "AppMetadata";
/// What a member of another name is called in reports: names can say anything.
pub(super) const OTHER: &str = "another member";

/// A cache document.
pub(super) struct Document {
    pub(super) accounts: Map<String, Value>,
    pub(super) id_tokens: Map<String, Value>,
    pub(super) access_tokens: Map<String, Value>,
    pub(super) refresh_tokens: Map<String, Value>,
    pub(super) app_metadata: Map<String, Value>,
    /// Members that MSAL may have one day.
    pub(super) others: Map<String, Value>,
}

impl Document {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, MsalImportError> {
        if bytes.len() > MOST_BYTES {
            return Err(MsalImportError::TooLarge);
        }
        // The error itself is left out: it can quote a piece of the document.
        let parsed = serde_json::from_slice::<Value>(bytes)
            .map_err(|error| MsalImportError::NotJson { line: error.line(), column: error.column() })?;
        let Value::Object(mut others) = parsed else {
            return Err(MsalImportError::NotAnObject { member: "the document" });
        };
        let mut member = |name: &'static str| match others.remove(name) {
            Some(Value::Object(entries)) => Ok(entries),
            None | Some(Value::Null) => Ok(Map::new()),
            Some(_) => Err(MsalImportError::NotAnObject { member: name }),
        };
        Ok(Self {
            accounts: member(ACCOUNT)?,
            id_tokens: member(ID_TOKEN)?,
            access_tokens: member(ACCESS_TOKEN)?,
            refresh_tokens: member(REFRESH_TOKEN)?,
            app_metadata: member(APP_METADATA)?,
            others,
        })
    }
}
