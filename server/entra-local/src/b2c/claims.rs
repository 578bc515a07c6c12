//! The claims of B2C's tokens (Microsoft Learn, "Tokens in Azure Active Directory B2C"): version 1.0, `sub` is the object
//! id, addresses are a list, and the user flow has a claim of its own.

use serde_json::{Map, Value, json};
use time::Duration;
use uuid::Uuid;

use super::{authority::PolicyAuthority, grant::Grant};
use crate::{
    idp::Idp,
    scenario::{Account, B2cClaim, PolicyClaim},
};

/// ID tokens and access tokens live for an hour.
pub(crate) const LIFE: Duration = Duration::hours(1);

/// What both kinds of token say, for the audience given.
fn common(idp: &Idp, authority: &PolicyAuthority, account: &Account, grant: &Grant, aud: Uuid) -> Map<String, Value> {
    let now = idp.now();
    let mut claims = Map::new();
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    set("aud", json!(aud));
    set("iss", json!(authority.issuer(idp)));
    set("iat", json!(now.unix_timestamp()));
    set("nbf", json!(now.unix_timestamp()));
    set("exp", json!((now + LIFE).unix_timestamp()));
    set("auth_time", json!(grant.signed_in_at.unix_timestamp()));
    set("ver", json!("1.0"));
    set("sub", json!(account.oid));
    set("name", json!(account.name));
    set("emails", json!([account.email.as_ref().unwrap_or(&account.username)]));
    for (name, value) in [("given_name", &account.given_name), ("family_name", &account.family_name)] {
        if let Some(value) = value {
            set(name, json!(value));
        }
    }
    match authority.settings.policy_claim {
        PolicyClaim::Tfp => set("tfp", json!(authority.flow.name)),
        PolicyClaim::Acr => set("acr", json!(authority.policy())),
    }
    for claim in &authority.settings.optional_claims {
        match claim {
            B2cClaim::Oid => set("oid", json!(account.oid)),
            B2cClaim::Tid => set("tid", json!(authority.tenant)),
            B2cClaim::Sid => set("sid", json!(grant.sid)),
        }
    }
    claims
}

pub(crate) fn id_token(idp: &Idp, authority: &PolicyAuthority, account: &Account, grant: &Grant) -> Map<String, Value> {
    let mut claims = common(idp, authority, account, grant, grant.client_id);
    if let Some(nonce) = &grant.nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    if grant.new_user {
        claims.insert("newUser".to_owned(), json!(true));
    }
    claims
}

pub(crate) fn access_token(
    idp: &Idp,
    authority: &PolicyAuthority,
    account: &Account,
    grant: &Grant,
    resource: Uuid,
) -> Map<String, Value> {
    let mut claims = common(idp, authority, account, grant, resource);
    claims.insert("azp".to_owned(), json!(grant.client_id));
    let scp = grant.scopes.scp();
    if !scp.is_empty() {
        claims.insert("scp".to_owned(), json!(scp));
    }
    claims
}
