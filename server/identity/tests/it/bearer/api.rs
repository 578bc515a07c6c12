//! An API that accepts access tokens, with an authority behind it.

use std::sync::Arc;

use axum::{Json, Router, body::Body, body::to_bytes, response::Response, routing::get};
use http::{Request, StatusCode, header};
use identity::{Bearer, BearerConfig, BearerPrincipal, BearerRefusal, Requirement};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::issuer::{CLIENT, Issuer, KEY, Kind, TENANT, sign};
use crate::support::{Site, watch};

pub struct Api {
    pub issuer: Issuer,
    pub site: Site,
    pub bearer: Bearer,
    pub router: Router,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub challenge: Option<String>,
    pub body: Value,
    pub response: Response,
}

impl Reply {
    /// Status and code.
    pub fn verdict(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body["code"].as_str().unwrap_or_default())
    }
}

impl Api {
    pub async fn start(kind: Kind) -> Self {
        Self::with(kind, BearerConfig::for_client(CLIENT)).await
    }

    pub async fn with(kind: Kind, config: BearerConfig) -> Self {
        let issuer = Issuer::start(kind).await;
        let site = Site::start(issuer.config()).await;
        let bearer = site.identity.bearer(config).unwrap();
        let router = routes(&bearer);
        Self { issuer, site, bearer, router }
    }

    /// Asks for `path` with these values of `Authorization`.
    pub async fn ask_with(&self, path: &str, authorization: &[&[u8]]) -> Reply {
        let mut request = Request::get(path);
        for value in authorization {
            request = request.header(header::AUTHORIZATION, *value);
        }
        reply(self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
    }

    pub async fn ask(&self, path: &str, token: &str) -> Reply {
        self.ask_with(path, &[format!("Bearer {token}").as_bytes()]).await
    }

    /// Status and code of a request with this token.
    pub async fn verdict(&self, token: &str) -> (u16, String) {
        let reply = self.ask("/who", token).await;
        assert_eq!(reply.status == StatusCode::OK, reply.challenge.is_none(), "{reply:?}");
        let (status, code) = reply.verdict();
        (status, code.to_owned())
    }

    pub async fn authenticate(&self, token: &str) -> Result<Arc<BearerPrincipal>, BearerRefusal> {
        let headers = [(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())];
        self.bearer.authenticate(&headers.into_iter().collect()).await
    }

    /// The claims of a person's token, with `changes` over them; `null` takes one out.
    pub fn claims(&self, changes: Value) -> Value {
        let now = self.site.clock_now().unix_timestamp();
        let mut claims = json!({
            "iss": self.issuer.name(&TENANT.to_string()), "aud": CLIENT, "iat": now, "nbf": now, "exp": now + 3600,
            "sub": "a subject", "name": "Amara Okafor", "azp": "the client", "roles": ["Viewer"],
        });
        let own = match self.issuer.kind {
            Kind::Entra | Kind::ExternalId => {
                json!({ "tid": TENANT, "oid": "an object", "ver": "2.0", "scp": "Incidents.Write Incidents.Read" })
            }
            Kind::B2c => json!({
                "sub": "81A3B5C7-0d2e-4f46-8a9b-1c3d5e7f9024", "ver": "1.0", "tfp": "B2C_1_susi", "nonce": "x",
                "scp": "Incidents.Write Incidents.Read",
            }),
            Kind::Oidc => json!({ "client_id": "the client", "scope": "Incidents.Write Incidents.Read" }),
        };
        claims = merged(merged(claims, own), changes);
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    /// A person's token with these changes.
    pub fn token(&self, changes: Value) -> String {
        sign(&KEY, &self.header(json!({})), &self.claims(changes).to_string())
    }

    /// An application's own token at Entra.
    pub fn app_token(&self, changes: Value) -> String {
        let app =
            json!({ "scp": null, "name": null, "sub": "an object", "roles": ["Incidents.Read.All"], "idtyp": "app" });
        self.token(merged(app, changes))
    }

    pub fn header(&self, changes: Value) -> String {
        let typ = if self.issuer.kind == Kind::Oidc { "at+jwt" } else { "JWT" };
        let mut header = merged(json!({ "alg": "RS256", "kid": "one", "typ": typ }), changes);
        header.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        header.to_string()
    }
}

fn merged(one: Value, other: Value) -> Value {
    let (Value::Object(mut all), Value::Object(other)) = (one, other) else { panic!("not an object") };
    all.extend(other);
    Value::Object(all)
}

fn routes(bearer: &Bearer) -> Router {
    watch::install();
    let demanding =
        |path: &str, requirement: Requirement| Router::new().route(path, get(who)).layer(requirement.layer());
    let api = Router::new()
        .route("/who", get(who))
        .merge(demanding("/admins", Requirement::any_role(&["Admin", "IncidentManager"])))
        .merge(demanding("/delete", Requirement::all_scopes(&["Incidents.Read", "Incidents.Delete"])))
        .merge(demanding("/read", Requirement::any_scope(&["Incidents.Read"])))
        .merge(demanding("/list", Requirement::scope_or_app_role(&["Incidents.Read"], &["Incidents.Read.All"])))
        .merge(demanding("/people", Requirement::person()))
        .merge(demanding("/tenant", Requirement::tenant(&[TENANT])))
        .merge(demanding("/step-up", Requirement::authentication_context("c1")));
    let outside = Router::new().route("/outside", get(who)).merge(demanding("/outside-too", Requirement::person()));
    api.layer(bearer.layer()).merge(outside)
}

async fn who(caller: BearerPrincipal) -> Json<Value> {
    Json(json!({
        "account": caller.account.home, "tenant": caller.tenant_id, "subject": caller.subject, "name": caller.name,
        "kind": format!("{:?}", caller.kind), "client": caller.client_id, "scopes": caller.scopes, "roles": caller.roles,
        "acrs": caller.acrs, "challenges": caller.accepts_claims_challenges,
    }))
}

pub async fn reply(response: Response) -> Reply {
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, 1 << 20).await.unwrap();
    let body = serde_json::from_slice(&text).unwrap_or_else(|_| json!(String::from_utf8_lossy(&text)));
    let challenge = parts.headers.get(header::WWW_AUTHENTICATE).map(|value| value.to_str().unwrap().to_owned());
    Reply { status: parts.status, challenge, body, response: Response::from_parts(parts, Body::empty()) }
}
