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
        stores.incidents.import(world.tenant, batch, &line).await.unwrap()
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

/// Two imports of one file at once.
pub async fn concurrent_imports_add_each_origin_once(stores: &Stores) {
    let world = World::new(stores).await;
    let batches = [0, 1].map(|_| (0..30).map(|i| portable(&world, &format!("file:{i}"))).collect::<Vec<_>>());
    let lines = [0, 1].map(|_| world.line("incident.import", at(0)));
    let (one, other) = tokio::join!(
        stores.incidents.import(world.tenant, &batches[0], &lines[0]),
        stores.incidents.import(world.tenant, &batches[1], &lines[1]),
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
    stores.incidents.import(world.tenant, &batch, &line).await.unwrap();
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
    let refused = stores.incidents.import(world.tenant, &batch, &line).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    assert_eq!(stores.incidents.export(world.tenant, None, 10).await.unwrap().len(), 1);
}
