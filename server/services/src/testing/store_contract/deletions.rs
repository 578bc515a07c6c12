//! Incidents that somebody deleted.

use domain::{Incident, IncidentNumber, IncidentQuery, Tab};
use futures::future::join_all;

use super::Stores;
use super::world::{World, at};
use crate::ports::{IdempotencyKey, ImportCount, Once, StoreError, Written};

async fn delete(world: &World, incident: &Incident, version: Option<u32>) -> Written {
    let line = world.line("incident.delete", at(50));
    world.stores.incidents.delete(&world.all(), incident.id, version, &line).await.unwrap()
}

/// No way of asking finds it and no change reaches it; the audit log has the line, and others are as they were.
pub async fn a_deleted_incident_is_nowhere(stores: &Stores) {
    let world = World::new(stores).await;
    let (gone, stays) = (world.declare(|_| ()).await, world.declare(|_| ()).await);
    assert_eq!(delete(&world, &gone, None).await, Written::Committed);
    let (store, scope) = (&stores.incidents, world.all());
    assert_eq!(store.find(&scope, gone.number).await.unwrap(), None);
    assert_eq!(store.timeline(&scope, gone.id, false, None, 10).await.unwrap(), []);
    assert_eq!(store.changes_since(&scope, gone.id, 0).await.unwrap(), []);
    for tab in Tab::ALL {
        let query = IncidentQuery { tab, ..IncidentQuery::default() };
        let rows = store.list(&scope, &query, None, 10).await.unwrap();
        assert!(rows.iter().all(|row| row.number == stays.number), "{tab}");
    }
    let exported = store.export(world.tenant, None, 10).await.unwrap();
    assert_eq!(exported.iter().map(|one| one.incident.clone()).collect::<Vec<_>>(), [stays]);

    let mut renamed = World::renamed(&gone, "back again");
    for version in [2, 3] {
        renamed.version = version;
        let record = world.record(vec![world.note("back again")]);
        assert_eq!(store.update(&scope, &renamed, &record).await.unwrap(), Written::Missing);
    }
    let key = IdempotencyKey { key: "k".to_owned(), request_hash: [1; 32] };
    let record = world.record(vec![world.note("back again")]);
    let appended = store.append(&scope, gone.id, at(9), None, &record, Some(&key)).await.unwrap();
    assert_eq!(appended, Once::Done(Written::Missing));
    assert_eq!(delete(&world, &gone, None).await, Written::Missing, "the second time there is nothing");
    let lines = stores.audit.recent(world.tenant, 10).await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.action == "incident.delete").count(), 1);
    assert_eq!(world.lines().await, 3);
    assert_eq!(stores.chain.verify(world.tenant).await.unwrap(), None);
}

/// The number is never given again, and the same thing does not come back out of a file.
pub async fn what_was_deleted_keeps_its_number_and_its_origin(stores: &Stores) {
    let world = World::new(stores).await;
    let gone = world.declare(|_| ()).await;
    let exported = stores.incidents.export(world.tenant, None, 10).await.unwrap();
    assert_eq!(delete(&world, &gone, None).await, Written::Committed);
    let line = world.line("incident.import", at(60));
    let count = stores.incidents.import(world.tenant, &[], &exported, &line).await.unwrap();
    assert_eq!(count, ImportCount { created: 0, present: 1 });
    assert_eq!(stores.incidents.find(&world.all(), gone.number).await.unwrap(), None);
    assert_eq!(world.declare(|_| ()).await.number, IncidentNumber(2));
}

/// With a version it is a change like any other: one that is out of date writes nothing.
pub async fn a_deletion_may_name_the_version_it_means(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let renamed = World::renamed(&incident, "changed meanwhile");
    let record = world.record(Vec::new());
    assert_eq!(stores.incidents.update(&world.all(), &renamed, &record).await.unwrap(), Written::Committed);
    for stale in [0, 1, 3] {
        assert_eq!(delete(&world, &incident, Some(stale)).await, Written::Stale, "{stale}");
    }
    assert_eq!(world.lines().await, 2);
    assert_eq!(stores.incidents.find(&world.all(), incident.number).await.unwrap(), Some(renamed));
    assert_eq!(delete(&world, &incident, Some(2)).await, Written::Committed);
    assert_eq!(delete(&world, &incident, Some(2)).await, Written::Missing);
    assert_eq!(delete(&world, &world.incident(), Some(1)).await, Written::Missing);
}

/// Of several at once one deletes, and the log says so once.
pub async fn of_concurrent_deletions_one_is_committed(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let answers = join_all((0..5).map(|_| delete(&world, &incident, None))).await;
    assert_eq!(answers.iter().filter(|answer| **answer == Written::Committed).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == Written::Missing).count(), 4, "{answers:?}");
    assert_eq!(world.lines().await, 2);
}

/// The audit line is a part of the transaction.
pub async fn a_deletion_whose_audit_line_fails_leaves_nothing(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let mut line = world.line("incident.delete", at(50));
    line.id = stores.audit.recent(world.tenant, 1).await.unwrap()[0].id;
    let refused = stores.incidents.delete(&world.all(), incident.id, None, &line).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    assert_eq!(stores.incidents.find(&world.all(), incident.number).await.unwrap(), Some(incident));
}
