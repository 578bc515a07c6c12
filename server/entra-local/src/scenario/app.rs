//! Application registrations.

use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::Secret;

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
    /// character by character.
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
