//! Tenants, people, services, severities.

use domain::view::PersonView;
use domain::{Name, ServiceId, SeverityKey, TenantId, Text, UserId};
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
    let made = join_all((0..4).map(|_| stores.directory.ensure_tenant(&tenant, &service, at(0)))).await;
    let made: Vec<bool> = made.into_iter().map(Result::unwrap).collect();
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
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
    assert_eq!(stores.directory.names(world.tenant, &asked).await.unwrap(), [ada, zoe]);
    assert_eq!(stores.directory.names(world.tenant, &[]).await.unwrap(), []);
    assert_eq!(world.lines().await, 4);
}

/// A name finds its service in any letter case; one service per name asked for, in that order; two at once agree.
pub async fn services_are_found_without_regard_to_case(stores: &Stores) {
    let world = World::new(stores).await;
    let name = |text: &str| (ServiceId(id()), Name::read(text).unwrap());
    let asked = [name("Zahlung"), name("GENERAL"), name("ÄRGER"), name("ärger")];
    let made = stores.directory.ensure_services(world.tenant, &asked).await.unwrap();
    let names: Vec<_> = made.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["Zahlung", "General", "ÄRGER", "ÄRGER"]);
    assert_eq!((made[0].id, made[0].tier), (asked[0].0, 3));
    assert_eq!(made[1], world.service());
    let all = stores.directory.services(world.tenant).await.unwrap();
    let names: Vec<_> = all.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["General", "Zahlung", "ÄRGER"]);

    let racers = [name("raced"), name("RACED")];
    let (one, other) = tokio::join!(
        stores.directory.ensure_services(world.tenant, &racers[..1]),
        stores.directory.ensure_services(world.tenant, &racers[1..]),
    );
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(stores.directory.ensure_services(world.tenant, &[]).await.unwrap(), []);
}

/// A store that is there says so.
pub async fn the_store_answers(stores: &Stores) {
    stores.directory.ping().await.unwrap();
}
