//! Tenants, people, services, severities.

use domain::view::PersonView;
use domain::{ServiceId, SeverityKey, TenantId, UserId};
use futures::future::join_all;

use super::Stores;
use super::world::{World, at, id};
use crate::ports::Person;

/// Made once, however many replicas try; with five severities and one service.
pub async fn tenants_are_made_once(stores: &Stores) {
    let mut world = World::new(stores).await;
    world.tenant = TenantId(id());
    assert_eq!(stores.directory.tenant(world.tenant).await.unwrap(), None);
    let (tenant, service) = (world.tenant(), world.service());
    let lines: Vec<_> = (0..4).map(|i| world.line("tenant.create", at(i))).collect();
    let made = join_all(lines.iter().map(|line| stores.directory.ensure_tenant(&tenant, &service, at(0), line))).await;
    let made: Vec<bool> = made.into_iter().map(Result::unwrap).collect();
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
    let winner = made.iter().position(|made| *made).unwrap();
    assert_eq!(stores.audit.recent(world.tenant, 10).await.unwrap(), [lines[winner].clone()], "audited once");
    assert_eq!(stores.directory.tenant(world.tenant).await.unwrap(), Some(tenant));
    assert_eq!(stores.directory.services(world.tenant).await.unwrap(), [service]);
    let severities = stores.directory.severities(world.tenant).await.unwrap();
    assert_eq!(severities.iter().map(|s| s.key).collect::<Vec<_>>(), SeverityKey::ALL);
    for severity in severities {
        assert_eq!(severity.name, severity.key.word());
        assert_eq!(severity.is_major, severity.key.is_major());
        assert_eq!(severity.update_interval_s, severity.key.update_interval_s());
    }
}

/// One record per subject, with the name of the last sign-in, in order of name whatever its case.
pub async fn people_are_kept_by_subject(stores: &Stores) {
    let (world, elsewhere) = (World::new(stores).await, World::new(stores).await);
    let sign_in = async |world: &World, subject: &str, name: &str| {
        let person = Person {
            id: crate::user_id(world.tenant, subject),
            tenant: world.tenant,
            subject: subject.to_owned(),
            name: name.to_owned(),
            home_account: None,
        };
        let line = world.line("session.sign_in", at(0));
        stores.directory.signed_in(&person, at(0), &line).await.unwrap();
        PersonView { id: person.id, name: person.name }
    };
    sign_in(&world, "s-1", "Old name").await;
    let zoe = sign_in(&world, "s-2", "Zoë").await;
    let bo = sign_in(&world, "s-3", "bo").await;
    let ada = sign_in(&world, "s-1", "Ada").await;
    let foreign = sign_in(&elsewhere, "s-1", "Eve").await;
    let people = stores.directory.people(world.tenant, 10).await.unwrap();
    assert_eq!(people, [ada.clone(), bo.clone(), zoe.clone()]);
    assert_eq!(stores.directory.people(world.tenant, 2).await.unwrap(), [ada.clone(), bo]);
    let asked = [zoe.id, UserId(id()), foreign.id, ada.id];
    assert_eq!(stores.directory.names(world.tenant, &asked).await.unwrap(), [ada.clone(), zoe]);
    assert_eq!(stores.directory.names(world.tenant, &[]).await.unwrap(), []);
    assert_eq!(world.lines().await, 4);
    let person = stores.directory.person(world.tenant, ada.id).await.unwrap().unwrap();
    assert_eq!((person.id, person.tenant, person.subject.as_str()), (ada.id, world.tenant, "s-1"));
    assert_eq!(person.name, "Ada");
    for nobody in [foreign.id, UserId(id())] {
        assert_eq!(stores.directory.person(world.tenant, nobody).await.unwrap(), None);
    }
}

/// By name in any letter case, everybody who is called that.
pub async fn people_are_found_by_name(stores: &Stores) {
    let (world, elsewhere) = (World::new(stores).await, World::new(stores).await);
    let sign_in = async |world: &World, subject: &str, name: &str| {
        let (id, tenant) = (crate::user_id(world.tenant, subject), world.tenant);
        let person = Person { id, tenant, subject: subject.to_owned(), name: name.to_owned(), home_account: None };
        stores.directory.signed_in(&person, at(0), &world.line("session.sign_in", at(0))).await.unwrap();
        PersonView { id, name: person.name }
    };
    let zoe = sign_in(&world, "s-1", "Zoë Ünal").await;
    let mut adas = [sign_in(&world, "s-2", "Ada").await, sign_in(&world, "s-3", "ADA").await];
    adas.sort_by_key(|person| person.id);
    sign_in(&elsewhere, "s-1", "Zoë Ünal").await;
    let called = async |names: &[&str]| {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        stores.directory.people_called(world.tenant, &names).await.unwrap()
    };
    assert_eq!(called(&["zoë ÜNAL", "Ad", "%"]).await, [zoe]);
    assert_eq!(called(&["ada"]).await, adas);
    assert_eq!(called(&[]).await, []);
}

/// Those of the tenant, in order of name.
pub async fn services_are_found_by_id(stores: &Stores) {
    let (world, elsewhere) = (World::new(stores).await, World::new(stores).await);
    let made = ["zoo", "Billing"].map(|name| world.new_service(name));
    world.make_services(&made).await;
    let [zoo, billing] = made.map(|new| new.service);
    let asked = [zoo.id, ServiceId(id()), elsewhere.service, billing.id];
    assert_eq!(stores.directory.services_by_id(world.tenant, &asked).await.unwrap(), [billing, zoo]);
    assert_eq!(stores.directory.services_by_id(world.tenant, &[]).await.unwrap(), []);
}

/// A store that is there says so.
pub async fn the_store_answers(stores: &Stores) {
    stores.directory.ping().await.unwrap();
}
