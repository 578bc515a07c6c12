//! Every address of the site, for the router, for links, for redirects and for the tests that walk them.

use domain::{IncidentNumber, IncidentQuery, PageSize, Sort, Tab, TenantId, UserId};

/// The start page.
pub const START: &str = "/";
/// The list.
pub const INCIDENTS: &str = "/incidents";
/// The form that declares an incident.
pub const DECLARE: &str = "/incidents/new";
/// Where the viewer is signed in.
pub const SESSIONS: &str = "/sessions";
/// Where everybody of the organisation is signed in.
pub const ADMIN_SESSIONS: &str = "/admin/sessions";
/// The same page, asking whether everybody is to be signed out.
pub const SIGN_EVERYONE_OUT: &str = "/admin/sessions?ask=everyone";
/// How signing in stands, for operators.
pub const ADMIN_SIGN_IN: &str = "/admin/sign-in";
/// Where signing out ends.
pub const SIGNED_OUT: &str = "/signed-out";
/// Where signing in in a window of its own ends.
pub const SIGNED_IN: &str = "/signed-in";
/// Where an administrator sets their organisation up.
pub const ONBOARD: &str = "/onboard";
/// The organisations that a person can switch between.
pub const ORGANISATIONS: &str = "/organisations";
/// Asks an administrator's approval for a whole organisation; no page.
const ADMIN_CONSENT: &str = "/auth/admin-consent";
/// Begins signing in; no page.
pub const SIGN_IN: &str = "/auth/sign-in";
/// Begins changing one's profile; no page.
pub const EDIT_PROFILE: &str = "/auth/edit-profile";
/// The picture of whoever is signed in; no page.
pub const PHOTO: &str = "/me/photo";
/// Says how the session stands, to whoever asks; no page.
pub const SESSION_STATUS: &str = "/session-status";
/// Looks, in a hidden frame, who is signed in at the authority; no page.
pub const SILENT: &str = "/auth/silent";
/// The stream of what changes; no page.
pub const LIVE: &str = "/live";
/// Takes a POST and ends the session; no page.
pub const SIGN_OUT: &str = "/auth/sign-out";
/// Where a change of address leads that carries no session.
const RETURN_TO: &str = "return_to";

/// What is there for everybody. A path that ends with `/` stands for all below it. Everything else is gated, paths that
/// do not exist included. The only such list: the server's gate and the tests that walk the site read it.
pub const PUBLIC: [&str; 9] =
    [START, SIGNED_OUT, ONBOARD, SESSION_STATUS, "/auth/", "/pkg/", "/favicon.svg", "/healthz", "/readyz"];

/// Whether a path is on the list of what is there for everybody.
pub fn is_public(path: &str) -> bool {
    let listed = |public: &&str| match public.strip_suffix('/') {
        Some("") | None => path == *public,
        Some(_) => path.starts_with(*public),
    };
    !climbs(path) && PUBLIC.iter().any(listed)
}

/// Whether a path has a segment that leads out of where it stands. The router of pages resolves those as browsers do
/// (WHATWG URL, section 4.4), so `/auth/../incidents` is another page than it looks: there a backslash is a slash, and
/// `%2e` is a dot.
fn climbs(path: &str) -> bool {
    path.split(['/', '\\']).any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

/// A page, as the walk test and the server's form handlers know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The path as axum writes it.
    pub pattern: &'static str,
    /// Whether it takes a form by POST at its own address.
    pub form: bool,
}

/// All pages.
pub const PAGES: [Page; 12] = [
    page(START, false),
    page(SIGNED_OUT, false),
    page(SIGNED_IN, false),
    page(ONBOARD, false),
    page(ORGANISATIONS, false),
    page(INCIDENTS, false),
    page(DECLARE, true),
    page("/incidents/{number}", true),
    page("/incidents/{number}/edit", true),
    page(SESSIONS, true),
    page(ADMIN_SESSIONS, true),
    page(ADMIN_SIGN_IN, false),
];

const fn page(pattern: &'static str, form: bool) -> Page {
    Page { pattern, form }
}

impl Page {
    /// Whether it is there for people who have not signed in.
    pub fn is_public(&self) -> bool {
        is_public(self.pattern)
    }
}

/// One incident.
pub fn incident(number: IncidentNumber) -> String {
    format!("{INCIDENTS}/{number}")
}

/// The form that edits an incident.
pub fn edit(number: IncidentNumber) -> String {
    format!("{INCIDENTS}/{number}/edit")
}

/// A page of a timeline in the given order.
pub fn timeline(number: IncidentNumber, newest_first: bool, after: Option<&str>) -> String {
    let order = if newest_first { "newest" } else { "oldest" };
    let mut path = format!("{}?order={order}", incident(number));
    if let Some(after) = after {
        path.push_str("&after=");
        path.push_str(&encode(after));
    }
    path.push_str("#timeline");
    path
}

/// A page of the list. What is at its default does not stand in the address.
pub fn incidents(query: &IncidentQuery, after: Option<&str>) -> String {
    let mut parts = Vec::new();
    if query.tab != Tab::default() {
        parts.push(format!("tab={}", query.tab));
    }
    if let Some(severity) = query.severity {
        parts.push(format!("severity={severity}"));
    }
    if query.sort != Sort::default() {
        parts.push(format!("sort={}", query.sort));
    }
    if query.size != PageSize::default() {
        parts.push(format!("size={}", query.size));
    }
    if let Some(after) = after {
        parts.push(format!("after={}", encode(after)));
    }
    if parts.is_empty() { INCIDENTS.to_owned() } else { format!("{INCIDENTS}?{}", parts.join("&")) }
}

/// The stream of changes after this place in it.
pub fn live(after: Option<&str>) -> String {
    after.map_or_else(|| LIVE.to_owned(), |after| format!("{LIVE}?after={}", encode(after)))
}

/// The picture of the viewer. A browser keeps it for a while, under an address that is nobody else's.
pub fn photo(viewer: UserId) -> String {
    format!("{PHOTO}?of={viewer}")
}

/// Where one person is signed in.
pub fn sessions_of(person: UserId) -> String {
    format!("{ADMIN_SESSIONS}?person={person}")
}

/// The page of everybody's sessions after another one.
pub fn sessions_after(after: &str) -> String {
    format!("{ADMIN_SESSIONS}?after={}", encode(after))
}

/// Leads to where the viewer's profile is kept; afterwards they are back at `return_to`, a path of this site.
pub fn edit_profile(return_to: &str) -> String {
    format!("{EDIT_PROFILE}?{RETURN_TO}={}", encode(return_to))
}

/// Begins signing in; afterwards the person is back at `return_to`, a path of this site.
pub fn sign_in(return_to: &str) -> String {
    format!("{SIGN_IN}?{RETURN_TO}={}", encode(return_to))
}

/// Signs in to another organisation; afterwards the person is at its incidents.
pub fn switch_to(organisation: TenantId) -> String {
    format!("{SIGN_IN}?tenant={organisation}&{RETURN_TO}={}", encode(INCIDENTS))
}

/// Asks an administrator's approval; once they have signed in they are at `return_to`, a path of this site.
pub fn admin_consent(return_to: &str) -> String {
    format!("{ADMIN_CONSENT}?{RETURN_TO}={}", encode(return_to))
}

/// A value of a query (RFC 3986: everything but the unreserved characters is escaped).
fn encode(value: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::SeverityKey;

    use super::*;

    #[test]
    fn defaults_do_not_stand_in_the_address() {
        let mut query = IncidentQuery::default();
        assert_eq!(incidents(&query, None), "/incidents");
        query.tab = Tab::All;
        query.severity = Some(SeverityKey::Sev1);
        query.sort = Sort::Severity;
        query.size = PageSize::Large;
        assert_eq!(
            incidents(&query, Some("a+b")),
            "/incidents?tab=all&severity=SEV1&sort=severity&size=100&after=a%2Bb"
        );
    }

    #[test]
    fn the_public_list_is_exact() {
        for path in [
            "/",
            "/signed-out",
            "/auth/callback",
            "/pkg/muster.1.js",
            "/healthz",
            "/readyz",
            "/favicon.svg",
            "/onboard",
            "/session-status",
        ] {
            assert!(is_public(path), "{path}");
        }
        for path in ["/incidents", "//", "/signed-out/", "/authx", "/auth", "/pkg", "/sfn/list", "/api/x", "/healthz/x"]
        {
            assert!(!is_public(path), "{path}");
        }
    }

    #[test]
    fn nothing_is_public_that_leads_elsewhere() {
        let up = ["..", ".", "%2e%2e", "%2E.", ".%2e", "%2e"];
        for segment in up {
            for path in [
                format!("/auth/{segment}/incidents"),
                format!("/auth/{segment}"),
                format!("/pkg/x/{segment}/y"),
                format!("/auth/\\{segment}\\incidents"),
                format!("/auth/x\\{segment}/incidents"),
            ] {
                assert!(!is_public(&path), "{path}");
            }
        }
        for path in ["/auth/...", "/pkg/muster..js", "/pkg/.hidden", "/auth/%2f", "/auth/%2e%2e%2e"] {
            assert!(is_public(path), "{path}");
        }
    }

    #[test]
    fn a_return_path_cannot_leave_its_parameter() {
        assert_eq!(
            sign_in("/incidents?tab=all&x=#é"),
            "/auth/sign-in?return_to=%2Fincidents%3Ftab%3Dall%26x%3D%23%C3%A9"
        );
    }

    #[test]
    fn an_incident_is_linked_by_what_people_call_it() {
        let number = IncidentNumber(7);
        assert_eq!(incident(number), "/incidents/INC-7");
        assert_eq!(edit(number), "/incidents/INC-7/edit");
        assert_eq!(timeline(number, false, Some("50")), "/incidents/INC-7?order=oldest&after=50#timeline");
    }
}
