//! Incidents in and out of files.

use domain::{IncidentNumber, UserId, Visibility};

use super::Stores;
use super::world::{World, at, id};
use crate::ports::{ImportCount, Portable, StoreError};

fn portable(world: &World, origin: &str) -> Portable {
    let mut people = vec![UserId(id()), UserId(id())];
    people.sort_unstable();
    let mut incident = world.incident();
    incident.visibility = Visibility::Restricted;
    incident.people = people;
    Portable { origin: origin.to_owned(), incident, entries: vec![world.declared(), world.note("from a file")] }
}

/// Origins that are there are left alone, also twice in one batch; the new ones take the next numbers in order.
pub async fn an_import_adds_what_is_new(stores: &Stores) {
    let world = World::new(stores).await;
    world.declare(|_| ()).await;
    let mut batch: Vec<_> = ["a", "b", "a", "c"].iter().map(|o| portable(&world, o)).collect();
    let import = async |batch: &[Portable]| {
        let line = world.line("incident.import", at(0));
        stores.incidents.import(world.tenant, &[], batch, &line).await.unwrap()
    };
    assert_eq!(import(&batch).await, ImportCount { created: 3, present: 1 });
    assert_eq!(import(&batch).await, ImportCount { created: 0, present: 4 });
    batch.push(portable(&world, "d"));
    assert_eq!(import(&batch).await, ImportCount { created: 1, present: 4 });
    let exported = stores.incidents.export(world.tenant, Some(IncidentNumber(1)), 10).await.unwrap();
    let origins: Vec<_> = exported.iter().map(|one| (one.origin.as_str(), one.incident.number.0)).collect();
    assert_eq!(origins, [("a", 2), ("b", 3), ("c", 4), ("d", 5)]);
    let next = world.declare(|_| ()).await;
    assert_eq!(next.number, IncidentNumber(6));
    assert_eq!(world.lines().await, 5);
}

/// A service is found by its name in any letter case, or made with its audit line; incidents name the one that is meant.
pub async fn an_import_makes_the_services_that_are_missing(stores: &Stores) {
    let world = World::new(stores).await;
    let wanted = ["Zahlung", "GENERAL", "ÄRGER", "ärger"].map(|name| world.new_service(name));
    let mut batch = [portable(&world, "a")];
    batch[0].incident.services = wanted.iter().map(|new| new.service.id).collect();
    let line = world.line("incident.import", at(0));
    stores.incidents.import(world.tenant, &wanted, &batch, &line).await.unwrap();
    let all = stores.directory.services(world.tenant).await.unwrap();
    assert_eq!(all, [world.service(), wanted[0].service.clone(), wanted[2].service.clone()]);
    let mut named = stores.incidents.export(world.tenant, None, 1).await.unwrap().remove(0).incident.services;
    let mut expected = [wanted[0].service.id, world.service, wanted[2].service.id];
    named.sort();
    expected.sort();
    assert_eq!(named, expected);
    let lines = stores.audit.recent(world.tenant, 3).await.unwrap();
    assert_eq!(lines, [line, wanted[2].audit.clone(), wanted[0].audit.clone()], "those that were made, in order");
    assert_eq!(stores.chain.verify(world.tenant).await.unwrap(), None);

    let again = world.new_service("zahlung");
    world.make_services(&[again]).await;
    assert_eq!(stores.directory.services(world.tenant).await.unwrap().len(), 3);
    assert_eq!(world.lines().await, 4);
}

/// Two imports that need the same service agree on one.
pub async fn concurrent_imports_make_a_service_once(stores: &Stores) {
    let world = World::new(stores).await;
    let racers = [world.new_service("raced"), world.new_service("RACED")];
    let mut batches = [portable(&world, "one"), portable(&world, "other")];
    for (one, racer) in batches.iter_mut().zip(&racers) {
        one.incident.services = vec![racer.service.id];
    }
    let lines = [0, 1].map(|_| world.line("incident.import", at(0)));
    let import = |n: usize| {
        let range = n..=n;
        stores.incidents.import(world.tenant, &racers[range.clone()], &batches[range], &lines[n])
    };
    let (one, other) = tokio::join!(import(0), import(1));
    assert_eq!((one.unwrap().created, other.unwrap().created), (1, 1));
    let exported = stores.incidents.export(world.tenant, None, 10).await.unwrap();
    assert_eq!(exported[0].incident.services, exported[1].incident.services);
    assert_eq!(stores.directory.services(world.tenant).await.unwrap().len(), 2);
}

/// Two imports of one file at once.
pub async fn concurrent_imports_add_each_origin_once(stores: &Stores) {
    let world = World::new(stores).await;
    let batches = [0, 1].map(|_| (0..30).map(|i| portable(&world, &format!("file:{i}"))).collect::<Vec<_>>());
    let lines = [0, 1].map(|_| world.line("incident.import", at(0)));
    let (one, other) = tokio::join!(
        stores.incidents.import(world.tenant, &[], &batches[0], &lines[0]),
        stores.incidents.import(world.tenant, &[], &batches[1], &lines[1]),
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((one.created + other.created, one.present + other.present), (30, 30));
    let exported = stores.incidents.export(world.tenant, None, 100).await.unwrap();
    let numbers: Vec<_> = exported.iter().map(|one| one.incident.number.0).collect();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
}

/// What was taken in comes out again, restricted ones too, with the timeline in order.
pub async fn an_export_has_everything_in_pages(stores: &Stores) {
    let world = World::new(stores).await;
    let declared = world.declare(|_| ()).await;
    let batch: Vec<_> = (0..5).map(|i| portable(&world, &format!("file:{i}"))).collect();
    let line = world.line("incident.import", at(0));
    stores.incidents.import(world.tenant, &[], &batch, &line).await.unwrap();
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = stores.incidents.export(world.tenant, after, 4).await.unwrap();
        after = page.last().map(|one| one.incident.number);
        all.extend(page);
        if after.is_none() {
            break;
        }
    }
    let own = all.remove(0);
    assert_eq!(own.origin, format!("muster:{}", declared.id));
    assert_eq!((own.incident, own.entries.len()), (declared, 1));
    for (number, (mut expected, found)) in (2..).zip(batch.into_iter().zip(all)) {
        expected.incident.number = IncidentNumber(number);
        assert_eq!(found, expected);
    }
}

/// A batch is committed with its audit line or not at all.
pub async fn an_import_whose_audit_line_fails_leaves_nothing(stores: &Stores) {
    let world = World::new(stores).await;
    world.declare(|_| ()).await;
    let mut line = world.line("incident.import", at(0));
    line.id = stores.audit.recent(world.tenant, 1).await.unwrap()[0].id;
    let batch = [portable(&world, "lost")];
    let lost = [world.new_service("lost")];
    let refused = stores.incidents.import(world.tenant, &lost, &batch, &line).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    assert_eq!(stores.incidents.export(world.tenant, None, 10).await.unwrap().len(), 1);
    assert_eq!(stores.directory.services(world.tenant).await.unwrap(), [world.service()]);
}
