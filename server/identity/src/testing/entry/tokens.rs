//! ID tokens.

use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use super::signer::Signer;
use crate::{
    config::{EntraAuthority, EntraTenant},
    keys::KeySet,
    validator::{self, Expectations, IssuerRule, TokenError},
};

pub(super) const CLIENT: &str = "6731de76-14a6-49ae-97bc-6eba6914391e";
const ISSUER: &str = "https://op.example";
const ENTRA: &str = "https://login.example";
const NONCE: &str = "the nonce of the sign-in";
/// Seconds since 1970, some time in 2027.
pub(super) const NOW: i64 = 1_800_000_000;
pub(super) const SKEW: f64 = 60.0;

/// A validator with its keys, and the one token that it accepts.
pub struct Tokens {
    signer: Signer,
    keys: KeySet,
    genuine: String,
}

impl Tokens {
    /// Makes a key and a token.
    ///
    /// # Panics
    /// If the cryptographic library fails.
    #[expect(clippy::new_without_default, reason = "making a key is no default")]
    pub fn new() -> Self {
        let signer = Signer::new();
        let claims = json!({ "iss": ISSUER, "aud": CLIENT, "nonce": NONCE, "sub": "s", "iat": NOW, "exp": NOW + 3600 });
        let keys = serde_json::from_value(signer.published()).expect("a key set");
        let genuine = signer.sign(claims.to_string().as_bytes());
        let tokens = Self { signer, keys, genuine };
        assert!(tokens.verify(&tokens.genuine, &IssuerRule::Literal(ISSUER.to_owned())).is_ok());
        tokens
    }

    /// Any text as an ID token.
    ///
    /// # Panics
    /// If a token is accepted that is not the genuine one, byte by byte.
    pub fn token(&self, data: &[u8]) {
        let text = filled(data, &self.genuine);
        for rule in [IssuerRule::Literal(ISSUER.to_owned()), entra()] {
            assert!(self.verify(&text, &rule).is_err() || text == self.genuine, "a token nobody issued");
        }
    }

    /// Any bytes as the claims of a token whose signature is good.
    ///
    /// # Panics
    /// If claims are accepted that do not say all of what they must.
    pub fn claims(&self, data: &[u8]) {
        let token = self.signer.sign(data);
        let accepted = [IssuerRule::Literal(ISSUER.to_owned()), entra()].map(|rule| self.verify(&token, &rule).is_ok());
        if accepted == [false, false] {
            return;
        }
        let claims: Value = serde_json::from_slice(data).expect("claims that were accepted are JSON");
        let text = |name: &str| claims[name].as_str().unwrap_or_default();
        let for_us = match &claims["aud"] {
            Value::Array(several) => several.contains(&CLIENT.into()),
            one => one == CLIENT,
        };
        #[expect(clippy::cast_precision_loss, reason = "a time of these days is exact")]
        let now = NOW as f64;
        assert!(for_us && text("nonce") == NONCE && !text("sub").is_empty(), "{claims}");
        assert!(claims["exp"].as_f64().is_some_and(|expiry| now - SKEW < expiry), "{claims}");
        assert!(claims["iat"].as_f64().is_some_and(|issued_at| issued_at <= now + SKEW), "{claims}");
        if accepted[0] {
            assert_eq!(text("iss"), ISSUER);
        } else {
            let tenant = Uuid::try_parse(text("tid")).expect("a tenant is a GUID");
            assert_eq!(text("iss"), format!("{ENTRA}/{tenant}/v2.0"));
            assert!(!text("oid").is_empty(), "{claims}");
        }
    }

    fn verify(&self, token: &str, issuer: &IssuerRule) -> Result<(), TokenError> {
        verify(token, &self.keys, issuer)
    }

    /// Whether these keys would have made the genuine token.
    pub(super) fn fits(&self, keys: &KeySet) -> bool {
        verify(&self.genuine, keys, &IssuerRule::Literal(ISSUER.to_owned())).is_ok()
    }

    pub(super) fn published(&self) -> Value {
        self.signer.published()
    }
}

/// The text with the parts of a token put in for the words that stand for them.
pub(super) fn filled(data: &[u8], token: &str) -> String {
    let words = ["HEADER", "PAYLOAD", "SIGNATURE"].into_iter().zip(token.split('.'));
    words.fold(String::from_utf8_lossy(data).into_owned(), |text, (word, part)| text.replace(word, part))
}

fn verify(token: &str, keys: &KeySet, issuer: &IssuerRule) -> Result<(), TokenError> {
    let now = OffsetDateTime::from_unix_timestamp(NOW).expect("a time");
    validator::verify(token, keys, Expectations { audience: CLIENT, issuer, nonce: NONCE, now }).map(|_| ())
}

fn entra() -> IssuerRule {
    let base = Url::parse(ENTRA).expect("a URL");
    IssuerRule::Entra(EntraAuthority { base, tenant: EntraTenant::Organizations, allowed_tenants: None })
}
