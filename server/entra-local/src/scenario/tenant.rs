//! Tenants: organisations, and the customer directories of External ID and Azure AD B2C.

use serde::Deserialize;
use uuid::Uuid;

/// A directory with its own issuer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// The directory id, the `tid` claim.
    pub id: Uuid,
    /// The organisation's display name.
    pub name: String,
    /// A verified domain. It may stand for the id in authority URLs.
    pub domain: String,
    /// What kind of directory it is.
    #[serde(default)]
    pub kind: TenantKind,
    /// How an Azure AD B2C tenant is set up. Only there.
    pub b2c: Option<B2c>,
}

/// The kinds of directory, which differ in who may sign up and in the form of authorities and tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// An organisation's own people and guests. Only these sign in at `/organizations`.
    #[default]
    Workforce,
    /// Entra External ID: customers, who may sign up by themselves.
    External,
    /// Azure AD B2C: customers, reached through user flows and nowhere else.
    B2c,
}

/// An Azure AD B2C tenant's user flows and their token settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct B2c {
    /// The user flows, also called policies.
    pub user_flows: Vec<UserFlow>,
    /// Whether tokens name the tenant or the user flow as their issuer.
    #[serde(default)]
    pub issuer: B2cIssuer,
    /// The claim that names the user flow.
    #[serde(default)]
    pub policy_claim: PolicyClaim,
    /// Claims that are sent only if the user flow was told to.
    #[serde(default)]
    pub optional_claims: Vec<B2cClaim>,
    /// "Require ID token in logout requests".
    #[serde(default)]
    pub logout_needs_id_token_hint: bool,
}

/// A user flow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserFlow {
    /// Its name, `B2C_1_…`. Compared without regard to case.
    pub name: String,
    /// What it lets people do.
    pub kind: UserFlowKind,
    /// What "Forgot your password?" does on its sign-in page.
    #[serde(default)]
    pub password_reset: PasswordReset,
}

/// What a user flow lets people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserFlowKind {
    /// Sign in, or create an account.
    SignUpSignIn,
    /// Sign in.
    SignIn,
    /// Change one's own names.
    EditProfile,
    /// Set a new password.
    ResetPassword,
}

/// The two ways a forgotten password is dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordReset {
    /// The application is told AADB2C90118 and starts a reset flow: the older user flows.
    #[default]
    Linked,
    /// The user flow has its own reset pages.
    Embedded,
}

/// The issuer of B2C tokens (portal: "Token compatibility settings").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum B2cIssuer {
    /// `{base}/{tenant id}/v2.0/`, one for all user flows.
    #[default]
    Tenant,
    /// `{base}/tfp/{tenant id}/{user flow}/v2.0/`.
    Policy,
}

/// The claim that names the user flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyClaim {
    /// `tfp`
    #[default]
    Tfp,
    /// `acr`, in older tenants.
    Acr,
}

/// Claims of B2C tokens that are off unless chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum B2cClaim {
    /// The object id, which `sub` holds in any case.
    Oid,
    /// The tenant id.
    Tid,
    /// The session id, for front-channel sign-out.
    Sid,
}
