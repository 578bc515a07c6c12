//! An OpenID Provider of our own on the loopback interface, to whom nobody has to prove anything.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json, Router,
    routing::{get, post},
};
use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::net::TcpListener;

use super::{signer::Signer, tokens::CLIENT};

/// A provider that is running in the background of a runtime.
pub(super) struct Provider {
    pub(super) issuer: String,
    /// The nonce of the sign-in whose code is redeemed next; without one, the code is refused.
    nonce: Arc<Mutex<Option<String>>>,
}

impl Provider {
    /// Starts it, at this time.
    pub(super) async fn start(now: OffsetDateTime) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let signer = Arc::new(Signer::new());
        let nonce: Arc<Mutex<Option<String>>> = Arc::default();
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "end_session_endpoint": format!("{issuer}/end"),
        });
        let (keys, us, expected) = (signer.published(), issuer.clone(), Arc::clone(&nonce));
        let token = async move || {
            let nonce = expected.lock().unwrap_or_else(PoisonError::into_inner).take();
            nonce.map_or_else(refused, |nonce| redeemed(&signer, &us, &nonce, now))
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(metadata)))
            .route("/keys", get(async || Json(keys)))
            .route("/token", post(token));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { issuer, nonce }
    }

    /// Redeems the next code.
    pub(super) fn redeem_next(&self, nonce: String) {
        *self.nonce.lock().unwrap_or_else(PoisonError::into_inner) = Some(nonce);
    }
}

type Answer = (StatusCode, Json<Value>);

fn refused() -> Answer {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
}

fn redeemed(signer: &Signer, issuer: &str, nonce: &str, now: OffsetDateTime) -> Answer {
    let now = now.unix_timestamp();
    let claims = json!({ "iss": issuer, "aud": CLIENT, "nonce": nonce, "sub": "somebody", "name": "Somebody", "iat": now,
        "exp": now + 3600, "sid": "a session there" });
    let id_token = signer.sign(claims.to_string().as_bytes());
    (StatusCode::OK, Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token })))
}
