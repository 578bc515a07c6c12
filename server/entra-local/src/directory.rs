//! Look-ups over a scenario that has passed its checks.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    authority::{self, Authority},
    scenario::{Account, AppRegistration, HomeAccount, Inconsistency, Scenario, Tenant},
};

#[derive(Debug)]
pub(crate) struct Directory {
    tenants: Vec<Tenant>,
    accounts: Vec<Arc<Account>>,
    apps: Vec<Arc<AppRegistration>>,
}

impl Directory {
    pub(crate) fn new(scenario: Scenario) -> Result<Self, Inconsistency> {
        scenario.check()?;
        Ok(Self {
            tenants: scenario.tenants,
            accounts: scenario.accounts.into_iter().map(Arc::new).collect(),
            apps: scenario.apps.into_iter().map(Arc::new).collect(),
        })
    }

    pub(crate) fn tenant(&self, id: Uuid) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.id == id)
    }

    /// By id or verified domain.
    pub(crate) fn tenant_named(&self, name: &str) -> Option<&Tenant> {
        match Uuid::parse_str(name) {
            Ok(id) => self.tenant(id),
            Err(_) => self.tenants.iter().find(|tenant| tenant.domain.eq_ignore_ascii_case(name)),
        }
    }

    /// Another tenant of the scenario, or a made-up one if there is none: for tokens that name the wrong tenant.
    pub(crate) fn tenant_other_than(&self, id: Uuid) -> Uuid {
        self.tenants.iter().map(|tenant| tenant.id).find(|other| *other != id).unwrap_or(Uuid::from_u128(!id.as_u128()))
    }

    pub(crate) fn app(&self, client_id: &str) -> Option<&Arc<AppRegistration>> {
        let id = Uuid::parse_str(client_id).ok()?;
        self.apps.iter().find(|app| app.client_id == id)
    }

    pub(crate) fn apps(&self) -> &[Arc<AppRegistration>] {
        &self.apps
    }

    /// The entries that may sign in to `app` at `authority`. Guests belong to a concrete tenant only: anywhere else
    /// Entra signs a person in at home.
    pub(crate) fn candidates(&self, app: &AppRegistration, authority: Authority) -> Vec<Arc<Account>> {
        let concrete = matches!(authority, Authority::Tenant(_));
        self.accounts
            .iter()
            .filter(|account| authority.admits(account.tenant) && authority::audience_admits(app, account.tenant))
            .filter(|account| concrete || account.guest.is_none())
            .cloned()
            .collect()
    }

    /// The member entry of a signed-in person.
    pub(crate) fn member(&self, home: HomeAccount) -> Option<&Arc<Account>> {
        self.accounts.iter().find(|account| account.guest.is_none() && account.home() == home)
    }

    /// The entry of a person in one tenant, as member or guest.
    pub(crate) fn entry_in(&self, home: HomeAccount, tenant: Uuid) -> Option<&Arc<Account>> {
        self.accounts.iter().find(|account| account.tenant == tenant && account.home() == home)
    }

    pub(crate) fn knows_username(&self, username: &str) -> bool {
        self.accounts.iter().any(|account| account.username.eq_ignore_ascii_case(username))
    }
}
