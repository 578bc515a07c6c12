//! Scopes: those of OpenID Connect, and those of one resource.

use uuid::Uuid;

use crate::directory::Directory;

/// The scopes that belong to no resource.
pub(crate) const OPENID_CONNECT: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Whom an access token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    /// Microsoft Graph: scopes without a prefix, or with Graph's own URL.
    Graph,
    /// An application registered with the stand-in, by its client id.
    App(Uuid),
}

/// Why a list of scopes is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScopeError {
    #[error("The scope parameter does not contain openid.")]
    NoOpenid,
    #[error("The scope {0} names a resource that is not registered in this directory.")]
    UnknownResource(String),
}

/// A checked list of scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scopes {
    names: Vec<String>,
    resources: Vec<Resource>,
}

impl Scopes {
    pub(crate) fn parse(text: &str, directory: &Directory) -> Result<Self, ScopeError> {
        let names: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        let mut resources = Vec::new();
        for name in names.iter().filter(|name| !OPENID_CONNECT.contains(&name.as_str())) {
            let resource = resource_of(name, directory).ok_or_else(|| ScopeError::UnknownResource(name.clone()))?;
            if !resources.contains(&resource) {
                resources.push(resource);
            }
        }
        Ok(Self { names, resources })
    }

    /// The same, for a request that must be an OpenID Connect one.
    pub(crate) fn parse_openid(text: &str, directory: &Directory) -> Result<Self, ScopeError> {
        let scopes = Self::parse(text, directory)?;
        if scopes.contains("openid") { Ok(scopes) } else { Err(ScopeError::NoOpenid) }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    pub(crate) fn is_within(&self, granted: &Self) -> bool {
        self.names.iter().all(|name| granted.contains(name))
    }

    /// The one resource of a token request; Graph if only OpenID Connect scopes are asked for, nothing if several are.
    pub(crate) fn single_resource(&self) -> Option<Resource> {
        match self.resources.as_slice() {
            [] => Some(Resource::Graph),
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The `scp` claim of an application's token: its scopes without their prefix, and not those of OpenID Connect.
    pub(crate) fn scp(&self) -> String {
        let names = self.names.iter().filter(|name| !OPENID_CONNECT.contains(&name.as_str()));
        let short: Vec<&str> =
            names.map(|name| name.rsplit_once('/').map_or(name.as_str(), |(_, last)| last)).collect();
        short.join(" ")
    }

    /// The `scope` of a token response: what was granted, `offline_access` aside, as Entra leaves it out.
    pub(crate) fn granted(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).filter(|name| *name != "offline_access").collect();
        names.join(" ")
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}

fn resource_of(scope: &str, directory: &Directory) -> Option<Resource> {
    match scope.rsplit_once('/') {
        None | Some(("https://graph.microsoft.com", _)) => Some(Resource::Graph),
        Some((prefix, _)) => {
            let id = prefix.strip_prefix("api://").unwrap_or(prefix);
            directory.app(id).map(|app| Resource::App(app.client_id))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot build its input should stop")]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn directory() -> Directory {
        Directory::new(Scenario::demo()).unwrap()
    }

    #[test]
    fn plain_scopes_belong_to_graph() {
        let scopes = Scopes::parse_openid("openid profile offline_access User.Read", &directory()).unwrap();
        assert_eq!(scopes.single_resource(), Some(Resource::Graph));
        assert_eq!(scopes.granted(), "openid profile User.Read");
    }

    #[test]
    fn two_resources_do_not_fit_into_one_token() {
        let app = Scenario::demo().apps.first().unwrap().client_id;
        let scopes = Scopes::parse(&format!("openid User.Read api://{app}/Incidents.Read"), &directory()).unwrap();
        assert_eq!(scopes.single_resource(), None);
    }

    #[test]
    fn an_own_scope_is_shortened_in_the_token() {
        let app = Scenario::demo().apps.first().unwrap().client_id;
        let scopes = Scopes::parse(&format!("openid api://{app}/Incidents.Read"), &directory()).unwrap();
        assert_eq!(scopes.single_resource(), Some(Resource::App(app)));
        assert_eq!(scopes.scp(), "Incidents.Read");
    }

    #[test]
    fn refusals_name_their_reason() {
        assert_eq!(Scopes::parse_openid("profile", &directory()), Err(ScopeError::NoOpenid));
        let unknown = "api://nobody/Read";
        assert_eq!(Scopes::parse(unknown, &directory()), Err(ScopeError::UnknownResource(unknown.to_owned())));
    }
}
