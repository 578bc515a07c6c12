//! One tenant and another.

use domain::{IncidentQuery, Tab};

use super::Stores;
use super::world::{World, at};
use crate::ports::{Once, Portable, Scope, StoreError, Written};

fn everything() -> IncidentQuery {
    IncidentQuery { tab: Tab::All, ..IncidentQuery::default() }
}

/// No method gives anything of a tenant to another one or changes it, not even with Admin's reach and the right ids.
pub async fn another_tenant_sees_and_changes_nothing(stores: &Stores) {
    let (own, other) = (World::new(stores).await, World::new(stores).await);
    let incident = own.declare(|_| ()).await;
    // The same person, so that only the tenant differs.
    let foreign = Scope { user: own.user, ..other.all() };
    let store = &stores.incidents;
    assert_eq!(store.find(&foreign, incident.number).await.unwrap(), None);
    assert_eq!(store.list(&foreign, &everything(), None, 10).await.unwrap(), []);
    assert_eq!(store.timeline(&foreign, incident.id, false, None, 10).await.unwrap(), []);
    assert_eq!(store.changes_since(&foreign, incident.id, 0).await.unwrap(), []);
    assert_eq!(store.export(other.tenant, None, 10).await.unwrap(), []);

    let record = other.record(vec![other.note("intruder")]);
    let mut renamed = World::renamed(&incident, "intruder");
    assert_eq!(store.update(&foreign, &renamed, &record).await.unwrap(), Written::Missing);
    renamed.tenant = other.tenant;
    assert_eq!(store.update(&foreign, &renamed, &record).await.unwrap(), Written::Missing);
    assert_eq!(store.update(&own.all(), &renamed, &record).await.unwrap(), Written::Missing);
    let appended = store.append(&foreign, incident.id, at(9), None, &record, None).await.unwrap();
    assert_eq!(appended, Once::Done(Written::Missing));
    let line = other.line("incident.delete", at(9));
    assert_eq!(store.delete(&foreign, incident.id, None, &line).await.unwrap(), Written::Missing);
    assert_eq!(store.delete(&foreign, incident.id, Some(1), &line).await.unwrap(), Written::Missing);
    // A line about one tenant never stands in another one's log.
    let mixed = store.delete(&own.all(), incident.id, None, &line).await;
    assert!(matches!(mixed, Err(StoreError::Internal(_))), "{mixed:?}");
    let own_record = own.record(Vec::new());
    let mixed = store.append(&own.all(), incident.id, at(9), None, &record, None).await;
    assert!(matches!(mixed, Err(StoreError::Internal(_))), "{mixed:?}");
    let mixed = store.create(&other.incident(), &own_record, None).await;
    assert!(matches!(mixed, Err(StoreError::Internal(_))), "{mixed:?}");

    assert_eq!(store.find(&own.all(), incident.number).await.unwrap(), Some(incident.clone()));
    assert_eq!(own.sequence(incident.id).await, [1]);
    assert_eq!((own.lines().await, other.lines().await), (1, 0));
    assert_eq!(stores.directory.services(other.tenant).await.unwrap(), [other.service()]);
    assert_eq!(stores.directory.names(other.tenant, &[own.user]).await.unwrap(), []);
}

/// An incident names services of its own tenant only.
pub async fn another_tenants_service_cannot_be_linked(stores: &Stores) {
    let (own, other) = (World::new(stores).await, World::new(stores).await);
    let mut incident = own.incident();
    incident.services = vec![other.service];
    let record = own.record(vec![own.declared()]);
    let refused = stores.incidents.create(&incident, &record, None).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    assert_eq!(stores.incidents.export(own.tenant, None, 10).await.unwrap(), []);
    assert_eq!(own.declare(|_| ()).await.number.0, 1);
}

/// A batch is of one tenant; with a foreign incident in it nothing is taken in.
pub async fn another_tenants_incident_cannot_be_imported(stores: &Stores) {
    let (own, other) = (World::new(stores).await, World::new(stores).await);
    let batch = [&own, &other].map(|world| Portable {
        origin: "file:1".to_owned(),
        incident: world.incident(),
        entries: Vec::new(),
    });
    let line = own.line("incident.import", at(0));
    let refused = stores.incidents.import(own.tenant, &[], &batch, &line).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    for world in [&own, &other] {
        assert_eq!(stores.incidents.export(world.tenant, None, 10).await.unwrap(), []);
    }
}
