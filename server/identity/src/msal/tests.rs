//! Documents as MSAL Node 7.2.1 writes them, and as nobody should.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod hostile;
mod merging;
mod owners;
mod round_trip;

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};
use uuid::{Uuid, uuid};

use super::{
    document::Document, entry::seconds, environment::Environment, export::Writer, import, import::Incoming, merge,
    people, report::MsalImport, report::MsalLeft,
};
use crate::{
    config::{Authority, EntraAuthority, EntraTenant},
    tokens::TokenRecord,
};

const CLIENT: &str = "5d80bed4-9617-42ca-9f4b-0c1526e37849";
const HOST: &str = "login.windows.net";
const ROSA: Uuid = uuid!("a0b1c2d3-e4f5-4061-8728-394a5b6c7d8e");
const IVO: Uuid = uuid!("c2d3e4f5-0617-4283-8a4a-5b6c7d8e9fa0");
const LITWARE: Uuid = uuid!("1f4c7a90-52d3-4e86-9b07-c8d1e2f3a405");
const TAILSPIN: Uuid = uuid!("2a5d8ba1-63e4-4f97-8c18-d9e2f304b516");

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_795_973_220).unwrap()
}

fn entra() -> Authority {
    let (base, tenant) = ("https://login.microsoftonline.com/".parse().unwrap(), EntraTenant::Organizations);
    Authority::Entra(EntraAuthority { base, tenant, allowed_tenants: None })
}

/// Whose tokens.
fn home(person: Uuid) -> String {
    format!("{person}.{LITWARE}")
}

/// The entries of one member by their keys.
fn by_key(entries: &[Value]) -> Value {
    let key = |entry: &Value| super::key::credential(super::entry::Entry::of(entry).unwrap());
    entries.iter().map(|entry| (key(entry), entry.clone())).collect::<Map<_, _>>().into()
}

fn account(person: Uuid, profiles: &[(Uuid, Uuid)]) -> Value {
    let home = home(person);
    let profile = |(tenant, local): &(Uuid, Uuid)| {
        let home = *tenant == LITWARE;
        json!({ "tenantId": tenant, "localAccountId": local, "name": "R", "username": "r@x.example", "isHomeTenant": home })
            .to_string()
    };
    let entry = json!({
        "home_account_id": home, "environment": HOST, "realm": LITWARE, "local_account_id": person,
        "username": "r@x.example", "authority_type": "MSSTS", "name": "R", "client_info": "e30",
        "tenantProfiles": profiles.iter().map(profile).collect::<Vec<_>>(),
    });
    json!({ super::key::account(&home, HOST, ""): entry })
}

fn credential(person: Uuid, kind: &str, secret: &str) -> Value {
    json!({
        "home_account_id": home(person), "environment": HOST, "credential_type": kind, "client_id": CLIENT, "secret": secret,
    })
}

fn refresh_token(person: Uuid, secret: &str) -> Value {
    credential(person, "RefreshToken", secret)
}

fn access_token(person: Uuid, tenant: Uuid, target: &str, secret: &str) -> Value {
    let mut entry = credential(person, "AccessToken", secret);
    let more = json!({
        "realm": tenant, "target": target, "token_type": "Bearer", "cached_at": seconds(now() - Duration::MINUTE),
        "expires_on": seconds(now() + Duration::HOUR), "extended_expires_on": seconds(now() + Duration::HOUR * 2),
    });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry
}

fn id_token(person: Uuid, tenant: Uuid, secret: &str) -> Value {
    let mut entry = credential(person, "IdToken", secret);
    entry["realm"] = json!(tenant);
    entry
}

/// Rosa at home, with one of each.
fn document() -> Value {
    json!({
        "Account": account(ROSA, &[(LITWARE, ROSA)]),
        "IdToken": by_key(&[id_token(ROSA, LITWARE, "id")]),
        "AccessToken": by_key(&[access_token(ROSA, LITWARE, "User.Read openid profile", "at")]),
        "RefreshToken": by_key(&[refresh_token(ROSA, "rt")]),
        "AppMetadata": {},
    })
}

fn taken_at(document: &Value, authority: &Authority) -> (Vec<Incoming>, MsalImport) {
    let environment = Environment::of(authority).unwrap();
    let document = Document::parse(document.to_string().as_bytes()).unwrap();
    let mut report = MsalImport::default();
    let people = people::read(&document, authority, &environment, now(), &mut report);
    let incoming = import::sort(document, people, &environment, CLIENT, now(), &mut report);
    (incoming, report)
}

fn taken(document: &Value) -> (Vec<Incoming>, MsalImport) {
    taken_at(document, &entra())
}

/// Why entries were left out, in the order of their members.
fn left(report: &MsalImport) -> Vec<(&'static str, MsalLeft, usize)> {
    report.left.iter().map(|((member, why), count)| (*member, *why, *count)).collect()
}

fn refresh_secret(incoming: &Incoming) -> Option<&str> {
    incoming.refresh.as_ref().map(|token| token.secret.expose_secret())
}

fn access_secrets(incoming: &Incoming) -> Vec<&str> {
    incoming.access.iter().map(|token| token.secret.expose_secret()).collect()
}

fn exported(record: &TokenRecord, incoming: &Incoming) -> Option<Value> {
    let environment = Environment::of(&entra()).unwrap();
    Writer::new(record, &incoming.principal, &environment, CLIENT, now()).document()
}

/// A record with what one person brought.
fn record_of(incoming: &Incoming) -> TokenRecord {
    let mut record = TokenRecord::default();
    merge::into(&mut record, incoming);
    record
}
