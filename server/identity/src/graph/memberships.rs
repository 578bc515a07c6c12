//! The groups that somebody is in, through other groups too (Microsoft Learn, "List a user's memberships (direct and
//! transitive)").

use std::collections::BTreeSet;

use async_trait::async_trait;
use http::Response;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::{Graph, at, read, unreadable};
use crate::downstream::DownstreamError;

/// The delegated permission to read who is in which group.
pub(crate) const READ_GROUPS: &str = "GroupMember.Read.All";
/// So many at once, the most that Graph sends.
const TOP: &str = "999";
/// So often is the next page asked for. Nobody is in twenty thousand groups.
const PAGES: usize = 20;

#[derive(Deserialize)]
struct Page {
    value: Vec<Group>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<Url>,
}

#[derive(Deserialize)]
struct Group {
    id: Uuid,
}

impl Graph {
    /// The ids of all groups of the person who is signed in.
    ///
    /// # Errors
    /// As [`crate::Authorized::send`]; interaction is required until an administrator consents to `GroupMember.Read.All`.
    pub async fn my_groups(&self) -> Result<BTreeSet<Uuid>, DownstreamError> {
        memberships(&self.base, self).await
    }
}

/// Whoever can ask Graph for a page of groups.
#[async_trait]
pub(crate) trait Pages: Sync {
    async fn page(&self, url: &Url) -> Result<Response<Vec<u8>>, DownstreamError>;
}

#[async_trait]
impl Pages for Graph {
    async fn page(&self, url: &Url) -> Result<Response<Vec<u8>>, DownstreamError> {
        self.send(url, READ_GROUPS, false).await
    }
}

/// All of them, page by page. What a page says is the next one is followed on the same origin only: the token goes along.
pub(crate) async fn memberships(base: &Url, pages: &dyn Pages) -> Result<BTreeSet<Uuid>, DownstreamError> {
    let mut next = Some(at(base, &["me", "transitiveMemberOf"], &[("$select", "id"), ("$top", TOP)])?);
    let mut groups = BTreeSet::new();
    for _ in 0..PAGES {
        let Some(url) = next else { return Ok(groups) };
        if url.origin() != base.origin() {
            return Err(DownstreamError::NotOfThisApi);
        }
        let page: Page = read(&pages.page(&url).await?)?;
        groups.extend(page.value.into_iter().map(|group| group.id));
        next = page.next;
    }
    if next.is_none() { Ok(groups) } else { Err(unreadable("more pages than there can be")) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::sync::Mutex;

    use serde_json::json;

    use super::*;

    /// Pages whose next ones are at `link`, and where they were asked for.
    struct Book<L> {
        link: L,
        asked: Mutex<Vec<String>>,
    }

    #[async_trait]
    impl<L: Fn(usize) -> Option<String> + Sync> Pages for Book<L> {
        async fn page(&self, url: &Url) -> Result<Response<Vec<u8>>, DownstreamError> {
            let mut asked = self.asked.lock().unwrap();
            let id = Uuid::from_u128(asked.len() as u128);
            let page = json!({ "value": [{ "id": id }], "@odata.nextLink": (self.link)(asked.len()) });
            asked.push(url.to_string());
            Ok(Response::new(page.to_string().into_bytes()))
        }
    }

    async fn pages(
        link: impl Fn(usize) -> Option<String> + Sync,
    ) -> (Result<BTreeSet<Uuid>, DownstreamError>, Vec<String>) {
        let book = Book { link, asked: Mutex::default() };
        let found = memberships(&"https://graph.example/v1.0".parse().unwrap(), &book).await;
        (found, book.asked.into_inner().unwrap())
    }

    #[tokio::test]
    async fn pages_are_followed_to_the_last_one() {
        let (found, asked) = pages(|n| (n < 2).then(|| format!("https://graph.example/v1.0/next?{n}"))).await;
        assert_eq!(found.unwrap().len(), 3);
        assert_eq!(asked[0], "https://graph.example/v1.0/me/transitiveMemberOf?%24select=id&%24top=999");
        assert_eq!(asked[1..], ["https://graph.example/v1.0/next?0", "https://graph.example/v1.0/next?1"]);
    }

    #[tokio::test]
    async fn no_page_is_followed_to_another_origin() {
        for elsewhere in
            ["https://evil.example/v1.0/next", "http://graph.example/v1.0/next", "https://graph.example:8443/x"]
        {
            let (found, asked) = pages(|_| Some(elsewhere.to_owned())).await;
            assert_eq!((found, asked.len()), (Err(DownstreamError::NotOfThisApi), 1), "{elsewhere}");
        }
    }

    #[tokio::test]
    async fn pages_without_end_are_given_up() {
        let (found, asked) = pages(|_| Some("https://graph.example/v1.0/next".to_owned())).await;
        assert!(found.is_err(), "part of the groups is not all of them");
        assert_eq!(asked.len(), PAGES);
    }
}
