//! The list of tenants.

use domain::{Name, Standing, Tenant, TenantId, Text};
use futures::future::join_all;

use super::Stores;
use super::world::{World, at, id};
use crate::audit::AuditRecord;
use crate::ports::{Admission, Person};

fn line_of(tenant: TenantId, standing: Standing, seconds: i64) -> Admission {
    Admission {
        tenant,
        name: None,
        standing,
        since: at(seconds),
        decided_by: "a test".to_owned(),
        reason: "because".to_owned(),
        sessions_from: None,
    }
}

fn audit(world: &World, tenant: TenantId) -> AuditRecord {
    AuditRecord { tenant, ..world.line("tenant.test", at(0)) }
}

fn name(text: &str) -> Name {
    Name::read(text).unwrap()
}

async fn ensure(world: &World, tenant: TenantId) {
    let made = Tenant { id: tenant, ..world.tenant() };
    let line = audit(world, tenant);
    assert!(world.stores.directory.ensure_tenant(&made, &world.service(), at(0), &line).await.unwrap());
}

/// Making a tenant puts it on the list as allowed, under its name; a line that is there stays.
pub async fn a_tenant_that_is_used_is_on_the_list(stores: &Stores) {
    let world = World::new(stores).await;
    let line = stores.admissions.admission(world.tenant).await.unwrap().unwrap();
    assert_eq!((line.standing, line.name, line.since), (Standing::Allowed, Some(world.tenant().name), at(0)));
    assert_eq!(line.sessions_from, None);

    let listed = TenantId(id());
    assert_eq!(stores.admissions.admission(listed).await.unwrap(), None);
    let waiting = line_of(listed, Standing::Waiting, 5);
    assert!(stores.admissions.apply(&waiting, &audit(&world, listed)).await.unwrap());
    ensure(&world, listed).await;
    let line = stores.admissions.admission(listed).await.unwrap().unwrap();
    assert_eq!(line, Admission { name: Some(world.tenant().name), ..waiting }, "only the name was missing");
}

/// The last decision counts; the moment from which sessions count stays until there is another.
pub async fn a_decision_is_written_over_the_one_before(stores: &Stores) {
    let world = World::new(stores).await;
    let blocked = Admission { sessions_from: Some(at(7)), ..line_of(world.tenant, Standing::Blocked, 7) };
    stores.admissions.decide(&blocked, &audit(&world, world.tenant)).await.unwrap();
    let expected = Admission { name: Some(world.tenant().name), ..blocked };
    assert_eq!(stores.admissions.admission(world.tenant).await.unwrap(), Some(expected.clone()));
    let allowed = line_of(world.tenant, Standing::Allowed, 9);
    stores.admissions.decide(&allowed, &audit(&world, world.tenant)).await.unwrap();
    let expected = Admission { sessions_from: Some(at(7)), name: expected.name, ..allowed };
    assert_eq!(stores.admissions.admission(world.tenant).await.unwrap(), Some(expected));
    assert_eq!(world.lines().await, 2, "each decision has its line");
}

/// A name on the list is the tenant's own, whichever came first.
pub async fn a_name_is_given_before_or_after_the_first_sign_in(stores: &Stores) {
    let world = World::new(stores).await;
    let renamed = Admission { name: Some(name("Contoso")), ..line_of(world.tenant, Standing::Allowed, 1) };
    stores.admissions.decide(&renamed, &audit(&world, world.tenant)).await.unwrap();
    assert_eq!(stores.directory.tenant(world.tenant).await.unwrap().unwrap().name, name("Contoso"));

    let before = TenantId(id());
    let named = Admission { name: Some(name("Fabrikam")), ..line_of(before, Standing::Allowed, 1) };
    stores.admissions.decide(&named, &audit(&world, before)).await.unwrap();
    ensure(&world, before).await;
    assert_eq!(stores.admissions.admission(before).await.unwrap().unwrap().name, Some(name("Fabrikam")));
}

/// Whoever applies first is noted, and nobody applies over a decision.
pub async fn of_several_applications_one_is_written(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = TenantId(id());
    let lines: Vec<_> = (0..4).map(|i| (line_of(tenant, Standing::Waiting, i), audit(&world, tenant))).collect();
    let applied = join_all(lines.iter().map(|(line, audit)| stores.admissions.apply(line, audit))).await;
    let applied: Vec<bool> = applied.into_iter().map(Result::unwrap).collect();
    assert_eq!(applied.iter().filter(|written| **written).count(), 1);
    let winner = applied.iter().position(|written| *written).unwrap();
    assert_eq!(stores.admissions.admission(tenant).await.unwrap(), Some(lines[winner].0.clone()));
    assert_eq!(stores.audit.recent(tenant, 10).await.unwrap(), [lines[winner].1.clone()], "audited once");

    let blocked = line_of(tenant, Standing::Blocked, 9);
    stores.admissions.decide(&blocked, &audit(&world, tenant)).await.unwrap();
    let again = line_of(tenant, Standing::Allowed, 10);
    assert!(!stores.admissions.apply(&again, &audit(&world, tenant)).await.unwrap());
    assert_eq!(stores.admissions.admission(tenant).await.unwrap(), Some(blocked));
}

/// Line and audit line are committed together or not at all.
pub async fn a_decision_whose_audit_line_fails_leaves_nothing(stores: &Stores) {
    let world = World::new(stores).await;
    let (before, tenant) = (stores.admissions.admission(world.tenant).await.unwrap(), TenantId(id()));
    // The line of another tenant is refused.
    let foreign = audit(&world, TenantId(id()));
    let renamed = Admission { name: Some(name("Other")), ..line_of(world.tenant, Standing::Blocked, 1) };
    stores.admissions.decide(&renamed, &foreign).await.unwrap_err();
    stores.admissions.apply(&line_of(tenant, Standing::Allowed, 1), &foreign).await.unwrap_err();
    assert_eq!(stores.admissions.admission(world.tenant).await.unwrap(), before);
    assert_eq!(stores.directory.tenant(world.tenant).await.unwrap().unwrap().name, world.tenant().name);
    assert_eq!(stores.admissions.admission(tenant).await.unwrap(), None);
}

/// Every line once, in order of tenant id.
pub async fn the_list_is_read_in_pages(stores: &Stores) {
    let mut tenants = Vec::new();
    for _ in 0..3 {
        tenants.push(World::new(stores).await.tenant);
    }
    tenants.sort();
    let page = async |after, limit| {
        let lines = stores.admissions.admissions(after, limit).await.unwrap();
        lines.into_iter().map(|line| line.tenant).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2).await, tenants[..2]);
    assert_eq!(page(Some(tenants[1]), 2).await, tenants[2..]);
    assert_eq!(page(Some(tenants[2]), 2).await, []);
}

/// A guest is offered the allowed organisations where the same home account was seen, and nobody else's.
pub async fn organisations_are_those_of_the_same_home_account(stores: &Stores) {
    let home = World::new(stores).await;
    let (host, closed, elsewhere) = (World::new(stores).await, World::new(stores).await, World::new(stores).await);
    let seen = async |world: &World, subject: &str, home_account: Option<&str>| {
        let person = Person {
            id: crate::user_id(world.tenant, subject),
            tenant: world.tenant,
            subject: subject.to_owned(),
            name: "Ada".to_owned(),
            home_account: home_account.map(str::to_owned),
        };
        stores.directory.signed_in(&person, at(0), &world.line("session.sign_in", at(0))).await.unwrap();
        person.id
    };
    let ada = "ada.' or '1'='1";
    let at_home = seen(&home, "a-1", Some(ada)).await;
    let as_guest = seen(&host, "a-2", Some(ada)).await;
    seen(&closed, "a-3", Some(ada)).await;
    seen(&elsewhere, "b-1", Some("bo.home")).await;
    let unknown = seen(&elsewhere, "c-1", None).await;
    seen(&host, "c-2", None).await;
    let blocked = line_of(closed.tenant, Standing::Blocked, 1);
    stores.admissions.decide(&blocked, &audit(&closed, closed.tenant)).await.unwrap();
    for (world, name) in [(&home, "Acme"), (&host, "basalt")] {
        let renamed =
            Admission { name: Some(Name::read(name).unwrap()), ..line_of(world.tenant, Standing::Allowed, 1) };
        stores.admissions.decide(&renamed, &audit(world, world.tenant)).await.unwrap();
    }
    let offered = async |world: &World, user, limit| {
        let all = stores.admissions.organisations_of(world.tenant, user, limit).await.unwrap();
        all.into_iter().map(|one| (one.name, one.id, one.current)).collect::<Vec<_>>()
    };
    let both = |current: TenantId| {
        [("Acme", home.tenant), ("basalt", host.tenant)].map(|(name, id)| (name.to_owned(), id, id == current))
    };
    assert_eq!(offered(&home, at_home, 10).await, both(home.tenant));
    assert_eq!(offered(&host, as_guest, 10).await, both(host.tenant));
    assert_eq!(offered(&home, at_home, 1).await.len(), 1);
    let own = |world: &World| (world.tenant().name.as_str().to_owned(), world.tenant, true);
    assert_eq!(offered(&elsewhere, unknown, 10).await, [own(&elsewhere)], "nobody without a home account is the same");
    // A user of another tenant's is nobody here.
    assert_eq!(offered(&elsewhere, at_home, 10).await, [own(&elsewhere)]);
}
