//! Tokens over the network: the stand-in for Entra ID, one store or several replicas on one Redis.

mod grants;
mod interaction;
mod life;
mod replicas;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use identity::IdentityConfig;
use serde_json::Value;
use time::Duration;

use crate::support::{Browser, Entra, LOCAL};

pub const GRAPH: &str = "/token?scope=User.Read";
/// The access tokens of these tests.
pub const LIFE: Duration = Duration::minutes(10);

/// The authority with nothing left of other tests, and a site's settings that ask for a token of Graph with the sign-in.
pub async fn entra() -> (Entra, IdentityConfig) {
    let entra = Entra::start().await;
    entra.control().reset();
    entra.control().set_access_token_life(Some(LIFE));
    entra.control().forget_token_requests();
    let mut config = entra.config(LOCAL);
    config.scopes.push("User.Read".to_owned());
    (entra, config)
}

pub async fn signed_in(entra: &Entra, browser: &Browser, person: &str) {
    entra.next_person(person);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
}

/// What `address` answers: a word, and the rest.
pub async fn ask(browser: &Browser, address: &str) -> (String, String) {
    let reply = browser.get(address).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let (word, rest) = reply.body.split_once(' ').unwrap_or((&reply.body, ""));
    (word.to_owned(), rest.to_owned())
}

/// How often the authority was asked for a refresh.
pub fn refreshes(entra: &Entra) -> usize {
    entra.control().token_requests_of("refresh_token")
}

/// The claims of a token that is not for us, which only a test may look at.
pub fn claims(token: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}
