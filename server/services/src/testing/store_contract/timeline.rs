//! Timelines.

use domain::{EntryKind, Field};
use futures::future::join_all;

use super::Stores;
use super::world::{World, at};
use crate::ports::{Once, StoreError, Written};

/// Notes and updates at once: the sequence has no gap and nothing is lost.
pub async fn timelines_have_no_gaps_under_concurrent_writes(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let scope = world.all();
    let notes = join_all((0..12).map(async |i| {
        let record = world.record(vec![world.note(&format!("{i}a")), world.note(&format!("{i}b"))]);
        stores.incidents.append(&scope, incident.id, at(i), None, &record, None).await.unwrap()
    }));
    let after = World::renamed(&incident, "meanwhile");
    let record = world.record(vec![world.note("update")]);
    let update = stores.incidents.update(&scope, &after, &record);
    let (notes, update) = tokio::join!(notes, update);
    assert!(notes.iter().all(|one| *one == Once::Done(Written::Committed)), "{notes:?}");
    assert_eq!(update.unwrap(), Written::Committed);
    assert_eq!(world.sequence(incident.id).await, (1..=26).collect::<Vec<_>>());
    let rows = stores.incidents.timeline(&scope, incident.id, false, None, 100).await.unwrap();
    for pair in rows.iter().filter(|(_, entry)| entry.body.ends_with('a')) {
        let next = &rows[pair.0 as usize].1.body;
        assert_eq!(next.replace('b', "a"), pair.1.body, "entries of one call stay together");
    }
}

/// Newest first below a number, oldest first above one; entries come back as they were written.
pub async fn timelines_are_read_from_both_ends(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let scope = world.all();
    let notes: Vec<_> = (2..=5).map(|i| world.note(&format!("note {i}"))).collect();
    let record = world.record(notes.clone());
    stores.incidents.append(&scope, incident.id, at(9), None, &record, None).await.unwrap();
    let read = async |newest, before, limit| -> Vec<u32> {
        let rows = stores.incidents.timeline(&scope, incident.id, newest, before, limit);
        rows.await.unwrap().into_iter().map(|(seq, _)| seq).collect()
    };
    assert_eq!(read(true, None, 2).await, [5, 4]);
    assert_eq!(read(true, Some(4), 10).await, [3, 2, 1]);
    assert_eq!(read(false, None, 2).await, [1, 2]);
    assert_eq!(read(false, Some(2), 10).await, [3, 4, 5]);
    let rows = stores.incidents.timeline(&scope, incident.id, false, Some(1), 10).await.unwrap();
    let entries: Vec<_> = rows.into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(entries, notes);
    let found = stores.incidents.find(&scope, incident.number).await.unwrap().unwrap();
    assert_eq!((found.updated_at, found.version), (at(9), 1));
}

/// What somebody missed: changes of the header above their version, oldest first, at most 50, and no notes.
pub async fn changes_since_a_version_leave_notes_out(stores: &Stores) {
    let world = World::new(stores).await;
    let mut incident = world.declare(|_| ()).await;
    let scope = world.all();
    for version in 2..=60 {
        incident = World::renamed(&incident, &format!("title {version}"));
        let what = EntryKind::FieldChanged {
            field: Field::Title,
            before: format!("title {}", version - 1),
            after: format!("title {version}"),
        };
        let record =
            world.record(vec![world.entry(what, "", version), world.entry(EntryKind::Note, "by the way", version)]);
        let written = stores.incidents.update(&scope, &incident, &record).await.unwrap();
        assert_eq!(written, Written::Committed);
    }
    let since = async |version| -> Vec<u32> {
        let entries = stores.incidents.changes_since(&scope, incident.id, version).await.unwrap();
        assert!(entries.iter().all(|entry| entry.what != EntryKind::Note));
        entries.into_iter().map(|entry| entry.version).collect()
    };
    assert_eq!(since(57).await, [58, 59, 60]);
    assert_eq!(since(60).await, [0_u32; 0]);
    assert_eq!(since(1).await, (2..=51).collect::<Vec<_>>());
}

/// A note may say that a report was taken up; the first one that says so counts, and the version stays.
pub async fn the_first_note_takes_an_incident_up(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|incident| incident.times.acknowledged_at = None).await;
    let note = async |at_second, taken_up| {
        let record = world.record(vec![world.note("looking")]);
        stores.incidents.append(&world.all(), incident.id, at(at_second), taken_up, &record, None).await.unwrap();
        let found = stores.incidents.find(&world.all(), incident.number).await.unwrap().unwrap();
        (found.times.acknowledged_at, found.version)
    };
    assert_eq!(note(5, None).await, (None, 1));
    assert_eq!(note(6, Some(at(6))).await, (Some(at(6)), 1));
    assert_eq!(note(7, Some(at(7))).await, (Some(at(6)), 1));
}

/// The audit line is a part of the transaction.
pub async fn an_append_whose_audit_line_fails_leaves_nothing(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let mut record = world.record(vec![world.note("lost")]);
    record.audit.id = stores.audit.recent(world.tenant, 1).await.unwrap()[0].id;
    let refused = stores.incidents.append(&world.all(), incident.id, at(9), None, &record, None).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    assert_eq!(world.sequence(incident.id).await, [1]);
    let found = stores.incidents.find(&world.all(), incident.number).await.unwrap();
    assert_eq!(found, Some(incident));
}
