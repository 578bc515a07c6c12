//! Any other OpenID Connect provider with a fixed issuer.

use url::Url;
use uuid::Uuid;

/// A plain OpenID Connect provider. Its accounts are (issuer, subject); what Entra says in `tid` and `roles` is
/// configured here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcAuthority {
    /// The issuer identifier; discovery must repeat it literally.
    pub issuer: Url,
    /// The tenant that everyone from this issuer belongs to.
    pub tenant_id: Uuid,
    /// What to call that tenant.
    pub tenant_name: String,
    /// The ID-token claim with the roles: an array of strings or one string.
    pub role_claim: String,
}

impl OidcAuthority {
    /// Whether `issuer` is the configured one. The URL type adds a slash to a bare origin; there both spellings are.
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        let configured = self.issuer.as_str();
        issuer == configured || (self.issuer.path() == "/" && issuer == configured.trim_end_matches('/'))
    }

    pub(super) fn metadata_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.issuer.as_str().trim_end_matches('/'))
    }
}
