//! Access tokens at an API, and that nobody is signed in to the site by a token that they bring along.

mod answers;
mod api;
mod forged;
mod issuer;
mod keys;
mod kinds;
mod random;
mod requirements;
mod seen;

pub use api::Api;
pub use issuer::Kind;

use identity::{BearerCode, BearerConfig, ClientCredential, TokenError};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What the token endpoint gives somebody who redeems their code without the site.
async fn tokens(entra: &Entra, browser: &Browser) -> Value {
    let config = entra.config(LOCAL);
    let at = |path: &str| config.authority.base().join(&format!("organizations/oauth2/v2.0/{path}")).unwrap();
    let redirect_uri = format!("{LOCAL}/auth/callback");
    let mut authorize = at("authorize");
    authorize.query_pairs_mut().extend_pairs([
        ("client_id", config.client_id.as_str()),
        ("redirect_uri", &redirect_uri),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    entra.next_person(AMARA);
    let callback = Url::parse(&browser.until_callback(authorize.as_str()).await).unwrap();
    let code = callback.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let ClientCredential::Secret(secret) = &config.credential else { unreachable!() };
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", config.client_id.as_str()),
            ("client_secret", secret.expose_secret()),
            ("redirect_uri", &redirect_uri),
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("code_verifier", VERIFIER),
        ])
        .finish();
    let request = reqwest::Client::new().post(at("token")).body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let reply = request.send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&reply).unwrap()
}

#[tokio::test]
async fn a_token_in_a_header_is_nobody() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let tokens = tokens(&entra, &browser).await;
    for kind in ["id_token", "access_token"] {
        let token = tokens[kind].as_str().unwrap();
        assert_eq!(token.split('.').count(), 3, "{kind}");
        for headers in [
            [("authorization", format!("Bearer {token}"))],
            [("authorization", format!("bearer {token}"))],
            [("cookie", format!("session={token}"))],
        ] {
            let [(name, value)] = &headers;
            let reply = browser.send(http::Method::GET, "/whoami", &[(name, value)]).await;
            assert_eq!(reply.body, "nobody", "{kind} as {name}");
        }
    }
    assert!(site.events.signed_in.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_entra_gives_the_site_for_itself_and_for_graph_opens_no_api() {
    let entra = Entra::start().await;
    let config = entra.config(LOCAL);
    let api = BearerConfig::for_client(&config.client_id);
    let site = Site::start(config).await;
    let tokens = tokens(&entra, &Browser::new(&site)).await;
    let bearer = site.identity.bearer(api).unwrap();
    for (kind, error) in [("id_token", TokenError::IdToken), ("access_token", TokenError::ForGraph)] {
        let token = tokens[kind].as_str().unwrap();
        let headers = [(http::header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())];
        let refusal = bearer.authenticate(&headers.into_iter().collect()).await.unwrap_err();
        assert_eq!((refusal.code(), refusal.token_error()), (BearerCode::InvalidClaims, Some(error)), "{kind}");
    }
}
