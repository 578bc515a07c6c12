//! The numbers of incidents.

use domain::{IncidentNumber, TenantId};
use futures::future::join_all;

use super::Stores;
use super::world::{World, id};
use crate::ports::{Once, StoreError};

/// Twenty creates at once get the numbers 1 to 20.
pub async fn numbers_have_no_gaps_under_concurrent_creates(stores: &Stores) {
    let world = World::new(stores).await;
    let created = join_all((0..20).map(|_| world.declare(|_| ()))).await;
    let mut numbers: Vec<u32> = created.iter().map(|incident| incident.number.0).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

/// Each tenant starts at 1, and each create's audit line names its number.
pub async fn numbers_count_up_per_tenant(stores: &Stores) {
    let (one, other) = (World::new(stores).await, World::new(stores).await);
    for expected in 1..=2 {
        assert_eq!(one.declare(|_| ()).await.number, IncidentNumber(expected));
        assert_eq!(other.declare(|_| ()).await.number, IncidentNumber(expected));
    }
    let lines = stores.audit.recent(one.tenant, 2).await.unwrap();
    let targets: Vec<_> = lines.iter().map(|line| line.target.as_str()).collect();
    assert_eq!(targets, ["incident:INC-2", "incident:INC-1"]);
}

/// The audit line is a part of the transaction: without it there is no incident, no entry, and no number is lost.
pub async fn a_create_whose_audit_line_fails_leaves_nothing(stores: &Stores) {
    let world = World::new(stores).await;
    world.declare(|_| ()).await;
    let taken = stores.audit.recent(world.tenant, 1).await.unwrap()[0].id;
    let incident = world.incident();
    let mut record = world.record(vec![world.declared()]);
    record.audit.id = taken;
    let refused = stores.incidents.create(&incident, &record, None).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    let missing = stores.incidents.find(&world.all(), IncidentNumber(2)).await.unwrap();
    assert_eq!(missing, None);
    assert_eq!(world.lines().await, 1);
    record.audit.id = id();
    let created = stores.incidents.create(&incident, &record, None).await.unwrap();
    assert_eq!(created, Once::Done(IncidentNumber(2)));
    assert_eq!(world.sequence(incident.id).await, [1]);
    assert_eq!(stores.chain.verify(world.tenant).await.unwrap(), None);
}

/// There is no incident without a tenant.
pub async fn a_create_for_an_unknown_tenant_fails(stores: &Stores) {
    let world = World::new(stores).await;
    let mut incident = world.incident();
    incident.tenant = TenantId(id());
    incident.services.clear();
    let mut record = world.record(Vec::new());
    record.audit.tenant = incident.tenant;
    let refused = stores.incidents.create(&incident, &record, None).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
}
