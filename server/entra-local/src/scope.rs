//! Scopes: those of OpenID Connect, and the delegated permissions of resources.

use crate::{directory::Directory, scenario::Resource};

/// The scopes that belong to no resource.
pub(crate) const OPENID_CONNECT: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Stands for everything at a resource that was consented to.
pub(crate) const DEFAULT: &str = ".default";

/// Microsoft Graph's application id, the audience of its tokens.
pub(crate) const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// How requests name Microsoft Graph, if they do.
const GRAPH_URL: &str = "https://graph.microsoft.com";

/// Why a list of scopes is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScopeError {
    #[error("The scope parameter does not contain openid.")]
    NoOpenid,
    #[error("The scope {0} names a resource that is not registered in this directory.")]
    UnknownResource(String),
    #[error("The application asked for scope {0}, which does not exist on its resource.")]
    UnknownScope(String),
}

/// A delegated permission: what an application may do at a resource in the name of a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Permission {
    pub(crate) resource: Resource,
    /// Without the resource's name.
    pub(crate) name: String,
}

/// A checked list of scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scopes {
    names: Vec<String>,
    permissions: Vec<Permission>,
}

impl Scopes {
    pub(crate) fn parse(text: &str, directory: &Directory) -> Result<Self, ScopeError> {
        let names: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        let at_resources = names.iter().filter(|name| !OPENID_CONNECT.contains(&name.as_str()));
        let permissions = at_resources.map(|name| permission(name, directory)).collect::<Result<_, _>>()?;
        Ok(Self { names, permissions })
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
        let first = self.permissions.first().map_or(Resource::Graph, |permission| permission.resource);
        self.permissions.iter().all(|permission| permission.resource == first).then_some(first)
    }

    pub(crate) fn permissions(&self) -> &[Permission] {
        &self.permissions
    }

    /// The same with what `.default` stands for beside it.
    #[must_use]
    pub(crate) fn with_defaults(mut self, granted: impl Fn(Resource) -> Vec<String>) -> Self {
        let defaults = self.names.iter().filter_map(|name| name.strip_suffix(DEFAULT)).map(str::to_owned);
        let defaults: Vec<String> = defaults.collect();
        let resources = self.permissions.iter().filter(|permission| permission.name == DEFAULT);
        let resources: Vec<Resource> = resources.map(|permission| permission.resource).collect();
        for (prefix, resource) in defaults.into_iter().zip(resources) {
            for name in granted(resource) {
                self.names.push(format!("{prefix}{name}"));
                self.permissions.push(Permission { resource, name });
            }
        }
        self
    }

    /// The `scp` claim of an application's token: its scopes without their prefix, and not those of OpenID Connect.
    pub(crate) fn scp(&self) -> String {
        let names = self.permissions.iter().map(|permission| permission.name.as_str());
        names.filter(|name| *name != DEFAULT).collect::<Vec<_>>().join(" ")
    }

    /// The `scp` claim of a token for Graph, which knows the scopes of OpenID Connect as well.
    pub(crate) fn scp_of_graph(&self) -> String {
        let known = OPENID_CONNECT.into_iter().filter(|name| *name != "offline_access" && self.contains(name));
        let own = self.permissions.iter().map(|permission| permission.name.as_str());
        known.chain(own.filter(|name| *name != DEFAULT)).collect::<Vec<_>>().join(" ")
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

fn permission(scope: &str, directory: &Directory) -> Result<Permission, ScopeError> {
    let (prefix, name) = scope.rsplit_once('/').unwrap_or((GRAPH_URL, scope));
    let resource = resource_named(prefix, directory).ok_or_else(|| ScopeError::UnknownResource(scope.to_owned()))?;
    if let Resource::App(id) = resource {
        let api = directory.app_of(id);
        let declared = api.as_ref().and_then(|api| api.scopes.as_ref());
        if declared.is_some_and(|declared| name != DEFAULT && !declared.iter().any(|known| known == name)) {
            return Err(ScopeError::UnknownScope(scope.to_owned()));
        }
    }
    Ok(Permission { resource, name: name.to_owned() })
}

/// The resource that scopes begin with.
pub(crate) fn resource_named(name: &str, directory: &Directory) -> Option<Resource> {
    if name == GRAPH_URL || name == GRAPH {
        return Some(Resource::Graph);
    }
    directory.api(name).map(|api| Resource::App(api.client_id))
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

    #[test]
    fn only_declared_scopes_exist_once_there_is_a_list() {
        let mut scenario = Scenario::demo();
        let app = scenario.apps[0].client_id;
        scenario.apps[0].scopes = Some(vec!["Incidents.Read".to_owned()]);
        let directory = Directory::new(scenario).unwrap();
        let scope = |name: &str| Scopes::parse(&format!("api://{app}/{name}"), &directory);
        assert!(scope("Incidents.Read").is_ok() && scope(".default").is_ok());
        assert!(matches!(scope("Incidents.Burn"), Err(ScopeError::UnknownScope(_))));
    }

    #[test]
    fn the_default_scope_stands_for_what_was_granted() {
        let scopes = Scopes::parse("openid https://graph.microsoft.com/.default", &directory()).unwrap();
        let scopes = scopes.with_defaults(|_| vec!["User.Read".to_owned()]);
        assert_eq!(scopes.scp_of_graph(), "openid User.Read");
        assert!(
            scopes.granted().ends_with("https://graph.microsoft.com/.default https://graph.microsoft.com/User.Read")
        );
    }
}
