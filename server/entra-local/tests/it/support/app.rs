//! An application registered with the stand-in.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entra_local::AppRegistration;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use url::Url;

use super::Browser;

/// The pair of RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct App {
    pub base: Url,
    pub registration: AppRegistration,
    pub client: Client,
}

impl App {
    pub fn new(base: Url, registration: AppRegistration) -> Self {
        Self { base, registration, client: Client::builder().build().unwrap() }
    }

    pub fn client_id(&self) -> String {
        self.registration.client_id.to_string()
    }

    pub fn redirect_uri(&self) -> String {
        self.registration.redirect_uris[0].to_string()
    }

    pub fn at(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    /// A complete authorization request at `/organizations`; `changes` add, replace, or (with an empty value) remove.
    pub fn authorize(&self, changes: &[(&str, &str)]) -> Url {
        self.authorize_at("organizations", changes)
    }

    pub fn authorize_at(&self, tenant: &str, changes: &[(&str, &str)]) -> Url {
        let (client_id, redirect_uri) = (self.client_id(), self.redirect_uri());
        let parameters = [
            ("client_id", client_id.as_str()),
            ("redirect_uri", redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("state", "a state"),
            ("nonce", "a nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let mut url = self.at(&format!("/{tenant}/oauth2/v2.0/authorize"));
        url.query_pairs_mut().extend_pairs(merged(&parameters, changes));
        url
    }

    /// Signs `username` in at a fresh page of the picker and returns the code.
    pub async fn code(&self, browser: &Browser, username: &str) -> String {
        self.code_with(browser, username, &[]).await
    }

    pub async fn code_with(&self, browser: &Browser, username: &str, changes: &[(&str, &str)]) -> String {
        let url = self.authorize(&[&[("prompt", "select_account")], changes].concat());
        let picker = browser.get(&url).await;
        browser.pick(&picker, username).await.sent("code").unwrap()
    }

    /// Redeems a code at `/organizations`; `changes` as for [`App::authorize`].
    pub async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        self.redeem_at("organizations", code, changes).await
    }

    pub async fn redeem_at(&self, tenant: &str, code: &str, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        let (client_id, redirect_uri) = (self.client_id(), self.redirect_uri());
        let fields = [
            ("client_id", client_id.as_str()),
            ("client_secret", self.registration.client_secret.expose()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect_uri.as_str()),
            ("code", code),
            ("code_verifier", VERIFIER),
        ];
        self.token(tenant, &merged(&fields, changes)).await
    }

    pub async fn refresh(&self, tenant: &str, token: &str, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        let client_id = self.client_id();
        let fields = [
            ("client_id", client_id.as_str()),
            ("client_secret", self.registration.client_secret.expose()),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
        ];
        self.token(tenant, &merged(&fields, changes)).await
    }

    /// A token for the application itself.
    pub async fn for_itself(&self, tenant: &str, scope: &str) -> (StatusCode, Value) {
        let fields = [
            ("client_id", &*self.client_id()),
            ("client_secret", self.registration.client_secret.expose()),
            ("grant_type", "client_credentials"),
            ("scope", scope),
        ];
        self.token(tenant, &fields).await
    }

    /// Exchanges an access token of a caller; `changes` as for [`App::authorize`].
    pub async fn on_behalf_of(&self, assertion: &str, scope: &str, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        let client_id = self.client_id();
        let fields = [
            ("client_id", client_id.as_str()),
            ("client_secret", self.registration.client_secret.expose()),
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("requested_token_use", "on_behalf_of"),
            ("assertion", assertion),
            ("scope", scope),
        ];
        self.token("organizations", &merged(&fields, changes)).await
    }

    /// Signs in at a fresh browser and redeems the code for these scopes.
    pub async fn tokens(&self, username: &str, scope: &str) -> Value {
        let code = self.code_with(&Browser::new(), username, &[("scope", scope)]).await;
        let (status, body) = self.redeem(&code, &[]).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }

    pub async fn token(&self, tenant: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let url = self.at(&format!("/{tenant}/oauth2/v2.0/token"));
        let response = self.client.post(url).form(fields).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Signs in and redeems, whatever comes out.
    pub async fn id_token(&self, username: &str) -> String {
        let code = self.code(&Browser::new(), username).await;
        let (status, body) = self.redeem(&code, &[]).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["id_token"].as_str().unwrap().to_owned()
    }

    /// Whether a published key verifies the signature. Nothing else is checked.
    pub async fn verifies(&self, token: &str) -> bool {
        let (_, keys) = self.json("/organizations/discovery/v2.0/keys").await;
        let keys: JwkSet = serde_json::from_value(keys).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_aud = false;
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        keys.keys.iter().any(|key| decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).is_ok())
    }

    pub async fn json(&self, path: &str) -> (StatusCode, Value) {
        let response = self.client.get(self.at(path)).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }
}

/// The claims of a token, unchecked.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The header of a token.
pub fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, index: usize) -> Value {
    let encoded = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
}

fn merged<'a>(base: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = base.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes.iter().filter(|(_, value)| !value.is_empty())).copied().collect()
}
