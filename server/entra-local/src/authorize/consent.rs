//! Who has consented to which application: people for themselves, administrators for their tenant.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    scenario::{Account, AppRegistration, Consent, HomeAccount},
    shared::Shared,
};

/// The consents given so far.
#[derive(Debug, Default)]
pub(crate) struct Consents {
    people: Shared<HashSet<(Uuid, HomeAccount)>>,
    tenants: Shared<HashSet<(Uuid, Uuid)>>,
}

/// Whose consent an application still needs before a person gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Nobodys,
    /// That of the person.
    Persons,
    /// That of an administrator.
    Administrators,
}

impl Consents {
    pub(crate) fn due(&self, app: &AppRegistration, account: &Account) -> Due {
        let tenant_has = self.tenants.with(|tenants| tenants.contains(&(app.client_id, account.tenant)));
        let person_has = self.people.with(|people| people.contains(&(app.client_id, account.home())));
        match app.consent {
            Consent::AskOnce if !tenant_has && !person_has => Due::Persons,
            Consent::AdminOnly if !tenant_has => Due::Administrators,
            Consent::Granted | Consent::AskOnce | Consent::AdminOnly => Due::Nobodys,
        }
    }

    /// A person accepted the page that asks them.
    pub(crate) fn accept(&self, app: &AppRegistration, account: &Account) {
        if app.consent == Consent::AdminOnly {
            self.accept_for_tenant(app, account.tenant);
        } else {
            self.people.with(|people| people.insert((app.client_id, account.home())));
        }
    }

    pub(crate) fn accept_for_tenant(&self, app: &AppRegistration, tenant: Uuid) {
        self.tenants.with(|tenants| tenants.insert((app.client_id, tenant)));
    }
}
