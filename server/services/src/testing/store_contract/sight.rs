//! Restricted incidents.

use domain::{Incident, IncidentQuery, Tab, UserId, Visibility};

use super::Stores;
use super::world::{World, at, id};
use crate::ports::{IdempotencyKey, Once, Scope, Written};

/// Whether each way of asking finds the incident; all ways must agree.
async fn sees(world: &World, scope: &Scope, incident: &Incident) -> bool {
    let store = &world.stores.incidents;
    let query = IncidentQuery { tab: Tab::All, ..IncidentQuery::default() };
    let found = store.find(scope, incident.number).await.unwrap().is_some();
    let listed = store.list(scope, &query, None, 100).await.unwrap();
    let answers = [
        found,
        listed.iter().any(|row| row.number == incident.number),
        !store.timeline(scope, incident.id, true, None, 10).await.unwrap().is_empty(),
        !store.changes_since(scope, incident.id, 0).await.unwrap().is_empty(),
    ];
    assert!(answers.iter().all(|answer| *answer == found), "{answers:?}");
    found
}

/// Somebody who is not named finds nothing and changes nothing; those named and Admin do.
pub async fn restricted_incidents_are_there_only_for_those_named(stores: &Stores) {
    let world = World::new(stores).await;
    let (named, stranger) = (UserId(id()), UserId(id()));
    let incident = world
        .declare(|incident| {
            incident.visibility = Visibility::Restricted;
            incident.people = vec![named];
        })
        .await;
    let open = world.declare(|_| ()).await;
    let strange = world.scope(stranger);
    assert!(sees(&world, &strange, &open).await);
    assert!(!sees(&world, &strange, &incident).await);
    assert!(sees(&world, &world.scope(named), &incident).await);
    assert!(sees(&world, &world.all(), &incident).await);

    let record = world.record(vec![world.note("intruder")]);
    let renamed = World::renamed(&incident, "intruder");
    let written = stores.incidents.update(&strange, &renamed, &record).await.unwrap();
    assert_eq!(written, Written::Missing);
    let key = IdempotencyKey { key: "k".to_owned(), request_hash: [1; 32] };
    let appended = stores.incidents.append(&strange, incident.id, at(9), None, &record, Some(&key));
    assert_eq!(appended.await.unwrap(), Once::Done(Written::Missing));
    let line = world.line("incident.delete", at(9));
    assert_eq!(stores.incidents.delete(&strange, incident.id, None, &line).await.unwrap(), Written::Missing);
    assert_eq!(world.sequence(incident.id).await, [1]);
    assert_eq!(world.lines().await, 2);

    let renamed = World::renamed(&incident, "known");
    let record = world.record(vec![world.note("known")]);
    let written = stores.incidents.update(&world.scope(named), &renamed, &record).await.unwrap();
    assert_eq!(written, Written::Committed);
}

/// Sight follows the stored people and visibility, not those at declaration.
pub async fn restricting_takes_an_incident_out_of_sight(stores: &Stores) {
    let world = World::new(stores).await;
    let (one, two) = (UserId(id()), UserId(id()));
    let incident = world.declare(|_| ()).await;
    let change = async |before: &Incident, visibility, people: &[UserId]| {
        let after = Incident { visibility, people: people.to_vec(), ..World::renamed(before, "x") };
        let record = world.record(Vec::new());
        let written = stores.incidents.update(&world.all(), &after, &record).await.unwrap();
        assert_eq!(written, Written::Committed);
        after
    };
    let restricted = change(&incident, Visibility::Restricted, &[one]).await;
    assert!(sees(&world, &world.scope(one), &incident).await);
    assert!(!sees(&world, &world.scope(two), &incident).await);
    let moved = change(&restricted, Visibility::Restricted, &[two]).await;
    assert!(!sees(&world, &world.scope(one), &incident).await);
    assert!(sees(&world, &world.scope(two), &incident).await);
    change(&moved, Visibility::Tenant, &[]).await;
    assert!(sees(&world, &world.scope(one), &incident).await);
}
