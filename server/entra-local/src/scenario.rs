//! The world the stand-in plays: organisations, people, and the applications registered with it.

mod account;
mod api;
mod app;
mod check;
mod demo;
mod group;
mod secret;
mod tenant;

use serde::Deserialize;

pub use account::{Access, Account, HomeAccount};
pub use api::{ApplicationPermissions, Resource, TokenVersion};
pub use app::{AppRegistration, Audience, Consent, FederatedCredential, OptionalClaim};
pub use check::Inconsistency;
pub use group::Group;
pub use secret::Secret;
pub use tenant::{B2c, B2cClaim, B2cIssuer, PasswordReset, PolicyClaim, Tenant, TenantKind, UserFlow, UserFlowKind};

/// Tenants, accounts and applications, usually read from a TOML file (see the crate's README for an example).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Whether other processes may pull the levers over HTTP, at `/entra-local/control/`.
    #[serde(default)]
    pub control_endpoint: bool,
    /// The organisations.
    #[serde(default)]
    pub tenants: Vec<Tenant>,
    /// The people, members and guests.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// Groups that are more than an id.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The application registrations.
    #[serde(default)]
    pub apps: Vec<AppRegistration>,
}

/// Why a scenario file was refused.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not TOML, a field missing, unknown or of the wrong type. The text names line and field.
    #[error("the scenario file cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// The parts contradict each other.
    #[error("the scenario contradicts itself: {0}")]
    Inconsistent(#[from] Inconsistency),
}

impl Scenario {
    /// Reads a scenario from TOML text and checks that its parts fit together.
    ///
    /// # Errors
    /// [`ScenarioError`] names the line and the field, or the entries that contradict each other.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)?;
        check::check(&scenario)?;
        Ok(scenario)
    }

    /// The same world with `app` registered, in place of the registration with the same client id if there is one.
    #[must_use]
    pub fn with_app(mut self, app: AppRegistration) -> Self {
        self.apps.retain(|known| known.client_id != app.client_id);
        self.apps.push(app);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Inconsistency> {
        check::check(self)
    }
}
