//! `examples/key_vault` against a vault and a managed identity of our own.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_lc_rs::{
    digest::{Digest, SHA256},
    rsa,
    signature::RSA_PSS_SHA256,
};
use axum::{
    Json, Router,
    extract::{Query, State},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, StatusCode};
use identity::{AssertionError, AssertionRequest, AssertionSource, SystemClock, http_client};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;

use super::*;

#[path = "../../../examples/key_vault/vault.rs"]
mod vault;

use vault::{KeyVault, ManagedIdentity};

struct Azure {
    pair: Pair,
    kid: Mutex<String>,
    tokens: AtomicUsize,
}

type Asked = Query<HashMap<String, String>>;

fn knows(headers: &HeaderMap, query: &Asked) {
    assert_eq!(headers["authorization"], "Bearer of the machine");
    assert_eq!(query["api-version"], "7.4");
}

async fn token(State(azure): State<Arc<Azure>>, headers: HeaderMap, query: Asked) -> Json<Value> {
    assert_eq!(
        (&headers["metadata"], query["resource"].as_str()),
        (&"true".parse().unwrap(), "https://vault.azure.net")
    );
    azure.tokens.fetch_add(1, Ordering::SeqCst);
    let until = OffsetDateTime::now_utc() + time::Duration::HOUR;
    Json(json!({ "access_token": "of the machine", "expires_on": until.unix_timestamp().to_string() }))
}

async fn certificate(State(azure): State<Arc<Azure>>, headers: HeaderMap, query: Asked) -> Json<Value> {
    knows(&headers, &query);
    let kid = azure.kid.lock().unwrap().clone();
    Json(json!({ "kid": kid, "cer": STANDARD.encode(azure.pair.certificate.der()), "x5t": "not read" }))
}

async fn sign(State(azure): State<Arc<Azure>>, headers: HeaderMap, query: Asked, body: Json<Value>) -> Json<Value> {
    knows(&headers, &query);
    assert_eq!(body["alg"], "PS256");
    let hash = URL_SAFE_NO_PAD.decode(body["value"].as_str().unwrap()).unwrap();
    let key = rsa::KeyPair::from_pkcs8(&azure.pair.key.serialize_der()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    let hash = Digest::import_less_safe(&hash, &SHA256).unwrap();
    key.sign_digest(&RSA_PSS_SHA256, &hash, &mut signature).unwrap();
    Json(json!({ "kid": "not read", "value": URL_SAFE_NO_PAD.encode(signature) }))
}

async fn azure(pair: Pair) -> (Arc<Azure>, Url) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let kid = Mutex::new(url.join("keys/muster/7").unwrap().into());
    let azure = Arc::new(Azure { pair, kid, tokens: AtomicUsize::new(0) });
    let routes = Router::new()
        .route("/token", get(token))
        .route("/certificates/muster", get(certificate))
        .route("/keys/muster/7/sign", post(sign))
        .route("/certificates/away", get(async || StatusCode::SERVICE_UNAVAILABLE))
        .with_state(azure.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (azure, url)
}

fn vault(url: &Url, certificate: &str) -> KeyVault {
    let http = http_client().unwrap();
    let identity = ManagedIdentity::at(url.join("token").unwrap(), http.clone());
    KeyVault { url: url.clone(), certificate: certificate.to_owned(), identity, http, clock: Arc::new(SystemClock) }
}

#[tokio::test]
async fn the_example_signs_in_with_a_key_that_stays_in_the_vault() {
    let pair = Pair::new();
    let world = World::start(&[&pair], &[]).await;
    let (azure, url) = azure(pair).await;
    let site = world.site(ClientCredential::Assertion(Arc::new(vault(&url, "muster")))).await;
    assert_eq!(world.sign_in(&site).await, GOOD);
    assert_eq!(world.sign_in(&site).await, GOOD);
    assert_eq!(azure.tokens.load(Ordering::SeqCst), 1, "the machine's token is kept until it is about to end");
}

#[tokio::test]
async fn a_vault_that_is_away_or_does_not_have_it_says_so_and_gets_no_token_for_another() {
    let (azure, url) = azure(Pair::new()).await;
    let request =
        AssertionRequest { client_id: CLIENT.to_string(), token_endpoint: "https://t.example".into(), refused: false };
    let said = |error: AssertionError| error.to_string();
    let away = vault(&url, "away").assertion(&request).await.unwrap_err();
    assert!(matches!(away, AssertionError::Unavailable(_)), "{away}");
    let missing = vault(&url, "missing").assertion(&request).await.unwrap_err();
    assert!(matches!(missing, AssertionError::Refused(_)) && said(missing).contains("404"));
    *azure.kid.lock().unwrap() = "http://127.0.0.1:1/keys/muster/7".to_owned();
    let elsewhere = vault(&url, "muster").assertion(&request).await.unwrap_err();
    assert!(said(elsewhere).contains("a key in another vault"));
}
