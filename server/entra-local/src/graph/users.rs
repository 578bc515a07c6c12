//! People: one's own profile, others', and searching them.

use axum::{extract::Path, response::Response};
use serde_json::{Map, Value, json};

use super::{
    call::Call,
    error::GraphError,
    filter::Wanted,
    page::{self, page},
};
use crate::scenario::Account;

/// Permissions to read oneself, anybody's basic profile, anybody's whole profile.
const SELF: [&str; 5] = ["User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All", "Directory.Read.All"];
pub(super) const BASIC: [&str; 3] = ["User.ReadBasic.All", "User.Read.All", "Directory.Read.All"];
const WHOLE: [&str; 2] = ["User.Read.All", "Directory.Read.All"];

/// What comes without `$select`.
const USUAL: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];
/// What else may be selected.
const MORE: [&str; 3] = ["accountEnabled", "department", "userType"];
/// The basic profile ("Microsoft Graph permissions reference", `User.ReadBasic.All`).
const BASIC_PROPERTIES: [&str; 6] = ["displayName", "givenName", "id", "mail", "surname", "userPrincipalName"];

pub(super) async fn me(call: Call) -> Response {
    call.answer(read_me(&call))
}

pub(super) async fn one(call: Call, Path(id): Path<String>) -> Response {
    call.answer(read_one(&call, &id))
}

pub(super) async fn list(call: Call) -> Response {
    call.answer(read_list(&call))
}

fn read_me(call: &Call) -> Result<Value, GraphError> {
    let me = call.me()?;
    call.needs(&SELF)?;
    entity(call, me)
}

fn read_one(call: &Call, id: &str) -> Result<Value, GraphError> {
    let found = call.user(id);
    let own = found.as_ref().is_ok_and(|account| call.is_me(account));
    call.needs(if own { &SELF } else { &BASIC })?;
    let account = found?;
    entity(call, &account)
}

fn read_list(call: &Call) -> Result<Value, GraphError> {
    call.needs(&BASIC)?;
    call.takes(&[&page::OPTIONS[..], &["$search", "$filter"]].concat())?;
    if call.query.get("$search").is_some() && !call.eventual {
        return Err(GraphError::Consistency);
    }
    let wanted = Wanted::read(&call.query)?;
    let (names, context) = selected(call)?;
    let people = call.idp.directory.people_of(call.tenant);
    let fitting = people.iter().filter(|account| wanted.fits(account));
    page(call, &context, fitting.map(|account| Value::Object(shown(call, account, &names))).collect())
}

fn entity(call: &Call, account: &Account) -> Result<Value, GraphError> {
    call.takes(&["$select"])?;
    let (names, context) = selected(call)?;
    let mut entity = Map::new();
    entity.insert("@odata.context".to_owned(), json!(call.context(&format!("{context}/$entity"))));
    entity.extend(shown(call, account, &names));
    Ok(Value::Object(entity))
}

/// The properties that are asked for, and how the context names them.
fn selected(call: &Call) -> Result<(Vec<&str>, String), GraphError> {
    let Some(select) = call.query.get("$select") else { return Ok((USUAL.to_vec(), "users".to_owned())) };
    let names: Vec<&str> = select.split(',').map(str::trim).collect();
    match names.iter().find(|name| !USUAL.contains(name) && !MORE.contains(name)) {
        Some(unknown) => Err(GraphError::Property((*unknown).to_owned())),
        None => Ok((names.clone(), format!("users({})", names.join(",")))),
    }
}

/// The properties of a person, empty where the permissions do not reach.
fn shown(call: &Call, account: &Account, names: &[&str]) -> Map<String, Value> {
    let whole = call.is_me(account) || call.has(&WHOLE);
    let value = |name: &str| {
        if whole || BASIC_PROPERTIES.contains(&name) { property(account, name) } else { Value::Null }
    };
    names.iter().map(|name| ((*name).to_owned(), value(name))).collect()
}

fn property(account: &Account, name: &str) -> Value {
    match name {
        "id" => json!(account.oid),
        "displayName" => json!(account.name),
        "givenName" => json!(given_name(account)),
        "surname" => json!(surname(account)),
        "mail" => json!(account.email),
        "userPrincipalName" => json!(account.username),
        "jobTitle" => json!(account.job_title),
        "department" => json!(account.department),
        "businessPhones" => json!([]),
        "accountEnabled" => json!(true),
        "userType" => json!(if account.guest.is_some() { "Guest" } else { "Member" }),
        _ => Value::Null,
    }
}

pub(super) fn given_name(account: &Account) -> &str {
    account.given_name.as_deref().unwrap_or_else(|| account.name.split(' ').next().unwrap_or_default())
}

pub(super) fn surname(account: &Account) -> &str {
    let last = || account.name.rsplit_once(' ').map_or("", |(_, last)| last);
    account.family_name.as_deref().unwrap_or_else(last)
}
