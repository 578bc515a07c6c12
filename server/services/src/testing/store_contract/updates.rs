//! Changing the header.

use domain::{Incident, Kind, Milestones, SeverityKey, Status, Summary, Text, Title, UserId, Visibility};

use super::Stores;
use super::world::{World, at, id};
use crate::ports::{StoreError, Written};

/// Two changes of one version: one is committed, the other learns that it is stale.
pub async fn of_two_concurrent_updates_one_is_committed(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    for _ in 0..10 {
        let scope = world.all();
        let current = stores.incidents.find(&scope, incident.number).await.unwrap().unwrap();
        let (a, b) = (World::renamed(&current, "from a"), World::renamed(&current, "from b"));
        let (a_record, b_record) = (world.record(vec![world.note("a")]), world.record(vec![world.note("b")]));
        let (first, second) = tokio::join!(
            stores.incidents.update(&scope, &a, &a_record),
            stores.incidents.update(&scope, &b, &b_record),
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        let after = stores.incidents.find(&scope, incident.number).await.unwrap().unwrap();
        match (first, second) {
            (Written::Committed, Written::Stale) => assert_eq!(after, a),
            (Written::Stale, Written::Committed) => assert_eq!(after, b),
            other => panic!("one of two must win: {other:?}"),
        }
    }
    assert_eq!(world.sequence(incident.id).await, (1..=11).collect::<Vec<_>>());
}

/// Neither the header nor the timeline nor the audit log shows a stale update.
pub async fn a_stale_update_writes_nothing(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    for wrong in [1, 3] {
        let mut after = World::renamed(&incident, "other");
        after.version = wrong;
        let record = world.record(vec![world.note("other")]);
        let written = stores.incidents.update(&world.all(), &after, &record).await.unwrap();
        assert_eq!(written, Written::Stale);
    }
    let mut unknown = World::renamed(&incident, "other");
    unknown.id = world.incident().id;
    let record = world.record(Vec::new());
    let written = stores.incidents.update(&world.all(), &unknown, &record).await.unwrap();
    assert_eq!(written, Written::Missing);
    let found = stores.incidents.find(&world.all(), incident.number).await.unwrap();
    assert_eq!(found, Some(incident.clone()));
    assert_eq!(world.sequence(incident.id).await, [1]);
    assert_eq!(world.lines().await, 1);
}

/// The audit line is a part of the transaction.
pub async fn an_update_whose_audit_line_fails_leaves_nothing(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let mut record = world.record(vec![world.note("lost")]);
    record.audit.id = stores.audit.recent(world.tenant, 1).await.unwrap()[0].id;
    let after = World::renamed(&incident, "lost");
    let refused = stores.incidents.update(&world.all(), &after, &record).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    let found = stores.incidents.find(&world.all(), incident.number).await.unwrap();
    assert_eq!(found, Some(incident.clone()));
    assert_eq!(world.sequence(incident.id).await, [1]);
}

/// Every field that may change does; what may not change stays.
pub async fn an_update_replaces_the_whole_header(stores: &Stores) {
    let world = World::new(stores).await;
    let before = world.declare(|_| ()).await;
    let second = world.new_service("Second");
    world.make_services(std::slice::from_ref(&second)).await;
    let mut people = [UserId(id()), UserId(id())];
    people.sort_unstable();
    let after = Incident {
        title: Title::read("Checkout is down").unwrap(),
        summary: Summary::read("The *cache* is cold.\n\nAll of it.").unwrap(),
        kind: Kind::Test,
        status: Status::Closed,
        severity: Some(SeverityKey::Sev1),
        visibility: Visibility::Restricted,
        people: people.to_vec(),
        services: vec![second.service.id],
        times: Milestones {
            impact_started_at: Some(at(-9)),
            detected_at: Some(at(-8)),
            declared_at: at(-7),
            acknowledged_at: Some(at(-6)),
            mitigated_at: Some(at(-5)),
            resolved_at: Some(at(-4)),
            impact_ended_at: Some(at(-3)),
            closed_at: Some(at(-2)),
            cancelled_at: Some(at(-1)),
        },
        reopen_count: 7,
        version: 2,
        updated_at: at(100),
        ..before.clone()
    };
    let record = world.record(vec![world.note("all of it")]);
    let written = stores.incidents.update(&world.all(), &after, &record).await.unwrap();
    assert_eq!(written, Written::Committed);
    let found = stores.incidents.find(&world.all(), before.number).await.unwrap();
    assert_eq!(found, Some(after.clone()));

    let bare = Incident {
        visibility: Visibility::Tenant,
        people: Vec::new(),
        services: Vec::new(),
        status: Status::Investigating,
        times: Milestones::declared(at(-7)),
        version: 3,
        ..after
    };
    let record = world.record(Vec::new());
    let written = stores.incidents.update(&world.all(), &bare, &record).await.unwrap();
    assert_eq!(written, Written::Committed);
    let found = stores.incidents.find(&world.all(), before.number).await.unwrap();
    assert_eq!(found, Some(bare));
}
