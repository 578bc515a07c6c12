//! Application registrations.

use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::{ApplicationPermissions, Secret, TokenVersion};

/// Who may sign in to an application, as the portal's "supported account types" says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Audience {
    /// Accounts of one tenant, written `single:<tenant id>`.
    Single(Uuid),
    /// Accounts of any organisation, written `organizations`.
    Organizations,
    /// Accounts of any organisation and personal accounts, written `common`.
    Common,
    /// Personal accounts, written `consumers`.
    Consumers,
}

impl TryFrom<String> for Audience {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match (text.as_str(), text.strip_prefix("single:").map(Uuid::parse_str)) {
            ("organizations", _) => Ok(Self::Organizations),
            ("common", _) => Ok(Self::Common),
            ("consumers", _) => Ok(Self::Consumers),
            (_, Some(Ok(tenant))) => Ok(Self::Single(tenant)),
            _ => Err(format!(
                "audience `{text}` is none of `organizations`, `common`, `consumers`, `single:<tenant id>`"
            )),
        }
    }
}

/// Whether people are asked before an application learns who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// An administrator has consented for everybody: nobody is asked.
    #[default]
    Granted,
    /// Each person is asked once.
    AskOnce,
    /// Nobody gets in before an administrator of the tenant has consented: AADSTS90094.
    AdminOnly,
}

/// Claims of ID tokens that an application must ask for in its registration ("Token configuration").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionalClaim {
    /// The session id, which front-channel sign-out names.
    Sid,
    /// The opaque account hint.
    LoginHint,
    /// 0 for a member, 1 for a guest.
    Acct,
    /// When the person authenticated.
    AuthTime,
    /// Whether the domain of the address is verified.
    XmsEdov,
    /// The address, without the `email` scope.
    Email,
}

fn default_claims() -> Vec<OptionalClaim> {
    vec![OptionalClaim::Sid, OptionalClaim::LoginHint, OptionalClaim::Acct]
}

/// Somebody whose tokens an application proves itself with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederatedCredential {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The `sub` of the one that stands for the application.
    pub subject: String,
    /// The `aud` of the tokens.
    #[serde(default = "exchange")]
    pub audience: String,
    /// The RSA key that checks them, in PEM. Entra would fetch it from the issuer.
    pub public_key: String,
}

fn exchange() -> String {
    "api://AzureADTokenExchange".to_owned()
}

/// An application known to the stand-in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRegistration {
    /// The application (client) id.
    pub client_id: Uuid,
    /// The name shown on the sign-in pages.
    pub name: String,
    /// The client secret. A file that leaves it out gets a random one.
    #[serde(default = "Secret::generate")]
    pub client_secret: Secret,
    /// Certificates in PEM whose keys sign client assertions, besides the secret.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Who else signs client assertions ("Workload identity federation"), besides the secret.
    #[serde(default)]
    pub federated_credentials: Vec<FederatedCredential>,
    /// Where codes may be sent, and where a browser may go after sign-out: Entra has one list for both. Compared
    /// character by character. May be empty for an application that has permissions of its own and signs nobody in.
    #[serde(default)]
    pub redirect_uris: Vec<Url>,
    /// Loaded in a hidden frame, with `iss` and `sid`, when a session that used this application ends.
    pub front_channel_logout_uri: Option<Url>,
    /// Who may sign in.
    pub audience: Audience,
    /// The app roles it declares.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The optional claims of its ID tokens. `sid`, `login_hint` and `acct` unless the list is given.
    #[serde(default = "default_claims")]
    pub optional_claims: Vec<OptionalClaim>,
    /// Whether tokens carry groups; above 200 of them they carry a pointer instead.
    #[serde(default)]
    pub group_claims: bool,
    /// Whether people without one of its roles are kept out: AADSTS50105.
    #[serde(default)]
    pub assignment_required: bool,
    /// Whether people are asked for consent.
    #[serde(default)]
    pub consent: Consent,
    /// The delegated permissions that everybody has consented to already, as scopes are written in requests; all of them
    /// unless the list is given. People are asked for the others when a request has them: AADSTS65001.
    pub consented: Option<Vec<String>>,
    /// Of those that are not consented to, the ones that only an administrator may grant: AADSTS90094.
    #[serde(default)]
    pub administrator_scopes: Vec<String>,
    /// What administrators have granted the application itself, without a person.
    #[serde(default)]
    pub application_permissions: Vec<ApplicationPermissions>,
    /// The application ID URI of its API; `api://{client id}` unless given. The client id names the API in any case.
    pub identifier_uri: Option<String>,
    /// The scopes of its API; any scope is taken unless the list is given. Others are refused: AADSTS650053.
    pub scopes: Option<Vec<String>>,
    /// The form of access tokens for its API.
    #[serde(default)]
    pub requested_access_token_version: TokenVersion,
    /// After how many seconds its tokens should be refreshed, where Entra would leave that to the application.
    pub refresh_in: Option<u32>,
}

impl AppRegistration {
    /// The name of its API in scopes and in `aud` of v1.0 tokens.
    pub fn app_id_uri(&self) -> String {
        self.identifier_uri.clone().unwrap_or_else(|| format!("api://{}", self.client_id))
    }

    /// Whether `name` means its API: by application ID URI, by client id, or by `api://{client id}`.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let by_id = Uuid::parse_str(name.strip_prefix("api://").unwrap_or(name));
        by_id == Ok(self.client_id) || self.identifier_uri.as_deref() == Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_read_as_documented() {
        let tenant = Uuid::from_u128(7);
        assert_eq!(Audience::try_from("organizations".to_owned()), Ok(Audience::Organizations));
        assert_eq!(Audience::try_from("common".to_owned()), Ok(Audience::Common));
        assert_eq!(Audience::try_from(format!("single:{tenant}")), Ok(Audience::Single(tenant)));
        assert!(Audience::try_from("single:somebody".to_owned()).is_err());
        assert!(Audience::try_from("everyone".to_owned()).is_err());
    }
}
