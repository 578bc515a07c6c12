//! Requests that are sent twice.

use domain::{Incident, IncidentNumber, UserId};
use futures::future::join_all;

use super::Stores;
use super::world::{World, at, id};
use crate::ports::{IdempotencyKey, Once, Record, StoreError, Written};

const DAY: i64 = 86_400;

fn key(name: &str, hash: u8) -> IdempotencyKey {
    IdempotencyKey { key: name.to_owned(), request_hash: [hash; 32] }
}

/// A declaration by a person at a time.
fn request(world: &World, user: UserId, seconds: i64) -> (Incident, Record) {
    let mut record = world.record(vec![world.declared()]);
    record.audit.actor = Some(user);
    record.audit.at = at(seconds);
    (world.incident(), record)
}

async fn declare(world: &World, user: UserId, seconds: i64, key: &IdempotencyKey) -> Once<IncidentNumber> {
    let (incident, record) = request(world, user, seconds);
    world.stores.incidents.create(&incident, &record, Some(key)).await.unwrap()
}

/// Five requests under one key at once: one is done, the others get its number, and no number is lost.
pub async fn one_key_makes_one_incident(stores: &Stores) {
    let world = World::new(stores).await;
    let key = key("form-1", 1);
    let answers = join_all((0..5).map(|_| declare(&world, world.user, 0, &key))).await;
    let count = |answer| answers.iter().filter(|one| **one == answer).count();
    assert_eq!(count(Once::Done(IncidentNumber(1))), 1, "{answers:?}");
    assert_eq!(count(Once::Before(IncidentNumber(1))), 4, "{answers:?}");
    assert_eq!(world.declare(|_| ()).await.number, IncidentNumber(2));
    assert_eq!(world.lines().await, 2);
}

/// Another request under the same key is refused; a request that failed leaves its key free.
pub async fn one_key_stands_for_one_request(stores: &Stores) {
    let world = World::new(stores).await;
    let first = declare(&world, world.user, 0, &key("k", 1)).await;
    assert_eq!(first, Once::Done(IncidentNumber(1)));
    assert_eq!(declare(&world, world.user, 1, &key("k", 2)).await, Once::KeyReused);
    assert_eq!(declare(&world, world.user, 1, &key("K", 2)).await, Once::Done(IncidentNumber(2)));

    let (incident, mut record) = request(&world, world.user, 2);
    let good = record.audit.id;
    record.audit.id = stores.audit.recent(world.tenant, 1).await.unwrap()[0].id;
    let failed = stores.incidents.create(&incident, &record, Some(&key("f", 1))).await;
    assert!(matches!(failed, Err(StoreError::Internal(_))), "{failed:?}");
    record.audit.id = good;
    let again = stores.incidents.create(&incident, &record, Some(&key("f", 1))).await.unwrap();
    assert_eq!(again, Once::Done(IncidentNumber(3)));
}

/// The same key of another person, or of the same person elsewhere, is another key.
pub async fn a_key_belongs_to_one_person(stores: &Stores) {
    let (world, elsewhere) = (World::new(stores).await, World::new(stores).await);
    let other = UserId(id());
    let key = key("k", 1);
    assert_eq!(declare(&world, world.user, 0, &key).await, Once::Done(IncidentNumber(1)));
    assert_eq!(declare(&world, other, 0, &key).await, Once::Done(IncidentNumber(2)));
    assert_eq!(declare(&elsewhere, world.user, 0, &key).await, Once::Done(IncidentNumber(1)));
}

/// After 24 hours a key is free again, its own row and those of other keys.
pub async fn a_key_expires_after_a_day(stores: &Stores) {
    let world = World::new(stores).await;
    for i in 0..3 {
        declare(&world, world.user, 0, &key(&format!("old-{i}"), 1)).await;
    }
    let just_before = declare(&world, world.user, DAY - 1, &key("old-0", 1)).await;
    assert_eq!(just_before, Once::Before(IncidentNumber(1)));
    let after = declare(&world, world.user, DAY, &key("old-0", 2)).await;
    assert_eq!(after, Once::Done(IncidentNumber(4)));
    let renewed = declare(&world, world.user, DAY + 1, &key("old-0", 2)).await;
    assert_eq!(renewed, Once::Before(IncidentNumber(4)));
}

/// A note under a key is written once, and its key is no other request's.
pub async fn one_key_writes_one_note(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let append = async |hash| {
        let record = world.record(vec![world.note("once")]);
        let key = key("note", hash);
        let scope = world.all();
        let written = stores.incidents.append(&scope, incident.id, at(1), None, &record, Some(&key));
        written.await.unwrap()
    };
    assert_eq!(append(1).await, Once::Done(Written::Committed));
    assert_eq!(append(1).await, Once::Before(incident.number));
    assert_eq!(append(2).await, Once::KeyReused);
    assert_eq!(world.sequence(incident.id).await, [1, 2]);
    assert_eq!(declare(&world, world.user, 1, &key("note", 3)).await, Once::KeyReused);
}
