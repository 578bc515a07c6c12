//! An OpenID Provider whose next answer may be wrong in any way. The browser never visits it: the tests play its
//! authorization endpoint themselves.

use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicKeyComponents},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256},
};
use axum::{
    Json, Router,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use identity::{Authority, ClientCredential, IdentityConfig, OidcAuthority};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use url::Url;
use uuid::Uuid;

use crate::support::{Browser, LOCAL, Reply, Site, watch};

pub const CLIENT: &str = "client";
pub const SECRET: &str = "a-client-secret-that-is-long-enough-for-HS256";
pub const CODE: &str = "the-code-of-this-sign-in";
pub const ACCESS_TOKEN: &str = "the-access-token-of-this-sign-in";

static ONE: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
static TWO: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

/// Who signs the next ID token, and how.
#[derive(Clone, Copy)]
pub enum Signing {
    /// The published key.
    Honest,
    /// A key that is published nowhere.
    Stranger,
    /// A curve's key, as ES256.
    Es256,
    /// The client secret, as HS256.
    Hs256,
    /// Nobody: the third part is empty.
    Nobody,
}

/// What the provider does, to be made worse by a test.
#[derive(Clone)]
pub struct Plan {
    pub metadata: Map<String, Value>,
    pub keys: Vec<Value>,
    pub header: Map<String, Value>,
    pub claims: Map<String, Value>,
    pub signing: Signing,
    pub answer: Map<String, Value>,
    /// Parameters of the authorization response besides `code`.
    pub response: Map<String, Value>,
}

impl Plan {
    fn honest(issuer: &str) -> Self {
        let object = |value: Value| value.as_object().unwrap().clone();
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        Self {
            metadata: object(json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
            })),
            keys: vec![jwk(&ONE, "one")],
            header: object(json!({ "alg": "RS256", "kid": "one" })),
            claims: object(json!({ "iss": issuer, "aud": CLIENT, "sub": "s", "iat": now, "exp": now + 300 })),
            signing: Signing::Honest,
            answer: object(json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 300 })),
            response: Map::new(),
        }
    }

    /// Sets a claim.
    pub fn claim(&mut self, name: &str, value: impl Into<Value>) {
        self.claims.insert(name.to_owned(), value.into());
    }

    /// Signs with another algorithm, and says so.
    pub fn sign_as(&mut self, alg: &str, signing: Signing) {
        self.header.insert("alg".to_owned(), alg.into());
        self.signing = signing;
    }

    /// Publishes a second key.
    pub fn publish_another_key(&mut self) {
        self.keys.push(jwk(&TWO, "two"));
    }

    fn id_token(&self) -> String {
        let part = |object: &Map<String, Value>| encode(Value::Object(object.clone()).to_string().as_bytes());
        let message = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = match self.signing {
            Signing::Honest => rsa(&ONE, &message),
            Signing::Stranger => rsa(&TWO, &message),
            Signing::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
                pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec()
            }
            Signing::Hs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
            }
            Signing::Nobody => Vec::new(),
        };
        format!("{message}.{}", encode(&signature))
    }
}

/// How a sign-in at such a provider ended.
pub struct Outcome {
    pub reply: Reply,
    /// Why it was refused, by the code of the audit trail.
    pub refusal: Option<String>,
    pub people: usize,
    /// The `Authorization` header of the token request.
    pub client_authentication: Option<String>,
}

/// One sign-in, with what the test has done to the plan. `nonce` is put into the claims unless the test took it out.
pub async fn sign_in(worsen: impl FnOnce(&mut Plan)) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    [SECRET, CODE, ACCESS_TOKEN].into_iter().for_each(watch::never);
    let mut plan = Plan::honest(&issuer);
    plan.claim("nonce", "NONCE");
    worsen(&mut plan);

    let seen = Arc::new(Mutex::new(None));
    let shared = Arc::new(Mutex::new(plan));
    serve(listener, &shared, &seen);
    let site = Site::start(config(&issuer)).await;
    let browser = Browser::new(&site);
    let begun = browser.get("/auth/sign-in?return_to=/there").await;
    let mut reply = begun;
    if reply.status.is_redirection() {
        let callback = authorize(&Url::parse(&reply.location()).unwrap(), &shared);
        reply = browser.get(&callback).await;
    }
    let people = site.events.signed_in.lock().unwrap().len();
    let client_authentication = seen.lock().unwrap().clone();
    Outcome { reply, refusal: site.events.codes().pop(), people, client_authentication }
}

/// The authorization endpoint: consent is given at once.
fn authorize(request: &Url, plan: &Mutex<Plan>) -> String {
    let parameter = |wanted: &str| request.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
    let mut plan = plan.lock().unwrap();
    let nonce = parameter("nonce");
    if plan.claims.get("nonce").is_some_and(|claim| claim == "NONCE") {
        plan.claim("nonce", nonce);
    }
    plan.response.entry("state").or_insert_with(|| parameter("state").into());
    let mut callback = Url::parse(&format!("{LOCAL}/auth/callback")).unwrap();
    callback.query_pairs_mut().append_pair("code", CODE);
    for (name, value) in &plan.response {
        if let Some(value) = value.as_str() {
            callback.query_pairs_mut().append_pair(name, value);
        }
    }
    callback.into()
}

fn serve(listener: TcpListener, plan: &Arc<Mutex<Plan>>, seen: &Arc<Mutex<Option<String>>>) {
    let (at_metadata, at_keys, at_token, seen) =
        (Arc::clone(plan), Arc::clone(plan), Arc::clone(plan), Arc::clone(seen));
    let token = async move |headers: HeaderMap| {
        *seen.lock().unwrap() = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
        let plan = at_token.lock().unwrap();
        let mut answer = plan.answer.clone();
        answer.entry("id_token").or_insert_with(|| plan.id_token().into());
        (StatusCode::OK, Json(answer))
    };
    let routes = Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(async move || Json(at_metadata.lock().unwrap().metadata.clone())),
        )
        .route("/keys", get(async move || Json(json!({ "keys": at_keys.lock().unwrap().keys }))))
        .route("/token", post(token));
    tokio::spawn(async move { axum::serve(listener, routes).await });
}

fn config(issuer: &str) -> IdentityConfig {
    let authority = Authority::Oidc(OidcAuthority {
        issuer: issuer.parse().unwrap(),
        tenant_id: Uuid::from_u128(7),
        tenant_name: "Example".to_owned(),
        role_claim: "roles".to_owned(),
    });
    let secret = ClientCredential::Secret(SECRET.to_owned().into());
    IdentityConfig::new(LOCAL.parse().unwrap(), authority, CLIENT.to_owned(), secret, "/".parse().unwrap())
}

fn rsa(pair: &KeyPair, message: &str) -> Vec<u8> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    signature
}

fn jwk(pair: &KeyPair, kid: &str) -> Value {
    let public: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
    json!({ "kty": "RSA", "use": "sig", "kid": kid, "n": encode(&public.n), "e": encode(&public.e) })
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
