//! Checks between the parts of a scenario that TOML's types cannot express.

use std::collections::HashSet;

use uuid::Uuid;

use super::{Account, AppRegistration, Audience, Resource, Scenario, TenantKind};

/// Two parts of a scenario that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistency {
    /// Something refers to a tenant that is not listed.
    #[error("{what} names tenant {tenant}, which is not among [[tenants]]")]
    UnknownTenant {
        /// The entry that refers to it.
        what: String,
        /// The id that is not listed.
        tenant: Uuid,
    },
    /// A value that must be unique is not.
    #[error("{what} appears twice; make one of them different")]
    Duplicate {
        /// Which value of which entry.
        what: String,
    },
    /// An account has a role that no application declares.
    #[error("account {username} has the role {role}, which no [[apps]] entry declares in `roles`")]
    UndeclaredRole {
        /// Whose role.
        username: String,
        /// The role nobody declares.
        role: String,
    },
    /// An application has a role at an API that does not declare it, or an API that is not listed.
    #[error(
        "app {client_id} has permissions at {resource}, which no [[apps]] entry is or which lacks one of the roles"
    )]
    UndeclaredPermission {
        /// Whose permissions.
        client_id: Uuid,
        /// At which API.
        resource: Uuid,
    },
    /// A guest whose home account is not listed.
    #[error("account {username} is a guest, but no account has the oid and tenant of its `guest` table")]
    HomelessGuest {
        /// The guest.
        username: String,
    },
    /// A B2C tenant without user flows, or user flows of a tenant that is none.
    #[error("tenant {tenant}: `kind = \"b2c\"` and at least one [[tenants.b2c.user_flows]] entry go together")]
    UserFlows {
        /// The tenant.
        tenant: Uuid,
    },
    /// An application nobody can return to.
    #[error("app {client_id} has no redirect_uris")]
    NoRedirectUri {
        /// The application.
        client_id: Uuid,
    },
}

pub(super) fn check(scenario: &Scenario) -> Result<(), Inconsistency> {
    check_unique(scenario)?;
    for tenant in &scenario.tenants {
        let flows = tenant.b2c.as_ref().is_some_and(|b2c| !b2c.user_flows.is_empty());
        if flows != (tenant.kind == TenantKind::B2c) || (tenant.b2c.is_some() && !flows) {
            return Err(Inconsistency::UserFlows { tenant: tenant.id });
        }
    }
    let tenants: HashSet<Uuid> = scenario.tenants.iter().map(|tenant| tenant.id).collect();
    for account in &scenario.accounts {
        if !tenants.contains(&account.tenant) {
            let what = format!("account {}", account.username);
            return Err(Inconsistency::UnknownTenant { what, tenant: account.tenant });
        }
        check_account(scenario, account)?;
    }
    for group in &scenario.groups {
        if !tenants.contains(&group.tenant) {
            let what = format!("group {}", group.id);
            return Err(Inconsistency::UnknownTenant { what, tenant: group.tenant });
        }
    }
    for app in &scenario.apps {
        check_permissions(scenario, app)?;
        if app.redirect_uris.is_empty() && app.application_permissions.is_empty() {
            return Err(Inconsistency::NoRedirectUri { client_id: app.client_id });
        }
        if let Audience::Single(tenant) = app.audience
            && !tenants.contains(&tenant)
        {
            return Err(Inconsistency::UnknownTenant { what: format!("app {}", app.client_id), tenant });
        }
    }
    Ok(())
}

fn check_account(scenario: &Scenario, account: &Account) -> Result<(), Inconsistency> {
    let username = account.username.clone();
    if let Some(home) = account.guest
        && !scenario.accounts.iter().any(|known| known.guest.is_none() && known.home() == home)
    {
        return Err(Inconsistency::HomelessGuest { username });
    }
    match account.roles.iter().find(|role| !scenario.apps.iter().any(|app| app.roles.contains(role))) {
        Some(role) => Err(Inconsistency::UndeclaredRole { username, role: role.clone() }),
        None => Ok(()),
    }
}

/// Graph's roles are not listed anywhere; those of the scenario's own APIs are.
fn check_permissions(scenario: &Scenario, app: &AppRegistration) -> Result<(), Inconsistency> {
    for granted in &app.application_permissions {
        let Resource::App(resource) = granted.resource else { continue };
        let api = scenario.apps.iter().find(|api| api.client_id == resource);
        if !api.is_some_and(|api| granted.roles.iter().all(|role| api.roles.contains(role))) {
            return Err(Inconsistency::UndeclaredPermission { client_id: app.client_id, resource });
        }
    }
    Ok(())
}

fn check_unique(scenario: &Scenario) -> Result<(), Inconsistency> {
    let ids = scenario.tenants.iter().map(|tenant| format!("tenant id {}", tenant.id));
    let domains = scenario.tenants.iter().map(|tenant| format!("domain {}", tenant.domain.to_lowercase()));
    let oids = scenario.accounts.iter().map(|account| format!("oid {} of tenant {}", account.oid, account.tenant));
    let names =
        scenario.accounts.iter().map(|a| format!("username {} of tenant {}", a.username.to_lowercase(), a.tenant));
    let clients = scenario.apps.iter().map(|app| format!("client_id {}", app.client_id));
    let groups = scenario.groups.iter().map(|group| format!("group {} of tenant {}", group.id, group.tenant));
    let flows = scenario.tenants.iter().flat_map(|tenant| {
        let flows = tenant.b2c.iter().flat_map(|b2c| &b2c.user_flows);
        flows.map(|flow| format!("user flow {} of tenant {}", flow.name.to_lowercase(), tenant.id))
    });
    let mut seen = HashSet::new();
    for what in ids.chain(domains).chain(oids).chain(names).chain(clients).chain(groups).chain(flows) {
        if !seen.insert(what.clone()) {
            return Err(Inconsistency::Duplicate { what });
        }
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot build its input should stop")]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_scenario_is_consistent() {
        assert_eq!(check(&Scenario::demo()), Ok(()));
    }

    #[test]
    fn an_account_of_an_unlisted_tenant_is_named() {
        let mut scenario = Scenario::demo();
        scenario.accounts[0].tenant = Uuid::from_u128(9);
        assert!(
            matches!(check(&scenario), Err(Inconsistency::UnknownTenant { tenant, .. }) if tenant == Uuid::from_u128(9))
        );
    }

    #[test]
    fn an_app_for_an_unlisted_tenant_is_named() {
        let mut scenario = Scenario::demo();
        scenario.apps[0].audience = Audience::Single(Uuid::from_u128(9));
        assert!(matches!(check(&scenario), Err(Inconsistency::UnknownTenant { .. })));
    }

    #[test]
    fn two_accounts_with_one_username_are_refused() {
        let mut scenario = Scenario::demo();
        scenario.accounts[1].username = scenario.accounts[0].username.to_uppercase();
        assert!(matches!(check(&scenario), Err(Inconsistency::Duplicate { .. })));
    }

    #[test]
    fn a_role_that_no_app_declares_is_refused() {
        let mut scenario = Scenario::demo();
        scenario.accounts[0].roles = vec!["Emperor".to_owned()];
        assert!(matches!(check(&scenario), Err(Inconsistency::UndeclaredRole { role, .. }) if role == "Emperor"));
    }

    #[test]
    fn a_permission_that_no_api_declares_is_refused() {
        let mut scenario = Scenario::demo();
        let resource = scenario.apps[0].client_id;
        let role = |role: &str| crate::scenario::ApplicationPermissions {
            resource: Resource::App(resource),
            roles: vec![role.to_owned()],
            tenants: None,
        };
        scenario.apps[0].application_permissions = vec![role("Viewer")];
        assert_eq!(check(&scenario), Ok(()));
        scenario.apps[0].application_permissions = vec![role("Emperor")];
        assert!(matches!(check(&scenario), Err(Inconsistency::UndeclaredPermission { .. })));
    }

    #[test]
    fn a_guest_needs_a_home() {
        let mut scenario = Scenario::demo();
        let mut guest = scenario.accounts[0].clone();
        guest.username = "visitor@elsewhere.example".to_owned();
        guest.oid = Uuid::from_u128(10);
        guest.guest = Some(super::super::HomeAccount { oid: Uuid::from_u128(11), tenant: guest.tenant });
        scenario.accounts.push(guest);
        assert!(matches!(check(&scenario), Err(Inconsistency::HomelessGuest { .. })));
    }

    #[test]
    fn user_flows_and_their_kind_of_tenant_go_together() {
        let mut scenario = Scenario::demo();
        scenario.tenants[0].kind = TenantKind::B2c;
        assert_eq!(check(&scenario), Err(Inconsistency::UserFlows { tenant: scenario.tenants[0].id }));
    }

    #[test]
    fn an_app_without_a_way_back_is_refused() {
        let mut scenario = Scenario::demo();
        scenario.apps.first_mut().unwrap().redirect_uris.clear();
        assert!(matches!(check(&scenario), Err(Inconsistency::NoRedirectUri { .. })));
    }
}
