//! Access tokens: for registered applications a v2.0 JWT they can check; for Graph one that nobody but Graph could.

use serde_json::{Map, Value, json};
use time::Duration;
use uuid::Uuid;

use super::{
    error::TokenError,
    grant::Subject,
    id_token::{pairwise, roles},
};
use crate::{
    idp::Idp,
    jwt::{Draft, Signing},
    keys::SigningKey,
    random,
    scenario::AppRegistration,
    scope::Resource,
};

/// The audience of Microsoft Graph's tokens.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

pub(crate) fn sign(
    idp: &Idp,
    key: &SigningKey,
    app: &AppRegistration,
    subject: &Subject,
    life: Duration,
) -> Result<String, TokenError> {
    let draft = match subject.scopes.single_resource().ok_or(TokenError::SeveralResources)? {
        Resource::Graph => graph(idp, key, app, subject, life),
        Resource::App(audience) => own(idp, key, app, subject, audience, life),
    };
    Ok(draft.seal(key)?)
}

fn own(idp: &Idp, key: &SigningKey, app: &AppRegistration, subject: &Subject, audience: Uuid, life: Duration) -> Draft {
    let mut claims = common(idp, subject, life);
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    set("aud", json!(audience));
    set("azp", json!(app.client_id));
    set("azpacr", json!("1"));
    set("iss", json!(idp.issuer(&subject.account.tenant.to_string())));
    set("scp", json!(subject.scopes.scp()));
    set("sub", json!(pairwise(&subject.account, audience)));
    set("ver", json!("2.0"));
    let roles = roles(app, &subject.account);
    if !roles.is_empty() {
        set("roles", json!(roles));
    }
    Draft::new(key, claims)
}

fn graph(idp: &Idp, key: &SigningKey, app: &AppRegistration, subject: &Subject, life: Duration) -> Draft {
    let mut claims = common(idp, subject, life);
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    set("aud", json!(GRAPH));
    set("appid", json!(app.client_id));
    set("iss", json!(format!("https://sts.windows.net/{}/", subject.account.tenant)));
    set("scp", json!(subject.scopes.granted()));
    set("sub", json!(pairwise(&subject.account, Uuid::nil())));
    set("ver", json!("1.0"));
    let mut draft = Draft::new(key, claims);
    draft.header.insert("nonce".to_owned(), json!(random::opaque()));
    draft.signing = Signing::HashedNonce;
    draft
}

fn common(idp: &Idp, subject: &Subject, life: Duration) -> Map<String, Value> {
    let now = idp.now();
    let members = [
        ("iat", json!(now.unix_timestamp())),
        ("nbf", json!(now.unix_timestamp())),
        ("exp", json!((now + life).unix_timestamp())),
        ("name", json!(subject.account.name)),
        ("oid", json!(subject.account.oid)),
        ("preferred_username", json!(subject.account.username)),
        ("sid", json!(subject.session.sid)),
        ("tid", json!(subject.account.tenant)),
        ("uti", json!(random::short())),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
