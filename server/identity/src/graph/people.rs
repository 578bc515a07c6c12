//! Searching colleagues (Microsoft Learn, "Use the $search query parameter in Microsoft Graph").

use http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

use super::{Graph, Profile, read};
use crate::downstream::DownstreamError;

/// The delegated permission to read the basic profiles of one's organisation.
const READ_OTHERS: &str = "User.ReadBasic.All";
/// Nobody's name is longer.
const LONGEST: usize = 100;

#[derive(Deserialize)]
struct Page {
    value: Vec<Profile>,
}

impl Graph {
    /// At most `most` people of the organisation of whoever is signed in, whose name or address has words that begin with
    /// those of `text`. Nobody for a text without words.
    ///
    /// # Errors
    /// As [`crate::Authorized::send`]; interaction is required until somebody consents to `User.ReadBasic.All`.
    pub async fn search_people(&self, text: &str, most: u8) -> Result<Vec<Profile>, DownstreamError> {
        let Some(search) = search(text) else { return Ok(Vec::new()) };
        let most = most.max(1).to_string();
        let query = [("$search", search.as_str()), ("$select", Profile::SELECT), ("$top", &most)];
        let url = self.at(&["users"], &query)?;
        let page: Page = read(&self.send(&url, READ_OTHERS, true).await?)?;
        Ok(page.value)
    }
}

impl Graph {
    /// The person of the organisation with this object id, if there is one.
    ///
    /// # Errors
    /// As [`Graph::search_people`].
    pub async fn person(&self, object_id: Uuid) -> Result<Option<Profile>, DownstreamError> {
        let url = self.at(&["users", &object_id.to_string()], &[("$select", Profile::SELECT)])?;
        match self.send(&url, READ_OTHERS, false).await {
            Err(DownstreamError::Refused { status: StatusCode::NOT_FOUND }) => Ok(None),
            done => Ok(Some(read(&done?)?)),
        }
    }
}

/// The clauses are quoted, and within them quotation mark and backslash are escaped: whatever was typed stays a text.
fn search(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if !text.chars().any(char::is_alphanumeric) {
        return None;
    }
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"displayName:{text}\" OR \"mail:{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_within_its_quotes() {
        let typed = |text: &str| search(text);
        assert_eq!(typed(" Ama ").as_deref(), Some(r#""displayName:Ama" OR "mail:Ama""#));
        assert_eq!(typed(r#"a" OR "b"#).as_deref(), Some(r#""displayName:a\" OR \"b" OR "mail:a\" OR \"b""#));
        assert_eq!(typed(r"a\").as_deref(), Some(r#""displayName:a\\" OR "mail:a\\""#));
        assert_eq!(typed("a\nb").as_deref(), Some(r#""displayName:ab" OR "mail:ab""#));
        for nothing in ["", "  ", "\"", "--"] {
            assert_eq!(typed(nothing), None, "{nothing:?}");
        }
    }
}
