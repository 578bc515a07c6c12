//! The groups that people are in, through other groups too (Microsoft Learn, "List a user's memberships (direct and
//! transitive)" and "directoryObject: getMemberObjects").

use axum::{extract::Path, response::Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    call::Call,
    error::GraphError,
    page::{self, page},
};
use crate::scenario::{Account, Group};

const READ: [&str; 3] = ["GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"];
const USUAL: [&str; 5] = ["id", "displayName", "groupTypes", "mailEnabled", "securityEnabled"];

/// Whether the answer is of directory objects that say what they are, or only of groups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    Cast,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberObjects {
    security_enabled_only: bool,
}

pub(super) async fn mine(call: Call) -> Response {
    call.answer(call.me().and_then(|me| read(&call, me, Kind::Any)))
}

pub(super) async fn mine_cast(call: Call) -> Response {
    call.answer(call.me().and_then(|me| read(&call, me, Kind::Cast)))
}

pub(super) async fn theirs(call: Call, Path(id): Path<String>) -> Response {
    call.answer(other(&call, &id).and_then(|account| read(&call, &account, Kind::Any)))
}

pub(super) async fn theirs_cast(call: Call, Path(id): Path<String>) -> Response {
    call.answer(other(&call, &id).and_then(|account| read(&call, &account, Kind::Cast)))
}

pub(super) async fn my_ids(call: Call, body: String) -> Response {
    call.answer(call.me().and_then(|me| read_ids(&call, me, &body)))
}

pub(super) async fn their_ids(call: Call, Path(id): Path<String>, body: String) -> Response {
    call.answer(other(&call, &id).and_then(|account| read_ids(&call, &account, &body)))
}

/// Nobody learns who exists without the permission.
fn other(call: &Call, id: &str) -> Result<std::sync::Arc<Account>, GraphError> {
    call.needs(&READ)?;
    call.user(id)
}

fn read(call: &Call, account: &Account, kind: Kind) -> Result<Value, GraphError> {
    call.needs(&READ)?;
    call.takes(&page::OPTIONS)?;
    let names: Vec<&str> = match call.query.get("$select") {
        Some(select) => select.split(',').map(str::trim).collect(),
        None => USUAL.to_vec(),
    };
    if let Some(unknown) = names.iter().find(|name| !USUAL.contains(name)) {
        return Err(GraphError::Property((*unknown).to_owned()));
    }
    let groups = call.idp.directory.groups_of(account);
    let context = if kind == Kind::Cast { "groups" } else { "directoryObjects" };
    page(call, context, groups.iter().map(|group| shown(group, &names, kind)).collect())
}

fn read_ids(call: &Call, account: &Account, body: &str) -> Result<Value, GraphError> {
    call.needs(&READ)?;
    let asked: MemberObjects = serde_json::from_str(body).map_err(|_| GraphError::Body)?;
    let groups = call.idp.directory.groups_of(account);
    let wanted = groups.iter().filter(|group| group.security_enabled || !asked.security_enabled_only);
    let ids: Vec<_> = wanted.map(|group| group.id).collect();
    Ok(json!({ "@odata.context": call.context("Collection(Edm.String)"), "value": ids }))
}

fn shown(group: &Group, names: &[&str], kind: Kind) -> Value {
    let mut shown = Map::new();
    if kind == Kind::Any {
        shown.insert("@odata.type".to_owned(), json!("#microsoft.graph.group"));
    }
    for name in names {
        let value = match *name {
            "id" => json!(group.id),
            "displayName" => json!(group.name),
            "securityEnabled" => json!(group.security_enabled),
            // A group that is no security group is Microsoft 365's.
            "mailEnabled" => json!(!group.security_enabled),
            _ if group.security_enabled => json!([]),
            _ => json!(["Unified"]),
        };
        shown.insert((*name).to_owned(), value);
    }
    Value::Object(shown)
}
