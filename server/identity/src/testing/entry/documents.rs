//! What the authority publishes: metadata and keys. Whoever answers in its place must not get far with it.

use url::Url;
use uuid::Uuid;

use super::tokens::Tokens;
use crate::{
    config::{Authority, EntraAuthority, EntraTenant, OidcAuthority, is_https_or_loopback},
    discovery::ProviderMetadata,
    keys::KeySet,
};

/// Authorities whose documents can be read.
pub struct Documents {
    authorities: [(Authority, &'static str); 2],
    tokens: Tokens,
}

impl Documents {
    /// A plain provider and Entra's organizations.
    ///
    /// # Panics
    /// If the cryptographic library fails.
    #[expect(clippy::new_without_default, reason = "making a key is no default")]
    pub fn new() -> Self {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let oidc = OidcAuthority {
            issuer: url("https://op.example"),
            tenant_id: Uuid::nil(),
            tenant_name: String::new(),
            role_claim: "roles".to_owned(),
        };
        let entra = EntraAuthority {
            base: url("https://login.example"),
            tenant: EntraTenant::Organizations,
            allowed_tenants: None,
        };
        let authorities = [
            (Authority::Oidc(oidc), "https://op.example"),
            (Authority::Entra(entra), "https://login.example/{tenantid}/v2.0"),
        ];
        Self { authorities, tokens: Tokens::new() }
    }

    /// Any bytes as an OpenID Provider's metadata.
    ///
    /// # Panics
    /// If metadata of another issuer is accepted, or an endpoint in clear text.
    pub fn metadata(&self, data: &[u8]) {
        for (authority, issuer) in &self.authorities {
            let Ok(metadata) = serde_json::from_slice::<ProviderMetadata>(data) else { return };
            if metadata.check(&authority.main_realm()).is_err() {
                continue;
            }
            assert_eq!(metadata.issuer.trim_end_matches('/'), *issuer, "metadata of another issuer");
            let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
            for endpoint in endpoints.into_iter().chain(&metadata.end_session_endpoint) {
                assert!(is_https_or_loopback(endpoint), "an endpoint in clear text");
            }
        }
    }

    /// Any bytes as a key set. `KEYS` stands for the right one.
    ///
    /// # Panics
    /// If a token counts as signed by a key that is not the right one.
    pub fn keys(&self, data: &[u8]) {
        let published = self.tokens.published();
        let modulus = published["keys"][0]["n"].as_str().unwrap_or_default();
        let text = String::from_utf8_lossy(data).replace("KEYS", &published.to_string()).replace("MODULUS", modulus);
        let Ok(keys) = serde_json::from_str::<KeySet>(&text) else { return };
        assert!(!self.tokens.fits(&keys) || text.contains(modulus), "signed by a key that did not sign");
    }
}
