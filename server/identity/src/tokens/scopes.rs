//! What a token is asked for.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The scopes that belong to no resource; the authority adds them or leaves them out as it likes.
const OPENID_CONNECT: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// Graph's scopes may be written with or without their resource.
const GRAPH: &str = "https://graph.microsoft.com/";

/// The scopes of one token request (RFC 6749 section 3.3), in one canonical form: sorted, without repetition, compared
/// without regard to case, and all of one resource, because an access token is for one ("Scopes and permissions in the
/// Microsoft identity platform").
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scopes {
    /// As they are sent, in the order of their names below.
    wire: Vec<String>,
    /// As they are compared.
    names: Vec<String>,
}

/// Scopes that cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopesError {
    /// None at all.
    #[error("no scope: name at least one, such as User.Read")]
    Empty,
    /// A scope with a character that none may have (RFC 6749 section 3.3).
    #[error("a scope is empty or has a character that no scope may have")]
    Malformed,
    /// Scopes of several resources.
    #[error("the scopes are of several resources; a token is for one, so ask for each on its own")]
    SeveralResources,
}

impl Scopes {
    /// The canonical form of `scopes`.
    ///
    /// # Errors
    /// When there is none, when one is malformed, or when they are of several resources.
    pub fn new<I: IntoIterator<Item: AsRef<str>>>(scopes: I) -> Result<Self, ScopesError> {
        let scopes = Self::of_any_resource(scopes)?;
        let mut resources = scopes.names.iter().filter(|name| is_of_a_resource(name)).map(|name| resource(name));
        let first = resources.next();
        if resources.any(|other| Some(other) != first) { Err(ScopesError::SeveralResources) } else { Ok(scopes) }
    }

    /// What a token response says was granted, in whatever order and of however many resources.
    pub(crate) fn of_any_resource<I: IntoIterator<Item: AsRef<str>>>(scopes: I) -> Result<Self, ScopesError> {
        let mut found = BTreeMap::new();
        for scope in scopes {
            let scope = scope.as_ref();
            if scope.is_empty() || !scope.bytes().all(is_scope_character) {
                return Err(ScopesError::Malformed);
            }
            found.entry(name_of(scope)).or_insert_with(|| scope.to_owned());
        }
        if found.is_empty() {
            return Err(ScopesError::Empty);
        }
        let (names, wire) = found.into_iter().unzip();
        Ok(Self { wire, names })
    }

    /// `openid` alone.
    pub(crate) fn openid() -> Self {
        Self { wire: vec!["openid".to_owned()], names: vec!["openid".to_owned()] }
    }

    /// Whether a scope belongs to no resource.
    pub(crate) fn are_of_openid_connect(scope: &str) -> bool {
        OPENID_CONNECT.contains(&scope)
    }

    /// The scopes as they were written, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.wire.iter().map(String::as_str)
    }

    /// Whether a token for `granted` will do. Those of OpenID Connect count only if nothing else is asked for: they are
    /// granted with every sign-in.
    #[must_use]
    pub fn are_within(&self, granted: &Self) -> bool {
        let has = |name: &String| granted.names.binary_search(name).is_ok();
        let mut of_a_resource = self.names.iter().filter(|name| is_of_a_resource(name)).peekable();
        if of_a_resource.peek().is_none() { self.names.iter().all(has) } else { of_a_resource.all(has) }
    }

    /// Whether they are of Microsoft Graph.
    pub(crate) fn are_of_graph(&self) -> bool {
        self.names.iter().any(|name| is_of_a_resource(name) && !name.contains('/'))
    }

    /// Whether they share a scope of a resource.
    pub(crate) fn overlap(&self, other: &Self) -> bool {
        let shared = |name: &&String| other.names.binary_search(name).is_ok();
        self.names.iter().filter(|name| is_of_a_resource(name)).any(|name| shared(&name))
    }

    /// One text for one set, whatever order and case it was written in.
    pub(crate) fn key(&self) -> String {
        self.names.join(" ")
    }

    /// Whether this is exactly what the client-credentials grant asks for: `{resource}/.default`.
    pub(crate) fn is_default_of_a_resource(&self) -> bool {
        matches!(self.names.as_slice(), [one] if one.ends_with("/.default") || one == ".default")
    }

    /// These and `others`, in no particular order.
    pub(crate) fn and<'a>(&'a self, others: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut all: Vec<&str> = self.iter().collect();
        for other in others {
            if !all.iter().any(|known| known.eq_ignore_ascii_case(other)) {
                all.push(other);
            }
        }
        all
    }
}

/// Visible ASCII without quotation mark and backslash (RFC 6749 section 3.3).
fn is_scope_character(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'
}

fn name_of(scope: &str) -> String {
    let name = scope.to_ascii_lowercase();
    name.strip_prefix(GRAPH).map_or(name.clone(), str::to_owned)
}

fn is_of_a_resource(name: &str) -> bool {
    !OPENID_CONNECT.contains(&name)
}

/// What stands before the last slash; nothing for Graph, whose scopes have none.
fn resource(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(resource, _)| resource.trim_end_matches('/'))
}

impl FromStr for Scopes {
    type Err = ScopesError;

    /// Scopes with spaces between them, as they stand in requests and responses.
    fn from_str(text: &str) -> Result<Self, ScopesError> {
        Self::new(text.split_ascii_whitespace())
    }
}

impl TryFrom<String> for Scopes {
    type Error = ScopesError;

    fn try_from(text: String) -> Result<Self, ScopesError> {
        Self::of_any_resource(text.split_ascii_whitespace())
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wire.join(" "))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn scopes(text: &str) -> Scopes {
        text.parse().unwrap()
    }

    #[test]
    fn order_case_and_repetition_make_no_difference() {
        let one = scopes("User.Read Mail.Read user.read");
        assert_eq!(one.key(), scopes("mail.read https://graph.microsoft.com/User.Read").key());
        assert_eq!(one.to_string(), "Mail.Read User.Read", "sent as written");
        assert_ne!(one.key(), scopes("User.Read").key());
    }

    #[test]
    fn a_token_with_more_scopes_will_do_and_one_with_fewer_will_not() {
        let granted = scopes("openid profile User.Read Mail.Read");
        for enough in ["User.Read", "mail.read USER.READ", "User.Read offline_access email", "openid", "profile openid"]
        {
            assert!(scopes(enough).are_within(&granted), "{enough}");
        }
        for more in ["User.ReadWrite", "User.Read Mail.Send", "User", "email", "openid offline_access"] {
            assert!(!scopes(more).are_within(&granted), "{more}");
        }
    }

    #[test]
    fn a_token_is_for_one_resource() {
        let several = |text: &str| text.parse::<Scopes>() == Err(ScopesError::SeveralResources);
        assert!(several("User.Read api://muster/Incidents.Read"));
        assert!(several("api://a/Read api://b/Read"));
        assert!(!several("openid api://a/Read api://a/Write offline_access"));
        assert!(!several("User.Read https://graph.microsoft.com/Mail.Read"));
    }

    #[test]
    fn what_no_scope_may_be_is_refused() {
        assert_eq!("".parse::<Scopes>(), Err(ScopesError::Empty));
        for odd in ["a\"b", "a\\b", "ü", "a\u{7f}"] {
            assert_eq!(odd.parse::<Scopes>(), Err(ScopesError::Malformed), "{odd}");
        }
        assert_eq!(Scopes::new(["User.Read Mail.Read"]), Err(ScopesError::Malformed), "two in one");
        assert_eq!(Scopes::new([""]), Err(ScopesError::Malformed));
    }

    #[test]
    fn an_application_asks_for_one_default() {
        for (text, is) in
            [("api://x/.default", true), (".default", true), ("api://x/Read", false), ("User.Read", false)]
        {
            assert_eq!(scopes(text).is_default_of_a_resource(), is, "{text}");
        }
        assert!(!scopes("api://x/.default api://x/Read").is_default_of_a_resource());
    }

    #[test]
    fn graphs_scopes_are_known_and_further_ones_come_once() {
        for (text, are) in [("User.Read", true), ("openid", false), ("openid api://x/Read", false)] {
            assert_eq!(scopes(text).are_of_graph(), are, "{text}");
        }
        assert_eq!(scopes("openid User.Read").and(["OPENID", "profile"]), ["openid", "User.Read", "profile"]);
        assert!("api://x//Read api://x/Write".parse::<Scopes>().is_ok(), "the resource of a slash more is the same");
    }

    #[test]
    fn two_tokens_overlap_in_scopes_of_a_resource_only() {
        assert!(scopes("openid User.Read").overlap(&scopes("user.read Mail.Read")));
        assert!(!scopes("openid profile User.Read").overlap(&scopes("openid profile Mail.Read")));
    }
}
