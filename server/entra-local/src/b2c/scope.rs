//! Scopes at B2C: those of OpenID Connect, the client id itself, and those of the tenant's own APIs.

use uuid::Uuid;

use super::error::B2cError;
use crate::{directory::Directory, scenario::AppRegistration, scope::OPENID_CONNECT};

/// A checked list of scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scopes {
    names: Vec<String>,
    /// Whom an access token is for. Without it there is none.
    pub(crate) resource: Option<Uuid>,
}

impl Scopes {
    /// Reads the scopes. An API's are `https://{tenant domain}/{its client id}/{name}` or `api://{its client id}/{name}`.
    pub(crate) fn parse(text: &str, app: &AppRegistration, directory: &Directory) -> Result<Self, B2cError> {
        let names: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        let mut resource = None;
        for name in names.iter().filter(|name| !OPENID_CONNECT.contains(&name.as_str())) {
            let wanted = resource_of(name, app, directory).ok_or_else(|| B2cError::Scope(name.clone()))?;
            if *resource.get_or_insert(wanted) != wanted {
                return Err(B2cError::Scope(name.clone()));
            }
        }
        let scopes = Self { names, resource };
        if scopes.contains("openid") || scopes.resource.is_some() { Ok(scopes) } else { Err(B2cError::NothingAsked) }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    pub(crate) fn text(&self) -> String {
        self.names.join(" ")
    }

    /// The `scp` claim: the API's scopes without their prefix.
    pub(crate) fn scp(&self) -> String {
        let own = self.names.iter().filter_map(|name| name.rsplit_once('/'));
        own.map(|(_, last)| last).collect::<Vec<_>>().join(" ")
    }
}

fn resource_of(scope: &str, app: &AppRegistration, directory: &Directory) -> Option<Uuid> {
    match scope.rsplit_once('/') {
        None => (scope == app.client_id.to_string()).then_some(app.client_id),
        Some((prefix, _)) => directory.app(prefix.rsplit('/').next()?).map(|api| api.client_id),
    }
}
