//! Organisations whose past is made up, for those who try Muster out: the ones of the development sign-in.

use std::sync::Arc;

use domain::{Name, Operation, Permission, Role, Roles, TenantId, Text, roles_for};
use entra_local::{Account, AppRegistration, ApplicationPermissions, Resource, Scenario, Secret};
use services::ports::{DirectoryStore, Person};
use services::seed::{Profile, SeedService, SeedTenant};
use services::{Clock, RandomIds, ServiceError, SystemClock};
use storage::Records;
use uuid::{Uuid, uuid};

use crate::commands::output::say;

/// Programs that work without a person, by their client ids: what each may do, and no more.
const PROGRAMS: [(Uuid, &str, Permission); 3] = [
    (uuid!("a4c8e2f0-6d15-4b79-8e03-5f2d91b7c6a4"), "Status board", Permission::Read),
    (uuid!("b5d9f3a1-7e26-4c8a-9f14-602ea2c8d7b5"), "Ticket sync", Permission::ReadWrite),
    (uuid!("c6ea04b2-8f37-4d9b-a025-713fb3d9e8c6"), "Housekeeping", Permission::Delete),
];

/// Muster with the permissions it has to give, and behind it the programs that are granted one each.
pub fn with_programs(mut muster: AppRegistration) -> Vec<AppRegistration> {
    muster.roles.extend(Permission::ALL.map(|permission| permission.to_string()));
    let mut apps = vec![muster.clone()];
    apps.extend(PROGRAMS.map(|(client_id, name, permission)| AppRegistration {
        client_id,
        name: name.to_owned(),
        client_secret: Secret::generate(),
        redirect_uris: Vec::new(),
        front_channel_logout_uri: None,
        roles: Vec::new(),
        application_permissions: vec![ApplicationPermissions {
            resource: Resource::App(muster.client_id),
            roles: vec![permission.to_string()],
            tenants: None,
        }],
        ..muster.clone()
    }));
    apps
}

/// Fills each organisation unless it is there already; with `empty`, only makes it.
///
/// # Errors
/// Unavailable or internal if the records cannot be written.
pub async fn fill(scenario: &Scenario, records: &Records, empty: bool) -> Result<(), ServiceError> {
    let records = Arc::new(records.clone());
    let seeds = SeedService::new(records.clone(), records.clone(), Arc::new(RandomIds));
    for (n, tenant) in scenario.tenants.iter().enumerate() {
        let Some(mut seed) = seed_tenant(scenario, n, tenant) else {
            continue;
        };
        if empty {
            seed.profile.incidents = 0;
            if records.tenant(seed.id).await?.is_some() {
                let way = "MUSTER_DATA_DIR=FOLDER starts clean";
                tell(&format!("{}: is there already and stays as it is; {way}", tenant.name));
            }
        }
        let count = seeds.seed(&seed, SystemClock.now()).await?;
        if count.created > 0 {
            tell(&format!("{}: {} made-up incidents", tenant.name, count.created));
        }
    }
    Ok(())
}

/// A line that cannot be printed is no reason to do without what it tells of.
fn tell(line: &str) {
    if let Err(error) = say(line) {
        tracing::debug!(?error, "a line about made-up incidents was not printed");
    }
}

/// The accounts under their organisations, for the person who typed `make run`.
pub fn account_lines(scenario: &Scenario) -> Vec<String> {
    let line = |account: &Account| {
        let roles = if account.roles.is_empty() { "no role".to_owned() } else { account.roles.join(", ") };
        format!("  {:<26} {roles}", account.username)
    };
    let tenants = scenario.tenants.iter();
    let lines = tenants.flat_map(|tenant| {
        let people = scenario.accounts.iter().filter(|account| account.tenant == tenant.id).map(line);
        std::iter::once(format!("{} (tenant {})", tenant.name, tenant.id)).chain(people).collect::<Vec<_>>()
    });
    lines.collect()
}

/// The programs among the applications of the stand-in, which is for trying things out: their secrets open nothing else.
pub fn program_lines(apps: &[AppRegistration]) -> Vec<String> {
    let permitted = |app: &AppRegistration| -> Vec<String> {
        app.application_permissions.iter().flat_map(|given| given.roles.clone()).collect()
    };
    let programs = apps.iter().map(|app| (app, permitted(app))).filter(|(_, permissions)| !permissions.is_empty());
    let line = |(app, permissions): (&AppRegistration, Vec<String>)| {
        let (id, secret) = (app.client_id, app.client_secret.expose());
        format!("{:<14} {:<24} {id} {secret}", app.name, permissions.join(", "))
    };
    programs.map(line).collect()
}

/// The applications of the stand-in that act for people at the API, with where each is sent back to.
pub fn client_lines(apps: &[AppRegistration]) -> Vec<String> {
    let line = |app: &AppRegistration| {
        let to = app.redirect_uris.first()?;
        Some(format!("{:<14} {to:<31} {} {}", app.name, app.client_id, app.client_secret.expose()))
    };
    apps.iter().filter_map(line).collect()
}

/// Whether the person may work on incidents: the past is made up of people who could have made it.
fn works(account: &Account) -> bool {
    let roles: Roles = account.roles.iter().filter_map(|role| role.parse::<Role>().ok()).collect();
    roles.any(roles_for(Operation::Note))
}

fn seed_tenant(scenario: &Scenario, n: usize, tenant: &entra_local::Tenant) -> Option<SeedTenant> {
    let id = TenantId(tenant.id);
    let people: Vec<Person> = scenario
        .accounts
        .iter()
        .filter(|account| account.tenant == tenant.id && works(account))
        .map(|account| {
            let subject = account.oid.to_string();
            Person {
                id: services::user_id(id, &subject),
                tenant: id,
                subject,
                name: account.name.clone(),
                home_account: None,
            }
        })
        .collect();
    let profile = if n == 0 { Profile::SMALL } else { Profile::TINY };
    let name = Name::read(&tenant.name).ok()?;
    (!people.is_empty()).then_some(SeedTenant { id, name, people, profile })
}
