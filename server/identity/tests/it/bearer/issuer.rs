//! An authority that signs whatever a test wants to have signed, under Entra's, External ID's, B2C's or a plain provider's
//! metadata.

use std::sync::{
    Arc, LazyLock, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicKeyComponents},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{StatusCode, Uri};
use identity::{
    Authority, B2cAuthority, ClientCredential, EntraAuthority, EntraTenant, ExternalIdAuthority, IdentityConfig,
    OidcAuthority,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;
use uuid::{Uuid, uuid};

use crate::support::LOCAL;

pub const CLIENT: &str = "6731de76-14a6-49ae-97bc-6eba6914391e";
pub const TENANT: Uuid = uuid!("1a1a1a1a-2222-4333-8444-555555555555");
pub const OTHER_TENANT: Uuid = uuid!("9b9b9b9b-2222-4333-8444-555555555555");

/// Slow to make, so there is one for all tests, and another that nobody publishes.
pub static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
pub static FOREIGN: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

/// Whose metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Entra,
    ExternalId,
    B2c,
    Oidc,
}

/// The authority.
#[derive(Clone)]
pub struct Issuer {
    pub base: String,
    pub kind: Kind,
    kids: Arc<Mutex<Vec<&'static str>>>,
    fetches: Arc<AtomicUsize>,
    down: Arc<AtomicBool>,
}

impl Issuer {
    /// One on a port of its own.
    pub async fn start(kind: Kind) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let kids = Arc::new(Mutex::new(vec!["one"]));
        let issuer = Self { base, kind, kids, fetches: Arc::default(), down: Arc::default() };
        let routes = Router::new().fallback(answer).with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        issuer
    }

    /// A configuration for a site at this authority.
    pub fn config(&self) -> IdentityConfig {
        let base: Url = self.base.parse().unwrap();
        let role_claim = "roles".to_owned();
        let authority = match self.kind {
            Kind::Entra => {
                let tenant = EntraTenant::Organizations;
                Authority::Entra(EntraAuthority { base, tenant, allowed_tenants: Some([TENANT].into()) })
            }
            Kind::ExternalId => Authority::ExternalId(ExternalIdAuthority { base, tenant_id: TENANT }),
            Kind::B2c => Authority::B2c(B2cAuthority {
                base: base.join("woodgrove.example").unwrap(),
                tenant_id: TENANT,
                sign_in_policy: "B2C_1_susi".to_owned(),
                edit_profile_policy: Some("B2C_1_edit".to_owned()),
                reset_password_policy: Some("B2C_1_reset".to_owned()),
                role_claim,
            }),
            Kind::Oidc => {
                let tenant_name = "Example".to_owned();
                Authority::Oidc(OidcAuthority { issuer: base, tenant_id: TENANT, tenant_name, role_claim })
            }
        };
        let secret = ClientCredential::Secret(SecretString::from("a secret"));
        IdentityConfig::new(LOCAL.parse().unwrap(), authority, CLIENT.to_owned(), secret, "/".parse().unwrap())
    }

    /// From now on the key is published under these ids, once for each.
    pub fn publish(&self, kids: &[&'static str]) {
        *self.kids.lock().unwrap() = kids.to_vec();
    }

    /// Whether requests fail from now on.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// How often the keys have been fetched.
    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    /// `iss` of its tokens of version 2.0, and of its keys.
    pub fn name(&self, tenant: &str) -> String {
        match self.kind {
            Kind::Entra | Kind::ExternalId => format!("{}/{tenant}/v2.0", self.base),
            Kind::B2c => format!("{}/{tenant}/v2.0/", self.base),
            Kind::Oidc => self.base.clone(),
        }
    }

    fn metadata(&self) -> Value {
        let tenant = if self.kind == Kind::Entra { "{tenantid}".to_owned() } else { TENANT.to_string() };
        json!({
            "issuer": self.name(&tenant),
            "authorization_endpoint": format!("{}/authorize", self.base),
            "token_endpoint": format!("{}/token", self.base),
            "jwks_uri": format!("{}/keys", self.base),
        })
    }

    fn keys(&self) -> Value {
        let public: PublicKeyComponents<Vec<u8>> = KEY.public_key().into();
        let (modulus, exponent) = (encode(public.n), encode(public.e));
        let mut key = json!({ "kty": "RSA", "use": "sig", "n": modulus, "e": exponent });
        if self.kind == Kind::Entra {
            key["issuer"] = json!(self.name("{tenantid}"));
        }
        let kids = self.kids.lock().unwrap();
        let named = kids.iter().map(|kid| {
            let mut key = key.clone();
            key["kid"] = json!(kid);
            key
        });
        json!({ "keys": named.collect::<Vec<_>>() })
    }
}

async fn answer(State(issuer): State<Issuer>, uri: Uri) -> Response {
    if issuer.down.load(Ordering::SeqCst) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if uri.path().ends_with("/.well-known/openid-configuration") {
        return Json(issuer.metadata()).into_response();
    }
    issuer.fetches.fetch_add(1, Ordering::SeqCst);
    Json(issuer.keys()).into_response()
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of these two texts, whatever they are.
pub fn sign(pair: &KeyPair, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}
