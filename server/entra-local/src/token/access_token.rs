//! Access tokens: for registered applications a JWT of version 1.0 or 2.0 they can check; for Graph one that nobody but
//! Graph could. The claims are those of Microsoft Learn, "Access token claims reference".

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    client_credentials::AppSubject,
    error::TokenError,
    grant::Subject,
    id_token::{pairwise, roles},
    life::Life,
};
use crate::{
    claims::ClaimsRequest,
    idp::Idp,
    jwt::{Draft, Signing},
    keys::SigningKey,
    random,
    scenario::{AppRegistration, Resource, TokenVersion},
    scope::GRAPH,
};

/// For a person.
pub(crate) fn sign(
    idp: &Idp,
    key: &SigningKey,
    app: &AppRegistration,
    subject: &Subject,
    life: Life,
) -> Result<String, TokenError> {
    let account = &subject.account;
    let resource = subject.scopes.single_resource().ok_or(TokenError::SeveralResources)?;
    let mut claims = common(idp, account.tenant, life, subject.claims);
    claims.extend(Audience::of(idp, resource).claims(idp, app, account.tenant, "1"));
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    set("name", json!(account.name));
    set("oid", json!(account.oid));
    set("sid", json!(subject.session.sid));
    match Audience::of(idp, resource) {
        Audience::Graph => {
            set("preferred_username", json!(account.username));
            set("scp", json!(subject.scopes.scp_of_graph()));
            set("sub", json!(pairwise(account, Uuid::nil())));
        }
        Audience::App(api) => {
            set("scp", json!(subject.scopes.scp()));
            set("sub", json!(pairwise(account, api.client_id)));
            let roles = roles(api, account);
            if !roles.is_empty() {
                set("roles", json!(roles));
            }
            match api.requested_access_token_version {
                TokenVersion::V1 => {
                    let factors: &[&str] = if subject.session.strong { &["pwd", "mfa"] } else { &["pwd"] };
                    set("acr", json!("1"));
                    set("amr", json!(factors));
                    set("unique_name", json!(account.username));
                    set("upn", json!(account.username));
                }
                TokenVersion::V2 => set("preferred_username", json!(account.username)),
            }
        }
    }
    let context = subject.claims.context.or_else(|| idp.control.context(account));
    if let Some(context) = context.filter(|_| subject.session.strong) {
        set("acrs", json!([context.to_string()]));
    }
    Ok(seal(key, resource, claims)?)
}

/// For the application itself.
pub(crate) fn sign_app_only(
    idp: &Idp,
    key: &SigningKey,
    app: &AppRegistration,
    subject: &AppSubject,
    life: Life,
) -> Result<String, TokenError> {
    let mut claims = common(idp, subject.tenant, life, subject.claims);
    claims.extend(Audience::of(idp, subject.resource).claims(idp, app, subject.tenant, subject.proof));
    let principal = service_principal(app.client_id, subject.tenant);
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    set("idtyp", json!("app"));
    set("oid", json!(principal));
    set("sub", json!(principal));
    if !subject.roles.is_empty() {
        set("roles", json!(subject.roles));
    }
    Ok(seal(key, subject.resource, claims)?)
}

/// Whose token it is, and so in which version.
enum Audience<'a> {
    Graph,
    App(&'a AppRegistration),
}

impl<'a> Audience<'a> {
    /// An API that is not registered cannot be asked for; its tokens would be Graph's.
    fn of(idp: &'a Idp, resource: Resource) -> Self {
        match resource {
            Resource::Graph => Self::Graph,
            Resource::App(id) => idp.directory.app_of(id).map_or(Self::Graph, |api| Self::App(api)),
        }
    }

    /// Who issued it, for whom, and to which application.
    fn claims(&self, idp: &Idp, app: &AppRegistration, tenant: Uuid, proof: &str) -> Vec<(String, Value)> {
        let (audience, version) = match self {
            Self::Graph => (GRAPH.to_owned(), TokenVersion::V1),
            Self::App(api) => match api.requested_access_token_version {
                TokenVersion::V1 => (api.app_id_uri(), TokenVersion::V1),
                TokenVersion::V2 => (api.client_id.to_string(), TokenVersion::V2),
            },
        };
        let claims = match version {
            TokenVersion::V1 => [
                ("iss", json!(format!("https://sts.windows.net/{tenant}/"))),
                ("appid", json!(app.client_id)),
                ("appidacr", json!(proof)),
                ("ver", json!("1.0")),
                ("aud", json!(audience)),
            ],
            TokenVersion::V2 => [
                ("iss", json!(idp.issuer(&tenant.to_string()))),
                ("azp", json!(app.client_id)),
                ("azpacr", json!(proof)),
                ("ver", json!("2.0")),
                ("aud", json!(audience)),
            ],
        };
        claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn common(idp: &Idp, tenant: Uuid, life: Life, asked: ClaimsRequest) -> Map<String, Value> {
    let now = idp.now().unix_timestamp();
    // A challenge may name the second that has only just begun elsewhere.
    let issued = asked.not_before.map_or(now, |earliest| earliest.clamp(now, now + 1));
    let members = [
        ("iat", json!(issued)),
        ("nbf", json!(issued)),
        ("exp", json!(now + life.span.whole_seconds())),
        ("tid", json!(tenant)),
        ("uti", json!(random::short())),
    ];
    let capability = asked.cp1.then(|| ("xms_cc", json!(["cp1"])));
    members.into_iter().chain(capability).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn seal(key: &SigningKey, resource: Resource, claims: Map<String, Value>) -> Result<String, crate::keys::KeyError> {
    let mut draft = Draft::new(key, claims);
    if resource == Resource::Graph {
        draft.header.insert("nonce".to_owned(), json!(random::opaque()));
        draft.signing = Signing::HashedNonce;
    }
    draft.seal(key)
}

/// The object id of an application in a tenant, the same from run to run.
fn service_principal(client_id: Uuid, tenant: Uuid) -> Uuid {
    let digest = digest(&SHA256, &[client_id, tenant].map(Uuid::into_bytes).concat());
    let bytes = digest.as_ref().first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
