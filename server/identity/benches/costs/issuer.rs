//! An authority with one key that signs access tokens.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicKeyComponents},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use axum::{Json, Router, extract::State, http::Uri};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use identity::{Authority, Clock, EntraAuthority, EntraTenant, SystemClock};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::{Uuid, uuid};

pub const CLIENT: &str = "6731de76-14a6-49ae-97bc-6eba6914391e";
const TENANT: Uuid = uuid!("1a1a1a1a-2222-4333-8444-555555555555");

/// The authority, at a port of its own.
pub struct Issuer {
    pair: KeyPair,
    base: String,
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let issuer = Self { pair: KeyPair::generate(KeySize::Rsa2048).unwrap(), base };
        let documents = [issuer.metadata(), issuer.keys()];
        let routes = Router::new().fallback(answer).with_state(documents);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        issuer
    }

    pub fn authority(&self) -> Authority {
        let base = self.base.parse().unwrap();
        Authority::Entra(EntraAuthority { base, tenant: EntraTenant::Single(TENANT), allowed_tenants: None })
    }

    pub fn public_key(&self) -> PublicKeyComponents<Vec<u8>> {
        self.pair.public_key().into()
    }

    /// A token of version 2.0 with the claims that Entra usually puts in, unlike every other number's.
    pub fn token(&self, number: u64) -> String {
        let now = SystemClock.now().unix_timestamp();
        let claims = json!({
            "aud": CLIENT, "iss": self.name(), "iat": now, "nbf": now, "exp": now + 86_400,
            "aio": "AXQAi/8WAAAAJ3c0rJ2w5f1v9R1J6q1d0mX0wQJd3qv5YkQH0lq3bq7yD8nFZb2Z8G3p", "azp": CLIENT, "azpacr": "1",
            "name": "Somebody with a name", "oid": Uuid::from_u128(number.into()), "preferred_username": "somebody@contoso.example",
            "rh": "0.ARoAv4j5cvGGr0GRqy180BHbR4hXcC3MRqFPmg2l6ZQvbkwaAFI.", "roles": ["Responder"], "scp": "Incidents.Read Incidents.Write",
            "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "tid": TENANT, "uti": number.to_string(), "ver": "2.0",
        });
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "one" });
        let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", encode(signature))
    }

    fn name(&self) -> String {
        format!("{}/{TENANT}/v2.0", self.base)
    }

    fn metadata(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.base);
        json!({
            "issuer": self.name(), "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
            "jwks_uri": at("keys"),
        })
    }

    fn keys(&self) -> Value {
        let public = self.public_key();
        let (n, e) = (encode(public.n), encode(public.e));
        json!({ "keys": [{ "kty": "RSA", "use": "sig", "kid": "one", "n": n, "e": e, "issuer": self.name() }] })
    }
}

async fn answer(State([metadata, keys]): State<[Value; 2]>, uri: Uri) -> Json<Value> {
    Json(if uri.path() == "/keys" { keys } else { metadata })
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
