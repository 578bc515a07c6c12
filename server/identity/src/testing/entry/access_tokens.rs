//! Access tokens for an API.

use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use super::{
    signer::Signer,
    tokens::{CLIENT, NOW, SKEW, filled},
};
use crate::{
    bearer::AccessTokenVersions,
    config::{EntraAuthority, EntraTenant},
    keys::KeySet,
    validator::{AccessExpectations, Audiences, IssuerRule, verify_access},
};

const SIGN_IN: &str = "https://login.microsoftonline.com";
const STS: &str = "https://sts.windows.net";
const TENANT: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";

/// A validator with its keys, and the one token that it accepts.
pub struct AccessTokens {
    signer: Signer,
    keys: KeySet,
    audiences: Audiences,
    issuer: IssuerRule,
    genuine: String,
}

impl AccessTokens {
    /// Makes a key and a token.
    ///
    /// # Panics
    /// If the cryptographic library fails.
    #[expect(clippy::new_without_default, reason = "making a key is no default")]
    pub fn new() -> Self {
        let signer = Signer::new();
        let keys = serde_json::from_value(signer.published()).expect("a key set");
        let claims = json!({
            "iss": format!("{SIGN_IN}/{TENANT}/v2.0"), "aud": CLIENT, "ver": "2.0", "tid": TENANT, "oid": "o", "sub": "s",
            "azp": "c", "scp": "Incidents.Read", "iat": NOW, "exp": NOW + 3600,
        });
        let genuine = signer.sign(claims.to_string().as_bytes());
        let base = Url::parse(SIGN_IN).expect("a URL");
        let authority = EntraAuthority { base, tenant: EntraTenant::Organizations, allowed_tenants: None };
        let audiences = Audiences::new(vec![CLIENT.to_owned(), format!("api://{CLIENT}")]);
        let tokens = Self { signer, keys, audiences, issuer: IssuerRule::Entra(authority), genuine };
        assert!(tokens.accepts(&tokens.genuine));
        tokens
    }

    /// Any text as an access token.
    ///
    /// # Panics
    /// If a token is accepted that is not the genuine one, byte by byte.
    pub fn token(&self, data: &[u8]) {
        let text = filled(data, &self.genuine);
        assert!(!self.accepts(&text) || text == self.genuine, "a token nobody issued");
    }

    /// Any bytes as the claims of an access token whose signature is good.
    ///
    /// # Panics
    /// If claims are accepted that do not say all of what they must.
    pub fn claims(&self, data: &[u8]) {
        if !self.accepts(&self.signer.sign(data)) {
            return;
        }
        let claims: Value = serde_json::from_slice(data).expect("claims that were accepted are JSON");
        let text = |name: &str| claims[name].as_str().unwrap_or_default();
        let is_ours = |name: &Value| name.as_str().is_some_and(|name| name.trim_end_matches('/').ends_with(CLIENT));
        let for_us = match &claims["aud"] {
            Value::Array(several) => several.iter().any(is_ours),
            one => is_ours(one),
        };
        #[expect(clippy::cast_precision_loss, reason = "a time of these days is exact")]
        let now = NOW as f64;
        assert!(for_us && !text("sub").is_empty() && !text("oid").is_empty(), "{claims}");
        assert!(claims["exp"].as_f64().is_some_and(|expiry| now - SKEW < expiry), "{claims}");
        assert!(claims["iat"].as_f64().is_some_and(|issued_at| issued_at <= now + SKEW), "{claims}");
        let tenant = Uuid::try_parse(text("tid")).expect("a tenant is a GUID");
        let issuer = match text("ver") {
            "1.0" => format!("{STS}/{tenant}/"),
            "2.0" => format!("{SIGN_IN}/{tenant}/v2.0"),
            other => panic!("there is no version {other}"),
        };
        assert_eq!(text("iss"), issuer);
        assert!(claims["nonce"].is_null() && claims["events"].is_null(), "not an access token: {claims}");
        // A person's has scopes; an application's has none, is its own subject, and has roles.
        let of_a_person = !text("scp").trim().is_empty();
        assert!(of_a_person || (text("sub") == text("oid") && !claims["roles"].is_null()), "{claims}");
    }

    fn accepts(&self, token: &str) -> bool {
        let now = OffsetDateTime::from_unix_timestamp(NOW).expect("a time");
        let expected = AccessExpectations {
            audiences: &self.audiences,
            issuer: &self.issuer,
            versions: AccessTokenVersions::Both,
            role_claim: "roles",
            now,
        };
        verify_access(token, &self.keys, expected).is_ok()
    }
}
