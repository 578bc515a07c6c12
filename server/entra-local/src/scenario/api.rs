//! What one application may do at the API of another, or at Microsoft Graph.

use serde::Deserialize;
use uuid::Uuid;

/// An API that hands out permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Resource {
    /// Microsoft Graph, written `graph`: scopes without a prefix, or with Graph's own URL.
    Graph,
    /// An application registered with the stand-in, by its client id.
    App(Uuid),
}

impl TryFrom<String> for Resource {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match (text.as_str(), Uuid::parse_str(&text)) {
            ("graph", _) => Ok(Self::Graph),
            (_, Ok(id)) => Ok(Self::App(id)),
            _ => Err(format!("resource `{text}` is neither `graph` nor a client id")),
        }
    }
}

/// App roles of an API that are assigned to an application itself ("Application permissions").
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationPermissions {
    /// Whose roles.
    pub resource: Resource,
    /// The roles: the `roles` claim of app-only tokens.
    pub roles: Vec<String>,
    /// The tenants whose administrators granted them; every tenant unless the list is given.
    pub tenants: Option<Vec<Uuid>>,
}

/// `requestedAccessTokenVersion` of an app manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "u8")]
pub enum TokenVersion {
    /// Issuer `https://sts.windows.net/{tenant id}/`, the application ID URI as audience, `appid`, `upn`.
    V1,
    /// The issuer of the ID tokens, the client id as audience, `azp`.
    #[default]
    V2,
}

impl TryFrom<u8> for TokenVersion {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1 => Ok(Self::V1),
            2 => Ok(Self::V2),
            other => Err(format!("token version {other} is neither 1 nor 2")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_and_versions_read_as_documented() {
        assert_eq!(Resource::try_from("graph".to_owned()), Ok(Resource::Graph));
        assert_eq!(Resource::try_from(Uuid::nil().to_string()), Ok(Resource::App(Uuid::nil())));
        assert!(Resource::try_from("somebody".to_owned()).is_err());
        assert_eq!(TokenVersion::try_from(1), Ok(TokenVersion::V1));
        assert!(TokenVersion::try_from(3).is_err());
    }
}
