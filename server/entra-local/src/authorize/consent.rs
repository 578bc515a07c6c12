//! Who has consented to which application and to which of its delegated permissions: people for themselves,
//! administrators for their tenant.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    directory::Directory,
    scenario::{Account, AppRegistration, Consent, HomeAccount, Resource},
    scope::{DEFAULT, Permission, Scopes},
    shared::Shared,
};

/// The consents given so far.
#[derive(Debug, Default)]
pub(crate) struct Consents {
    people: Shared<HashSet<(Uuid, HomeAccount)>>,
    tenants: Shared<HashSet<(Uuid, Uuid)>>,
    by_people: Shared<HashSet<(Uuid, HomeAccount, Permission)>>,
    by_tenants: Shared<HashSet<(Uuid, Uuid, Permission)>>,
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
    pub(crate) fn due(&self, directory: &Directory, app: &AppRegistration, account: &Account, asked: &Scopes) -> Due {
        let tenant_has = self.tenants.with(|tenants| tenants.contains(&(app.client_id, account.tenant)));
        let person_has = self.people.with(|people| people.contains(&(app.client_id, account.home())));
        match app.consent {
            Consent::AskOnce if !tenant_has && !person_has => Due::Persons,
            Consent::AdminOnly if !tenant_has => Due::Administrators,
            Consent::Granted | Consent::AskOnce | Consent::AdminOnly => self.missing(directory, app, account, asked),
        }
    }

    /// Whose consent the permissions need that nobody has granted yet.
    fn missing(&self, directory: &Directory, app: &AppRegistration, account: &Account, asked: &Scopes) -> Due {
        if app.consented.is_none() {
            return Due::Nobodys;
        }
        let reserved = read(&app.administrator_scopes, directory);
        let missing = asked.permissions().iter().filter(|wanted| {
            let granted = self.granted(directory, app, account, wanted.resource);
            let all = granted.iter().any(|name| name == DEFAULT);
            if wanted.name == DEFAULT { granted.is_empty() } else { !all && !granted.contains(&wanted.name) }
        });
        missing.fold(Due::Nobodys, |due, permission| match due {
            _ if reserved.contains(permission) => Due::Administrators,
            Due::Administrators => Due::Administrators,
            Due::Nobodys | Due::Persons => Due::Persons,
        })
    }

    /// The permissions at a resource that a person's tokens may have: what `.default` stands for.
    pub(crate) fn granted(
        &self,
        directory: &Directory,
        app: &AppRegistration,
        account: &Account,
        resource: Resource,
    ) -> Vec<String> {
        let Some(listed) = &app.consented else {
            return match resource {
                Resource::Graph => vec!["User.Read".to_owned()],
                Resource::App(id) => directory.app_of(id).and_then(|api| api.scopes.clone()).unwrap_or_default(),
            };
        };
        let (person, tenant) = ((app.client_id, account.home()), (app.client_id, account.tenant));
        let mut granted = read(listed, directory);
        granted.extend(self.by_people.with(|all| {
            let own = all.iter().filter(|(client, who, _)| (*client, *who) == person);
            own.map(|(.., permission)| permission.clone()).collect::<Vec<_>>()
        }));
        granted.extend(self.by_tenants.with(|all| {
            let own = all.iter().filter(|(client, there, _)| (*client, *there) == tenant);
            own.map(|(.., permission)| permission.clone()).collect::<Vec<_>>()
        }));
        let at_resource = granted.into_iter().filter(|permission| permission.resource == resource);
        let mut names: Vec<String> = at_resource.map(|permission| permission.name).collect();
        names.sort();
        names.dedup();
        names
    }

    /// A person accepted the page that asks them. What only an administrator may grant is granted for the tenant.
    pub(crate) fn accept(&self, directory: &Directory, app: &AppRegistration, account: &Account, asked: &Scopes) {
        if app.consent == Consent::AdminOnly {
            self.accept_for_tenant(app, account.tenant, asked);
            return;
        }
        self.people.with(|people| people.insert((app.client_id, account.home())));
        let reserved = read(&app.administrator_scopes, directory);
        for permission in asked.permissions().iter().cloned() {
            if reserved.contains(&permission) {
                self.by_tenants.with(|all| all.insert((app.client_id, account.tenant, permission)));
            } else {
                self.by_people.with(|all| all.insert((app.client_id, account.home(), permission)));
            }
        }
    }

    pub(crate) fn accept_for_tenant(&self, app: &AppRegistration, tenant: Uuid, asked: &Scopes) {
        self.tenants.with(|tenants| tenants.insert((app.client_id, tenant)));
        let new = asked.permissions().iter().cloned().map(|permission| (app.client_id, tenant, permission));
        self.by_tenants.with(|all| all.extend(new));
    }
}

/// Scopes of a registration. One that cannot be read grants nothing.
fn read(listed: &[String], directory: &Directory) -> Vec<Permission> {
    let read = listed.iter().filter_map(|scope| Scopes::parse(scope, directory).ok());
    read.flat_map(|scopes| scopes.permissions().to_vec()).collect()
}
