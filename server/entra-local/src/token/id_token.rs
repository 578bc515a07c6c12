//! The ID token, claim by claim as Entra v2.0 sends it.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use time::Duration;
use uuid::Uuid;

use super::{error::TokenError, grant::Subject};
use crate::{
    authorize::login_hint,
    idp::Idp,
    jwt::Draft,
    keys::{KeyError, SigningKey},
    random,
    scenario::{Account, AppRegistration, OptionalClaim},
    tamper::Material,
};

/// More groups than this do not fit into a JWT.
const MOST_GROUPS: usize = 200;

const LIFE: Duration = Duration::hours(1);

/// Builds and signs.
pub(crate) fn sign(
    idp: &Idp,
    key: &SigningKey,
    app: &AppRegistration,
    subject: &Subject,
) -> Result<String, TokenError> {
    Ok(seal_id_token(idp, key, app, subject.account.tenant, claims(idp, app, subject))?)
}

/// Signs the claims of an ID token, spoiled first if a test asked for it.
pub(crate) fn seal_id_token(
    idp: &Idp,
    key: &SigningKey,
    app: &AppRegistration,
    tenant: Uuid,
    claims: Map<String, Value>,
) -> Result<String, KeyError> {
    let mut draft = Draft::new(key, claims);
    if let Some(tamper) = idp.control.take_tamper() {
        let material = Material {
            key,
            client_secret: app.client_secret.expose(),
            base: &idp.base,
            other_tenant: idp.directory.tenant_other_than(tenant),
            now: idp.now(),
        };
        tamper.apply(&mut draft, &material);
    }
    draft.seal(key)
}

fn claims(idp: &Idp, app: &AppRegistration, subject: &Subject) -> Map<String, Value> {
    let account = &subject.account;
    let now = idp.now();
    let mut claims = Map::new();
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    set("aud", json!(app.client_id));
    set("iss", json!(idp.issuer(&account.tenant.to_string())));
    set("iat", json!(now.unix_timestamp()));
    set("nbf", json!(now.unix_timestamp()));
    set("exp", json!((now + LIFE).unix_timestamp()));
    set("sub", json!(pairwise(account, app.client_id)));
    set("tid", json!(account.tenant));
    set("uti", json!(random::short()));
    set("rh", json!(format!("1.{}", random::short())));
    set("ver", json!("2.0"));
    if let Some(nonce) = &subject.nonce {
        set("nonce", json!(nonce));
    }
    let roles = roles(app, account);
    if !roles.is_empty() {
        set("roles", json!(roles));
    }
    if subject.scopes.contains("profile") {
        set("name", json!(account.name));
        set("oid", json!(account.oid));
        set("preferred_username", json!(account.username));
    }
    if let (true, Some(email)) = (subject.scopes.contains("email"), &account.email) {
        set("email", json!(email));
    }
    claims.extend(optional(app, subject));
    if app.group_claims && !account.groups.is_empty() {
        let known = idp.directory.groups_of(account).into_iter().filter(|group| group.security_enabled);
        claims.extend(groups(account, &known.map(|group| group.id).collect::<Vec<_>>()));
    }
    claims
}

/// What the registration asks for.
fn optional(app: &AppRegistration, subject: &Subject) -> Map<String, Value> {
    let account = &subject.account;
    let mut claims = Map::new();
    for claim in &app.optional_claims {
        let (name, value) = match claim {
            OptionalClaim::Sid => ("sid", json!(subject.session.sid)),
            OptionalClaim::LoginHint => ("login_hint", json!(login_hint(account.home()))),
            OptionalClaim::Acct => ("acct", json!(u8::from(account.guest.is_some()))),
            OptionalClaim::AuthTime => ("auth_time", json!(subject.session.at.unix_timestamp())),
            OptionalClaim::XmsEdov => ("xms_edov", json!(true)),
            OptionalClaim::Email => match &account.email {
                Some(email) => ("email", json!(email)),
                None => continue,
            },
        };
        claims.insert(name.to_owned(), value);
    }
    claims
}

/// The groups, or above 200 of them where to ask (Microsoft Learn, "Configure group claims for applications", overage).
fn groups(account: &Account, ids: &[Uuid]) -> Map<String, Value> {
    let endpoint = format!("https://graph.windows.net/{}/users/{}/getMemberObjects", account.tenant, account.oid);
    let members = if ids.len() > MOST_GROUPS {
        vec![
            ("_claim_names", json!({ "groups": "src1" })),
            ("_claim_sources", json!({ "src1": { "endpoint": endpoint } })),
        ]
    } else {
        vec![("groups", json!(ids))]
    };
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The roles of the person that the application declares.
pub(crate) fn roles<'a>(app: &AppRegistration, account: &'a Account) -> Vec<&'a str> {
    account.roles.iter().filter(|role| app.roles.contains(role)).map(String::as_str).collect()
}

/// A `sub` that differs from application to application and stays the same from run to run.
pub(crate) fn pairwise(account: &Account, client_id: Uuid) -> String {
    let bytes = [account.oid, account.tenant, client_id].map(Uuid::into_bytes).concat();
    URL_SAFE_NO_PAD.encode(digest(&SHA256, &bytes))
}
