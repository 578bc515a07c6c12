//! The change feed, as those read it who follow what happens.

use domain::{Incident, IncidentNumber, UserId, Visibility};
use futures::future::join_all;

use super::Stores;
use super::world::{World, at, id};
use crate::ports::{Change, Heard, Lost, Sight, Written};

/// More than any test here writes.
const MOST: u32 = 500;

async fn changes(world: &World, after: u64) -> Vec<Change> {
    match world.stores.feed.heard(world.tenant, after, MOST).await.unwrap() {
        Heard::Changes { head, changes } => {
            assert!(changes.last().is_none_or(|last| last.seq <= head));
            changes
        }
        reset @ Heard::Reset { .. } => panic!("{reset:?}"),
    }
}

async fn update(world: &World, incident: &Incident) -> Incident {
    let record = world.record(vec![world.note("changed")]);
    assert_eq!(world.stores.incidents.update(&world.all(), incident, &record).await.unwrap(), Written::Committed);
    incident.clone()
}

async fn note(world: &World, incident: &Incident, seconds: i64) {
    let record = world.record(vec![world.note("a note")]);
    let store = &world.stores.incidents;
    store.append(&world.all(), incident.id, at(seconds), None, &record, None).await.unwrap();
}

fn restricted(incident: &Incident, people: &[UserId]) -> Incident {
    Incident { visibility: Visibility::Restricted, people: people.to_vec(), ..World::renamed(incident, "restricted") }
}

fn open() -> Sight {
    Sight { visibility: Visibility::Tenant, people: Vec::new() }
}

/// Each write has its place, services take places and are left out, and a place leads to what comes after it.
pub async fn changes_are_heard_of_in_order(stores: &Stores) {
    let world = World::new(stores).await;
    assert_eq!(stores.feed.head(world.tenant).await.unwrap(), 0);
    assert_eq!(changes(&world, 0).await, []);
    let incident = world.declare(|_| ()).await;
    update(&world, &World::renamed(&incident, "renamed")).await;
    world.make_services(&[world.new_service("Mail")]).await;
    note(&world, &incident, 70).await;
    let change = |seq, version| Change { seq, number: incident.number, version, sight: open(), lost: Lost::Nobody };
    let all = [change(1, 1), change(2, 2), change(4, 2)];
    assert_eq!(stores.feed.head(world.tenant).await.unwrap(), 4);
    for (after, expected) in [(0, &all[..]), (1, &all[1..]), (2, &all[2..]), (3, &all[2..]), (4, &[])] {
        assert_eq!(changes(&world, after).await, expected, "{after}");
    }
}

/// Who may hear of a change is what the incident says now, not what it said then.
pub async fn a_feed_says_whom_an_incident_is_open_to_now(stores: &Stores) {
    let world = World::new(stores).await;
    let named = UserId(id());
    let incident = world.declare(|_| ()).await;
    let other = world.declare(|_| ()).await;
    assert_eq!(stores.feed.sight(world.tenant, incident.number).await.unwrap(), Some(open()));
    let closed = update(&world, &restricted(&incident, &[named])).await;
    let sight = Sight { visibility: Visibility::Restricted, people: vec![named] };
    assert_eq!(stores.feed.sight(world.tenant, incident.number).await.unwrap(), Some(sight.clone()));
    assert_eq!(stores.feed.sight(world.tenant, IncidentNumber(99)).await.unwrap(), None);
    let heard = changes(&world, 0).await;
    let sights: Vec<_> = heard.iter().map(|change| (change.number, change.sight.clone())).collect();
    let expected = [(incident.number, sight.clone()), (other.number, open()), (incident.number, sight)];
    assert_eq!(sights, expected);
    let reopened = Incident { visibility: Visibility::Tenant, people: Vec::new(), ..World::renamed(&closed, "open") };
    update(&world, &reopened).await;
    assert!(changes(&world, 0).await.iter().all(|change| change.sight == open()));
}

/// The change that takes somebody's sight says so, and no other does.
pub async fn whoever_loses_sight_is_named_once(stores: &Stores) {
    let world = World::new(stores).await;
    let [one, two, three] = [(), (), ()].map(|()| UserId(id()));
    let incident = world.declare(|_| ()).await;
    let first = update(&world, &restricted(&incident, &[one, two])).await;
    note(&world, &first, 80).await;
    let second = update(&world, &restricted(&first, &[one, three])).await;
    let third = update(&world, &restricted(&second, &[one, three])).await;
    let fourth = update(&world, &restricted(&third, &[])).await;
    let open = Incident { visibility: Visibility::Tenant, ..World::renamed(&fourth, "open") };
    update(&world, &open).await;
    let mut gone = vec![one, three];
    gone.sort_unstable();
    let lost: Vec<_> = changes(&world, 0).await.into_iter().map(|change| change.lost).collect();
    let expected = [
        Lost::Nobody,
        Lost::Everybody,
        Lost::Nobody,
        Lost::People(vec![two]),
        Lost::Nobody,
        Lost::People(gone),
        Lost::Nobody,
    ];
    assert_eq!(lost, expected);
}

/// Its last change has the next version, for the eyes that it was open to; it is in nobody's sight any more.
pub async fn a_deleted_incident_is_heard_of_by_those_who_saw_it(stores: &Stores) {
    let world = World::new(stores).await;
    let named = UserId(id());
    let incident = world
        .declare(|incident| {
            incident.visibility = Visibility::Restricted;
            incident.people = vec![named];
        })
        .await;
    let line = world.line("incident.delete", at(50));
    let deleted = stores.incidents.delete(&world.all(), incident.id, None, &line).await.unwrap();
    assert_eq!(deleted, Written::Committed);
    let sight = Sight { visibility: Visibility::Restricted, people: vec![named] };
    let last = Change { seq: 2, number: incident.number, version: 2, sight, lost: Lost::Nobody };
    assert_eq!(changes(&world, 1).await, [last]);
    assert_eq!(stores.feed.sight(world.tenant, incident.number).await.unwrap(), None);
}

/// Behind the end, or more places back than were asked for.
pub async fn a_place_that_is_none_or_too_far_back_starts_anew(stores: &Stores) {
    let world = World::new(stores).await;
    for _ in 0..4 {
        world.declare(|_| ()).await;
    }
    for (after, most, is_whole) in [
        (4, 0, true),
        (3, 0, false),
        (1, 3, true),
        (0, 3, false),
        (0, 4, true),
        (5, 500, false),
        (u64::MAX, 500, false),
    ] {
        let heard = stores.feed.heard(world.tenant, after, most).await.unwrap();
        match heard {
            Heard::Changes { head: 4, changes } => {
                assert!(is_whole, "{after} {most}");
                assert_eq!(u64::try_from(changes.len()).unwrap(), 4 - after, "{after} {most}");
            }
            Heard::Reset { head: 4 } => assert!(!is_whole, "{after} {most}"),
            other => panic!("{after} {most}: {other:?}"),
        }
    }
}

/// A place from before what is kept starts anew; the places go on counting.
pub async fn changes_older_than_a_day_are_removed_beside_new_ones(stores: &Stores) {
    const DAY: i64 = 24 * 3_600;
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    note(&world, &incident, 10).await;
    note(&world, &incident, DAY - 1).await;
    let seqs = async |after| changes(&world, after).await.iter().map(|change| change.seq).collect::<Vec<_>>();
    assert_eq!(seqs(0).await, [1, 2, 3]);
    note(&world, &incident, DAY).await;
    assert_eq!(seqs(1).await, [2, 3, 4], "the first is a day old");
    let heard = stores.feed.heard(world.tenant, 0, MOST).await.unwrap();
    assert_eq!(heard, Heard::Reset { head: 4 });
    note(&world, &incident, 3 * DAY).await;
    assert_eq!(seqs(4).await, [5]);
    for after in 0..4 {
        let heard = stores.feed.heard(world.tenant, after, MOST).await.unwrap();
        assert_eq!(heard, Heard::Reset { head: 5 }, "{after}");
    }
}

/// Neither its places nor its changes are another tenant's, nor whom its incidents are open to.
pub async fn another_tenants_feed_is_its_own(stores: &Stores) {
    let (own, other) = (World::new(stores).await, World::new(stores).await);
    let incident = own.declare(|_| ()).await;
    update(&own, &World::renamed(&incident, "renamed")).await;
    assert_eq!(stores.feed.head(other.tenant).await.unwrap(), 0);
    assert_eq!(changes(&other, 0).await, []);
    assert_eq!(stores.feed.sight(other.tenant, incident.number).await.unwrap(), None);
    other.declare(|_| ()).await;
    assert_eq!(changes(&other, 0).await.len(), 1);
    assert_eq!(changes(&own, 0).await.len(), 2);
}

/// Whoever has read up to a place has missed nothing before it.
pub async fn the_feed_has_no_gaps_under_concurrent_writes(stores: &Stores) {
    let world = World::new(stores).await;
    let incident = world.declare(|_| ()).await;
    let reading = async {
        let (mut place, mut heard) = (0, Vec::new());
        while heard.len() < 21 {
            let new = changes(&world, place).await;
            place = new.last().map_or(place, |change| change.seq);
            heard.extend(new.iter().map(|change| change.seq));
            tokio::task::yield_now().await;
        }
        heard
    };
    let writing = join_all((0..20).map(|_| note(&world, &incident, 90)));
    let (heard, _) = tokio::join!(reading, writing);
    assert_eq!(heard, (1..=21).collect::<Vec<u64>>());
}
