//! What open pages are told while it happens, read from the wire.

mod ends;
mod presence;
mod replicas;
mod sight;
mod stream;

use domain::{EntryId, IncidentNumber, Reach};
use serde_json::json;
use services::ports::{ChangeFeed, IncidentStore, Record, Scope};
use services::{IdSource, RandomIds};

use crate::support::{Browser, CONTOSO, Person, TestApp};

/// Writes a note, which changes an incident as little as anything can.
async fn note(browser: &Browser, number: IncidentNumber, key: &str) {
    let note = json!({ "number": number, "form": { "body": "Heard", "key": key } });
    let reply = browser.call("/sfn/incidents/note", &note).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

/// A change past the site, as a command at the records makes it: nobody rings.
async fn write(app: &TestApp, number: IncidentNumber) {
    let found = app.incident(number).await;
    let scope = Scope { tenant: CONTOSO, user: Person::Admin.id(), reach: Reach::All };
    let mut audit = app.audit_log(CONTOSO).await.remove(0);
    audit.id = RandomIds.next();
    let mut entry = found.entries[0].clone();
    entry.id = EntryId(RandomIds.next());
    let record = Record { entries: vec![entry], audit };
    let store: &dyn IncidentStore = &app.records;
    store.append(&scope, found.incident.id, found.incident.updated_at, None, &record, None).await.unwrap();
}

/// The end of Contoso's feed.
async fn head(app: &TestApp) -> u64 {
    app.records.head(CONTOSO).await.unwrap()
}
