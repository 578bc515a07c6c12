//! Look-ups over a scenario that has passed its checks.

use std::{collections::HashSet, sync::Arc};

use uuid::Uuid;

use crate::{
    authority::{self, Authority},
    scenario::{Account, AppRegistration, Group, HomeAccount, Inconsistency, Scenario, Tenant, TenantKind},
    shared::Shared,
};

#[derive(Debug)]
pub(crate) struct Directory {
    /// Whether the levers are there over HTTP.
    pub(crate) control_endpoint: bool,
    tenants: Vec<Tenant>,
    accounts: Shared<Vec<Arc<Account>>>,
    groups: Vec<Group>,
    apps: Vec<Arc<AppRegistration>>,
}

impl Directory {
    pub(crate) fn new(scenario: Scenario) -> Result<Self, Inconsistency> {
        scenario.check()?;
        Ok(Self {
            control_endpoint: scenario.control_endpoint,
            tenants: scenario.tenants,
            accounts: Shared::new(scenario.accounts.into_iter().map(Arc::new).collect()),
            groups: scenario.groups,
            apps: scenario.apps.into_iter().map(Arc::new).collect(),
        })
    }

    pub(crate) fn tenant(&self, id: Uuid) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.id == id)
    }

    pub(crate) fn b2c_tenants(&self) -> impl Iterator<Item = Uuid> {
        self.tenants.iter().filter(|tenant| tenant.kind == TenantKind::B2c).map(|tenant| tenant.id)
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

    pub(crate) fn app_of(&self, client_id: Uuid) -> Option<&Arc<AppRegistration>> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    /// The application whose API goes by this name.
    pub(crate) fn api(&self, name: &str) -> Option<&Arc<AppRegistration>> {
        self.apps.iter().find(|app| app.is_called(name))
    }

    pub(crate) fn apps(&self) -> &[Arc<AppRegistration>] {
        &self.apps
    }

    /// The entries that may sign in to `app` at `authority`. Guests belong to a concrete tenant only: anywhere else
    /// Entra signs a person in at home. Customers sign in at their own tenant, those of B2C through user flows only.
    pub(crate) fn candidates(&self, app: &AppRegistration, authority: Authority) -> Vec<Arc<Account>> {
        let concrete = matches!(authority, Authority::Tenant(_));
        self.accounts(|account| {
            let kind = self.tenant(account.tenant).map(|tenant| tenant.kind).unwrap_or_default();
            let kind_fits = match kind {
                TenantKind::Workforce => true,
                TenantKind::External => concrete,
                TenantKind::B2c => false,
            };
            kind_fits
                && authority.admits(account.tenant)
                && authority::audience_admits(app, account.tenant)
                && (concrete || account.guest.is_none())
        })
    }

    /// The customer tenant behind `authority`, where whoever comes may make an account.
    pub(crate) fn customers_at(&self, authority: Authority) -> Option<Uuid> {
        match authority {
            Authority::Tenant(id) => self.tenant(id).filter(|tenant| tenant.kind == TenantKind::External).map(|t| t.id),
            Authority::Organizations | Authority::Common => None,
        }
    }

    /// Everybody in one tenant's directory.
    pub(crate) fn people_of(&self, tenant: Uuid) -> Vec<Arc<Account>> {
        self.accounts(|account| account.tenant == tenant)
    }

    /// A person of one tenant, by object id.
    pub(crate) fn person(&self, tenant: Uuid, oid: Uuid) -> Option<Arc<Account>> {
        self.accounts(|account| account.tenant == tenant && account.oid == oid).pop()
    }

    /// The groups that a person is in, whether directly or through another group, each once.
    pub(crate) fn groups_of(&self, account: &Account) -> Vec<Group> {
        let mut pending: Vec<Uuid> = account.groups.iter().rev().copied().collect();
        let mut seen = HashSet::new();
        let mut groups = Vec::new();
        while let Some(id) = pending.pop() {
            if !seen.insert(id) {
                continue;
            }
            let known = self.groups.iter().find(|group| group.id == id && group.tenant == account.tenant).cloned();
            let group = known.unwrap_or_else(|| Group {
                tenant: account.tenant,
                id,
                name: id.to_string(),
                security_enabled: true,
                member_of: Vec::new(),
            });
            pending.extend(group.member_of.iter().rev());
            groups.push(group);
        }
        groups
    }

    /// The member entry of a signed-in person.
    pub(crate) fn member(&self, home: HomeAccount) -> Option<Arc<Account>> {
        self.accounts(|account| account.guest.is_none() && account.home() == home).pop()
    }

    /// The entry of a person in one tenant, as member or guest.
    pub(crate) fn entry_in(&self, home: HomeAccount, tenant: Uuid) -> Option<Arc<Account>> {
        self.accounts(|account| account.tenant == tenant && account.home() == home).pop()
    }

    pub(crate) fn knows_username(&self, username: &str) -> bool {
        !self.accounts(|account| account.username.eq_ignore_ascii_case(username)).is_empty()
    }

    /// Adds an entry, or nothing if its tenant has one of that username.
    pub(crate) fn add(&self, account: Account) -> Option<Arc<Account>> {
        self.accounts.with(|accounts| {
            let taken = |known: &Arc<Account>| {
                known.tenant == account.tenant && known.username.eq_ignore_ascii_case(&account.username)
            };
            if accounts.iter().any(taken) {
                return None;
            }
            let account = Arc::new(account);
            accounts.push(Arc::clone(&account));
            Some(account)
        })
    }

    /// Puts `account` in place of the entry with its key.
    pub(crate) fn replace(&self, account: Account) -> Arc<Account> {
        let account = Arc::new(account);
        self.accounts.with(|accounts| {
            if let Some(known) = accounts.iter_mut().find(|known| known.key() == account.key()) {
                *known = Arc::clone(&account);
            }
        });
        account
    }

    fn accounts(&self, wanted: impl Fn(&Account) -> bool) -> Vec<Arc<Account>> {
        self.accounts.with(|accounts| accounts.iter().filter(|account| wanted(account)).cloned().collect())
    }
}
