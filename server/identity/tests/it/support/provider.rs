//! A plain OpenID Provider that signs whatever a test wants to have signed.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicKeyComponents},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use axum::{
    Form, Json, Router,
    extract::{Query, State},
    response::Redirect,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use identity::{Authority, ClientCredential, IdentityConfig, OidcAuthority};
use secrecy::SecretString;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::net::TcpListener;
use uuid::Uuid;

pub const CLIENT: &str = "our client id";

/// Slow to make, so there is one for all tests, and another that nobody publishes.
static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
static FOREIGN: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

/// The provider.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    person: Arc<Mutex<Value>>,
    nonces: Arc<Mutex<HashMap<String, String>>>,
    kid: Arc<Mutex<&'static str>>,
}

impl Provider {
    /// One on a port of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider =
            Self { issuer, person: Arc::default(), nonces: Arc::default(), kid: Arc::new(Mutex::new("one")) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/keys", get(keys))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    /// A configuration for a site that this provider signs people in to.
    pub fn config(&self, public_url: &str) -> IdentityConfig {
        let authority = Authority::Oidc(OidcAuthority {
            issuer: self.issuer.parse().unwrap(),
            tenant_id: Uuid::from_u128(7),
            tenant_name: "Example".to_owned(),
            role_claim: "roles".to_owned(),
        });
        let secret = ClientCredential::Secret(SecretString::from("a secret"));
        IdentityConfig::new(public_url.parse().unwrap(), authority, CLIENT.to_owned(), secret, "/".parse().unwrap())
    }

    /// Whoever comes from now on is this person, in this session.
    pub fn next_person(&self, sub: &str, sid: Option<&str>) {
        self.next_claims(json!({ "sub": sub, "name": sub, "sid": sid }));
    }

    /// Whoever comes from now on has these claims, which go over those that every token has.
    pub fn next_claims(&self, claims: Value) {
        *self.person.lock().unwrap() = claims;
    }

    /// From now on the key is published, and named in tokens, by another id.
    pub fn rename_key(&self, kid: &'static str) {
        *self.kid.lock().unwrap() = kid;
    }

    /// A logout token as it should be, with `changes` over it; `null` takes a claim away.
    pub fn logout_token(&self, changes: Value) -> String {
        self.logout_token_of_type("logout+jwt", changes)
    }

    pub fn logout_token_of_type(&self, kind: &str, changes: Value) -> String {
        self.signed(&KEY, kind, changes)
    }

    /// The same, with a signature of somebody else.
    pub fn forged_logout_token(&self, changes: Value) -> String {
        self.signed(&FOREIGN, "logout+jwt", changes)
    }

    fn signed(&self, key: &KeyPair, kind: &str, changes: Value) -> String {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": Uuid::from_u128(1),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        merge(&mut claims, changes);
        sign(key, &json!({ "alg": "RS256", "kid": *self.kid.lock().unwrap(), "typ": kind }), &claims)
    }
}

fn merge(claims: &mut Value, changes: Value) {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (name, value) in changes {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(&name)),
            value => claims[name] = value,
        }
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn sign(pair: &KeyPair, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}

async fn metadata(State(provider): State<Provider>) -> Json<Value> {
    let issuer = provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    }))
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let public: PublicKeyComponents<Vec<u8>> = KEY.public_key().into();
    let (modulus, exponent) = (encode(public.n), encode(public.e));
    let kid = *provider.kid.lock().unwrap();
    Json(json!({ "keys": [{ "kty": "RSA", "kid": kid, "use": "sig", "n": modulus, "e": exponent }] }))
}

async fn authorize(State(provider): State<Provider>, Query(query): Query<HashMap<String, String>>) -> Redirect {
    let code = Uuid::from_u128(provider.nonces.lock().unwrap().len() as u128).to_string();
    provider.nonces.lock().unwrap().insert(code.clone(), query["nonce"].clone());
    Redirect::to(&format!("{}?code={code}&state={}", query["redirect_uri"], query["state"]))
}

async fn token(State(provider): State<Provider>, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let nonce = provider.nonces.lock().unwrap()[&form["code"]].clone();
    let mut claims = json!({ "iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce });
    merge(&mut claims, provider.person.lock().unwrap().clone());
    let kid = *provider.kid.lock().unwrap();
    let id_token = sign(&KEY, &json!({ "alg": "RS256", "kid": kid, "typ": "JWT" }), &claims);
    Json(json!({ "access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
}
