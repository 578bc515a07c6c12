//! The list.

use std::collections::HashSet;

use domain::view::IncidentSummary;
use domain::{IncidentQuery, SeverityKey, Sort, Status, Tab};

use super::Stores;
use super::world::{World, at};
use crate::ports::Position;

fn position(row: &IncidentSummary) -> Position {
    Position {
        number: row.number,
        updated_at: row.updated_at,
        declared_at: row.declared_at,
        rank: row.severity.map_or(9, SeverityKey::rank),
    }
}

/// The order the list promises, as a key that grows.
fn key(sort: Sort, row: &IncidentSummary) -> (u8, i64, i64) {
    let number = -i64::from(row.number.0);
    let updated = -row.updated_at.micros();
    match sort {
        Sort::Updated => (0, updated, number),
        Sort::Declared => (0, -row.declared_at.micros(), number),
        Sort::Severity => (row.severity.map_or(9, SeverityKey::rank), updated, number),
        Sort::Number => (0, 0, number),
    }
}

/// Every sort, over many equal keys, page by page while incidents are declared between pages: what was there at the start
/// is shown once, in order.
pub async fn pages_hold_every_row_once_while_rows_are_added(stores: &Stores) {
    for sort in Sort::ALL {
        let world = World::new(stores).await;
        let declare = async |i: u32| {
            let ties = i64::from(i % 5);
            let severity = (!i.is_multiple_of(4)).then_some(SeverityKey::ALL[(i % 3) as usize]);
            world
                .declare(|incident| {
                    incident.severity = severity;
                    incident.status = if severity.is_some() { Status::Identified } else { Status::Triage };
                    incident.times.declared_at = at(ties);
                    incident.updated_at = at(100 - ties);
                })
                .await
        };
        let mut there = HashSet::new();
        for i in 0..40 {
            there.insert(declare(i).await.number);
        }
        let query = IncidentQuery { tab: Tab::All, sort, ..IncidentQuery::default() };
        let (mut shown, mut after) = (Vec::<IncidentSummary>::new(), None);
        loop {
            let page = stores.incidents.list(&world.all(), &query, after.as_ref(), 7).await.unwrap();
            assert!(page.len() <= 7);
            after = page.last().map(position);
            shown.extend(page);
            if after.is_none() {
                break;
            }
            declare(u32::try_from(shown.len()).unwrap()).await;
        }
        assert!(shown.is_sorted_by_key(|row| key(sort, row)), "{sort}");
        let numbers: HashSet<_> = shown.iter().map(|row| row.number).collect();
        assert_eq!(numbers.len(), shown.len(), "{sort}: a row was shown twice");
        assert!(there.is_subset(&numbers), "{sort}: a row is missing");
    }
}

/// Tabs show their states, the severity filter its severity, in every sort.
pub async fn tabs_and_severities_select(stores: &Stores) {
    let world = World::new(stores).await;
    for status in Status::ALL {
        for severity in [SeverityKey::Sev1, SeverityKey::Sev4] {
            world
                .declare(|incident| {
                    incident.status = status;
                    incident.severity = Some(severity);
                })
                .await;
        }
    }
    for sort in Sort::ALL {
        for tab in Tab::ALL {
            for severity in [None, Some(SeverityKey::Sev4)] {
                let query = IncidentQuery { tab, severity, sort, ..IncidentQuery::default() };
                let rows = stores.incidents.list(&world.all(), &query, None, 100).await.unwrap();
                let expected = tab.statuses().count() * if severity.is_some() { 1 } else { 2 };
                assert_eq!(rows.len(), expected, "{tab} {severity:?} {sort}");
                assert!(rows.iter().all(|row| tab.statuses().any(|s| s == row.status)));
                assert!(rows.iter().all(|row| severity.is_none() || row.severity == severity));
            }
        }
    }
}

/// A row has all that the page shows.
pub async fn rows_name_their_services_in_order(stores: &Stores) {
    let world = World::new(stores).await;
    let made = ["zoo", "Äpfel", "billing"].map(|name| world.new_service(name));
    world.make_services(&made).await;
    let incident = world
        .declare(|incident| {
            incident.services.extend(made.iter().map(|new| new.service.id));
            incident.times.impact_started_at = Some(at(-60));
        })
        .await;
    let none = world.declare(|incident| incident.services.clear()).await;
    let query = IncidentQuery { sort: Sort::Number, ..IncidentQuery::default() };
    let rows = stores.incidents.list(&world.all(), &query, None, 10).await.unwrap();
    let expected = |incident: &domain::Incident, services: &[&str]| IncidentSummary {
        number: incident.number,
        title: incident.title.to_string(),
        status: incident.status,
        severity: incident.severity,
        kind: incident.kind,
        visibility: incident.visibility,
        services: services.iter().map(ToString::to_string).collect(),
        declared_at: incident.times.declared_at,
        impact_started_at: incident.times.impact_started_at,
        updated_at: incident.updated_at,
        version: incident.version,
    };
    let services = ["billing", "General", "zoo", "Äpfel"];
    assert_eq!(rows, [expected(&none, &[]), expected(&incident, &services)]);
}
