//! One's own profile (Microsoft Learn, "Get a user").

use std::fmt;

use serde::Deserialize;
use uuid::Uuid;

use super::{Graph, read};
use crate::downstream::DownstreamError;

/// The delegated permission to sign in and read oneself.
const READ_SELF: &str = "User.Read";

/// Somebody as the directory of their organisation describes them. What the permission does not reach is not there.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Object id.
    pub id: Uuid,
    /// Name.
    pub display_name: Option<String>,
    /// What they do.
    pub job_title: Option<String>,
    /// Where they do it.
    pub department: Option<String>,
}

impl Profile {
    /// What is asked for.
    pub(super) const SELECT: &str = "id,displayName,jobTitle,department";
}

impl Graph {
    /// The profile of the person who is signed in.
    ///
    /// # Errors
    /// As [`crate::Authorized::send`].
    pub async fn my_profile(&self) -> Result<Profile, DownstreamError> {
        let url = self.at(&["me"], &[("$select", Profile::SELECT)])?;
        read(&self.send(&url, READ_SELF, false).await?)
    }
}

impl fmt::Debug for Profile {
    /// Shows whom it is about by id alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile").field("id", &self.id).finish_non_exhaustive()
    }
}
